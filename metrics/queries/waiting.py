"""What waits for somebody in their week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from metrics.queries.asking import OpenWeek, open_weeks
from pods.models import Pod


@dataclass(frozen=True)
class WaitingWeek:
    """The weeks somebody can still say something of, and whether they take part in anything, or lead others."""

    unanswered: tuple[OpenWeek, ...]
    answered: int
    takes_part: bool
    leads: bool


def waiting_week(person: Person, *, at: datetime) -> WaitingWeek:
    """A fixed number of queries."""
    weeks = open_weeks(person, at=at)
    return WaitingWeek(
        unanswered=tuple(one for one in weeks if one.said is None),
        answered=sum(one.said is not None for one in weeks),
        takes_part=bool(weeks) or Program.objects.running().of(person).exists(),
        leads=Pod.objects.led_by(person).exists(),
    )
