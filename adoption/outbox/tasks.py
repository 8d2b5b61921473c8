"""The outbox's promised work: carrying what is due, and telling somebody that they are invited."""

from __future__ import annotations

from datetime import datetime

import structlog
from celery import shared_task
from django.db import OperationalError, transaction
from django.utils import timezone

from adoption.outbox.actions import carry as carrying
from adoption.outbox.actions.invitations import tell_invitation as say_invitation
from adoption.outbox.actions.privacy import forget_old
from adoption.outbox.actions.refusals import release_held
from adoption.outbox.models import Message
from adoption.outbox.rules import CARRY_LEASE, HELD_LOOKED_AT, IDLE, PAUSE
from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Agenda, Invitation
from adoption.tenancy.tasks import promised
from adoption.tenancy.walls import organization

log = structlog.get_logger(__name__)


@promised("outbox.tell_invitation")
def tell_invitation(row_id: int, *, at: datetime) -> None:
    """Write to somebody that they are invited, unless the offer is gone by now."""
    invitation = Invitation.objects.open(at).select_related("person").filter(pk=row_id).first()
    if invitation is not None:
        say_invitation(invitation=invitation, at=at)


@shared_task(name="outbox.carry", acks_late=True)
def carry(agenda_id: int) -> None:
    """Carry everything that is due for one organisation. A standing row of the agenda, never done.

    Not `@promised`: between claim and result lies the mail server, which no transaction spans. Any number of these may
    run at once; each mail has one claimer.
    """
    row = Agenda.objects.open().filter(pk=agenda_id).select_related("organization").first()
    if row is None:
        return
    with structlog.contextvars.bound_contextvars(organization=row.organization.slug, task=row.task):
        try:
            _sweep(row)
            _sleep(row)
        except carrying.Unreachable as failure:
            log.warning("outbox.unreachable", failure=str(failure))
            agenda.postpone(row.pk, at=timezone.now(), failure=f"Unreachable: {failure}")
        except OperationalError as failure:
            # Most likely somebody writes very many messages just now and holds the row: its lease brings us back.
            log.warning("outbox.disturbed", failure=type(failure).__name__)


def _sweep(row: Agenda) -> None:
    before: list[carrying.Errand] = []
    with organization(row.organization_id):
        release_held(at=timezone.now())
    with carrying.post_office() as post:
        while True:
            at = timezone.now()
            with transaction.atomic():
                held = agenda.take(row.pk)
                if held is not None:
                    held.due_at = at + CARRY_LEASE
                    held.save(update_fields=["due_at"])
            with organization(row.organization_id):
                carrying.settle_interrupted(at=at)
                errands = carrying.find_errands(at=at)
            # Another sweeper is on what a round did not move.
            if not errands or errands == before:
                return
            before = errands
            for errand in errands:
                carrying.carry_one(errand, post=post, at=timezone.now(), organization_id=row.organization_id)


def _sleep(row: Agenda) -> None:
    """Close the sweep: under the lock of the agenda row it is computed when there is something to do again.

    Whoever wakes the outbox changes that row in the transaction of its message. So either we wait for them and see the
    message, or they wait for us and move the time forward again: no wake is lost. The row is never done, since waking a
    done row takes another statement than waking an open one, and a closing between the two would go unnoticed.
    """
    with organization(row.organization_id):
        held = Agenda.objects.select_for_update().open().filter(pk=row.pk).first()
        if held is None:
            return
        at = timezone.now()
        due = carrying.next_due(at=at)
        if due is None or due > at + IDLE:
            forget_old(at=at)
        again = at + (HELD_LOOKED_AT if Message.objects.held().exists() else IDLE)
        agenda.finish(held, at=at, again_at=max(at + PAUSE, min(due or again, again)))
