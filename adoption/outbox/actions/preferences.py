"""What somebody receives, and addresses that refuse mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from adoption.outbox.models import Message, Preference, Suppression
from adoption.outbox.rules import STOPPABLE, MessageClass, Outcome, Reason, one_header
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import clean_mail, keyed_hash


class NotStoppable(ValueError):
    """What somebody asked for, or is owed, is always sent."""


@transaction.atomic
def choose(*, person: Person, message_class: MessageClass, wanted: bool, by: Person, at: datetime) -> None:
    """Stop a class of messages, or receive it again. Twice is once. Raises NotStoppable for transactional messages."""
    if message_class not in STOPPABLE:
        raise NotStoppable(message_class)
    Preference.objects.bulk_create(
        [Preference(person=person, message_class=message_class, changed_at=at)], ignore_conflicts=True
    )
    row = Preference.objects.select_for_update().get(person=person, message_class=message_class)
    if (row.stopped_at is None) is not wanted:
        row.stopped_at, row.changed_at = None if wanted else at, at
        row.save(update_fields=["stopped_at", "changed_at"])
        audit.record("preference.changed", by=by, at=at, subject=person)


@transaction.atomic
def suppress(*, address: str, answer: str, at: datetime) -> None:
    """Send nothing more to an address that refused mail for good. Twice is once."""
    hashed = keyed_hash(settings.SECRET_KEY, address)
    Suppression.objects.bulk_create(
        [Suppression(address_hash=hashed, since=at, answer=one_header(answer, most=300))], ignore_conflicts=True
    )


@transaction.atomic
def record_bounce(*, address: str, permanent: bool, answer: str, at: datetime) -> None:
    """A mail server reported afterwards that a mail to this address did not arrive.

    The last message sent there is shown as failed. Only a permanent bounce keeps further mail back.
    """
    mail = clean_mail(address)
    if mail is None:
        return
    if permanent:
        suppress(address=mail, answer=answer, at=at)
    last = (
        Message.objects.select_for_update(of=("self",))
        .filter(envelope__address=mail, outcome__in=(Outcome.SENT, Outcome.UNCERTAIN))
        .order_by("-envelope__closed_at", "-id")
        .first()
    )
    if last is not None:
        last.outcome, last.reason, last.settled_at = Outcome.FAILED, Reason.BOUNCED, at
        last.save(update_fields=["outcome", "reason", "settled_at"])
        audit.record("message.bounced", by=None, at=at, subject=last, permanent=permanent)
