"""Addresses that refuse mail: nothing more goes there, until they change or somebody tries again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from adoption.outbox.actions.preferences import choose
from adoption.outbox.models import Addressee, Envelope, Guest, Message, Suppression, addressed
from adoption.outbox.rules import (
    CARRY,
    KINDS,
    MOST_REFUSALS,
    STOPPABLE,
    Outcome,
    Reason,
    Report,
    nobody_there,
    one_header,
)
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import clean_mail, keyed_hash


@transaction.atomic
def note_refusal(*, envelope: Envelope, answer: str, at: datetime, certain: bool = False) -> None:
    """An address refused a mail for good. Nothing more goes there once it says that nobody has it, or on the third such day.

    Days count as long as no mail arrived in between, as far as one knows. What it means for others who write to the
    same address from another organisation is theirs to find out.
    """
    hashed = keyed_hash(settings.SECRET_KEY, envelope.address)
    Suppression.objects.bulk_create(
        [Suppression(address_hash=hashed, since=at, latest=at, days=0, held=False)], ignore_conflicts=True
    )
    row = Suppression.objects.select_for_update().get(address_hash=hashed)
    latest = row.latest or row.since
    arrived = Envelope.objects.filter(
        person=envelope.person_id, guest=envelope.guest_id, address=envelope.address, closed_at__gt=latest
    )
    if arrived.filter(messages__outcome=Outcome.SENT).exists():
        row.since, row.days = at, 0
    if row.days == 0 or latest.date() < at.date():
        row.days += 1
    row.latest, row.answer = at, one_header(answer, most=300)
    was_held, row.held = row.held, row.held or certain or nobody_there(answer) or row.days >= MOST_REFUSALS
    row.save(update_fields=["since", "latest", "days", "held", "answer"])
    if row.held and not was_held:
        if envelope.person is None:
            audit.record("guest.held", by=None, at=at)
        else:
            audit.record("address.held", by=None, at=at, subject=envelope.person)


@transaction.atomic
def release_held(*, at: datetime) -> None:
    """Held messages set out once their addressee has another address; those that are too old are looked at a last time."""
    held = Message.objects.held().select_related("person", "guest")
    rows = list(held.select_for_update(of=("self",), skip_locked=True))
    hashes = {row.pk: _hash(row.to) for row in rows}
    refusing = Suppression.objects.held().filter(address_hash__in=set(hashes.values()))
    still = set(refusing.values_list("address_hash", flat=True)) if rows else set()
    free = [row.pk for row in rows if hashes[row.pk] not in still or not _is_worth_sending(row, at)]
    Message.objects.filter(pk__in=free).update(reason="")


@transaction.atomic
def try_again(*, to: Addressee, by: Person | None, at: datetime) -> bool:
    """Somebody decided that an address gets another chance. False when it refuses nothing. Twice is once.

    What waits for it sets out, and what it refused or sent back, as long as that is worth sending. Whether the address
    is well shows the next mail: one more refusal holds it again.
    """
    row = Suppression.objects.held().select_for_update().filter(address_hash=_hash(to)).first()
    if row is None:
        return False
    row.held, row.days = False, MOST_REFUSALS
    row.save(update_fields=["held", "days"])
    theirs = Message.objects.filter(**addressed(to))
    theirs.held().update(reason="")
    refused = theirs.filter(outcome=Outcome.FAILED, reason__in=(Reason.REFUSED, Reason.BOUNCED))
    again = [message.pk for message in refused if _is_worth_sending(message, at)]
    # Certainly not delivered, so nothing arrives twice. Their time does not begin anew.
    Message.objects.filter(pk__in=again).update(settled_at=None, outcome="", reason="", envelope=None)
    agenda.wake(task=CARRY, due_at=at)
    if isinstance(to, Guest):
        audit.record("guest.tried_again", by=by, at=at)
    else:
        audit.record("address.tried_again", by=by, at=at, subject=to)
    return True


@transaction.atomic
def take_report(*, mail: UUID, address: str, report: Report, answer: str, certain: bool, at: datetime) -> None:
    """What a provider reported of a mail it had taken, of an address it was for. Inside the organisation. Twice is once.

    A mail that came back did not arrive, and its address refused it. Whoever does not want our mail gets only what
    they ask for or are owed; a guest nothing more. A report of a mail or an address that is none of ours is nothing.
    """
    known = Envelope.objects.filter(public_id=mail, address=clean_mail(address) or "").select_related("person")
    envelope = known.select_for_update(of=("self",)).first()
    if envelope is None:
        return
    if report is not Report.UNWANTED:
        lost = list(Message.objects.filter(envelope=envelope).exclude(outcome__in=(Outcome.FAILED, Outcome.SKIPPED)))
        if not lost:
            return
        envelope.answer = one_header(answer, most=300)
        envelope.save(update_fields=["answer"])
        Message.objects.filter(pk__in=[row.pk for row in lost]).update(
            settled_at=at, outcome=Outcome.FAILED, reason=Reason.BOUNCED
        )
        for row in lost:
            audit.record("message.bounced", by=None, at=at, subject=row)
    if report is Report.RETURNED or envelope.person is None:
        note_refusal(envelope=envelope, answer=answer, certain=certain or report is not Report.RETURNED, at=at)
    else:
        for message_class in STOPPABLE:
            choose(person=envelope.person, message_class=message_class, wanted=False, by=None, at=at)


def _hash(to: Addressee) -> str:
    return keyed_hash(settings.SECRET_KEY, clean_mail(to.mail or "") or "")


def _is_worth_sending(message: Message, at: datetime) -> bool:
    kind = KINDS.get(message.kind)
    return kind is not None and at < message.ends(kind.lasts)
