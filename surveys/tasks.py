"""When the calendar asks."""

from __future__ import annotations

from datetime import datetime

from adoption.programs import rules as programs
from adoption.programs.models import Step
from adoption.programs.tasks import calendar_step
from surveys import actions
from surveys.rules import WaveKind


@calendar_step(programs.OPEN_WAVE)
def open_wave(step: Step, *, at: datetime) -> None:
    """Ask everybody."""
    actions.open_wave(program=step.program, kind=WaveKind(step.about), at=at)


@calendar_step(programs.REMIND_WAVE)
def remind_wave(step: Step, *, at: datetime) -> None:
    """Remind those who have not answered."""
    actions.remind_wave(program=step.program, kind=WaveKind(step.about), at=at)
