"""Days on which an organisation, or one of its places, is closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# Longer is no holiday: somebody mistyped a year.
MOST_CLOSED_DAYS = 92
WORKING_DAYS = 5

# Public holidays are offered for a year, and taken over for two at most: further on many are only reckoned, not proclaimed.
DAYS_OFFERED = 365
MOST_DAYS_AHEAD = 731

Span = tuple[date, date]


@dataclass(frozen=True)
class Closing:
    """Days that are to be noted as closed, both ends included: everywhere, or at one place of the directory."""

    name: str
    starts_on: date
    ends_on: date
    location: str = ""


def first_open_to_change(today: date) -> date:
    """The Monday of this week: nobody has been asked about it yet. What lies before it is counted, and stands."""
    return today - timedelta(days=today.weekday())


def refused_span(starts_on: date, ends_on: date, *, first: date) -> tuple[str, str] | None:
    """Why public holidays of a span are not offered: which of its ends is wrong, and how. `first` is the first day open to change."""
    if starts_on < first:
        return "starts_on", "counted"
    if ends_on < starts_on:
        return "ends_on", "ends_before_start"
    if (ends_on - first).days >= MOST_DAYS_AHEAD:
        return "ends_on", "too_far"
    return None


def days_of(spans: Iterable[Span]) -> frozenset[date]:
    """Every day of some spans, both ends included."""
    return frozenset(
        begins + timedelta(days=number) for begins, ends in spans for number in range((ends - begins).days + 1)
    )


def is_shut(monday: date, closed: frozenset[date]) -> bool:
    """Whether every working day of a week is closed."""
    return all(monday + timedelta(days=number) in closed for number in range(WORKING_DAYS))


def is_working_day(day: date) -> bool:
    """Whether it is one of Monday to Friday."""
    return day.weekday() < WORKING_DAYS
