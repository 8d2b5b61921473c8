"""Figures of one arm whose intervals allow for its pods or teams. Only workers import this room: it brings scipy with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from adoption.programs.rules import Arm
from metrics import statistics
from metrics.models import SnapshotMetric
from metrics.rules import Metric
from metrics.statistics import ArmInterval, Interval

Value = TypeVar("Value")

ALLOWED_FOR = ("icc", "design_effect", "df")


def teams_unknown(arm: Arm, clusters: Sequence[Any]) -> bool:
    """Whether an arm is the comparison group as one: its teams were not recorded, and it is taken for single people."""
    return arm is Arm.COMPARISON and len(clusters) == 1


def share_of(
    metric: Metric, arm: Arm, clusters: Sequence[tuple[int, int]], eligible: int, *, least_icc: float
) -> SnapshotMetric:
    """A share of an arm, given as (x, n) of each cluster in which somebody is known."""
    x, n = sum(x for x, _ in clusters), sum(n for _, n in clusters)
    if teams_unknown(arm, clusters):
        return figure_of(metric, arm, statistics.proportion(x, n), "Wilson", x, n, eligible)
    found = statistics.share_in_clusters(clusters, least_icc=least_icc)
    return figure_of(metric, arm, found, "Wilson, clustered", x, n, eligible)


def median_of(
    metric: Metric, arm: Arm, clusters: Sequence[Sequence[float]], eligible: int, *, least_icc: float
) -> SnapshotMetric:
    """A median of an arm, given the values of each cluster."""
    observed = sum(map(len, clusters))
    if teams_unknown(arm, clusters):
        found: Interval = statistics.median_interval(clusters[0])
        return figure_of(metric, arm, found, "order statistics", None, observed, eligible)
    found = statistics.median_in_clusters(clusters, least_icc=least_icc)
    return figure_of(metric, arm, found, "Woodruff, clustered", None, observed, eligible)


def ratio_of(
    metric: Metric, arm: Arm, clusters: Sequence[Sequence[tuple[float, float]]], eligible: int, *, least_icc: float
) -> SnapshotMetric:
    """A geometric mean of after / before, given the pairs of each cluster."""
    observed = sum(map(len, clusters))
    if teams_unknown(arm, clusters):
        before, after = [pair[0] for pair in clusters[0]], [pair[1] for pair in clusters[0]]
        found: Interval = statistics.paired_ratio(before, after)
        return figure_of(metric, arm, found, "t on log ratios", None, observed, eligible)
    found = statistics.ratio_in_clusters(clusters, least_icc=least_icc)
    return figure_of(metric, arm, found, "t on log ratios, clustered", None, observed, eligible)


def change_of(
    metric: Metric, arm: Arm, clusters: Sequence[Sequence[tuple[float, float]]], eligible: int, *, least_icc: float
) -> SnapshotMetric:
    """A mean of after - before, given the pairs of each cluster."""
    observed = sum(map(len, clusters))
    if teams_unknown(arm, clusters):
        before, after = [pair[0] for pair in clusters[0]], [pair[1] for pair in clusters[0]]
        found: Interval = statistics.paired_change(before, after)
        return figure_of(metric, arm, found, "paired t", None, observed, eligible)
    changes = [[later - before for before, later in pairs] for pairs in clusters]
    found = statistics.mean_in_clusters(changes, least_icc=least_icc)
    return figure_of(metric, arm, found, "paired t, clustered", None, observed, eligible)


def in_clusters(values: Iterable[tuple[str, Value]]) -> list[list[Value]]:
    """Values given with the names of their clusters, cluster by cluster in the order of the names."""
    found: dict[str, list[Value]] = defaultdict(list)
    for cluster, value in values:
        found[cluster].append(value)
    return [some for _, some in sorted(found.items(), key=itemgetter(0))]


def figure_of(
    metric: Metric, arm: Arm, interval: Interval, method: str, x: int | None, observed: int, eligible: int
) -> SnapshotMetric:
    """A figure with what its interval allowed for, or why there is none."""
    detail: dict[str, Any] = {"reason": interval.reason} if interval.reason else {}
    if isinstance(interval, ArmInterval) and interval.df is not None:
        detail |= {name: getattr(interval, name) for name in ALLOWED_FOR}
    return SnapshotMetric(
        metric=metric,
        group=arm,
        x=x,
        observed=observed,
        eligible=eligible,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        method=method,
        detail=detail,
    )
