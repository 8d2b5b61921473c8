"""The weekly look at the log: how long it takes, and how long it would take if more people logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

PLANNED_MINUTES = 20
LONGEST_REVIEW = 480  # minutes
NOTE_LENGTH = 200
RECENT_REVIEWS = 12  # what the estimate is made from: how people work now, not how they began


@dataclass(frozen=True)
class Looked:
    """One look that somebody timed: minutes, and how many lines there were."""

    minutes: int
    lines: int


@dataclass(frozen=True)
class Load:
    """Minutes a week for so many lines. `low` and `high` are by the quickest and the slowest look; None from one alone."""

    lines: int
    minutes: int
    low: int | None
    high: int | None

    @property
    def is_beyond_plan(self) -> bool:
        return self.minutes > PLANNED_MINUTES


@dataclass(frozen=True)
class Pace:
    """How fast weeks are looked through, from so many looks."""

    looks: int
    minutes: int
    lines: int
    quickest: Fraction
    slowest: Fraction

    def load(self, lines: int) -> Load:
        """What so many lines would take: in proportion to all minutes over all lines, halves up."""
        minutes = floor(Fraction(self.minutes * lines, self.lines) + Fraction(1, 2))
        if self.looks == 1:
            return Load(lines, minutes, None, None)
        return Load(lines, minutes, floor(self.quickest * lines), ceil(self.slowest * lines))


def pace(looks: Iterable[Looked]) -> Pace | None:
    """The pace of these looks: summed minutes over summed lines, never a mean of ratios. None where nothing was there to time."""
    timed = [look for look in looks if look.lines]
    if not timed:
        return None
    each = [Fraction(look.minutes, look.lines) for look in timed]
    return Pace(
        len(timed), sum(look.minutes for look in timed), sum(look.lines for look in timed), min(each), max(each)
    )
