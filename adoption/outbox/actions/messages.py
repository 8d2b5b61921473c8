"""Saying something, and sending it once more when somebody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from adoption.outbox.actions.refusals import try_again
from adoption.outbox.models import Addressee, Envelope, Guest, Message, addressed
from adoption.outbox.rules import CARRY, KINDS, Kind, MessageClass, Outcome
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.administrators import organization_entered
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import local_date, working_instant


class NothingToSend(ValueError):
    """The message was sent or left out on purpose: there is nothing to send again."""


@dataclass(frozen=True)
class Saying:
    """One message of many: to whom, about what, and what only this one needs."""

    person: Addressee
    subject_key: str
    row_id: int = 0
    context: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    expires_at: datetime | None = None


@transaction.atomic
def say(
    *,
    kind: str,
    person: Person,
    subject_key: str,
    at: datetime,
    row_id: int = 0,
    context: dict[str, Any] | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Message:
    """Say something to somebody, in the transaction of its cause. The outbox carries it when it is due.

    Saying the same (person, kind, subject) for the same local day again changes nothing; the first message is returned.
    A nudge or digest is moved to the person's working hours. Without `expires_at` the kind says how long it is worth
    sending.
    Raises UnknownKind.
    """
    saying = Saying(person, subject_key, row_id, context or {}, due_at, expires_at)
    row = _row(KINDS[kind], saying, at, _zone())
    _write([row])
    return Message.objects.get(person=person, kind=kind, subject_key=subject_key, day=row.day)


@transaction.atomic
def say_many(*, kind: str, sayings: Iterable[Saying], at: datetime) -> None:
    """Say one kind of thing to many, 2,000 a statement. Begun again after a crash it adds only what is missing."""
    zone = _zone()
    _write([_row(KINDS[kind], saying, at, zone) for saying in sayings])


def _zone() -> str:
    return Organization.objects.values_list("zone", flat=True).get(pk=organization_entered())


def _row(kind: Kind, saying: Saying, at: datetime, default_zone: str) -> Message:
    zone = saying.person.zone or default_zone
    due_at = saying.due_at or at
    if isinstance(saying.person, Guest) and kind.message_class is not MessageClass.TRANSACTIONAL:
        raise ValueError(f"{kind.name!r}: a guest gets only what travels alone")
    if kind.message_class is not MessageClass.TRANSACTIONAL:
        due_at = working_instant(due_at, zone)
    return Message(
        **addressed(saying.person),
        kind=kind.name,
        message_class=kind.message_class,
        subject_key=saying.subject_key,
        row_id=saying.row_id,
        day=local_date(due_at, zone),
        context=saying.context,
        said_at=at,
        due_at=due_at,
        expires_at=saying.expires_at,
    )


def _write(rows: list[Message]) -> None:
    if rows:
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
        agenda.wake(task=CARRY, due_at=min(row.due_at for row in rows))


@transaction.atomic
def send_again(*, message: Message, by: Person | None, at: datetime) -> None:
    """Somebody decided that a message goes out once more.

    A mail of unknown fate is sent again at once under its Message-ID, so that a mailbox which has it already can
    tell. A message that failed or was left out waits its turn again, and an address that refused mail gets another
    chance. Each is looked at again before it goes. Twice is once. Raises NothingToSend.
    """
    row = Message.objects.select_for_update(of=("self",)).select_related("person", "guest").get(pk=message.pk)
    known = Message.objects.filter(pk=row.pk)
    if row.settled_at is None:
        if known.held().exists():
            try_again(to=row.to, by=by, at=at)
        return
    if not (known.to_look_at() | known.left_out()).exists():
        raise NothingToSend
    try_again(to=row.to, by=by, at=at)
    together = Message.objects.filter(pk=row.pk)
    if row.outcome == Outcome.UNCERTAIN and row.envelope_id is not None:
        envelope = Envelope.objects.select_for_update().get(pk=row.envelope_id)
        envelope.again_at, envelope.claimed_at, envelope.closed_at, envelope.outcome, envelope.alone = (
            at,
            None,
            None,
            "",
            True,
        )
        envelope.save(update_fields=["again_at", "claimed_at", "closed_at", "outcome", "alone"])
        together = Message.objects.filter(envelope=envelope, outcome=Outcome.UNCERTAIN)
        together.update(settled_at=None, outcome="", reason="")
    else:
        # The end that an attempt fixed was the kind's: it begins anew. A given one stays.
        kind = KINDS.get(row.kind)
        ends = None if kind and row.expires_at == row.due_at + kind.lasts else row.expires_at
        together.update(settled_at=None, outcome="", reason="", envelope=None, due_at=at, expires_at=ends)
    agenda.wake(task=CARRY, due_at=at)
    audit.record("message.sent_again", by=by, at=at, subject=row, kind=row.kind)
