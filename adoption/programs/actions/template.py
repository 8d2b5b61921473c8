"""What sort of programme a draft becomes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.calendar import drop_unfit
from adoption.programs.actions.refusals import Refused, refuse_begun
from adoption.programs.models import Assignment, AssignmentQuerySet, Program
from adoption.programs.rules import Arm, Template
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def choose_template(*, program: Program, template: Template, by: Person | None, at: datetime) -> Program:
    """Say what sort of programme a draft is to be. Its length changes where the template takes another one, and nothing else.
    The same word again changes nothing.

    Raises WrongState once the baseline is open, and Refused for one that compares nothing and has a comparison group, and for
    an exploratory one with more people than it takes: whoever chose them takes them out.
    """
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    refuse_begun(program)
    if program.template == template:
        return program
    compared = Assignment.objects.current().in_arm(Arm.COMPARISON).filter(program=program)
    if Arm.COMPARISON not in rules.arms_of(template) and compared.exists():
        raise Refused("compares")
    if template is Template.EXPLORATORY and explorers(program).count() > rules.EXPLORERS_AT_MOST:
        raise Refused("too_many_explore")
    program.template, program.weeks = template, rules.length_of(template, program.weeks)
    program.save(update_fields=["template", "weeks"])
    audit.record("program.template_chosen", by=by, at=at, subject=program, template=template)
    drop_unfit(program, by=by, at=at)
    return program


def explorers(program: Program) -> AssignmentQuerySet:
    """Who is in the pods of a programme."""
    found: AssignmentQuerySet = Assignment.objects.current().in_arm(Arm.PODS).filter(program=program)
    return found
