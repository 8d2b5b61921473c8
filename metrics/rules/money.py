"""What a programme costs and what comes of it, by the customer's own figures: with ranges, and never closer than they are.

Ranges are added and multiplied end by end, which holds whatever lies between the ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

MOST_MONEY = Decimal(1_000_000_000)
# An hour of anybody's.
MOST_AN_HOUR = Decimal(100_000)
WHAT_LENGTH = 200
CHECK_WEEKS = 2  # a champion's answer about their time is about so many weeks
MINUTES = 60


class Line(StrEnum):
    """What is told of money, in its order."""

    CHAMPION_HOURS = "champion_hours"
    CHAMPION_TIME = "champion_time"
    LICENCES = "licences"
    OTHER = "other"
    TOTAL = "total"
    ADOPTERS = "adopters"
    PER_ADOPTER = "cost_per_adopter"
    HOURS = "hours_a_week"
    VALUE = "value_a_week"
    PAYBACK = "weeks_to_pay_back"


@dataclass(frozen=True)
class Range:
    """From where to where something lies. `high` is None where nothing bounds it."""

    low: Decimal
    high: Decimal | None

    def __add__(self, other: Range) -> Range:
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(self.low + other.low, high)

    def times(self, other: Range) -> Range:
        """Every product of one of each. Either may lie below zero where both are bounded."""
        if self.high is None or other.high is None:
            assert min(self.low, other.low) >= 0
            return Range(self.low * other.low, None)
        ends = [one * another for one in (self.low, self.high) for another in (other.low, other.high)]
        return Range(min(ends), max(ends))

    def over(self, least: Decimal, most: Decimal) -> Range:
        """Each of this, which is not below zero, shared by any number from `least` to `most`; unbounded where that may be none."""
        assert most > 0
        high = None if self.high is None or least <= 0 else self.high / least
        return Range(self.low / most, high)

    def outwards(self) -> tuple[int, int | None]:
        """Whole numbers around it: what is rounded is never closer than what it was rounded from."""
        low = int(self.low.to_integral_value(ROUND_FLOOR))
        return low, None if self.high is None else int(self.high.to_integral_value(ROUND_CEILING))


def total(ranges: Iterable[Range]) -> Range:
    """All of them together."""
    return sum(ranges, Range(Decimal(0), Decimal(0)))


def kept_hours(*, weeks: int, answers: Iterable[Decimal], agreed: Decimal | None) -> Range:
    """Hours of one champion in so many weeks, from what they said of every second one.

    Of weeks of which nobody said anything: from none to what was agreed; where nothing was agreed nothing bounds them.
    """
    said = list(answers)
    known = min(weeks, CHECK_WEEKS * len(said))
    hours = sum(said, Decimal(0)) * known / len(said) if said else Decimal(0)
    silent = weeks - known
    if not silent:
        return Range(hours, hours)
    return Range(hours, None if agreed is None else hours + silent * agreed)
