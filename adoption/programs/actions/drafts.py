"""What a draft says, as long as nobody has been asked for anything."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.calendar import drop_unfit
from adoption.programs.actions.refusals import Refused, refuse_begun
from adoption.programs.models import Assignment, Program, Workflow
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def change_draft(
    *,
    program: Program,
    name: str,
    workflow: str,
    starts_on: date,
    weeks: int,
    comparison: str,
    by: Person | None,
    at: datetime,
) -> Program:
    """Another name, workflow, start, length or comparison for a draft. Its address and who is in it stay.

    The same again changes nothing. Raises WrongState once the baseline is open, and Refused for a start that is no Monday or
    has passed, and for a length out of range.
    """
    program = Program.objects.select_for_update(of=("self",)).select_related("workflow").get(pk=program.pk)
    refuse_begun(program)
    if starts_on.weekday() != 0:
        raise Refused("not_monday", monday=rules.monday(starts_on) + timedelta(weeks=1))
    if starts_on <= local_date(at, program.organization.zone):
        raise Refused("start_passed")
    if weeks not in rules.lengths_of(program.template):
        raise Refused("weeks", least=rules.LEAST_WEEKS, most=rules.MOST_WEEKS)
    before = (program.name, program.workflow.name, program.starts_on, program.weeks, program.comparison)
    if before == (name, workflow, starts_on, weeks, comparison):
        return program
    about, _ = Workflow.objects.get_or_create(name=workflow, defaults={"created_at": at})
    program.name, program.workflow, program.comparison = name, about, comparison
    if program.starts_on != starts_on:
        # Whoever was put into a group belongs to it from the first week of the baseline on.
        chosen = Assignment.objects.current().filter(program=program)
        chosen.update(from_on=rules.baseline_starts_on(starts_on))
        reckon_again(people=list(chosen.values_list("person_id", flat=True)), at=at)
    program.starts_on, program.weeks = starts_on, weeks
    program.save(update_fields=["name", "workflow", "comparison", "starts_on", "weeks"])
    audit.record("program.changed", by=by, at=at, subject=program, starts_on=starts_on.isoformat(), weeks=weeks)
    drop_unfit(program, by=by, at=at)
    return program
