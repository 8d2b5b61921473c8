"""A champion's home: their time with what to do about it, what of the kit is theirs to look at, and who helps with what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.tenancy.rules import local_date
from champions.actions.network import write_card
from champions.actions.prompts import review_prompt, try_prompt
from champions.actions.time import answer_check
from champions.models import Champion, Prompt, TimeCheck
from champions.queries.home import champions_home
from champions.queries.prompts import newest_version
from champions.rules import ReviewVerdict
from champions.rules.agreements import Side
from champions.rules.time import Kept, ProtectedWeek, Todo, what_to_do
from tests.agreeing import agree_on_time, propose
from tests.factories import AT, World
from tests.stock import a_prompt, another_champion, make_champion
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def champion(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        make_champion(meridian)
        return Champion.objects.select_related("program__organization", "person__manager").get()


def a_check(champion: Champion, *, hours: str | None = None, displaced: str = "", asked_at: Any = AT) -> TimeCheck:
    check: TimeCheck = TimeCheck.objects.create(
        champion=champion, due_on=asked_at.date(), instrument_version=1, asked_at=asked_at
    )
    if hours is not None:
        said(check, hours, displaced)
    return check


def said(check: TimeCheck, hours: str, displaced: str) -> None:
    answer_check(check=check, displaced=displaced, hours=Decimal(hours), can_keep=None, to_fix="", at=check.asked_at)


# --- what to do ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "todo"),
    [
        ({}, Todo.NOTHING),
        ({"last": None}, Todo.NOTHING),
        ({"last": ProtectedWeek(Kept.UNKNOWN, displaced=False)}, Todo.NOTHING),
        ({"last": ProtectedWeek(Kept.KEPT, displaced=False)}, Todo.NAME),
        ({"last": ProtectedWeek(Kept.OVER, displaced=False)}, Todo.NAME),
        ({"last": ProtectedWeek(Kept.SHORT, displaced=True)}, Todo.TALK),
        ({"last": ProtectedWeek(Kept.SHORT, displaced=True), "is_ending": True}, Todo.RENEW),
        ({"has_agreement": False, "is_ending": True}, Todo.PROPOSE),
        ({"has_agreement": False, "proposed_to": Side.MANAGER}, Todo.WAIT),
        ({"has_agreement": False, "proposed_to": Side.CHAMPION}, Todo.AGREE),
        ({"is_asked": True, "proposed_to": Side.CHAMPION}, Todo.ANSWER),
    ],
)
def test_the_first_thing_that_helps_is_said(changes: dict[str, Any], todo: Todo) -> None:
    fine = {
        "is_asked": False,
        "proposed_to": None,
        "has_agreement": True,
        "is_ending": False,
        "last": ProtectedWeek(Kept.KEPT, displaced=True),
    }
    assert what_to_do(**{**fine, **changes}) is todo


def test_time_says_what_to_do_from_the_first_proposal_to_the_last_check(
    meridian: World, champion: Champion, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.champion), reverse("waiting-champion", args=["meridian"])

    def shown() -> str:
        return client.get(place).content.decode()

    assert "Nothing is agreed yet: say what comes off your plate." in shown()
    with enter(meridian):
        propose(champion, at=AT, side=Side.MANAGER)
    assert "Your manager proposes what comes off your plate." in shown()
    with enter(meridian):
        if champion.person.manager is None:
            champion.person.manager = meridian.manager
            champion.person.save()
        agree_on_time(champion, at=AT)
    page = shown()
    assert "4 hours a week agreed. Nothing to do about it." in page
    assert reverse("own-agreement", args=["meridian", champion.public_id]) in page
    with enter(meridian):
        check = a_check(champion)
    page = shown()
    assert "Was it kept? One minute." in page
    assert reverse("own-check", args=["meridian", check.public_id]) in page
    with enter(meridian):
        said(check, "1", "Minutes")
    assert "Less was kept than you are owed" in shown()


def test_of_a_long_strip_the_last_checks_stand_on_the_line(meridian: World, champion: Champion, enter: Enter) -> None:
    with enter(meridian):
        for number in range(7):
            a_check(champion, hours="4", displaced="Minutes", asked_at=AT + timedelta(days=14 * number))
        [time] = champions_home(champion.person, at=AT).times
        assert [cell.due_on for cell in time.cells] == [
            local_date(AT, "UTC") + timedelta(days=14 * n) for n in range(2, 7)
        ]
        champion.program.closed_at = AT
        champion.program.baseline_opened_at = None
        champion.program.save()
        assert champions_home(champion.person, at=AT).times == []


# --- kit and network -------------------------------------------------------------------------------------------------


def test_the_kit_has_what_was_used_last_what_is_to_review_and_what_lies_idle(
    meridian: World, champion: Champion, enter: Enter
) -> None:
    with enter(meridian):
        me, other = meridian.champion.person, another_champion(meridian)
        mine = a_prompt(meridian, at=AT - timedelta(days=40))
        theirs = a_prompt(meridian, title="Theirs")
        Prompt.objects.filter(pk=theirs.pk).update(owner=other)
        theirs.versions.update(author=other)
        found = champions_home(me, at=AT).kit
        assert (found.used, [one.prompt for one in found.to_review]) == (None, [theirs])
        assert [one.prompt for one in found.stale] == [mine]
        try_prompt(prompt=mine, worked=True, because="", by=me, at=AT - timedelta(days=1))
        try_prompt(prompt=theirs, worked=True, because="", by=me, at=AT)
        review_prompt(version=newest_version(theirs), verdict=ReviewVerdict.CHANGE, note="Shorter", by=me, at=AT)
        found = champions_home(me, at=AT).kit
        assert found.used is not None
        assert found.used.prompt == theirs
        assert (found.to_review, found.stale) == ([], [])
        # Nobody reviews their own, and what another has found good needs no second word.
        assert [one.prompt for one in champions_home(other, at=AT).kit.to_review] == [mine]


def test_the_network_names_who_does_the_same_work_first(
    meridian: World, champion: Champion, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.champion), reverse("waiting-champion", args=["meridian"])
    assert reverse("network-card", args=["meridian"]) in client.get(place).content.decode()
    with enter(meridian):
        far, near = another_champion(meridian, "Aaron"), another_champion(meridian, "Zoe")
        Champion.objects.create(program=champion.program, person=near, named_at=AT)
        for person in (far, near, champion.person):
            write_card(solves=f"Asks {person.name} solves", office_hours="Tuesdays at noon", by=person, at=AT)
        found = champions_home(champion.person, at=AT).network
        assert [one.person for one in found.peers] == [near, far]
        assert found.card is not None
        aaron = Champion.objects.filter(person=far)
        far.left_on = AT.date()
        far.save()
        assert [one.person for one in champions_home(champion.person, at=AT).network.peers] == [near]
        far.left_on = None
        far.save()
        aaron.update(stepped_down_at=AT)
        assert [one.person for one in champions_home(champion.person, at=AT).network.peers] == [near]
    page = client.get(place).content.decode()
    assert "Tuesdays at noon" in page
    assert reverse("network-card", args=["meridian"]) not in page


def test_it_is_there_for_champions_alone_and_asks_as_much_of_the_database_for_many_rows(
    meridian: World, champion: Champion, client_as: ClientAs, enter: Enter
) -> None:
    place = reverse("waiting-champion", args=["meridian"])
    assert client_as(meridian.member).get(place).status_code == HTTPStatus.NOT_FOUND
    client = client_as(meridian.champion)
    home = reverse("home", args=["meridian"])
    assert place in client.get(home).content.decode()
    assert place not in client_as(meridian.member).get(home).content.decode()
    part = client.get(place, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")

    def count() -> int:
        client.get(place)
        with CaptureQueriesContext(connection) as queries:
            client.get(place)
        return len(queries)

    with enter(meridian):
        a_prompt(meridian)
        a_check(champion, hours="4", displaced="Minutes")
        write_card(solves="Reports", office_hours="", by=another_champion(meridian), at=AT)
    before = count()
    with enter(meridian):
        for number in range(2):
            a_prompt(meridian, title=f"Report {number}")
            a_check(champion, hours="4", displaced="", asked_at=AT + timedelta(days=14 + number))
            write_card(solves="Notes", office_hours="", by=another_champion(meridian, f"N{number}"), at=AT)
    assert count() == before
