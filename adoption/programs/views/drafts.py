"""A draft said anew, before anybody has been asked for anything."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.programs import actions
from adoption.programs.forms import ProgramForm, refusal_words
from adoption.programs.models import Program
from adoption.programs.rules import State
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_change(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The name, the work, the Monday, the length and the comparison of a draft."""
    found: Program = get_object_or_404(Program.objects.select_related("workflow", "organization"), slug=program)
    if found.state is not State.DRAFT:
        messages.error(request, refusal_words("baseline_open")[0])
        return redirect("program", org=org, program=program)
    today = local_date(request.at, request.organization.zone)
    said = {
        "name": found.name,
        "workflow": found.workflow.name,
        "comparison": found.comparison,
        "starts_on": found.starts_on.isoformat(),
        "weeks": found.weeks,
    }
    form = ProgramForm(request.POST if request.method == "POST" else None, initial=said, today=today)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_draft(program=found, **form.cleaned_data, by=request.person, at=request.at)
            except actions.WrongState as refusal:
                messages.error(request, refusal_words(refusal.code)[0])
                return redirect("program", org=org, program=program)
            except actions.Refused as refusal:
                form.refuse(refusal.code)
            else:
                messages.success(request, _("The draft is saved. Nobody has been asked for anything."))
                return redirect("program", org=org, program=program)
    return render(request, "programs/program_change.html", {"form": form, "program": found}, status=status)
