"""What follows on a programme that stands still."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.programs import create_program
from adoption.programs.actions.refusals import WrongState
from adoption.programs.models import Program
from adoption.programs.queries.programs import start_choices
from adoption.programs.rules import Mode, State, Template
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def draft_replacement(*, program: Program, name: str, by: Person | None, at: datetime) -> tuple[Program, bool]:
    """A draft of the thirty days that replace a programme, and whether it is new: the same work, counted in the same way.

    It starts on the first Monday that leaves two weeks for its audit. One replacement of a work at a time: asked for again
    it is the one that is there, until its phase is over. Raises WrongState before the launch, and Refused for a name that
    is taken.
    """
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True)
        .select_related("workflow", "organization")
        .get(pk=program.pk)
    )
    if program.state in {State.DRAFT, State.BASELINE}:
        raise WrongState("not_launched_yet")
    known = Program.objects.filter(
        workflow=program.workflow_id, template=Template.REPLACEMENT, ended_at__isnull=True
    ).first()
    if known:
        return known, False
    made = create_program(
        name=name,
        workflow=program.workflow.name,
        starts_on=start_choices(today=local_date(at, program.organization.zone))[0],
        weeks=rules.REPLACEMENT_WEEKS,
        comparison="",
        mode=Mode(program.mode),
        template=Template.REPLACEMENT,
        by=by,
        at=at,
    )
    return made, True
