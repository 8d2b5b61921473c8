"""Promising work for a time, claiming what is due, and closing it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection, transaction

from adoption.tenancy import rules
from adoption.tenancy.models import Agenda
from adoption.tenancy.models.agenda import AgendaQuerySet
from adoption.tenancy.walls import current_organization_id

CLAIM = """
UPDATE tenancy_agenda SET due_at = %(until)s, claimed_at = %(at)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM tenancy_agenda WHERE done_at IS NULL AND due_at <= %(at)s
    ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING *
"""

# A key share lock: it holds off the sweepers' FOR UPDATE, but neither other writers that find the row awake nor the one
# that wakes it. (FOR SHARE would keep its lock on a row found asleep, and two writers would then wait for each other.)
AWAKE = """
SELECT 1 FROM tenancy_agenda
WHERE organization_id = %(organization)s AND task = %(task)s AND row_id = %(row)s
AND done_at IS NULL AND claimed_at IS NULL AND due_at <= %(due)s
FOR KEY SHARE
"""

# One statement, and no condition on what a sweeper may be changing: it waits for one that is about to close the row and
# then opens what was closed.
WAKE = """
INSERT INTO tenancy_agenda AS a (organization_id, task, row_id, promised_at, due_at, attempts, failure)
VALUES (%(organization)s, %(task)s, %(row)s, %(due)s, %(due)s, 0, '')
ON CONFLICT (organization_id, task, row_id) DO UPDATE SET
    due_at = least(CASE WHEN a.done_at IS NULL THEN a.due_at END, excluded.due_at),
    promised_at = least(CASE WHEN a.done_at IS NULL THEN a.promised_at END, excluded.promised_at),
    attempts = CASE WHEN a.done_at IS NULL THEN a.attempts ELSE 0 END,
    done_at = NULL,
    claimed_at = NULL
"""


class OutsideTenant(RuntimeError):
    """Work was promised by code that acts for no organisation."""


def schedule(*, task: str, row_id: int = 0, due_at: datetime) -> None:
    """Promise that a named task runs for a row at a time. Promising it twice changes nothing; a done row stays done."""
    schedule_many(task=task, rows=[(row_id, due_at)])


def schedule_many(*, task: str, rows: Iterable[tuple[int, datetime]]) -> None:
    """Promise a named task for many rows (row id, due time) at once."""
    organization_id = current_organization_id()
    if organization_id is None:
        raise OutsideTenant(task)
    Agenda.objects.bulk_create(
        [
            Agenda(organization_id=organization_id, task=task, row_id=row_id, promised_at=due, due_at=due)
            for row_id, due in rows
        ],
        ignore_conflicts=True,
        batch_size=5000,
    )


def wake(*, task: str, row_id: int = 0, due_at: datetime) -> None:
    """Make a standing task of this organisation due no later than a time: for what is swept again and again.

    Where the row is awake already it is only locked until the commit, in a mode that writers share: writers do not
    wait for each other, and no sweeper can claim and close the row before what woke it is visible.
    """
    organization_id = current_organization_id()
    if organization_id is None:
        raise OutsideTenant(task)
    row: dict[str, str | int | datetime] = {"organization": organization_id, "task": task, "row": row_id, "due": due_at}
    with connection.cursor() as cursor:
        cursor.execute(AWAKE, row)
        if cursor.fetchone() is None:
            cursor.execute(WAKE, row)


def hold(*, task: str, row_id: int) -> None:
    """Lock what was promised for a row until the commit: whoever carries it out has finished, or waits. Absent is fine."""
    list(_promised(task, row_id).select_for_update())


def move(*, task: str, row_id: int, due_at: datetime) -> None:
    """Promise an open row for another time. A row that is done stays done."""
    _promised(task, row_id).open().update(due_at=due_at, promised_at=due_at, claimed_at=None, attempts=0)


def call_off(*, task: str, row_ids: Collection[int], at: datetime) -> None:
    """Promise nothing any more for some rows of a task: whoever carries one out just now has finished, or it is not carried out."""
    organization_id = current_organization_id()
    if organization_id is None:
        raise OutsideTenant(task)
    rows = Agenda.objects.open().filter(organization=organization_id, task=task, row_id__in=row_ids)
    rows.update(done_at=at, claimed_at=None)


def _promised(task: str, row_id: int) -> AgendaQuerySet:
    organization_id = current_organization_id()
    if organization_id is None:
        raise OutsideTenant(task)
    return Agenda.objects.filter(organization=organization_id, task=task, row_id=row_id)


def claim_due(*, at: datetime, most: int = rules.CLAIM_AT_MOST) -> list[Agenda]:
    """Take what is due, oldest first, under a lease: a row whose taker dies is due again when the lease ends.

    One statement; two sweepers never take the same row. To be called outside a transaction, so that the claim is
    committed before anybody acts on it.
    """
    return list(Agenda.objects.raw(CLAIM, {"at": at, "until": at + rules.LEASE, "most": most}))


def take(agenda_id: int) -> Agenda | None:
    """Lock a claimed row for the transaction that carries it out. None when it is done or somebody else carries it."""
    return Agenda.objects.select_for_update(skip_locked=True).open().filter(pk=agenda_id).first()


def finish(row: Agenda, *, at: datetime, again_at: datetime | None = None) -> None:
    """Close a row in the transaction of its work, or put a standing task to sleep until `again_at`."""
    if again_at is None:
        row.done_at = at
    else:
        row.due_at = row.promised_at = again_at
        row.attempts = 0
    row.claimed_at, row.failure = None, ""
    row.save(update_fields=["done_at", "due_at", "promised_at", "attempts", "claimed_at", "failure"])


def postpone(agenda_id: int, *, at: datetime, failure: str) -> None:
    """After a failure: try again after a growing pause. The promise stays open and shows what went wrong."""
    with transaction.atomic():
        row = take(agenda_id)
        if row is not None:
            row.due_at, row.claimed_at, row.failure = at + rules.retry_after(row.attempts), None, failure[:200]
            row.save(update_fields=["due_at", "claimed_at", "failure"])
