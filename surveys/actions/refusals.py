"""Why an act of the asking floor is refused, by name. Forms have the words."""

from __future__ import annotations

from datetime import date, datetime

from surveys.models import NominationWave, SkillsWave
from surveys.rules import REMIND_AGAIN_AFTER


class WaveClosed(ValueError):
    """The survey takes no more answers."""


class Refused(ValueError):
    """It cannot be done now. `code` says why; `facts` are the days its words name."""

    def __init__(self, code: str, **facts: date | datetime) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def refuse_second_reminder(wave: NominationWave | SkillsWave, *, is_over: bool, at: datetime) -> None:
    """Where everybody is asked once, there is one reminder: while it takes answers, and not at once. Raises Refused."""
    if is_over or at >= wave.closes_at:
        raise Refused("not_open")
    if wave.reminded_at:
        raise Refused("nominations_reminded")
    if at < wave.opened_at + REMIND_AGAIN_AFTER:
        raise Refused("reminded_lately", day=wave.opened_at + REMIND_AGAIN_AFTER)
