"""What somebody receives."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.outbox.models import Preference
from adoption.outbox.rules import STOPPABLE, MessageClass
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


class NotStoppable(ValueError):
    """What somebody asked for, or is owed, is always sent."""


@transaction.atomic
def choose(*, person: Person, message_class: MessageClass, wanted: bool, by: Person | None, at: datetime) -> None:
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
