"""When weeks are asked about and decided, and when a checkpoint freezes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from adoption.programs import rules as programs
from adoption.programs.actions import skip_step
from adoption.programs.models import Step
from adoption.programs.rules import Checkpoint
from adoption.programs.tasks import calendar_step
from adoption.tenancy.tasks import promised
from metrics.actions import attention, digest, exports, imports, links, snapshots, weeks
from metrics.exports import files
from metrics.models import DirtyWeek
from metrics.queries.asking import may_ask
from metrics.queries.imports import progress_key

# A standing sweep that found nothing looks again after a day; whatever changes a fact wakes it.
SLEEPS = timedelta(days=1)


@calendar_step(programs.ASK_WEEK)
def ask_week(step: Step, *, at: datetime) -> None:
    """Ask about the week that has just ended. Where no answer could come in time any more, after an outage, it is left out."""
    week = date.fromisoformat(step.about)
    if may_ask(program=step.program, week=week, at=at):
        weeks.ask_week(program=step.program, week=week, at=at)
    else:
        skip_step(step=step, reason=_("Nobody could have answered before the week was closed."), by=None, at=at)


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
    if step.about == Checkpoint.S30:
        attention.look_at_target(program=step.program, at=at)


@calendar_step(programs.TELL_EVIDENCE)
def tell_evidence(step: Step, *, at: datetime) -> None:
    """Sum the month up by mail, where something is new; one that is long over is left out."""
    if not digest.tell_month(program=step.program, month=date.fromisoformat(step.about), at=at):
        skip_step(step=step, reason=_("The month was over for too long to sum it up."), by=None, at=at)


@promised(weeks.DRAIN)
def drain(row_id: int, *, at: datetime) -> datetime:
    """Decide what has changed; come back at once while there is more."""
    weeks.drain(at=at)
    return at if DirtyWeek.objects.exists() else at + SLEEPS


@promised(imports.STAGE)
def stage_usage_import(row_id: int, *, at: datetime) -> None:
    """Read a file of usage figures and make its preview."""
    key = progress_key(row_id)
    # The cache, not the database: what a transaction writes nobody sees before its end. A lost figure is only a bar that waits.
    imports.stage_import(file_id=row_id, at=at, progress=lambda lines: cache.set(key, lines, 600))
    cache.delete(key)


@promised(imports.COMMIT)
def commit_usage_import(row_id: int, *, at: datetime) -> None:
    """Make facts of what was previewed."""
    imports.commit_import(file_id=row_id, at=at)


@promised(imports.FORGET)
def forget_usage_import(row_id: int, *, at: datetime) -> datetime | None:
    """Drop a file that was left open; sleeps until that is so."""
    return imports.forget_import(file_id=row_id, at=at)


@promised(exports.MAKE)
def make_export(row_id: int, *, at: datetime) -> None:
    """Make the file somebody asked for."""
    exports.make_export(export_id=row_id, write=files.write, at=at)


@promised(exports.FORGET)
def forget_export(row_id: int, *, at: datetime) -> datetime | None:
    """Throw a file away when its time is over; sleeps until then."""
    return exports.forget_export(export_id=row_id, at=at)


@promised(links.FORGET)
def forget_reader(row_id: int, *, at: datetime) -> datetime | None:
    """Forget whom a link to evidence was sent to, long after its end."""
    return links.forget_reader(link_id=row_id, at=at)
