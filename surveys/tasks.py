"""When the calendar asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from adoption.programs import rules as programs
from adoption.programs.actions import skip_step
from adoption.programs.models import Step
from adoption.programs.tasks import calendar_step
from adoption.tenancy.rules import instant
from adoption.tenancy.tasks import promised
from champions.actions import time
from surveys import actions
from surveys.models import NominationWave, RatingRound, SkillsWave, Wave
from surveys.rules import ANSWERED_WITHIN, CHECK, WaveKind

# A question about a fortnight that comes later than that is about another one.
CHECK_LATEST = timedelta(days=7)


@calendar_step(programs.OPEN_WAVE)
def open_wave(step: Step, *, at: datetime) -> None:
    """Ask everybody. So late that it would be over, after an outage, it is left out instead, and says so."""
    due_at = instant(step.due_on, step.hour, step.program.organization.zone)
    if at < due_at + ANSWERED_WITHIN:
        actions.open_wave(program=step.program, kind=WaveKind(step.about), at=at)
    else:
        skip_step(step=step, reason=_("It could not be sent within three weeks of its day."), by=None, at=at)


@calendar_step(programs.REMIND_WAVE)
def remind_wave(step: Step, *, at: datetime) -> None:
    """Remind those who have not answered."""
    actions.remind_wave(program=step.program, kind=WaveKind(step.about), at=at)


@promised(actions.PUBLISH)
def publish(row_id: int, *, at: datetime) -> datetime | None:
    """Publish what a closed survey brought; one that was reopened is come back to."""
    wave = Wave.objects.filter(pk=row_id).first()
    return actions.publish_wave(wave=wave, at=at) if wave else None


@promised(actions.ATTEND)
def attend_ratings(row_id: int, *, at: datetime) -> datetime | None:
    """Remind raters while their round is open, and forget guests after it."""
    round_ = RatingRound.objects.filter(pk=row_id).first()
    return actions.attend_round(round_=round_, at=at) if round_ else None


@promised(actions.PUBLISH_SKILLS)
def publish_skills(row_id: int, *, at: datetime) -> datetime | None:
    """Publish what people said of their own work once its time is over."""
    wave = SkillsWave.objects.filter(pk=row_id).first()
    return actions.publish_skills(wave=wave, at=at) if wave else None


@promised(actions.COUNT_NOMINATIONS)
def count_nominations(row_id: int, *, at: datetime) -> datetime | None:
    """Count the advice network once its time is over; a wave that was replaced is gone."""
    wave = NominationWave.objects.select_related("program").filter(pk=row_id).first()
    return actions.count_nominations(wave=wave, at=at) if wave else None


@calendar_step(programs.ASK_CHAMPIONS)
def ask_champions(step: Step, *, at: datetime) -> None:
    """Ask every champion about their time, with the words of today's version. After an outage of a week it is left out."""
    if at < instant(step.due_on, step.hour, step.program.organization.zone) + CHECK_LATEST:
        time.ask_time(program=step.program, due_on=step.due_on, version=CHECK.version, at=at)
    else:
        skip_step(step=step, reason=_("It could not be sent within a week of its day."), by=None, at=at)
