"""Where a programme is worth starting: what a role needs for a workflow, what it can, and what there is to gain."""

from __future__ import annotations

LEVEL_TOP = 4  # cannot, with help, alone, reliably, can teach
# Hours a week at which the upside grows: from one, and above three and six.
_HOURS = (1, 3, 6)


def gap(need: int, current: int) -> int:
    """How far a skill falls short of the need, 0 to 4. More than is needed is no gap. Raises ValueError beyond 0 to 4."""
    if not (0 <= need <= LEVEL_TOP and 0 <= current <= LEVEL_TOP):
        raise ValueError(f"Levels are 0 to {LEVEL_TOP}, not {need} and {current}.")
    return max(0, need - current)


def upside(hours_a_week: float, *, data_allowed: bool) -> int:
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


def priority(*, need: int, current: int, hours_a_week: float, data_allowed: bool, suitable: bool) -> int:
    """Gap times upside, 0 to 16; 0 for a role without a suitable workflow. Raises ValueError as they do."""
    found = gap(need, current) * upside(hours_a_week, data_allowed=data_allowed)
    return found if suitable else 0
