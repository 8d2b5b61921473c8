"""A one-to-one with a leader: planned, logged and followed up like everybody's, between lead and leader, and part of no figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.outbox.tasks import carry
from adoption.programs.actions import Refused, object_to, raise_attention
from adoption.programs.actions.stopping import stop
from adoption.programs.models import Attention, Program
from adoption.programs.queries import told_of
from adoption.programs.rules import Arm, Kind
from adoption.tenancy.actions import agenda
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, AuditEvent, Closure
from adoption.tenancy.rules import local_date
from champions.actions.asks import confirm_deed, note_deed
from champions.actions.leaders import look_at_leaders
from champions.models import LeaderDeed
from champions.queries.asks import modelling_of
from champions.rules import LeaderAct
from pods import actions
from pods.actions import follow_ups
from pods.actions import leaders as with_leaders
from pods.models import Attendance, FollowUp, LeaderPlan, Session
from pods.queries import export_pods, look_at, waiting_for
from pods.queries.calendars import appointment_of_day_seven, appointment_with_leader
from pods.queries.curriculum import practised
from pods.queries.follow_ups import day_seven_wanted, who_meets
from pods.queries.leaders import (
    own_one_to_ones,
    with_leader,
    with_leader_soon_wanted,
    with_leader_wanted,
    work_words,
)
from pods.queries.remedies import diagnosis
from pods.queries.sessions import practice_of
from pods.rules import Cause, Used, reminder_due
from pods.tasks import follow_up_alone, follow_up_due, with_leader_soon
from tests.factories import AT, World
from tests.outbox import speech
from tests.outbox.speech import MailServer
from tests.practice import Practice, make_program, practise
from tests.worlds import ClientAs, Enter, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TODAY = date(2026, 7, 8)
PLAN = {"work": "briefing", "day": "2026-07-16", "hour": "10:00", "minutes": "50", "place": "Room 4"}
LOG = {
    "work": "board_report",
    "held_on": "2026-07-08",
    "doing_minutes": "40",
    "explaining_minutes": "10",
    "finished": "Two pages on the second quarter",
    "written_down": "Figures in, three sentences a section, each checked against the ledger",
    "form_key": "00000000-0000-0000-0000-000000000009",
}


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server, to which the outbox sends."""
    made, controller = speech.serve()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    yield made
    controller.stop()


def place(name: str, practice: Practice, world: World, *more: Any) -> str:
    return reverse(name, args=[world.organization.slug, practice.program.slug, world.executive.person.public_id, *more])


def log(practice: Practice, world: World, **changes: Any) -> Session:
    given: dict[str, Any] = {
        "program": practice.program,
        "leader": world.executive.person,
        "work": "board_report",
        "held_on": TODAY,
        "doing_minutes": 40,
        "explaining_minutes": 10,
        "finished": "Two pages",
        "written_down": "Figures in, sentences out",
        "is_unfinished": False,
        "worked": "",
        "did_not": "",
        "next_time": "",
        "form_key": uuid4(),
        "by": world.lead.person,
        "at": AT,
    }
    return with_leaders.log_with_leader(**given | changes)


def plan(practice: Practice, world: World, **changes: Any) -> LeaderPlan:
    given: dict[str, Any] = {
        "program": practice.program,
        "leader": world.executive.person,
        "work": "briefing",
        "day": TODAY + timedelta(days=8),
        "hour": time(10),
        "minutes": 50,
        "place": "Room 4",
        "by": world.lead.person,
        "at": AT,
    }
    return with_leaders.plan_with_leader(**given | changes)


def follow_up_of(session: Session) -> FollowUp:
    return FollowUp.objects.select_related("session__program", "person__organization").get(session=session)


def answer(row: FollowUp, used: Used, cause: Cause | None = None, *, fixed: bool = False, at: datetime = AT) -> None:
    given = {"what_happened": "", "what_failed": "", "cause": cause, "fixed": fixed}
    actions.answer_follow_up(follow_up=row, used=used, **given, by=None, at=at)  # type: ignore[arg-type]


def absent(practice: Practice, world: World) -> None:
    given = {"person": world.executive.person, "kind": Kind.LEADER_ABSENT, "since": TODAY, "detail": {}}
    raise_attention(program=practice.program, **given, at=AT)  # type: ignore[arg-type]


def waits() -> list[Attention]:
    return list(Attention.objects.open().filter(kind=Kind.LEADER_ABSENT))


# --- logged ------------------------------------------------------------------------------------------------------------


def test_a_lead_logs_it_in_everybodys_format_and_it_ends_with_something_finished(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, address = client_as(meridian.lead), place("leader-log", practice, meridian)
    bare = {**LOG, "finished": "", "written_down": ""}
    refused = lead.post(address, bare)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Please say it in a few words" in refused.content.decode()
    for _ in range(2):
        # The same form twice is one session.
        assert lead.post(address, LOG).status_code == HTTPStatus.FOUND
    with enter(meridian):
        (session,) = Session.objects.with_leaders()
        assert (session.work, session.doing_minutes, session.held_by) == ("board_report", 40, meridian.lead.person)
        assert (session.pod, session.within, session.leader) == (None, practice.program, meridian.executive.person)
        (row,) = FollowUp.objects.filter(session=session)
        zone = meridian.executive.person.local_zone()
        assert local_date(row.due_at, zone) == TODAY + timedelta(days=7)
        assert {one.person for one in Message.objects.filter(kind="day_seven", row_id=row.pk)} == {
            meridian.lead.person,
            meridian.executive.person,
        }
        told = AuditEvent.objects.filter(verb="session.logged").latest("pk")
        assert (told.subject, told.detail) == (session.public_id, {"kind": "one_to_one", "people": 1})
    page = unescape(lead.get(place("leader", practice, meridian)).content.decode())
    assert "Two pages on the second quarter" in page
    assert "The board report" in page


def test_another_piece_of_work_is_called_by_its_own_name(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, address = client_as(meridian.lead), place("leader-log", practice, meridian)
    refused = lead.post(address, {**LOG, "work": "own", "own_work": " "})
    assert "Please say which piece of work it is." in refused.content.decode()
    lead.post(address, {**LOG, "work": "own", "own_work": "The letter to investors"})
    with enter(meridian):
        (session,) = Session.objects.with_leaders()
        assert work_words(session.work) == "The letter to investors"
        assert str(work_words("client_status")) == "A client’s status"


def test_what_cannot_be_is_refused(meridian: World, practice: Practice, enter: Enter) -> None:
    with enter(meridian):
        for changes, code in (
            ({"held_on": TODAY + timedelta(days=1)}, "not_yet"),
            ({"held_on": TODAY - timedelta(days=61)}, "long_past"),
            ({"leader": practice.members[0]}, "no_leader_alone"),
            ({"leader": meridian.lead.person}, "no_leader_alone"),
        ):
            with pytest.raises(Refused) as refused:
                log(practice, meridian, **changes)
            assert refused.value.code == code
        log(practice, meridian)
        with pytest.raises(Refused, match="logged_already"):
            log(practice, meridian)
        log(practice, meridian, is_another=True)
        assert Session.objects.with_leaders().count() == 2
        one = Session.objects.with_leaders()[0]
        with pytest.raises(IntegrityError, match="session_of_pod_or_leader"), transaction.atomic():
            Session.objects.filter(pk=one.pk).update(pod=practice.pod)


def test_attending_shows_that_a_leader_took_part_as_whoever_sat_with_them_wrote_down(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    leader = meridian.executive.person
    with enter(meridian):
        assert modelling_of(leader, on=TODAY).shown == 0
        absent(practice, meridian)
        session = log(practice, meridian)
        assert modelling_of(leader, on=TODAY).shown == 1
        assert modelling_of(leader, on=TODAY + timedelta(days=28)).shown == 0
        assert waits() == []
        # Taken back it shows nothing, and they wait for a word again.
        actions.take_back_session(session=session, by=meridian.lead.person, at=AT)
        assert modelling_of(leader, on=TODAY).shown == 0
        assert len(waits()) == 1
        assert not FollowUp.objects.filter(person=leader).exists()


def test_it_is_put_right_and_taken_back_on_its_own_pages(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        session = log(practice, meridian)
    lead = client_as(meridian.lead)
    change = place("leader-session", practice, meridian, session.public_id)
    given = {"doing_minutes": "30", "explaining_minutes": "5", "finished": "One page", "written_down": "Shorter"}
    assert "take it back" in lead.get(change).content.decode()
    assert lead.post(change, given).status_code == HTTPStatus.FOUND
    with enter(meridian):
        session.refresh_from_db()
        assert (session.doing_minutes, session.finished) == (30, "One page")
    away = place("leader-take-back", practice, meridian, session.public_id)
    assert "in both calendars" in lead.get(away).content.decode()
    assert lead.post(away).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert not Session.objects.with_leaders().exists()


# --- no figure moves ---------------------------------------------------------------------------------------------------


def test_no_figure_list_or_ratio_of_the_programme_moves(meridian: World, practice: Practice, enter: Enter) -> None:
    champion = meridian.champion.person

    def figures() -> list[Any]:
        look = look_at(practice.pod, at=AT)
        return [
            practice_of(practice.program),
            practised(program=practice.program),
            diagnosis(practice.program, at=AT + timedelta(days=30)),
            [one.pk for one in look.members],
            [(one.due, [talk.person.pk for talk in one.talks]) for one in waiting_for(champion, at=AT)],
            {arm: practice.program.assignments.filter(arm=arm).count() for arm in Arm},
            practice.pod.seats.count(),
        ]

    with enter(meridian):
        before = figures()
        session = log(practice, meridian, doing_minutes=1, explaining_minutes=500)
        plan(practice, meridian)
        answer(follow_up_of(session), Used.NO, Cause.OBSTACLE)
        assert figures() == before
        assert not Attention.objects.filter(kind__in=(Kind.STUCK, Kind.FOLLOW_UP_DUE)).exists()
        assert Attendance.objects.filter(session=session).count() == 1


# --- planned -----------------------------------------------------------------------------------------------------------


def test_planned_it_comes_into_two_calendars_and_planned_again_it_moves(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, address = client_as(meridian.lead), place("leader-plan", practice, meridian)
    for _ in range(2):
        assert lead.post(address, PLAN).status_code == HTTPStatus.FOUND
    with enter(meridian):
        (row,) = LeaderPlan.objects.all()
        first = {one.person: one for one in Message.objects.filter(kind="with_leader")}
        assert set(first) == {meridian.lead.person, meridian.executive.person}
        sent = appointment_with_leader(message=first[meridian.executive.person], at=AT)
        assert (sent.sequence, sent.cancelled, sent.starts, sent.place) == (0, False, row.starts_at, "Room 4")
        assert meridian.lead.person.name in sent.title
        assert meridian.lead.person.mail == sent.organizer_mail
    lead.post(address, {**PLAN, "day": "2026-07-17"})
    with enter(meridian):
        (row,) = LeaderPlan.objects.all()
        assert (row.day, row.sequence) == (date(2026, 7, 17), 1)
        assert not with_leader_wanted(message=first[meridian.executive.person], at=AT)
        newest = Message.objects.filter(kind="with_leader", person=meridian.executive.person).latest("pk")
        assert with_leader_wanted(message=newest, at=AT)
    own = client_as(meridian.executive).get(reverse("own-one-to-ones", args=["meridian"])).content.decode()
    assert "A briefing" in own
    home = client_as(meridian.executive).get(reverse("waiting-pods", args=["meridian"])).content.decode()
    assert reverse("own-one-to-ones", args=["meridian"]) in home


def test_what_cannot_be_planned_is_said_beside_its_field(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, address = client_as(meridian.lead), place("leader-plan", practice, meridian)
    for changes, words in (
        ({"day": "2026-07-01"}, "This time has passed"),
        ({"day": "2028-07-01"}, "more than a year away"),
        ({"work": ""}, "required"),
    ):
        refused = lead.post(address, {**PLAN, **changes})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in refused.content.decode()
    with enter(meridian):
        Program.objects.filter(pk=practice.program.pk).update(
            baseline_opened_at=AT, launched_at=AT, fixed={}, ended_at=AT
        )
    assert "phase is over" in lead.post(address, PLAN).content.decode()


def test_called_off_it_leaves_the_calendars_for_a_reason_and_logged_it_is_met(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, address = client_as(meridian.lead), place("leader-call-off", practice, meridian)
    with enter(meridian):
        plan(practice, meridian)
    assert lead.post(address, {"reason": ""}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _ in range(2):
        assert lead.post(address, {"reason": "Both abroad"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        row = LeaderPlan.objects.get()
        assert (row.reason, row.sequence) == ("Both abroad", 1)
        gone = Message.objects.filter(kind="with_leader", person=meridian.executive.person).latest("pk")
        assert appointment_with_leader(message=gone, at=AT).cancelled
        # Nobody was told of it yet, so nobody is told that it is off.
        assert not with_leader_wanted(message=gone, at=AT)
        again = plan(practice, meridian, day=TODAY, hour=time(23))
        session = log(practice, meridian, at=AT + timedelta(hours=9))
        again.refresh_from_db()
        assert again.session == session
        with pytest.raises(Refused, match="meeting_logged"):
            with_leaders.call_off_with_leader(plan=again, reason="No", by=meridian.lead.person, at=AT)


def test_whoever_objects_leaves_or_is_erased_is_let_be(meridian: World, practice: Practice, enter: Enter) -> None:
    leader, lead = meridian.executive.person, meridian.lead.person
    with enter(meridian):
        row = plan(practice, meridian)
        object_to(program=practice.program, person=leader, at=AT)
        row.refresh_from_db()
        assert row.cancelled_at == AT
        # What a lead plans all the same reaches nobody who objects, and nobody is told why.
        plan(practice, meridian)
        message = Message.objects.filter(kind="with_leader", person=leader).latest("pk")
        assert not with_leader_wanted(message=message, at=AT)
        mine = Message.objects.filter(kind="with_leader", person=lead).latest("pk")
        assert with_leader_wanted(message=mine, at=AT)
        log(practice, meridian)
        record_departure(person=leader, left_on=TODAY + timedelta(days=1), by=None, at=AT)
        assert not LeaderPlan.objects.to_come(AT).exists()
        assert export_pods(person=leader)["one_to_ones_with_a_lead"]
        erase_person(person=leader, by=None, at=AT)
        assert not LeaderPlan.objects.exists()
        assert not Session.objects.with_leaders().exists()


def test_a_lead_who_is_erased_leaves_no_empty_appointment_and_what_was_held_stays(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    with enter(meridian):
        session, row = log(practice, meridian), plan(practice, meridian)
        erase_person(person=meridian.lead.person, by=None, at=AT)
        row.refresh_from_db()
        session.refresh_from_db()
        assert (row.held_by, session.held_by) == (None, None)
        assert row.cancelled_at == AT
        assert who_meets(follow_up_of(session)) == [meridian.executive.person]


def test_a_programme_that_is_stopped_calls_it_off(meridian: World, practice: Practice, enter: Enter) -> None:
    with enter(meridian):
        row, session = plan(practice, meridian), log(practice, meridian)
        Program.objects.filter(pk=practice.program.pk).update(baseline_opened_at=AT, launched_at=AT, fixed={})
        practice.program.refresh_from_db()
        stop(program=practice.program, reason="Enough", by=meridian.lead.person, at=AT)
        row.refresh_from_db()
        assert row.cancelled_at
        assert who_meets(follow_up_of(session)) == []


# --- reminded ----------------------------------------------------------------------------------------------------------


SOON = with_leaders.WITH_LEADER_SOON
REMINDERS = ("with_leader_soon", "with_leader_prepare")


def remind(row: Agenda, at: datetime) -> None:
    with_leader_soon.apply(kwargs={"agenda_id": row.pk, "at": at.isoformat()})


def reminders() -> list[Message]:
    return list(Message.objects.filter(kind__in=REMINDERS).select_related("person").order_by("pk"))


def test_the_working_day_before_each_of_the_two_is_reminded_once_and_of_what_was_moved_when_it_is_due(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    with enter(meridian):
        plan(practice, meridian)
        row = Agenda.objects.get(task=SOON)
        first = row.due_at
        assert first == reminder_due(TODAY + timedelta(days=8), meridian.lead.person.local_zone())
        plan(practice, meridian, day=TODAY + timedelta(days=13))
    remind(row, first)
    with enter(meridian):
        assert reminders() == []
        row.refresh_from_db()
        # A Tuesday: its working day before is the Monday.
        due = row.due_at
        assert local_date(due, meridian.lead.person.local_zone()) == TODAY + timedelta(days=12)
    for _ in range(2):
        remind(row, due)
    with enter(meridian):
        told = {one.kind: one for one in reminders()}
        assert {kind: one.person for kind, one in told.items()} == {
            "with_leader_soon": meridian.executive.person,
            "with_leader_prepare": meridian.lead.person,
        }
        assert {one.expires_at for one in told.values()} == {LeaderPlan.objects.get().starts_at}
        assert all(with_leader_soon_wanted(message=one, at=due) for one in told.values())
        # Another lead sits with them: the first has nothing to be reminded of.
        plan(practice, meridian, day=TODAY + timedelta(days=13), by=meridian.admin.person, at=due)
        assert not with_leader_soon_wanted(message=told["with_leader_prepare"], at=due)
        assert with_leader_soon_wanted(message=told["with_leader_soon"], at=due)


def test_a_moved_one_is_reminded_of_again_and_one_that_is_tomorrow_by_its_invitation_alone(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    with enter(meridian):
        plan(practice, meridian, day=TODAY + timedelta(days=1))
        assert not Agenda.objects.filter(task=SOON).exists()
        plan(practice, meridian)
        row = Agenda.objects.get(task=SOON)
        first = row.due_at
    remind(row, first)
    with enter(meridian):
        plan(practice, meridian, day=TODAY + timedelta(days=15), at=first)
        row.refresh_from_db()
        assert row.done_at is None
    remind(row, row.due_at)
    with enter(meridian):
        assert len(reminders()) == 4


@pytest.mark.parametrize("what", ["called off", "logged", "stopped", "objects", "leaves", "erased", "lead erased"])
def test_nobody_is_reminded_of_what_is_not_to_be(meridian: World, practice: Practice, enter: Enter, what: str) -> None:
    leader, lead = meridian.executive.person, meridian.lead.person
    with enter(meridian):
        row = plan(practice, meridian)
        due = Agenda.objects.get(task=SOON)
    remind(due, due.due_at)
    with enter(meridian):
        told = reminders()
        assert len(told) == 2
        plan(practice, meridian, hour=time(11))
        if what == "called off":
            with_leaders.call_off_with_leader(plan=row, reason="Abroad", by=lead, at=AT)
        elif what == "logged":
            log(practice, meridian, held_on=row.day, at=row.starts_at - timedelta(minutes=30))
        elif what == "stopped":
            Program.objects.filter(pk=practice.program.pk).update(baseline_opened_at=AT, launched_at=AT, fixed={})
            practice.program.refresh_from_db()
            stop(program=practice.program, reason="Enough", by=lead, at=AT)
        elif what == "objects":
            object_to(program=practice.program, person=leader, at=AT)
        elif what == "leaves":
            record_departure(person=leader, left_on=row.day, by=None, at=AT)
        else:
            erase_person(person=leader if what == "erased" else lead, by=None, at=AT)
        due.refresh_from_db()
        assert (due.done_at is None) == (what == "logged")
        assert not any(with_leader_soon_wanted(message=one, at=AT) for one in told)
        before = Message.objects.filter(kind__in=REMINDERS).count()
    remind(due, due.due_at)
    with enter(meridian):
        assert Message.objects.filter(kind__in=REMINDERS).count() == before


def test_whoever_objects_is_not_reminded_and_the_lead_is_not_told_of_it(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    with enter(meridian):
        object_to(program=practice.program, person=meridian.executive.person, at=AT)
        plan(practice, meridian)
        due = Agenda.objects.get(task=SOON)
    remind(due, due.due_at)
    with enter(meridian):
        wanted = [one.person for one in reminders() if with_leader_soon_wanted(message=one, at=due.due_at)]
        assert wanted == [meridian.lead.person]


@pytest.mark.parametrize("closed", [False, True])
def test_two_reminders_arrive_in_one_mail_each_on_an_open_day(
    meridian: World, practice: Practice, enter: Enter, server: MailServer, closed: bool
) -> None:
    leader, lead = meridian.executive.person, meridian.lead.person
    with enter(meridian):
        plan(practice, meridian, day=date(2026, 7, 17), hour=time(15))
        other = make_program(meridian, name="letters")
        plan(practice, meridian, program=other, work="board_report", day=date(2026, 7, 17), hour=time(16))
        first, second = Agenda.objects.filter(task=SOON)
        beat = Agenda.objects.get(task="outbox.carry")
        if closed:
            given = {"starts_on": date(2026, 7, 16), "ends_on": date(2026, 7, 16), "created_at": AT}
            Closure.objects.create(name="Closed", **given)
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        carry(beat.pk)
    server.mails.clear()
    for day in range(2):
        with time_machine.travel(first.due_at + timedelta(days=day), tick=False):
            for row in (first, second):
                with_leader_soon(row.pk)
            with enter(meridian):
                agenda.wake(task="outbox.carry", due_at=first.due_at)
            carry(beat.pk)
        assert len(server.mails) == (0 if closed and not day else 2)
    for one, other_one, page in ((leader, lead, "/one-to-ones/"), (lead, leader, "/leaders/")):
        (mail,) = [mail for mail in server.mails if one.mail in mail["To"]]
        text = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
        for told in (other_one.name, "Friday 17 July, 15:00", "Friday 17 July, 16:00", "A briefing", "Room 4", page):
            assert told in text
        assert not [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    with enter(meridian):
        # On record is that something was planned, and not with whom.
        kept = AuditEvent.objects.filter(verb="meeting.planned").latest("pk")
        assert (kept.subject, kept.detail) == (
            LeaderPlan.objects.get(program=other).public_id,
            {"kind": "one_to_one", "meetings": 1},
        )


def test_the_programmes_menu_leads_a_lead_there(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    page = reverse("program", args=["meridian", practice.program.slug])
    link = reverse("leaders", args=["meridian", practice.program.slug])
    assert link in client_as(meridian.lead).get(page).content.decode()
    for other in (meridian.executive, meridian.admin, meridian.owner, meridian.champion):
        assert link not in client_as(other).get(page).content.decode()


# --- day 7 -------------------------------------------------------------------------------------------------------------


def test_day_7_asks_the_lead_and_then_the_leader_alone(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter, server: MailServer
) -> None:
    leader, lead = meridian.executive.person, meridian.lead.person
    with enter(meridian):
        session = log(practice, meridian)
        row = follow_up_of(session)
        messages = {one.person: one for one in Message.objects.filter(kind="day_seven", row_id=row.pk)}
        assert all(day_seven_wanted(message=one, at=AT) for one in messages.values())
        to_leader = appointment_of_day_seven(message=messages[leader], at=AT)
        assert to_leader.url.endswith("/one-to-ones/")
        assert to_leader.organizer_mail == lead.mail
        due = Agenda.objects.get(task=follow_ups.FOLLOW_UP_DUE, row_id=row.pk)
        beat = Agenda.objects.get(task="outbox.carry")
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        carry(beat.pk)
    (sent,) = [mail for mail in server.mails if leader.mail in mail["To"]]
    (file,) = [one for one in sent.walk() if one.get_content_type() == "text/calendar"][:1]
    (event,) = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert event["DTSTART"].dt == row.due_at
    with time_machine.travel(row.due_at, tick=False):
        follow_up_due(due.pk)
        with enter(meridian):
            (reminder,) = Message.objects.filter(kind="follow_up", row_id=row.pk)
            assert reminder.person == lead
            assert not Attention.objects.open().exists()
            alone = Agenda.objects.get(task=follow_ups.FOLLOW_UP_ALONE, row_id=row.pk)
    with time_machine.travel(alone.due_at, tick=False):
        follow_up_alone(alone.pk)
        with enter(meridian):
            (nudge,) = Message.objects.filter(kind="follow_up_alone", row_id=row.pk)
            assert nudge.person == leader
            link = mint(
                purpose=follow_ups.FOLLOW_UP,
                row_id=row.pk,
                person=leader,
                address=leader.mail or "",
                expires_at=alone.due_at + timedelta(days=30),
                at=alone.due_at,
            )
        browser = Client()
        page = browser.get(urlsplit(link).path)["Location"]
        assert "Leads read it, and nobody else" in browser.get(page).content.decode()
        given = {"used": "stopped", "what_failed": "Rewrote it", "signs": ["obstacle"]}
        assert f"{lead.name} reads it, and comes to you" in unescape(browser.post(page, given).content.decode())
    with enter(meridian):
        row.refresh_from_db()
        assert (row.used, row.cause, row.fixed) == ("stopped", "obstacle", False)
        (again,) = waits()
        assert "On day 7 something did not work" in str(told_of(again).why)


def test_a_day_7_in_a_leave_moves_behind_it_and_leaves_with_the_leader(
    meridian: World, practice: Practice, enter: Enter
) -> None:
    leader = meridian.executive.person
    with enter(meridian):
        row = follow_up_of(log(practice, meridian))
        record_leave(
            person=leader,
            starts_on=TODAY + timedelta(days=6),
            ends_on=TODAY + timedelta(days=9),
            by=None,
            at=AT,
        )
        row.refresh_from_db()
        assert local_date(row.due_at, leader.local_zone()) == TODAY + timedelta(days=12)


def test_a_lead_writes_day_7_down_and_what_did_not_work_brings_the_leader_back(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        row = follow_up_of(log(practice, meridian))
    address = reverse("follow-up", args=["meridian", row.public_id])
    for other in (meridian.champion, meridian.executive, meridian.member, meridian.admin, meridian.owner):
        assert client_as(other).get(address).status_code == HTTPStatus.NOT_FOUND
    lead = client_as(meridian.lead)
    assert "and leads see this, and nobody else" in lead.get(address).content.decode()
    given = {"used": "no", "signs": ["no_own_workflow"], "fixed": "no"}
    assert lead.post(address, given, follow=True).redirect_chain[-1][0] == address
    assert place("leader", practice, meridian) in lead.get(address).content.decode()
    with enter(meridian):
        assert len(waits()) == 1
        assert not Attention.objects.filter(kind=Kind.STUCK).exists()


def test_who_is_back_after_day_7_stays_until_they_were_seen_since(
    meridian: World, practice: Practice, enter: Enter, client_as: ClientAs
) -> None:
    leader, lead = meridian.executive.person, meridian.lead.person
    later = AT + timedelta(days=6)
    with enter(meridian):
        given = {"starts_on": TODAY - timedelta(days=16), "fixed": {}}
        Program.objects.filter(pk=practice.program.pk).update(baseline_opened_at=AT, launched_at=AT, **given)
        practice.program.refresh_from_db()
        row = follow_up_of(log(practice, meridian, held_on=TODAY - timedelta(days=8)))
        answer(row, Used.STOPPED, Cause.OBSTACLE)
        # The session that did not hold is no answer to it, though it showed that they took part.
        look_at_leaders(program=practice.program, at=later)
        assert len(waits()) == 1
        page = reverse("leaders", args=["meridian", practice.program.slug])
    assert "on day 7 something did not work" in client_as(meridian.lead).get(page).content.decode()
    with enter(meridian):
        before = {"leader": leader, "act": LeaderAct.SHARED_A_FAILURE, "note": ""}
        old = note_deed(**before, done_on=TODAY - timedelta(days=1), by=meridian.champion.person, at=later)
        confirm_deed(deed=old, by=lead, at=later)
        look_at_leaders(program=practice.program, at=later)
        assert len(waits()) == 1
        new = note_deed(**before, done_on=TODAY + timedelta(days=1), by=meridian.champion.person, at=later)
        LeaderDeed.objects.filter(pk=new.pk).update(confirmed_at=later)
        look_at_leaders(program=practice.program, at=later)
        assert waits() == []


@pytest.mark.parametrize(
    ("used", "cause", "fixed"),
    [
        (Used.YES, None, False),
        (Used.NO, None, False),
        (Used.STOPPED, Cause.OBSTACLE, True),
        (Used.NO, Cause.NO_SUITABLE_WORKFLOW, False),
    ],
)
def test_what_went_well_was_mended_or_is_left_brings_nobody_back(
    meridian: World, practice: Practice, enter: Enter, used: Used, cause: Cause | None, fixed: bool
) -> None:
    with enter(meridian):
        row = follow_up_of(log(practice, meridian))
        absent(practice, meridian)
        answer(row, used, cause, fixed=fixed)
        assert waits() == []


def test_the_leader_reads_and_answers_their_own(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        row = follow_up_of(log(practice, meridian, held_on=TODAY - timedelta(days=8)))
    leader = client_as(meridian.executive)
    own = leader.get(reverse("own-one-to-ones", args=["meridian"])).content.decode()
    address = reverse("own-follow-up", args=["meridian", row.public_id])
    assert "Two pages" in own
    assert address in own
    answered = leader.post(address, {"used": "yes"})
    assert answered["Location"] == reverse("own-one-to-ones", args=["meridian"])
    with enter(meridian):
        row.refresh_from_db()
        assert row.used == "yes"
        found = own_one_to_ones(meridian.executive.person, at=AT)
        assert found
        assert len(found.held) == 1
        assert own_one_to_ones(meridian.member.person, at=AT) is None


# --- who may ------------------------------------------------------------------------------------------------------------


def test_nobody_but_leads_finds_what_is_between_them(
    meridian: World, harbour: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        session = log(practice, meridian)
        plan(practice, meridian)
    pages = [
        reverse("leaders", args=["meridian", practice.program.slug]),
        *(place(name, practice, meridian) for name in ("leader", "leader-plan", "leader-call-off", "leader-log")),
        *(place(name, practice, meridian, session.public_id) for name in ("leader-session", "leader-take-back")),
    ]
    for page in pages:
        assert client_as(meridian.lead).get(page).status_code == HTTPStatus.OK
        for other in (meridian.champion, meridian.executive, meridian.member, meridian.admin, meridian.owner):
            for method in ("get", "post"):
                answer = getattr(client_as(other), method)(page)
                assert answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED}
                assert "Two pages" not in answer.content.decode()
        assert client_as(harbour.lead).get(page).status_code == HTTPStatus.NOT_FOUND
    own = reverse("own-one-to-ones", args=["meridian"])
    for other in (meridian.champion, meridian.lead, meridian.member, meridian.admin):
        assert client_as(other).get(own).status_code == HTTPStatus.NOT_FOUND
    # Whoever takes part is with everybody: here there is no such leader.
    member = reverse("leader", args=["meridian", practice.program.slug, practice.members[0].public_id])
    assert client_as(meridian.lead).get(member).status_code == HTTPStatus.NOT_FOUND


def test_a_leaders_page_costs_the_same_with_one_session_and_three(
    meridian: World, practice: Practice, client_as: ClientAs, enter: Enter
) -> None:
    lead, page = client_as(meridian.lead), place("leader", practice, meridian)
    with enter(meridian):
        log(practice, meridian)
    one = asked(lead, page)
    with enter(meridian):
        for back in (1, 2):
            log(practice, meridian, held_on=TODAY - timedelta(days=back))
        look = with_leader(practice.program, meridian.executive.person, at=AT)
        assert len(look.held) == 3
    assert asked(lead, page) == one


# --- machines ----------------------------------------------------------------------------------------------------------


def test_leads_machines_do_the_same(meridian: World, practice: Practice, client_as: ClientAs, enter: Enter) -> None:
    lead = client_as(meridian.lead)
    org, key = "meridian", meridian.executive.person.public_id
    base = f"/api/v1/o/{org}/p/{practice.program.slug}/leaders/"
    json = "application/json"
    with enter(meridian):
        absent(practice, meridian)
    listed = lead.get(base).json()["items"]
    assert [(one["leader"]["id"], one["seen_using"], one["waits"], one["planned"]) for one in listed] == [
        (str(key), False, True, None)
    ]
    assert lead.get(f"{base}{key}/planned/").status_code == HTTPStatus.NOT_FOUND
    wanted = {"day": "2026-07-16", "hour": "10:00", "work": "client_status"}
    planned = lead.put(f"{base}{key}/planned/", wanted, content_type=json)
    assert planned.json()["work"] == "client_status"
    past = lead.put(f"{base}{key}/planned/", {**wanted, "day": "2026-07-01"}, content_type=json)
    assert past.status_code == HTTPStatus.BAD_REQUEST
    off = lead.put(f"{base}{key}/planned/cancellation/", {"reason": "Abroad"}, content_type=json)
    assert off.status_code == HTTPStatus.NO_CONTENT
    given = {"held_on": "2026-07-08", "work": "The letter", "doing_minutes": 40, "explaining_minutes": 10}
    made = lead.post(f"{base}{key}/sessions/", given, content_type=json)
    assert made.status_code == HTTPStatus.CREATED
    again = lead.post(f"{base}{key}/sessions/", given, content_type=json)
    assert again.status_code == HTTPStatus.CONFLICT
    one = made["Location"]
    end = {"doing_minutes": 30, "explaining_minutes": 5, "finished": "It", "written_down": "So"}
    assert lead.put(one, end, content_type=json).json()["finished"] == "It"
    assert [row["id"] for row in lead.get(f"{base}{key}/sessions/").json()["items"]] == [made.json()["id"]]
    (day_7,) = [row for row in lead.get(f"/api/v1/o/{org}/follow-ups/").json()["items"] if row["pod"] is None]
    assert lead.get(f"/api/v1/o/{org}/follow-ups/{day_7['id']}/").status_code == HTTPStatus.OK
    own = client_as(meridian.executive).get(f"/api/v1/o/{org}/day-seven/").json()["items"]
    assert [row["pod"] for row in own] == [None]
    assert lead.delete(one).status_code == HTTPStatus.NO_CONTENT
    for other in (meridian.champion, meridian.executive, meridian.member):
        for address in (base, f"{base}{key}/sessions/", f"{base}{key}/planned/"):
            assert client_as(other).get(address).status_code == HTTPStatus.FORBIDDEN


# --- the whole ---------------------------------------------------------------------------------------------------------


def test_from_the_leads_list_to_day_7(meridian: World, practice: Practice, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        begun = TODAY - timedelta(days=37)
        Program.objects.filter(pk=practice.program.pk).update(
            baseline_opened_at=AT, launched_at=AT, fixed={}, starts_on=begun
        )
        practice.program.refresh_from_db()
        for one in (meridian.executive, meridian.lead):
            one.membership.grants.update(granted_at=AT - timedelta(days=90))
        look_at_leaders(program=practice.program, at=AT)
    lead = client_as(meridian.lead)
    slug = practice.program.slug
    page = lead.get(reverse("attention", args=["meridian", slug])).content.decode()
    assert place("leader", practice, meridian) in page
    assert "speak with them alone" in lead.get(reverse("leaders", args=["meridian", slug])).content.decode()
    lead.post(place("leader-plan", practice, meridian), {**PLAN, "day": "2026-07-09"})
    with time_machine.travel(AT + timedelta(days=1, hours=9), tick=False):
        form = lead.get(place("leader-log", practice, meridian)).content.decode()
        assert 'value="2026-07-09"' in form
        given = {**LOG, "work": "briefing", "held_on": "2026-07-09"}
        done = lead.post(place("leader-log", practice, meridian), given, follow=True)
    assert "Their day 7 is promised" in done.content.decode()
    with enter(meridian):
        assert waits() == []
        assert LeaderPlan.objects.get().session is not None
        look_at_leaders(program=practice.program, at=AT + timedelta(days=20))
        assert waits() == []
