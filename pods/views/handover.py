"""A lead gives a pod to a successor."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from champions.forms.time import SuccessorForm
from pods import actions, queries
from pods.models import Pod


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pod_hand_over(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Who takes the pod over; what happened in it stays."""
    found: Pod = get_object_or_404(Pod.objects.select_related("program", "champion__person"), public_id=pod)
    today = local_date(request.at, request.organization.zone)
    form = SuccessorForm(request.POST if request.method == "POST" else None, on=today)
    if request.method == "POST" and form.is_valid() and form.person:
        try:
            actions.hand_over(pod=found, successor=form.person, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            said = _("%(name)s leads %(pod)s from now on.")
            messages.success(request, said % {"name": form.person.name, "pod": found.name})
            return redirect("pod", org=org, pod=pod)
    facts = {
        "pod": found,
        "leader": found.leader(request.at),
        "program": found.program,
        "members": queries.members_of(found, on=today),
        "form": form,
    }
    return render(request, "pods/handover.html", facts, status=422 if form.errors else 200)
