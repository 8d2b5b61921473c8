"""A champion's own pod, week by week and by name: what they see so as to help.

Each week is of those who were in the pod on most of its days. The comparison counts everybody where they were launched;
here it is about whom a champion could help when, and a week spent elsewhere was told to somebody else.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adoption.programs.models import Assignment
from adoption.programs.rules import Arm, Mode, Place, asked_weeks, operated_in, week_number
from adoption.tenancy.models import Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import local_date
from metrics.models import UseWeek
from metrics.rules import GENUINE_FROM, WeekState
from pods.models import Pod
from pods.queries import members_of, reports_to

MOST_WEEKS = 6


@dataclass(frozen=True)
class Column:
    """A week that is over: its Monday, and its number in the programme (below 1: the baseline)."""

    week: date
    number: int


# The week of somebody who was not in this pod then.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Cell:
    """One person's week: unprompted uses, or why there is no number. `state` is a WeekState, or ELSEWHERE."""

    state: str
    unprompted: int | None = None
    # How often the work came up, where that is asked.
    occurrences: int | None = None


@dataclass(frozen=True)
class Row:
    """One member's weeks; none where only what they share may be seen."""

    person: Person
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PodWeeks:
    """Members by weeks. `shared_only`: the organisation lets champions see only what members share."""

    pod: Pod
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shared_only: bool

    @property
    def last(self) -> Column | None:
        return self.columns[-1] if self.columns else None

    @property
    def shown(self) -> int:
        """How many members' weeks can be seen, of those who were here in the last one."""
        return sum(bool(row.cells) and row.cells[-1].state != ELSEWHERE for row in self.rows)

    @property
    def answered(self) -> int:
        """Of those, how many said something of the last week."""
        return sum(bool(row.cells) and row.cells[-1].unprompted is not None for row in self.rows)

    @property
    def by_occasion(self) -> bool:
        """Whether the work comes up now and then, so that a number a week says little."""
        return bool(self.pod.program.mode == Mode.OPPORTUNITY)

    @property
    def used(self) -> int:
        """Of those, how many used AI unprompted in it at all."""
        return sum(bool(row.cells) and bool(row.cells[-1].unprompted) for row in self.rows)

    @property
    def reached(self) -> int:
        """Of those, how many had three unprompted uses or more in it."""
        return sum(bool(row.cells) and (row.cells[-1].unprompted or 0) >= GENUINE_FROM for row in self.rows)


def pod_weeks(pod: Pod, *, at: datetime) -> PodWeeks:
    """The last weeks of a pod's members, for its champion. Whoever reports to the champion shares by themselves."""
    program, today = pod.program, local_date(at, pod.organization.zone)
    weeks = [
        week for week in asked_weeks(program.starts_on, program.weeks, program.mode) if week + timedelta(days=6) < today
    ]
    columns = tuple(Column(week, week_number(week, program.starts_on)) for week in weeks[-MOST_WEEKS:])
    shared_only = pod.organization.champion_view == ChampionView.SHARED_ONLY
    if shared_only or not columns or pod.champion is None:
        return PodWeeks(pod, columns, (), shared_only)
    members = members_of(pod, on=today)
    veiled = reports_to(pod.champion.person, {one.pk for one in members})
    known = {
        (row.person_id, row.week): Cell(WeekState(row.state), row.unprompted, row.occurrences)
        for row in UseWeek.objects.filter(
            workflow=program.workflow,
            person__in=[one.pk for one in members if one.pk not in veiled],
            week__in=[column.week for column in columns],
        )
    }
    places: dict[int, list[Place]] = defaultdict(list)
    held = Assignment.objects.filter(program=program, person__in=members)
    for person, arm, cluster, first, last in held.values_list("person_id", "arm", "cluster", "from_on", "to_on"):
        places[person].append(Place(Arm(arm), cluster, first, last))

    def cell(person: Person, week: date) -> Cell:
        place = operated_in(places[person.pk], week)
        if place is None or (place.arm, place.cluster) != (Arm.PODS, pod.name):
            return Cell(ELSEWHERE)
        return known.get((person.pk, week), Cell(WeekState.MISSING))

    return PodWeeks(
        pod,
        columns,
        tuple(
            Row(
                one,
                () if one.pk in veiled else tuple(cell(one, column.week) for column in columns),
            )
            for one in members
        ),
        shared_only,
    )
