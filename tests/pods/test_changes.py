"""A planned session held elsewhere or with others, a pod handed over by a machine, and one's own day 7."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from adoption.programs.actions import Refused
from pods import actions
from pods.models import FollowUp, Invitee, Meeting
from pods.queries.calendars import appointment_of_meeting
from pods.queries.meetings import meeting_wanted
from pods.rules import Cause, SessionKind, Used
from tests.factories import AT, World
from tests.pods.test_meetings import in_words, sent, told
from tests.practice import Practice, plan_ahead, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


@pytest.fixture
def meeting(meridian: World, practice: Practice) -> Meeting:
    return plan_ahead(meridian)


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def change(meeting: Meeting, **changes: Any) -> Meeting:
    given: dict[str, Any] = {"place": meeting.place, "topics": meeting.topics, "rest": False, "by": None, "at": AT}
    invited = [one.person for one in Invitee.objects.filter(meeting=meeting).select_related("person")]
    return actions.change_meeting(meeting=meeting, **{"people": invited, **given, **changes})


# --- a planned session -----------------------------------------------------------------------------------------------


def test_another_place_is_one_update_to_everybody_and_the_same_again_is_none(
    meridian: World, practice: Practice, meeting: Meeting, enter: Enter
) -> None:
    everybody = [*practice.members, practice.champion.person]
    with enter(meridian):
        for one in everybody:
            sent(told(one))
        assert change(meeting).sequence == 0
        changed = change(meeting, place="Room 4", topics="Your own notes")
        assert (changed.sequence, changed.place) == (1, "Room 4")
        for one in everybody:
            _, news = told(one)
            appointment = appointment_of_meeting(message=news, at=AT)
            assert (appointment.place, appointment.description, appointment.sequence) == ("Room 4", "Your own notes", 1)
        assert "has changed" in in_words(told(practice.members[0])[-1])


def test_whoever_comes_gets_it_whoever_does_not_loses_it_and_nobody_else_is_told(
    meridian: World, practice: Practice, meeting: Meeting, enter: Enter
) -> None:
    stays, goes = practice.members[0], practice.members[1]
    with enter(meridian):
        for one in practice.members:
            sent(told(one))
        change(meeting, people=[one for one in practice.members if one != goes])
        assert len(told(stays)) == 1
        [_, out] = told(goes)
        sent([out])
        assert meeting_wanted(message=out, at=AT)
        assert appointment_of_meeting(message=out, at=AT).cancelled
        change(meeting, people=practice.members)
        assert len(told(stays)) == 1
        back = appointment_of_meeting(message=told(goes)[-1], at=AT)
        assert (back.cancelled, back.sequence) == (False, 2)


def test_one_of_a_series_is_changed_alone_or_with_the_rest(meridian: World, practice: Practice, enter: Enter) -> None:
    with enter(meridian):
        given: dict[str, Any] = {"place": "Room 1", "topics": "", "minutes": 15, "by": None, "at": AT}
        day = AT.date() + timedelta(days=20)
        made = actions.plan_meeting(
            pod=practice.pod,
            kind=SessionKind.REFLECTION,
            day=day,
            hour=AT.time(),
            people=practice.members,
            weekly=True,
            form_key=uuid4(),
            **given,
        )
        assert len(made) > 3
        change(made[1], place="Room 2")
        places = list(
            Meeting.objects.filter(form_key=made[0].form_key).order_by("number").values_list("place", flat=True)
        )
        assert places[:3] == ["Room 1", "Room 2", "Room 1"]
        alone = appointment_of_meeting(message=told(practice.members[0])[-1], at=AT)
        assert (alone.place, alone.slot) == ("Room 2", made[1].slot)
        change(made[2], place="Room 3", rest=True)
        places = list(
            Meeting.objects.filter(form_key=made[0].form_key).order_by("number").values_list("place", flat=True)
        )
        assert (places[:2], set(places[2:])) == (["Room 1", "Room 2"], {"Room 3"})
        whole = appointment_of_meeting(message=told(practice.members[0])[-1], at=AT)
        assert (whole.place, whole.weeks) == ("Room 1", len(made))
        assert [one.place for one in whole.changed] == places[1:]


def test_what_cannot_be_changed_is_refused(meridian: World, practice: Practice, meeting: Meeting, enter: Enter) -> None:
    with enter(meridian):
        for changes, code in (
            ({"people": []}, "nobody_invited"),
            ({"people": [practice.champion.person]}, "not_in_pod"),
            ({"place": "Room 4", "at": meeting.starts_at}, "begun_already"),
        ):
            with pytest.raises(Refused, match=code):
                change(meeting, **changes)
        actions.cancel_meeting(meeting=meeting, rest=False, reason="Ill", by=None, at=AT)
        with pytest.raises(Refused, match="meeting_cancelled"):
            change(meeting, place="Room 4")


def test_champions_and_machines_change_it(
    meridian: World, practice: Practice, meeting: Meeting, client_as: ClientAs, enter: Enter
) -> None:
    client, pod = client_as(meridian.champion), practice.pod.public_id
    where = at("meeting-change", pod, meeting.public_id)
    assert where in client.get(at("meeting", pod, meeting.public_id)).content.decode()
    assert client.get(where).status_code == HTTPStatus.OK
    assert client.post(where, {"place": "Room 4"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    people = [str(one.public_id) for one in practice.members[:2]]
    assert client.post(where, {"place": "Room 4", "people": people}).status_code == HTTPStatus.FOUND
    path = f"/api/v1/o/meridian/pods/{pod}/planned/{meeting.public_id}/"
    answer = client.put(path, {"people": people[:1], "place": "", "topics": "Yours"}, content_type="application/json")
    assert (answer.json()["people"], answer.json()["place"]) == (people[:1], "")
    wrong = client.put(path, {"people": [], "place": "", "topics": ""}, content_type="application/json")
    assert wrong.status_code == HTTPStatus.BAD_REQUEST
    assert client_as(meridian.member).post(where).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        meeting.refresh_from_db()
        assert (meeting.sequence, meeting.topics) == (2, "Yours")


# --- a pod is handed over --------------------------------------------------------------------------------------------


def test_a_machine_hands_a_pod_over_as_the_lead_does(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = practice.program
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
    path = f"/api/v1/o/meridian/p/{program.slug}/pods/{practice.pod.public_id}/champion/"
    heir = practice.members[0]
    body, json = {"person": str(heir.public_id)}, "application/json"
    assert client_as(meridian.champion).put(path, body, content_type=json).status_code == HTTPStatus.FORBIDDEN
    lead = client_as(meridian.lead)
    assert lead.put(path, {"person": str(uuid4())}, content_type=json).status_code == HTTPStatus.BAD_REQUEST
    given = lead.put(path, body, content_type=json)
    assert given.status_code == HTTPStatus.OK
    assert given.json()["champion"]["id"] == str(heir.public_id)
    again = lead.put(path, body, content_type=json)
    assert again.status_code == HTTPStatus.CONFLICT


# --- one's own day 7 -------------------------------------------------------------------------------------------------


def test_a_member_who_is_signed_in_answers_their_own_day_7_and_nobody_elses(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    assert practice.follow_up.person == meridian.member.person
    with enter(meridian):
        program = practice.program
        program.baseline_opened_at = program.launched_at = AT
        program.fixed = {}
        program.save()
    where = at("own-follow-up", practice.follow_up.public_id)
    client = client_as(meridian.member)
    assert where in client.get(reverse("week", args=["meridian"])).content.decode()
    for somebody in (meridian.champion, meridian.lead):
        assert client_as(somebody).get(where).status_code == HTTPStatus.NOT_FOUND
    assert "Did you use it?" in client.get(where).content.decode()
    assert client.post(where, {"used": "stopped"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    said = {"used": "stopped", "what_failed": "Too slow", "signs": ["obstacle"]}
    assert client.post(where, said).status_code == HTTPStatus.FOUND
    assert "This has its answer already" in client.post(where, {**said, "used": "yes"}).content.decode()
    with enter(meridian):
        row = FollowUp.objects.get(pk=practice.follow_up.pk)
        assert (row.used, row.cause, row.fixed, row.what_failed) == (Used.STOPPED, Cause.OBSTACLE, False, "Too slow")
    assert where not in client.get(reverse("week", args=["meridian"])).content.decode()


def test_machines_answer_ones_own_day_7_from_its_day_on(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, root = client_as(meridian.member), "/api/v1/o/meridian/day-seven/"
    one = f"{root}{practice.follow_up.public_id}/"
    [listed] = client.get(root).json()["items"]
    assert listed["id"] == str(practice.follow_up.public_id)
    early = practice.follow_up.due_at - timedelta(hours=1)
    with time_machine.travel(early, tick=False):
        told_early = client.put(one, {"used": "yes"}, content_type="application/json")
        assert told_early.json()["errors"][0]["code"] == "not_yet"
        assert "It comes on" in client.get(at("own-follow-up", practice.follow_up.public_id)).content.decode()
    answer = client.put(
        one, {"used": "no", "what_failed": "Hers", "cause": "obstacle"}, content_type="application/json"
    )
    assert (answer.json()["cause"], answer.json()["what_failed"]) == ("obstacle", "Hers")
    again = client.put(one, {"used": "yes"}, content_type="application/json")
    assert again.json()["errors"][0]["code"] == "already_answered"
    assert client_as(meridian.champion).get(one).status_code == HTTPStatus.NOT_FOUND
