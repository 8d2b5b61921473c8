"""The pieces of work of an organisation: named, named otherwise, and retired."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from adoption.programs.actions.refusals import Refused
from adoption.programs.models import Program, Workflow
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def add_workflow(*, name: str, by: Person | None, at: datetime) -> Workflow:
    """Name a piece of work. One that was retired comes back; one that is there already raises Refused."""
    made: Workflow
    made, is_new = Workflow.objects.select_for_update().get_or_create(name=name, defaults={"created_at": at})
    if not is_new:
        if made.retired_at is None:
            raise Refused("workflow_taken")
        return restore_workflow(workflow=made, by=by, at=at)
    audit.record("workflow.added", by=by, at=at, subject=made)
    return made


@transaction.atomic
def rename_workflow(*, workflow: Workflow, name: str, by: Person | None, at: datetime) -> Workflow:
    """Name it otherwise. The same name again changes nothing.

    Raises Refused for a name that is taken, and while a programme asks about it: before and after are the same words.
    """
    row = _held(workflow)
    if row.name == name:
        return row
    if Program.objects.running().filter(workflow=row).exists():
        raise Refused("workflow_asked_about")
    row.name = name
    try:
        with transaction.atomic():
            row.save(update_fields=["name"])
    except IntegrityError:
        raise Refused("workflow_taken") from None
    audit.record("workflow.renamed", by=by, at=at, subject=row)
    return row


@transaction.atomic
def retire_workflow(*, workflow: Workflow, by: Person | None, at: datetime) -> Workflow:
    """It is asked about no more; what was measured of it stays. Twice is once. Raises Refused while a programme runs on it."""
    row = _held(workflow)
    if row.retired_at is None:
        if Program.objects.filter(workflow=row, closed_at__isnull=True).exists():
            raise Refused("workflow_in_use")
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        audit.record("workflow.retired", by=by, at=at, subject=row)
    return row


@transaction.atomic
def restore_workflow(*, workflow: Workflow, by: Person | None, at: datetime) -> Workflow:
    """It is work that people do, after all. Twice is once."""
    row = _held(workflow)
    if row.retired_at is not None:
        row.retired_at = None
        row.save(update_fields=["retired_at"])
        audit.record("workflow.restored", by=by, at=at, subject=row)
    return row


def _held(workflow: Workflow) -> Workflow:
    held: Workflow = Workflow.objects.select_for_update().get(pk=workflow.pk)
    return held
