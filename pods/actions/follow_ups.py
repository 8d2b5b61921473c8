"""Day 7: promised, reminded of, answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.programs.rules import FROM_WEEKS, Kind
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.queries.closures import closed_since
from adoption.tenancy.rules import instant, local_date, working_instant
from pods import rules
from pods.models import FollowUp, Pod, Session
from pods.models.follow_ups import FollowUpQuerySet
from pods.queries.follow_ups import who_asks, who_holds, who_meets
from pods.rules import Cause, Used

FOLLOW_UP_DUE = "pods.follow_up_due"  # the agenda's task
FOLLOW_UP_ALONE = "pods.follow_up_alone"  # the agenda's task
FOLLOW_UP = "follow_up"  # the outbox's kinds, and the purpose of the second one's link
ASKED_ALONE = "follow_up_alone"
DAY_SEVEN = "day_seven"
DAY_SEVEN_OVER = "day_seven_over"
RELATED = ("session__pod__champion__person", "session__held_by__organization", "person__organization")


class AlreadyAnswered(ValueError):
    """The follow-up has its answer; it stands."""


@transaction.atomic
def answer_follow_up(
    *,
    follow_up: FollowUp,
    used: Used,
    what_happened: str,
    what_failed: str,
    cause: Cause | None,
    fixed: bool | None,
    by: Person | None,
    at: datetime,
) -> FollowUp:
    """Write down the three answers. Raises AlreadyAnswered for a second one.

    A cause that was not fixed leaves the person on the attention lists until a later follow-up goes better. No use
    without a cause closes the matter: nobody asks on. Answered before its day it leaves the calendars again.
    """
    row = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("session__pod__program", "session__program", "person")
        .get(pk=follow_up.pk)
    )
    if row.answered_at:
        raise AlreadyAnswered
    if used is Used.YES:
        cause = None
    if cause is None:
        fixed = None
    row.answered_at, row.used, row.what_happened, row.what_failed = at, used, what_happened, what_failed
    row.cause, row.fixed = cause or "", fixed
    row.save()
    if at < row.due_at:
        _keep_calendar(row, row.due_at, at)
    if row.session.leader_id:
        _after_leader(row, at)
    else:
        _after_member(row, at)
    audit.record("follow_up.answered", by=by, at=at, subject=row)
    return row


def _after_leader(row: FollowUp, at: datetime) -> None:
    """What did not work for a leader brings them back onto the leads' list, with its cause, and onto nobody else's."""
    program, person = row.session.within, row.person
    if row.fixed or not row.cause or row.cause in rules.SETTLED:
        programs.settle_attention(program=program, person=person, kind=Kind.LEADER_ABSENT, at=at)
    elif program.ended_at is None:
        _raise(row, Kind.LEADER_ABSENT, at)


def _after_member(row: FollowUp, at: datetime) -> None:
    """A cause that was not fixed puts them on the lists; without one their weeks ask for nothing any more either."""
    program, person = row.session.within, row.person
    _settle_due(program, person, at)
    if row.fixed or not row.cause or row.cause in rules.SETTLED:
        programs.settle_attention(program=program, person=person, kind=Kind.STUCK, at=at)
        if row.used != Used.YES and not row.fixed:
            # They are to be left alone: what their weeks say asks for nothing any more.
            programs.meet_attention(program=program, people=[person], kinds=FROM_WEEKS, at=at)
    elif program.ended_at is None:
        _raise(row, Kind.STUCK, at)


def _raise(row: FollowUp, kind: Kind, at: datetime) -> None:
    since = local_date(at, row.person.local_zone())
    programs.raise_attention(
        program=row.session.within, person=row.person, kind=kind, since=since, detail={"cause": row.cause}, at=at
    )


@transaction.atomic
def await_return(*, follow_up: FollowUp, at: datetime) -> datetime | None:
    """Move a follow-up of somebody who is away to the first working day after it. None for whoever is here, or for an open end."""
    ((row, due_at),) = _awaited([follow_up], at)
    _keep_calendar(row, due_at, at)
    return follow_up.due_at if follow_up.due_at > at else None


@transaction.atomic
def keep_day_sevens(*, people: Collection[int], at: datetime) -> None:
    """Days 7 to come leave the calendars of people (by id) who object, leave or are away, and come back with them.

    They move behind a leave, and go along to another pod's champion.
    """
    _keep(FollowUp.objects.filter(person__in=people), at)


@transaction.atomic
def keep_open_days(*, first: date, last: date, at: datetime) -> None:
    """Days from one to another were closed or are open again: days 7 move behind them, or come back from there."""
    # Days of other zones begin earlier, and a weekend may follow.
    between = instant(first - timedelta(days=1), time(), "UTC"), instant(last + timedelta(days=7), time(), "UTC")
    # Also whose own day lies in them or on the weekend before, however far another closure has moved it.
    own = first - timedelta(days=rules.FOLLOW_UP_DAYS + 2), last - timedelta(days=rules.FOLLOW_UP_DAYS)
    _keep(FollowUp.objects.filter(Q(due_at__range=between) | Q(session__held_on__range=own)), at)


@transaction.atomic
def take_away_day_sevens(*, person: Person, at: datetime) -> None:
    """Delete every follow-up of somebody who is erased. What is still to come leaves their champion's calendar, by no name."""
    rows = FollowUp.objects.filter(person=person)
    for row in rows.filter(due_at__gt=at).select_related(*RELATED).select_for_update(of=("self",)):
        _tell_gone(row, [one for one in who_holds(row) if one != person], at)
    rows.delete()


def call_off_day_sevens(*, session: Session, at: datetime) -> None:
    """Delete what a session promised that is taken back: out of calendars and off the lists. Raises Refused after an answer."""
    rows = FollowUp.objects.filter(session=session).select_related(*RELATED)
    for row in rows.select_for_update(of=("self",)):
        if row.answered_at:
            raise Refused("day_seven_answered")
        if row.due_at > at:
            _tell_gone(row, who_holds(row), at)
        row.delete()
        _settle_due(session.within, row.person, at)


@transaction.atomic
def pass_on_day_sevens(*, pod: Pod, at: datetime) -> None:
    """A pod has another champion: its days 7 leave one calendar, come into another, and are with somebody else in the members'."""
    _keep(FollowUp.objects.in_pods([pod]), at)


def let_day_sevens_go(*, program: Program, at: datetime) -> None:
    """A programme is stopped: its days 7 leave the calendars. Nobody is asked any more."""
    _keep(FollowUp.objects.within(program), at)


def tell_day_seven(*, follow_ups: Iterable[FollowUp], champion: Person | None, at: datetime) -> None:
    """Day 7 comes into the calendars of the two who meet. One that has come already does not."""
    meet = [(row, person) for row in follow_ups for person in (row.person, champion) if person and row.due_at > at]
    say_many(kind=DAY_SEVEN, sayings=[_of_calendar(row, person) for row, person in meet], at=at)


def _of_calendar(row: FollowUp, person: Person) -> Saying:
    return Saying(person, f"day_seven:{row.pk}:{row.sequence}", row_id=row.pk, expires_at=row.due_at)


def _tell_gone(row: FollowUp, people: Iterable[Person], at: datetime) -> None:
    """A day 7 to come leaves calendars and is deleted: once that is carried there is nothing left to read it from."""
    row.sequence += 1
    told = {
        "uid": str(row.public_id),
        "sequence": row.sequence,
        "due_at": row.due_at.isoformat(),
        "zone": row.person.local_zone(),
    }
    gone = [replace(_of_calendar(row, one), context=told) for one in people]
    say_many(kind=DAY_SEVEN_OVER, sayings=gone, at=at)


def _settle_due(program: Program, person: Person, at: datetime) -> None:
    """Off the lists, unless another day 7 of theirs is due."""
    if not FollowUp.objects.due(at).filter(session__pod__program=program, person=person).exists():
        programs.settle_attention(program=program, person=person, kind=Kind.FOLLOW_UP_DUE, at=at)


def _keep(rows: FollowUpQuerySet, at: datetime) -> None:
    found = list(rows.unanswered().filter(due_at__gt=at).select_related(*RELATED).select_for_update(of=("self",)))
    for row, due_at in _awaited(found, at):
        _keep_calendar(row, due_at, at)


def _keep_calendar(row: FollowUp, due_at: datetime, at: datetime) -> None:
    """Say what has changed of a day 7 to those in whose calendars it is, or is to be. Nothing where nothing has."""
    has_moved, row.due_at = due_at != row.due_at, due_at
    meet, hold = who_meets(row), who_holds(row)
    if due_at <= at or not (has_moved or set(meet) != set(hold)):
        return
    row.sequence += 1
    row.save(update_fields=["due_at", "sequence"])
    # Also whom it was with before: a calendar that holds it with somebody else is told.
    say_many(kind=DAY_SEVEN, sayings=[_of_calendar(row, person) for person in meet], at=at)
    gone = [_of_calendar(row, person) for person in hold if person not in meet]
    say_many(kind=DAY_SEVEN_OVER, sayings=gone, at=at)


def _awaited(rows: Collection[FollowUp], at: datetime) -> list[tuple[FollowUp, datetime]]:
    """Each day 7, or the first open working day after what it falls into; as it was, where that has passed.

    Two queries, whatever the number.
    """
    if not rows:
        return []
    closed_days = closed_since(min(row.session.held_on for row in rows))
    leaves: dict[int, list[tuple[date, date | None]]] = {}
    away = Leave.objects.overlapping(local_date(at, "UTC") - timedelta(days=1), None)
    for leave in away.filter(person__in=[row.person_id for row in rows]):
        leaves.setdefault(leave.person_id, []).append((leave.starts_on, leave.ends_on))
    found = []
    for row in rows:
        zone, closed = row.person.local_zone(), closed_days.at(row.person.location)
        own = max(rules.follow_up_due(row.session.held_on, zone, closed), at)
        due_at = rules.behind_leaves(own, zone, leaves.get(row.person_id, ()), closed)
        found.append((row, due_at if due_at > at else row.due_at))
    return found


def remind_champion(*, follow_up: FollowUp, at: datetime) -> None:
    """Tell the champion, once, that a member's follow-up is due, and put the member on the attention lists.

    Of a leader the lead who sat with them is told, and it stands on no list.
    """
    champion = who_asks(follow_up, at)
    if champion:
        say(
            kind=FOLLOW_UP,
            person=champion,
            subject_key=f"follow_up:{follow_up.pk}",
            row_id=follow_up.pk,
            at=at,
        )
    if follow_up.session.leader_id is None:
        programs.raise_attention(
            program=follow_up.session.within,
            person=follow_up.person,
            kind=Kind.FOLLOW_UP_DUE,
            since=local_date(at, follow_up.person.local_zone()),
            detail={},
            at=at,
        )
    agenda.schedule(
        task=FOLLOW_UP_ALONE,
        row_id=follow_up.pk,
        due_at=working_instant(max(at, follow_up.due_at) + rules.ALONE_AFTER, follow_up.person.local_zone()),
    )


def ask_member(*, follow_up: FollowUp, at: datetime) -> None:
    """The meeting did not come about: ask the member, once, to answer the three questions alone, by link."""
    say(
        kind=ASKED_ALONE,
        person=follow_up.person,
        subject_key=f"follow_up:{follow_up.pk}",
        row_id=follow_up.pk,
        at=at,
    )
