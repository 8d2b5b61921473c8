"""How small a difference a design could tell from nothing. No scipy: pages ask for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

LEVEL = 0.95
POWER = 0.8  # a difference of that size is found four times in five
# The share that works differently without any programme, assumed where nobody has looked: no share below one half is told
# from another more easily than a smaller one, so that a small one would flatter.
USUAL_SHARE = 0.2
# A comparison is made from so many on, as in the measurement.
LEAST_PODS = 3
LEAST_IN_PODS = LEAST_COMPARED = 20
# From so many points on it is pointed out that only a very large difference would show.
MANY_POINTS = 40


@dataclass(frozen=True)
class Clusters:
    """So many pods or teams, each of so many people; where sizes differ, that is the mean size."""

    number: int
    size: float
    # The mean size weighted by size, which is what unequal clusters cost; None where all are of one size.
    weighted: float | None = None

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Clusters:
        """Clusters as they are."""
        people = sum(sizes)
        if not people:
            return cls(0, 0)
        return cls(len(sizes), people / len(sizes), sum(size * size for size in sizes) / people)

    @property
    def people(self) -> int:
        return round(self.number * self.size)

    def counts_as(self, icc: float) -> float:
        """As how many people who do not resemble one another they count."""
        return self.people / design_effect(self.weighted or self.size, icc)


def design_effect(size: float, icc: float) -> float:
    """By how much people who resemble one another in a cluster count for less (Kish 1965)."""
    return 1 + (size - 1) * icc


def t_quantile(p: float, df: float) -> float:
    """Student's quantile by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5): to 0.01 from 4 on."""
    z = NormalDist().inv_cdf(p)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / df**power for power, term in enumerate(terms, 1))


def least_effect(first: float, second: float, *, df: float | None, level: float, power: float) -> float:
    """The smallest difference of two arcsines (Cohen's h) that so many people in each group tell; `df` None is normal."""
    tail = 1 - (1 - level) / 2
    quantile = NormalDist().inv_cdf if df is None else partial(t_quantile, df=df)
    critical = quantile(tail) + quantile(power)
    return critical * math.sqrt(1 / first + 1 / second)


def least_difference(
    pods: Clusters,
    teams: Clusters,
    *,
    icc: float,
    share: float = USUAL_SHARE,
    level: float = LEVEL,
    power: float = POWER,
) -> float | None:
    """The smallest difference of shares, 0 to 1, that pods and teams tell from nothing, as the evidence compares them.

    Each arm counts as its people over the design effect, and Student's t has as many degrees of freedom as there are
    clusters beyond the two arms. `share` is what the comparison group would show. None where no comparison would be made,
    or where not even everybody would be enough.
    """
    if pods.number < LEAST_PODS or pods.people < LEAST_IN_PODS or teams.people < LEAST_COMPARED or teams.number < 1:
        return None
    if not (0 <= share < 1 and 0 <= icc <= 1):
        raise ValueError("A share is from 0 to below 1, and an ICC from 0 to 1.")
    effect = least_effect(
        pods.counts_as(icc),
        teams.counts_as(icc),
        df=pods.number + teams.number - 2,
        level=level,
        power=power,
    )
    angle = math.asin(math.sqrt(share)) + effect / 2
    return math.sin(angle) ** 2 - share if angle < math.pi / 2 else None
