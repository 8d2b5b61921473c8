"""Writing a mail: text and HTML twins of the messages it carries, with fresh links, safe headers and calendar files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

import css_inline
import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from adoption.outbox.actions import links
from adoption.outbox.models import Addressee, Envelope, Message
from adoption.outbox.rules import KINDS, LOG_LASTS, MARK, mark_of, one_header, reporting_provider, tidy
from adoption.outbox.rules.calendar import Appointment, calendar_file

log = structlog.get_logger(__name__)

# Dark mode and phones need a style sheet. Everything else is written into the elements: some clients read nothing else.
_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Part:
    """One message, written."""

    message: Message
    subject: str
    preheader: str
    text: str
    html: SafeString
    speaker: str
    speaker_role: str
    appointment: Appointment | None
    # PNGs by their Content-ID.
    pictures: Mapping[str, bytes]


@dataclass(frozen=True)
class Letter:
    """A mail ready to go, and the claim under which it goes."""

    envelope_id: int
    claimed_at: datetime
    mail: EmailMultiAlternatives


def write_parts(
    *, messages: Sequence[Message], person: Addressee, address: str, at: datetime
) -> tuple[list[Part], list[Message]]:
    """Write each message; those that cannot be written come back apart, so that one mistake silences nobody else."""
    parts, unwritable = [], []
    for message in messages:
        try:
            with transaction.atomic():
                parts.append(_write(message, person, address, at))
        except Exception:
            log.exception("outbox.unwritable", kind=message.kind, message=str(message.public_id))
            unwritable.append(message)
    return parts, unwritable


def _write(message: Message, person: Addressee, address: str, at: datetime) -> Part:
    kind = KINDS[message.kind]
    facts: dict[str, Any] = dict(message.context)
    if kind.facts:
        facts |= import_string(kind.facts)(message=message, at=at)
    drawn = import_string(kind.pictures)(message=message, at=at) if kind.pictures else {}
    names = {name: f"{name}.{message.public_id}@{urlsplit(settings.BASE_URL).hostname}" for name in drawn}
    facts |= {
        "message": message,
        "person": person,
        "pictures": {name: f"cid:{content_id}" for name, content_id in names.items()},
        "first_name": first_name(person),
        "organization": person.organization,
        "at": at,
        "base_url": settings.BASE_URL,
        "links": {
            name: links.mint(
                purpose=purpose,
                row_id=message.row_id,
                person=person,
                address=address,
                expires_at=message.expires_at or at + kind.links_last,
                at=at,
            )
            for name, purpose in kind.links.items()
        },
    }

    def partial(name: str) -> str:
        return render_to_string(f"{kind.template}#{name}", facts)

    with translation.override(person.organization.locale), timezone.override(person.local_zone()):
        return Part(
            message=message,
            subject=one_header(partial("subject")),
            preheader=one_header(partial("preheader")),
            text=tidy(partial("text")),
            html=SafeString(partial("html")),
            speaker=one_header(str(facts.get("speaker", "")), most=80),
            speaker_role=one_header(str(facts.get("speaker_role", ""))),
            appointment=import_string(kind.appointment)(message=message, at=at) if kind.appointment else None,
            pictures={names[name]: content for name, content in drawn.items()},
        )


def first_name(person: Addressee) -> str:
    """What a mail calls somebody."""
    return one_header(person.name.split()[0], most=60)


def seal(*, envelope: Envelope, parts: Sequence[Part], person: Addressee, at: datetime) -> Letter:
    """Put written messages into one mail: twins in one order, one heading, headers that keep machines quiet."""
    with translation.override(person.organization.locale), timezone.override(person.local_zone()):
        mail = _mail(envelope, parts, person, at)
    for part in parts:
        if part.appointment is not None:
            _attach(mail, part.appointment, alone=len(parts) == 1)
    _embed(mail, {name: content for part in parts for name, content in part.pictures.items()})
    assert envelope.claimed_at is not None
    return Letter(envelope.pk, envelope.claimed_at, mail)


def _mail(envelope: Envelope, parts: Sequence[Part], person: Addressee, at: datetime) -> EmailMultiAlternatives:
    product, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organization = person.organization
    speakers = {part.speaker for part in parts}
    # Several people speak, or nobody by name: then the organisation does.
    speaker = speakers.pop() if len(speakers) == 1 else ""
    roles = {part.speaker_role for part in parts}
    if len(parts) == 1:
        subject, preheader = parts[0].subject, parts[0].preheader
    else:
        subject = ngettext("%(name)s, %(count)d thing for you", "%(name)s, %(count)d things for you", len(parts)) % {
            "name": first_name(person),
            "count": len(parts),
        }
        preheader = " · ".join(part.subject for part in parts)
    stop = None
    if not envelope.may_repeat:
        stop = links.mint(
            purpose="unsubscribe",
            row_id=envelope.pk,
            person=person,
            address=envelope.address,
            expires_at=at + LOG_LASTS,
            at=at,
        )
    facts = {
        "parts": parts,
        "subject": subject,
        "preheader": preheader,
        "speaker": speaker,
        "speaker_role": roles.pop() if len(roles) == 1 and speaker else "",
        "organization": organization,
        "host": urlsplit(settings.BASE_URL).netloc,
        "stop": stop,
        "language": translation.get_language(),
    }
    headers = {
        "Message-ID": f"<{envelope.public_id}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if stop is not None:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    via = gettext("%(speaker)s via %(product)s") % {
        "speaker": speaker or one_header(organization.name, most=80),
        "product": product or "Murmuration",
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=tidy(render_to_string("mail/envelope.txt", facts)),
        from_email=formataddr((one_header(via), sender)),
        to=[formataddr((one_header(person.name, most=100), envelope.address))],
        headers=headers,
    )
    if reporting_provider(settings.EMAIL_BACKEND, settings.ANYMAIL.get("WEBHOOK_SECRET", "")):
        # Not a header: it goes to the provider alone and comes back with its reports.
        mail.metadata = {MARK: mark_of(organization.pk, envelope.public_id)}  # type: ignore[attr-defined]
    mail.attach_alternative(_INLINER.inline(render_to_string("mail/envelope.html", facts)), "text/html")
    return mail


def _embed(mail: EmailMultiAlternatives, pictures: Mapping[str, bytes]) -> None:
    if pictures and not mail.attachments:
        # Parts of one page rather than files beside it.
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # unknown to its types
    for content_id, content in pictures.items():
        image = MIMEImage(content, "png")
        image.add_header("Content-ID", f"<{content_id}>")
        image.add_header("Content-Disposition", "inline", filename=f"{content_id.partition('.')[0]}.png")
        mail.attach(image)


def _attach(mail: EmailMultiAlternatives, appointment: Appointment, *, alone: bool) -> None:
    file = calendar_file(appointment).decode()
    if alone:
        # As an alternative, calendars offer to accept it; only one appointment can be.
        mail.attach_alternative(file, f"text/calendar; method={appointment.method}")
    mail.attach("cancelled.ics" if appointment.cancelled else "invitation.ics", file, "text/calendar")
