"""What a pod learned, week by week: written in three lines, replaced, found again, and nobody else's to read."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused
from pods.actions import reflections as actions
from pods.models import Reflection, Session
from pods.queries import export_pods
from pods.queries import reflections as queries
from tests.factories import AT, World
from tests.practice import HELD_ON, Practice, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
MONDAY = date(2026, 7, 6)


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


def at(practice: Practice) -> str:
    return reverse("reflections", args=["meridian", practice.pod.public_id])


def reflect(practice: Practice, week: date = MONDAY, **changes: str) -> Reflection:
    given = {"worked": "An old report as example", "did_not": "", "next_time": "", **changes}
    return actions.reflect(pod=practice.pod, week=week, by=practice.champion.person, at=AT, **given)


def test_three_lines_are_written_and_written_again(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client = client_as(meridian.champion)
    for words in ("Old reports", "Older reports"):
        given = {"opened": str(MONDAY), "week": str(MONDAY), "worked": words, "did_not": "Tables", "next_time": ""}
        assert client.post(at(practice), given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        row = Reflection.objects.get()
        assert (row.worked, row.did_not, row.written_by) == ("Older reports", "Tables", meridian.champion.person)
    page = client.get(at(practice)).content.decode()
    assert page.count("Older reports") == 2, "in the form, to go on with, and below"


def test_what_is_written_of_another_week_is_not_written_over_unseen(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    before = MONDAY - timedelta(weeks=1)
    with enter(meridian):
        reflect(practice, before)
    client = client_as(meridian.champion)
    refused = client.post(at(practice), {"opened": str(MONDAY), "week": str(before), "worked": "Kept words"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "written of this week already" in refused.content.decode()
    opened = client.get(f"{at(practice)}?week={before}").content.decode()
    assert f'name="opened" value="{before}"' in opened
    with enter(meridian):
        assert Reflection.objects.get().worked == "An old report as example"


@pytest.mark.parametrize(
    "given",
    [
        {"week": str(MONDAY), "worked": ""},
        {"week": "2020-01-06", "worked": "Kept words"},
        {"week": "soon", "worked": "Kept words"},
        {"week": str(MONDAY), "worked": "Kept words" + "x" * 500},
    ],
)
def test_what_is_no_reflection_is_kept_as_typed(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, given: dict[str, str]
) -> None:
    answer = client_as(meridian.champion).post(at(practice), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert given["worked"] in answer.content.decode()
    with enter(meridian):
        assert not Reflection.objects.exists()


@pytest.mark.parametrize(
    "week", [MONDAY + timedelta(days=1), MONDAY + timedelta(weeks=1), MONDAY - timedelta(weeks=12)]
)
def test_a_week_that_is_none_or_not_here_is_refused(
    practice: Practice, meridian: World, enter: Enter, week: date
) -> None:
    with enter(meridian), pytest.raises(Refused, match="no_such_week"):
        reflect(practice, week)


def test_the_database_refuses_a_second_one_of_a_week_and_one_that_says_nothing(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        row = reflect(practice)
        for changes in ({"worked": ""}, {"week": date(2026, 7, 7)}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Reflection.objects.filter(pk=row.pk).update(**changes)
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_every_word_of_a_search_occurs_in_a_week_or_in_the_notes_of_its_sessions(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        reflect(practice)
        reflect(practice, MONDAY - timedelta(weeks=2), worked="", next_time="Tables by hand")
        found = queries.learned(practice.pod)
        assert [one.week for one in found] == [MONDAY, date(2026, 6, 29), MONDAY - timedelta(weeks=2)]
        assert found[1].sessions[0].held_on == HELD_ON
        assert [one.week for one in queries.learned(practice.pod, search="TABLES hand")] == [date(2026, 6, 22)]
        assert [one.week for one in queries.learned(practice.pod, search="helped")] == [date(2026, 6, 29)]
        assert queries.learned(practice.pod, search="tables helped") == []
        assert [one.suggests_win for one in found] == [True, False, False]


def test_nobody_but_the_champion_finds_it(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    for somebody in (meridian.member, meridian.lead, meridian.executive, meridian.admin, meridian.owner):
        assert client_as(somebody).get(at(practice)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("count", [1, 3])
def test_the_weeks_take_two_queries(
    practice: Practice, meridian: World, enter: Enter, count: int, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        for number in range(count):
            reflect(practice, MONDAY - timedelta(weeks=number))
        with django_assert_num_queries(2):
            assert len(queries.learned(practice.pod)) == max(count, 2)


def test_machines_read_and_write_it_and_an_author_takes_it_home(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, path = client_as(meridian.champion), f"/api/v1/o/meridian/pods/{practice.pod.public_id}/reflections/"

    def put(body: dict[str, str]) -> Any:
        return client.put(path, body, content_type="application/json")

    assert put({"week": str(MONDAY), "worked": "Old reports"}).json()["worked"] == "Old reports"
    assert put({"week": str(MONDAY)}).status_code == HTTPStatus.BAD_REQUEST
    assert put({"week": "2020-01-06", "worked": "x"}).status_code == HTTPStatus.BAD_REQUEST
    assert [one["week"] for one in client.get(path).json()["items"]] == [str(MONDAY)]
    assert client_as(meridian.member).get(path).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        held = export_pods(person=meridian.champion.person)["reflections_written"]
        assert [one["worked"] for one in held] == ["Old reports"]


# --- what becomes of it ----------------------------------------------------------------------------------------------


def test_a_win_and_a_prompt_begin_with_what_the_week_taught_and_no_word_of_it_stands_in_an_address(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        reflect(practice, worked="An old report as example")
        Session.objects.update(
            held_on=MONDAY, finished="The Q2 report", written_down="Take the last good one, then ask"
        )
    client = client_as(meridian.champion)
    page = client.get(at(practice)).content.decode()
    reference = f"{practice.pod.public_id}.{MONDAY}"
    places = [f"{reverse(name, args=['meridian'])}?from={reference}" for name in ("win-new", "prompt-new")]
    for place in places:
        assert place in page
    win, prompt = (client.get(place).content.decode() for place in places)
    assert 'value="The Q2 report"' in win
    assert "An old report as example" in win
    assert 'value="The Q2 report"' in prompt
    assert "Take the last good one, then ask" in prompt
    # Nothing is said of a pod somebody does not lead, and nonsense is as if it were not there.
    for somebody in (meridian.member, meridian.lead):
        assert "An old report as example" not in client_as(somebody).get(places[0]).content.decode()
    for nonsense in ("?from=x", f"?from={practice.pod.public_id}.x", "?from=" + "9" * 100):
        assert client.get(reverse("win-new", args=["meridian"]) + nonsense).status_code == HTTPStatus.OK


def test_a_week_without_sessions_suggests_a_win_on_the_pods_work_and_an_empty_one_nothing(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    with enter(meridian):
        reflect(practice, worked="Old reports")
        leader, key = practice.champion.person, practice.pod.public_id
        found = queries.suggestion_of_week(person=leader, reference=f"{key}.{MONDAY}")
        assert found
        assert (found.task, found.output, found.prompt) == (practice.program.workflow.name, "Old reports", "")
        earlier = queries.suggestion_of_week(person=leader, reference=f"{key}.{MONDAY - timedelta(weeks=9)}")
        assert earlier
        assert earlier.output == ""
