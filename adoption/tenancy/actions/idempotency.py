"""Remembering the first answer to a request that may be sent again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Min
from psycopg2.errors import LockNotAvailable

from adoption.tenancy.actions import agenda
from adoption.tenancy.models import IdempotencyRecord, Membership

LASTS = timedelta(hours=24)
FORGET = "tenancy.forget_answers"


class KeyReused(ValueError):
    """The key was used for another request."""


class StillRunning(RuntimeError):
    """The request that claimed the key first has not ended within the time one waits for a lock."""


def claim_key(*, membership: Membership, key: str, request_hash: str, at: datetime) -> IdempotencyRecord:
    """Take a key for a request, in the transaction of its effect; wait for whoever holds it.

    Returns a record that is `answered` when the same request was carried out before. Raises KeyReused and StillRunning.
    """
    mine = IdempotencyRecord.objects.filter(membership=membership, key=key)
    mine.filter(recorded_at__lte=at - LASTS).delete()
    first = {"request_hash": request_hash, "status": IdempotencyRecord.UNANSWERED, "recorded_at": at}
    record: IdempotencyRecord
    try:
        record, fresh = mine.get_or_create(membership=membership, key=key, defaults=first)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise StillRunning(key) from error
        raise
    if fresh:
        agenda.wake(task=FORGET, due_at=at + LASTS)
    elif record.request_hash != request_hash:
        raise KeyReused(key)
    return record


def keep_answer(*, record: IdempotencyRecord, status: int, body: dict[str, Any]) -> None:
    """Note what was answered; `body` is what JSON can carry."""
    record.status, record.body = status, body
    record.save(update_fields=["status", "body"])


@transaction.atomic
def forget_answers(*, at: datetime) -> datetime | None:
    """Delete answers older than a day. Returns when the next one is due, None when nothing is kept."""
    IdempotencyRecord.objects.filter(recorded_at__lte=at - LASTS).delete()
    oldest = IdempotencyRecord.objects.aggregate(oldest=Min("recorded_at"))["oldest"]
    return oldest + LASTS if oldest else None
