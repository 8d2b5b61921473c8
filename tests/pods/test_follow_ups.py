"""Day 7: the first cause that fits, and the member who answers alone by link where no meeting came about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from http import HTTPStatus
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from adoption.outbox.actions.letters import write_parts
from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.outbox.tasks import carry
from adoption.programs.actions import object_to, take_back_objection
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind
from adoption.tenancy.actions.closures import close_days, close_several, open_again, open_several_again
from adoption.tenancy.actions.people import record_departure, record_leave, undo_departure, withdraw_leave
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, Closure, Leave, Person
from adoption.tenancy.rules import Closing, local_date
from champions.models import Champion
from pods import actions
from pods.actions import follow_ups
from pods.actions.moves import leave_pod, transfer, undo_move
from pods.models import FollowUp, Pod
from pods.queries import look_at, waiting_for
from pods.queries.calendars import appointment_of_day_seven
from pods.queries.follow_ups import alone_wanted, day_seven_over_wanted, day_seven_wanted, facts_of_alone, who_meets
from pods.queries.places import guides
from pods.rules import Cause, SessionKind, Used, suggest_cause
from pods.tasks import follow_up_alone, follow_up_due
from tests.factories import AT, World
from tests.outbox import speech
from tests.outbox.speech import MailServer
from tests.practice import Practice, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
ORDER = list(Cause)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A real SMTP server, to which the outbox sends."""
    made, controller = speech.serve()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    yield made
    controller.stop()


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


def one_to_one(practice: Practice, member: Person) -> FollowUp:
    """The day 7 of a session that a member has had with their champion today."""
    session = actions.log_session(
        pod=practice.pod,
        kind=SessionKind.ONE_TO_ONE,
        held_on=AT.date(),
        attendees=[member],
        doing_minutes=40,
        explaining_minutes=10,
        note="",
        form_key=uuid4(),
        by=practice.champion.person,
        at=AT,
    )
    return FollowUp.objects.get(session=session)


def test_day_7_comes_into_both_calendars_once_at_the_members_hour_and_not_once_it_is_over(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    member, champion = practice.members[1], practice.champion.person
    with enter(meridian):
        Person.objects.filter(pk=member.pk).update(zone="Europe/Berlin")
        member.refresh_from_db()
        Message.objects.all().delete()
        follow_up = one_to_one(practice, member)
        rows = Message.objects.filter(kind=follow_ups.DAY_SEVEN).select_related("person__organization")
        told = {one.person: one for one in rows}
        assert set(told) == {member, champion}
        for person, other in ((member, champion), (champion, member)):
            assert day_seven_wanted(message=told[person], at=AT)
            appointment = appointment_of_day_seven(message=told[person], at=AT)
            assert (appointment.starts, appointment.lasts) == (follow_up.due_at, timedelta(minutes=15))
            assert (appointment.title, appointment.zone) == (f"Day 7 with {other.name}", "Europe/Berlin")
            reader = Person.objects.select_related("organization").get(pk=person.pk)
            parts, unwritable = write_parts(messages=[told[person]], person=reader, address="a@b.example", at=AT)
            assert (unwritable, parts[0].appointment) == ([], appointment)
            hour = "10:00" if person == member else "09:00"
            assert f"Day 7 with {other.name}: Wednesday 15 July, {hour}" in parts[0].text
        # Away on that day: both hear of the new one, and the entry in their calendars is the same, later.
        Leave.objects.create(person=member, starts_on=date(2026, 7, 13), ends_on=date(2026, 7, 17), created_at=AT)
        actions.await_return(follow_up=follow_up, at=follow_up.due_at)
        later = Message.objects.select_related("person").filter(kind=follow_ups.DAY_SEVEN, person=champion).latest("pk")
        moved = appointment_of_day_seven(message=later, at=AT)
        assert (moved.uid, moved.sequence, moved.starts.date()) == (appointment.uid, 1, date(2026, 7, 20))
        assert not day_seven_wanted(message=told[champion], at=AT)
        assert not day_seven_wanted(message=later, at=moved.starts)
        # Of somebody who was erased nothing is said any more.
        FollowUp.objects.filter(pk=follow_up.pk).delete()
        assert not day_seven_wanted(message=later, at=AT)
        assert not day_seven_over_wanted(message=later, at=AT)
        # Logged a week late nobody is invited to what is over.
        Message.objects.all().delete()
        follow_ups.tell_day_seven(follow_ups=[practice.follow_up], champion=champion, at=AT)
        assert not Message.objects.exists()


def entries(mail: EmailMessage) -> list[tuple[str, str, int, str]]:
    """Of each calendar file in a mail: its method, and the uid, sequence and status of its event."""
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    found = [Calendar.from_ical(part.get_payload(decode=True)) for part in files]
    events = [(str(file["method"]), file.walk("VEVENT")[0]) for file in found]
    return [(method, str(one["uid"]), one["sequence"], str(one["status"])) for method, one in events]


Carried = Callable[[datetime], dict[str, EmailMessage]]


@pytest.fixture
def carried(server: MailServer, meridian: World) -> Carried:
    """What is sent at a time, by address: at most one mail each."""

    def sent(at: datetime) -> dict[str, EmailMessage]:
        server.mails.clear()
        for row in Agenda.objects.open().filter(organization=meridian.organization, task="outbox.carry"):
            with time_machine.travel(at, tick=False):
                carry(agenda_id=row.pk)
        assert len(server.mails) == len({str(mail["To"]) for mail in server.mails})
        return {parseaddr(mail["To"])[1]: mail for mail in server.mails}

    return sent


def words(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    assert plain
    return " ".join(str(plain.get_payload(decode=True), "utf-8").split())


def test_the_day_7_of_a_session_that_is_taken_back_leaves_both_calendars(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, champion = practice.members[1], practice.champion.person
    with enter(meridian):
        Message.objects.all().delete()
        follow_up = one_to_one(practice, member)
    invited = {address: entries(one)[0][1] for address, one in carried(AT).items()}
    assert set(invited) == {member.mail, champion.mail}
    with enter(meridian):
        actions.take_back_session(session=follow_up.session, by=champion, at=AT + timedelta(hours=1))
    ended = carried(AT + timedelta(hours=1))
    assert set(ended) == set(invited)
    for address, one in ended.items():
        assert entries(one) == [("CANCEL", invited[address], 1, "CANCELLED")] * 2
        assert "Wednesday 15 July, 10:00 are free again" in words(one)
    # Nothing of it is left to be said on the day itself.
    assert carried(AT + timedelta(days=12)) == {}


def test_a_day_7_that_is_answered_before_it_came_leaves_the_calendars_it_came_into_once(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, champion = practice.members[1], practice.champion.person
    with enter(meridian):
        Message.objects.all().delete()
        follow_up = one_to_one(practice, member)
        # The champion's invitation was not sent: there is nothing to take out.
        Message.objects.filter(kind=follow_ups.DAY_SEVEN, person=champion).update(due_at=AT + timedelta(days=3))
    [(address, invitation)] = carried(AT).items()
    assert address == member.mail
    _, uid, sequence, status = entries(invitation)[0]
    assert (sequence, status) == (0, "CONFIRMED")
    early: dict[str, Any] = {"used": Used.YES, "what_happened": "", "what_failed": "", "cause": None, "fixed": None}
    next_day = AT + timedelta(days=1)
    with enter(meridian):
        actions.answer_follow_up(follow_up=follow_up, **early, by=champion, at=next_day)
        with pytest.raises(actions.AlreadyAnswered):
            actions.answer_follow_up(follow_up=follow_up, **early, by=champion, at=next_day)
    [(address, end)] = carried(next_day).items()
    assert address == member.mail
    # Alone in its mail, so that calendars act upon it; and the file once more to open by hand.
    assert entries(end) == [("CANCEL", uid, 1, "CANCELLED")] * 2
    assert "Answered already: day 7 with" in str(end["Subject"])
    assert "Wednesday 15 July, 10:00 are free again" in str(end.get_body(("plain",)))
    assert carried(next_day + timedelta(days=4)) == {}
    with enter(meridian):
        # On its day or after it there is nothing to take out.
        Message.objects.all().delete()
        actions.answer_follow_up(follow_up=practice.follow_up, **early, by=champion, at=AT)
        assert not Message.objects.filter(kind=follow_ups.DAY_SEVEN_OVER).exists()


@pytest.mark.parametrize("why", ["objects", "leaves", "is away for ever"])
def test_a_day_7_that_is_not_to_be_leaves_both_calendars_without_a_reason_and_comes_back_with_them(
    practice: Practice, meridian: World, enter: Enter, carried: Carried, why: str
) -> None:
    member, champion = practice.members[1], practice.champion.person
    program, later = practice.program, AT + timedelta(days=1)
    with enter(meridian):
        Message.objects.all().delete()
        follow_up = one_to_one(practice, member)
    invitations = carried(AT)
    assert set(invitations) == {member.mail, champion.mail}
    uid = entries(invitations[champion.mail])[0][1]
    away: Leave | None = None
    with enter(meridian):
        # Fourteen days from now is after day 7: it stays.
        away = record_leave(person=member, starts_on=date(2026, 7, 22), ends_on=None, by=None, at=AT)
        withdraw_leave(leave=away, by=None, at=AT)
        assert not Message.objects.filter(kind=follow_ups.DAY_SEVEN_OVER).exists()
        for _twice in range(2 if why == "objects" else 1):
            if why == "objects":
                object_to(program=program, person=member, at=later)
            elif why == "leaves":
                record_departure(person=member, left_on=date(2026, 7, 15), by=None, at=later)
            else:
                away = record_leave(person=member, starts_on=date(2026, 7, 14), ends_on=None, by=None, at=later)
    ends = carried(later)
    assert set(ends) == {member.mail, champion.mail}
    for mail in ends.values():
        assert entries(mail) == [("CANCEL", uid, 1, "CANCELLED")] * 2
        assert "the three questions are not asked any more" in words(mail)
        said = words(mail).split("Nothing is left to do.")[0]
        assert not any(word in said for word in ("left", "leave", "object", "away"))
    again = AT + timedelta(days=2)
    with enter(meridian):
        if why == "objects":
            take_back_objection(program=program, person=member, at=again)
        elif why == "leaves":
            undo_departure(person=member, by=None, at=again)
        else:
            withdraw_leave(leave=away, by=None, at=again)
        follow_up.refresh_from_db()
    assert local_date(follow_up.due_at, member.local_zone()) == date(2026, 7, 15)
    back = carried(again)
    assert {to: entries(mail)[0][1:] for to, mail in back.items()} == dict.fromkeys(
        (member.mail, champion.mail), (uid, 2, "CONFIRMED")
    )


def test_a_day_7_with_somebody_who_is_erased_leaves_the_champions_calendar_by_no_name(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, champion = practice.members[1], practice.champion.person
    unsent = practice.members[2]
    with enter(meridian):
        Message.objects.all().delete()
        one_to_one(practice, member)
        one_to_one(practice, unsent)
        # Their invitation has not come to the champion: there is nothing to take out.
        waiting = Message.objects.filter(kind=follow_ups.DAY_SEVEN, person=champion).latest("pk")
        Message.objects.filter(pk=waiting.pk).update(due_at=AT + timedelta(days=3))
    uid = entries(carried(AT)[champion.mail])[0][1]
    later, name = AT + timedelta(days=1), member.name
    with enter(meridian):
        for one in (member, unsent):
            erase_person(person=one, by=None, at=later)
        assert not FollowUp.objects.filter(due_at__gt=later).exists()
    [(address, end)] = carried(later).items()
    assert address == champion.mail
    assert entries(end) == [("CANCEL", uid, 1, "CANCELLED")] * 2
    assert "Called off: a day 7" in str(end["Subject"])
    assert "Wednesday 15 July, 10:00 are free again" in words(end)
    said = " ".join(str(part.get_payload(decode=True), "utf-8") for part in end.walk() if not part.is_multipart())
    assert name not in said
    assert carried(later + timedelta(days=4)) == {}


def test_a_day_7_in_a_leave_that_is_known_moves_behind_it_at_once_and_is_not_due_before(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, champion = practice.members[1], practice.champion.person
    with enter(meridian):
        Message.objects.all().delete()
        follow_up = one_to_one(practice, member)
        promised = follow_up.due_at
    carried(AT)
    later = AT + timedelta(days=1)
    with enter(meridian):
        # One leave behind the other.
        record_leave(person=member, starts_on=date(2026, 7, 18), ends_on=date(2026, 7, 22), by=None, at=later)
        record_leave(person=member, starts_on=date(2026, 7, 15), ends_on=date(2026, 7, 17), by=None, at=later)
        follow_up.refresh_from_db()
        assert local_date(follow_up.due_at, member.local_zone()) == date(2026, 7, 23)
        row = Agenda.objects.get(task=actions.FOLLOW_UP_DUE, row_id=follow_up.pk)
    for to, mail in carried(later).items():
        assert to in (member.mail, champion.mail)
        assert entries(mail)[0][2:] == (1, "CONFIRMED")
        assert "Thursday 23 July" in words(mail)
    # The promise of the day it was wakes once and goes on to the new one; also where the member is back before it.
    with enter(meridian):
        Leave.objects.all().delete()
    follow_up_due(row.pk, at=promised.isoformat())
    with enter(meridian):
        row.refresh_from_db()
        assert (row.done_at, row.due_at) == (None, follow_up.due_at)
        assert not Message.objects.filter(kind=actions.FOLLOW_UP).exists()


def test_a_day_7_on_a_closed_day_is_on_the_first_open_one_after_it(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, other = practice.members[1], practice.members[2]
    company = practice.program.organization

    def shut(first: date, last: date, place: str = "") -> Closure:
        days = {"starts_on": first, "ends_on": last, "location": place}
        return close_days(organization=company, name="Closed", **days, by=None, at=AT)

    with enter(meridian):
        Message.objects.all().delete()
        Person.objects.filter(pk=member.pk).update(location="Leeds")
        member.refresh_from_db()
        local = shut(date(2026, 7, 15), date(2026, 7, 16), "Leeds")
        # Behind it two weeks more, and a weekend.
        shut(date(2026, 7, 17), date(2026, 7, 31))
        here, there = one_to_one(practice, member), one_to_one(practice, other)
        assert local_date(here.due_at, member.local_zone()) == date(2026, 8, 3)
        assert local_date(there.due_at, other.local_zone()) == date(2026, 7, 15)
    carried(AT)
    # Closed only after it was promised, and open again after all: it moves, and calendars are told.
    both = other.mail, practice.champion.person.mail
    later = AT + timedelta(days=1)
    with enter(meridian):
        closed = shut(date(2026, 7, 15), date(2026, 7, 15))
        there.refresh_from_db()
        # Thursday is open where they are.
        assert local_date(there.due_at, other.local_zone()) == date(2026, 7, 16)
    told = carried(later)
    assert {to: entries(mail)[0][2:] for to, mail in told.items()} == dict.fromkeys(both, (1, "CONFIRMED"))
    with enter(meridian):
        open_again(organization=company, closure=closed, by=None, at=later)
        there.refresh_from_db()
        assert local_date(there.due_at, other.local_zone()) == date(2026, 7, 15)
    told = carried(later + timedelta(days=1))
    assert {to: entries(mail)[0][2:] for to, mail in told.items()} == dict.fromkeys(both, (2, "CONFIRMED"))
    with enter(meridian):
        here.refresh_from_db()
        assert local_date(here.due_at, member.local_zone()) == date(2026, 8, 3)
        # However far another closure had moved it.
        open_again(organization=company, closure=local, by=None, at=later)
        here.refresh_from_db()
        assert local_date(here.due_at, member.local_zone()) == date(2026, 7, 15)


def test_days_7_move_once_behind_several_closures_noted_at_once_and_come_back(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, company = practice.members[1], practice.program.organization
    with enter(meridian):
        row = one_to_one(practice, member)
        promised = row.due_at
    carried(AT)
    days = [date(2026, 7, 15), date(2026, 7, 16), date(2026, 12, 25)]
    with enter(meridian):
        made = close_several(
            organization=company, closings=[Closing("Closed", day, day) for day in days], by=None, at=AT
        )
        row.refresh_from_db()
        assert local_date(row.due_at, member.local_zone()) == date(2026, 7, 17)
        assert row.sequence == 1
        keys = [one.public_id for one in made]
        open_several_again(organization=company, closures=keys, by=None, at=AT)
        row.refresh_from_db()
        assert (row.due_at, row.sequence) == (promised, 2)


def test_closed_days_and_leaves_are_asked_for_once_for_all_days_7_that_move(
    practice: Practice, meridian: World, enter: Enter
) -> None:
    company, members = practice.program.organization, practice.members

    def reads(day: date) -> Counter[str]:
        with CaptureQueriesContext(connection) as asked:
            close_days(organization=company, name="Closed", starts_on=day, ends_on=day, by=None, at=AT)
        found = [re.match(r'SELECT "(tenancy_closure|tenancy_leave)"', one["sql"]) for one in asked]
        return Counter(one[1] for one in found if one)

    with enter(meridian):
        rows = [one_to_one(practice, members[0])]
        one = reads(date(2026, 7, 15))
        for person in members[1:]:
            rows.append(one_to_one(practice, person))
            # Each is away on the day after, and on the next: behind both.
            record_leave(person=person, starts_on=date(2026, 7, 16), ends_on=date(2026, 7, 16), by=None, at=AT)
            record_leave(person=person, starts_on=date(2026, 7, 17), ends_on=date(2026, 7, 17), by=None, at=AT)
        three = reads(date(2026, 7, 20))
        assert one == three == {"tenancy_closure": 2, "tenancy_leave": 1}
        for row in rows:
            row.refresh_from_db()
        assert [local_date(row.due_at, row.person.local_zone()).day for row in rows] == [16, 21, 21]


def test_a_pod_that_is_handed_over_takes_its_days_7_along(
    practice: Practice, meridian: World, enter: Enter, carried: Carried
) -> None:
    member, before, after = practice.members[1], practice.champion.person, practice.members[2]
    with enter(meridian):
        Message.objects.all().delete()
        one_to_one(practice, member)
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    carried(AT)
    later = AT + timedelta(days=1)
    with enter(meridian):
        actions.hand_over(pod=practice.pod, successor=after, by=None, at=later)
        Message.objects.exclude(kind__in=(follow_ups.DAY_SEVEN, follow_ups.DAY_SEVEN_OVER)).delete()
    mails = carried(later)
    assert {to: entries(mail)[0][2:] for to, mail in mails.items()} == {
        member.mail: (1, "CONFIRMED"),
        after.mail: (1, "CONFIRMED"),
        before.mail: (1, "CANCELLED"),
    }
    assert f"Day 7 with {after.name}" in words(mails[member.mail])
    assert f"{after.name} leads their pod and meets them" in words(mails[before.mail])


def test_a_day_7_goes_with_its_person_to_the_pod_they_sit_in_and_back(
    practice: Practice, meridian: World, enter: Enter, carried: Carried, client_as: ClientAs
) -> None:
    member, before, after = practice.members[1], practice.champion.person, meridian.owner.person
    with enter(meridian):
        Message.objects.all().delete()
        row = one_to_one(practice, member)
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
        champion = Champion.objects.create(program=practice.program, person=after, named_at=AT)
        other = Pod.objects.create(program=practice.program, champion=champion, name="Weser", formed_at=AT)
        other = Pod.objects.select_related("program__organization", "organization").get(pk=other.pk)
    carried(AT)
    later = AT + timedelta(days=1)
    with enter(meridian):
        move = transfer(person=member, pod=other, by=None, at=later)
        Message.objects.exclude(kind__in=(follow_ups.DAY_SEVEN, follow_ups.DAY_SEVEN_OVER)).delete()
    mails = carried(later)
    assert {to: entries(mail)[0][2:] for to, mail in mails.items()} == {
        member.mail: (1, "CONFIRMED"),
        after.mail: (1, "CONFIRMED"),
        before.mail: (1, "CANCELLED"),
    }
    assert f"Day 7 with {after.name}" in words(mails[member.mail])
    assert f"{after.name} leads their pod and meets them" in words(mails[before.mail])
    with enter(meridian):
        assert list(FollowUp.objects.for_champion(after)) == [row]
        assert row not in FollowUp.objects.for_champion(before)
        # The lead's button, the reminder, the card and what waits agree.
        assert guides(programs=[practice.program], at=later)[practice.program.pk, member.pk] == after
        actions.remind_champion(follow_up=row, at=row.due_at)
        assert Message.objects.get(kind=actions.FOLLOW_UP).person == after
        look = look_at(other, at=row.due_at)
        assert [one.follow_up for one in look.follow_ups] == [row]
        assert [(one.person, one.follow_up) for one in look.talks] == [(member, row)]
        assert look_at(practice.pod, at=row.due_at).follow_ups[-1].follow_up != row
        assert [one.due for one in waiting_for(after, at=row.due_at)] == [1]
        # What was held stays where it was held.
        assert row.session.pod == practice.pod
    address = reverse("follow-up", args=["meridian", row.public_id])
    assert client_as(meridian.champion).get(address).status_code == HTTPStatus.NOT_FOUND
    page = client_as(meridian.owner).get(address).content.decode()
    assert reverse("pod", args=["meridian", other.public_id]) in page
    with enter(meridian):
        undo_move(move=move, by=None, at=later)
        assert list(FollowUp.objects.for_champion(after)) == []
        assert set(who_meets(FollowUp.objects.get(pk=row.pk))) == {member, before}
        # Whoever sits nowhere stays with the champion of the session's pod.
        leave_pod(person=member, pod=practice.pod, by=None, at=later)
        assert row in FollowUp.objects.for_champion(before)


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
