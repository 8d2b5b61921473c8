"""Day 7: the first cause that fits, and the member who answers alone by link where no meeting came about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs.actions import object_to
from adoption.programs.models import Attention
from adoption.programs.rules import Kind
from adoption.tenancy.models import Agenda
from adoption.tenancy.rules import local_date
from pods import actions
from pods.actions import follow_ups
from pods.models import FollowUp
from pods.queries.follow_ups import alone_wanted, facts_of_alone
from pods.rules import Cause, Used, suggest_cause
from pods.tasks import follow_up_alone
from tests.factories import AT, World
from tests.practice import Practice, practise
from tests.worlds import Enter

pytestmark = pytest.mark.django_db
ORDER = list(Cause)


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


def arrive(practice: Practice) -> tuple[Client, str]:
    """The member's browser behind the mailed link, and the page it was led to."""
    member = practice.follow_up.person
    address = mint(
        purpose=follow_ups.FOLLOW_UP,
        row_id=practice.follow_up.pk,
        person=member,
        address=member.mail or "",
        expires_at=AT + timedelta(days=30),
        at=AT,
    )
    client = Client()
    return client, client.get(urlsplit(address).path)["Location"]


def test_of_any_signs_the_first_in_the_order_of_the_decision_is_the_cause() -> None:
    assert suggest_cause([]) is None
    for size in range(1, len(ORDER) + 1):
        for signs in combinations(ORDER, size):
            assert suggest_cause(signs[::-1]) is signs[0]


def test_three_days_after_a_day_7_that_did_not_come_about_the_member_is_asked_alone_once(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    follow_up = practice.follow_up
    with enter(meridian):
        actions.remind_champion(follow_up=follow_up, at=AT)
        row = Agenda.objects.get(task=follow_ups.FOLLOW_UP_ALONE, row_id=follow_up.pk)
        zone = follow_up.person.local_zone()
        # Wednesday and three days is a Saturday: the Monday after it.
        assert str(local_date(row.due_at, zone)) == "2026-07-13"
    for _ in range(2):
        follow_up_alone(agenda_id=row.pk, at=row.due_at.isoformat())
    with enter(meridian):
        message = Message.objects.get(kind=follow_ups.ASKED_ALONE)
        assert message.person == follow_up.person
        assert alone_wanted(message=message, at=row.due_at)
        assert "30 June" in str(facts_of_alone(message=message, at=row.due_at))
        # The lead has had it on the list since the day itself.
        assert Attention.objects.open().get().kind == Kind.FOLLOW_UP_DUE


@pytest.mark.parametrize("meanwhile", ["answered", "objected"])
def test_whoever_was_met_meanwhile_or_wants_to_be_let_be_is_not_asked(
    practice: Practice, meridian: World, enter: Enter, meanwhile: str
) -> None:
    follow_up = practice.follow_up
    with enter(meridian):
        actions.remind_champion(follow_up=follow_up, at=AT)
        row = Agenda.objects.get(task=follow_ups.FOLLOW_UP_ALONE)
        if meanwhile == "objected":
            object_to(program=practice.program, person=follow_up.person, at=AT)
        else:
            FollowUp.objects.update(answered_at=AT, used=Used.YES)
    follow_up_alone(agenda_id=row.pk, at=row.due_at.isoformat())
    with enter(meridian):
        assert not Message.objects.filter(kind=follow_ups.ASKED_ALONE).exists()


def test_the_link_shows_and_only_a_post_answers_once(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        client, page = arrive(practice)
    assert "Did you use it?" in client.get(page).content.decode()
    with enter(meridian):
        assert FollowUp.objects.get().answered_at is None
    refused = client.post(page, {"used": "stopped", "what_happened": "Kept words"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Kept words" in refused.content.decode()
    given = {"used": "stopped", "what_happened": "Wrote it anew", "signs": ["no_peer_seen", "obstacle"]}
    assert "for you alone" in client.post(page, given).content.decode()
    with enter(meridian):
        row = FollowUp.objects.get()
        assert (row.used, row.cause, row.fixed) == (Used.STOPPED, Cause.OBSTACLE, False)
        assert list(Attention.objects.open().values_list("kind", flat=True)) == [Kind.STUCK]
        client, page = arrive(practice)
    assert "has its answer already" in client.post(page, {"used": "yes"}).content.decode()
    with enter(meridian):
        assert FollowUp.objects.get().used == Used.STOPPED


@pytest.mark.parametrize("given", [{"used": "yes"}, {"used": "no", "signs": ["obstacle"], "leave_it": "on"}])
def test_a_yes_and_leaving_it_close_the_matter(
    practice: Practice, meridian: World, enter: Enter, given: dict[str, Any]
) -> None:
    with enter(meridian):
        client, page = arrive(practice)
    assert "Nobody asks on" in client.post(page, given).content.decode()
    with enter(meridian):
        row = FollowUp.objects.get()
        assert (row.cause, row.fixed) == ("", None)
        assert not Attention.objects.open().exists()


def test_without_the_link_there_is_no_page(practice: Practice, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        _, page = arrive(practice)
    assert Client().get(page).status_code == HTTPStatus.NOT_FOUND
    assert Client().post(page, {"used": "yes"}).status_code == HTTPStatus.NOT_FOUND
