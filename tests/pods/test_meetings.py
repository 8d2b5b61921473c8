"""Sessions planned ahead: one plan however often pressed, what calendars are told, and what the agenda says to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from icalendar import Calendar

from adoption.outbox.actions.letters import write_parts
from adoption.outbox.models import Envelope, Message
from adoption.outbox.rules import Outcome
from adoption.outbox.rules.calendar import calendar_file
from adoption.programs.actions import Refused, object_to, raise_attention, take_back_objection
from adoption.programs.rules import Kind
from adoption.tenancy.actions.people import record_departure, undo_departure
from adoption.tenancy.models import Agenda, Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import EXPORTERS
from pods import actions
from pods.models import FollowUp, Invitee, Meeting, Session
from pods.queries import coming, coming_for, facts_of_meeting, facts_of_soon, meeting_look, meeting_wanted, soon_wanted
from pods.queries.calendars import appointment_of_meeting
from pods.queries.curriculum import carried, taken_up_in
from pods.rules import SessionKind, day_before, reminder_due, weekly_days
from pods.tasks import meeting_soon
from tests.factories import AT, World
from tests.practice import HELD_ON, STARTS_ON, Practice, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
LONDON = ZoneInfo("Europe/London")
# The Wednesday after; its reminder is due on the Tuesday.
DAY = AT.date() + timedelta(days=7)


@pytest.fixture
def practice(meridian: World, enter: Enter) -> Iterator[Practice]:
    made = practise(meridian)
    with enter(meridian):
        yield made


def plan(practice: Practice, **changes: Any) -> list[Meeting]:
    given: dict[str, Any] = {
        "pod": practice.pod,
        "kind": SessionKind.REFLECTION,
        "day": DAY,
        "hour": time(10),
        "minutes": 15,
        "people": practice.members,
        "place": "Room 3",
        "topics": "Bring last week’s report",
        "weekly": False,
        "form_key": uuid4(),
        "by": None,
        "at": AT,
    }
    return actions.plan_meeting(**given | changes)


def told(person: Person) -> list[Message]:
    return list(Message.objects.filter(kind=actions.MEETING, person=person).order_by("pk"))


def sent(messages: list[Message]) -> None:
    """As if the outbox had carried them."""
    for one in messages:
        one.envelope = Envelope.objects.create(
            person=one.person, day=AT.date(), alone=True, address="a@b.example", closed_at=AT, outcome=Outcome.SENT
        )
        one.settled_at, one.outcome = AT, Outcome.SENT
        one.save()


def in_calendar(message: Message) -> list[Any]:
    """The method, and the events of the file that goes with a message."""
    file = Calendar.from_ical(calendar_file(appointment_of_meeting(message=message, at=AT)))
    return [str(file["method"]), *file.walk("VEVENT")]


def in_words(message: Message) -> str:
    """The text of the mail that a message becomes."""
    reader = Person.objects.select_related("organization").get(pk=message.person_id)
    rows = Message.objects.filter(pk=message.pk).select_related("person__organization")
    parts, unwritable = write_parts(messages=rows, person=reader, address="a@b.example", at=AT)
    assert unwritable == []
    return parts[0].text


# --- rules -----------------------------------------------------------------------------------------------------------


def test_the_day_before_is_a_working_day_in_the_zone_of_the_session() -> None:
    assert day_before(date(2026, 7, 13)) == date(2026, 7, 10)
    assert day_before(date(2026, 7, 15)) == date(2026, 7, 14)
    assert reminder_due(date(2026, 7, 13), "Pacific/Auckland") == datetime(2026, 7, 9, 21, tzinfo=UTC)
    assert reminder_due(date(2026, 10, 26), "Europe/London") == datetime(2026, 10, 23, 8, tzinfo=UTC)


def test_weeks_go_on_until_the_last_day_and_at_least_once() -> None:
    first = date(2026, 7, 8)
    assert weekly_days(first, first + timedelta(days=20)) == [first + timedelta(weeks=n) for n in range(3)]
    assert weekly_days(first, first - timedelta(days=1)) == [first]


# --- planned ---------------------------------------------------------------------------------------------------------


def test_a_plan_pressed_twice_is_one_and_each_gets_it_once(practice: Practice) -> None:
    key = uuid4()
    assert plan(practice, form_key=key) == plan(practice, form_key=key, hour=time(11))
    assert Meeting.objects.count() == 1
    assert Invitee.objects.count() == 3
    assert Message.objects.filter(kind=actions.MEETING).count() == 4  # three members and the champion
    assert Agenda.objects.filter(task=actions.MEETING_SOON).get().due_at == reminder_due(DAY, "Europe/London")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"day": AT.date(), "hour": time(9)}, "in_the_past"),
        ({"day": AT.date() + timedelta(days=500)}, "far_away"),
        ({"people": []}, "nobody_invited"),
        ({"kind": SessionKind.ONE_TO_ONE}, "one_at_a_time"),
        ({"kind": SessionKind.WORKSHOP, "weekly": True}, "not_weekly"),
    ],
)
def test_what_cannot_be_planned_is_refused(practice: Practice, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        plan(practice, **changes)
    assert not Meeting.objects.exists()
    assert not Message.objects.filter(kind=actions.MEETING).exists()


def test_nobody_from_elsewhere_is_invited_and_nothing_planned_after_the_phase(
    meridian: World, practice: Practice
) -> None:
    with pytest.raises(Refused, match="not_in_pod"):
        plan(practice, people=[*practice.members, meridian.owner.person])
    practice.pod.program.ended_at = AT
    with pytest.raises(Refused, match="phase_over"):
        plan(practice)


def test_a_weekly_series_is_one_mail_and_keeps_its_local_hour_over_the_change_of_the_clock(practice: Practice) -> None:
    first = date(2026, 9, 30)
    practice.pod.program.weeks = 12
    made = plan(practice, weekly=True, day=first)
    # The phase ends on 18 October, before the clock goes back.
    assert [one.day for one in made] == weekly_days(first, practice.pod.program.ends_on)
    assert len(told(practice.members[0])) == 1
    method, event = in_calendar(told(practice.members[0])[0])
    assert method == "REQUEST"
    assert event["rrule"] == {"FREQ": ["WEEKLY"], "COUNT": [3]}
    assert event["dtstart"].dt == datetime(2026, 9, 30, 10, tzinfo=LONDON)
    assert (made[0].starts_at.hour, made[-1].is_series) == (9, True)
    late = plan(practice, day=date(2026, 10, 28))[0]
    assert late.starts_at == datetime(2026, 10, 28, 10, tzinfo=UTC)


def test_a_champion_elsewhere_plans_in_their_own_zone(practice: Practice) -> None:
    Person.objects.filter(pk=practice.champion.person_id).update(zone="America/New_York")
    pod = type(practice.pod).objects.select_related("champion__person", "organization", "program").get()
    made = plan(practice, pod=pod)[0]
    assert (made.zone, made.starts_at) == ("America/New_York", datetime(2026, 7, 15, 14, tzinfo=UTC))
    assert coming([pod], at=AT)[0].elsewhere == "America/New York"


# --- moved and cancelled ---------------------------------------------------------------------------------------------


def test_a_move_raises_the_sequence_says_why_and_replaces_what_was_not_sent_yet(practice: Practice) -> None:
    made, member = plan(practice)[0], practice.members[0]
    moved = actions.move_meeting(
        meeting=made, day=DAY + timedelta(days=1), hour=time(14, 30), reason="Client visit", by=None, at=AT
    )
    again = actions.move_meeting(
        meeting=made, day=DAY + timedelta(days=1), hour=time(14, 30), reason="", by=None, at=AT
    )
    assert (moved.sequence, again.sequence, moved.was_moved) == (1, 1, True)
    first, second = told(member)
    assert not meeting_wanted(message=first, at=AT)
    assert meeting_wanted(message=second, at=AT)
    method, event = in_calendar(second)
    assert (method, event["sequence"], event["dtstart"].dt) == (
        "REQUEST",
        1,
        datetime(2026, 7, 16, 14, 30, tzinfo=LONDON),
    )
    assert "recurrence-id" not in event
    with pytest.raises(Refused, match="no_reason"):
        actions.move_meeting(meeting=made, day=DAY, hour=time(9), reason=" ", by=None, at=AT)


def test_one_of_a_series_moves_alone_and_whoever_comes_late_gets_it_where_it_is(practice: Practice) -> None:
    early, late = practice.members[:2], practice.members[2]
    series = plan(practice, weekly=True, people=early)
    actions.move_meeting(
        meeting=series[1], day=series[1].day + timedelta(days=1), hour=time(11), reason="Holiday", by=None, at=AT
    )
    _, event = in_calendar(told(early[0])[-1])
    assert event["recurrence-id"].dt == datetime.combine(series[1].day, time(10), LONDON)
    assert str(event["uid"]) == str(in_calendar(told(early[0])[0])[1]["uid"])
    actions.cancel_meeting(meeting=series[2], rest=False, reason="Nobody is here", by=None, at=AT)
    actions.meetings.invite_along(pod=practice.pod, person=late, at=AT)
    assert len(told(late)) == 1
    method, master, other = in_calendar(told(late)[0])
    assert (method, master["rrule"]["COUNT"], other["recurrence-id"].dt.date()) == (
        "REQUEST",
        [len(series)],
        DAY + timedelta(weeks=1),
    )
    assert master["exdate"].dts[0].dt.date() == DAY + timedelta(weeks=2)


def test_a_cancellation_reaches_only_whoever_had_the_invitation(practice: Practice) -> None:
    made = plan(practice)[0]
    had, had_not = practice.members[:2]
    sent(told(had))
    actions.cancel_meeting(meeting=made, rest=False, reason="Off sick", by=None, at=AT)
    assert meeting_wanted(message=told(had)[-1], at=AT)
    assert in_calendar(told(had)[-1])[0] == "CANCEL"
    assert facts_of_meeting(message=told(had)[-1], at=AT)["is_gone"]
    assert not any(meeting_wanted(message=one, at=AT) for one in told(had_not))
    with pytest.raises(Refused, match="meeting_cancelled"):
        actions.cancel_meeting(meeting=made, rest=False, reason="Again", by=None, at=AT)


def test_the_rest_of_a_series_ends_with_one_mail(practice: Practice) -> None:
    series, member = plan(practice, weekly=True), practice.members[0]
    sent(told(member))
    gone = actions.cancel_meeting(meeting=series[1], rest=True, reason="Enough", by=None, at=AT)
    assert len(gone) == len(series) - 1
    assert len(told(member)) == 2
    method, event = in_calendar(told(member)[-1])
    assert (method, "rrule" in event, event["sequence"]) == ("REQUEST", False, 1)


def test_whoever_objects_is_invited_to_nothing_and_reminded_of_nothing(practice: Practice) -> None:
    member = practice.members[0]
    object_to(program=practice.program, person=member, at=AT)
    made = plan(practice)[0]
    assert not meeting_wanted(message=told(member)[0], at=AT)
    actions.remind_of_meeting(meeting=made, at=reminder_due(DAY, "Europe/London"))
    reminders = {one.person_id: one for one in Message.objects.filter(kind="meeting_soon").select_related("person")}
    assert member.pk not in reminders
    assert soon_wanted(message=reminders[practice.members[1].pk], at=AT)
    # Said in between.
    object_to(program=practice.program, person=practice.members[1], at=AT)
    assert not soon_wanted(message=reminders[practice.members[1].pk], at=AT)


@pytest.mark.parametrize("why", ["objects", "leaves"])
def test_plans_leave_the_calendar_of_whoever_objects_or_leaves_and_come_back_with_them(
    practice: Practice, why: str
) -> None:
    member, other, champion = *practice.members[:2], practice.champion.person
    series = plan(practice, weekly=True)
    [alone] = plan(practice, kind=SessionKind.ONE_TO_ONE, people=[member], day=DAY + timedelta(days=2))
    [soon] = plan(practice, kind=SessionKind.ONE_TO_ONE, people=[member], day=DAY - timedelta(days=1))
    for person in (member, other, champion):
        sent(told(person))
    before = {person: len(told(person)) for person in (member, other, champion)}

    def news(person: Person, about: Meeting) -> list[Any]:
        rows = [one for one in told(person)[before[person] :] if one.row_id == about.pk]
        assert all(meeting_wanted(message=one, at=AT) for one in rows[-1:])
        return in_calendar(rows[-1]) if rows else []

    for _twice in range(2 if why == "objects" else 1):
        if why == "objects":
            object_to(program=practice.program, person=member, at=AT)
        else:
            record_departure(person=member, left_on=DAY + timedelta(days=1), by=None, at=AT)
    method, event = news(member, series[0] if why == "objects" else series[1])
    if why == "objects":
        assert (method, str(event["status"]), event["sequence"]) == ("CANCEL", "CANCELLED", 1)
        # It is held, without them; and nobody is named as having said so.
        text = in_words(told(member)[-1])
        assert "is out of your calendar" in text
        assert "cancelled" not in text
        assert champion.name not in text
    else:
        # Until the day they leave they are asked as ever.
        assert (method, "rrule" in event, event["sequence"]) == ("REQUEST", False, 1)
    assert news(other, series[0]) == []
    for person in (member, champion):
        method, event = news(person, alone)
        assert (method, str(event["status"])) == ("CANCEL", "CANCELLED")
    soon.refresh_from_db()
    alone.refresh_from_db()
    assert (alone.cancelled_at, alone.reason) == (AT, "It is not to be.")
    assert (soon.cancelled_at is None) == (why == "leaves")
    if why == "objects":
        take_back_objection(program=practice.program, person=member, at=AT)
    else:
        undo_departure(person=member, by=None, at=AT)
    method, event, *_rest = news(member, series[0] if why == "objects" else series[1])
    assert (method, event["rrule"]["count"], event["sequence"]) == ("REQUEST", [len(series)], 2)
    # What was called off with the champion is planned anew.
    alone.refresh_from_db()
    assert alone.cancelled_at == AT


def test_a_plan_made_while_somebody_objects_comes_to_them_once_they_take_it_back(practice: Practice) -> None:
    member = practice.members[0]
    object_to(program=practice.program, person=member, at=AT)
    plan(practice)
    assert not meeting_wanted(message=told(member)[-1], at=AT)
    take_back_objection(program=practice.program, person=member, at=AT)
    assert meeting_wanted(message=told(member)[-1], at=AT)
    assert in_calendar(told(member)[-1])[0] == "REQUEST"


def test_mails_of_a_plan_say_what_it_carries(practice: Practice) -> None:
    member = practice.members[0]
    one, other = taken_up_in(practice.pod, practice.members)[:2]
    made = plan(practice, contents=[one.key, other.key])[0]
    actions.remind_of_meeting(meeting=made, at=reminder_due(DAY, "Europe/London"))
    reminder = Message.objects.get(kind="meeting_soon", person=member)
    words = "; ".join(str(content.words) for content in carried(made))
    assert words.count("; ") == 1
    for message in (told(member)[0], reminder):
        assert f"From the plan: {words}" in " ".join(in_words(message).split())


def test_every_mail_of_a_plan_can_be_written_in_the_readers_own_hour(practice: Practice) -> None:
    member = practice.members[0]
    Person.objects.filter(pk=member.pk).update(zone="Europe/Berlin")
    made = plan(practice, weekly=True)[0]
    actions.remind_of_meeting(meeting=made, at=reminder_due(DAY, "Europe/London"))
    sent(told(member))
    actions.cancel_meeting(meeting=made, rest=False, reason="Off sick", by=None, at=AT)
    rows = Message.objects.select_related("person__organization")
    reader = Person.objects.select_related("organization").get(pk=member.pk)
    parts, unwritable = write_parts(messages=rows.filter(person=member), person=reader, address="a@b.example", at=AT)
    assert unwritable == []
    texts = " ".join(one.text for one in parts)
    assert "every week from Wednesday 15 July, 11:00" in texts or "every week from Wednesday 22 July, 11:00" in texts
    assert "is cancelled" in texts
    assert "Off sick" in texts
    assert "Wednesday, 11:00" in texts
    assert "Europe/Berlin" in texts
    to_champion = rows.filter(person=practice.champion.person, kind="meeting_prepare")
    champion = Person.objects.select_related("organization").get(pk=practice.champion.person_id)
    parts, unwritable = write_parts(messages=to_champion, person=champion, address="a@b.example", at=AT)
    assert (unwritable, "Its agenda is ready" in parts[0].text) == ([], True)


# --- reminders -------------------------------------------------------------------------------------------------------


def test_the_working_day_before_each_is_reminded_once_and_a_moved_one_when_it_is_due(practice: Practice) -> None:
    made = plan(practice)[0]
    row = Agenda.objects.get(task=actions.MEETING_SOON)
    actions.move_meeting(meeting=made, day=DAY + timedelta(days=2), hour=time(10), reason="Later", by=None, at=AT)
    meeting_soon.apply(kwargs={"agenda_id": row.pk, "at": row.due_at.isoformat()})
    row.refresh_from_db()
    assert not Message.objects.filter(kind="meeting_soon").exists()
    assert row.due_at == reminder_due(DAY + timedelta(days=2), "Europe/London")
    for _ in range(2):
        meeting_soon.apply(kwargs={"agenda_id": row.pk, "at": row.due_at.isoformat()})
    assert Message.objects.filter(kind="meeting_soon").count() == 3
    prepare = Message.objects.select_related("person__organization").get(kind="meeting_prepare")
    assert (prepare.person, prepare.expires_at) == (practice.champion.person, made.starts_at + timedelta(days=2))
    raise_attention(
        program=practice.program, person=practice.members[2], kind=Kind.STUCK, since=HELD_ON, detail={}, at=AT
    )
    assert facts_of_soon(message=prepare, at=AT)["stuck"] == 1
    assert practice.members[2].name not in str(facts_of_soon(message=prepare, at=AT))


# --- held ------------------------------------------------------------------------------------------------------------


def log(practice: Practice, **changes: Any) -> Session:
    given: dict[str, Any] = {
        "pod": practice.pod,
        "kind": SessionKind.ONE_TO_ONE,
        "held_on": AT.date(),
        "attendees": practice.members[:1],
        "doing_minutes": 40,
        "explaining_minutes": 10,
        "note": "",
        "form_key": uuid4(),
        "by": None,
        "at": AT,
    }
    return actions.log_session(**given | changes)


def test_of_one_plan_comes_one_session_from_two_tabs_and_from_the_other_button(practice: Practice) -> None:
    today = {"kind": SessionKind.ONE_TO_ONE, "day": AT.date(), "hour": time(15), "people": practice.members[:1]}
    made = plan(practice, **today)[0]
    first = log(practice, meeting=made, finished="A risk section", written_down="Notes, pack, three risks")
    assert log(practice, meeting=made) == first
    assert (first.meeting, first.finished) == (made, "A risk section")
    other = plan(practice, **today | {"people": practice.members[1:2]})[0]
    assert log(practice, attendees=practice.members[1:2]).meeting == other
    assert coming([practice.pod], at=AT) == []
    with pytest.raises(Refused, match="meeting_logged"):
        actions.cancel_meeting(meeting=made, rest=False, reason="Late", by=None, at=AT)


def test_what_was_finished_goes_with_whoever_is_erased(practice: Practice) -> None:
    session = log(practice, finished="A risk section", written_down="Notes")
    person = practice.members[0]
    assert EXPORTERS["pods"].load()(person=person)["sessions"][-1]["finished"] == "A risk section"
    plan(practice)
    actions.erase_person(person=person, at=AT)
    session.refresh_from_db()
    assert (session.finished, session.written_down) == ("", "")
    assert not Invitee.objects.filter(person=person).exists()


def test_what_was_planned_with_whoever_is_erased_is_called_off_and_what_the_pod_planned_is_not(
    practice: Practice,
) -> None:
    person, champion = practice.members[1], practice.champion.person
    [alone] = plan(practice, kind=SessionKind.ONE_TO_ONE, people=[person])
    [together] = plan(practice)
    sent(told(champion))
    actions.erase_person(person=person, at=AT)
    alone.refresh_from_db()
    together.refresh_from_db()
    assert (alone.cancelled_at, alone.reason, together.cancelled_at) == (AT, "It is not to be.", None)
    method, event = in_calendar(told(champion)[-1])
    assert (method, str(event["status"])) == ("CANCEL", "CANCELLED")
    assert person.name not in in_words(told(champion)[-1])


# --- the agenda ------------------------------------------------------------------------------------------------------


def test_the_agenda_names_who_is_stuck_and_what_was_tried_to_the_champion_alone(
    meridian: World, practice: Practice, django_assert_max_num_queries: Any
) -> None:
    stuck = practice.members[0]
    log(practice, finished="A risk section", held_on=HELD_ON, is_another=True)
    raise_attention(program=practice.program, person=stuck, kind=Kind.STUCK, since=HELD_ON, detail={}, at=AT)
    raise_attention(
        program=practice.program, person=practice.members[1], kind=Kind.SILENT, since=HELD_ON, detail={}, at=AT
    )
    made = Meeting.objects.select_related("pod__organization", "pod__program", "pod__champion__person").get(
        pk=plan(practice)[0].pk
    )
    with django_assert_max_num_queries(12):
        look = meeting_look(made, leads=True, at=AT)
    assert {one.talk.person for one in look.stuck} == set(practice.members[:2])
    tried = next(one.tried.session for one in look.stuck if one.talk.person == stuck)
    assert tried
    assert tried.finished == "A risk section"
    seen = meeting_look(made, leads=False, at=AT)
    assert (seen.stuck, seen.last) == ((), None)
    meridian.organization.champion_view = made.pod.organization.champion_view = ChampionView.SHARED_ONLY
    veiled = meeting_look(made, leads=True, at=AT)
    assert [one.talk.person for one in veiled.stuck] == [stuck]


# --- pages and machines ----------------------------------------------------------------------------------------------


def at(name: str, *args: Any) -> str:
    return reverse(name, args=["meridian", *args])


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


def test_a_champion_plans_moves_logs_and_cancels_by_hand(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    pod, client = practice.pod.public_id, client_as(meridian.champion)
    refused = client.post(at("session-plan", pod), a_plan(practice, kind="workshop", weekly="on", topics="Kept"))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Kept" in refused.content.decode()
    assert client.post(at("session-plan", pod), a_plan(practice)).status_code == HTTPStatus.FOUND
    made = Meeting.objects.get()
    where = at("meeting", pod, made.public_id)
    assert "Wednesday 15 July, 10:00" in client.get(where).content.decode()
    assert where in client.get(at("pod", pod)).content.decode()
    moved = {"day": (DAY + timedelta(days=1)).isoformat(), "hour": "11:00", "reason": "Client visit"}
    client.post(at("meeting-move", pod, made.public_id), moved)
    assert "Client visit" in client.get(where).content.decode()
    form = client.get(at("session-log", pod) + f"?planned={made.public_id}").content.decode()
    assert "As planned for Thursday 16 July" in form
    for _ in range(2):
        assert client.post(at("meeting-cancel", pod, made.public_id), {"reason": "Off"}).status_code == HTTPStatus.FOUND
    made.refresh_from_db()
    assert made.cancelled_at


def test_whoever_is_invited_reads_the_agenda_without_names_and_nobody_else_finds_it(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    raise_attention(
        program=practice.program, person=practice.members[1], kind=Kind.STUCK, since=HELD_ON, detail={}, at=AT
    )
    made = plan(practice)[0]
    where = at("meeting", practice.pod.public_id, made.public_id)
    page = client_as(meridian.member).get(where).content.decode()
    assert "Bring last week’s report" in page
    assert practice.members[1].name not in page
    assert practice.members[1].name in client_as(meridian.champion).get(where).content.decode()
    assert where in client_as(meridian.member).get(at("pods")).content.decode()
    assert [one.meeting for one in coming_for(meridian.member.person, at=AT)] == [made]
    for somebody in (meridian.lead, meridian.owner, meridian.executive):
        assert client_as(somebody).get(where).status_code == HTTPStatus.NOT_FOUND
    lead = client_as(meridian.lead).get(at("pod", practice.pod.public_id)).content.decode()
    assert "Wednesday 15 July" in lead
    assert where not in lead


def test_machines_plan_and_cancel_as_champions_do(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    root, client = f"/api/v1/o/meridian/pods/{practice.pod.public_id}", client_as(meridian.champion)
    body = {
        "kind": "office_hours",
        "day": "2026-09-28",
        "hour": "15:00",
        "minutes": 60,
        "people": [str(practice.members[0].public_id)],
        "weekly": True,
    }
    made = client.post(f"{root}/planned/", body, content_type="application/json")
    assert made.status_code == HTTPStatus.CREATED, made.content
    assert [one["day"] for one in made.json()] == ["2026-09-28"]
    one = f"{root}/planned/{made.json()[0]['id']}"
    wrong = {"day": "2026-01-05", "hour": "15:00", "reason": "Earlier"}
    assert client.put(f"{one}/time/", wrong, content_type="application/json").status_code == HTTPStatus.BAD_REQUEST
    ended = client.put(f"{one}/cancellation/", {"reason": "Moved office"}, content_type="application/json")
    assert ended.json()["reason"] == "Moved office"
    assert client_as(meridian.member).get(f"{root}/planned/").status_code == HTTPStatus.NOT_FOUND
    assert STARTS_ON + timedelta(weeks=10) > date(2026, 9, 28)


def test_a_one_to_one_of_a_plan_promises_one_day_seven(
    meridian: World, practice: Practice, client_as: ClientAs
) -> None:
    made = plan(
        practice, kind=SessionKind.ONE_TO_ONE, day=AT.date(), hour=time(16), people=practice.members[1:2], minutes=50
    )[0]
    client = client_as(meridian.champion)
    where = at("session-log", practice.pod.public_id) + f"?planned={made.public_id}"
    given = {
        "kind": "one_to_one",
        "people": [str(practice.members[1].public_id)],
        "held_on": AT.date().isoformat(),
        "doing_minutes": "40",
        "explaining_minutes": "10",
        "finished": "A risk section",
        "written_down": "Notes, pack",
    }
    for _ in range(2):
        assert client.post(where, given | {"form_key": str(uuid4())}).status_code == HTTPStatus.FOUND
    assert FollowUp.objects.filter(person=practice.members[1]).count() == 1
    assert Session.objects.filter(meeting=made).count() == 1
