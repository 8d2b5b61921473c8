"""What a use is, and what a person's week says: decided from every source, never summed over two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

MOST_A_WEEK = 6  # the key "6+", stored as 6
MOST_BESIDE = 3  # the key "3+" of what is asked beside it, stored as 3
USE_ENDS_AFTER = timedelta(minutes=30)  # of inactivity, where a log does not say which task it was
# Silent for so many asked weeks in a row, each with so many days in which an answer could have come.
SILENT_WEEKS = 2
HEARD_AFTER = timedelta(days=2)


class WeekState(StrEnum):
    """What is known of one person's week."""

    POSITIVE = "positive"
    ZERO = "zero"
    MISSING = "missing"
    NOT_EXPECTED = "not_expected"


class Source(StrEnum):
    """Where a week's count comes from."""

    SELF = "self"
    VENDOR = "vendor"
    CHAMPION = "champion"
    NONE = ""


class Via(StrEnum):
    """How somebody told us of their week."""

    LINK = "link"
    PAGE = "page"
    API = "api"
    BULK = "bulk"


@dataclass(frozen=True)
class SelfReport:
    """What somebody said of their week: uses on the target workflow, and how many without being asked.

    `occurrences` is how often the work came up at all, where that was asked.
    """

    total: int
    unprompted: int
    occurrences: int | None = None


@dataclass(frozen=True)
class Vendor:
    """What a tool's export says of somebody's week. `complete` if it counts events, covers all tools and is mapped."""

    count: int
    complete: bool
    # The count is no mere lower bound, so that it can be held against a self-report.
    exact: bool = True
    # Inactive in every period that touches the week, with all the person's tools covered.
    idle_and_covered: bool = False


@dataclass(frozen=True)
class WeekFacts:
    """Everything known of one person's week on one workflow."""

    expected: bool = True
    self_report: SelfReport | None = None
    vendor: Vendor | None = None
    champion_count: int | None = None
    session_linked: int = 0


@dataclass(frozen=True)
class Week:
    """A week, decided. Counts are None where nothing is known: missing is not zero."""

    state: WeekState
    total: int | None = None
    prompted: int | None = None
    unprompted: int | None = None
    source: Source = Source.NONE
    discrepant: bool = False
    inferred: bool = False
    # How often the work came up: only the person knows, so None where they did not say.
    occurrences: int | None = None


def decide_week(facts: WeekFacts) -> Week:
    """Decide one week by the precedence of sources; never a sum of two.

    A complete vendor source leads over the self-report. Any other source can only turn a silent week into zero, when
    the person was inactive throughout with all tools covered, or flag a discrepancy; it never lowers a self-report.
    A champion's count stands where nothing else does.
    """
    if not facts.expected:
        return Week(WeekState.NOT_EXPECTED)
    said, vendor = facts.self_report, facts.vendor
    comparable = vendor is not None and (vendor.exact or vendor.idle_and_covered)
    discrepant = bool(said and vendor and comparable and is_discrepant(said.total, vendor.count))
    prompted_said = said.total - said.unprompted if said else 0
    if vendor and vendor.complete:
        led = _counted(vendor.count, max(facts.session_linked, prompted_said), Source.VENDOR, discrepant, said is None)
        return _came_up(led, said)
    if said:
        told = _counted(said.total, max(facts.session_linked, prompted_said), Source.SELF, discrepant)
        return _came_up(told, said)
    if vendor and vendor.idle_and_covered:
        return Week(WeekState.ZERO, 0, 0, 0, Source.VENDOR)
    if facts.champion_count is not None:
        return _counted(facts.champion_count, facts.session_linked, Source.CHAMPION, False)
    return Week(WeekState.MISSING)


def _came_up(week: Week, said: SelfReport | None) -> Week:
    """The same with how often the work came up: as often as somebody said, and wherever it was done with AI."""
    if said is None or said.occurrences is None:
        return week
    return replace(week, occurrences=max(said.occurrences, week.total or 0))


def _counted(total: int, prompted: int, source: Source, discrepant: bool, inferred: bool = False) -> Week:
    prompted = min(prompted, total)
    state = WeekState.POSITIVE if total else WeekState.ZERO
    return Week(state, total, prompted, total - prompted, source, discrepant, inferred and total > 0)


def is_discrepant(said: int, counted: int) -> bool:
    """Whether two sources differ by more than two and more than half the larger."""
    return abs(said - counted) > max(2, max(said, counted) / 2)


def iso_week(day: date) -> str:
    """'2026-W53': the ISO week of a local day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


class Activity(StrEnum):
    """What an event in a tool's log was. Only work is a use."""

    WORK = "work"
    EXERCISE = "exercise"
    LOGIN = "login"


@dataclass(frozen=True)
class Event:
    """One line of a tool's log. `task` is empty where the tool does not know it."""

    at: datetime
    task: str = ""
    activity: Activity = Activity.WORK


def count_uses(events: Iterable[Event]) -> int:
    """How many uses one person's events are: one task is one, however many prompts it took.

    Events without a task belong to one use until nothing happened for more than thirty minutes.
    """
    work = [event for event in events if event.activity is Activity.WORK]
    named = {event.task for event in work if event.task}
    unnamed = sorted(event.at for event in work if not event.task)
    breaks = sum(later - earlier > USE_ENDS_AFTER for earlier, later in pairwise(unnamed))
    return len(named) + bool(unnamed) + breaks
