"""A champion plans sessions ahead: what stands in calendars, what it is about, moved and cancelled with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from pods import actions, queries
from pods.forms import (
    CancelMeetingForm,
    ChangeMeetingForm,
    ClosedDayForm,
    MeetingForm,
    MoveMeetingForm,
    asked_session,
    said,
)
from pods.models import Meeting, MeetingQuerySet, Pod, PodQuerySet
from pods.queries.curriculum import to_learn


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: OrganizationRequest, org: str, pod: UUID) -> HttpResponse:
    """Plan a session of one's own pod, or one in each week."""
    found: Pod = get_object_or_404(_led(request), public_id=pod)
    today = local_date(request.at, request.person.local_zone())
    members = queries.members_of(found, on=today)
    form = MeetingForm(
        request.POST if request.method == "POST" else None,
        members=members,
        today=today,
        given=asked_session(request.GET),
        to_learn=to_learn(found, members),
    )
    is_whole = request.method == "POST" and form.is_valid()
    if is_whole and _is_settled(form, found, form.cleaned_data["people"], form.days_until(found.program.ends_on)):
        try:
            made = actions.plan_meeting(pod=found, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            done = ngettext(
                "Planned. Everybody invited gets it for their calendar.",
                "Planned: %(count)d sessions. Everybody invited gets one mail with all of them for their calendar.",
                len(made),
            )
            messages.success(request, done % {"count": len(made)})
            return redirect("meeting", org=org, pod=pod, meeting=made[0].public_id)
    facts = {"pod": found, "form": form, "zone": request.person.local_zone().replace("_", " ")}
    return render(request, "pods/session_plan.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_safe
def meeting(request: OrganizationRequest, org: str, pod: UUID, meeting: UUID) -> HttpResponse:
    """What a planned session is about: to its champion with who waits for help, to whoever is invited without."""
    rows = _all().open_to(request.person).filter(pod__public_id=pod)
    found: Meeting = get_object_or_404(rows, public_id=meeting)
    leads = _led(request).filter(pk=found.pod_id).exists()
    facts = {
        "look": queries.meeting_look(found, leads=leads, at=request.at),
        "meeting": found,
        "pod": found.pod,
        "leads": leads,
        "closed": found.closed if found.starts_at > request.at else "",
    }
    return render(request, "pods/meeting.html", facts)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_change(request: OrganizationRequest, org: str, pod: UUID, meeting: UUID) -> HttpResponse:
    """Hold it elsewhere, for something else, or with others."""
    found = _own(request, pod, meeting)
    look = queries.meeting_look(found, leads=False, at=request.at)
    form = ChangeMeetingForm(
        request.POST if request.method == "POST" else None,
        meeting=found,
        members=queries.members_of(found.pod, on=local_date(request.at, request.person.local_zone())),
        invited=look.invited,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_meeting(meeting=found, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Changed. The calendars that it concerns are told."))
            return redirect("meeting", org=org, pod=pod, meeting=meeting)
    facts = {"meeting": found, "pod": found.pod, "look": look, "form": form}
    return render(request, "pods/meeting_details.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_move(request: OrganizationRequest, org: str, pod: UUID, meeting: UUID) -> HttpResponse:
    """Hold it at another time."""
    found = _own(request, pod, meeting)
    initial = {"day": found.day, "hour": found.hour}
    form = MoveMeetingForm(request.POST if request.method == "POST" else None, initial=initial)
    is_whole = request.method == "POST" and form.is_valid()
    if is_whole and _is_settled(form, found.pod, queries.invited_to(found), [form.cleaned_data["day"]]):
        try:
            actions.move_meeting(meeting=found, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Moved. Everybody’s calendar is told."))
            return redirect("meeting", org=org, pod=pod, meeting=meeting)
    return _change(request, found, form, "move")


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_cancel(request: OrganizationRequest, org: str, pod: UUID, meeting: UUID) -> HttpResponse:
    """Call it off, alone or with the rest of its series."""
    found = _own(request, pod, meeting)
    form = CancelMeetingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_meeting(meeting=found, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            if refusal.code == "meeting_cancelled":
                # The button was pressed twice: what was wanted is so.
                messages.info(request, said(refusal.code))
                return redirect("pod", org=org, pod=pod)
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Cancelled. Everybody’s calendar is told."))
            return redirect("pod", org=org, pod=pod)
    return _change(request, found, form, "cancel")


def _is_settled(form: ClosedDayForm, pod: Pod, people: Sequence[Person], days: Sequence[date]) -> bool:
    """Whether no day is closed for those who meet, or it is held all the same; else the form says which are."""
    if form.is_confirmed:
        return True
    everybody = [*people, *([pod.champion.person] if pod.champion else [])]
    closed = queries.closed_days(days, locations=[one.location for one in everybody])
    form.warn_of(closed)
    return not closed


def _change(
    request: OrganizationRequest, found: Meeting, form: MoveMeetingForm | CancelMeetingForm, act: str
) -> HttpResponse:
    look = queries.meeting_look(found, leads=False, at=request.at)
    facts = {"meeting": found, "pod": found.pod, "look": look, "form": form, "act": act}
    return render(request, "pods/meeting_change.html", facts, status=422 if form.errors else 200)


def _own(request: OrganizationRequest, pod: UUID, meeting: UUID) -> Meeting:
    """A planned session of a pod one leads."""
    led: Pod = get_object_or_404(_led(request), public_id=pod)
    found: Meeting = get_object_or_404(_all().filter(pod=led), public_id=meeting)
    return found


def _all() -> MeetingQuerySet:
    rows: MeetingQuerySet = Meeting.objects.select_related(
        "pod__program", "pod__organization", "pod__champion__person", "pod__champion__program"
    )
    return rows.with_closed()


def _led(request: OrganizationRequest) -> PodQuerySet:
    rows: PodQuerySet = Pod.objects.select_related("program", "organization", "champion__person")
    return rows.led_by(request.person)
