"""Intervals and tests, as pure functions on numbers. Sources stand with each; units are those of what goes in.

Every function takes `level` (0.95). Where no answer exists the fields are None and `reason` says why: never nan, and
never an exception for a legal input. Illegal input (more hits than trials, sequences of different length) raises
ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import stats

LEAST_ICC = 0.05  # the clustering assumed even where a few pods happen to show none


class Reason(StrEnum):
    """Why there is no answer."""

    NO_DATA = "no data"
    TOO_FEW = "too few"
    NO_VARIATION = "no variation"


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval."""

    estimate: float | None
    low: float | None
    high: float | None
    reason: Reason | None = None


@dataclass(frozen=True)
class ClusteredInterval(Interval):
    """A difference with an interval that allows for clustering, and what was allowed for."""

    icc: float | None = None
    design_effect: float | None = None
    df: float | None = None


@dataclass(frozen=True)
class Survival:
    """A Kaplan-Meier curve: at each event time the survivors' share with its interval and the number at risk."""

    times: tuple[float, ...]
    survivors: tuple[float, ...]
    lows: tuple[float | None, ...]
    highs: tuple[float | None, ...]
    standard_errors: tuple[float | None, ...]
    at_risk: tuple[int, ...]
    median: float | None


def _counts(x: float, n: float) -> None:
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n}")


def _z(level: float) -> float:
    return float(stats.norm.ppf((1 + level) / 2))


def _wilson(p: float, n: float, critical: float) -> tuple[float, float]:
    centre = p + critical**2 / (2 * n)
    spread = critical * math.sqrt(p * (1 - p) / n + critical**2 / (4 * n**2))
    low, high = (centre - spread) / (1 + critical**2 / n), (centre + spread) / (1 + critical**2 / n)
    # Rounding must not push a bound past what a share can be.
    return (0.0 if p == 0 else max(0.0, low)), (1.0 if p == 1 else min(1.0, high))


def proportion(x: int, n: int, *, level: float = 0.95) -> Interval:
    """A share of x in n with Wilson's score interval (1927; Newcombe 1998a, method 3)."""
    _counts(x, n)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    return Interval(x / n, *_wilson(x / n, n, _z(level)))


def difference(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Interval:
    """First share minus second, with Newcombe's hybrid score interval (1998b, method 10). People are not clustered."""
    _counts(x1, n1)
    _counts(x2, n2)
    if n1 == 0 or n2 == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    return Interval(*_newcombe(x1 / n1, n1, x2 / n2, n2, _z(level)))


def _newcombe(p1: float, n1: float, p2: float, n2: float, critical: float) -> tuple[float, float, float]:
    (low1, high1), (low2, high2) = _wilson(p1, n1, critical), _wilson(p2, n2, critical)
    gap = p1 - p2
    return (
        gap,
        gap - math.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
        gap + math.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
    )


def paired_difference(both: int, first_only: int, second_only: int, neither: int, *, level: float = 0.95) -> Interval:
    """Share of yes the first time minus the second, same people, with Newcombe's paired interval (1998c, method 10)."""
    if min(both, first_only, second_only, neither) < 0:
        raise ValueError("negative count")
    n = both + first_only + second_only + neither
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    critical = _z(level)
    p1, p2 = (both + first_only) / n, (both + second_only) / n
    (low1, high1), (low2, high2) = _wilson(p1, n, critical), _wilson(p2, n, critical)
    margins = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither)
    phi = 0.0
    if margins:
        cross = both * neither - first_only * second_only
        # Newcombe's continuity correction, for a positive association only.
        phi = (max(cross - n / 2, 0) if cross > 0 else cross) / math.sqrt(margins)
    gap = p1 - p2

    def side(near1: float, near2: float) -> float:
        return math.sqrt(max(0.0, near1**2 - 2 * phi * near1 * near2 + near2**2))

    return Interval(gap, gap - side(p1 - low1, high2 - p2), gap + side(high1 - p1, p2 - low2))


def _within_icc(arms: Sequence[Sequence[tuple[int, int]]]) -> float:
    """The pooled one-way ANOVA intraclass correlation of yes-no answers within arms."""
    between = within = 0.0
    df_between = df_within = 0
    sizes: list[float] = []
    for clusters in arms:
        n = sum(size for _, size in clusters)
        mean = sum(x for x, _ in clusters) / n
        between += sum(size * (x / size - mean) ** 2 for x, size in clusters)
        within += sum(x * (1 - x / size) for x, size in clusters)
        df_between += len(clusters) - 1
        df_within += n - len(clusters)
        sizes.append(n - sum(size**2 for _, size in clusters) / n)
    if df_between == 0 or df_within == 0:
        return 0.0
    m0 = sum(sizes) / df_between
    ms_between, ms_within = between / df_between, within / df_within
    total = ms_between + (m0 - 1) * ms_within
    return (ms_between - ms_within) / total if total else 0.0


def design_effect(sizes: Sequence[int], icc: float) -> float:
    """How much clustering of these sizes inflates a variance: 1 + (mean size, weighted by size, - 1) x icc."""
    return 1 + (sum(size**2 for size in sizes) / sum(sizes) - 1) * icc


def clustered_difference(
    pods: Sequence[tuple[int, int]], controls: Sequence[tuple[int, int]], *, level: float = 0.95
) -> ClusteredInterval:
    """Pods' share minus the comparison's, each given as (x, n) per cluster, with a cluster-adjusted Newcombe interval.

    The ICC is pooled within arms and counts as 0.05 at least; each arm's n shrinks by its design effect, and t with
    clusters - arms degrees of freedom stands in for z. One control cluster means that teams were not recorded: its n
    stays whole, and df is pods - 1. Coverage in simulation with 3 v 6 clusters and more: 0.949 to 0.996.
    """
    for x, n in (*pods, *controls):
        _counts(x, n)
    first, second = ([one for one in arm if one[1]] for arm in (pods, controls))
    if not first or not second:
        return ClusteredInterval(None, None, None, Reason.NO_DATA)
    (x1, n1), (x2, n2) = ((sum(x for x, _ in arm), sum(n for _, n in arm)) for arm in (first, second))
    teams_known = len(second) > 1
    df = len(first) + len(second) - 2 if teams_known else len(first) - 1
    if df < 1:
        return ClusteredInterval(x1 / n1 - x2 / n2, None, None, Reason.TOO_FEW)
    icc = _within_icc([first, second] if teams_known else [first])
    assumed = max(icc, LEAST_ICC)
    effect = design_effect([n for _, n in first], assumed)
    control_effect = design_effect([n for _, n in second], assumed) if teams_known else 1.0
    critical = float(stats.t.ppf((1 + level) / 2, df))
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1) = _wilson(p1, n1 / effect, critical)
    (low2, high2) = _wilson(p2, n2 / control_effect, critical if teams_known else _z(level))
    gap = p1 - p2
    return ClusteredInterval(
        gap,
        gap - math.hypot(p1 - low1, high2 - p2),
        gap + math.hypot(high1 - p1, p2 - low2),
        icc=icc,
        design_effect=effect,
        df=df,
    )


def clustered_proportion(
    clusters: Sequence[tuple[int, int]], *, icc: float, df: float, level: float = 0.95
) -> Interval:
    """One arm's share, Wilson's interval on the effective n, t for z. `icc` and `df` are `clustered_difference`'s."""
    known = [(x, n) for x, n in clusters if n]
    if not known:
        return Interval(None, None, None, Reason.NO_DATA)
    x, n = sum(x for x, _ in known), sum(n for _, n in known)
    effect = design_effect([size for _, size in known], max(icc, LEAST_ICC))
    return Interval(x / n, *_wilson(x / n, n / effect, float(stats.t.ppf((1 + level) / 2, df))))


def paired_ratio(before: Sequence[float], after: Sequence[float], *, level: float = 0.95) -> Interval:
    """after / before as exp(mean log ratio), with a one-sample t interval on the logs. All values are positive."""
    if len(before) != len(after):
        raise ValueError("pairs")
    if any(value <= 0 for value in (*before, *after)):
        raise ValueError("a ratio needs positive values")
    logs = [math.log(a / b) for b, a in zip(before, after, strict=True)]
    if not logs:
        return Interval(None, None, None, Reason.NO_DATA)
    mean = sum(logs) / len(logs)
    if len(logs) < 2:
        return Interval(math.exp(mean), None, None, Reason.TOO_FEW)
    if max(logs) - min(logs) < 1e-12:
        return Interval(math.exp(mean), None, None, Reason.NO_VARIATION)
    low, high = stats.ttest_1samp(logs, 0).confidence_interval(level)
    return Interval(math.exp(mean), math.exp(low), math.exp(high))


def median_interval(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """The median with the exact interval between two order statistics (binomial; coverage at least `level`)."""
    n = len(values)
    if n == 0:
        return Interval(None, None, None, Reason.NO_DATA)
    ordered = sorted(values)
    median = float(np.median(ordered))
    k = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    # The k-th from either end, k the largest with P(Bin < k) <= (1 - level) / 2.
    while k > 0 and stats.binom.cdf(k - 1, n, 0.5) > (1 - level) / 2:
        k -= 1
    if k < 1:
        return Interval(median, None, None, Reason.TOO_FEW)
    return Interval(median, float(ordered[k - 1]), float(ordered[n - k]))


def mean_interval(values: Sequence[float], seed: int, *, level: float = 0.95) -> Interval:
    """The mean with a bias-corrected, accelerated bootstrap interval (9,999 resamples, repeatable by `seed`)."""
    if not values:
        return Interval(None, None, None, Reason.NO_DATA)
    mean = sum(values) / len(values)
    if len(values) < 2:
        return Interval(mean, None, None, Reason.TOO_FEW)
    if max(values) == min(values):
        return Interval(mean, None, None, Reason.NO_VARIATION)
    result = stats.bootstrap(
        (np.asarray(values, dtype=float),),
        np.mean,
        confidence_level=level,
        method="BCa",
        rng=np.random.default_rng(seed),
    )
    low, high = (float(bound) for bound in result.confidence_interval)
    if not (math.isfinite(low) and math.isfinite(high)):
        return Interval(mean, None, None, Reason.NO_VARIATION)
    return Interval(mean, low, high)


def difference_in_differences(
    treated_changes: Sequence[float], control_changes: Sequence[float], *, level: float = 0.95
) -> ClusteredInterval:
    """Mean change of the treated clusters minus the controls', with Welch's t interval."""
    if not treated_changes or not control_changes:
        return ClusteredInterval(None, None, None, Reason.NO_DATA)
    gap = float(np.mean(treated_changes) - np.mean(control_changes))
    if min(len(treated_changes), len(control_changes)) < 2:
        return ClusteredInterval(gap, None, None, Reason.TOO_FEW)
    if max(treated_changes) == min(treated_changes) and max(control_changes) == min(control_changes):
        return ClusteredInterval(gap, None, None, Reason.NO_VARIATION)
    test = stats.ttest_ind(treated_changes, control_changes, equal_var=False)
    low, high = test.confidence_interval(level)
    return ClusteredInterval(gap, float(low), float(high), df=float(test.df))


def survival(durations: Sequence[float], observed: Sequence[bool], *, level: float = 0.95) -> Survival:
    """Kaplan and Meier's curve (1958), Greenwood's error, log-log intervals. `observed` is False where censored."""
    if len(durations) != len(observed):
        raise ValueError("one flag a duration")
    critical = _z(level)
    share, green = 1.0, 0.0
    times: list[float] = []
    shares: list[float] = []
    lows: list[float | None] = []
    highs: list[float | None] = []
    errors: list[float | None] = []
    risks: list[int] = []
    for time in sorted({d for d, seen in zip(durations, observed, strict=True) if seen}):
        risk = sum(d >= time for d in durations)
        events = sum(seen and d == time for d, seen in zip(durations, observed, strict=True))
        share *= 1 - events / risk
        times.append(time)
        shares.append(share)
        risks.append(risk)
        if risk == events:
            lows.append(None)
            highs.append(None)
            errors.append(None)
            continue
        green += events / (risk * (risk - events))
        width = critical * math.sqrt(green) / abs(math.log(share))
        lows.append(share ** math.exp(width))
        highs.append(share ** math.exp(-width))
        errors.append(share * math.sqrt(green))
    median = next((time for time, left in zip(times, shares, strict=True) if left <= 0.5), None)
    return Survival(tuple(times), tuple(shares), tuple(lows), tuple(highs), tuple(errors), tuple(risks), median)
