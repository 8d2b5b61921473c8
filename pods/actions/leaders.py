"""The one-to-one with a leader who sits in no pod: planned, logged and followed up like everybody's, between lead and leader."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Objection, Program
from adoption.programs.rules import FOR_LEADS
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date
from champions.queries.leaders import one_leader
from pods import rules
from pods.actions.sessions import promise_day_seven
from pods.models import Attendance, LeaderPlan, Session
from pods.queries.leaders import open_plan
from pods.rules import SessionKind

WITH_LEADER_SOON = "pods.with_leader_soon"  # the agenda's task
WITH_LEADER = "with_leader"  # the outbox's kinds
SOON = "with_leader_soon"
PREPARE = "with_leader_prepare"


@transaction.atomic
def plan_with_leader(
    *,
    program: Program,
    leader: Person,
    work: str,
    day: date,
    hour: time,
    minutes: int,
    place: str,
    by: Person,
    at: datetime,
) -> LeaderPlan:
    """Plan fifty minutes with a leader on a piece of their own work. Both get it for their calendar, and nobody else learns of it.

    They are reminded on the working day before. One at a time: planned again it is moved, or is about other work. The hour is
    local to the lead. Raises Refused for a time that has passed or is far away, for whoever is no leader to sit down with by
    themselves, and once the phase is over.
    """
    _hold(program)
    if program.ended_at:
        raise Refused("phase_over")
    _check_leader(program, leader, at)
    zone = by.local_zone()
    starts_at = instant(day, hour, zone)
    if starts_at <= at:
        raise Refused("in_the_past")
    if day > local_date(at, zone) + rules.FURTHEST_MEETING:
        raise Refused("far_away")
    said = {"day": day, "hour": hour, "zone": zone, "minutes": minutes, "place": place, "work": work, "held_by": by}
    row = open_plan(program, leader) or LeaderPlan(program=program, leader=leader, planned_at=at)
    if row.pk and all(getattr(row, name) == value for name, value in said.items()):
        return row
    before = row.held_by if row.pk else None
    for name, value in said.items():
        setattr(row, name, value)
    row.starts_at, row.changed_at = starts_at, at
    row.sequence = row.sequence + 1 if row.pk else 0
    row.save()
    _tell(row, {leader, by, *([before] if before else [])}, at)
    # Of what is so near that the day before has begun the invitation is reminder enough.
    due_at = rules.reminder_due(day, zone)
    if due_at > at:
        agenda.wake(task=WITH_LEADER_SOON, row_id=row.pk, due_at=due_at)
    audit.record("meeting.planned", by=by, at=at, subject=row, kind=SessionKind.ONE_TO_ONE, meetings=1)
    return row


@transaction.atomic
def call_off_with_leader(*, plan: LeaderPlan, reason: str, by: Person | None, at: datetime) -> None:
    """It does not take place, for a reason that the leader reads. Twice is once. Raises Refused without one, and once it is logged."""
    _hold(plan.program)
    row: LeaderPlan = LeaderPlan.objects.select_related("leader", "held_by", "program").get(pk=plan.pk)
    if row.cancelled_at:
        return
    if not reason.strip():
        raise Refused("no_reason")
    if row.session_id:
        raise Refused("meeting_logged")
    row.cancelled_at, row.changed_at, row.reason, row.sequence = at, at, reason.strip(), row.sequence + 1
    row.save()
    agenda.call_off(task=WITH_LEADER_SOON, row_ids=[row.pk], at=at)
    if row.starts_at > at:
        _tell(row, {row.leader, *([row.held_by] if row.held_by else [])}, at)
    audit.record("meeting.cancelled", by=by, at=at, subject=row, kind=SessionKind.ONE_TO_ONE, meetings=1)


def remind_with_leader(*, plan: LeaderPlan, at: datetime) -> datetime | None:
    """On the working day before: the two, once, and nobody else. When it was moved meanwhile: the time at which it is due now."""
    due_at = rules.reminder_due(plan.day, plan.zone)
    if due_at > at:
        return due_at
    subject, until = f"with_leader:{plan.pk}", plan.starts_at
    for kind, one in ((SOON, plan.leader), (PREPARE, plan.held_by)):
        if one and until > at:
            say(kind=kind, person=one, subject_key=subject, row_id=plan.pk, expires_at=until, at=at)
    return None


@transaction.atomic
def log_with_leader(
    *,
    program: Program,
    leader: Person,
    work: str,
    held_on: date,
    doing_minutes: int,
    explaining_minutes: int,
    finished: str,
    written_down: str,
    is_unfinished: bool,
    worked: str,
    did_not: str,
    next_time: str,
    form_key: UUID,
    by: Person,
    at: datetime,
    is_another: bool = False,
) -> Session:
    """Record the one-to-one with a leader: in the format of everybody's, with a day 7, and part of no figure of the programme.

    It shows that the leader took part as a learner: whoever sat with them says so, not they. The same form twice is one session,
    and it meets what was planned. Raises Refused for a day that is not yet or long past, for whoever is no leader to sit down
    with by themselves, and for what stands already on that day, unless somebody says that it `is_another`.
    """
    _hold(program)
    known: Session | None = Session.objects.filter(leader=leader, form_key=form_key).first()
    if known:
        return known
    today = local_date(at, program.organization.zone)
    if held_on > today:
        raise Refused("not_yet")
    if held_on < today - rules.OLDEST_SESSION:
        raise Refused("long_past")
    _check_leader(program, leader, at)
    if not is_another and Session.objects.filter(program=program, leader=leader, held_on=held_on).exists():
        raise Refused("logged_already")
    plan = open_plan(program, leader)
    session: Session = Session.objects.create(
        program=program,
        leader=leader,
        held_by=by,
        work=work,
        kind=SessionKind.ONE_TO_ONE,
        held_on=held_on,
        doing_minutes=doing_minutes,
        explaining_minutes=explaining_minutes,
        finished=finished,
        written_down=written_down,
        is_unfinished=is_unfinished,
        worked=worked,
        did_not=did_not,
        next_time=next_time,
        form_key=form_key,
        logged_at=at,
    )
    Attendance.objects.create(session=session, person=leader)
    if plan and plan.day <= held_on:
        plan.session = session
        plan.save(update_fields=["session"])
    promise_day_seven(session=session, people=[leader], asks=by, at=at)
    programs.meet_attention(program=program, people=[leader], kinds=FOR_LEADS, at=at)
    # A use inside it was not their own idea.
    reckon_again(people=[leader.pk], first=held_on, last=held_on, at=at)
    audit.record("session.logged", by=by, at=at, subject=session, kind=session.kind, people=1)
    return session


@transaction.atomic
def keep_plans_with_leaders(*, people: Collection[int], at: datetime) -> None:
    """What is planned with a leader who objects is called off, without a reason; so is what one of the two has left by then."""
    theirs = Q(leader__in=people) | Q(held_by__in=people)
    plans = LeaderPlan.objects.to_come(at).filter(theirs)
    for plan in plans.select_related("program", "leader", "held_by"):
        objects = Objection.objects.standing().filter(program=plan.program, person=plan.leader).exists()
        both = [one for one in (plan.leader, plan.held_by) if one]
        if objects or any(one.left_on and one.left_on <= plan.day for one in both):
            call_off_with_leader(plan=plan, reason=gettext("It is not to be."), by=None, at=at)


def forget_leader(*, person: Person, at: datetime) -> None:
    """Everything between leads and a leader who is erased: nothing of it belongs to anybody else. A lead's plans are called off."""
    theirs = Q(leader=person) | Q(held_by=person)
    for plan in LeaderPlan.objects.to_come(at).filter(theirs):
        call_off_with_leader(plan=plan, reason=gettext("It is not to be."), by=None, at=at)
    Session.objects.filter(leader=person).delete()
    LeaderPlan.objects.filter(leader=person).delete()


def _hold(program: Program) -> None:
    """One at a time: two presses of the button at once are one."""
    Program.objects.select_for_update(no_key=True, of=("self",)).get(pk=program.pk)


def _check_leader(program: Program, leader: Person, at: datetime) -> None:
    if one_leader(leader.public_id, on=local_date(at, program.organization.zone)) is None:
        raise Refused("no_leader_alone")


def _tell(plan: LeaderPlan, people: Collection[Person], at: datetime) -> None:
    """Say what is in the calendars of the two now, and of a lead who does not hold it any more. The newest word goes."""
    subject = f"with_leader:{plan.pk}:{plan.sequence}"
    sayings = [Saying(one, subject, row_id=plan.pk, expires_at=plan.starts_at) for one in people]
    say_many(kind=WITH_LEADER, sayings=sayings, at=at)
