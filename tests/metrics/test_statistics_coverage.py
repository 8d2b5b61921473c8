"""How often the published interval holds the truth, by simulation, for even pods and uneven ones.

`python -m tests.metrics.test_statistics_coverage 20000` prints the whole table of docs/measurement.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from metrics.statistics import clustered_difference, difference

Clusters = list[tuple[int, int]]

DESIGNS: dict[str, tuple[Sequence[int], Sequence[int]]] = {
    "6 pods of 8, 12 teams of 8": ([8] * 6, [8] * 12),
    "3 pods of 8, 6 teams of 8": ([8] * 3, [8] * 6),
    "pods of 10, 8, 8, 6, 4, 12; 12 teams of 8": ([10, 8, 8, 6, 4, 12], [8] * 12),
    "pods of 20, 8, 8, 4, 4, 4; teams of 3 to 20": ([20, 8, 8, 4, 4, 4], [3, 5, 8, 13, 20, 4, 6, 9]),
    "pods of 4, 8, 12; teams of 4 to 20": ([4, 8, 12], [4, 6, 8, 10, 12, 20]),
    "pods of 30, 3, 3; 6 teams of 8": ([30, 3, 3], [8] * 6),
    "10 pods of 5 and 40; 8 teams of 10 and 60": ([5, 40] * 5, [10, 60] * 4),
}
ICCS = (0.0, 0.05, 0.1, 0.2)
SHARES = ((0.7, 0.23), (0.5, 0.5), (0.1, 0.05))


def draw(rng: np.random.Generator, sizes: Sequence[int], share: float, icc: float) -> Clusters:
    """(x, n) of each cluster: shares of clusters are beta-distributed with exactly this ICC."""
    scale = (1 - icc) / icc if icc else 0.0
    shares = rng.beta(share * scale, (1 - share) * scale, len(sizes)) if icc else [share] * len(sizes)
    return [(int(x), size) for x, size in zip(rng.binomial(sizes, shares), sizes, strict=True)]


def adjusted(pods: Clusters, teams: Clusters) -> tuple[float | None, float | None]:
    found = clustered_difference(pods, teams)
    return found.low, found.high


def plain(pods: Clusters, teams: Clusters) -> tuple[float | None, float | None]:
    """As if people were not clustered."""
    sums = [sum(side) for arm in (pods, teams) for side in zip(*arm, strict=True)]
    found = difference(*sums)
    return found.low, found.high


def coverage(
    interval: Callable[[Clusters, Clusters], tuple[float | None, float | None]],
    design: str,
    shares: tuple[float, float],
    icc: float,
    runs: int,
) -> float:
    """The share of runs in which the interval holds the true difference. Repeatable."""
    rng = np.random.default_rng([list(DESIGNS).index(design), round(1000 * icc), round(1000 * shares[0])])
    held = 0
    for _ in range(runs):
        arms = [draw(rng, sizes, share, icc) for sizes, share in zip(DESIGNS[design], shares, strict=True)]
        low, high = interval(*arms)
        assert low is not None
        assert high is not None
        held += low <= shares[0] - shares[1] <= high
    return held / runs


@pytest.mark.parametrize("design", DESIGNS)
def test_the_published_interval_holds_the_truth_as_often_as_it_says(design: str) -> None:
    # 2,000 runs know a coverage of 0.95 to half a point; 0.935 is three of those below it.
    assert coverage(adjusted, design, (0.7, 0.23), 0.2, 2000) >= 0.935
    assert coverage(adjusted, design, (0.5, 0.5), 0.0, 500) >= 0.95


def test_the_plain_interval_does_not_which_is_why_ours_is_wider() -> None:
    assert coverage(plain, "6 pods of 8, 12 teams of 8", (0.5, 0.5), 0.2, 2000) < 0.85


if __name__ == "__main__":
    for name in DESIGNS:
        for icc in ICCS:
            found = [coverage(adjusted, name, shares, icc, int(sys.argv[1])) for shares in SHARES]
            naive = coverage(plain, name, SHARES[1], icc, int(sys.argv[1]))
            print(f"{name} | {icc} | {' '.join(f'{one:.3f}' for one in found)} | {naive:.3f}", flush=True)  # noqa: T201
