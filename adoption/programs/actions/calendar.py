"""The calendar of a programme: what was promised, and how a lead changes it, before it is written down as after.

A step and the row of the agenda that carries it out are locked in the order in which the heartbeat locks them, so that
nothing is moved or left out while it is being carried out. Of a step that is only planned the wish is kept, which the
opening of the baseline or the launch heeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Program, Step, Wish
from adoption.programs.queries.calendar import as_wished
from adoption.programs.rules import Planned
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date


def promise(program: Program, plan: Sequence[Planned]) -> None:
    """Write steps as a lead wishes them, and the agenda rows that carry them out, each at its hour in the organisation's zone."""
    zone = program.organization.zone
    keys = [line.key for line in plan]
    Step.objects.bulk_create(as_wished(program, plan), ignore_conflicts=True)
    Wish.objects.filter(program=program, key__in=keys).delete()
    promised: dict[str, list[tuple[int, datetime]]] = {}
    for step in Step.objects.filter(program=program, key__in=keys):
        promised.setdefault(step.task, []).append((step.pk, instant(step.due_on, step.hour, zone)))
    for task, rows in promised.items():
        agenda.schedule_many(task=task, rows=rows)


def do_step(step: Step, *, at: datetime) -> None:
    """Note that a step of the calendar has been carried out, unless it was left out while it was looked at."""
    Step.objects.open().filter(pk=step.pk).update(done_at=at)


@transaction.atomic
def skip_step(*, step: Step, reason: str, by: Person | None, at: datetime) -> Step:
    """Leave a step of the calendar out, for a reason. Every other promise stays.

    Raises WrongState when it is done or skipped already, and Refused for one that was fixed at launch.
    """
    step = _held(step)
    if step.task not in rules.LEEWAY:
        raise Refused("step_fixed")
    if step.skipped_at:
        raise WrongState("step_skipped")
    step.skipped_at, step.skip_reason = at, reason
    _keep(step, "skipped_at", "skip_reason")
    audit.record("program.step_skipped", by=by, at=at, subject=step.program, step=step.key)
    return step


@transaction.atomic
def move_step(*, step: Step, to: date, by: Person | None, at: datetime) -> Step:
    """Let a step come on another day, at its hour. Every other promise stays. To where it stands is no change.

    Raises WrongState when it is done or skipped, and Refused for one that was fixed at launch, for a day outside its
    leeway, and for a reminder that would come before its survey.
    """
    step = _held(step)
    program = step.program
    if step.task not in rules.LEEWAY:
        raise Refused("step_fixed")
    if step.skipped_at:
        raise WrongState("step_skipped")
    if to == step.due_on:
        return step
    today = local_date(at, program.organization.zone)
    room = rules.room_to_move(step.task, step.about, step.promised_on, program.starts_on, today)
    if room is None:
        raise Refused("no_room")
    if not room[0] <= to <= room[1]:
        raise Refused("outside_leeway", first=room[0], last=room[1])
    _keep_order(step, to)
    audit.record(
        "program.step_moved",
        by=by,
        at=at,
        subject=program,
        step=step.key,
        before=step.due_on.isoformat(),
        to=to.isoformat(),
    )
    _put(step, to)
    return step


@transaction.atomic
def restore_step(*, step: Step, by: Person | None, at: datetime) -> Step:
    """Bring a step back that was left out; else back to the day it was first promised for.

    One whose day has passed comes at once. Raises WrongState when it is done or stands as promised, and Refused when it
    is too late for it.
    """
    step = _held(step)
    program = step.program
    today = local_date(at, program.organization.zone)
    if step.skipped_at:
        if step.task == rules.ASK_WEEK and today > step.promised_on + timedelta(days=rules.LEEWAY[rules.ASK_WEEK][1]):
            raise Refused("week_closed")
        step.skipped_at, step.skip_reason = None, ""
        _keep(step, "skipped_at", "skip_reason")
        if step.pk:
            due_at = max(instant(step.due_on, step.hour, program.organization.zone), at)
            agenda.wake(task=step.task, row_id=step.pk, due_at=due_at)
    elif step.moved_from:
        if step.moved_from < today:
            raise Refused("day_passed")
        _keep_order(step, step.moved_from)
        _put(step, step.moved_from)
    else:
        raise WrongState("step_as_promised")
    audit.record("program.step_restored", by=by, at=at, subject=program, step=step.key)
    return step


def drop_unfit(program: Program, *, by: Person | None, at: datetime) -> None:
    """Forget what was wished of steps that the plan, which has changed, no longer has on their day."""
    days = {line.key: line.due_on for line in program.plan_ahead}
    unfit = [wish for wish in Wish.objects.filter(program=program) if days.get(wish.key) != wish.planned_on]
    if unfit:
        Wish.objects.filter(pk__in=[wish.pk for wish in unfit]).delete()
        keys = " ".join(sorted(wish.key for wish in unfit))
        audit.record("program.wishes_dropped", by=by, at=at, subject=program, steps=keys)


def _held(step: Step) -> Step:
    """The step as it is now, which nobody else changes or carries out before the commit.

    Raises WrongState when it is done, the programme closed, or what was only planned written down meanwhile.
    """
    if not step.pk:
        return _held_plan(step)
    agenda.hold(task=step.task, row_id=step.pk)
    held: Step = Step.objects.select_for_update(of=("self",)).select_related("program__organization").get(pk=step.pk)
    if held.done_at:
        raise WrongState("step_done")
    if held.program.closed_at:
        raise WrongState("stopped")
    return held


def _held_plan(step: Step) -> Step:
    related = ("workflow", "organization")
    program = (
        Program.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=step.program.pk)
    )
    if program.closed_at:
        raise WrongState("stopped")
    held = next((one for one in as_wished(program, program.plan_ahead) if one.key == step.key), None)
    if held is None:
        raise WrongState("step_written")
    return held


def _put(step: Step, to: date) -> None:
    """Write a step's day, and the hour at which the agenda carries it out."""
    promised_on = step.promised_on
    step.due_on, step.moved_from = to, None if to == promised_on else promised_on
    _keep(step, "due_on", "moved_from")
    if step.pk:
        agenda.move(task=step.task, row_id=step.pk, due_at=instant(to, step.hour, step.program.organization.zone))


def _keep(step: Step, *fields: str) -> None:
    """Write a step down; of one that is only planned, what is wished of it, if anything still is."""
    if step.pk:
        step.save(update_fields=fields)
    elif step.moved_from or step.skipped_at:
        wished = {
            "planned_on": step.promised_on,
            "moved_to": step.due_on if step.moved_from else None,
            "skipped_at": step.skipped_at,
            "skip_reason": step.skip_reason,
        }
        Wish.objects.update_or_create(program=step.program, key=step.key, defaults=wished)
    else:
        Wish.objects.filter(program=step.program, key=step.key).delete()


def _keep_order(step: Step, to: date) -> None:
    """A reminder comes after its survey. Raises Refused."""
    others = [one for one in _beside(step) if one.about == step.about and not one.skipped_at]
    if step.task in rules.REMINDED_BY:
        early = [one.due_on for one in others if one.task == rules.REMINDED_BY[step.task] and one.due_on <= to]
        if early:
            raise Refused("before_survey", day=early[0])
    elif step.task in rules.REMINDED_BY.values():
        late = [one.due_on for one in others if one.task == rules.OPEN_WAVE and one.due_on >= to]
        if late:
            raise Refused("after_survey", day=late[0])


def _beside(step: Step) -> Sequence[Step]:
    """What is still to come of the same survey, written down or only planned."""
    if step.pk:
        return list(Step.objects.open().filter(program=step.program, about=step.about))
    return as_wished(step.program, step.program.plan_ahead)
