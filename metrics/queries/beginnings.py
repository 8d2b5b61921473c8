"""How somebody's own weeks begin: since when, and whether AI is used unasked in them; and a leader's own weeks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm, monday
from adoption.tenancy.rules import local_date
from champions.rules.winning import LOOKED_AT_FOR, MOMENT_AFTER, Beginning
from metrics.models import CheckIn
from metrics.queries.weeks import decide
from metrics.rules import Category, audit_by
from pods.queries import left_alone
from pods.queries.starts import own_starts

AUDITED = 2  # weeks, as in an audit


def beginnings(*, program: Program, people: Collection[int], at: datetime) -> dict[int, Beginning]:
    """Those of some people who are about two weeks into a programme: when they began, and whether it takes with them.

    The last two weeks since their own start are looked at. Whoever a follow-up said is to be let alone is not among them.
    A fixed number of queries.
    """
    today = local_date(at, program.organization.zone)
    assigned = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program, person__in=people)
    alone = left_alone(program)
    joined = {person: day for person, day in assigned.values_list("person_id", "from_on") if person not in alone}
    earliest, latest = today - MOMENT_AFTER - LOOKED_AT_FOR, today - MOMENT_AFTER
    starts = {
        person: day for person, day in own_starts(program, list(joined), joined).items() if earliest < day <= latest
    }
    last = monday(today) - timedelta(weeks=1)
    weeks = {person: _weeks(day, last) for person, day in starts.items()}
    decided = decide(program.workflow, [(person, week) for person, some in weeks.items() for week in some])
    return {
        person: Beginning(
            began_on=day,
            uses=audit_by(program.mode, [decided[person, week] for week in weeks[person]]).category
            in {Category.GENUINE, Category.DEVELOPING},
        )
        for person, day in starts.items()
    }


def _weeks(began_on: date, last: date) -> list[date]:
    found, week = [], monday(began_on)
    while week <= last:
        found.append(week)
        week += timedelta(weeks=1)
    return found[-AUDITED:]


def own_use(*, people: Collection[int], after: date, until: date) -> dict[int, list[int]]:
    """By the ids of some people: the unprompted uses of each week they have told of that ends in a span.

    Of several pieces of work the most. One query.
    """
    ends = timedelta(days=6)
    rows = CheckIn.objects.newest_per_week().filter(person__in=people, week__gt=after - ends, week__lte=until - ends)
    most: dict[int, dict[date, int]] = {}
    for person, week, unprompted in rows.values_list("person_id", "week", "unprompted"):
        theirs = most.setdefault(person, {})
        theirs[week] = max(theirs.get(week, 0), unprompted)
    return {person: list(weeks.values()) for person, weeks in most.items()}
