"""A planned session on a day that is closed stays where it is, and whoever holds it is told where they look; planning on one asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from adoption.tenancy.actions.closures import close_days
from adoption.tenancy.models import Closure, Person
from pods import actions
from pods.actions.leaders import plan_with_leader
from pods.models import LeaderPlan, Meeting
from pods.queries import coming, waiting_for
from pods.queries.leaders import plans_on_closed_days
from pods.rules import SessionKind
from tests.factories import AT, World
from tests.practice import Practice, practise
from tests.worlds import ClientAs, Enter, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
# The Wednesday after.
DAY = AT.date() + timedelta(days=7)
LEADER_PLAN = {"work": "briefing", "day": DAY.isoformat(), "hour": "10:00", "minutes": "50", "place": "Room 4"}


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Iterator[Practice]:
    made = practise(meridian)
    with enter(meridian):
        yield made


def close(world: World, day: date = DAY, name: str = "Outing", location: str = "") -> Closure:
    days = {"starts_on": day, "ends_on": day, "location": location}
    return close_days(organization=world.organization, name=name, **days, by=None, at=AT)


def plan(practice: Practice, *, weekly: bool = False, day: date = DAY) -> list[Meeting]:
    return actions.plan_meeting(
        pod=practice.pod,
        kind=SessionKind.REFLECTION,
        day=day,
        hour=time(10),
        minutes=15,
        people=practice.members,
        place="",
        topics="",
        weekly=weekly,
        form_key=uuid4(),
        by=None,
        at=AT,
    )


def a_plan(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "reflection",
        "people": [str(one.public_id) for one in practice.members],
        "day": DAY.isoformat(),
        "hour": "10:00",
        "minutes": "15",
        "form_key": str(uuid4()),
        **changes,
    }


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def with_leader(practice: Practice, world: World) -> LeaderPlan:
    return plan_with_leader(
        program=practice.program,
        leader=world.executive.person,
        work="briefing",
        day=DAY,
        hour=time(10),
        minutes=50,
        place="",
        by=world.lead.person,
        at=AT,
    )


# --- a closure that is noted later -----------------------------------------------------------------------------------


def test_a_session_stays_and_says_what_closes_its_day(
    meridian: World, practice: Practice, django_assert_num_queries: Any
) -> None:
    made = plan(practice, weekly=True)
    close(meridian)
    with django_assert_num_queries(1):
        (first, *rest) = coming([practice.pod], at=AT)
    assert (first.meeting.pk, first.closed) == (made[0].pk, "Outing")
    assert not any(one.closed for one in rest)
    # Taken back it says nothing more.
    Closure.objects.all().delete()
    assert not any(one.closed for one in coming([practice.pod], at=AT))
    # At a place, where somebody of those who meet works; first what holds everywhere.
    for place in ("Leeds", "York"):
        close(meridian, name="Fair", location=_moves(practice.members[0], place))
    Person.objects.update(location="")
    assert not any(one.closed for one in coming([practice.pod], at=AT))
    _moves(practice.champion.person, "York")
    assert coming([practice.pod], at=AT)[0].closed == "Fair (York)"
    _moves(practice.champion.person, "")
    _moves(practice.members[0], "Leeds")
    assert coming([practice.pod], at=AT)[0].closed == "Fair (Leeds)"
    close(meridian)
    assert coming([practice.pod], at=AT)[0].closed == "Outing"
    # Whether it was held is another question.
    assert not any(one.closed for one in coming([practice.pod], at=AT + timedelta(days=8)))


def _moves(person: Person, place: str) -> str:
    Person.objects.filter(pk=person.pk).update(location=place)
    return place


def test_its_champion_is_told_where_they_look_and_moves_it(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    pod, client = practice.pod.public_id, client_as(meridian.champion)
    series = plan(practice, weekly=True)
    late = series[-1]
    close(meridian, late.day, "Works outing")
    page, move = at("meeting", pod, late.public_id), at("meeting-move", pod, late.public_id)
    for address in (at("pod", pod), at("waiting-pods"), page):
        told = client.get(address).content.decode()
        assert "Closed that day: Works outing" in told
        assert move in told
    assert "One planned session is on a closed day." in client.get(at("pod", pod)).content.decode()
    assert at("meeting-cancel", pod, late.public_id) in client.get(page).content.decode()
    other = late.day + timedelta(days=1)
    client.post(move, {"day": other.isoformat(), "hour": "10:00", "reason": "We are out"})
    assert "Closed that day" not in client.get(page).content.decode()


def test_whoever_is_invited_reads_it_without_being_asked_to_act(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    (made,) = plan(practice)
    close(meridian)
    client = client_as(meridian.member)
    pod = practice.pod.public_id
    told = client.get(at("meeting", pod, made.public_id)).content.decode()
    assert "Closed that day: Outing" in told
    assert at("meeting-move", pod, made.public_id) not in told
    assert "Closed that day: Outing" in client.get(at("pods")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_take_as_many_queries_for_one_closed_day_as_for_three(
    meridian: World, practice: Practice, client_as: ClientAs, number: int
) -> None:
    series = plan(practice, weekly=True)
    pages = [
        at("pod", practice.pod.public_id),
        at("waiting-pods"),
        at("meeting", practice.pod.public_id, series[0].public_id),
    ]
    client = client_as(meridian.champion)
    before = [asked(client, page) for page in pages]
    for one in series[:number]:
        close(meridian, one.day)
    assert [asked(client, page) for page in pages] == before
    (waiting,) = waiting_for(meridian.champion.person, at=AT)
    assert len(waiting.shown) == number


def test_a_lead_is_told_of_what_they_planned_with_a_leader(
    meridian: World, practice: Practice, client_as: ClientAs, django_assert_num_queries: Any
) -> None:
    made, lead = with_leader(practice, meridian), client_as(meridian.lead)
    place = practice.program.slug, meridian.executive.person.public_id
    pages = [at("leader", *place), at("leaders", practice.program.slug), at("waiting-pods")]
    for page in pages:
        assert "Closed that day" not in lead.get(page).content.decode()
    close(meridian)
    with django_assert_num_queries(1):
        assert plans_on_closed_days(meridian.lead.person, at=AT) == [made]
    for page in pages:
        assert "Closed that day: Outing" in lead.get(page).content.decode()
    assert at("leader-plan", *place) in lead.get(at("waiting-pods")).content.decode()
    own = client_as(meridian.executive)
    assert "Closed that day: Outing" in own.get(at("own-one-to-ones")).content.decode()
    # Nobody else's business.
    assert "Planned on a closed day" not in client_as(meridian.champion).get(at("waiting-pods")).content.decode()


# --- planning on a closed day ----------------------------------------------------------------------------------------


def test_planning_on_a_closed_day_asks_once_and_goes_through(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    close(meridian)
    client, address = client_as(meridian.champion), at("session-plan", practice.pod.public_id)
    refused = client.post(address, a_plan(practice))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    told = refused.content.decode()
    assert "Closed then: Outing, 15 July." in told
    assert 'type="checkbox" name="anyway"' in told
    assert not Meeting.objects.exists()
    # What else is wrong leaves the answer in sight.
    both = client.post(address, a_plan(practice, anyway="on", minutes="0")).content.decode()
    assert 'type="checkbox" name="anyway"' in both
    assert client.post(address, a_plan(practice, anyway="on")).status_code == HTTPStatus.FOUND
    assert Meeting.objects.count() == 1


def test_of_a_series_each_closed_day_is_named(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    close(meridian, DAY + timedelta(days=7))
    for weeks in (2, 3):
        close(meridian, DAY + timedelta(weeks=weeks), "Holidays")
    client, address = client_as(meridian.champion), at("session-plan", practice.pod.public_id)
    told = client.post(address, a_plan(practice, weekly="on")).content.decode()
    assert "Closed then: Outing, 22 July; Holidays, 29 July, 5 August." in told
    # Once alone it is on none of them.
    assert client.post(address, a_plan(practice)).status_code == HTTPStatus.FOUND


def test_moving_onto_a_closed_day_asks_too(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    (made,) = plan(practice)
    close(meridian, DAY + timedelta(days=1), "Fair", _moves(practice.members[0], "Leeds"))
    client = client_as(meridian.champion)
    address = at("meeting-move", practice.pod.public_id, made.public_id)
    given = {"day": (DAY + timedelta(days=1)).isoformat(), "hour": "10:00", "reason": "A client"}
    refused = client.post(address, given)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Closed then: Fair (Leeds), 16 July." in refused.content.decode()
    assert client.post(address, {**given, "anyway": "on"}).status_code == HTTPStatus.FOUND
    made.refresh_from_db()
    assert made.day == DAY + timedelta(days=1)


def test_with_a_leader_it_asks_too(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    close(meridian)
    lead = client_as(meridian.lead)
    address = at("leader-plan", practice.program.slug, meridian.executive.person.public_id)
    refused = lead.post(address, LEADER_PLAN)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Closed then: Outing, 15 July." in refused.content.decode()
    assert not LeaderPlan.objects.exists()
    assert lead.post(address, {**LEADER_PLAN, "anyway": "on"}).status_code == HTTPStatus.FOUND
    assert LeaderPlan.objects.count() == 1


def test_machines_are_told_and_refused_nothing(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    close(meridian)
    root = f"/api/v1/o/meridian/pods/{practice.pod.public_id}/planned/"
    given = {"kind": "reflection", "day": DAY.isoformat(), "hour": "10:00", "minutes": 15}
    people = [str(one.public_id) for one in practice.members]
    client = client_as(meridian.champion)
    made = client.post(root, {**given, "people": people}, content_type="application/json")
    assert (made.status_code, [one["closed"] for one in made.json()]) == (HTTPStatus.CREATED, ["Outing"])
    base = f"/api/v1/o/meridian/p/{practice.program.slug}/leaders/{meridian.executive.person.public_id}/planned/"
    wanted = {"day": DAY.isoformat(), "hour": "10:00", "work": "briefing"}
    planned = client_as(meridian.lead).put(base, wanted, content_type="application/json")
    assert (planned.status_code, planned.json()["closed"]) == (HTTPStatus.OK, "Outing")
