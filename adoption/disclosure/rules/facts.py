"""What the gate is told: one metric, one window, people counted by arm, department and pod."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a figure is formed from its contributors."""

    PROPORTION = "proportion"
    MEAN = "mean"
    MEDIAN = "median"


class ImpossibleFacts(ValueError):
    """The counts contradict each other (more positive than observed, and the like)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The scale of one contributor's value.

    PROPORTION: 0 or 1. MEAN: whole steps from `low` to `high` (a 1-5 answer), or unbounded with `high=None`
    (minutes). MEDIAN: always treated as unbounded. Values are integers in the unit of the metric.
    """

    kind: Kind = Kind.PROPORTION
    low: int = 0
    high: int | None = 1

    def __post_init__(self) -> None:
        if self.kind is Kind.PROPORTION and (self.low, self.high) != (0, 1):
            raise ImpossibleFacts("a proportion counts 0 or 1")
        if self.high is not None and self.high <= self.low:
            raise ImpossibleFacts("a scale needs at least two steps")

    @property
    def steps(self) -> int | None:
        """Steps between the ends of the scale, None when it has none."""
        return None if self.kind is Kind.MEDIAN or self.high is None else self.high - self.low


@dataclass(frozen=True, slots=True)
class Block:
    """People of one arm who share department and pod. Never published: margins are.

    `eligible` N and `observed` n are people; `total` is the sum of the contributors' values (for a proportion
    the positives x). `values` are needed for a median only. `pod` is "" where the arm has none.
    """

    arm: str
    department: str
    pod: str
    eligible: int
    observed: int
    total: int = 0
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything measured for one metric in one window. Blocks are unique on (arm, department, pod)."""

    metric: str
    window: str
    blocks: tuple[Block, ...]
    measure: Measure = Measure()
    version: int = 1

    def __post_init__(self) -> None:
        seen = {(block.arm, block.department, block.pod) for block in self.blocks}
        if len(seen) != len(self.blocks):
            raise ImpossibleFacts("two blocks describe the same people")
        steps = self.measure.steps
        for block in self.blocks:
            if not 0 <= block.observed <= block.eligible:
                raise ImpossibleFacts("observed people must be among the eligible")
            low = block.observed * self.measure.low
            if steps is not None and not low <= block.total <= low + block.observed * steps:
                raise ImpossibleFacts("a total lies outside its scale")
            if self.measure.kind is Kind.MEDIAN and len(block.values) != block.observed:
                raise ImpossibleFacts("a median needs one value for each person observed")


@dataclass(frozen=True, slots=True)
class Movement:
    """People of one block who differ from an earlier release of the same metric and window.

    `joined`: counted now, not then. `left`: counted then, not now. `changed`: counted in both with another
    value. A person who moved between blocks has left one and joined the other.
    """

    arm: str
    department: str
    pod: str
    joined: int = 0
    left: int = 0
    changed: int = 0

    def __post_init__(self) -> None:
        if min(self.joined, self.left, self.changed) < 0:
            raise ImpossibleFacts("a movement counts people")

    @property
    def people(self) -> int:
        return self.joined + self.left + self.changed
