"""Whether use lasts, and what it is worth: spells of use, quality beside time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from .adoption import DEVELOPING_FROM, GENUINE_FROM, LEAST_FOR_INTERVAL
from .weeks import Week, WeekState

LAPSE_WEEKS = 2  # in a row, to begin a spell and to end it
LONG_SILENCE = 4  # weeks in a row without an answer: nothing is known after them
QUALITY_MARGIN = -0.25  # on the scale of 1 to 5: as much as quality may fall and still be called maintained


@dataclass(frozen=True)
class Spell:
    """How many weeks somebody's own use lasted, and whether it ended or only our knowledge of it did."""

    weeks: int
    lapsed: bool


def spell(weeks: Sequence[Week]) -> Spell | None:
    """One person's weeks as a duration for `survival`. They end where somebody left, or at the cutoff.

    It begins with the first of two weeks in a row with three unprompted uses or more each, and ends with the first of
    two known weeks in a row below one. Leave stops the clock. It is censored at the last week, or at the last known week
    before four silent ones. None for somebody who never began.
    """
    asked = [week for week in weeks if week.state is not WeekState.NOT_EXPECTED]
    used = [None if week.state is WeekState.MISSING else week.unprompted or 0 for week in asked]
    begin = _first(used, lambda count: count is not None and count >= GENUINE_FROM, LAPSE_WEEKS)
    if begin is None:
        return None
    since = used[begin:]
    lapse = _first(since, lambda count: count is not None and count < DEVELOPING_FROM, LAPSE_WEEKS)
    silence = _first(since, lambda count: count is None, LONG_SILENCE)
    if lapse is not None and (silence is None or lapse < silence):
        return Spell(lapse, lapsed=True)
    if silence is not None:
        return Spell(silence - 1, lapsed=False)
    return Spell(len(since) - 1, lapsed=False)


def _first(counts: Sequence[int | None], wanted: Callable[[int | None], bool], in_a_row: int) -> int | None:
    """Where so many wanted ones in a row begin."""
    starts = range(len(counts) - in_a_row + 1)
    return next((start for start in starts if all(map(wanted, counts[start : start + in_a_row]))), None)


class Quality(StrEnum):
    """What may be said of quality beside time saved."""

    NOT_MEASURED = "not_measured"
    NOT_SHOWN = "not_shown"
    MAINTAINED = "maintained"


def quality_of(low: float | None, pairs: int) -> Quality:
    """Whether quality is shown to be maintained, from the lower end of the 95 % interval of its paired change."""
    if not pairs:
        return Quality.NOT_MEASURED
    shown = low is not None and pairs >= LEAST_FOR_INTERVAL and low >= QUALITY_MARGIN
    return Quality.MAINTAINED if shown else Quality.NOT_SHOWN


@dataclass(frozen=True)
class Rated:
    """One stakeholder's score, 1 to 5, of one output of a person, made before the launch or after it."""

    person: Hashable
    output: Hashable
    before: bool
    score: float


def quality_pairs(rated: Iterable[Rated]) -> tuple[list[float], list[float]]:
    """Scores before and after, one pair a person who has both: averaged within each output, then within the person.

    Somebody whose work was rated five times counts as much as somebody whose was rated once.
    """
    outputs: dict[tuple[Hashable, bool], dict[Hashable, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in rated:
        outputs[one.person, one.before][one.output].append(one.score)
    means = {
        key: fsum(fsum(scores) / len(scores) for scores in found.values()) / len(found)
        for key, found in outputs.items()
    }
    people = [person for person, before in means if before and (person, False) in means]
    return [means[person, True] for person in people], [means[person, False] for person in people]
