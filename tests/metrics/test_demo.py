"""The companies of the demo: their exact figures on every weekday, and something for everybody to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from adoption.disclosure.rules import Audience
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Arm, Checkpoint, Kind, asked_weeks, looks_at, week_number
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.walls import organization
from champions.models import Offer
from metrics.management.commands import demo
from metrics.management.demo.habits import Course, Habit, habits, said
from metrics.queries.asking import open_weeks
from metrics.queries.evidence import evidence
from metrics.rules import Adoption, Week, WeekState, adoption, audit, is_plateau
from pods.models import Seat

SILENT: Mapping[tuple[Checkpoint, Arm], tuple[int, int]] = {
    (Checkpoint.S30, Arm.PODS): (5, 3),
    (Checkpoint.S30, Arm.COMPARISON): (13, 5),
    (Checkpoint.S90, Arm.PODS): (2, 3),
    (Checkpoint.S90, Arm.COMPARISON): (9, 2),
}
COURSE = Course(date(2026, 1, 5), 10, SILENT, {Arm.PODS: 26, Arm.COMPARISON: 11})
GROUPS = [
    *((name, Arm.PODS, 8, demo.POD_ADOPTERS[n]) for n, name in enumerate(demo.PODS)),
    *((f"Team {n}", Arm.COMPARISON, 8, adopters) for n, adopters in enumerate(demo.TEAM_ADOPTERS)),
]


def everybody() -> list[Habit]:
    return [habit for group in habits(GROUPS) for habit in group]


def told(habit: Habit, week: date) -> Week:
    uses = said(COURSE, habit, week)
    if uses is None:
        return Week(WeekState.MISSING)
    total, unprompted = uses
    return Week(WeekState.POSITIVE if total else WeekState.ZERO, total, total - unprompted, unprompted)


def seen(look: Checkpoint, arm: Arm) -> Adoption:
    weeks = looks_at(look, COURSE.starts_on, COURSE.weeks)
    return adoption(audit([told(habit, week) for week in weeks]) for habit in everybody() if habit.arm is arm)


@pytest.mark.parametrize("look", [Checkpoint.S56, Checkpoint.SE])
def test_everybody_is_observed_at_week_8_and_at_the_end(look: Checkpoint) -> None:
    assert seen(look, Arm.PODS) == Adoption(34, 48, 48)
    assert seen(look, Arm.COMPARISON) == Adoption(22, 96, 96)


def test_some_are_silent_on_day_30_and_after_ninety_days() -> None:
    assert [(one.observed, one.eligible) for arm in Arm if (one := seen(Checkpoint.S30, arm))] == [(40, 48), (78, 96)]
    assert [one.adopters for arm in Arm if (one := seen(Checkpoint.S90, arm))] == [26, 11]


def test_somebody_who_is_away_in_one_week_of_two_is_counted_as_with_both() -> None:
    for look in (Checkpoint.S56, Checkpoint.SE, Checkpoint.S90):
        first, last = looks_at(look, COURSE.starts_on, COURSE.weeks)
        for habit in everybody():
            steady = Habit(habit.seat, habit.arm, habit.adopts, habit.rank, steady=True)
            assert (
                said(COURSE, steady, first) is None or told(steady, first).unprompted == told(steady, last).unprompted
            )


def test_adoption_rises_gradually_and_never_from_one_week_to_the_next() -> None:
    shares = {}
    for arm in Arm:
        for week in asked_weeks(COURSE.starts_on, COURSE.weeks):
            known = [
                one.unprompted or 0
                for habit in everybody()
                if habit.arm is arm and (one := told(habit, week)).total is not None
            ]
            shares[arm, week_number(week, COURSE.starts_on)] = sum(count >= 3 for count in known) / len(known)
    for arm, before, after in ((Arm.PODS, 0.25, 0.6), (Arm.COMPARISON, 0.2, 0.2)):
        curve = [shares[arm, number] for number in range(1, 11)]
        assert max(abs(later - sooner) for sooner, later in pairwise(curve)) < 0.3
        assert shares[arm, 1] < before
        assert min(curve[6:]) > after
        # A person's weeks go up and down, and so do everybody's.
        assert len(set(curve)) > 7


def test_where_nobody_begins_it_stands_still_in_every_four_weeks_of_the_phase() -> None:
    course = Course(date(2026, 1, 5), 10, stands_still=True)
    people = [one for group in habits([(name, Arm.PODS, 12, 3) for name in ("Lock", "Basin")]) for one in group]
    weeks = []
    for number in range(1, 10):
        uses = [said(course, one, course.starts_on + timedelta(weeks=number)) for one in people]
        heard = [unprompted for _, unprompted in filter(None, uses)]
        weeks.append(Adoption(sum(count >= 3 for count in heard), len(heard), len(people)))
    assert all(is_plateau(weeks[:last]) for last in range(4, len(weeks) + 1))


def test_a_demo_that_begins_on_any_weekday_asks_about_the_same_weeks() -> None:
    for days in range(7):
        today = date(2026, 11, 16) + timedelta(days=days)
        teams = [[[Person(pk=1)] * 8] * 3] * 6
        settled, running = demo.MERIDIAN.plans(teams, [Person(pk=2)] * 6, today)
        ended_on = settled.starts_on + timedelta(weeks=10, days=-1)
        assert (ended_on.weekday(), settled.starts_on.weekday()) == (6, 0)
        assert timedelta(days=100) <= today - ended_on < timedelta(days=107)
        assert week_number(today - timedelta(days=today.weekday()), running.starts_on) == 3


@pytest.mark.django_db(transaction=True)
def test_the_companies_stand_as_they_are_described_and_everybody_has_something_to_do() -> None:
    # A Tuesday, on which the last week has just been asked about.
    now = datetime(2026, 11, 17, 9, tzinfo=UTC)
    for company in demo.COMPANIES:
        demo.found(company, now=now)
    with organization(Organization.objects.get(slug="meridian").pk):
        settled = evidence(program("client-reports"), Audience.EXECUTIVE, at=now)
        looks = {look.checkpoint: (look.pods, look.comparison) for look in settled.looks}
        assert [[(one.x, one.n, one.eligible) for one in looks[look]] for look in (Checkpoint.S56, Checkpoint.SE)] == [
            [(34, 48, 48), (22, 96, 96)]
        ] * 2
        assert [(one.n, one.eligible) for one in looks[Checkpoint.S30]] == [(40, 48), (78, 96)]
        kept = settled.first_retention
        assert kept
        assert (kept.adopters, kept.of_checked.x, kept.of_checked.n) == (34, 26, 31)
        lead = evidence(program("client-reports"), Audience.LEAD, at=now)
        said_of_pods = {one.group: one.said for one in lead.pods}
        assert said_of_pods["Danube"] == "5 of 8"
        running = program("proposals")
        assert running.week_on(date(2026, 11, 17)) == 3
        waits_for_everybody(running, "employee@meridian.example", now)
        # For one leader day 7 did not hold: the lead is told, and sits down with him again.
        absent = Attention.objects.open().get(kind=Kind.LEADER_ABSENT)
        assert (absent.program, absent.person.mail) == (running, "executive2@meridian.example")
        # In the draft there is somebody to seat.
        draft = program("campaign-briefs")
        seats = Seat.objects.current().filter(pod__program=draft).values_list("pod", flat=True)
        assert sorted(Counter(seats).values()) == [8, 8]
        assert Offer.objects.open(now).filter(program=draft).count() == 1
    with organization(Organization.objects.get(slug="harbour").pk):
        waits_for_everybody(program("back-order-notices"), "employee@harbour.example", now)
        plateau = Attention.objects.open().get(kind=Kind.PLATEAU)
        assert (plateau.program.slug, plateau.detail) == ("claims-letters", {"team": 24, "target": 17})


def program(slug: str) -> Program:
    found: Program = Program.objects.select_related("organization", "workflow").get(slug=slug)
    return found


def waits_for_everybody(running: Program, employee: str, now: datetime) -> None:
    """A week to log, somebody to write to, a follow-up or a session for champions, and weeks of evidence."""
    asked = open_weeks(Person.objects.select_related("organization").get(mail=employee), at=now)
    assert [one.program.slug for one in asked if one.said is None] == [running.slug]
    assert Attention.objects.open().filter(program=running).exists()
    assert evidence(running, Audience.EXECUTIVE, at=now).weeks
