"""A member offers to show what they do, says not now, or takes it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from pods.actions import showings as actions
from pods.forms.showings import ShowingForm
from pods.models import Pod, Seat, Showing


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def showing(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """What somebody would show their own pod, in two minutes."""
    found = _own(request, pod)
    offered = Showing.objects.offered().filter(pod=found, person=request.person).first()
    initial = (
        {"task": offered.task, "minutes_now": offered.minutes_now, "minutes_before": offered.minutes_before}
        if offered
        else {}
    )
    form = ShowingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.offer_showing(pod=found, person=request.person, at=request.at, **form.cleaned_data)
        messages.success(request, _("Thank you. It stands on the agenda of your pod’s next reflection."))
        return redirect("pods", org=org)
    facts = {"pod": found, "form": form, "offered": offered}
    return render(request, "pods/showing.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_POST
def showing_not_now(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """They would rather not now, or take their offer back: nobody asks again."""
    found = _own(request, pod)
    actions.withdraw_showing(pod=found, person=request.person, at=request.at)
    actions.decline_showing(pod=found, person=request.person, at=request.at)
    messages.success(request, _("That is fine. Nobody asks again, and nobody is told."))
    return redirect("pods", org=org)


def _own(request: OrganizationRequest, pod: UUID) -> Pod:
    """A pod one sits in, while its phase lasts."""
    sits = Seat.objects.current().filter(pod=OuterRef("pk"), person=request.person)
    rows = Pod.objects.filter(Exists(sits), program__ended_at__isnull=True).select_related("program")
    found: Pod = get_object_or_404(rows, public_id=pod)
    return found
