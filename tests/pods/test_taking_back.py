"""A session logged twice is asked about; one logged by mistake is taken back, with everything that hung on it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from adoption.programs.actions import Refused, object_to, raise_attention
from adoption.programs.models import Attention
from adoption.programs.rules import Kind
from adoption.tenancy.models import AuditEvent
from pods import actions
from pods.actions.showings import offer_showing
from pods.models import Attendance, FollowUp, Meeting, Session, Showing
from pods.queries.sessions import practice_of
from pods.rules import TAKE_BACK, SessionKind, Used
from tests.factories import AT, World
from tests.practice import Practice, plan_ahead, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


@pytest.fixture
def inside(meridian: World, practice: Practice, enter: Enter) -> Any:
    with enter(meridian):
        yield


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def log(practice: Practice, **changes: Any) -> Session:
    given: dict[str, Any] = {
        "pod": practice.pod,
        "kind": SessionKind.ONE_TO_ONE,
        "held_on": AT.date(),
        "attendees": practice.members[1:2],
        "doing_minutes": 40,
        "explaining_minutes": 10,
        "note": "",
        "form_key": uuid4(),
        "by": practice.champion.person,
        "at": AT,
    }
    return actions.log_session(**given | changes)


def on_the_form(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "one_to_one",
        "people": [str(practice.members[1].public_id)],
        "held_on": AT.date().isoformat(),
        "doing_minutes": "40",
        "explaining_minutes": "10",
        "finished": "The Aldgate report",
        "written_down": "Notes in, three risks out.",
        "form_key": str(uuid4()),
        **changes,
    }


# --- twice -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("inside")
def test_the_same_people_on_the_same_day_are_logged_twice_only_where_somebody_says_so(practice: Practice) -> None:
    first = log(practice)
    with pytest.raises(Refused, match="logged_already"):
        log(practice)
    # Somebody else, another kind and another day are other sessions.
    log(practice, attendees=practice.members[2:])
    log(practice, kind=SessionKind.PEER)
    log(practice, held_on=AT.date() - timedelta(days=1))
    again = log(practice, is_another=True)
    assert again != first
    assert FollowUp.objects.filter(session=again).count() == 1
    together = {"kind": SessionKind.REFLECTION, "attendees": practice.members}
    log(practice, **together)
    with pytest.raises(Refused, match="logged_already"):
        log(practice, **together)
    log(practice, **together | {"attendees": practice.members[:2]})


def test_the_second_of_two_tabs_is_told_and_may_say_that_it_was_another_one(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), at("session-log", practice.pod.public_id)
    first, second = on_the_form(practice), on_the_form(practice)
    assert client.post(where, first).status_code == HTTPStatus.FOUND
    told = client.post(where, second)
    assert told.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This stands already" in told.content.decode()
    with enter(meridian):
        assert Session.objects.filter(held_on=AT.date()).count() == 1
    assert client.post(where, {**second, "is_another": "on"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Session.objects.filter(held_on=AT.date()).count() == 2


# --- taken back ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("inside")
def test_what_hung_on_a_session_goes_with_it(practice: Practice) -> None:
    member, champion, program = practice.members[1], practice.champion.person, practice.program
    raise_attention(program=program, person=member, kind=Kind.NOT_BEGUN, since=AT.date(), detail={}, at=AT)
    before = practice_of(program)
    made = log(practice)
    assert not Attention.objects.open().filter(person=member).exists()
    actions.take_back_session(session=made, by=champion, at=AT + timedelta(hours=1))
    assert not Session.objects.filter(pk=made.pk).exists()
    assert not Attendance.objects.filter(session=made.pk).exists()
    assert not FollowUp.objects.filter(person=member).exists()
    assert practice_of(program) == before
    # What asked for a one-to-one asks again.
    assert [row.kind for row in Attention.objects.open().filter(person=member)] == [Kind.NOT_BEGUN]
    assert AuditEvent.objects.filter(verb="session.taken_back").count() == 1
    # Twice is once.
    actions.take_back_session(session=Session(pk=made.pk or 0, pod=practice.pod), by=champion, at=AT)


@pytest.mark.usefixtures("inside")
def test_whoever_objects_meanwhile_is_on_no_list_again(practice: Practice) -> None:
    member = practice.members[1]
    raise_attention(program=practice.program, person=member, kind=Kind.NOT_BEGUN, since=AT.date(), detail={}, at=AT)
    made = log(practice)
    object_to(program=practice.program, person=member, at=AT)
    actions.take_back_session(session=made, by=None, at=AT)
    assert not Attention.objects.open().filter(person=member).exists()


@pytest.mark.usefixtures("inside")
def test_a_session_stays_once_its_day_7_is_answered_or_two_weeks_have_passed(practice: Practice) -> None:
    made = log(practice)
    with pytest.raises(Refused, match="long_logged"):
        actions.take_back_session(session=made, by=None, at=AT + TAKE_BACK)
    given = {"what_happened": "", "what_failed": "", "cause": None, "fixed": None, "by": None, "at": AT}
    actions.answer_follow_up(follow_up=FollowUp.objects.get(session=made), used=Used.YES, **given)
    with pytest.raises(Refused, match="day_seven_answered"):
        actions.take_back_session(session=made, by=None, at=AT)
    assert Session.objects.filter(pk=made.pk).exists()


@pytest.mark.usefixtures("inside")
def test_a_due_day_7_of_a_session_that_was_not_leaves_the_lists(practice: Practice) -> None:
    member = practice.members[1]
    made = log(practice, held_on=AT.date() - timedelta(days=8))
    actions.remind_champion(follow_up=FollowUp.objects.get(session=made), at=AT)
    assert Attention.objects.open().filter(person=member, kind=Kind.FOLLOW_UP_DUE).exists()
    actions.take_back_session(session=made, by=None, at=AT)
    assert not Attention.objects.open().filter(person=member).exists()


def test_what_was_planned_and_what_was_to_be_shown_wait_again(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    meeting = plan_ahead(meridian)
    with enter(meridian):
        shown = {"task": "Three risks from notes", "minutes_now": None, "minutes_before": None, "at": AT}
        first, second = practice.members[:2]
        for one in (first, second):
            offer_showing(pod=practice.pod, person=one, **shown)
        later = meeting.starts_at + timedelta(hours=1)
        held = {"kind": SessionKind.REFLECTION, "held_on": meeting.day, "attendees": practice.members, "at": later}
        made = log(practice, **held, meeting=meeting)
        assert not Meeting.objects.unlogged().exists()
        # One offered again since: that is the offer that counts.
        offer_showing(pod=practice.pod, person=second, **{**shown, "task": "Another"})
        actions.take_back_session(session=made, by=None, at=later)
        assert Meeting.objects.unlogged().get() == meeting
        assert {(row.person_id, row.task) for row in Showing.objects.offered()} == {
            (first.pk, "Three risks from notes"),
            (second.pk, "Another"),
        }


def test_taking_back_asks_once_and_is_the_champions_alone(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        made = log(practice)
    pod = practice.pod.public_id
    where, words = at("session-take-back", pod, made.public_id), at("session-put-right", pod, made.public_id)
    client = client_as(meridian.champion)
    assert words in client.get(at("pod", pod)).content.decode()
    assert where in client.get(words).content.decode()
    asked = client.get(where).content.decode()
    assert "The day 7 it promised is called off" in asked
    for somebody in (meridian.lead, meridian.member):
        assert client_as(somebody).post(where).status_code == HTTPStatus.NOT_FOUND
        assert client_as(somebody).get(words).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        assert Session.objects.filter(pk=made.pk).exists()
    assert client.post(where).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert not Session.objects.filter(pk=made.pk).exists()
    # What was logged long ago stays.
    kept, its_words = (at(one, pod, practice.session.public_id) for one in ("session-take-back", "session-put-right"))
    with enter(meridian):
        Session.objects.filter(pk=practice.session.pk).update(logged_at=AT - TAKE_BACK)
    assert its_words not in client.get(at("pod", pod)).content.decode()
    client.post(kept)
    with enter(meridian):
        assert Session.objects.filter(pk=practice.session.pk).exists()


def test_machines_are_asked_too_and_take_back(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), f"/api/v1/o/meridian/pods/{practice.pod.public_id}/sessions/"
    given = {
        "kind": "one_to_one",
        "held_on": AT.date().isoformat(),
        "people": [str(practice.members[1].public_id)],
        "doing_minutes": 40,
        "explaining_minutes": 10,
    }
    made = client.post(where, given, content_type="application/json")
    again = client.post(where, given, content_type="application/json")
    assert (made.status_code, again.status_code) == (HTTPStatus.CREATED, HTTPStatus.CONFLICT)
    assert again.json()["errors"][0]["code"] == "logged_already"
    another = client.post(where, {**given, "another": True}, content_type="application/json")
    assert another.status_code == HTTPStatus.CREATED
    assert client.delete(f"{where}{another.json()['id']}/").status_code == HTTPStatus.NO_CONTENT
    with enter(meridian):
        assert Session.objects.filter(held_on=AT.date()).count() == 1
        Session.objects.filter(pk=practice.session.pk).update(logged_at=AT - TAKE_BACK)
    kept = client.delete(f"{where}{practice.session.public_id}/")
    assert kept.status_code == HTTPStatus.CONFLICT
    assert kept.json()["errors"][0]["code"] == "long_logged"
