"""Our own intervals against statsmodels and scipy, on numbers nobody thought of."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from metrics.statistics import (
    LEAST_ICC,
    Interval,
    Reason,
    clustered_difference,
    clustered_mean,
    clustered_proportion,
    count_interval,
    cronbach_alpha,
    design_effect,
    difference,
    difference_in_differences,
    holm,
    log_rank,
    mean_in_clusters,
    mean_interval,
    median_in_clusters,
    median_interval,
    paired_change,
    paired_difference,
    paired_ratio,
    proportion,
    ratio_in_clusters,
    share_in_clusters,
    survival,
    weighted_kappa,
)
from surveys.rules import SAFETY, alpha, scored

# The oracles take their time, and the machine may have other things to do.
unhurried = settings(deadline=None, max_examples=60)

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99, 0.999])
COUNTS = st.integers(0, 400)
VALUES = st.floats(-600, 600).map(lambda value: round(value, 2))
MINUTES = st.integers(1, 600)


@st.composite
def shares(draw: st.DrawFn, least: int = 1, most: int = 500) -> tuple[int, int]:
    n = draw(st.integers(least, most))
    return draw(st.integers(0, n)), n


CLUSTERS = st.lists(shares(most=30), min_size=3, max_size=12)


@st.composite
def followed(draw: st.DrawFn) -> tuple[list[int], list[bool]]:
    pairs = draw(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=40))
    return [duration for duration, _ in pairs], [seen for _, seen in pairs]


def same(*expected: float, rel: float = 1e-9, within: float = 1e-9) -> Any:
    return pytest.approx(expected, rel=rel, abs=within)


def bounds(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def sound(found: Interval, low: float = -math.inf, high: float = math.inf) -> None:
    """What every answer owes: numbers in order and in range, or None with a reason."""
    if found.reason is None:
        assert found.estimate is not None
    if found.estimate is not None:
        assert math.isfinite(found.estimate)
        assert low <= found.estimate <= high
    if found.reason is not None:
        assert found.low is found.high is None
        return
    assert found.estimate is not None
    ends = bounds(found)
    assert all(math.isfinite(end) for end in ends)
    slack = 1e-9 * max(1, abs(found.estimate))
    assert low <= ends[0] <= found.estimate + slack
    assert found.estimate - slack <= ends[1] <= high


@unhurried
@given(shares(), LEVELS)
def test_wilson_is_statsmodels(share: tuple[int, int], level: float) -> None:
    found = proportion(*share, level=level)
    sound(found, 0, 1)
    assert bounds(found) == same(*proportion_confint(*share, alpha=1 - level, method="wilson"))


@unhurried
@given(shares(), shares(), LEVELS)
def test_newcombe_is_statsmodels(first: tuple[int, int], second: tuple[int, int], level: float) -> None:
    found = difference(*first, *second, level=level)
    sound(found, -1, 1)
    oracle = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff", alpha=1 - level)
    assert bounds(found) == same(*oracle)
    turned = difference(*second, *first, level=level)
    assert bounds(turned) == same(-bounds(found)[1], -bounds(found)[0])


@unhurried
@given(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), LEVELS)
def test_the_paired_difference_is_sound_and_turns_with_its_sides(counts: tuple[int, ...], level: float) -> None:
    both, first, second, neither = counts
    found = paired_difference(both, first, second, neither, level=level)
    sound(found, -1, 1)
    assume(sum(counts))
    turned = paired_difference(both, second, first, neither, level=level)
    assert bounds(turned) == same(-bounds(found)[1], -bounds(found)[0])
    # No for yes turns the difference as well.
    opposite = paired_difference(neither, second, first, both, level=level)
    assert bounds(opposite) == same(*bounds(turned))


@unhurried
@given(st.tuples(*[st.integers(0, 9) | COUNTS] * 4), LEVELS)
@example((0, 5, 0, 5), 0.95)
@example((1, 0, 0, 1), 0.95)
@example((1, 9, 8, 1), 0.95)
@example((3, 2, 1, 3), 0.95)
def test_the_paired_difference_is_newcombes_method_10(counts: tuple[int, ...], level: float) -> None:
    n = sum(counts)
    assume(n)
    # Person by person: phi is the correlation of their two answers, and nothing where one of them is everybody's.
    once, then = np.repeat([1.0, 1.0, 0.0, 0.0], counts), np.repeat([1.0, 0.0, 1.0, 0.0], counts)
    phi = 0.0
    if spread := float(once.std() * then.std()):
        phi = float(((once - once.mean()) * (then - then.mean())).mean()) / spread
        phi = max(phi - 1 / (2 * n * spread), 0) if phi > 0 else phi
    (p1, low1, high1), (p2, low2, high2) = (
        (float(side.mean()), *proportion_confint(side.sum(), n, alpha=1 - level, method="wilson"))
        for side in (once, then)
    )

    def apart(near1: float, near2: float) -> float:
        return math.sqrt(max(near1**2 - 2 * phi * near1 * near2 + near2**2, 0))

    expected = p1 - p2 - apart(p1 - low1, high2 - p2), p1 - p2 + apart(high1 - p1, p2 - low2)
    assert bounds(paired_difference(*counts, level=level)) == same(*expected, within=1e-6)


@unhurried
@given(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS))
def test_pairs_that_do_not_agree_are_no_better_than_strangers(counts: tuple[int, ...]) -> None:
    both, first, second, neither = counts
    n = sum(counts)
    assume(n)
    paired = bounds(paired_difference(*counts))
    apart = bounds(difference(both + first, n, both + second, n))
    if both * neither > first * second + n / 2:
        assert paired[1] - paired[0] <= apart[1] - apart[0] + 1e-9
    elif both * neither < first * second:
        assert paired[1] - paired[0] >= apart[1] - apart[0] - 1e-9


# --- clusters --------------------------------------------------------------------------------------------------------


@unhurried
@given(CLUSTERS, CLUSTERS)
def test_the_icc_is_that_of_an_analysis_of_variance(pods: list[tuple[int, int]], teams: list[tuple[int, int]]) -> None:
    found = clustered_difference(pods, teams)
    # Person by person: sums of squares as any analysis of variance has them.
    people = [[np.repeat([1.0, 0.0], [x, n - x]) for x, n in arm] for arm in (pods, teams)]
    total = [np.concatenate(arm) for arm in people]
    within = sum(float(((one - one.mean()) ** 2).sum()) for arm in people for one in arm)
    between = sum(float(((everybody - everybody.mean()) ** 2).sum()) for everybody in total) - within
    df_between = len(pods) + len(teams) - 2
    df_within = sum(map(len, total)) - len(pods) - len(teams)
    assume(df_within and within + between > 1e-9)
    mean_size = (
        sum(
            len(everybody) - sum(len(one) ** 2 for one in arm) / len(everybody)
            for arm, everybody in zip(people, total, strict=True)
        )
        / df_between
    )
    msb, msw = between / df_between, within / df_within
    assert found.icc == pytest.approx((msb - msw) / (msb + (mean_size - 1) * msw), abs=1e-9)
    assert found.icc_used == max(found.icc or 0, LEAST_ICC)
    assert found.df == df_between


@unhurried
@given(CLUSTERS, CLUSTERS, LEVELS)
def test_the_clustered_interval_is_wilson_and_newcombe_on_effective_numbers(
    pods: list[tuple[int, int]], teams: list[tuple[int, int]], level: float
) -> None:
    found = clustered_difference(pods, teams, level=level)
    sound(found, -1, 1)
    assert found.icc_used is not None
    # The level at which z is as wide as t is here: statsmodels then does the rest.
    alpha = 2 * stats.norm.sf(stats.t.ppf((1 + level) / 2, found.df))
    sides = []
    for arm in (pods, teams):
        n = sum(size for _, size in arm)
        x = sum(hits for hits, _ in arm)
        effect = design_effect([size for _, size in arm], found.icc_used)
        low, high = proportion_confint(x / effect, n / effect, alpha=alpha, method="wilson")
        sides.append((x / n, low, high))
    (p1, low1, high1), (p2, low2, high2) = sides
    expected = p1 - p2 - math.hypot(p1 - low1, high2 - p2), p1 - p2 + math.hypot(high1 - p1, p2 - low2)
    assert bounds(found) == same(*expected, within=1e-6)


@unhurried
@given(CLUSTERS, CLUSTERS)
def test_allowing_for_clusters_never_narrows(pods: list[tuple[int, int]], teams: list[tuple[int, int]]) -> None:
    clustered = bounds(clustered_difference(pods, teams))
    plain = bounds(difference(*(sum(side) for arm in (pods, teams) for side in zip(*arm, strict=True))))
    assert clustered[0] <= plain[0] + 1e-9
    assert clustered[1] >= plain[1] - 1e-9


@unhurried
@given(CLUSTERS, CLUSTERS, st.randoms())
def test_the_order_of_clusters_changes_nothing(
    pods: list[tuple[int, int]], teams: list[tuple[int, int]], order: Any
) -> None:
    found = bounds(clustered_difference(pods, teams))
    order.shuffle(pods)
    order.shuffle(teams)
    assert bounds(clustered_difference(pods, teams)) == same(*found)


@unhurried
@given(
    st.lists(shares(least=0, most=6), max_size=5),
    st.lists(shares(least=0, most=6), max_size=5),
    LEVELS,
)
def test_small_and_empty_clusters_are_answered_or_explained(
    pods: list[tuple[int, int]], teams: list[tuple[int, int]], level: float
) -> None:
    found = clustered_difference(pods, teams, level=level)
    sound(found, -1, 1)
    if len([n for _, n in pods if n]) < 3:
        assert found.reason in {Reason.NO_DATA, Reason.TOO_FEW}
    sound(clustered_proportion(pods, icc=found.icc or 0, df=found.df or 1, level=level), 0, 1)


# --- one arm on its own ----------------------------------------------------------------------------------------------

OF_PEOPLE = st.lists(st.lists(VALUES, min_size=1, max_size=8), min_size=3, max_size=7)


@unhurried
@given(CLUSTERS, LEVELS)
def test_a_share_in_clusters_is_wilson_on_effective_numbers_of_this_arm_alone(
    clusters: list[tuple[int, int]], level: float
) -> None:
    found = share_in_clusters(clusters, level=level)
    sound(found, 0, 1)
    # Analysis of variance over single people, by numpy.
    people = [(place, hit) for place, (x, n) in enumerate(clusters) for hit in [1.0] * x + [0.0] * (n - x)]
    assert found.icc == pytest.approx(
        icc_of([[y for at, y in people if at == k] for k in range(len(clusters))]), abs=1e-9
    )
    expected = clustered_proportion(clusters, icc=max(found.icc or 0, LEAST_ICC), df=len(clusters) - 1, level=level)
    assert bounds(found) == same(*bounds(expected))
    sizes = [n for _, n in clusters]
    assert (found.design_effect, found.df) == (design_effect(sizes, max(found.icc or 0, LEAST_ICC)), len(sizes) - 1)


def icc_of(clusters: list[list[float]]) -> float:
    """One-way analysis of variance, by numpy."""
    n, k = sum(map(len, clusters)), len(clusters)
    if n == k:
        return 0.0
    values, means = np.concatenate(clusters), np.array([np.mean(one) for one in clusters])
    sizes = np.array([len(one) for one in clusters])
    between = float((sizes * (means - values.mean()) ** 2).sum()) / (k - 1)
    within = float(((values - np.repeat(means, sizes)) ** 2).sum()) / (n - k)
    m0 = (n - (sizes**2).sum() / n) / (k - 1)
    total = between + (m0 - 1) * within
    return (between - within) / total if total else 0.0


@unhurried
@given(OF_PEOPLE, LEVELS)
def test_a_mean_in_clusters_is_students_with_the_design_effect(clusters: list[list[float]], level: float) -> None:
    values = np.concatenate(clusters)
    found = mean_in_clusters(clusters, level=level)
    assert found.estimate == pytest.approx(float(values.mean()), abs=1e-6)
    if found.reason:
        assert found.reason is Reason.NO_VARIATION
        return
    icc = icc_of(clusters)
    assert found.icc == pytest.approx(icc, abs=1e-6)
    effect = design_effect([len(one) for one in clusters], max(icc, LEAST_ICC))
    error = stats.sem(values) * math.sqrt(effect)
    expected = stats.t.interval(level, len(clusters) - 1, loc=values.mean(), scale=error)
    assert bounds(found) == same(*map(float, expected), within=1e-6 * (1 + float(np.abs(values).max())))


@unhurried
@given(OF_PEOPLE, LEVELS)
def test_a_median_in_clusters_is_woodruffs_and_never_narrower_than_the_exact_one(
    clusters: list[list[float]], level: float
) -> None:
    values = np.sort(np.concatenate(clusters))
    found, exact = median_in_clusters(clusters, level=level), median_interval(values.tolist(), level=level)
    assert found.estimate == exact.estimate == np.median(values)
    if exact.low is None or exact.high is None:
        assert found.reason is exact.reason is Reason.TOO_FEW
        return
    # Whether somebody is no higher than the median is a share, and its interval is read off the values.
    icc = icc_of([[float(value <= found.estimate) for value in one] for one in clusters])
    effect = design_effect([len(one) for one in clusters], max(icc, LEAST_ICC))
    n = len(values) / effect
    if 2 * 0.5 ** math.floor(n) > 1 - level:
        assert (found.low, found.high, found.reason) == (None, None, Reason.TOO_FEW)
        return
    t = stats.t.ppf((1 + level) / 2, len(clusters) - 1)
    half = t * math.sqrt(1 / n + (t / n) ** 2) / (1 + t**2 / n) / 2
    places = len(values) * (0.5 - half), len(values) * (0.5 + half)
    assume(all(abs(place - round(place)) > 1e-6 for place in places))
    low, high = values[math.floor(places[0])], values[math.floor(places[1])]
    assert bounds(found) == (min(exact.low, low), max(exact.high, high))


@unhurried
@given(
    st.lists(st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=8), min_size=3, max_size=7),
    LEVELS,
    st.sampled_from([0.0, LEAST_ICC, 0.2]),
)
def test_a_ratio_in_clusters_is_the_mean_of_logs(
    clusters: list[list[tuple[float, float]]], level: float, least_icc: float
) -> None:
    each = [[math.log(after) - math.log(before) for before, after in pairs] for pairs in clusters]
    logs = mean_in_clusters(each, level=level, least_icc=least_icc)
    found = ratio_in_clusters(clusters, level=level, least_icc=least_icc)
    assert logs.estimate is not None
    assert found.estimate == pytest.approx(math.exp(logs.estimate))
    assert found.reason is logs.reason
    assert (found.low is None, found.high is None) == (logs.low is None, logs.high is None)
    if logs.low is not None and logs.high is not None:
        expected = math.exp(logs.low), math.exp(logs.high)
        assert bounds(found) == same(*expected, within=1e-6 * expected[1])


def test_one_arm_below_three_clusters_has_no_interval_and_nobody_no_figure() -> None:
    for two, none, estimate in (
        (share_in_clusters([(1, 2), (2, 2)]), share_in_clusters([(0, 0)]), 0.75),
        (mean_in_clusters([[1, 2], [3]]), mean_in_clusters([[]]), 2),
        (median_in_clusters([[1, 2, 3, 4], [5, 6, 7, 8]]), median_in_clusters([]), 4.5),
        (ratio_in_clusters([[(1, 2)], [(1, 2)]]), ratio_in_clusters([]), 2),
    ):
        assert (two.estimate, two.low, two.reason) == (pytest.approx(estimate), None, Reason.TOO_FEW)
        assert (none.estimate, none.reason) == (None, Reason.NO_DATA)
    # Three clusters, and so alike within that they are as good as three people.
    alike = median_in_clusters([[1.0] * 8, [2.0] * 8, [3.0] * 8])
    assert (alike.low, alike.reason, alike.icc) == (None, Reason.TOO_FEW, pytest.approx(1))
    with pytest.raises(ValueError, match=r"^A ratio needs values above zero\.$"):
        ratio_in_clusters([[(0, 1)]])
    far = ratio_in_clusters([[(1e-90, 1e90)], [(1e90, 1e-90)], [(1, 1)]])
    assert (far.estimate, far.low, far.reason) == (pytest.approx(1), None, Reason.TOO_FEW)


# --- means and medians -----------------------------------------------------------------------------------------------


@unhurried
@given(st.lists(VALUES, min_size=2, max_size=30), LEVELS)
def test_the_paired_change_is_students(values: list[float], level: float) -> None:
    found = paired_change([0] * len(values), values, level=level)
    sound(found)
    if found.reason is None:
        described = DescrStatsW(values)
        assert bounds(found) == same(*described.tconfint_mean(alpha=1 - level), rel=1e-6, within=1e-6)
        t, p, df = described.ttest_mean(0)
        assert (found.t, found.p, found.df) == same(t, p, df, rel=1e-6)


@unhurried
@given(st.lists(st.tuples(MINUTES, MINUTES), min_size=2, max_size=30), LEVELS)
def test_the_ratio_is_students_on_logs(pairs: list[tuple[int, int]], level: float) -> None:
    before, after = [once for once, _ in pairs], [then for _, then in pairs]
    found = paired_ratio(before, after, level=level)
    sound(found, 0)
    if found.reason is None:
        logs = stats.ttest_1samp(np.log(after) - np.log(before), 0).confidence_interval(level)
        assert bounds(found) == same(*np.exp(logs), rel=1e-6)
        turned = paired_ratio(after, before, level=level)
        assert (turned.estimate or 0) * (found.estimate or 0) == pytest.approx(1)


@unhurried
@given(st.lists(VALUES, min_size=1, max_size=60), LEVELS)
def test_the_median_is_scipys_exact_one(values: list[float], level: float) -> None:
    found = median_interval(values, level=level)
    sound(found)
    assert found.estimate == pytest.approx(np.median(values))
    oracle = stats.quantile_test(values, q=0, p=0.5).confidence_interval(level)
    if found.reason is Reason.TOO_FEW:
        assert math.isnan(oracle.low)
        assert math.isnan(oracle.high)
    else:
        assert bounds(found) == (oracle.low, oracle.high)


@settings(deadline=None, max_examples=20)
@given(st.lists(VALUES, min_size=2, max_size=40), st.integers(0, 2**48))
def test_the_bootstrapped_mean_is_scipys(values: list[float], seed: int) -> None:
    found = mean_interval(values, seed)
    sound(found)
    assume(found.reason is None and len(set(values)) > 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rng = np.random.default_rng(seed)
        oracle = stats.bootstrap((np.asarray(values),), np.mean, method="BCa", rng=rng).confidence_interval
    width = oracle.high - oracle.low
    # Other draws: they agree up to the bootstrap's own noise, which one value far from the others makes large.
    assert bounds(found) == pytest.approx((oracle.low, oracle.high), abs=0.25 * width)


@unhurried
@given(st.lists(st.lists(VALUES, max_size=5), max_size=14), st.integers(0, 9))
def test_pods_means_are_answered_or_explained(pods: list[list[float]], seed: int) -> None:
    found = clustered_mean(pods, seed)
    sound(found)
    means = [float(np.mean(values)) for values in pods if values]
    if 3 <= len(means) < 10 and found.reason is None:
        low, high = DescrStatsW(means).tconfint_mean()
        assert bounds(found) == same(low, high, rel=1e-6, within=1e-6)


@unhurried
@given(st.lists(VALUES, min_size=2, max_size=12), st.lists(VALUES, min_size=2, max_size=12), LEVELS)
def test_difference_in_differences_is_welchs(treated: list[float], control: list[float], level: float) -> None:
    found = difference_in_differences(treated, control, level=level)
    sound(found)
    if found.reason is None:
        compared = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
        expected = compared.tconfint_diff(alpha=1 - level, usevar="unequal")
        assert bounds(found) == same(*expected, rel=1e-6, within=1e-6)
        t, p, df = compared.ttest_ind(usevar="unequal")
        assert (found.t, found.p, found.df) == same(t, p, df, rel=1e-6)


# --- events, survival, many outcomes, agreement ----------------------------------------------------------------------


@unhurried
@given(COUNTS, st.floats(0.01, 1000), LEVELS)
def test_garwood_is_the_exact_poisson_interval(events: int, exposure: float, level: float) -> None:
    found = count_interval(events, exposure, level=level)
    sound(found, 0)
    low, high = (end * exposure for end in bounds(found))
    # By what defines it: at either end the count seen is just as improbable as the level allows.
    assert stats.poisson.cdf(events, high) == pytest.approx((1 - level) / 2, rel=1e-6)
    if events:
        assert stats.poisson.sf(events - 1, low) == pytest.approx((1 - level) / 2, rel=1e-6)


@unhurried
@given(followed(), LEVELS)
def test_the_curve_is_that_of_kaplan_and_meier(data: tuple[list[int], list[bool]], level: float) -> None:
    durations, observed = data
    found = survival(durations, observed, level=level)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it divides by zero where nobody is left
        oracle = SurvfuncRight(durations, [int(seen) for seen in observed])
    steps = {float(time): place for place, time in enumerate(oracle.surv_times)}
    assert set(found.times) == {float(duration) for duration, seen in zip(durations, observed, strict=True) if seen}
    z = stats.norm.ppf((1 + level) / 2)
    for place, time in enumerate(found.times):
        there = steps[time]
        left = float(oracle.surv_prob[there])
        assert found.survivors[place] == pytest.approx(left, abs=1e-9)
        assert found.at_risk[place] == oracle.n_risk[there]
        low, high, error = found.lows[place], found.highs[place], found.standard_errors[place]
        if found.survivors[place] == 0:
            assert low is high is error is None
            continue
        assert low is not None
        assert high is not None
        assert error == pytest.approx(float(oracle.surv_prob_se[there]), abs=1e-9)
        # The textbook's log-log interval from the oracle's own error.
        width = z * oracle.surv_prob_se[there] / (left * abs(math.log(left)))
        assert (low, high) == same(left ** math.exp(width), left ** math.exp(-width), within=1e-9)
        assert 0 <= low <= left + 1e-12 <= high + 2e-12 <= 1 + 2e-12


@unhurried
@given(followed())
def test_the_median_and_the_grid_follow_the_curve(data: tuple[list[int], list[bool]]) -> None:
    found = survival(*data)
    if found.median is None:
        assert found.reason is Reason.NOT_REACHED
        assert all(left > 0.5 for left in found.survivors)
    else:
        assert found.reason is None
        assert found.at(found.median).survivors <= 0.5 + 1e-12
        assert found.at(found.median - 0.5).survivors > 0.5
    grid = found.on_grid(4, 5)
    assert all(step.at_risk >= 5 for step in grid)
    assert all(one.survivors >= other.survivors for one, other in pairwise(grid))


@unhurried
@given(followed(), followed())
def test_the_log_rank_test_is_statsmodels(
    first: tuple[list[int], list[bool]], second: tuple[list[int], list[bool]]
) -> None:
    found = log_rank(*first, *second)
    turned = log_rank(*second, *first)
    if found.statistic is None or found.p is None:
        assert found.reason is Reason.NO_VARIATION
        assert turned == found
        return
    groups = [0] * len(first[0]) + [1] * len(second[0])
    statistic, p = survdiff([*first[0], *second[0]], [int(seen) for seen in (*first[1], *second[1])], groups)
    assert (found.statistic, found.p) == same(float(statistic), float(p), rel=1e-6)
    assert turned.statistic == pytest.approx(found.statistic)


# The oracle collects all garbage at each call.
@settings(deadline=None, max_examples=10)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == same(*multipletests(p_values, method="holm")[1])


@unhurried
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40))
def test_weighted_kappa_is_cohens_on_a_table_without_order(pairs: list[tuple[int, int]]) -> None:
    found = weighted_kappa([one for one, _ in pairs], [other for _, other in pairs])
    sound(found, -1, 1)
    table = np.zeros((5, 5))
    for one, other in pairs:
        table[one - 1, other - 1] += 1
        table[other - 1, one - 1] += 1
    if found.estimate is not None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its standard error, which we do not use, may not exist
            oracle = cohens_kappa(table, wt="quadratic", return_results=False)
        assert found.estimate == pytest.approx(float(oracle), abs=1e-9)
    if found.reason is None:
        left_out = [
            weighted_kappa([p for p, _ in rest], [q for _, q in rest]).estimate
            for rest in (pairs[:place] + pairs[place + 1 :] for place in range(len(pairs)))
        ]
        error = math.sqrt((len(pairs) - 1) * float(np.var([one for one in left_out if one is not None])))
        spread = float(stats.t.ppf(0.975, len(pairs) - 1)) * error
        expected = max(-1, (found.estimate or 0) - spread), min(1, (found.estimate or 0) + spread)
        assert bounds(found) == same(*expected, rel=1e-6, within=1e-6)


@unhurried
@given(
    st.integers(2, 6).flatmap(
        lambda items: st.lists(st.lists(st.integers(1, 5), min_size=items, max_size=items), min_size=2, max_size=40)
    )
)
def test_alpha_is_that_of_the_covariances(rows: list[list[int]]) -> None:
    found = cronbach_alpha(rows)
    sound(found, high=1)
    if found.estimate is not None:
        covariance = np.cov(np.asarray(rows).T)
        items = len(rows[0])
        expected = items / (items - 1) * (1 - np.trace(covariance) / covariance.sum())
        assert found.estimate == pytest.approx(expected, rel=1e-6, abs=1e-9)


@unhurried
@given(st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=8), st.integers(0, 9), LEVELS)
def test_no_answer_is_ever_nan_however_odd_the_numbers(values: list[float], seed: int, level: float) -> None:
    sound(median_interval(values, level=level))
    sound(mean_interval(values, seed, level=level))
    sound(clustered_mean([[value] for value in values], seed, level=level))
    sound(paired_change([0] * len(values), values, level=level))
    sound(difference_in_differences(values, list(reversed(values)), level=level))
    positive = [abs(value) for value in values if abs(value) > 1e-99]
    sound(paired_ratio(positive, list(reversed(positive)), level=level), 0)
    sound(weighted_kappa(values, list(reversed(values)), level=level), -1, 1)
    sound(cronbach_alpha([[value, other] for value, other in zip(values, reversed(values), strict=True)], level=level))


@given(st.lists(st.lists(st.integers(1, 5), min_size=5, max_size=5), min_size=50, max_size=60))
def test_alpha_of_a_survey_is_the_same_number(rows: list[list[int]]) -> None:
    """Two floors compute it: the lower one knows no scipy, the upper one adds Feldt's interval."""
    replies = [{item.key: answer for item, answer in zip(SAFETY.items, row, strict=True)} for row in rows]
    turned = [[float(scored(item, reply[item.key])) for item in SAFETY.items] for reply in replies]
    found = cronbach_alpha(turned).estimate
    assert alpha(SAFETY.items, replies) == (None if found is None else pytest.approx(found, abs=1e-9))
