"""Somebody's own week on one page: their work, how it went, what it gained them, and what comes next. For their eyes alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adoption.programs.models import Program, Workflow
from adoption.tenancy.models import Person
from metrics.queries.asking import Dot, Part, own_curve
from metrics.queries.timing import Gain, own_gain
from pods.models import FollowUp, Pod
from pods.queries import Coming, coming_for
from pods.queries.follow_ups import own_day_seven, who_asks
from pods.queries.places import own_guides
from pods.queries.showings import asked_to_show


@dataclass(frozen=True)
class OwnWork:
    """One piece of work of somebody: in which programme, with whom, their weeks, and minutes before and now."""

    program: Program
    champion: Person | None
    curve: tuple[Dot, ...]
    gain: Gain

    @property
    def workflow(self) -> Workflow:
        return self.program.workflow


@dataclass(frozen=True)
class OwnWeek:
    """What stands on somebody's own page under the question."""

    works: tuple[OwnWork, ...]
    next: Coming | None
    # The day 7 that is promised them, or has come and has no answer yet.
    day_seven: FollowUp | None
    day_seven_with: Person | None
    asked_to_show: tuple[Pod, ...]


def own_week(person: Person, parts: Sequence[Part], *, at: datetime) -> OwnWeek:
    """The page of somebody who is signed in. Two queries for each programme they take part in, and nine at most beside."""
    # The latest first: what somebody does now, before what they did.
    programs = [part.program for part in reversed(parts) if part.takes and not part.leads]
    if not programs:
        return OwnWeek((), None, None, None, ())
    guides = own_guides(person, programs, at=at)
    coming, day_seven = coming_for(person, at=at), own_day_seven(person, at=at)
    return OwnWeek(
        works=tuple(
            OwnWork(
                program=program,
                champion=guides.get(program.pk),
                curve=tuple(own_curve(person, program.workflow)),
                gain=own_gain(program, person),
            )
            for program in programs
        ),
        next=coming[0] if coming else None,
        day_seven=day_seven,
        day_seven_with=who_asks(day_seven, at) if day_seven else None,
        asked_to_show=tuple(asked_to_show(person, at=at)),
    )
