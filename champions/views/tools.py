"""Evaluations of tools: what for, and what never goes in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.actions.tools import Evaluation, evaluate_tool
from champions.forms.tools import ToolForm
from champions.models import Tool
from champions.queries import tools as queries
from champions.views.kit import kit_page, only, standing_of, today_of


@requires(Permission.ENTER)
@require_safe
def tools(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every evaluation, for everybody to read."""
    rows = queries.tools(at=request.at, zone=request.organization.zone)
    return kit_page(request, "champions/tools.html", standing_of(request), tools=rows)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def tool_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Evaluate a tool for a task."""
    return _write(request, None)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def tool(request: OrganizationRequest, org: str, tool: UUID) -> HttpResponse:
    """Look at it again."""
    return _write(request, get_object_or_404(Tool, public_id=tool))


def _write(request: OrganizationRequest, found: Tool | None) -> HttpResponse:
    standing = standing_of(request)
    only(standing.writes_tools)
    form = ToolForm(request.POST if request.method == "POST" else None, found=found, today=today_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            evaluate_tool(says=Evaluation(**form.cleaned_data), found=found, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down, with your name and today’s date."))
            return redirect("tools", org=request.organization.slug)
    status = 422 if form.errors else 200
    return kit_page(request, "champions/tool_write.html", standing, status, form=form, tool=found)
