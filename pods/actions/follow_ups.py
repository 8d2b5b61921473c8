"""Day 7: promised, reminded of, answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.programs import actions as programs
from adoption.programs.rules import FROM_WEEKS, Kind
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.rules import local_date, working_instant
from pods import rules
from pods.models import FollowUp
from pods.queries.follow_ups import told_of_day_seven
from pods.rules import Cause, Used

FOLLOW_UP_DUE = "pods.follow_up_due"  # the agenda's task
FOLLOW_UP_ALONE = "pods.follow_up_alone"  # the agenda's task
FOLLOW_UP = "follow_up"  # the outbox's kinds, and the purpose of the second one's link
ASKED_ALONE = "follow_up_alone"
DAY_SEVEN = "day_seven"
DAY_SEVEN_OVER = "day_seven_over"


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
        .select_related("session__pod__program", "person")
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
        _take_out_of_calendars(row, at)
    program, person = row.session.pod.program, row.person
    if not FollowUp.objects.due(at).filter(session__pod__program=program, person=person).exists():
        programs.settle_attention(program=program, person=person, kind=Kind.FOLLOW_UP_DUE, at=at)
    if fixed or cause is None or cause in rules.SETTLED:
        programs.settle_attention(program=program, person=person, kind=Kind.STUCK, at=at)
        if used is not Used.YES and not fixed:
            # They are to be left alone: what their weeks say asks for nothing any more.
            programs.meet_attention(program=program, people=[person], kinds=FROM_WEEKS, at=at)
    elif program.ended_at is None:
        since = local_date(at, person.local_zone())
        programs.raise_attention(program=program, person=person, kind=Kind.STUCK, since=since, detail={}, at=at)
    audit.record("follow_up.answered", by=by, at=at, subject=row)
    return row


@transaction.atomic
def await_return(*, follow_up: FollowUp, at: datetime) -> datetime | None:
    """Move a follow-up of somebody who is away to the first working day after it. None for whoever is here, or for an open end."""
    zone = follow_up.person.local_zone()
    ends = (
        Leave.objects.covering(local_date(at, zone)).filter(person=follow_up.person).values_list("ends_on", flat=True)
    )
    if None in ends or not ends:
        return None
    follow_up.due_at = rules.back_from_leave(max(ends), zone)
    follow_up.save(update_fields=["due_at"])
    champion = follow_up.session.pod.champion
    tell_day_seven(follow_ups=[follow_up], champion=champion.person if champion else None, at=at)
    return follow_up.due_at


def tell_day_seven(*, follow_ups: Iterable[FollowUp], champion: Person | None, at: datetime) -> None:
    """Day 7 comes into the calendars of the two who meet, and anew where it has moved. One that has come already does not."""
    sayings = [
        Saying(person, f"day_seven:{row.pk}:{row.due_at.date()}", row_id=row.pk, expires_at=row.due_at)
        for row in follow_ups
        for person in (row.person, champion)
        if person and row.due_at > at
    ]
    say_many(kind=DAY_SEVEN, sayings=sayings, at=at)


def _take_out_of_calendars(follow_up: FollowUp, at: datetime) -> None:
    subject, until = f"follow_up:{follow_up.pk}", follow_up.due_at
    sayings = [
        Saying(person, subject, row_id=follow_up.pk, expires_at=until) for person in told_of_day_seven(follow_up)
    ]
    say_many(kind=DAY_SEVEN_OVER, sayings=sayings, at=at)


def remind_champion(*, follow_up: FollowUp, at: datetime) -> None:
    """Tell the champion, once, that a member's follow-up is due, and put the member on the attention lists."""
    champion = follow_up.session.pod.champion
    if champion:
        say(
            kind=FOLLOW_UP,
            person=champion.person,
            subject_key=f"follow_up:{follow_up.pk}",
            row_id=follow_up.pk,
            at=at,
        )
    programs.raise_attention(
        program=follow_up.session.pod.program,
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
