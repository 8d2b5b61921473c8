"""A programme's plan of what is learnt, changed by its lead before the launch: for everybody, or for one role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from adoption.programs.actions.refusals import Refused, refuse_settled
from adoption.programs.models import PlannedContent, Program
from adoption.programs.queries.curriculum import contents_now, roles_of
from adoption.programs.queries.design import design_of
from adoption.programs.rules import curriculum as rules
from adoption.programs.rules.curriculum import MOST_OWN, Content
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def put_curriculum(
    *, program: Program, role: str, contents: Sequence[Content], by: Person | None, at: datetime
) -> list[Content]:
    """The whole plan of a role, or with an empty one of everybody, in its order.

    What the template has is left out only with its reason, so all of it has to be named. Raises WrongState after the launch,
    and Refused for two of one key, too many of the lead's own, and, with its `key`, for a content that is not named, that
    nobody knows, or that cannot stand in the plan.
    """
    held = _held(program, role)
    tier = design_of(held).tier
    known = {one.key for one in rules.contents_of(held.template, tier, held.weeks)}
    keys = [one.key for one in contents]
    if len(set(keys)) < len(keys):
        raise Refused("content_twice")
    if missing := known - set(keys):
        raise Refused("content_missing", key=min(missing))
    if sum(one.is_own for one in contents) > MOST_OWN:
        raise Refused("too_many_contents")
    for one in contents:
        if not one.is_own and one.key not in known:
            raise Refused("no_such_content", key=one.key)
        _refuse(one, held, tier)
    return _write(held, role, contents, what="all of it", by=by, at=at)


@transaction.atomic
def put_content(*, program: Program, role: str, content: Content, by: Person | None, at: datetime) -> list[Content]:
    """Change one content of a plan, or add the lead's own at the end of its phase.

    Raises WrongState after the launch, and Refused for what cannot stand in the plan.
    """
    held = _held(program, role)
    before = contents_now(held, role)
    _refuse(replace(content, left_out=""), held, design_of(held).tier)
    found = [content if one.key == content.key else one for one in before]
    if content.key not in {one.key for one in before}:
        if not content.is_own:
            raise Refused("no_such_content", key=content.key)
        if sum(one.is_own for one in before) >= MOST_OWN:
            raise Refused("too_many_contents")
        found.append(content)
    if found == before:
        return before
    return _write(held, role, rules.in_phases(found), what=content.key, by=by, at=at)


@transaction.atomic
def move_content(
    *, program: Program, role: str, key: str, earlier: bool, by: Person | None, at: datetime
) -> list[Content]:
    """Let it come before its neighbour in the same phase, or after it. At the end of the phase nothing changes."""
    held = _held(program, role)
    before = contents_now(held, role)
    found = rules.moved(before, key, earlier=earlier)
    return before if found == before else _write(held, role, found, what=key, by=by, at=at)


@transaction.atomic
def leave_out(*, program: Program, role: str, key: str, reason: str, by: Person | None, at: datetime) -> list[Content]:
    """Leave a content of the template out, for a reason; the lead's own is taken away. Raises Refused without a reason."""
    held = _held(program, role)
    before = contents_now(held, role)
    if any(one.key == key and one.is_own for one in before):
        found = [one for one in before if one.key != key]
    elif not reason.strip():
        raise Refused("no_reason_to_leave_out", key=key)
    else:
        found = [replace(one, left_out=reason.strip()) if one.key == key else one for one in before]
    return before if found == before else _write(held, role, found, what=key, by=by, at=at)


@transaction.atomic
def take_up_again(*, program: Program, role: str, key: str, by: Person | None, at: datetime) -> list[Content]:
    """Bring a content back that was left out. Raises Refused where the goal does not allow it any more."""
    held = _held(program, role)
    before = contents_now(held, role)
    found = [replace(one, left_out="") if one.key == key else one for one in before]
    if found == before:
        return before
    _refuse(next(one for one in found if one.key == key), held, design_of(held).tier)
    return _write(held, role, found, what=key, by=by, at=at)


@transaction.atomic
def share_curriculum(*, program: Program, role: str, by: Person | None, at: datetime) -> None:
    """A role follows everybody's plan again, and everybody's is the template's again. Twice is once."""
    held = _held(program, role)
    gone, _ = PlannedContent.objects.filter(program=held, role=role).delete()
    if gone:
        audit.record("curriculum.shared", by=by, at=at, subject=held, **_whose(role))


def _held(program: Program, role: str) -> Program:
    """The programme as it is now, held until the commit. Raises WrongState after the launch, Refused for no such role."""
    held: Program = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=program.pk)
    refuse_settled(held, "launched_curriculum")
    if role and role not in roles_of(held):
        raise Refused("no_such_role")
    return held


def _refuse(content: Content, program: Program, tier: str) -> None:
    """Raises Refused, with its key, for a content that cannot stand in the plan; what is left out need not fit its goal."""
    refusal = (
        rules.flaw_of(content) if content.left_out else rules.refusal_of(content, program.template, tier, program.weeks)
    )
    if refusal:
        raise Refused(refusal.value, key=content.key)


def _write(
    program: Program, role: str, contents: Sequence[Content], *, what: str, by: Person | None, at: datetime
) -> list[Content]:
    PlannedContent.objects.filter(program=program, role=role).delete()
    PlannedContent.objects.bulk_create(
        [
            PlannedContent(
                program=program,
                role=role,
                key=one.key,
                place=place,
                phase=one.phase,
                kind=one.kind or "",
                delivery=one.delivery,
                doing=one.doing,
                explaining=one.explaining,
                times=one.times,
                words=one.words,
                left_out=one.left_out,
            )
            for place, one in enumerate(rules.in_phases(contents))
        ]
    )
    audit.record("curriculum.changed", by=by, at=at, subject=program, what=what, **_whose(role))
    return contents_now(program, role)


def _whose(role: str) -> dict[str, str]:
    return {"role": role} if role else {}
