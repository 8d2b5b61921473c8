"""When a role's context pack is good enough to begin with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

ELEMENT_LENGTH = 120
PLACE_LENGTH = 300
TASK_LENGTH = 200
NOTE_LENGTH = 500
# Every role's pack is begun with these; a lead may add to them and take away.
USUAL = ("examples", "readers", "words", "rules", "data")
MOST_ELEMENTS = 20
# What was true of the work half a year ago may not be any more.
STALE_AFTER = timedelta(days=180)


class Verdict(StrEnum):
    """How one real task came out with the pack loaded."""

    # Fit for this role's work: what is missing from now on is practice.
    GOOD = "good"
    # It could have been anybody's: no training mends it, the pack does.
    GENERIC = "generic"


class Fitness(StrEnum):
    """Where a pack is."""

    INCOMPLETE = "incomplete"
    UNTESTED = "untested"
    # Its last test was generic: a foundation question.
    FOUNDATION = "foundation"
    READY = "ready"


def fitness(complete: Collection[bool], verdict: Verdict | None) -> Fitness:
    """Where a pack is, given which of its elements are complete and how its last test came out.

    A generic test comes first: the foundation is mended before anything else.
    """
    if verdict is Verdict.GENERIC:
        return Fitness.FOUNDATION
    if not complete or not all(complete):
        return Fitness.INCOMPLETE
    return Fitness.READY if verdict is Verdict.GOOD else Fitness.UNTESTED


def is_out_of_date(checked_on: date | None, on: date) -> bool:
    """Whether nobody has looked through a pack for so long that it may not be true any more."""
    return checked_on is not None and on > checked_on + STALE_AFTER
