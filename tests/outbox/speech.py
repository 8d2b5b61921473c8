"""What tests of the outbox say, and a mail server that takes it: shared with the worker process that gets killed."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adoption.outbox.models import Message
from adoption.outbox.rules import KINDS, PURPOSES, Kind, MessageClass
from adoption.outbox.rules.calendar import Appointment

# Probes answer what a test puts here, by subject key.
NO_LONGER_WANTED: set[str] = set()
BROKEN: set[str] = set()


def still_wanted(*, message: Message, at: datetime) -> bool:
    """A floor's probe: does anybody still want this message?"""
    return message.subject_key not in NO_LONGER_WANTED


def facts(*, message: Message, at: datetime) -> dict[str, Any]:
    """A floor's facts, read when the mail is written."""
    if message.subject_key in BROKEN:
        raise LookupError("the row is gone")
    return {"speaker": "Mira Quokka", "speaker_role": "your champion for Proposals"}


def appointment(*, message: Message, at: datetime) -> Appointment:
    """A floor's appointment."""
    return Appointment(
        uid=f"{message.subject_key}@example.com",
        sequence=int(message.context.get("sequence", 0)),
        stamp=at,
        starts=datetime(2026, 7, 15, 10, 0, tzinfo=ZoneInfo("Europe/London")),
        lasts=timedelta(minutes=15),
        zone="Europe/London",
        title="Day 7: fifteen minutes",
        organizer_name="Mira",
        organizer_mail="hello@example.com",
        attendee_name="Ben",
        attendee_mail="ben@example.com",
        cancelled=bool(message.context.get("cancelled", False)),
    )


def register() -> None:
    """Enter the kinds of these tests. Harmless when done twice."""
    here = "tests.outbox.speech"
    PURPOSES.register("test-page", "/i/")
    for kind in (
        Kind(
            "test_nudge",
            MessageClass.NUDGE,
            timedelta(days=3),
            label="Question",
            facts=f"{here}.facts",
            still_wanted=f"{here}.still_wanted",
        ),
        Kind("test_reminder", MessageClass.NUDGE, timedelta(days=3), label="Reminder", reminder=True),
        Kind("test_digest", MessageClass.DIGEST, timedelta(days=1), label="Digest"),
        Kind(
            "test_receipt", MessageClass.TRANSACTIONAL, timedelta(days=7), label="Receipt", links={"open": "test-page"}
        ),
        Kind(
            "test_call", MessageClass.TRANSACTIONAL, timedelta(days=7), label="Call", appointment=f"{here}.appointment"
        ),
        Kind("test_call_nudge", MessageClass.NUDGE, timedelta(days=3), label="Call", appointment=f"{here}.appointment"),
    ):
        KINDS.register(kind)


Refuse = Callable[[Envelope], str | None]


@dataclass
class MailServer:
    """A real SMTP server on loopback. Keeps what it accepts; a test may make it answer otherwise."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    # Called at RCPT with the address, and at the end of DATA: the answer instead of "250 OK", or nothing.
    on_recipient: Callable[[str], str | None] = lambda _: None
    on_data: Refuse = lambda _: None
    # Called with what was kept, before the client hears of it.
    on_kept: Callable[[EmailMessage], None] = lambda _: None
    connections: int = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        refusal = self.on_data(envelope)
        if refusal is not None and refusal.startswith(("4", "5")):
            return refusal
        mail = BytesParser(policy=policy.default).parsebytes(envelope.original_content or b"")
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.on_kept(mail)
        if refusal == "drop":
            # Accepted, but the line breaks before the client hears of it.
            assert server.transport is not None
            server.transport.abort()
        return "250 kept"


def serve() -> tuple[MailServer, Controller]:
    """Start a mail server in a thread. The caller stops the controller."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = MailServer(port)
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    return server, controller
