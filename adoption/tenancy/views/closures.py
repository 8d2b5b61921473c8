"""Days on which nobody works."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.closures import Refused, close_days, open_again
from adoption.tenancy.forms.closures import CLOSURE_REFUSALS, ClosureForm
from adoption.tenancy.models import Closure
from adoption.tenancy.queries.closures import closures, places
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_closures(request: OrganizationRequest, org: str) -> HttpResponse:
    """What is closed when, and a form for more."""
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        here = request.organization
        try:
            close_days(organization=here, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.code)
        else:
            messages.success(request, _("It is noted. On these days nothing is sent that can wait."))
            return redirect("organization-closures", org=org)
    facts = {
        "form": form,
        "look": closures(on=local_date(request.at, request.organization.zone)),
        "places": places(),
        "page": "closures",
    }
    return render(request, "tenancy/closures.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_ORGANIZATION)
@require_POST
def closure_back(request: OrganizationRequest, org: str, closure: UUID) -> HttpResponse:
    """Take closed days back, as far as they are not counted."""
    found: Closure = get_object_or_404(Closure, public_id=closure)
    try:
        open_again(organization=request.organization, closure=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, str(CLOSURE_REFUSALS[refusal.code]))
    else:
        messages.success(request, _("It is taken back. What lies before this week stays as it was."))
    return redirect("organization-closures", org=org)
