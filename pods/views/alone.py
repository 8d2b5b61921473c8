"""What a member answers alone, by mailed link or signed in: day 7 without a meeting, and whether they show what they do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.outbox.views.link import LinkRequest, by_link, forget_pass
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from pods import actions
from pods.actions import FOLLOW_UP, SHOWING, showings
from pods.forms.follow_ups import AloneForm
from pods.forms.showings import ShowingForm
from pods.models import FollowUp, Meeting, Seat, Showing
from pods.queries.follow_ups import who_asks


@by_link(FOLLOW_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up_alone(request: LinkRequest) -> HttpResponseBase:
    """Three questions; a POST answers them, once. Whoever was asked by their champion meanwhile reads so."""
    rows = FollowUp.objects.select_related("person", "session__held_by", "session__program", "session__pod__program")
    found: FollowUp = get_object_or_404(rows, pk=request.link.row_id, person=request.person)
    form = AloneForm(request.POST if request.method == "POST" else None)
    facts = {
        "follow_up": found,
        "program": found.session.within,
        "leader": who_asks(found, request.at),
        "form": form,
    }
    if found.answered_at is None and request.method == "POST" and form.is_valid():
        try:
            done = actions.answer_follow_up(follow_up=found, by=request.person, at=request.at, **form.answers)
        except actions.AlreadyAnswered:
            found.refresh_from_db()
        else:
            response = render(request, "pods/follow_up_alone.html", {**facts, "done": done})
            forget_pass(request, response)
            return response
    return render(request, "pods/follow_up_alone.html", facts, status=422 if form.errors else 200)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_follow_up(request: OrganizationRequest, org: str, follow_up: UUID) -> HttpResponse:
    """The same three questions to whoever is signed in: one's own day 7, from its day on, once."""
    rows = FollowUp.objects.filter(person=request.person)
    related = ("person", "session__held_by", "session__program", "session__pod__program")
    found: FollowUp = get_object_or_404(rows.select_related(*related), public_id=follow_up)
    place = "own-one-to-ones" if found.session.leader_id else "pods"
    is_due = found.due_at <= request.at
    form = AloneForm(request.POST if request.method == "POST" and is_due else None)
    if found.answered_at is None and form.is_valid():
        try:
            actions.answer_follow_up(follow_up=found, by=request.person, at=request.at, **form.answers)
        except actions.AlreadyAnswered:
            messages.info(request, _("It was written down already; the first answer stands."))
        else:
            messages.success(request, _("Thank you. That is all."))
        return redirect(place, org=org)
    facts = {
        "follow_up": found,
        "program": found.session.within,
        "leader": who_asks(found, request.at),
        "form": form,
        "is_due": is_due,
    }
    return render(request, "pods/own_follow_up.html", facts, status=422 if form.errors else 200)


@by_link(SHOWING)
@require_http_methods(["GET", "HEAD", "POST"])
def showing_by_link(request: LinkRequest) -> HttpResponseBase:
    """Two minutes to show at a planned session: a POST offers them, or says not now. Offered again, the newest words count."""
    rows = Meeting.objects.select_related("pod__program", "pod__champion__person")
    found: Meeting = get_object_or_404(rows, pk=request.link.row_id)
    pod = found.pod
    sits = Seat.objects.current().filter(pod=pod, person=request.person).exists() and pod.program.ended_at is None
    facts = {"meeting": found, "pod": pod, "sits": sits}
    if sits and request.method == "POST" and "not_now" in request.POST:
        showings.withdraw_showing(pod=pod, person=request.person, at=request.at)
        showings.decline_showing(pod=pod, person=request.person, at=request.at)
        return _said(request, {**facts, "said": "not_now"})
    before = Showing.objects.offered().filter(pod=pod, person=request.person).first()
    names = ("task", "minutes_now", "minutes_before")
    initial = {name: getattr(before, name) for name in names} if before else {}
    form = ShowingForm(request.POST if request.method == "POST" else None, initial=initial)
    if sits and request.method == "POST" and form.is_valid():
        showings.offer_showing(pod=pod, person=request.person, at=request.at, **form.cleaned_data)
        return _said(request, {**facts, "said": "offered"})
    status = 422 if form.errors else 200
    return render(request, "pods/showing_by_link.html", {**facts, "form": form, "offered": before}, status=status)


def _said(request: LinkRequest, facts: dict[str, Any]) -> HttpResponseBase:
    """Thanks; and the next person at this browser does not find the page open."""
    response = render(request, "pods/showing_by_link.html", facts)
    forget_pass(request, response)
    return response
