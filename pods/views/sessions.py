"""A session that was logged is put right, or taken back where it was a mistake."""

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
from pods.forms import PutRightForm, said
from pods.models import Attendance, FollowUp, Pod, Session
from pods.queries import SESSION_WORDS
from pods.queries.sessions import to_take_back
from pods.rules import SessionKind


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_put_right(request: OrganizationRequest, org: str, pod: UUID, session: UUID) -> HttpResponse:
    """Its minutes, and what was written down with it, while it is fresh."""
    found = _own(request, pod, session)
    form = PutRightForm(request.POST if request.method == "POST" else None, session=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_session_right(session=found, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down. Thank you."))
            return redirect("pod", org=org, pod=pod)
    facts = {
        "pod": found.pod,
        "session": found,
        "words": SESSION_WORDS[SessionKind(found.kind)],
        "form": form,
        "can_be_taken_back": to_take_back(at=request.at).filter(pk=found.pk).exists(),
    }
    return render(request, "pods/session_put_right.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_take_back(request: OrganizationRequest, org: str, pod: UUID, session: UUID) -> HttpResponse:
    """Asks once, and says what goes with it; a POST takes it back."""
    found = _own(request, pod, session)
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
        "pod": found.pod,
        "session": found,
        "words": SESSION_WORDS[SessionKind(found.kind)],
        "names": [one.person.name for one in there.order_by("person__sort_name", "person_id")],
        "day_seven": FollowUp.objects.unanswered().filter(session=found).first(),
    }
    return render(request, "pods/session_take_back.html", facts)


def _own(request: OrganizationRequest, pod: UUID, session: UUID) -> Session:
    """A session of a pod one leads."""
    led: Pod = get_object_or_404(Pod.objects.led_by(request.person), public_id=pod)
    rows = Session.objects.filter(pod=led).select_related("pod__program")
    found: Session = get_object_or_404(rows, public_id=session)
    return found
