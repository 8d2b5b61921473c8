"""Intervals, tests and agreement: pure functions on numbers. The source stands with each; docs/measurement.md says why.

All of them keep four promises. `level` is the interval's confidence, between 0 and 1, 0.95 unless told. Units are those
of what goes in; shares and differences of shares are fractions, not percent. Where no answer exists the field is None
and `reason` says why: never nan, never infinity, never an exception for a legal input. Illegal input (more hits than
trials, sequences of different length, a number that is none) raises ValueError with a sentence.

This room brings scipy with it, so only tasks and operators import it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from operator import index

import numpy as np
from numpy.typing import ArrayLike
from scipy import special  # the distributions themselves: scipy.stats around them takes 45 MB and a second

LEAST_ICC = 0.05  # the clustering assumed even where a few pods happen to show none
LEAST_CLUSTERS = 3  # pods behind an interval: with fewer, one strong pod would decide it
BOOTSTRAPPED_FROM = 10  # clusters: from here on they are resampled, below a t interval stands on their means
RESAMPLES = 9999
_AT_ONCE = 2_000_000  # numbers drawn at a time, so that many values cost time and not memory
_LARGEST = 1e100  # squares of it can still be added up, and of its inverse too


class Reason(StrEnum):
    """Why there is no answer."""

    NO_DATA = "no data"
    TOO_FEW = "too few"
    NO_VARIATION = "no variation"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval.

    With a `reason` the bounds are None, and the estimate too where not even that exists.
    """

    estimate: float | None
    low: float | None
    high: float | None
    reason: Reason | None = None


@dataclass(frozen=True)
class ClusteredInterval(Interval):
    """A difference of two arms with an interval that allows for clustering, and what was allowed for.

    `icc` is what the clusters show, which may be negative; `icc_used` is what was assumed. `design_effect` is the first
    arm's, `control_design_effect` the second's. `first` and `second` are the arms' own shares by the same allowance.
    """

    icc: float | None = None
    icc_used: float | None = None
    design_effect: float | None = None
    control_design_effect: float | None = None
    df: float | None = None
    first: Interval | None = None
    second: Interval | None = None


@dataclass(frozen=True)
class ArmInterval(Interval):
    """A figure of one arm with an interval that allows for its clusters, and what was allowed for.

    Read from this arm alone, so that it tells nothing of the other. `icc` is what its clusters show.
    """

    icc: float | None = None
    design_effect: float | None = None
    df: float | None = None


@dataclass(frozen=True)
class TInterval(Interval):
    """A mean, or a difference of means, with Student's interval; `t` and `p` are of the hypothesis that it is zero."""

    df: float | None = None
    t: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class ChiSquared:
    """A test of the hypothesis that there is no difference."""

    statistic: float | None
    df: int | None
    p: float | None
    reason: Reason | None = None


@dataclass(frozen=True)
class Step:
    """One point of a survival curve. The interval is None where everybody or nobody is left."""

    time: float
    survivors: float
    low: float | None
    high: float | None
    at_risk: int


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve: at each event time the survivors' share with its interval and the number at risk.

    Before the first event everybody survives, so that without events the tuples are empty. `median` is None with the
    reason in `reason`. `followed` are all durations, sorted.
    """

    times: tuple[float, ...]
    survivors: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    standard_errors: tuple[float | None, ...]
    at_risk: tuple[int, ...]
    median: float | None
    reason: Reason | None = None
    followed: tuple[float, ...] = ()

    def at(self, time: float) -> Step:
        """The curve at any time: the step that holds there, and who is still followed."""
        at_risk = sum(duration >= time for duration in self.followed)
        passed = sum(event <= time for event in self.times)
        if not passed:
            return Step(time, 1.0, None, None, at_risk)
        last = passed - 1
        return Step(time, self.survivors[last], self.lows[last], self.highs[last], at_risk)

    def on_grid(self, every: float, least: int) -> tuple[Step, ...]:
        """The curve at 0, `every`, 2 x `every`, ... for as long as `least` people are at risk."""
        if every <= 0 or least < 1:
            raise ValueError("A grid has a positive step, and ends before nobody is left.")
        steps: list[Step] = []
        while (step := self.at(len(steps) * every)).at_risk >= least:
            steps.append(step)
        return tuple(steps)


# --- what is legal ---------------------------------------------------------------------------------------------------


def _whole(count: int) -> int:
    try:
        return index(count)
    except TypeError:
        raise ValueError(f"A count is a whole number, and {count!r} is not.") from None


def _counts(x: int, n: int) -> None:
    if not 0 <= _whole(x) <= _whole(n):
        raise ValueError(f"There cannot be {x} of {n}.")


def _numbers(values: Sequence[float]) -> list[float]:
    numbers = [float(value) for value in values]
    # What is not a number fails every comparison.
    wrong = next((value for value in numbers if not abs(value) <= _LARGEST), None)
    if wrong is not None:
        raise ValueError(f"Values are numbers of ordinary size, and {wrong} is not.")
    return [number if abs(number) >= 1 / _LARGEST else 0.0 for number in numbers]


def _paired(first: Sequence[float], second: Sequence[float]) -> tuple[list[float], list[float]]:
    if len(first) != len(second):
        raise ValueError(f"Pairs have two sides, but there are {len(first)} values and {len(second)}.")
    return _numbers(first), _numbers(second)


def _tail(level: float) -> float:
    """The probability up to an interval's upper end."""
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1, and {level} does not.")
    return (1 + level) / 2


@lru_cache(maxsize=64)
def _z(level: float) -> float:
    return float(special.ndtri(_tail(level)))


@lru_cache(maxsize=256)
def _t(level: float, df: float) -> float:
    return float(special.stdtrit(df, _tail(level)))


def _alike(values: Sequence[float]) -> bool:
    """Whether values differ by no more than what rounding makes of equal ones."""
    return max(values) - min(values) <= 1e-12 * max(abs(value) for value in values)


# --- shares ----------------------------------------------------------------------------------------------------------


def _wilson(p: float, n: float, critical: float) -> tuple[float, float]:
    centre = p + critical**2 / (2 * n)
    spread = critical * math.sqrt(p * (1 - p) / n + critical**2 / (4 * n**2))
    low, high = (centre - spread) / (1 + critical**2 / n), (centre + spread) / (1 + critical**2 / n)
    # Rounding must not push a bound past what a share can be.
    return (0.0 if p == 0 else max(0.0, low)), (1.0 if p == 1 else min(1.0, high))


def _newcombe(p1: float, bounds1: tuple[float, float], p2: float, bounds2: tuple[float, float]) -> Interval:
    (low1, high1), (low2, high2) = bounds1, bounds2
    gap = p1 - p2
    return Interval(
        gap, max(-1.0, gap - math.hypot(p1 - low1, high2 - p2)), min(1.0, gap + math.hypot(high1 - p1, p2 - low2))
    )


def proportion(x: int, n: int, *, level: float = 0.95) -> Interval:
    """A share of x in n, with Wilson's score interval.

    Wilson 1927; method 3 of Newcombe 1998a (Statistics in Medicine 17:857). `NO_DATA` of nobody.
    """
    critical = _z(level)
    _counts(x, n)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    return Interval(x / n, *_wilson(x / n, n, critical))


def difference(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """The first share minus the second, of people who are not clustered, with Newcombe's hybrid score interval.

    Method 10 of Newcombe 1998b (Statistics in Medicine 17:873). `NO_DATA` where either side is empty.
    """
    critical = _z(level)
    _counts(x1, n1)
    _counts(x2, n2)
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    p1, p2 = x1 / n1, x2 / n2
    return _newcombe(p1, _wilson(p1, n1, critical), p2, _wilson(p2, n2, critical))


def paired_difference(both: int, first_only: int, second_only: int, neither: int, *, level: float = 0.95) -> Interval:
    """Share of yes the first time minus the second, of the same people, given how many said which.

    Method 10 of Newcombe 1998c (Statistics in Medicine 17:2635): Wilson's intervals of both shares, joined with the
    correlation phi, which carries a continuity correction where it is positive. `NO_DATA` of nobody.
    """
    critical = _z(level)
    n = both + first_only + second_only + neither
    for count in (both, first_only, second_only, neither):
        _counts(count, n)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    p1, p2 = (both + first_only) / n, (both + second_only) / n
    (low1, high1), (low2, high2) = _wilson(p1, n, critical), _wilson(p2, n, critical)
    margins = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    phi = 0.0
    if margins:
        cross = both * neither - first_only * second_only
        phi = (max(cross - n / 2, 0) if cross > 0 else cross) / math.sqrt(margins)
    gap = p1 - p2

    def side(near1: float, near2: float) -> float:
        return math.sqrt(max(0.0, near1**2 - 2 * phi * near1 * near2 + near2**2))

    return Interval(gap, max(-1.0, gap - side(p1 - low1, high2 - p2)), min(1.0, gap + side(high1 - p1, p2 - low2)))


# --- shares of people in clusters ------------------------------------------------------------------------------------


def _within_icc(arms: Sequence[Sequence[tuple[int, int]]]) -> float:
    """The pooled one-way ANOVA intraclass correlation of yes-no answers within arms; 0 where it cannot be measured."""
    between = within = 0.0
    df_between = df_within = 0
    sizes = 0.0
    for clusters in arms:
        n = sum(size for _, size in clusters)
        mean = sum(x for x, _ in clusters) / n
        between += sum(size * (x / size - mean) ** 2 for x, size in clusters)
        within += sum(x * (1 - x / size) for x, size in clusters)
        df_between += len(clusters) - 1
        df_within += n - len(clusters)
        sizes += n - sum(size**2 for _, size in clusters) / n
    if df_between == 0 or df_within == 0:
        return 0.0
    m0 = sizes / df_between
    ms_between, ms_within = between / df_between, within / df_within
    total = ms_between + (m0 - 1) * ms_within
    return (ms_between - ms_within) / total if total else 0.0


def design_effect(sizes: Sequence[int], icc: float) -> float:
    """How much clusters of these sizes inflate a variance: 1 + (their mean size, weighted by size, - 1) x icc.

    Kish 1965; for unequal sizes Kerry & Bland 1998 (BMJ 316:549). Raises ValueError without anybody.
    """
    if not sum(sizes):
        raise ValueError("A design effect needs somebody in a cluster.")
    return 1 + (sum(size**2 for size in sizes) / sum(sizes) - 1) * icc


def clustered_difference(
    pods: Sequence[tuple[int, int]],
    controls: Sequence[tuple[int, int]],
    *,
    level: float = 0.95,
    least_icc: float = LEAST_ICC,
) -> ClusteredInterval:
    """Pods' share minus the comparison's, each given as (x, n) per cluster, with a cluster-adjusted Newcombe interval.

    The ICC is pooled within arms and counts as `least_icc` at least; each arm's n shrinks by its design effect, and t with
    clusters - arms degrees of freedom stands in for z. One control cluster means that its teams were not recorded: it
    keeps n and z, and df is pods - 1. Empty clusters count for nothing. `NO_DATA` where an arm is empty, `TOO_FEW`
    below three pods. Coverage by simulation, equal clusters and unequal, ICC 0 to 0.2: docs/measurement.md.
    """
    _tail(level)
    for x, n in (*pods, *controls):
        _counts(x, n)
    first, second = ([one for one in arm if one[1]] for arm in (pods, controls))
    if not first or not second:
        return ClusteredInterval(None, None, None, Reason.NO_DATA)
    (p1, n1), (p2, n2) = (_share(arm) for arm in (first, second))
    teams_known = len(second) > 1
    df = len(first) + len(second) - 2
    if df < 1:
        return ClusteredInterval(p1 - p2, None, None, Reason.TOO_FEW)
    icc = _within_icc([first, second] if teams_known else [first])
    used = max(icc, least_icc)
    effect = design_effect([n for _, n in first], used)
    control_effect = design_effect([n for _, n in second], used) if teams_known else 1.0
    critical = _t(level, df)
    bounds1 = _wilson(p1, n1 / effect, critical)
    bounds2 = _wilson(p2, n2 / control_effect, critical if teams_known else _z(level))
    enough = len(first) >= LEAST_CLUSTERS
    gap = _newcombe(p1, bounds1, p2, bounds2)
    return ClusteredInterval(
        gap.estimate,
        gap.low if enough else None,
        gap.high if enough else None,
        None if enough else Reason.TOO_FEW,
        icc=icc,
        icc_used=used,
        design_effect=effect,
        control_design_effect=control_effect,
        df=df,
        first=Interval(p1, *bounds1),
        second=Interval(p2, *bounds2),
    )


def _share(clusters: Sequence[tuple[int, int]]) -> tuple[float, int]:
    n = sum(size for _, size in clusters)
    return sum(x for x, _ in clusters) / n, n


class Hidden(StrEnum):
    """Which side of an arm's count is too small to be told."""

    FEW = "few"
    ALL_BUT_FEW = "all_but_few"


@dataclass(frozen=True)
class Envelope:
    """What holds whatever hidden counts are: from the least to the greatest difference, and the outermost ends.

    `first` and `second` are the outermost ends of the arms' own intervals.
    """

    least: float
    greatest: float
    low: float
    high: float
    first: tuple[float, float]
    second: tuple[float, float]


def difference_envelope(
    pods: Sequence[tuple[int, int]],
    controls: Sequence[tuple[int, int]],
    *,
    hidden: tuple[Hidden | None, Hidden | None],
    band: int,
    level: float = 0.95,
    least_icc: float = LEAST_ICC,
) -> Envelope | None:
    """The outer hull of `clustered_difference` over every count that a hidden arm may have, wherever it lies.

    Of a hidden arm only the clusters' sizes are read, never how many did what: fewer than `band` of all did, or all but
    fewer did. So the hull is the same whichever of these counts is true, and tells nothing of it. None where a
    comparison has no interval.
    """
    found = [
        clustered_difference(first, second, level=level, least_icc=least_icc)
        for first in _may_be(pods, hidden[0], band)
        for second in _may_be(controls, hidden[1], band)
    ]
    gaps = [(one.estimate, one.low, one.high) for one in found]
    arms = [(one.first, one.second) for one in found]
    if not found or any(None in gap for gap in gaps):
        return None
    firsts = [(first.low, first.high) for first, _ in arms if first]
    seconds = [(second.low, second.high) for _, second in arms if second]
    return Envelope(
        *_hull([(estimate, estimate) for estimate, _, _ in gaps]),
        *_hull([(low, high) for _, low, high in gaps]),
        first=_hull(firsts),
        second=_hull(seconds),
    )


def _hull(ends: Sequence[tuple[float | None, float | None]]) -> tuple[float, float]:
    return min(low for low, _ in ends if low is not None), max(high for _, high in ends if high is not None)


def _may_be(
    clusters: Sequence[tuple[int, int]], hidden: Hidden | None, band: int
) -> Iterable[Sequence[tuple[int, int]]]:
    """Every way in which a hidden count may lie over the clusters; one of clusters alike stands for all of them."""
    if hidden is None:
        return [clusters]
    sizes = sorted(Counter(n for _, n in clusters if n).items())
    people = sum(size * number for size, number in sizes)
    ways = (way for count in range(min(band - 1, people) + 1) for way in _spread(sizes, count))
    if hidden is Hidden.FEW:
        return list(ways)
    return [[(n - x, n) for x, n in way] for way in ways]


def _spread(sizes: Sequence[tuple[int, int]], count: int) -> Iterable[list[tuple[int, int]]]:
    """(part, size) of every cluster, for each way to part a count over clusters of sizes, given with their numbers."""
    if not sizes:
        if not count:
            yield []
        return
    (size, number), *rest = sizes
    for here in range(count + 1):
        for parts in _parts(here, most=size, number=number):
            same = [(part, size) for part in parts] + [(0, size)] * (number - len(parts))
            for others in _spread(rest, count - here):
                yield same + others


def _parts(count: int, *, most: int, number: int) -> Iterable[list[int]]:
    """A count as a sum of so many parts at most, none above `most`, the greatest first."""
    if not count:
        yield []
        return
    for part in range(min(count, most), 0, -1) if number else ():
        for others in _parts(count - part, most=part, number=number - 1):
            yield [part, *others]


def clustered_proportion(
    clusters: Sequence[tuple[int, int]], *, icc: float, df: float, level: float = 0.95
) -> Interval:
    """One arm's share, given as (x, n) per cluster: Wilson's interval on the effective n, with t for z.

    `icc` counts as 0.05 at least. It and `df`, 1 or more, are usually `clustered_difference`'s. `NO_DATA` of nobody.
    """
    if not df >= 1:
        raise ValueError(f"An interval over clusters needs a degree of freedom, and there are {df}.")
    for x, n in clusters:
        _counts(x, n)
    critical = _t(level, df)
    known = [(x, n) for x, n in clusters if n]
    if not known:
        return Interval(None, None, None, Reason.NO_DATA)
    p, n = _share(known)
    effect = design_effect([size for _, size in known], max(icc, LEAST_ICC))
    return Interval(p, *_wilson(p, n / effect, critical))


# --- one arm on its own ----------------------------------------------------------------------------------------------


def _allowing(
    interval: ArmInterval, icc: float, sizes: Sequence[int], least_icc: float
) -> tuple[ArmInterval, float, float]:
    """The interval with what it is to allow for, and that: design effect and degrees of freedom."""
    effect, df = design_effect(sizes, max(icc, least_icc)), len(sizes) - 1
    return replace(interval, icc=icc, design_effect=effect, df=df), effect, df


def share_in_clusters(
    clusters: Sequence[tuple[int, int]], *, level: float = 0.95, least_icc: float = LEAST_ICC
) -> ArmInterval:
    """One arm's share, given as (x, n) per cluster: Wilson's interval on the effective n, with t for z.

    As `clustered_difference` does it for two arms, with the ICC and the degrees of freedom of this one alone. Empty
    clusters count for nothing. `NO_DATA` of nobody, `TOO_FEW` below three clusters.
    """
    _tail(level)
    for x, n in clusters:
        _counts(x, n)
    known = [(x, n) for x, n in clusters if n]
    if not known:
        return ArmInterval(None, None, None, Reason.NO_DATA)
    p, n = _share(known)
    if len(known) < LEAST_CLUSTERS:
        return ArmInterval(p, None, None, Reason.TOO_FEW)
    bare = ArmInterval(p, None, None)
    found, effect, df = _allowing(bare, _within_icc([known]), [size for _, size in known], least_icc)
    low, high = _wilson(p, n / effect, _t(level, df))
    return replace(found, low=low, high=high)


def _icc_of_means(clusters: Sequence[Sequence[float]]) -> float:
    """The one-way ANOVA intraclass correlation of numbers that are not all alike; 0 of one person a cluster."""
    sizes = [len(values) for values in clusters]
    n, means = sum(sizes), [math.fsum(values) / len(values) for values in clusters]
    if n == len(sizes):
        return 0.0
    mean = math.fsum(value for values in clusters for value in values) / n
    between = math.fsum(size * (own - mean) ** 2 for size, own in zip(sizes, means, strict=True))
    within = math.fsum((value - own) ** 2 for values, own in zip(clusters, means, strict=True) for value in values) / (
        n - len(sizes)
    )
    between /= len(sizes) - 1
    m0 = (n - sum(size**2 for size in sizes) / n) / (len(sizes) - 1)
    total = between + (m0 - 1) * within
    return (between - within) / total


def mean_in_clusters(
    clusters: Sequence[Sequence[float]], *, level: float = 0.95, least_icc: float = LEAST_ICC
) -> ArmInterval:
    """The mean over one arm's people, given each cluster's values, with Student's interval that allows for clusters.

    The variance of the mean grows by the design effect (Kish 1965), and t has clusters - 1 degrees of freedom. People
    weigh alike, so that it is the mean that is told. `NO_DATA` of nobody, `NO_VARIATION` where all are alike, `TOO_FEW`
    below three clusters.
    """
    _tail(level)
    known = [numbers for numbers in map(_numbers, clusters) if numbers]
    values = [number for numbers in known for number in numbers]
    if not values:
        return ArmInterval(None, None, None, Reason.NO_DATA)
    mean = math.fsum(values) / len(values)
    if len(known) < LEAST_CLUSTERS:
        return ArmInterval(mean, None, None, Reason.TOO_FEW)
    if _alike(values):
        return ArmInterval(mean, None, None, Reason.NO_VARIATION)
    bare = ArmInterval(mean, None, None)
    found, effect, df = _allowing(bare, _icc_of_means(known), [len(numbers) for numbers in known], least_icc)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    spread = _t(level, df) * math.sqrt(variance * effect / len(values))
    return replace(found, low=mean - spread, high=mean + spread)


def ratio_in_clusters(
    clusters: Sequence[Sequence[tuple[float, float]]], *, level: float = 0.95, least_icc: float = LEAST_ICC
) -> ArmInterval:
    """after / before as exp(mean log ratio) over one arm's people, given each cluster's (before, after); positive values.

    `mean_in_clusters` on the logs, with its reasons, and `TOO_FEW` where the bound is beyond any number.
    """
    if any(not value > 0 for pairs in clusters for pair in pairs for value in pair):
        raise ValueError("A ratio needs values above zero.")
    logs = [[math.log(after) - math.log(before) for before, after in pairs] for pairs in clusters]
    found = mean_in_clusters(logs, level=level, least_icc=least_icc)
    if found.estimate is None:
        return found
    ratio = math.exp(found.estimate)
    if found.low is None or found.high is None:
        return ArmInterval(ratio, None, None, found.reason)
    if found.high > math.log(_LARGEST):
        return ArmInterval(ratio, None, None, Reason.TOO_FEW)
    return replace(found, estimate=ratio, low=math.exp(found.low), high=math.exp(found.high))


def median_in_clusters(
    clusters: Sequence[Sequence[float]], *, level: float = 0.95, least_icc: float = LEAST_ICC
) -> ArmInterval:
    """The median over one arm's people, given each cluster's values, with an interval that allows for clusters.

    Woodruff 1952 (JASA 47:635): the share below the median has the interval of `share_in_clusters`, and the values at its
    ends are the median's. Never narrower than `median_interval`. `NO_DATA` of nobody, `TOO_FEW` below three clusters
    and where the effective number of people is too small for any interval.
    """
    known = [numbers for numbers in map(_numbers, clusters) if numbers]
    ordered = sorted(number for numbers in known for number in numbers)
    exact = median_interval(ordered, level=level)
    if exact.estimate is None or exact.low is None or exact.high is None:
        return ArmInterval(exact.estimate, None, None, exact.reason)
    median, n = exact.estimate, len(ordered)
    if len(known) < LEAST_CLUSTERS:
        return ArmInterval(median, None, None, Reason.TOO_FEW)
    below = [(sum(number <= median for number in numbers), len(numbers)) for numbers in known]
    bare = ArmInterval(median, None, None)
    found, effect, df = _allowing(bare, _within_icc([below]), [size for _, size in below], least_icc)
    effective = n / effect
    # So few that not even the smallest and the largest value would hold it.
    if median_interval(range(math.floor(effective)), level=level).low is None:
        return replace(found, reason=Reason.TOO_FEW)
    low, high = _wilson(0.5, effective, _t(level, df))
    first, last = math.ceil(n * low) - 1, math.floor(n * high)
    return replace(found, low=min(exact.low, ordered[first]), high=max(exact.high, ordered[last]))


# --- means and medians -----------------------------------------------------------------------------------------------


def _student(estimate: float, error: float, df: float, level: float) -> TInterval:
    spread = _t(level, df) * error
    t = estimate / error
    return TInterval(
        estimate, estimate - spread, estimate + spread, df=df, t=t, p=float(2 * special.stdtr(df, -abs(t)))
    )


def _mean_by_t(values: Sequence[float], level: float) -> TInterval:
    n = len(values)
    if n == 0:
        return TInterval(None, None, None, Reason.NO_DATA)
    mean = math.fsum(values) / n
    if n < 2:
        return TInterval(mean, None, None, Reason.TOO_FEW)
    if _alike(values):
        return TInterval(mean, None, None, Reason.NO_VARIATION)
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    return _student(mean, math.sqrt(variance / n), n - 1, level)


def paired_change(before: Sequence[float], after: Sequence[float], *, level: float = 0.95) -> TInterval:
    """The mean of after - before, person by person, with Student's interval (1908), in the unit of what goes in.

    `NO_DATA` without pairs, `TOO_FEW` of one, `NO_VARIATION` where everybody changed alike.
    """
    _tail(level)
    first, second = _paired(before, after)
    return _mean_by_t([then - once for once, then in zip(first, second, strict=True)], level)


def paired_ratio(before: Sequence[float], after: Sequence[float], *, level: float = 0.95) -> Interval:
    """after / before as exp(mean log ratio), person by person, with Student's interval on the logs. Values are positive.

    Below 1 it takes less than before. `NO_DATA` without pairs, `TOO_FEW` of one or where the bound is beyond any
    number, `NO_VARIATION` where everybody changed alike.
    """
    _tail(level)
    first, second = _paired(before, after)
    if any(value <= 0 for value in (*first, *second)):
        raise ValueError("A ratio needs values above zero.")
    found = _mean_by_t([math.log(then) - math.log(once) for once, then in zip(first, second, strict=True)], level)
    if found.estimate is None:
        return Interval(None, None, None, found.reason)
    ratio = math.exp(found.estimate)
    if found.low is None or found.high is None:
        return Interval(ratio, None, None, found.reason)
    if found.high > math.log(_LARGEST):
        return Interval(ratio, None, None, Reason.TOO_FEW)
    return Interval(ratio, math.exp(found.low), math.exp(found.high))


def median_interval(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """The median, with the exact interval between two order statistics: it covers at least `level`.

    Thompson 1936: the k-th value from either end, k the largest with P(Binomial(n, 1/2) < k) <= (1 - level) / 2.
    `NO_DATA` of nothing, `TOO_FEW` where even the extremes cover less (below six values at 0.95).
    """
    tail = 1 - _tail(level)
    ordered = sorted(_numbers(values))
    n = len(ordered)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    # How many of P(Binomial <= 0), P(Binomial <= 1), ... are within the tail: exactly at it still belongs to it.
    k = int(np.searchsorted(special.bdtr(np.arange(n), n, 0.5), tail, side="right"))
    if k < 1:
        return Interval(median, None, None, Reason.TOO_FEW)
    return Interval(median, ordered[k - 1], ordered[n - k])


def bca(
    estimate: float, resampled: ArrayLike, left_out: ArrayLike, *, level: float = 0.95
) -> tuple[float, float] | None:
    """The bias-corrected, accelerated limits of a bootstrap; None where they do not exist.

    `resampled` are the statistic's values on resamples, `left_out` its values with one observation left out at a time.
    Efron 1987 (JASA 82:171); Efron & Tibshirani 1993, chapter 14.
    """
    tails = np.asarray([1 - _tail(level), _tail(level)])
    draws, jackknife = np.asarray(resampled), np.asarray(left_out)
    if not draws.size or not jackknife.size:
        return None
    below = ((draws < estimate).mean() + (draws <= estimate).mean()) / 2
    apart = jackknife.mean() - jackknife
    width = float((apart**2).sum())
    if not 0 < below < 1 or width == 0:
        return None
    bias = special.ndtri(below)
    acceleration = float((apart**3).sum()) / (6 * width**1.5)
    shifted = bias + special.ndtri(tails)
    stretch = 1 - acceleration * shifted
    if (stretch <= 0).any():
        return None
    low, high = np.quantile(draws, special.ndtr(bias + shifted / stretch))
    return float(low), float(high)


def mean_interval(values: Sequence[float], seed: int, *, level: float = 0.95) -> Interval:
    """The mean, with a bias-corrected, accelerated bootstrap interval of 9,999 resamples, repeatable by `seed`.

    It describes these people; for what a programme may claim, `clustered_mean`. Time grows with the number of values,
    memory does not. `NO_DATA` of nothing, `TOO_FEW` of one, `NO_VARIATION` where all are alike.
    """
    _tail(level)
    numbers = _numbers(values)
    n = len(numbers)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    mean = math.fsum(numbers) / n
    if n < 2:
        return Interval(mean, None, None, Reason.TOO_FEW)
    if _alike(numbers):
        return Interval(mean, None, None, Reason.NO_VARIATION)
    rng = np.random.default_rng(seed)
    # Measured from the mean and in units of the widest value, so that nothing is too large or too fine to be squared.
    centred = np.asarray([number - mean for number in numbers])
    scale = float(np.abs(centred).max())
    centred /= scale
    rows = max(1, _AT_ONCE // n)
    means = np.concatenate(
        [
            centred[rng.integers(0, n, (min(rows, RESAMPLES - start), n))].mean(axis=1)
            for start in range(0, RESAMPLES, rows)
        ]
    )
    # A resample's mean that is the mean is so but for rounding, and counts half on either side.
    limits = bca(0.0, means.round(12), -centred / (n - 1), level=level)
    if limits is None:
        return Interval(mean, None, None, Reason.TOO_FEW)
    return Interval(mean, mean + scale * limits[0], mean + scale * limits[1])


def clustered_mean(pods: Sequence[Sequence[float]], seed: int, *, level: float = 0.95) -> TInterval:
    """The mean of pods' means: what a programme may claim of a measure, given each pod's values. Empty pods are none.

    Student's interval on the pods' means from three to nine pods; from ten the pods' means are resampled as in
    `mean_interval`, and `df`, `t` and `p` are None. `TOO_FEW` below three.
    """
    _tail(level)
    means = [math.fsum(numbers) / len(numbers) for numbers in map(_numbers, pods) if numbers]
    if means and len(means) < LEAST_CLUSTERS:
        return TInterval(math.fsum(means) / len(means), None, None, Reason.TOO_FEW)
    if len(means) < BOOTSTRAPPED_FROM:
        return _mean_by_t(means, level)
    found = mean_interval(means, seed, level=level)
    return TInterval(found.estimate, found.low, found.high, found.reason)


def difference_in_differences(
    treated_changes: Sequence[float], control_changes: Sequence[float], *, level: float = 0.95
) -> TInterval:
    """The treated clusters' mean change minus the controls', with Welch's t interval (Welch 1947).

    One change for each cluster, of the same people in both waves. `NO_DATA` where an arm is empty, `TOO_FEW` where it is
    one cluster, `NO_VARIATION` where neither arm's changes differ.
    """
    _tail(level)
    treated, control = _numbers(treated_changes), _numbers(control_changes)
    if not treated or not control:
        return TInterval(None, None, None, Reason.NO_DATA)
    mean1, mean2 = (math.fsum(changes) / len(changes) for changes in (treated, control))
    gap = mean1 - mean2
    if min(len(treated), len(control)) < 2:
        return TInterval(gap, None, None, Reason.TOO_FEW)
    if _alike(treated) and _alike(control):
        return TInterval(gap, None, None, Reason.NO_VARIATION)
    first, second = (
        math.fsum((change - mean) ** 2 for change in changes) / (len(changes) - 1) / len(changes)
        for changes, mean in ((treated, mean1), (control, mean2))
    )
    share = first / (first + second)
    df = 1 / (share**2 / (len(treated) - 1) + (1 - share) ** 2 / (len(control) - 1))
    return _student(gap, math.sqrt(first + second), df, level)


# --- events and time -------------------------------------------------------------------------------------------------


def count_interval(events: int, exposure: float = 1.0, *, level: float = 0.95) -> Interval:
    """Events per unit of `exposure`, with Garwood's exact Poisson interval (1936, Biometrika 28:437).

    Errors caught per 100 uses are `count_interval(errors, uses / 100)`. `NO_DATA` without exposure, where events are
    impossible.
    """
    tail = 1 - _tail(level)
    (exposed,) = _numbers([exposure])
    if _whole(events) < 0 or exposed < 0 or (events and not exposed):
        raise ValueError(f"There cannot be {events} events in {exposure} of exposure.")
    if exposed == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    low = float(special.gammaincinv(events, tail)) if events else 0.0
    high = float(special.gammaincinv(events + 1, 1 - tail))
    return Interval(events / exposed, low / exposed, high / exposed)


def _followed(durations: Sequence[float], observed: Sequence[bool]) -> tuple[list[float], list[float]]:
    """All durations, and those that ended with the event."""
    if len(durations) != len(observed):
        raise ValueError(f"Each duration has a flag, but there are {len(durations)} and {len(observed)}.")
    numbers = _numbers(durations)
    if any(duration < 0 for duration in numbers):
        raise ValueError("A duration is not negative.")
    return numbers, [duration for duration, seen in zip(numbers, observed, strict=True) if seen]


def survival(durations: Sequence[float], observed: Sequence[bool], *, level: float = 0.95) -> Survival:
    """Kaplan and Meier's curve (1958), with Greenwood's error and log-log intervals (Kalbfleisch & Prentice 1980).

    `observed` is False where somebody was censored; who is censored at an event's time was at risk in it. Where nobody is
    left, error and interval are None. Its `median` is the first time at which half or fewer are left: None and
    `NOT_REACHED` while more are, `NO_DATA` of nobody.
    """
    critical = _z(level)
    followed, seen = _followed(durations, observed)
    ordered = np.sort(followed)
    events, deaths = np.unique(seen, return_counts=True)
    at_risk = len(followed) - np.searchsorted(ordered, events)
    share, green = 1.0, 0.0
    shares: list[float] = []
    lows: list[float | None] = []
    highs: list[float | None] = []
    errors: list[float | None] = []
    for risk, lost in zip(at_risk.tolist(), deaths.tolist(), strict=True):
        share *= (risk - lost) / risk
        shares.append(share)
        if risk == lost:
            lows.append(None)
            highs.append(None)
            errors.append(None)
            continue
        green += lost / (risk * (risk - lost))
        # To the power of e^width; beyond what a float holds it is 0 in any case.
        width = min(critical * math.sqrt(green) / abs(math.log(share)), 700.0)
        lows.append(share ** math.exp(width))
        highs.append(share ** math.exp(-width))
        errors.append(share * math.sqrt(green))
    times = tuple(events.tolist())
    # A product of fractions can end a hair above the half that it is.
    median = next((time for time, left in zip(times, shares, strict=True) if left <= 0.5 + 1e-12), None)
    reason = None if median is not None else Reason.NOT_REACHED if followed else Reason.NO_DATA
    return Survival(
        times,
        tuple(shares),
        tuple(lows),
        tuple(highs),
        tuple(errors),
        tuple(at_risk.tolist()),
        median,
        reason,
        tuple(ordered.tolist()),
    )


def log_rank(
    durations1: Sequence[float], observed1: Sequence[bool], durations2: Sequence[float], observed2: Sequence[bool]
) -> ChiSquared:
    """Whether two groups' survival differs: Mantel's log-rank test (1966), chi-squared with one degree of freedom.

    `NO_DATA` where a group is empty, `NO_VARIATION` where no event happened while both groups were at risk.
    """
    (first, seen1), (second, seen2) = _followed(durations1, observed1), _followed(durations2, observed2)
    if not first or not second:
        return ChiSquared(None, None, None, Reason.NO_DATA)
    events = np.unique([*seen1, *seen2])
    risk1, risk2 = (len(group) - np.searchsorted(np.sort(group), events) for group in (first, second))
    lost1, lost2 = (
        np.searchsorted(np.sort(seen), events, side="right") - np.searchsorted(np.sort(seen), events)
        for seen in (seen1, seen2)
    )
    risk, lost = risk1 + risk2, lost1 + lost2
    expected = lost * risk1 / risk
    spread = expected * (risk2 / risk) * (risk - lost) / np.maximum(risk - 1, 1)
    variance = float(spread.sum())
    if variance == 0:
        return ChiSquared(None, None, None, Reason.NO_VARIATION)
    statistic = float((lost1 - expected).sum()) ** 2 / variance
    return ChiSquared(statistic, 1, float(special.chdtrc(1, statistic)))


# --- many outcomes, and how far measurements agree -------------------------------------------------------------------


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """p values of several secondary outcomes, adjusted so that their joint rate of false alarms holds, in their order.

    Holm 1979 (Scandinavian Journal of Statistics 6:65): the smallest times how many there are, the next times one less,
    never below the one before.
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("A p value lies between 0 and 1.")
    adjusted = [0.0] * len(p_values)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        reached = max(reached, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = reached
    return tuple(adjusted)


def weighted_kappa(first: Sequence[float], second: Sequence[float], *, level: float = 0.95) -> Interval:
    """How far two ratings of the same outputs agree beyond chance: kappa with quadratic weights, -1 to 1.

    Cohen 1968. The two raters of an output come in no order, so both margins are pooled (Scott 1955), and who is called
    the first changes nothing. It is then 1 - mean squared difference / (2 x variance of all ratings), as an intraclass
    correlation (Fleiss & Cohen 1973), and holds for means of items too. The interval is jackknife and t over outputs.
    `NO_DATA` without pairs, `TOO_FEW` of one, `NO_VARIATION` where all ratings are alike (no kappa) or no pair differs
    (1, without an interval).
    """
    _tail(level)
    one, other = (np.asarray(side) for side in _paired(first, second))
    n = len(one)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    if _alike([*one, *other]):
        return Interval(None, None, None, Reason.NO_VARIATION)
    # Centred and scaled first: kappa does not mind, and squares stay exact enough.
    middle = (one.mean() + other.mean()) / 2
    scale = max(np.abs(one - middle).max(), np.abs(other - middle).max())
    one, other = (one - middle) / scale, (other - middle) / scale
    apart, squares, sums = (one - other) ** 2, one**2 + other**2, one + other
    kappa = max(-1.0, 1 - float(apart.sum()) / float(squares.sum()))
    if n < 2:
        return Interval(kappa, None, None, Reason.TOO_FEW)
    left = n - 1
    variances = (squares.sum() - squares) / (2 * left) - ((sums.sum() - sums) / (2 * left)) ** 2
    if not apart.any() or (variances <= 1e-12).any():
        return Interval(kappa, None, None, Reason.NO_VARIATION)
    left_out = 1 - (apart.sum() - apart) / left / (2 * variances)
    error = math.sqrt(left / n * float(((left_out - left_out.mean()) ** 2).sum()))
    spread = _t(level, left) * error
    return Interval(kappa, max(-1.0, kappa - spread), min(1.0, kappa + spread))


def cronbach_alpha(answers: Sequence[Sequence[float]], *, level: float = 0.95) -> Interval:
    """How far the items of a scale say one thing: Cronbach's alpha (1951), with Feldt's exact interval (1965).

    One row a person, one column an item, reversed items turned already, nothing missing; at least two items. Items that
    contradict each other make it negative. `NO_DATA` of nobody, `TOO_FEW` of one person, `NO_VARIATION` where everybody
    has the same sum.
    """
    _tail(level)
    rows = [_numbers(row) for row in answers]
    if not rows:
        return Interval(None, None, None, Reason.NO_DATA)
    items = len(rows[0])
    if items < 2 or any(len(row) != items for row in rows):
        raise ValueError("A scale has two items or more, and everybody answers each.")
    n = len(rows)
    if n < 2:
        return Interval(None, None, None, Reason.TOO_FEW)
    totals = [math.fsum(row) for row in rows]
    if _alike(totals):
        return Interval(None, None, None, Reason.NO_VARIATION)
    table = np.asarray(rows)
    scale = float(np.abs(table).max())
    table = table / scale
    apart = float(table.var(axis=0, ddof=1).sum()) / float(table.sum(axis=1).var(ddof=1))
    alpha = items / (items - 1) * (1 - apart)
    tail, df1, df2 = _tail(level), n - 1, (n - 1) * (items - 1)
    low, high = (1 - (1 - alpha) * float(special.fdtri(df1, df2, place)) for place in (tail, 1 - tail))
    if alpha >= 1 - 1e-12:
        return Interval(1.0, None, None, Reason.NO_VARIATION)
    return Interval(alpha, low, high)
