"""When weeks are asked about and decided, and when a checkpoint freezes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from adoption.programs import rules as programs
from adoption.programs.models import Step
from adoption.programs.rules import Checkpoint
from adoption.programs.tasks import calendar_step
from adoption.tenancy.tasks import promised
from metrics.actions import attention, snapshots, weeks
from metrics.models import DirtyWeek

# A standing sweep that found nothing looks again after a day; whatever changes a fact wakes it.
SLEEPS = timedelta(days=1)


@calendar_step(programs.ASK_WEEK)
def ask_week(step: Step, *, at: datetime) -> None:
    """Ask about the week that has just ended."""
    weeks.ask_week(program=step.program, week=date.fromisoformat(step.about), at=at)


@calendar_step(programs.LOOK_AFTER)
def look_after(step: Step, *, at: datetime) -> None:
    """See who needs a hand."""
    attention.look_after(program=step.program, at=at)


@calendar_step(programs.FREEZE)
def freeze(step: Step, *, at: datetime) -> None:
    """Freeze a checkpoint, with everything decided that is known."""
    while weeks.drain(at=at):
        pass
    snapshots.freeze(program=step.program, checkpoint=Checkpoint(step.about), at=at)


@promised(weeks.DRAIN)
def drain(row_id: int, *, at: datetime) -> datetime:
    """Decide what has changed; come back at once while there is more."""
    weeks.drain(at=at)
    return at if DirtyWeek.objects.exists() else at + SLEEPS
