"""What leaves the outbox, what does not, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from adoption.outbox.actions.messages import NothingToSend, Saying, say, say_many, send_again
from adoption.outbox.actions.preferences import choose
from adoption.outbox.models import Envelope, EnvelopeQuerySet, Message, MessageQuerySet
from adoption.outbox.rules import MessageClass, Outcome, Reason
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, Closure, Person
from adoption.tenancy.rules import instant, local_date
from tests.factories import AT, LeaveFactory, PersonFactory, World
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import BROKEN, NO_LONGER_WANTED, MailServer
from tests.worlds import Enter

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def tell(person: Person, subject: str = "survey:1", kind: str = "test_nudge", **more: Any) -> Message:
    context = {"title": f"About {subject}", "paragraphs": ["One line."], **more.pop("context", {})}
    return say(kind=kind, person=person, subject_key=subject, context=context, **{"at": AT, **more})


def spoken() -> MessageQuerySet:
    """What a test said, without what a company has from the start."""
    return Message.objects.filter(kind__startswith="test_")


def mailed() -> EnvelopeQuerySet:
    """The same for mails."""
    return Envelope.objects.exclude(messages__kind="invitation")


def fates(world: World, enter: Enter) -> list[tuple[str, str, str]]:
    with enter(world):
        return list(spoken().order_by("id").values_list("subject_key", "outcome", "reason"))


# --- one message -----------------------------------------------------------------------------------------------------


def test_a_message_arrives_and_says_so(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> None:
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT)
    assert server.recipients == [meridian.member.person.mail]
    assert server.mails[0]["Subject"] == "About survey:1"
    assert fates(meridian, enter) == [("survey:1", "sent", "")]
    with enter(meridian):
        envelope = mailed().get()
        assert (envelope.outcome, envelope.attempts, envelope.closed_at) == ("sent", 1, AT)


def test_saying_the_same_for_the_same_day_again_changes_nothing(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        first = tell(meridian.member.person)
        assert tell(meridian.member.person, at=AT + timedelta(hours=2)) == first
        say_many(kind="test_nudge", sayings=[Saying(meridian.member.person, "survey:1")] * 3, at=AT)
        assert spoken().count() == 1
    carry_at(meridian, AT)
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT + timedelta(minutes=1))
    assert len(server.mails) == 1


def test_a_message_of_a_cause_that_failed_was_never_said(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        tell(meridian.member.person)
        transaction.set_rollback(True)
    with enter(meridian):
        assert spoken().count() == 0
    assert not Agenda.objects.filter(task="outbox.carry").exists()


def test_companies_do_not_see_each_others_messages(
    meridian: World, harbour: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(harbour, AT)
    assert server.mails == []
    with enter(harbour):
        assert spoken().count() == 0


# --- looked at again before it goes ----------------------------------------------------------------------------------


def leaves(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(left_on=AT.date())


def goes_on_leave(person: Person) -> None:
    LeaveFactory.create(person=person, starts_on=AT.date(), ends_on=AT.date())


def loses_the_address(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(mail=None)


def stops_these(person: Person) -> None:
    choose(person=person, message_class=MessageClass.NUDGE, wanted=False, by=person, at=AT)


def has_answered(person: Person) -> None:
    NO_LONGER_WANTED.add("survey:1")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (leaves, Reason.LEFT),
        (goes_on_leave, Reason.ON_LEAVE),
        (loses_the_address, Reason.NO_ADDRESS),
        (stops_these, Reason.UNSUBSCRIBED),
        (has_answered, Reason.NOT_NEEDED),
    ],
)
def test_what_changed_meanwhile_keeps_a_message_back(
    change: Any, reason: Reason, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person)
        change(meridian.member.person)
    carry_at(meridian, AT)
    assert server.mails == []
    assert fates(meridian, enter) == [("survey:1", Outcome.SKIPPED, reason)]


def test_somebody_erased_gets_nothing_and_leaves_nothing(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.manager)
        erase_person(person=meridian.manager, by=meridian.admin.person, at=AT)
        assert spoken().count() == 0
    carry_at(meridian, AT)
    assert server.mails == []


def test_a_message_to_somebody_on_leave_who_asked_for_it_goes(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.away, kind="test_receipt")
    carry_at(meridian, AT)
    assert server.recipients == [meridian.away.mail]


def test_after_an_outage_the_backlog_is_left_out_and_shown(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        for number, person in enumerate((meridian.member.person, meridian.lead.person, meridian.champion.person)):
            tell(person, f"survey:{number}")
        tell(meridian.owner.person, "late", due_at=AT + 5 * DAY)
        tell(meridian.executive.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT + 5 * DAY + timedelta(minutes=1))
    assert fates(meridian, enter) == [
        *((f"survey:{number}", "skipped", "expired") for number in range(3)),
        ("late", "sent", ""),
        ("receipt", "sent", ""),
    ]
    assert len(server.mails) == 2


def test_a_given_end_is_kept_to_the_second(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    ends = AT + timedelta(hours=1)
    with enter(meridian):
        tell(meridian.member.person, expires_at=ends)
        tell(meridian.champion.person, expires_at=ends + timedelta(seconds=1))
    carry_at(meridian, ends)
    assert [fate[1] for fate in fates(meridian, enter)] == ["skipped", "sent"]


def test_what_cannot_be_written_fails_alone(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    BROKEN.add("broken")
    with enter(meridian):
        tell(meridian.member.person, "broken")
        tell(meridian.member.person, "sound")
    carry_at(meridian, AT)
    assert fates(meridian, enter) == [("broken", "failed", "unwritable"), ("sound", "sent", "")]
    assert server.mails[0]["Subject"] == "About sound"


# --- limits ----------------------------------------------------------------------------------------------------------


def test_messages_of_one_day_travel_in_one_mail(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person, "survey:1")
        tell(meridian.member.person, "your pod", kind="test_digest", due_at=AT + timedelta(hours=5))
        tell(meridian.member.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT)
    assert [mail["Subject"] for mail in server.mails] == ["About receipt", "Mira, 2 things for you"]
    text = server.mails[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.index("About survey:1") < text.index("About your pod")


def test_a_message_after_the_mail_of_the_day_waits_for_the_next_one(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person, "first")
    carry_at(meridian, AT)
    later = AT + timedelta(hours=1)
    with enter(meridian):
        tell(meridian.member.person, "second", kind="test_digest", at=later)
    carry_at(meridian, later)
    assert fates(meridian, enter)[1] == ("second", "", "one_a_day")
    # Thursday, nine o'clock in London.
    carry_at(meridian, datetime(2026, 7, 9, 7, 59, tzinfo=UTC))
    assert len(server.mails) == 1
    carry_at(meridian, datetime(2026, 7, 9, 8, 0, tzinfo=UTC))
    assert [mail["Subject"] for mail in server.mails] == ["About first", "About second"]


def test_two_mails_with_nudges_in_seven_days_and_the_rest_later_in_one(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    monday = datetime(2026, 7, 6, 9, 0, tzinfo=UTC)
    for day in range(5):
        at = monday + day * DAY
        with enter(meridian):
            tell(meridian.member.person, f"programme:{day}", at=at)
        carry_at(meridian, at)
    assert [mail["Subject"] for mail in server.mails] == ["About programme:0", "About programme:1"]
    assert {fate[2] for fate in fates(meridian, enter)[2:]} == {"weekly_limit"}
    # A champion's own work is not held back by it.
    with enter(meridian):
        tell(meridian.member.person, "your pod", kind="test_digest", at=monday + 4 * DAY)
    carry_at(meridian, monday + 4 * DAY)
    assert server.mails[-1]["Subject"] == "About your pod"
    # The next Monday is day eight after the first.
    carry_at(meridian, monday + 7 * DAY)
    assert server.mails[-1]["Subject"] == "Mira, 3 things for you"
    assert [fate[1] for fate in fates(meridian, enter)] == ["sent"] * 6
    # In no seven days more than two.
    with enter(meridian):
        days = sorted(mailed().filter(nudges=True).values_list("day", flat=True))
    assert all(days[n + 2] - days[n] >= 7 * DAY for n in range(len(days) - 2))


def test_two_reminders_about_one_thing_are_enough(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    for week in range(3):
        at = AT + week * 7 * DAY
        with enter(meridian):
            tell(meridian.member.person, "survey:1", kind="test_reminder", at=at)
            tell(meridian.member.person, "survey:2", kind="test_nudge", at=at)
        carry_at(meridian, at)
    assert [fate for fate in fates(meridian, enter) if fate[1] != "sent"] == [("survey:1", "skipped", "reminded")]
    assert len(server.mails) == 3


def test_of_two_messages_about_one_thing_the_newer_says_it(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person, "survey:1", context={"title": "Older"})
        tell(meridian.member.person, "survey:1", at=AT + DAY, context={"title": "Newer"})
    carry_at(meridian, AT + DAY)
    assert [mail["Subject"] for mail in server.mails] == ["Newer"]
    assert [fate[1:] for fate in fates(meridian, enter)] == [("skipped", "merged"), ("sent", "")]


@pytest.mark.parametrize(
    ("zone", "said", "due"),
    [
        # Friday evening in London: Monday nine o'clock.
        ("Europe/London", datetime(2026, 7, 10, 16, 0, tzinfo=UTC), datetime(2026, 7, 13, 8, 0, tzinfo=UTC)),
        # Five in the morning in New York while London works.
        ("America/New_York", datetime(2026, 7, 8, 9, 0, tzinfo=UTC), datetime(2026, 7, 8, 13, 0, tzinfo=UTC)),
        # Already tomorrow in Auckland.
        ("Pacific/Auckland", datetime(2026, 7, 8, 9, 0, tzinfo=UTC), datetime(2026, 7, 8, 21, 0, tzinfo=UTC)),
        # The weekend in which London's clocks go back: nine o'clock on Monday is 09:00 UTC, not 08:00.
        ("Europe/London", datetime(2026, 10, 23, 16, 30, tzinfo=UTC), datetime(2026, 10, 26, 9, 0, tzinfo=UTC)),
        # The weekend in which New York's go forward.
        ("America/New_York", datetime(2026, 3, 6, 23, 0, tzinfo=UTC), datetime(2026, 3, 9, 13, 0, tzinfo=UTC)),
        # Half an hour off, and in working hours already.
        ("Asia/Kolkata", datetime(2026, 7, 8, 9, 0, tzinfo=UTC), datetime(2026, 7, 8, 9, 0, tzinfo=UTC)),
    ],
)
def test_nudges_go_in_working_hours_of_the_persons_zone(
    zone: str, said: datetime, due: datetime, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        person = PersonFactory.create(zone=zone)
        assert tell(person, at=said).due_at == due
        tell(person, "receipt", kind="test_receipt", at=said)
    carry_at(meridian, said)
    assert server.mails[0]["Subject"] == "About receipt"
    if due > said:
        carry_at(meridian, due - timedelta(seconds=1))
        assert len(server.mails) == 1
        carry_at(meridian, due)
    assert len(server.mails) == 2


def test_a_worker_that_comes_late_waits_for_the_morning(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person, due_at=datetime(2026, 7, 8, 15, 59, tzinfo=UTC))
    carry_at(meridian, datetime(2026, 7, 8, 16, 0, tzinfo=UTC))
    assert fates(meridian, enter) == [("survey:1", "", "after_hours")]
    carry_at(meridian, datetime(2026, 7, 9, 8, 0, tzinfo=UTC))
    assert len(server.mails) == 1


# --- the mail server answers -----------------------------------------------------------------------------------------


def test_a_server_in_a_bad_mood_is_asked_again_until_it_is_too_late(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_recipient = lambda address: "451 4.7.1 come back later"
    with enter(meridian):
        tell(meridian.member.person)
        tell(meridian.champion.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT)
    with enter(meridian):
        assert set(mailed().values_list("again_at", flat=True)) == {AT + timedelta(minutes=1)}
    carry_at(meridian, AT + timedelta(minutes=1))
    with enter(meridian):
        assert set(mailed().values_list("attempts", flat=True)) == {2}
    server.on_recipient = lambda address: None
    carry_at(meridian, AT + timedelta(hours=1))
    assert len(server.mails) == 2
    assert {fate[1] for fate in fates(meridian, enter)} == {"sent"}


def test_what_a_server_puts_off_for_ever_is_given_up_in_the_end(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_data = lambda envelope: "452 4.2.2 mailbox full"
    with enter(meridian):
        tell(meridian.member.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT)
    carry_at(meridian, AT + 6 * DAY)
    assert fates(meridian, enter) == [("receipt", "", "")]
    carry_at(meridian, AT + 7 * DAY)
    assert fates(meridian, enter) == [("receipt", "failed", "gave_up")]
    with enter(meridian):
        assert mailed().count() == 0
        # Somebody asked whoever runs the mail, and sends it again: its time begins anew.
        send_again(message=spoken().get(), by=meridian.lead.person, at=AT + 8 * DAY)
    server.on_data = lambda envelope: None
    carry_at(meridian, AT + 8 * DAY)
    assert fates(meridian, enter) == [("receipt", "sent", "")]


def test_what_came_meanwhile_joins_the_next_attempt(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_data = lambda envelope: "451 later"
    with enter(meridian):
        tell(meridian.member.person, "first")
    carry_at(meridian, AT)
    with enter(meridian):
        tell(meridian.member.person, "second", at=AT + timedelta(seconds=20))
    carry_at(meridian, AT + timedelta(seconds=20))
    server.on_data = lambda envelope: None
    carry_at(meridian, AT + timedelta(minutes=2))
    assert [mail["Subject"] for mail in server.mails] == ["Mira, 2 things for you"]


def test_a_line_that_breaks_after_the_mail_was_handed_over_leaves_a_nudge_uncertain(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_data = lambda envelope: "drop"
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT)
    server.on_data = lambda envelope: None
    for minutes in (1, 20, 60, 600):
        carry_at(meridian, AT + timedelta(minutes=minutes))
    assert len(server.mails) == 1
    assert fates(meridian, enter) == [("survey:1", "uncertain", "interrupted")]
    with enter(meridian):
        send_again(message=spoken().get(), by=meridian.lead.person, at=AT + timedelta(hours=3))
    carry_at(meridian, AT + timedelta(hours=3))
    assert fates(meridian, enter) == [("survey:1", "sent", "")]
    assert server.mails[0]["Message-ID"] == server.mails[1]["Message-ID"]
    with enter(meridian), pytest.raises(NothingToSend):
        send_again(message=spoken().get(), by=meridian.lead.person, at=AT)


def test_the_same_for_what_one_asked_for_is_repeated_under_the_same_id(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_data = lambda envelope: "drop"
    with enter(meridian):
        tell(meridian.member.person, "receipt", kind="test_receipt")
    carry_at(meridian, AT)
    server.on_data = lambda envelope: None
    carry_at(meridian, AT + timedelta(minutes=1))
    assert len(server.mails) == 2
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert fates(meridian, enter) == [("receipt", "sent", "")]


def test_a_server_that_always_breaks_the_line_is_not_fed_for_ever(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    server.on_data = lambda envelope: "drop"
    with enter(meridian):
        tell(meridian.member.person, "receipt", kind="test_receipt")
    for hour in range(24):
        carry_at(meridian, AT + timedelta(hours=hour))
    assert len(server.mails) == 5
    assert fates(meridian, enter) == [("receipt", "uncertain", "interrupted")]


def test_an_unreachable_server_claims_nothing_and_is_tried_again(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT)
    with enter(meridian):
        assert mailed().count() == 0
    row = Agenda.objects.get(task="outbox.carry", organization=meridian.organization)
    assert row.failure.startswith("Unreachable")
    assert AT < row.due_at < AT + timedelta(hours=1)
    settings.EMAIL_PORT = port
    carry_at(meridian, AT + timedelta(hours=1))
    assert len(server.mails) == 1


def test_one_line_serves_a_whole_sweep(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> None:
    with enter(meridian):
        for somebody in meridian.everybody.values():
            tell(somebody.person)
    carry_at(meridian, AT)
    assert len(server.mails) == 6
    assert server.connections == 1


# --- the agenda ------------------------------------------------------------------------------------------------------


def test_the_outbox_sleeps_until_something_is_due_and_never_ends(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    def due() -> datetime:
        return Agenda.objects.open().get(task="outbox.carry", organization=meridian.organization).due_at

    with enter(meridian):
        tell(meridian.member.person, due_at=AT + timedelta(hours=3))
        tell(meridian.lead.person, due_at=AT + timedelta(hours=2))
    assert due() == AT + timedelta(hours=2)
    carry_at(meridian, AT + timedelta(hours=2))
    assert due() == AT + timedelta(hours=3)
    carry_at(meridian, AT + timedelta(hours=3))
    assert due() == AT + timedelta(hours=27)
    with enter(meridian):
        tell(meridian.champion.person, at=AT + timedelta(hours=4))
    assert due() == AT + timedelta(hours=4)


def test_the_delivery_log_is_kept_for_90_days(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        tell(meridian.member.person)
    carry_at(meridian, AT)
    carry_at(meridian, AT + 90 * DAY)
    assert len(fates(meridian, enter)) == 1
    carry_at(meridian, AT + 90 * DAY + timedelta(seconds=1))
    assert fates(meridian, enter) == []
    with enter(meridian):
        assert mailed().count() == 0


# --- closed days -----------------------------------------------------------------------------------------------------


def test_what_can_wait_waits_for_the_first_open_morning_of_its_place_and_what_is_urgent_goes(
    meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        here, elsewhere = PersonFactory(location="Hamburg", zone=""), PersonFactory(location="London", zone="")
        # A place, and the day after it everybody; then comes a weekend.
        friday = local_date(AT, meridian.organization.zone) + DAY * (4 - AT.weekday())
        for first, last, place in ((friday - DAY * 3, friday - DAY, "Hamburg"), (friday, friday, "")):
            Closure.objects.create(name="Closed", starts_on=first, ends_on=last, location=place, created_at=AT)
        at = instant(friday - DAY * 2, time(10), meridian.organization.zone)
        for person in (here, elsewhere):
            tell(person, at=at)
        tell(here, subject="code:1", kind="test_receipt", at=at)
    carry_at(meridian, at)
    assert sorted(server.recipients) == sorted([elsewhere.mail, here.mail])
    with enter(meridian):
        waiting = Message.objects.get(person=here, subject_key="survey:1")
        monday = instant(friday + DAY * 3, time(9), meridian.organization.zone)
        assert (waiting.due_at, waiting.reason, waiting.settled_at) == (monday, Reason.AFTER_HOURS, None)
        tell(elsewhere, subject="survey:2", at=instant(friday, time(10), meridian.organization.zone))
    carry_at(meridian, instant(friday, time(10), meridian.organization.zone))
    assert len(server.recipients) == 2
    carry_at(meridian, monday)
    assert len(server.recipients) == 4
