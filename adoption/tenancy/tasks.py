"""The heartbeat, and how a promised task is carried out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from celery import Task, current_app, shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from adoption.tenancy.actions import agenda, idempotency, imports
from adoption.tenancy.models import Agenda
from adoption.tenancy.queries.imports import progress_key
from adoption.tenancy.walls import organization

log = structlog.get_logger(__name__)


@shared_task(name="adoption.tenancy.tasks.heartbeat")
def heartbeat() -> int:
    """Claim what is due for every organisation and ring for it. Returns how many rows."""
    rung = 0
    while due := agenda.claim_due(at=timezone.now()):
        # Oldest first, and the standing sweeps, which have no row of their own, after what gives them more to carry.
        for row in sorted(due, key=lambda one: (one.row_id == 0, one.promised_at)):
            # signature() rather than send_task(), which would ignore eager mode.
            current_app.signature(row.task).delay(agenda_id=row.pk)
        rung += len(due)
    return rung


def promised(name: str) -> Callable[[Callable[..., datetime | None]], Task]:
    """Make `work(row_id, at)` a task of the agenda: inside the tenant, in one transaction with the closing of its row.

    `work` returns None when the promise is kept, or the next time a standing task is due. A second delivery finds the row
    done or locked and returns at once. A failure rolls everything back and leaves the row due again after a growing pause.
    """

    def register(work: Callable[..., datetime | None]) -> Task:
        @shared_task(name=name, acks_late=True)
        def carry(agenda_id: int, at: str = "") -> None:
            # A time of its own has only work of the past that is carried out afterwards.
            carry_out(agenda_id, work, at=datetime.fromisoformat(at) if at else None)

        return carry

    return register


def carry_out(agenda_id: int, work: Callable[..., datetime | None], *, at: datetime | None = None) -> None:
    """Carry out one row of the agenda."""
    at = at or timezone.now()
    row = Agenda.objects.open().filter(pk=agenda_id).select_related("organization").first()
    if row is None:
        return
    with structlog.contextvars.bound_contextvars(organization=row.organization.slug, task=row.task, row=row.row_id):
        try:
            with organization(row.organization_id):
                taken = agenda.take(agenda_id)
                if taken is not None:
                    agenda.finish(taken, at=at, again_at=work(taken.row_id, at=at))
        except Exception as failure:
            log.exception("agenda.failed")
            agenda.postpone(agenda_id, at=at, failure=type(failure).__name__)


@promised(idempotency.FORGET)
def forget_answers(row_id: int, *, at: datetime) -> datetime | None:
    """Forget the API's answers of yesterday; sleeps until the next one is a day old."""
    return idempotency.forget_answers(at=at)


def ring() -> None:
    """After this transaction: let the heartbeat beat now rather than within ten seconds. Best effort; nothing depends on it."""
    transaction.on_commit(lambda: heartbeat.apply_async(retry=False, expires=30), robust=True)


@promised(imports.STAGE)
def stage_people_import(row_id: int, *, at: datetime) -> None:
    """Read a file of people and make its preview."""
    key = progress_key(row_id)
    # The cache, not the database: what a transaction writes nobody sees before its end. A lost figure is only a bar that waits.
    imports.stage_import(import_id=row_id, at=at, progress=lambda lines: cache.set(key, lines, 600))
    cache.delete(key)


@promised(imports.COMMIT)
def commit_people_import(row_id: int, *, at: datetime) -> None:
    """Write what was previewed into the directory."""
    imports.commit_import(import_id=row_id, at=at)


@promised(imports.FORGET)
def forget_people_import(row_id: int, *, at: datetime) -> datetime | None:
    """Drop the file and the lines of an import that nobody needs any more; sleeps until that is so."""
    return imports.forget_import(import_id=row_id, at=at)
