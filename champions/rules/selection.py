"""How a shortlist of champions is made from what colleagues said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from itertools import zip_longest

from adoption.tenancy.rules import Registry

# A standing network has one champion to so many people, so a programme wants as many to choose from.
PEOPLE_TO_A_CANDIDATE = 15
# From so many distinct colleagues on somebody is sought out by several, and by many.
SEVERAL, MANY = 3, 6
OFFER_LASTS = timedelta(days=14)

# signs_x(*, people, at) -> set[int]: ids of those of some people of whom other systems know that they use AI unasked.
SIGNS = Registry("sign of experimenting")


class Tries(StrEnum):
    """How it is known that somebody experiments with AI unasked."""

    SAYS_SO = "says_so"
    SEEN = "seen"
    BOTH = "both"


class Sought(StrEnum):
    """How much somebody is sought out, in words: an exact number would make a contest of it."""

    SOME = "some"
    SEVERAL = "several"
    MANY = "many"


def tries(*, says_so: bool, seen: bool) -> Tries | None:
    """What is known of somebody's experimenting; None where nothing is."""
    if says_so and seen:
        return Tries.BOTH
    if says_so or seen:
        return Tries.SAYS_SO if says_so else Tries.SEEN
    return None


def sought(nominators: int) -> Sought:
    """The band of a number of distinct nominators outside the reporting line."""
    if nominators >= MANY:
        return Sought.MANY
    return Sought.SEVERAL if nominators >= SEVERAL else Sought.SOME


def candidates_wanted(people: int) -> int:
    """How many candidates so many people want: below it an exploratory programme comes first."""
    return max(1, -(-people // PEOPLE_TO_A_CANDIDATE))


def spread(candidates: Iterable[tuple[str, int]], most: int) -> list[int]:
    """Whom to ask first, from (department, person) pairs, the most sought out of each department first.

    One of each department in turn, so that no department has all of them.
    """
    waiting: dict[str, list[int]] = defaultdict(list)
    for department, person in candidates:
        waiting[department].append(person)
    turns = zip_longest(*waiting.values())
    return [person for turn in turns for person in turn if person is not None][:most]
