"""The baseline is there once enough of each group have answered its survey and its weeks; the board says what there is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from metrics.actions import weeks
from metrics.actions.weeks import Line
from metrics.queries.baseline import baseline_collected
from surveys import actions
from surveys.models import Ask
from surveys.rules import WaveKind
from tests.factories import World
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db
FIRST = date(2026, 6, 8)
START = date(2026, 6, 22)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """Five in a pod and five to compare with, asked in the first week of the baseline."""
    with enter(meridian):
        made = with_baseline(meridian, members=5, compared=5)
        actions.open_wave(program=made.program, kind=WaveKind.BASELINE, at=made.at(FIRST + timedelta(days=1)))
        return made


def answer(running: Running, people: Iterable[Person]) -> None:
    for ask in Ask.objects.filter(person__in=list(people)):
        actions.answer(ask=ask, given={"minutes": 60}, at=running.at(FIRST + timedelta(days=2)))


def say(running: Running, people: Iterable[Person], week: date) -> None:
    at = running.at(START + timedelta(days=8))
    lines = [Line(person.pk, week, 0, 0) for person in people]
    weeks.record_history(program=running.program, lines=lines, by=None, at=at)
    weeks.drain(at=at)


def is_there(running: Running, day: date) -> bool:
    return bool(baseline_collected(program=Program.objects.get(), at=running.at(day)))


def test_the_survey_needs_three_in_five_of_each_group(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        before = START - timedelta(days=3)
        answer(running, (*running.members, *running.compared[:2]))
        assert not is_there(running, before)
        answer(running, running.compared[:3])
        assert is_there(running, before)


def test_a_week_of_it_counts_once_it_is_closed(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        answer(running, (*running.members, *running.compared))
        # The first week is open to the day before the start; nobody has said anything of it.
        assert is_there(running, START - timedelta(days=1))
        assert not is_there(running, START)
        say(running, (*running.members[:3], *running.compared[:2]), FIRST)
        assert not is_there(running, START)
        say(running, running.compared[2:3], FIRST)
        assert is_there(running, START)
        assert not is_there(running, START + timedelta(days=7))
        say(running, (*running.members, *running.compared), FIRST + timedelta(weeks=1))
        assert is_there(running, START + timedelta(days=7))


def test_without_anybody_asked_there_is_none(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        assert not is_there(running, START - timedelta(days=3))


def test_the_board_says_what_there_is_and_nothing_of_a_week_that_is_open(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, time_machine: object
) -> None:
    with enter(meridian):
        answer(running, (*running.members, *running.compared[:4]))
        say(running, (*running.members[:3], *running.compared), FIRST)
    time_machine.move_to(running.at(START))  # type: ignore[attr-defined]
    client = client_as(meridian.lead)
    page = client.get("/o/meridian/p/client-reports/readiness/").content.decode()
    (line,) = [
        one
        for one in client.get("/api/v1/o/meridian/p/client-reports/readiness/").json()["lines"]
        if one["item"] == "baseline"
    ]
    assert line["state"] == "shown"
    assert line["said"] == [
        "Survey, Champion pods: all but fewer than 3, counted last night",
        "Survey, Comparison group: all but fewer than 3, counted last night",
        "Week of 8 June, Champion pods: all but fewer than 3",
        "Week of 8 June, Comparison group: all but fewer than 3",
        "Week of 15 June: takes answers until 28 June",
    ]
    assert all(words in page for words in line["said"])
