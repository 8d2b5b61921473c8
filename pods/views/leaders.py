"""A lead sits down with a leader who sits in no pod: noticed, planned, logged, and read by the two and other leads alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.queries.leaders import one_leader
from pods import actions
from pods.actions import leaders as with_leaders
from pods.forms import PutRightForm, said
from pods.forms.leaders import CallOffForm, LeaderPlanForm, LeaderSessionForm
from pods.models import FollowUp, Session
from pods.queries import closed_days
from pods.queries import leaders as queries
from pods.queries.sessions import to_take_back


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def leaders(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Leaders whom a lead may sit down with by themselves, who waits for a word first."""
    found = asked_program(program)
    facts = {"program": found, "rows": queries.leader_rows(found, at=request.at)}
    return render(request, "pods/leaders.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def leader(request: OrganizationRequest, org: str, program: str, leader: UUID) -> HttpResponse:
    """Everything between leads and one leader."""
    found, person = _pair(request, program, leader)
    look = queries.with_leader(found, person, at=request.at)
    fresh = set(to_take_back(at=request.at).filter(leader=person).values_list("pk", flat=True))
    return render(request, "pods/leader.html", {"program": found, "look": look, "fresh": fresh})


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def leader_plan(request: OrganizationRequest, org: str, program: str, leader: UUID) -> HttpResponse:
    """Plan fifty minutes with a leader, or move what is planned."""
    found, person = _pair(request, program, leader)
    plan = queries.open_plan(found, person)
    today = local_date(request.at, request.person.local_zone())
    form = LeaderPlanForm(request.POST if request.method == "POST" else None, plan=plan, today=today)
    if request.method == "POST" and form.is_valid() and not form.is_confirmed:
        days, places = [form.cleaned_data["day"]], [person.location, request.person.location]
        form.warn_of(closed_days(days, locations=places))
    if request.method == "POST" and form.is_valid():
        try:
            with_leaders.plan_with_leader(
                program=found, leader=person, **form.cleaned_data, by=request.person, at=request.at
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Planned. It comes into your two calendars, and stands nowhere else."))
            return redirect("leader", org=org, program=program, leader=leader)
    zone = request.person.local_zone().replace("_", " ")
    return _form_page(request, "pods/leader_plan.html", form, program=found, person=person, plan=plan, zone=zone)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def leader_call_off(request: OrganizationRequest, org: str, program: str, leader: UUID) -> HttpResponse:
    """What is planned does not take place."""
    found, person = _pair(request, program, leader)
    plan = queries.open_plan(found, person)
    if plan is None:
        # Called off or logged already: what was wanted is so.
        return redirect("leader", org=org, program=program, leader=leader)
    form = CallOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with_leaders.call_off_with_leader(plan=plan, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Called off. It leaves your two calendars."))
            return redirect("leader", org=org, program=program, leader=leader)
    return _form_page(request, "pods/leader_call_off.html", form, program=found, person=person, plan=plan)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def leader_log(request: OrganizationRequest, org: str, program: str, leader: UUID) -> HttpResponse:
    """Write down a one-to-one with a leader; a day 7 is promised."""
    found, person = _pair(request, program, leader)
    today = local_date(request.at, request.organization.zone)
    plan = queries.open_plan(found, person)
    form = LeaderSessionForm(request.POST if request.method == "POST" else None, plan=plan, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            with_leaders.log_with_leader(
                program=found, leader=person, **form.cleaned_data, by=request.person, at=request.at
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Saved. Their day 7 is promised: you are reminded when it is due."))
            return redirect("leader", org=org, program=program, leader=leader)
    return _form_page(request, "pods/leader_log.html", form, program=found, person=person, plan=plan)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def leader_session(request: OrganizationRequest, org: str, program: str, leader: UUID, session: UUID) -> HttpResponse:
    """Put right what was written down, while it is fresh."""
    found, person = _pair(request, program, leader)
    row = _session(found, person, session)
    form = PutRightForm(request.POST if request.method == "POST" else None, session=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_session_right(session=row, by=request.person, at=request.at, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down. Thank you."))
            return redirect("leader", org=org, program=program, leader=leader)
    facts = {"can_be_taken_back": to_take_back(at=request.at).filter(pk=row.pk).exists()}
    return _form_page(request, "pods/leader_session.html", form, program=found, person=person, session=row, **facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def leader_take_back(request: OrganizationRequest, org: str, program: str, leader: UUID, session: UUID) -> HttpResponse:
    """Asks once, and says what goes with it; a POST takes it back."""
    found, person = _pair(request, program, leader)
    row = _session(found, person, session)
    if request.method == "POST":
        try:
            actions.take_back_session(session=row, by=request.person, at=request.at)
        except Refused as refusal:
            messages.info(request, said(refusal.code))
        else:
            messages.success(request, _("Taken back, as if it had not been logged."))
        return redirect("leader", org=org, program=program, leader=leader)
    facts = {
        "program": found,
        "person": person,
        "session": row,
        "day_seven": FollowUp.objects.unanswered().filter(session=row).first(),
    }
    return render(request, "pods/leader_take_back.html", facts)


@requires(Permission.ENTER)
@require_safe
def own_one_to_ones(request: OrganizationRequest, org: str) -> HttpResponse:
    """A leader's own page. To anybody else, and before anything is planned with them, it is not there."""
    found = queries.own_one_to_ones(request.person, at=request.at)
    if found is None:
        raise Http404
    return render(request, "pods/own_one_to_ones.html", {"own": found})


def _pair(request: OrganizationRequest, program: str, leader: UUID) -> tuple[Program, Person]:
    """The programme and the leader that an address names. Raises Http404 where there is none to sit down with alone."""
    found = asked_program(program)
    person = one_leader(leader, on=local_date(request.at, request.organization.zone))
    if person is None:
        raise Http404
    return found, person


def _session(program: Program, leader: Person, session: UUID) -> Session:
    rows = Session.objects.with_leaders().filter(program=program, leader=leader)
    found: Session = get_object_or_404(rows.select_related("program", "leader"), public_id=session)
    return found


def _form_page(request: OrganizationRequest, template: str, form: Any, **facts: Any) -> HttpResponse:
    return render(request, template, {"form": form, **facts}, status=422 if form.errors else 200)
