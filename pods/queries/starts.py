"""When each person began."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Min

from adoption.programs.models import Program
from adoption.programs.rules import monday
from pods.models import Attendance
from pods.rules import SessionKind


def own_starts(program: Program, people: Collection[int], joined: Mapping[int, date]) -> dict[int, date]:
    """The day each person began: their first one-to-one, else the day they were in a pod of the running programme.

    `joined` is the day each took a seat. One query.
    """
    first = dict(
        Attendance.objects.filter(
            person__in=people, session__pod__program=program, session__kind=SessionKind.ONE_TO_ONE
        )
        .order_by()
        .values("person")
        .annotate(day=Min("session__held_on"))
        .values_list("person", "day")
    )
    return {person: first.get(person) or max(joined[person], program.starts_on) for person in people}


def own_week(start: date, today: date) -> int:
    """The week of somebody's own in which a day lies; 1 is the one they began in."""
    return (monday(today) - monday(start)).days // 7 + 1
