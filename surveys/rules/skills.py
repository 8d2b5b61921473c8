"""Where a programme is worth starting: what a role needs for a workflow, what it can, and what there is to gain."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

LEVEL_TOP = 4  # cannot, with help, alone, reliably, can teach
# Hours a week at which the upside grows: from one, and above three and six.
_HOURS = (1, 3, 6)
WHY_LENGTH = 200

# A figure can be a whole level, or between two where it is a median.
Level = int | Decimal


class Fit(StrEnum):
    """Whether AI has a place in a role's workflow."""

    SUITABLE = "suitable"
    # Nothing of it is worth doing with AI.
    UNSUITABLE = "unsuitable"
    # It may not be done with AI, whatever it would bring.
    RED_LINE = "red_line"


class Hours(StrEnum):
    """Hours a week as people say them."""

    NONE = "none"
    UNDER_ONE = "under_1"
    ONE_TO_THREE = "1_to_3"
    THREE_TO_SIX = "3_to_6"
    OVER_SIX = "over_6"


# What stands for an answer where a median is taken: the middle of its span, in minutes.
MINUTES: dict[Hours, int] = {
    Hours.NONE: 0,
    Hours.UNDER_ONE: 30,
    Hours.ONE_TO_THREE: 120,
    Hours.THREE_TO_SIX: 270,
    Hours.OVER_SIX: 480,
}


def gap(need: Level, current: Level) -> Level:
    """How far a skill falls short of the need, 0 to 4. More than is needed is no gap. Raises ValueError beyond 0 to 4."""
    if not (0 <= need <= LEVEL_TOP and 0 <= current <= LEVEL_TOP):
        raise ValueError(f"Levels are 0 to {LEVEL_TOP}, not {need} and {current}.")
    return max(0, need - current)


def upside(hours_a_week: float | Decimal, *, data_allowed: bool) -> int:
    """What there is to gain, 0 to 4: none, below 1, 1 to 3, up to 6, and above 6 hours a week.

    One less where the data may not enter approved tools, though never below 0. Raises ValueError for negative hours.
    """
    if not hours_a_week >= 0:
        raise ValueError("Hours are not negative.")
    points = 0
    if hours_a_week > 0:
        least, middle, most = _HOURS
        points = 1 + (hours_a_week >= least) + (hours_a_week > middle) + (hours_a_week > most)
    return max(0, points - (not data_allowed))


def priority(
    *, need: Level, current: Level, hours_a_week: float | Decimal, data_allowed: bool, suitable: bool
) -> Level:
    """Gap times upside, 0 to 16; 0 for a role without a suitable workflow. Raises ValueError as they do."""
    found = gap(need, current) * upside(hours_a_week, data_allowed=data_allowed)
    return found if suitable else 0
