"""Days on which an organisation, or one of its places, is closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

# Longer is no holiday: somebody mistyped a year.
MOST_CLOSED_DAYS = 92
WORKING_DAYS = 5

Span = tuple[date, date]


def first_open_to_change(today: date) -> date:
    """The Monday of this week: nobody has been asked about it yet. What lies before it is counted, and stands."""
    return today - timedelta(days=today.weekday())


def days_of(spans: Iterable[Span]) -> frozenset[date]:
    """Every day of some spans, both ends included."""
    return frozenset(
        begins + timedelta(days=number) for begins, ends in spans for number in range((ends - begins).days + 1)
    )


def is_shut(monday: date, closed: frozenset[date]) -> bool:
    """Whether every working day of a week is closed."""
    return all(monday + timedelta(days=number) in closed for number in range(WORKING_DAYS))
