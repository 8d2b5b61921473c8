"""Appointments as calendar files (RFC 5545, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from adoption.outbox.rules.delivery import one_header


@dataclass(frozen=True)
class Appointment:
    """A time somebody is invited to.

    `uid` stays the same for ever, `sequence` rises with each change, `stamp` is when this version was made (aware).
    `starts` is aware and shown in `zone` (IANA). `cancelled` takes the appointment out of the calendar again.

    It comes back every week, `weeks` times in all, at the same local hour; not at the times in `without`. One of such a
    series is named by its `slot`, the time at which the series has it; those that are held at another time stand in
    `changed`, each with its slot and the uid of the series.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime
    lasts: timedelta
    zone: str
    title: str
    organizer_name: str
    organizer_mail: str
    attendee_name: str
    attendee_mail: str
    description: str = ""
    place: str = ""
    url: str = ""
    cancelled: bool = False
    weeks: int = 1
    without: tuple[datetime, ...] = ()
    slot: datetime | None = None
    changed: tuple[Appointment, ...] = ()

    @property
    def method(self) -> str:
        """REQUEST for an invitation and each change of it, CANCEL for its end."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_file(appointment: Appointment) -> bytes:
    """The appointment as an .ics file with its own time zone definition, in UTF-8 with CRLF line ends."""
    calendar = Calendar()
    calendar.add("prodid", "-//Murmuration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", appointment.method)
    for one in (appointment, *appointment.changed):
        calendar.add_component(_event(one))
    # Without bounds the definition would list every change of the clock since 1970.
    day = appointment.starts.date()
    calendar.add_missing_timezones(first_date=day - timedelta(days=366), last_date=day + timedelta(days=366))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment) -> Event:
    zone = ZoneInfo(appointment.zone)
    event = Event()
    event.add("uid", one_header(appointment.uid, most=250))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.stamp.astimezone(ZoneInfo("UTC")))
    event.add("dtstart", appointment.starts.astimezone(zone))
    event.add("dtend", (appointment.starts.astimezone(ZoneInfo("UTC")) + appointment.lasts).astimezone(zone))
    if appointment.weeks > 1:
        event.add("rrule", {"freq": "weekly", "count": appointment.weeks})
    for gap in appointment.without:
        event.add("exdate", gap.astimezone(zone))
    if appointment.slot:
        event.add("recurrence-id", appointment.slot.astimezone(zone))
    event.add("summary", one_header(appointment.title))
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if appointment.description:
        event.add("description", appointment.description)
    if appointment.place:
        event.add("location", one_header(appointment.place))
    if appointment.url:
        event.add("url", appointment.url)
    event["organizer"] = _somebody(appointment.organizer_name, appointment.organizer_mail)
    attendee = _somebody(appointment.attendee_name, appointment.attendee_mail)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    event.add("attendee", attendee, encode=False)
    return event


def _somebody(name: str, mail: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_header(mail, most=254)}")
    # A double quote cannot stand inside a quoted parameter value.
    address.params["CN"] = vText(one_header(name).replace('"', "'"))
    return address
