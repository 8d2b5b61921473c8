"""The frame: contestants take turns, and only ratios between them count.

A shared machine drifts by more than what is to be measured. So each round gives every contestant a slice of time, one
after the other, with the floor at both ends; what counts is the ratio within the round. A round whose floor drifted
more than twofold is void. Of the rounds that count, the median is published, with the least and the greatest.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

FLOOR = "floor"
ROUNDS = 7
SLICE_SECONDS = 0.5
MOST_DRIFT = 2.0
# A round that was void is run again, but a machine this restless is not waited for.
MOST_VOID = 5

Clock = Callable[[], float]


@dataclass(frozen=True)
class Contestant:
    """Something that is timed: `call` does one unit of work.

    `prepare` runs before each slice, `before` before each call. Neither is timed, but both use up the slice.
    """

    call: Callable[[], Any]
    prepare: Callable[[], Any] = lambda: None
    before: Callable[[], Any] = lambda: None


@dataclass(frozen=True)
class Ratio:
    """How many times as long as another contestant, over the rounds that count."""

    median: float
    least: float
    greatest: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.greatest:.2f})"


@dataclass(frozen=True)
class Round:
    """Seconds per call of each contestant in one round, and by how much the floor drifted."""

    seconds: Mapping[str, float]
    drift: float


@dataclass(frozen=True)
class Measured:
    """The rounds that count, and how many did not."""

    rounds: tuple[Round, ...]
    void: int

    def seconds(self, name: str) -> float:
        """The median seconds per call."""
        return median(one.seconds[name] for one in self.rounds)

    def ratio(self, name: str, to: str = FLOOR) -> Ratio:
        """Round by round: how many times as long `name` took as `to`."""
        found = [one.seconds[name] / one.seconds[to] for one in self.rounds]
        return Ratio(median(found), min(found), max(found))


@dataclass(frozen=True)
class Line:
    """One figure beside its goal. `met` is None where there is no goal."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Report:
    """What a workload found out: lines for people, and everything measured for machines."""

    number: int
    title: str
    size: str
    lines: tuple[Line, ...]
    measured: Measured | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def missed(self) -> list[Line]:
        """The lines whose goal was not met."""
        return [line for line in self.lines if line.met is False]

    def as_json(self) -> dict[str, Any]:
        """For `bench/results/`."""
        return asdict(self)


def compare(
    contestants: Mapping[str, Contestant],
    *,
    rounds: int = ROUNDS,
    slice_seconds: float = SLICE_SECONDS,
    clock: Clock = time.perf_counter,
) -> Measured:
    """Let the contestants take turns. One of them is called "floor".

    Raises TooRestless when too many rounds were void.
    """
    # As the product's own processes do once they are loaded: the people of a workload are not what is measured.
    gc.freeze()
    others = [name for name in contestants if name != FLOOR]
    kept: list[Round] = []
    void = 0
    for turn in _turns(others):
        first = _slice(contestants[FLOOR], slice_seconds / 2, clock)
        seconds = {name: _slice(contestants[name], slice_seconds, clock) for name in turn}
        last = _slice(contestants[FLOOR], slice_seconds / 2, clock)
        drift = max(first, last) / min(first, last)
        if drift > MOST_DRIFT:
            void += 1
            if void > MOST_VOID:
                raise TooRestless(f"{void} rounds were void: the floor drifted more than {MOST_DRIFT:g} times")
            continue
        kept.append(Round({FLOOR: (first + last) / 2, **seconds}, drift))
        if len(kept) == rounds:
            return Measured(tuple(kept), void)
    raise AssertionError("turns never end")


class TooRestless(RuntimeError):
    """The machine drifts too much for a figure to mean anything."""


def _turns(names: list[str]) -> Iterator[list[str]]:
    """The order within each round: everybody comes first in turn, so that nobody always runs on a warm cache."""
    turn = 0
    while True:
        at = turn % max(len(names), 1)
        yield names[at:] + names[:at]
        turn += 1


def _slice(contestant: Contestant, seconds: float, clock: Clock) -> float:
    """Median seconds per call over a slice of time; one call at least."""
    contestant.prepare()
    taken: list[float] = []
    begun = clock()
    while not taken or clock() - begun < seconds:
        contestant.before()
        start = clock()
        contestant.call()
        taken.append(clock() - start)
    return median(taken)
