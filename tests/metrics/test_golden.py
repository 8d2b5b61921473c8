"""Published tables, and recomputed ones: every figure of golden.json and of the specification's golden tables."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from metrics import statistics
from metrics.rules import Adoption, percent
from metrics.statistics import (
    RESAMPLES,
    Interval,
    bca,
    clustered_difference,
    clustered_proportion,
    design_effect,
    difference_in_differences,
    paired_change,
    survival,
)

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))
PODS = [(x, 8) for x in GOLDEN["pods_illustrative"]["pods"]]
TEAMS = [(x, 8) for x in GOLDEN["pods_illustrative"]["control_teams"]]
BEFORE = [180, 150, 120, 200, 90, 240, 160, 140, 60, 300]
AFTER = [40, 60, 110, 90, 100, 120, 50, 140, 45, 400]
TIMES_A_WEEK = [1, 2, 1, 1, 3, 1, 2, 1, 4, 0.5]
SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
NEUROSURGERY = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def near(*expected: float, within: float = 0.00005) -> Any:
    """These figures, as published to four digits."""
    return pytest.approx(expected, abs=within + 1e-12)


def bounds(found: Interval) -> tuple[float | None, float | None]:
    return found.low, found.high


def test_every_golden_figure_is_tried_here() -> None:
    assert set(GOLDEN) == {"wilson", "newcombe_indep", "newcombe_paired_efgh", "km_6mp", "pods_illustrative"}


@pytest.mark.parametrize(("x", "n", "low", "high"), GOLDEN["wilson"])
def test_wilson_as_in_newcombe_1998a_table_i(x: int, n: int, low: float, high: float) -> None:
    found = statistics.proportion(x, n)
    assert found.estimate == x / n
    assert bounds(found) == near(low, high)


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "low", "high"), GOLDEN["newcombe_indep"])
def test_newcombe_method_10_as_in_1998b_table_ii(x1: int, n1: int, x2: int, n2: int, low: float, high: float) -> None:
    found = statistics.difference(x1, n1, x2, n2)
    assert found.estimate == pytest.approx(x1 / n1 - x2 / n2)
    assert bounds(found) == near(low, high)


@pytest.mark.parametrize(("e", "f", "g", "h", "estimate", "low", "high"), GOLDEN["newcombe_paired_efgh"])
def test_newcombe_paired(e: int, f: int, g: int, h: int, estimate: float, low: float, high: float) -> None:
    found = statistics.paired_difference(e, f, g, h)
    assert (found.estimate, *bounds(found)) == near(estimate, low, high)


def test_the_illustrative_pods() -> None:
    golden = GOLDEN["pods_illustrative"]
    found = clustered_difference(PODS, TEAMS)
    assert (found.estimate, *bounds(found)) == near(golden["diff"], *golden["ci"])
    assert (found.icc, found.icc_used) == near(golden["icc"], golden["icc_used"])
    assert (found.design_effect, found.control_design_effect) == near(golden["deff"], golden["deff"])
    assert found.df == golden["df"]
    assert found.first is not None
    assert found.second is not None
    assert bounds(found.first) == near(*golden["wilson_pod"])
    assert bounds(found.second) == near(*golden["wilson_ctl"])
    # The arms by themselves, with the same allowance.
    assert clustered_proportion(PODS, icc=golden["icc"], df=golden["df"]) == found.first
    assert clustered_proportion(TEAMS, icc=golden["icc"], df=golden["df"]) == found.second


def test_the_headline_in_whole_percent() -> None:
    assert [percent(x / 48) for x in (33, 34, 35)] == [69, 71, 73]
    assert percent(22 / 96) == 23


def test_the_interim_look_at_the_illustrative_pods() -> None:
    assert bounds(clustered_difference(PODS, TEAMS, level=0.999)) == near(0.0750, 0.7194)


def test_the_silent_of_day_30_counted_both_ways() -> None:
    pods, comparison = Adoption(34, 40, 48), Adoption(22, 78, 96)
    assert (pods.worst, pods.rate, pods.best) == near(0.7083, 0.85, 0.875)
    assert (comparison.worst, comparison.rate, comparison.best) == near(0.2292, 0.2821, 0.4167)
    assert pods.less(comparison) == near(0.2917, 0.6458)


def test_the_leukaemia_trial_of_6_mp() -> None:
    golden = GOLDEN["km_6mp"]
    found = survival(golden["t"], [bool(event) for event in golden["e"]])
    assert found.times == tuple(float(time) for time in golden["S"])
    assert found.survivors == near(*golden["S"].values())
    assert found.standard_errors == near(*golden["se"].values())
    assert (found.lows[-1], found.highs[-1]) == near(*golden["ci23"])
    assert found.median == golden["median"]
    assert found.at_risk == (21, 17, 15, 12, 11, 7, 6)


def test_the_leukaemia_trial_against_placebo() -> None:
    golden = GOLDEN["km_6mp"]
    found = statistics.log_rank(golden["t"], [bool(event) for event in golden["e"]], PLACEBO, [True] * 21)
    assert found.statistic == pytest.approx(16.7929, abs=0.00005)
    assert (found.df, found.p) == (1, pytest.approx(4.17e-5, rel=0.01))


def test_students_sleep_of_1908() -> None:
    found = paired_change([0] * 10, SLEEP)
    assert (found.estimate, found.t, found.p, *bounds(found)) == near(1.58, 4.0621, 0.0028, 0.7001, 2.4599)
    assert found.df == 9
    median = statistics.median_interval(SLEEP)
    assert (median.estimate, *bounds(median)) == (1.3, 0.8, 2.4)


def test_efron_and_tibshirani_table_14_2() -> None:
    scores = np.asarray(NEUROSURGERY)
    draws = np.random.default_rng(1).choice(scores, (RESAMPLES, scores.size)).var(axis=1)
    left_out = [np.delete(scores, place).var() for place in range(scores.size)]
    assert scores.var() == pytest.approx(171.5340, abs=0.00005)
    limits = bca(scores.var(), draws, left_out, level=0.90)
    # Published with 2,000 resamples.
    assert limits == pytest.approx((115.8, 259.6), abs=5)
    apart = np.mean(left_out) - left_out
    assert (apart**3).sum() / (6 * (apart**2).sum() ** 1.5) == pytest.approx(0.0612, abs=0.00005)


def test_efron_and_tibshirani_shift_the_ends_by_bias_and_acceleration() -> None:
    """Their 14.10: with a bias of 0.146 and an acceleration of 0.061, 0.05 and 0.95 become 0.110 and 0.985."""
    scores = np.asarray(NEUROSURGERY)
    left_out = [np.delete(scores, place).var() for place in range(scores.size)]
    draws = np.linspace(0, 1, 10_001)
    assert bca(NormalDist().cdf(0.146), draws, left_out, level=0.90) == near(0.110, 0.985, within=0.0005)


def with_mean_and_error(mean: float, error: float, n: int) -> list[float]:
    """n values of exactly this mean and standard error."""
    shape = np.linspace(-1, 1, n)
    return list(mean + shape / shape.std(ddof=1) * error * np.sqrt(n))


def test_card_and_krueger_1994_table_3_row_4() -> None:
    new_jersey, pennsylvania = with_mean_and_error(0.4667, 0.4808, 309), with_mean_and_error(-2.2833, 1.2533, 75)
    found = difference_in_differences(new_jersey, pennsylvania)
    assert found.estimate == pytest.approx(2.75, abs=0.00005)
    # The printed errors have four digits, so what follows from them has three.
    assert bounds(found) == near(0.0857, 5.4143, within=0.0005)
    assert found.df == pytest.approx(96.88, abs=0.02)
    assert found.t == pytest.approx(2.75 / 1.3423, abs=0.001)


def test_kerry_and_bland_1998_and_five_times() -> None:
    assert pytest.approx(0.0036, abs=0.00005) == 0.0046 / (0.0046 + 1.28)
    assert design_effect([100] * 4, 0.04) == pytest.approx(4.96)
    assert design_effect([8] * 6, 0.05) == pytest.approx(1.35)
    assert [48 / design_effect([8] * 6, 0.05), 96 / design_effect([8] * 12, 0.05)] == near(35.5556, 71.1111)
    sizes = [10, 8, 8, 6, 4, 12]
    assert sum(size**2 for size in sizes) / sum(sizes) == pytest.approx(8.8333, abs=0.00005)
    assert design_effect(sizes, 0.05) == pytest.approx(1.3917, abs=0.00005)


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0, 3.6889), (10, 4.7954, 18.3904)])
def test_garwood(events: int, low: float, high: float) -> None:
    assert bounds(statistics.count_interval(events)) == near(low, high)


def test_difference_in_differences_of_adoption() -> None:
    pods = [(after - before) / 8 for (after, _), before in zip(PODS, (1, 1, 1, 0, 1, 0), strict=True)]
    baseline = (2, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0)
    teams = [(after - before) / 8 for (after, _), before in zip(TEAMS, baseline, strict=True)]
    found = difference_in_differences(pods, teams)
    assert (found.estimate, found.df, *bounds(found)) == near(0.4792, 6.3231, 0.2938, 0.6645)


def test_time_saved_by_ten_people() -> None:
    ratio = statistics.paired_ratio(BEFORE, AFTER)
    assert (ratio.estimate, *bounds(ratio)) == near(0.6031, 0.3937, 0.9239)
    savings = [(b - a) * times for b, a, times in zip(BEFORE, AFTER, TIMES_A_WEEK, strict=True)]
    median = statistics.median_interval(savings)
    assert (median.estimate, *bounds(median)) == (85, -30, 180)
    mean = statistics.mean_interval(savings, seed=1)
    assert mean.estimate == 76
    assert bounds(mean) == pytest.approx((22, 131), abs=4)
