"""Deciding weeks from the facts, for many people at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from adoption.programs.models import Assignment, Program, Workflow
from adoption.programs.rules import Arm, asked_weeks
from adoption.tenancy.models import Closure, Leave, Person
from adoption.tenancy.queries.closures import closed_by_place
from adoption.tenancy.rules import WORKING_DAYS
from metrics.models import CheckIn, UseWeek, VendorWeek
from metrics.rules import SelfReport, Vendor, Week, WeekFacts, decide_week
from pods.models import Attendance
from pods.rules import SessionKind

Key = tuple[int, date]
Place = tuple[Arm, str, str]


@dataclass(frozen=True)
class CohortMember:
    """A person of a programme's cohort: the arm and cluster they were launched with."""

    person_id: int
    arm: Arm
    cluster: str
    department: str
    left_on: date | None

    @property
    def place(self) -> Place:
        return place_of(self.arm, self.department, self.cluster)


def place_of(arm: Arm, department: str, cluster: str) -> Place:
    """Where the gate counts somebody: the arm, department and pod they were launched with.

    Teams of the comparison group are clusters of the analysis, and never a row that anybody reads.
    """
    return arm, department, cluster if arm is Arm.PODS else ""


def cohort(program: Program) -> list[CohortMember]:
    """Everybody who was assigned to an arm when the programme was launched, in a fixed order."""
    rows = (
        Assignment.objects.of_cohorts()
        .filter(program=program)
        .order_by("person_id")
        .values_list("person_id", "arm", "cluster", "person__department", "person__left_on")
    )
    return [
        CohortMember(person, Arm(arm), cluster, department, left) for person, arm, cluster, department, left in rows
    ]


def decide_weeks(workflow: Workflow, people: Collection[int], weeks: Collection[date]) -> dict[tuple[int, date], Week]:
    """Every (person id, Monday) decided from the facts as they are now. Six queries, whatever the numbers; seven where days are closed."""
    return decide(workflow, [(person, week) for person in people for week in weeks])


def decide(workflow: Workflow, keys: Collection[Key]) -> dict[Key, Week]:
    """The same of these (person id, Monday) alone."""
    return {key: decide_week(facts) for key, facts in facts_of_weeks(workflow, keys).items()}


def facts_of_weeks(workflow: Workflow, keys: Collection[Key]) -> dict[Key, WeekFacts]:
    """Everything known of each (person id, Monday). Six queries, whatever the numbers; seven where days are closed."""
    people, weeks = {person for person, _ in keys}, {week for _, week in keys}
    rows = CheckIn.objects.newest_per_week().filter(workflow=workflow, person__in=people, week__in=weeks)
    said = {
        (person, week): SelfReport(*counts)
        for person, week, *counts in rows.values_list("person_id", "week", "total", "unprompted", "occurrences")
    }
    away = _away(people, weeks)
    vendor = vendor_weeks(periods_of(people, weeks), weeks)
    linked = _session_linked(people, weeks)
    return {
        (person, week): WeekFacts(
            expected=(person, week) not in away,
            self_report=said.get((person, week)),
            vendor=vendor.get((person, week)),
            session_linked=linked[(person, week)],
        )
        for person, week in keys
    }


def known_in(workflow: Workflow, programs: Collection[Program], week: date) -> set[Key]:
    """The (person id, Monday) of everybody of whom something is known of this week, or was decided.

    A tool's export says it of those whom one of these programmes asks about the week.
    """
    asking = [one for one in programs if week in asked_weeks(one.starts_on, one.weeks, one.mode)]
    asked = Exists(Assignment.objects.filter(program__in=asking, person=OuterRef("person")))
    exported = VendorWeek.objects.filter(asked, period_start__lte=week + timedelta(days=6), period_end__gte=week)
    known = [rows.filter(workflow=workflow, week=week) for rows in (CheckIn.objects, UseWeek.objects)]
    return {(person, week) for rows in (*known, exported) for person in rows.values_list("person_id", flat=True)}


def away_of_cohorts(programs: Collection[int], weeks: Collection[date]) -> set[Key]:
    """The (person id, Monday) of these weeks of which somebody in a cohort was away, or closed in, for every working day."""
    last = max(weeks) + timedelta(days=6)
    on_leave = Leave.objects.overlapping(min(weeks), last).filter(person=OuterRef("person"))
    rows = Assignment.objects.of_cohorts().filter(program__in=programs)
    shut = Closure.objects.overlapping(min(weeks), last).felt_at(OuterRef("person__location"))
    away = Exists(on_leave) | Q(person__left_on__lte=last) | Exists(shut)
    people = rows.filter(away).values_list("person_id", flat=True)
    return _away(set(people), weeks)


def _away(people: Collection[int], weeks: Collection[date]) -> set[tuple[int, date]]:
    """Weeks of which a person was away for every working day: by leave, because they had left, or as their place was closed."""
    if not weeks:
        return set()
    first, last = min(weeks), max(weeks) + timedelta(days=6)
    days_away: dict[tuple[int, date], set[int]] = defaultdict(set)
    spans = [
        (person, starts, ends or last)
        for person, starts, ends in Leave.objects.overlapping(first, last)
        .filter(person__in=people)
        .values_list("person_id", "starts_on", "ends_on")
    ]
    spans += [
        (person, left, last)
        for person, left in Person.objects.filter(pk__in=people, left_on__lte=last).values_list("pk", "left_on")
        if left
    ]
    for person, starts, ends in spans:
        for week in weeks:
            days_away[person, week].update(
                day for day in range(WORKING_DAYS) if starts <= week + timedelta(days=day) <= ends
            )
    closed = closed_by_place(first, last)
    if closed.everywhere or closed.places:
        for person, place in Person.objects.filter(pk__in=people).values_list("pk", "location"):
            shut = closed.at(place)
            for week in weeks:
                days_away[person, week].update(day for day in range(WORKING_DAYS) if week + timedelta(days=day) in shut)
    return {key for key, days in days_away.items() if len(days) == WORKING_DAYS}


@dataclass(frozen=True, slots=True)
class Period:
    """What a tool's export says of somebody in one of the tool's own weeks."""

    starts_on: date
    ends_on: date
    is_active: bool
    first_active_on: date | None
    last_active_on: date | None
    # Whoever imported it vouched that nobody uses another tool.
    covers_all_tools: bool


# Person id -> first day of the period -> the period that counts.
Periods = dict[int, dict[date, Period]]


def periods_of(people: Collection[int], weeks: Collection[date]) -> Periods:
    """What tools' exports say of people in every period that touches the weeks. One query; none without weeks."""
    found: Periods = defaultdict(dict)
    if not weeks:
        return found
    rows = (
        VendorWeek.objects.filter(
            person__in=people, period_start__lte=max(weeks) + timedelta(days=6), period_end__gte=min(weeks)
        )
        .filter(file__committed_at__isnull=False, file__undone_at__isnull=True)
        .order_by("file__committed_at", "pk")
        .values_list(
            "person_id",
            "period_start",
            "period_end",
            "is_active",
            "first_active_on",
            "last_active_on",
            "file__covers_all_tools",
        )
    )
    for person, *period in rows:
        # A newer import of the same period supersedes.
        found[person][period[0]] = Period(*period)
    return found


def vendor_weeks(periods: Periods, weeks: Collection[date]) -> dict[tuple[int, date], Vendor]:
    """What periods say of each (person id, Monday): never complete, so at most a zero or a discrepancy.

    A vendor's week may straddle two of ours. Somebody was idle in ours when they were idle in every period that touches
    it and those periods cover all its days; it is a zero when all their tools are covered too. Of a period with activity
    only its first and last day are known: a floor.
    """
    found: dict[tuple[int, date], Vendor] = {}
    days_of = {week: [week + timedelta(days=day) for day in range(7)] for week in weeks}
    for person, rows in periods.items():
        for week, days in days_of.items():
            sunday = days[-1]
            touching = [row for row in rows.values() if row.starts_on <= sunday and row.ends_on >= week]
            if not touching:
                continue
            idle = not any(row.is_active for row in touching) and all(
                any(row.starts_on <= day <= row.ends_on for row in touching) for day in days
            )
            found[person, week] = Vendor(
                sum(_active_within(row, week, sunday) for row in touching),
                complete=False,
                exact=idle,
                idle_and_covered=idle and all(row.covers_all_tools for row in touching),
            )
    return found


def _active_within(row: Period, monday: date, sunday: date) -> int:
    """Days known to be active inside a week: the first and the last of the period, where they fall into it."""
    days = {day for day in (row.first_active_on, row.last_active_on) if day}
    return sum(monday <= day <= sunday for day in days)


def _session_linked(people: Collection[int], weeks: Collection[date]) -> Counter[tuple[int, date]]:
    """Uses inside attended sessions: a one-to-one ends with a finished output, which is one."""
    linked: Counter[tuple[int, date]] = Counter()
    if not weeks:
        return linked
    wanted = set(weeks)
    rows = Attendance.objects.filter(
        person__in=people,
        session__kind=SessionKind.ONE_TO_ONE,
        session__held_on__gte=min(weeks),
        session__held_on__lte=max(weeks) + timedelta(days=6),
    ).values_list("person_id", "session__held_on")
    for person, day in rows:
        monday = day - timedelta(days=day.weekday())
        if monday in wanted:
            linked[person, monday] += 1
    return linked
