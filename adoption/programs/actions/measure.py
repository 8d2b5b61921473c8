"""What a programme is measured by after its launch, and who is left out of it before."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.calendar import drop_unfit
from adoption.programs.actions.refusals import Refused, WrongState, refuse_begun, refuse_settled
from adoption.programs.models import Assignment, Exemption, Program, Specification
from adoption.programs.rules import Checkpoint, Mode
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def respecify(
    *,
    program: Program,
    primary_look: Checkpoint,
    least_icc: Decimal,
    reason: str,
    by: Person | None,
    at: datetime,
) -> Specification:
    """Another version of what a programme is measured by, for a reason. What is frozen keeps the version it was frozen under.

    Raises WrongState before the launch and once the programme is closed, and Refused without a reason, for a look that
    cannot be the main one, a clustering out of range, or when nothing is different.
    """
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    if program.launched_at is None:
        raise WrongState("not_launched")
    if program.closed_at is not None:
        raise WrongState("closed")
    if not reason.strip():
        raise Refused("no_reason")
    if primary_look not in rules.MAIN_LOOKS or primary_look not in rules.looks_of(program.template):
        raise Refused("no_main_look")
    if not rules.LEAST_ICC <= least_icc <= rules.MOST_ICC:
        raise Refused("icc")
    known = program.measure
    if (known.primary_look, known.least_icc) == (primary_look, float(least_icc)):
        raise Refused("nothing_different")
    made: Specification = Specification.objects.create(
        program=program,
        version=known.version + 1,
        reason=reason.strip(),
        fixed={**known.fixed, "primary_look": primary_look, "least_icc": float(least_icc)},
        made_at=at,
    )
    audit.record("program.respecified", by=by, at=at, subject=program, version=made.version, reason=made.reason)
    return made


@transaction.atomic
def choose_mode(*, program: Program, mode: Mode, by: Person | None, at: datetime) -> Program:
    """Say how often the work comes up, and so what uses are held against. The same word again changes nothing.

    Raises WrongState once the baseline is open: its weeks were asked about in one way or in the other.
    """
    program = Program.objects.select_for_update().select_related(None).get(pk=program.pk)
    refuse_begun(program)
    if program.mode != mode:
        program.mode = mode
        program.save(update_fields=["mode"])
        audit.record("program.mode_chosen", by=by, at=at, subject=program, mode=mode)
        drop_unfit(program, by=by, at=at)
    return program


@transaction.atomic
def exempt(*, program: Program, person: Person, reason: str, by: Person | None, at: datetime) -> Exemption:
    """Write down that somebody in one of the two groups has no suitable workflow, and why. Twice is once: the first word stands.

    By the day of the launch they are left out, and counted; later they stay in. Raises Refused without a reason, and for
    somebody in neither.
    """
    if not reason.strip():
        raise Refused("no_exemption_reason")
    if not Assignment.objects.filter(program=program, person=person).exists():
        raise Refused("in_neither")
    today = local_date(at, program.organization.zone)
    made: Exemption
    made, is_new = Exemption.objects.get_or_create(
        program=program,
        person=person,
        defaults={"reason": reason.strip(), "recorded_on": today, "recorded_at": at},
    )
    if is_new:
        reckon_again(people=[person.pk], at=at)
        audit.record("program.exempted", by=by, at=at, subject=program, day=today.isoformat())
    return made


@transaction.atomic
def withdraw_exemption(*, exemption: Exemption, by: Person | None, at: datetime) -> None:
    """Take it back, as if not written down. Raises WrongState after the launch: who is compared is fixed."""
    program = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=exemption.program_id)
    refuse_settled(program)
    person = exemption.person_id
    exemption.delete()
    reckon_again(people=[person], at=at)
    audit.record("program.exemption_withdrawn", by=by, at=at, subject=program)
