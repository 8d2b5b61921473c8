"""A programme that is not followed to its end: a draft discarded, a baseline called off, a phase ended early."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Attention, Program, Step
from adoption.programs.rules import STOPPERS, State
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.administrators import lock_members
from adoption.tenancy.models import Person


@transaction.atomic
def stop(*, program: Program, reason: str, by: Person | None, at: datetime) -> Program:
    """Ask nothing more of anybody from now on, and let go what is planned. What was answered and frozen stays.

    The steps still to come are left out for this reason, also the look after ninety days: a phase that was not lived to its end
    says nothing of what lasts. A draft goes out of the list and can come back. Twice is once. Raises WrongState once the ninety
    days are over, and Refused without a reason where people were asked already.
    """
    # In the order in which inviting and the heartbeat take their locks: who belongs, what was promised, the programme.
    lock_members()
    _call_off_steps(program, reason.strip(), at)
    program = Program.objects.select_for_update(of=("self",)).select_related("organization").get(pk=program.pk)
    if program.state is State.STOPPED:
        return program
    if program.state not in rules.STOPPABLE:
        raise WrongState("closes_itself")
    before = program.state
    if before is State.DRAFT:
        program.archived_at = at
    elif not reason.strip():
        raise Refused("no_stop_reason")
    else:
        program.stopped_because = reason.strip()
    if before is State.LAUNCHED:
        program.ended_at = at
    program.closed_at = at
    program.save(update_fields=["archived_at", "stopped_because", "ended_at", "closed_at"])
    Attention.objects.open().filter(program=program).update(settled_at=at)
    for entry in STOPPERS:
        entry.load()(program=program, reason=program.stopped_because, by=by, at=at)
    if before is State.DRAFT:
        audit.record("program.discarded", by=by, at=at, subject=program)
    else:
        audit.record("program.stopped", by=by, at=at, subject=program, before=before, reason=program.stopped_because)
    return program


@transaction.atomic
def take_up_again(*, program: Program, by: Person | None, at: datetime) -> Program:
    """A discarded draft is a draft again, with who was in it; who was asked for something is to be asked anew. Twice is once.

    Raises WrongState for a programme of which something was asked of people: they were let go.
    """
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    if program.state is State.DRAFT:
        return program
    if not program.is_discarded:
        raise WrongState("not_discarded")
    program.closed_at = program.archived_at = None
    program.save(update_fields=["closed_at", "archived_at"])
    audit.record("program.taken_up_again", by=by, at=at, subject=program)
    return program


def _call_off_steps(program: Program, reason: str, at: datetime) -> None:
    """Leave out what is still to come. What is being carried out at this moment is waited for."""
    steps = Step.objects.open().filter(program=program)
    promised: dict[str, list[int]] = {}
    for task, row in steps.values_list("task", "pk"):
        promised.setdefault(task, []).append(row)
    for task, rows in sorted(promised.items()):
        agenda.call_off(task=task, row_ids=rows, at=at)
    if reason:
        steps.update(skipped_at=at, skip_reason=reason)
