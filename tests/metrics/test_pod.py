"""A pod's weeks for its champion: of each week those who were in it on most of its days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adoption.tenancy.models import Person
from metrics.actions.weeks import Line, drain, record_history
from metrics.models import DirtyWeek
from metrics.queries.pod import ELSEWHERE, PodWeeks, pod_weeks
from pods.actions.moves import join_late
from tests.factories import PersonFactory, World
from tests.running import STARTS_ON, Running, under_way
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

# The first two weeks of the phase: Mondays.
FIRST, SECOND = STARTS_ON, STARTS_ON + timedelta(weeks=1)
THURSDAY, FRIDAY = timedelta(days=3), timedelta(days=4)


def told(running: Running, people: list[Person]) -> None:
    """Everybody says three uses of both weeks."""
    at = running.at(SECOND + timedelta(days=8))
    lines = [Line(person.pk, week, 3, 3) for person in people for week in (FIRST, SECOND)]
    record_history(program=running.program, lines=lines, by=None, at=at)
    while DirtyWeek.objects.exists():
        drain(at=at)


def shown(look: PodWeeks, person: Person) -> dict[date, tuple[str, int | None]]:
    (row,) = [row for row in look.rows if row.person == person]
    cells = zip(look.columns, row.cells, strict=True)
    return {column.week: (cell.state, cell.unprompted) for column, cell in cells if column.week >= FIRST}


@pytest.mark.parametrize(("came", "second"), [(THURSDAY, ("positive", 3)), (FRIDAY, (ELSEWHERE, None))])
def test_whoever_moves_brings_no_week_along_that_they_spent_mostly_elsewhere(
    meridian: World, enter: Enter, came: timedelta, second: tuple[str, int | None]
) -> None:
    with enter(meridian):
        running = under_way(meridian)
        mover, member = running.compared[0], running.members[0]
        join_late(person=mover, pod=running.pod, by=None, at=running.at(SECOND + came))
        told(running, [mover, member])
        look = pod_weeks(running.pod, at=running.at(SECOND + timedelta(weeks=1)))
        assert shown(look, mover) == {FIRST: (ELSEWHERE, None), SECOND: second}
        assert shown(look, member) == {FIRST: ("positive", 3), SECOND: ("positive", 3)}
        # The others of the pod said nothing, and were here all along.
        here = len(running.members) + (second[0] != ELSEWHERE)
        assert (look.shown, look.answered, look.reached) == (here, here - 2, here - 2)


def test_who_joins_late_was_nowhere_before_and_the_page_and_the_api_say_so(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        running = under_way(meridian)
        newcomer = PersonFactory.create()
        join_late(person=newcomer, pod=running.pod, by=None, at=running.at(SECOND))
        told(running, [newcomer])
        look = pod_weeks(running.pod, at=running.at(SECOND + timedelta(weeks=1)))
        assert shown(look, newcomer) == {FIRST: (ELSEWHERE, None), SECOND: ("positive", 3)}
        key = running.pod.public_id
    client = client_as(meridian.champion)
    page = client.get(f"/o/meridian/pods/{key}/weeks/").content.decode()
    assert page.count('hidden">not in this pod then<') == len(look.columns) - 1
    (row,) = [
        one
        for one in client.get(f"/api/v1/o/meridian/pods/{key}/weeks/").json()["rows"]
        if one["person"]["name"] == newcomer.name
    ]
    assert [cell["state"] for cell in row["cells"]][-2:] == [ELSEWHERE, "positive"]
