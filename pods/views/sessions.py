"""A session that was logged by mistake is taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from pods import actions
from pods.forms import said
from pods.models import Attendance, FollowUp, Pod, Session
from pods.queries import SESSION_WORDS
from pods.rules import SessionKind


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_take_back(request: OrganizationRequest, org: str, pod: UUID, session: UUID) -> HttpResponse:
    """Asks once, and says what goes with it; a POST takes it back."""
    led: Pod = get_object_or_404(Pod.objects.led_by(request.person), public_id=pod)
    found: Session = get_object_or_404(
        Session.objects.filter(pod=led).select_related("pod__program"), public_id=session
    )
    if request.method == "POST":
        try:
            actions.take_back_session(session=found, by=request.person, at=request.at)
        except Refused as refusal:
            messages.info(request, said(refusal.code))
        else:
            messages.success(request, _("Taken back, as if it had not been logged."))
        return redirect("pod", org=org, pod=pod)
    there = Attendance.objects.filter(session=found).select_related("person")
    facts = {
        "pod": led,
        "session": found,
        "words": SESSION_WORDS[SessionKind(found.kind)],
        "names": [one.person.name for one in there.order_by("person__sort_name", "person_id")],
        "day_seven": FollowUp.objects.unanswered().filter(session=found).first(),
    }
    return render(request, "pods/session_take_back.html", facts)
