"""Intervals against published tables and recomputed ones; the sources stand in the functions."""

from __future__ import annotations

import math

import pytest

from metrics import statistics
from metrics.statistics import Reason, clustered_difference, clustered_proportion, design_effect, proportion

PODS = [(x, 8) for x in (8, 7, 6, 5, 5, 3)]
TEAMS = [(x, 8) for x in (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0)]


def near(value: float | None, to: float, within: float = 0.00005) -> bool:
    return value is not None and abs(value - to) <= within + 1e-12


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (29, 29, 0.8830, 1.0),
        (0, 8, 0.0, 0.3244),
        (5, 8, 0.3057, 0.8632),
        (8, 8, 0.6756, 1.0),
        (34, 48, 0.5682, 0.8176),
        (22, 96, 0.1565, 0.3227),
        (36, 48, 0.6122, 0.8508),
    ],
)
def test_wilson(x: int, n: int, low: float, high: float) -> None:
    found = proportion(x, n)
    assert near(found.low, low)
    assert near(found.high, high)
    assert found.estimate == x / n


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
        ((34, 48, 22, 96), 0.3107, 0.6104),
    ],
)
def test_newcombe(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    found = statistics.difference(*counts)
    assert near(found.low, low)
    assert near(found.high, high)


def test_newcombe_paired() -> None:
    found = statistics.paired_difference(14, 5, 0, 22)
    assert near(found.estimate, 0.1220)
    assert near(found.low, 0.0115)
    assert near(found.high, 0.2265)


def test_the_headline_allows_for_clustering() -> None:
    found = clustered_difference(PODS, TEAMS)
    assert near(found.estimate, 0.4792)
    assert near(found.low, 0.2651)
    assert near(found.high, 0.6365)
    assert near(found.icc, 0.0277)
    assert near(found.design_effect, 1.35)
    assert found.df == 16
    pods = clustered_proportion(PODS, icc=found.icc or 0, df=found.df)
    assert near(pods.low, 0.5309)
    assert near(pods.high, 0.8390)
    teams = clustered_proportion(TEAMS, icc=found.icc or 0, df=found.df)
    assert near(teams.low, 0.1415)
    assert near(teams.high, 0.3490)


def test_an_early_look_at_the_same_counts_leaves_out_zero() -> None:
    found = clustered_difference(PODS, TEAMS, level=0.999)
    assert near(found.low, 0.0750)
    assert near(found.high, 0.7194)


def test_a_negative_icc_counts_as_five_hundredths() -> None:
    even = [(4, 8)] * 6
    found = clustered_difference(even, [(2, 8)] * 12)
    assert found.icc is not None
    assert found.icc < 0
    assert near(found.design_effect, 1.35)


def test_unequal_clusters_weigh_by_their_size() -> None:
    assert near(design_effect([10, 8, 8, 6, 4, 12], 0.05), 1.3917)
    assert design_effect([8] * 6, 0.05) == pytest.approx(1.35)
    assert design_effect([100] * 4, 0.04) == pytest.approx(4.96)
    assert design_effect([1] * 9, 0.9) == 1


def test_a_control_group_without_teams_is_not_taken_for_one_cluster() -> None:
    found = clustered_difference(PODS, [(22, 96)])
    assert found.df == 5
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4792 < found.high


@pytest.mark.parametrize(
    ("pods", "teams", "reason"),
    [([], TEAMS, Reason.NO_DATA), (PODS, [(0, 0)], Reason.NO_DATA), ([(5, 8)], [(22, 96)], Reason.TOO_FEW)],
)
def test_without_enough_clusters_there_is_a_reason_and_no_interval(
    pods: list[tuple[int, int]], teams: list[tuple[int, int]], reason: Reason
) -> None:
    found = clustered_difference(pods, teams)
    assert (found.low, found.high, found.reason) == (None, None, reason)


def test_clusters_of_one_person_each_have_no_clustering_to_measure() -> None:
    found = clustered_difference([(1, 1), (0, 1)], [(0, 1), (1, 1)])
    assert found.icc == 0
    assert found.design_effect == 1


def test_student_1908_in_ratios_keeps_the_signs() -> None:
    before = [180, 150, 120, 200, 90, 240, 160, 140, 60, 300]
    after = [40, 60, 110, 90, 100, 120, 50, 140, 45, 400]
    frequency = [1, 2, 1, 1, 3, 1, 2, 1, 4, 0.5]
    ratio = statistics.paired_ratio(before, after)
    assert near(ratio.estimate, 0.6031)
    assert near(ratio.low, 0.3937)
    assert near(ratio.high, 0.9239)
    savings = [(b - a) * times for b, a, times in zip(before, after, frequency, strict=True)]
    median = statistics.median_interval(savings)
    assert (median.estimate, median.low, median.high) == (85, -30, 180)
    mean = statistics.mean_interval(savings, seed=1)
    assert mean.estimate == 76
    assert near(mean.low, 22, 4)
    assert near(mean.high, 131, 4)
    assert mean == statistics.mean_interval(savings, seed=1)


def test_the_median_of_the_sleep_data() -> None:
    found = statistics.median_interval([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4])
    assert (found.estimate, found.low, found.high) == (1.3, 0.8, 2.4)


@pytest.mark.parametrize(
    ("values", "reason"), [([], Reason.NO_DATA), ([3.0], Reason.TOO_FEW), ([1.0] * 5, Reason.TOO_FEW)]
)
def test_too_few_values_have_a_median_without_an_interval(values: list[float], reason: Reason) -> None:
    found = statistics.median_interval(values)
    assert (found.low, found.high, found.reason) == (None, None, reason)


def test_identical_differences_have_no_variation_and_no_nan() -> None:
    assert statistics.mean_interval([5.0] * 12, seed=1).reason is Reason.NO_VARIATION
    assert statistics.paired_ratio([10] * 12, [5] * 12).reason is Reason.NO_VARIATION
    assert statistics.difference_in_differences([1, 1], [1, 1]).reason is Reason.NO_VARIATION


def test_difference_in_differences_on_pod_means() -> None:
    pods = [(after - before) / 8 for after, before in zip((8, 7, 6, 5, 5, 3), (1, 1, 1, 0, 1, 0), strict=True)]
    teams = [
        (after - before) / 8
        for after, before in zip(
            (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0), (2, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0), strict=True
        )
    ]
    found = statistics.difference_in_differences(pods, teams)
    assert near(found.estimate, 0.4792)
    assert near(found.df, 6.3231)
    assert near(found.low, 0.2938)
    assert near(found.high, 0.6645)


def test_kaplan_and_meier_on_the_leukaemia_trial() -> None:
    times = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    found = statistics.survival(times, [True] * 9 + [False] * 12)
    assert found.times == (6, 7, 10, 13, 16, 22, 23)
    for survivors, expected in zip(
        found.survivors, (0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482), strict=True
    ):
        assert near(survivors, expected)
    for error, expected in zip(
        found.standard_errors, (0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346), strict=True
    ):
        assert near(error, expected)
    assert near(found.lows[-1], 0.1881)
    assert near(found.highs[-1], 0.6801)
    assert found.median == 23
    assert found.at_risk[0] == 21


def test_nobody_lapsed() -> None:
    found = statistics.survival([4, 8, 12], [False] * 3)
    assert found.times == ()
    assert found.median is None


@pytest.mark.parametrize("counts", [(5, 4), (-1, 4)])
def test_impossible_counts_are_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="of 4"):
        proportion(*counts)
    with pytest.raises(ValueError, match="of 4"):
        clustered_difference([counts], TEAMS)


def test_nobody_gives_no_share_and_no_exception() -> None:
    assert proportion(0, 0).reason is Reason.NO_DATA
    assert statistics.difference(0, 0, 1, 2).reason is Reason.NO_DATA
    assert statistics.paired_difference(0, 0, 0, 0).reason is Reason.NO_DATA
    assert clustered_proportion([], icc=0.05, df=3).reason is Reason.NO_DATA


def test_no_answer_is_ever_nan() -> None:
    for x in range(9):
        for n in range(x, 9):
            found = proportion(x, n)
            assert all(number is None or math.isfinite(number) for number in (found.estimate, found.low, found.high))
