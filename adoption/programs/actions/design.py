"""How a programme is meant, written down step by step before its launch."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.drafts import change_draft
from adoption.programs.actions.programs import create_program
from adoption.programs.actions.refusals import Refused, refuse_settled
from adoption.programs.models import Design, Pack, PackElement, PlannedContent, Program
from adoption.programs.queries.design import design_by_key, design_of, designs_naming, eligible_people
from adoption.programs.rules import Checkpoint
from adoption.programs.rules.design import MOST_PODS, Eligible, Field, Finding, Tier, main_looks_of
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date

SIZES = range(2, 21)
# What another draft takes over of an earlier programme: its lots and who was counted are its own.
COPIED = ("tier", "pods", "pod_size", "teams", "primary_look", "least_icc", "eligible")


@transaction.atomic
def draft_program(
    *,
    name: str,
    workflow: str,
    aim: str,
    obstacle: str,
    finding: Finding | None,
    starts_on: date,
    comparison: str,
    form_key: UUID,
    like: Program | None = None,
    role: str = "",
    by: Person | None,
    at: datetime,
) -> Program:
    """A draft, and why. The same form once more changes that draft: it makes no second one.

    With `like` the rest is taken over from an earlier programme, but for its people and what is tested; with `role` only who has
    this role may take part, until the rules are changed. Raises Refused for a name that gives no address or is
    taken, and for a role that nobody has, and WrongState where the draft of this form has gone on since.
    """
    known = design_by_key(form_key)
    if known is None:
        try:
            with transaction.atomic():
                program = _drafted(name, workflow, starts_on, comparison, like, by, at)
                _begin(program, form_key, like, role, at)
        except Refused:
            # Of two presses at one moment the second finds the first one's draft.
            known = design_by_key(form_key)
            if known is None:
                raise
    if known is not None:
        program = change_draft(
            program=known.program,
            name=name,
            workflow=workflow,
            starts_on=known.program.starts_on,
            weeks=known.program.weeks,
            comparison=known.program.comparison,
            by=by,
            at=at,
        )
    settle_purpose(program=program, aim=aim, obstacle=obstacle, finding=finding, by=by, at=at)
    return program


def _drafted(
    name: str,
    workflow: str,
    starts_on: date,
    comparison: str,
    like: Program | None,
    by: Person | None,
    at: datetime,
) -> Program:
    made = create_program(
        name=name,
        workflow=workflow,
        starts_on=starts_on,
        weeks=rules.DEFAULT_WEEKS,
        comparison=like.comparison if like else comparison,
        mode=rules.Mode(like.mode) if like else rules.Mode.WEEKLY,
        by=by,
        at=at,
    )
    if like:
        made.template, made.weeks = like.template, like.weeks
        made.save(update_fields=["template", "weeks"])
    return made


def _begin(program: Program, form_key: UUID, like: Program | None, role: str, at: datetime) -> None:
    taken = {name: getattr(design_of(like), name) for name in COPIED} if like else {}
    design = Design(program=program, form_key=form_key, changed_at=at, **taken)
    if role:
        only = Eligible().with_value(Field.JOB_ROLE, role)
        if not eligible_people(only, on=local_date(at, program.organization.zone)).exists():
            raise Refused("nobody_there")
        design.eligible = design.who.with_value(Field.JOB_ROLE, role).as_dict()
    design.save()
    if like:
        _take_over(like, program, at)


def _take_over(like: Program, program: Program, at: datetime) -> None:
    """The plan of what is learnt as its lead had it, and the context packs with what lives where; tested is what is new."""
    planned = list(PlannedContent.objects.filter(program=like))
    for content in planned:
        content.pk, content.program = None, program
    PlannedContent.objects.bulk_create(planned)
    for pack in Pack.objects.filter(program=like):
        elements = list(PackElement.objects.filter(pack=pack))
        copy = Pack.objects.create(program=program, role=pack.role, made_at=at)
        PackElement.objects.bulk_create(
            [PackElement(pack=copy, name=one.name, found_at=one.found_at, owner_id=one.owner_id) for one in elements]
        )


@transaction.atomic
def settle_purpose(
    *, program: Program, aim: str, obstacle: str, finding: Finding | None, by: Person | None, at: datetime
) -> Design:
    """What is to come of the work, what is in the way, and whether AI is the answer. Raises WrongState after the launch."""
    said = {"aim": aim, "obstacle": obstacle, "finding": finding or ""}
    return _settle(program, said, by=by, at=at)


@transaction.atomic
def settle_tier(*, program: Program, tier: Tier, by: Person | None, at: datetime) -> Design:
    """How far people should come. Raises WrongState after the launch."""
    return _settle(program, {"tier": tier}, by=by, at=at)


@transaction.atomic
def settle_measure(
    *,
    program: Program,
    primary_look: Checkpoint,
    least_icc: Decimal,
    pods: int,
    pod_size: int,
    teams: int,
    by: Person | None,
    at: datetime,
) -> Design:
    """What the launch will fix as the measure, and how many pods and teams are planned.

    Raises WrongState after the launch, and Refused for a look that cannot be the main one, a clustering or numbers out of
    range.
    """
    if primary_look not in main_looks_of(program.template):
        raise Refused("no_main_look")
    if not rules.LEAST_ICC <= least_icc <= rules.MOST_ICC:
        raise Refused("icc")
    if not (1 <= pods <= MOST_PODS and 0 <= teams <= MOST_PODS and pod_size in SIZES):
        raise Refused("numbers")
    said = {
        "primary_look": primary_look,
        "least_icc": least_icc,
        "pods": pods,
        "pod_size": pod_size,
        "teams": teams,
    }
    return _settle(program, said, by=by, at=at)


def _settle(program: Program, said: dict[str, Any], *, by: Person | None, at: datetime) -> Design:
    design = held_design(program, at=at)
    changed = [name for name, value in said.items() if getattr(design, name) != value]
    if changed:
        for name in changed:
            setattr(design, name, said[name])
        design.changed_at = at
        design.save(update_fields=[*changed, "changed_at"])
        audit.record("program.designed", by=by, at=at, subject=program, changed=" ".join(sorted(changed)))
    return design


def held_design(program: Program, *, at: datetime) -> Design:
    """The design as it is now, held until the commit; begun where there is none. Raises WrongState after the launch."""
    program = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=program.pk)
    refuse_settled(program)
    design: Design
    design, _ = Design.objects.get_or_create(program=program, defaults={"changed_at": at})
    return design


def forget_in_designs(*, person: Person, at: datetime) -> None:
    """Take somebody's line out of the rules, and their team out of the lots, of every programme."""
    key = str(person.public_id)
    for design in designs_naming(key).select_for_update():
        if "line" in design.eligible:
            design.eligible["line"] = [one for one in design.eligible["line"] if one != key]
        if design.drawn:
            for arm in ("pods", "comparison"):
                design.drawn[arm] = [one for one in design.drawn[arm] if one != key]
        design.changed_at = at
        design.save(update_fields=["eligible", "drawn", "changed_at"])
