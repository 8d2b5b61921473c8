"""Wins: shared for everybody, thanked for once, taken back by their author, without a name where that is preferred."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent
from champions.actions.wins import put_win_back, share_win, take_thanks_back, take_win_back, thank
from champions.models import Thanks, Win
from champions.queries.privacy.kit import export_kit
from champions.queries.wins import PAGE_SIZE, feed
from tests.factories import AT, PersonFactory, World
from tests.stock import a_prompt, a_win, make_champion
from tests.worlds import ClientAs, Enter, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def test_a_win_is_told_in_three_sentences_to_everybody(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    given = {"task": "draft the Q2 report", "minutes_now": 40, "minutes_before": 180, "output": "Nine pages"}
    client = client_as(meridian.member)
    assert client.post(reverse("win-new", args=["meridian"]), given).status_code == HTTPStatus.FOUND
    for reader in (meridian.member, meridian.admin, meridian.executive):
        page = client_as(reader).get(reverse("wins", args=["meridian"])).content.decode()
        assert "I used AI to draft the Q2 report. It took 40 minutes instead of 180." in page
        assert "Nine pages" in page
        assert f"{meridian.member.person.name}, {meridian.member.person.department}" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": ""}, "required"),
        ({"output": " "}, "required"),
        ({"minutes_now": 0}, "greater than or equal to 1"),
        ({"minutes_before": 10081}, "less than or equal to 10080"),
        ({"minutes_now": "soon"}, "whole number"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(
    meridian: World, client_as: ClientAs, enter: Enter, changes: dict[str, Any], said: str
) -> None:
    given = {"task": "draft it", "minutes_now": 40, "minutes_before": 180, "output": "Nine pages", **changes}
    answer = client_as(meridian.member).post(reverse("win-new", args=["meridian"]), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.content.decode()
    assert said in page
    assert ("Nine pages" in page) is ("output" not in changes)
    with enter(meridian):
        assert not Win.objects.exists()


def test_asked_for_and_unprompted_are_told_apart(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        a_win(meridian.member.person, task="sum up a call")
        a_win(meridian.owner.person, task="sort a table", asked_for=True)
        assert [one.task for one in Win.objects.unprompted()] == ["sum up a call"]
    client = client_as(meridian.lead)
    page = client.get(reverse("wins", args=["meridian"]) + "?show=unprompted").content.decode()
    assert "sum up a call" in page
    assert "sort a table" not in page
    asked = client.get(reverse("win-new", args=["meridian"]) + "?asked=1").content.decode()
    assert 'name="asked_for" id="id_asked_for" checked' in asked


def test_whoever_hides_their_name_is_named_to_nobody_nor_in_the_trail(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        a_win(meridian.member.person, hides_name=True)
        assert AuditEvent.objects.get(verb="win.shared").actor is None
    for reader in (meridian.lead, meridian.executive, meridian.admin):
        page = client_as(reader).get(reverse("wins", args=["meridian"])).content.decode()
        assert "A colleague" in page
        assert meridian.member.person.name not in page
        assert meridian.member.person.department not in page.split('class="mm-win"')[1]
    own = client_as(meridian.member).get(reverse("wins", args=["meridian"])).content.decode()
    assert "You, without your name" in own


def test_thanks_are_said_once_by_each_and_never_to_oneself(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        win = a_win(meridian.member.person)
        for _ in range(2):
            thank(win=win, by=meridian.lead.person, at=AT)
        with pytest.raises(Refused, match="own_win"):
            thank(win=win, by=meridian.member.person, at=AT)
        [row] = feed(person=meridian.lead.person).rows
        assert (row.thanks, row.is_thanked, row.is_mine) == (1, True, False)
        take_thanks_back(win=win, by=meridian.lead.person)
        [row] = feed(person=meridian.member.person).rows
        assert (row.thanks, row.is_thanked, row.is_mine) == (0, False, True)
    client = client_as(meridian.lead)
    part = client.post(reverse("win-thank", args=["meridian", win.public_id]), headers={"HX-Request": "true"})
    assert "You said thank you" in part.content.decode()
    client.post(reverse("win-unthank", args=["meridian", win.public_id]))
    with enter(meridian):
        assert not Thanks.objects.exists()


def test_its_author_takes_a_win_back_and_shares_it_again(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        win = a_win(meridian.member.person)
        thank(win=win, by=meridian.lead.person, at=AT)
        for act in (take_win_back, put_win_back):
            with pytest.raises(Refused, match="not_your_win"):
                act(win=win, by=meridian.lead.person, at=AT)
    back, again = (reverse(name, args=["meridian", win.public_id]) for name in ("win-back", "win-again"))
    for somebody in (meridian.lead, meridian.champion):
        assert client_as(somebody).post(back).status_code == HTTPStatus.NOT_FOUND
    author = client_as(meridian.member)
    page = author.post(back, follow=True).content.decode()
    assert "Nobody else reads it any more" in page
    assert again in page
    assert win.task not in client_as(meridian.lead).get(reverse("wins", args=["meridian"])).content.decode()
    assert client_as(meridian.lead).post(reverse("win-thank", args=["meridian", win.public_id])).status_code == 404
    with enter(meridian), pytest.raises(Refused, match="win_taken_back"):
        thank(win=win, by=meridian.owner.person, at=AT)
    author.post(again)
    with enter(meridian):
        assert feed(person=meridian.lead.person).rows[0].thanks == 1


def test_a_win_with_a_prompt_belongs_to_its_work(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        make_champion(meridian)
        prompt = a_prompt(meridian)
        win = a_win(meridian.member.person, prompt=prompt)
        assert win.workflow == prompt.workflow
    page = client_as(meridian.lead).get(reverse("wins", args=["meridian"])).content.decode()
    assert reverse("prompt", args=["meridian", prompt.public_id]) in page


def test_the_feed_goes_on_where_it_stopped(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        for number in range(PAGE_SIZE + 2):
            a_win(meridian.member.person, task=f"task {number}.")
        first = feed(person=meridian.lead.person)
        assert len(first.rows) == PAGE_SIZE
        rest = feed(person=meridian.lead.person, before=first.older)
        assert ([one.win.task for one in rest.rows], rest.older) == (["task 1.", "task 0."], None)
    answer = client_as(meridian.lead).get(reverse("wins", args=["meridian"]) + f"?before={first.older}")
    assert "task 0." in answer.content.decode()


def test_the_feed_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.lead), reverse("wins", args=["meridian"])

    with enter(meridian):
        thank(win=a_win(meridian.member.person), by=meridian.owner.person, at=AT)
    one = asked(client, place)
    with enter(meridian):
        for person in PersonFactory.create_batch(2):
            thank(win=a_win(person), by=meridian.owner.person, at=AT)
    assert asked(client, place) == one


def test_the_database_refuses_nonsense(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        person = meridian.member.person
        win = a_win(person)
        row = {"person": person, "task": "x", "output": "x", "minutes_now": 1, "minutes_before": 1, "shared_at": AT}
        for name, changes in (
            ("win_public_id", {"public_id": win.public_id}),
            ("win_says_what", {"task": ""}),
            ("win_minutes", {"minutes_now": 0}),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Win.objects.create(**{**row, **changes})
        Thanks.objects.create(win=win, person=person, said_at=AT)
        with pytest.raises(IntegrityError, match="thanks_once"), transaction.atomic():
            Thanks.objects.create(win=win, person=person, said_at=AT)


def test_erased_somebodys_wins_go_with_the_thanks_for_them(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        mine, other = a_win(meridian.member.person), a_win(meridian.lead.person)
        thank(win=mine, by=meridian.lead.person, at=AT)
        thank(win=other, by=meridian.member.person, at=AT)
        held = export_kit(person=meridian.member.person)
        assert (len(held["wins"]), len(held["thanked_for"])) == (1, 1)
        erase_person(person=meridian.member.person, by=None, at=AT)
        assert list(Win.objects.all()) == [other]
        assert not Thanks.objects.exists()


def test_a_companys_wins_are_its_own(meridian: World, harbour: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(harbour):
        theirs = share_win(
            task="theirs",
            minutes_now=1,
            minutes_before=1,
            output="x",
            workflow=None,
            prompt=None,
            asked_for=False,
            hides_name=False,
            by=harbour.member.person,
            at=AT,
        )
    client = client_as(meridian.member)
    assert "theirs" not in client.get(reverse("wins", args=["meridian"])).content.decode()
    for name in ("win-thank", "win-back"):
        assert client.post(reverse(name, args=["meridian", theirs.public_id])).status_code == HTTPStatus.NOT_FOUND
