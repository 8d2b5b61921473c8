"""What calendars are told of planned sessions. Imported by name where mail is sent: half a second that web processes save."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext

from adoption.outbox.models import Message
from adoption.outbox.rules.calendar import Appointment
from pods.models import Meeting
from pods.queries.follow_ups import day_seven_of, met_on_day_seven
from pods.queries.leaders import address_for, met_with, plan_of, still_meets, work_words
from pods.queries.meetings import address_of, entry_of
from pods.queries.words import SESSION_WORDS
from pods.rules import FOLLOW_UP_LASTS, SessionKind


def appointment_of_day_seven(*, message: Message, at: datetime) -> Appointment:
    """What is in somebody's calendar of a day 7, or no longer is once it was answered, called off or passed on."""
    to = message.to
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    pods = f"{settings.BASE_URL}/o/{to.organization.slug}"
    given: dict[str, Any] = {
        "stamp": message.said_at,
        "lasts": FOLLOW_UP_LASTS,
        "organizer_name": sender,
        "organizer_mail": address,
        "attendee_name": to.name,
        "attendee_mail": to.mail or "",
        "description": gettext("Did you use it? What happened? What did not work? Nothing is to be prepared."),
        "cancelled": message.kind == "day_seven_over",
    }
    if told := message.context:
        # Its row is gone: nobody is named any more.
        return Appointment(
            uid=_uid(f"day7-{told['uid']}"),
            sequence=told["sequence"],
            starts=datetime.fromisoformat(told["due_at"]),
            zone=told["zone"],
            title=gettext("Day 7"),
            url=f"{pods}/pods/",
            **given,
        )
    row = day_seven_of(message)
    other = met_on_day_seven(row, message)
    # Calendars take no invitation from somebody to themselves.
    if other.pk != row.person_id and other.mail:
        given |= {"organizer_name": other.name, "organizer_mail": other.mail}
    own = "one-to-ones" if row.session.leader_id else "pods"
    return Appointment(
        uid=_uid(f"day7-{row.public_id}"),
        sequence=row.sequence,
        starts=row.due_at,
        zone=row.person.local_zone(),
        title=gettext("Day 7 with %(name)s") % {"name": other.name},
        url=f"{pods}/{own}/" if message.person_id == row.person_id else f"{pods}/follow-ups/{row.public_id}/",
        **given,
    )


def appointment_of_meeting(*, message: Message, at: datetime) -> Appointment:
    """What is in somebody's calendar of a plan: one meeting, or a weekly series with its gaps and its moved ones."""
    entry = entry_of(message)
    meeting, pod = entry.about, entry.about.pod
    to = message.to
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    leader = pod.champion.person if pod.champion else None
    # Calendars take no invitation from somebody to themselves.
    asks = leader is not None and leader.pk != message.person_id and leader.mail

    def one(row: Meeting, **changes: Any) -> Appointment:
        given: dict[str, Any] = {
            "uid": _uid(str(row.form_key)),
            "sequence": entry.sequence,
            "stamp": max(row.changed_at, message.said_at),
            "starts": row.starts_at,
            "lasts": timedelta(minutes=row.minutes),
            "zone": row.zone,
            "title": f"{SESSION_WORDS[SessionKind(row.kind)]}: {pod.name}",
            "organizer_name": leader.name if asks and leader else sender,
            "organizer_mail": leader.mail if asks and leader else address,
            "attendee_name": to.name,
            "attendee_mail": to.mail or "",
            "description": row.topics,
            "place": row.place,
            "url": address_of(row),
        }
        return Appointment(**given | changes)

    if not entry.whole:
        return one(meeting, slot=meeting.slot if meeting.is_series else None, cancelled=not entry.standing)
    if not entry.standing:
        return one(meeting, cancelled=True)
    first, last = entry.standing[0], entry.standing[-1]
    weeks = last.number - first.number + 1
    held = {row.number: row for row in entry.standing}
    return one(
        first,
        starts=first.slot if weeks > 1 else first.starts_at,
        weeks=weeks,
        without=tuple(
            row.slot for row in entry.rows if first.number < row.number < last.number and row.number not in held
        ),
        changed=tuple(
            one(row, slot=row.slot)
            for row in entry.standing
            if weeks > 1 and (row.was_moved or (row.place, row.topics) != (first.place, first.topics))
        ),
    )


def appointment_with_leader(*, message: Message, at: datetime) -> Appointment:
    """What is in the calendar of a leader, or of the lead who sits with them; or no longer is."""
    row = plan_of(message)
    to, other = message.to, met_with(row, message)
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    # Calendars take no invitation from somebody to themselves.
    asks = row.held_by if row.held_by_id != message.person_id else None
    name = other.name if other else ""
    return Appointment(
        uid=_uid(str(row.public_id)),
        sequence=row.sequence,
        stamp=max(row.changed_at, message.said_at),
        starts=row.starts_at,
        lasts=timedelta(minutes=row.minutes),
        zone=row.zone,
        title=gettext("With %(name)s, on a piece of work") % {"name": name},
        organizer_name=asks.name if asks and asks.mail else sender,
        organizer_mail=asks.mail if asks and asks.mail else address,
        attendee_name=to.name,
        attendee_mail=to.mail or "",
        description=str(work_words(row.work)),
        place=row.place,
        url=address_for(row, message),
        cancelled=not still_meets(row, message),
    )


def _uid(key: str) -> str:
    """What calendars know an entry by, wherever it was read."""
    return f"{key}@{urlsplit(settings.BASE_URL).hostname or 'murmuration'}"
