"""What a session ends with: minutes of its kind, something finished and how, or a word that it did not come to that."""

from __future__ import annotations

from html import unescape
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent
from champions.models import Win
from pods import actions
from pods.models import Session
from pods.queries.meetings import meeting_look
from pods.rules import TAKE_BACK, SessionKind, usual_minutes
from tests.factories import AT, World
from tests.practice import Practice, plan_ahead, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


def on_the_form(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "one_to_one",
        "people": [str(practice.members[1].public_id)],
        "held_on": AT.date().isoformat(),
        "form_key": str(uuid4()),
        **changes,
    }


def the_latest() -> Session:
    found: Session = Session.objects.latest("pk")
    return found


@pytest.mark.parametrize("kind", list(SessionKind))
def test_each_kind_proposes_its_own_minutes_mostly_doing(kind: SessionKind) -> None:
    doing, explaining = usual_minutes(kind)
    assert doing >= 3 * explaining


def test_minutes_left_empty_are_the_usual_ones_of_the_kind_that_was_chosen(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), at("session-log", practice.pod.public_id)
    page = client.get(where).content.decode()
    assert "workshop 144 36" in page
    assert "one_to_one 40 10" in page
    assert client.post(where, on_the_form(practice, kind="workshop")).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert (the_latest().doing_minutes, the_latest().explaining_minutes) == (144, 36)
    client.post(where, on_the_form(practice, kind="showcase", doing_minutes="0", explaining_minutes="20"))
    with enter(meridian):
        assert (the_latest().doing_minutes, the_latest().explaining_minutes) == (0, 20)


def test_a_one_to_one_ends_with_something_or_with_a_word_that_it_did_not(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), at("session-log", practice.pod.public_id)
    for half in ({}, {"finished": "The report"}, {"written_down": "Notes in."}):
        asked = client.post(where, on_the_form(practice, **half))
        assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "or tick below that it did not come to that" in asked.content.decode()
    told = on_the_form(practice, is_unfinished="on", worked="The pack", next_time="Her own notes")
    assert client.post(where, told).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made = the_latest()
        assert (made.is_unfinished, made.worked, made.next_time) == (True, "The pack", "Her own notes")
        assert not made.lacks_its_end
    pod = at("pod", practice.pod.public_id)
    assert "Worked: The pack" in client.get(pod).content.decode()
    assert "Worked: The pack" not in client_as(meridian.lead).get(pod).content.decode()


def test_what_was_planned_is_logged_in_one_tap_and_asked_for_its_end_afterwards(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        later = plan_ahead(meridian)
        one = {"kind": SessionKind.ONE_TO_ONE, "people": practice.members[1:2], "weekly": False, "form_key": uuid4()}
        given = {"place": "", "topics": "", "minutes": 50, "by": None, "at": AT, "day": later.day, "hour": later.hour}
        plan = actions.plan_meeting(pod=practice.pod, **one, **given)[0]
    client, pod = client_as(meridian.champion), practice.pod.public_id
    where = at("session-log", pod) + f"?planned={plan.public_id}"
    tapped = on_the_form(practice, doing_minutes="40", explaining_minutes="10")
    assert client.post(where, tapped).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made = the_latest()
        assert made.meeting == plan
        assert made.lacks_its_end
    assert "Write down what you finished" in client.get(at("pod", pod)).content.decode()
    page = at("session-put-right", pod, made.public_id)
    assert client.get(page).status_code == HTTPStatus.OK
    assert client.post(page, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    end = {"finished": "The report", "written_down": "Notes in.", "doing_minutes": "30", "explaining_minutes": "5"}
    assert client.post(page, end).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made.refresh_from_db()
        assert (made.finished, made.doing_minutes, made.lacks_its_end) == ("The report", 30, False)
        Session.objects.filter(pk=made.pk).update(logged_at=AT - TAKE_BACK)
    late = client.post(page, {**end, "finished": "Another"})
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "so it stays" in late.content.decode()


def test_machines_say_and_change_what_a_session_ended_with(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), f"/api/v1/o/meridian/pods/{practice.pod.public_id}/sessions/"
    given = {
        "kind": "one_to_one",
        "held_on": AT.date().isoformat(),
        "people": [str(practice.members[1].public_id)],
        "doing_minutes": 40,
        "explaining_minutes": 10,
        "unfinished": True,
        "did_not": "Her own template",
    }
    made = client.post(where, given, content_type="application/json").json()
    assert (made["unfinished"], made["did_not"]) == (True, "Her own template")
    end = {"doing_minutes": 30, "explaining_minutes": 6, "finished": "The report", "written_down": "Notes in."}
    changed = client.put(f"{where}{made['id']}/", end, content_type="application/json").json()
    assert (changed["finished"], changed["doing_minutes"], changed["unfinished"]) == ("The report", 30, False)
    assert client.put(f"{where}{uuid4()}/", end, content_type="application/json").status_code == HTTPStatus.NOT_FOUND


def test_the_agenda_says_what_was_to_be_tried_next_and_an_erased_members_words_go(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    meeting = plan_ahead(meridian)
    with enter(meridian):
        held: dict[str, Any] = {"pod": practice.pod, "held_on": AT.date(), "note": "", "by": None, "at": AT}
        long = {"doing_minutes": 12, "explaining_minutes": 3}
        last = actions.log_session(
            **held,
            **long,
            kind=SessionKind.REFLECTION,
            attendees=practice.members,
            form_key=uuid4(),
            next_time="Own notes",
        )
        assert meeting_look(meeting, leads=True, at=AT).last == last
        alone = actions.log_session(
            **held,
            **long,
            kind=SessionKind.ONE_TO_ONE,
            attendees=practice.members[1:2],
            form_key=uuid4(),
            did_not="Hers",
        )
        erase_person(person=practice.members[1], by=None, at=AT)
        alone.refresh_from_db()
        assert alone.did_not == ""
        last.refresh_from_db()
        assert last.next_time == "Own notes"


A_WIN = {
    "win_task": "draft the risk section",
    "win_minutes_now": "40",
    "win_minutes_before": "180",
    "win_output": "Two pages, in the client's folder",
}


def logged(practice: Practice, **changes: Any) -> dict[str, Any]:
    return on_the_form(practice, kind="reflection", people=[str(one.public_id) for one in practice.members], **changes)


def test_a_win_told_in_a_session_is_one_that_was_asked_for_once_however_often_the_button_is_pressed(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), at("session-log", practice.pod.public_id)
    given = logged(practice, **A_WIN)
    for _ in range(2):
        page = client.post(where, given, follow=True).content.decode()
        assert "Your win is shared with everybody here." in page
    with enter(meridian):
        win = Win.objects.get()
        assert (win.person, win.workflow) == (meridian.champion.person, practice.program.workflow)
        assert (win.asked_for, win.hides_name, win.minutes_now, win.minutes_before) == (True, False, 40, 180)
        assert Win.objects.unprompted().count() == 0
        assert AuditEvent.objects.filter(verb="win.shared").count() == 1
        assert Session.objects.count() == 2
    undo = at("win-back", win.public_id)
    assert undo in page
    client.post(undo)
    # Pressed once more it stays taken back.
    client.post(where, given)
    with enter(meridian):
        assert Win.objects.shown().count() == 0


def test_a_win_is_told_whole_and_what_is_missing_is_said_beside_its_field(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), at("session-log", practice.pod.public_id)
    for name in A_WIN:
        halved = client.post(
            where, logged(practice, **{key: A_WIN[key] for key in A_WIN if key != name}, worked="Both")
        )
        page = halved.content.decode()
        assert halved.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert list(halved.context["form"].errors) == [name]
        assert "leave the win out" in page
        assert "Both" in page
        assert all(A_WIN[key] in unescape(page) for key in A_WIN if key != name)
    wrong = client.post(where, logged(practice, **{**A_WIN, "win_minutes_now": "0"}))
    assert list(wrong.context["form"].errors) == ["win_minutes_now"]
    with enter(meridian):
        assert (Session.objects.count(), Win.objects.count()) == (1, 0)
    # Without one nothing is asked, and without a name nobody is told.
    assert client.post(where, logged(practice, win_hides_name="on")).status_code == HTTPStatus.FOUND
    client.post(where, logged(practice, **A_WIN, win_hides_name="on", is_another="on"))
    with enter(meridian):
        assert Win.objects.get().hides_name
        assert AuditEvent.objects.get(verb="win.shared").actor is None


def test_a_win_is_not_lost_where_the_plan_was_logged_in_another_tab(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        plan = plan_ahead(meridian)
    client = client_as(meridian.champion)
    where = at("session-log", practice.pod.public_id) + f"?planned={plan.public_id}"
    for given in (logged(practice), logged(practice, **A_WIN)):
        assert client.post(where, given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Session.objects.filter(meeting=plan).count() == Win.objects.count() == 1


def test_a_refused_session_tells_no_win_and_a_stranger_tells_none(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    where = at("session-log", practice.pod.public_id)
    refused = client_as(meridian.champion).post(where, logged(practice, **A_WIN) | {"people": []})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert A_WIN["win_task"] in refused.content.decode()
    for other in (meridian.lead, meridian.member, meridian.executive):
        assert client_as(other).post(where, logged(practice, **A_WIN)).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        assert not Win.objects.exists()


def test_machines_tell_a_win_with_a_session_as_the_form_does(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    client, where = client_as(meridian.champion), f"/api/v1/o/meridian/pods/{practice.pod.public_id}/sessions/"
    win = {"task": "draft the risk section", "minutes_now": 40, "minutes_before": 180, "output": "Two pages"}
    given = {
        "kind": "showcase",
        "held_on": AT.date().isoformat(),
        "people": [str(one.public_id) for one in practice.members],
        "doing_minutes": 48,
        "explaining_minutes": 12,
    }
    json: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "a-key-of-this-test-07"}}
    for _ in range(2):
        assert client.post(where, {**given, "win": win}, **json).status_code == HTTPStatus.CREATED
    with enter(meridian):
        assert Win.objects.get().asked_for
    json = {"content_type": "application/json"}
    for wrong in ({**win, "minutes_now": 0}, {**win, "task": ""}, {"task": "half of it"}, {**win, "asked_for": False}):
        assert client.post(where, {**given, "win": wrong}, **json).status_code == HTTPStatus.BAD_REQUEST
    assert client.post(where, {**given, "win": None, "another": True}, **json).status_code == HTTPStatus.CREATED
    with enter(meridian):
        assert Win.objects.count() == 1
