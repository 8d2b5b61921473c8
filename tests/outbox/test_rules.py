"""Kinds, limits, headers, answers of mail servers, calendar files."""

from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from adoption.outbox.rules import (
    Answer,
    Kind,
    Kinds,
    MessageClass,
    Purposes,
    UnknownKind,
    Verdict,
    answer_to,
    nudges_open_on,
    one_header,
    tidy,
)
from adoption.outbox.rules.calendar import Appointment, calendar_file

HOUR = timedelta(hours=1)


def test_a_kind_has_one_meaning() -> None:
    kinds = Kinds()
    kind = Kind("weekly", MessageClass.NUDGE, HOUR, label="")
    kinds.register(kind)
    kinds.register(kind)
    with pytest.raises(ValueError, match="registered already"):
        kinds.register(Kind("weekly", MessageClass.DIGEST, HOUR, label=""))
    assert kinds["weekly"] == kind
    assert list(kinds) == [kind]
    with pytest.raises(UnknownKind):
        kinds["monthly"]


def test_a_reminder_is_a_nudge() -> None:
    with pytest.raises(ValueError, match="a reminder is a nudge"):
        Kinds().register(Kind("r", MessageClass.TRANSACTIONAL, HOUR, label="", reminder=True))


def test_a_purpose_has_one_path() -> None:
    purposes = Purposes()
    purposes.register("survey", "/s/")
    purposes.register("survey", "/s/")
    assert purposes.path("survey", "abc") == "/s/abc/"
    with pytest.raises(ValueError, match="registered already"):
        purposes.register("survey", "/t/")
    with pytest.raises(ValueError, match="no path"):
        purposes.register("week", "w")


@pytest.mark.parametrize(
    ("before", "opens"),
    [
        ([], 8),
        ([7], 8),
        ([7, 8], 14),
        ([1, 7], 8),
        ([2, 7], 9),
        ([2, 3, 4], 10),
        ([1, 1], 8),
        ([9, 10], 8),
    ],
)
def test_two_mails_with_nudges_in_any_seven_days(before: list[int], opens: int) -> None:
    assert nudges_open_on([date(2026, 7, day) for day in before], date(2026, 7, 8)) == date(2026, 7, opens)


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Ben\r\nBcc: everybody@example.com", "Ben Bcc: everybody@example.com"),
        ("a\x00b\x1b\x7fc", "a b c"),
        ("one\u2028two\u2029three\u0085four", "one two three four"),
        ("\u202egnp.exe", "gnp.exe"),
        ("half \ud800 a letter", "half a letter"),
        ("  spaced \t out  ", "spaced out"),
        ("Øystein Żółć 山田", "Øystein Żółć 山田"),
    ],
)
def test_a_header_is_one_clean_line(text: str, header: str) -> None:
    assert one_header(text) == header


def test_a_header_is_not_endless() -> None:
    assert one_header("x" * 500, most=10) == "x" * 9 + "…"


def test_text_has_no_blanks_at_line_ends_and_no_gaps() -> None:
    assert tidy("\n\na  \r\n\n\n\n b\t\n") == "a\n\n b\n"


@pytest.mark.parametrize(
    ("failure", "answer"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), Answer(Verdict.REFUSED, "550 no such user")),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"grey")}), Answer(Verdict.LATER, "450 grey")),
        (smtplib.SMTPDataError(554, b"spam"), Answer(Verdict.REJECTED, "554 spam")),
        (smtplib.SMTPDataError(452, b"full"), Answer(Verdict.LATER, "452 full")),
        # Whatever is wrong with our own name or our login is no fault of the recipient.
        (smtplib.SMTPSenderRefused(553, b"who", "x@y.z"), Answer(Verdict.LATER, "553 who")),
        (smtplib.SMTPAuthenticationError(535, b"no"), Answer(Verdict.LATER, "535 no")),
        (smtplib.SMTPServerDisconnected("gone"), Answer(Verdict.UNKNOWN, "SMTPServerDisconnected")),
        (TimeoutError(), Answer(Verdict.UNKNOWN, "TimeoutError")),
        (ConnectionResetError(), Answer(Verdict.UNKNOWN, "ConnectionResetError")),
        (smtplib.SMTPNotSupportedError(), Answer(Verdict.REJECTED, "SMTPNotSupportedError")),
        (ValueError("header"), Answer(Verdict.REJECTED, "ValueError")),
        (RuntimeError(), Answer(Verdict.UNKNOWN, "RuntimeError")),
    ],
)
def test_what_a_mail_server_says(failure: Exception, answer: Answer) -> None:
    assert answer_to(failure) == answer


def an_appointment(**changes: object) -> Appointment:
    facts: dict[str, object] = {
        "uid": "followup-12@murmuration.example",
        "sequence": 0,
        "stamp": datetime(2026, 7, 8, 9, 0, tzinfo=UTC),
        "starts": datetime(2026, 10, 24, 14, 0, tzinfo=ZoneInfo("Europe/London")),
        "lasts": timedelta(minutes=15),
        "zone": "Europe/London",
        "title": "Day 7: fifteen minutes",
        "organizer_name": "Mira",
        "organizer_mail": "hello@murmuration.example",
        "attendee_name": "Ben",
        "attendee_mail": "ben@example.com",
    }
    return Appointment(**(facts | changes))  # type: ignore[arg-type]


def event(appointment: Appointment) -> dict[str, object]:
    calendar = Calendar.from_ical(calendar_file(appointment))
    (found,) = calendar.walk("VEVENT")
    return {"METHOD": str(calendar["METHOD"]), **found}


def test_an_appointment_is_asked_for_changed_and_taken_back() -> None:
    asked, changed, gone = (
        event(
            an_appointment(
                sequence=number, cancelled=number == 2, starts=datetime(2026, 10, 24 + number, 13, tzinfo=UTC)
            )
        )
        for number in range(3)
    )
    assert [(e["METHOD"], e["STATUS"], e["SEQUENCE"]) for e in (asked, changed, gone)] == [
        ("REQUEST", "CONFIRMED", 0),
        ("REQUEST", "CONFIRMED", 1),
        ("CANCEL", "CANCELLED", 2),
    ]
    assert {str(e["UID"]) for e in (asked, changed, gone)} == {"followup-12@murmuration.example"}
    # The clocks go back in the night to 25 October: the same UTC hour is another one on the wall.
    assert asked["DTSTART"].dt == datetime(2026, 10, 24, 14, tzinfo=ZoneInfo("Europe/London"))  # type: ignore[attr-defined]
    assert changed["DTSTART"].dt == datetime(2026, 10, 25, 13, tzinfo=ZoneInfo("Europe/London"))  # type: ignore[attr-defined]


def test_a_calendar_file_brings_its_time_zone_and_ends_lines_as_calendars_want() -> None:
    file = calendar_file(an_appointment())
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\n" in file
    assert b"DTSTART;TZID=Europe/London:20261024T140000\r\n" in file
    assert b"DTEND;TZID=Europe/London:20261024T141500\r\n" in file
    assert len(file) < 2500
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))


def test_an_appointment_over_the_change_of_the_clock_lasts_as_long_as_it_says() -> None:
    found = event(an_appointment(starts=datetime(2026, 10, 24, 23, 30, tzinfo=UTC), lasts=3 * HOUR))
    start, end = found["DTSTART"].dt, found["DTEND"].dt  # type: ignore[attr-defined]
    assert end.astimezone(UTC) - start.astimezone(UTC) == 3 * HOUR
    assert (start.hour, end.hour) == (0, 2)


def test_nothing_breaks_out_of_a_calendar_file() -> None:
    file = calendar_file(
        an_appointment(
            title="Day 7\r\nATTENDEE:mailto:x@y.z",
            attendee_name='B"en\r\nX-EVIL:1',
            description="two\nlines; and, commas",
            place="Room\n4",
        )
    ).decode()
    unfolded = file.replace("\r\n ", "").split("\r\n")
    assert not any(line.startswith(("ATTENDEE:", "X-EVIL")) for line in unfolded)
    assert "DESCRIPTION:two\\nlines\\; and\\, commas" in unfolded
