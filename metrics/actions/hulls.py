"""What may be said of a difference when one arm's count is too small to be told. Only workers import this room: scipy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adoption.disclosure.rules import Audience, Display, Margin, Release
from adoption.programs.rules import Arm
from metrics import statistics
from metrics.models import SnapshotMetric
from metrics.rules import Metric
from metrics.statistics import Hidden

# Bands bind every audience alike, so that what the lead reads of a whole arm is what everybody reads.
_HIDDEN = {Display.FEWER: Hidden.FEW, Display.ALL_BUT_FEWER: Hidden.ALL_BUT_FEW}


def add_hulls(
    figures: Iterable[SnapshotMetric],
    release: Release,
    clusters: Mapping[Arm, Sequence[tuple[int, int]]],
    *,
    levels: Mapping[Metric, float],
    band: int,
    least_icc: float,
) -> None:
    """Give differences the outer ends over every count that the release does not tell; `levels` are theirs.

    They are computed without that count and without where it lies, so that nothing of it can be read from them. Where
    both counts are told there is nothing to add, and where an arm is silent there is no difference.
    """
    told = {cell.arm: cell.display for cell in release.table(Audience.LEAD).cells if cell.margin is Margin.ARM}
    # An exploratory programme has one arm: there is no difference in it.
    if len(told) < len(Arm):
        return
    pods, comparison = (told[arm] for arm in Arm)
    sides = _HIDDEN.get(pods), _HIDDEN.get(comparison)
    if not {pods, comparison} <= {Display.COUNT, *_HIDDEN} or sides == (None, None):
        return
    for figure in figures:
        level = levels.get(Metric(figure.metric))
        if level is None:
            continue
        hull = statistics.difference_envelope(
            clusters[Arm.PODS],
            clusters[Arm.COMPARISON],
            hidden=sides,
            band=band,
            level=level,
            least_icc=least_icc,
        )
        if hull:
            figure.detail["hull"] = {
                "least": hull.least,
                "greatest": hull.greatest,
                "low": hull.low,
                "high": hull.high,
                Arm.PODS: hull.first,
                Arm.COMPARISON: hull.second,
            }
