"""Programmes laid aside: out of the list, in every figure."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions.refusals import WrongState
from adoption.programs.models import Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def archive(*, program: Program, by: Person | None, at: datetime) -> Program:
    """Lay a closed programme aside. Twice is once. Raises WrongState for one that is not closed."""
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    if program.closed_at is None:
        raise WrongState("not_closed")
    if program.archived_at is None:
        _mark(program, at)
        audit.record("program.archived", by=by, at=at, subject=program)
    return program


@transaction.atomic
def unarchive(*, program: Program, by: Person | None, at: datetime) -> Program:
    """Bring a programme back into the list. Twice is once."""
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    if program.archived_at is not None:
        _mark(program, None)
        audit.record("program.unarchived", by=by, at=at, subject=program)
    return program


def _mark(program: Program, at: datetime | None) -> None:
    program.archived_at = at
    program.save(update_fields=["archived_at"])
