"""How much time a champion is owed, and when an agreement about it stands."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum

# Percent of the contracted hours in the active phase.
LEAST_SHARE, MOST_SHARE = 10, 15
WORK_LENGTH = 500
REASON_LENGTH = 200
BUDGET_LENGTH = 200
MOST_HOURS = 60
# From so many days before its end on an agreement wants to be renewed.
RENEW_WITHIN = timedelta(days=14)
# What stands at the start lasts so long, or as long as the programme: a day of it would be no time that was given.
LEAST_LASTS = timedelta(weeks=4)


class Side(StrEnum):
    """The two who agree."""

    CHAMPION = "champion"
    MANAGER = "manager"

    @property
    def other(self) -> Side:
        return Side.MANAGER if self is Side.CHAMPION else Side.CHAMPION


def lasts_until(first: date, last: date) -> date:
    """To which day at least an agreement reaches that is ready for a programme of these days, seen on its first."""
    return min(first + LEAST_LASTS - timedelta(days=1), last)


def owed(contracted: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most hours a week of the active phase, in quarters of an hour that lie within 10 and 15 %."""
    quarter = Decimal("0.25")
    least = (contracted * LEAST_SHARE / 100 / quarter).to_integral_value(ROUND_CEILING) * quarter
    most = (contracted * MOST_SHARE / 100 / quarter).to_integral_value(ROUND_FLOOR) * quarter
    return least, max(least, most)


def plain(hours: Decimal) -> str:
    """Hours as one writes them: 40, 4.5. `normalize` alone turns 40 into 4E+1."""
    return f"{hours.normalize():f}"


def is_outside(hours: Decimal, contracted: Decimal) -> bool:
    """Whether hours a week lie outside 10 to 15 % of the contracted ones: then a reason is wanted."""
    return not contracted * LEAST_SHARE <= hours * 100 <= contracted * MOST_SHARE


def share(hours: Decimal, contracted: Decimal) -> int:
    """Whole percent of the contracted hours, halves up."""
    return int((hours * 100 / contracted).quantize(Decimal(1), ROUND_HALF_UP))
