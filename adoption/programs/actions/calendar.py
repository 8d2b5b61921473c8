"""The calendar of a programme: what was promised, and how a lead changes it.

A step and the row of the agenda that carries it out are locked in the order in which the heartbeat locks them, so that
nothing is moved or left out while it is being carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.programs import rules
from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Program, Step
from adoption.programs.rules import Planned
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date


def promise(program: Program, plan: Sequence[Planned]) -> None:
    """Write steps and the agenda rows that carry them out, each at its hour in the organisation's zone."""
    zone = program.organization.zone
    Step.objects.bulk_create(
        [
            Step(program=program, key=line.key, task=line.task, about=line.about, due_on=line.due_on, hour=line.hour)
            for line in plan
        ],
        ignore_conflicts=True,
    )
    promised: dict[str, list[tuple[int, datetime]]] = {}
    for step in Step.objects.filter(program=program, key__in=[line.key for line in plan]):
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
    step.save(update_fields=["skipped_at", "skip_reason"])
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
        step.save(update_fields=["skipped_at", "skip_reason"])
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


def _held(step: Step) -> Step:
    """The step as it is now, which nobody else changes or carries out before the commit.

    Raises WrongState when it is done, or the programme closed.
    """
    agenda.hold(task=step.task, row_id=step.pk)
    held: Step = Step.objects.select_for_update(of=("self",)).select_related("program__organization").get(pk=step.pk)
    if held.done_at:
        raise WrongState("step_done")
    if held.program.closed_at:
        raise WrongState("stopped")
    return held


def _put(step: Step, to: date) -> None:
    """Write a step's day, and the hour at which the agenda carries it out."""
    promised_on = step.promised_on
    step.due_on, step.moved_from = to, None if to == promised_on else promised_on
    step.save(update_fields=["due_on", "moved_from"])
    agenda.move(task=step.task, row_id=step.pk, due_at=instant(to, step.hour, step.program.organization.zone))


def _keep_order(step: Step, to: date) -> None:
    """A reminder comes after its survey. Raises Refused."""
    others = Step.objects.open().filter(program=step.program, about=step.about)
    if step.task in rules.REMINDED_BY:
        reminder = others.filter(task=rules.REMINDED_BY[step.task], due_on__lte=to).first()
        if reminder:
            raise Refused("before_survey", day=reminder.due_on)
    elif step.task in rules.REMINDED_BY.values():
        survey = others.filter(task=rules.OPEN_WAVE, due_on__gte=to).first()
        if survey:
            raise Refused("after_survey", day=survey.due_on)
