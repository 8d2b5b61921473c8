"""Intervals where there is little to go by: what has no answer says why, and what is impossible is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from itertools import product

import pytest

from metrics.statistics import (
    ClusteredInterval,
    Envelope,
    Hidden,
    Interval,
    Reason,
    _may_be,
    bca,
    clustered_difference,
    clustered_mean,
    clustered_proportion,
    count_interval,
    cronbach_alpha,
    design_effect,
    difference,
    difference_envelope,
    difference_in_differences,
    holm,
    log_rank,
    mean_interval,
    median_interval,
    paired_change,
    paired_difference,
    paired_ratio,
    proportion,
    survival,
    weighted_kappa,
)

PODS = [(x, 8) for x in (8, 7, 6, 5, 5, 3)]
TEAMS = [(x, 8) for x in (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0)]
NAN = math.nan


def answered(found: Interval) -> tuple[bool, bool, Reason | None]:
    """Whether there is an estimate, whether there is an interval, and why not."""
    assert (found.low is None) == (found.high is None)
    return found.estimate is not None, found.low is not None, found.reason


@pytest.mark.parametrize(
    "call",
    [
        lambda: proportion(0, 0),
        lambda: difference(0, 0, 1, 2),
        lambda: difference(1, 2, 0, 0),
        lambda: paired_difference(0, 0, 0, 0),
        lambda: clustered_difference([], TEAMS),
        lambda: clustered_difference(PODS, [(0, 0)]),
        lambda: clustered_proportion([(0, 0)], icc=0.05, df=3),
        lambda: paired_ratio([], []),
        lambda: paired_change([], []),
        lambda: median_interval([]),
        lambda: mean_interval([], seed=1),
        lambda: clustered_mean([], seed=1),
        lambda: clustered_mean([[], []], seed=1),
        lambda: difference_in_differences([], [1.0]),
        lambda: difference_in_differences([1.0], []),
        lambda: count_interval(0, 0),
        lambda: weighted_kappa([], []),
        lambda: cronbach_alpha([]),
    ],
)
def test_of_nobody_there_is_nothing_to_say(call: Callable[[], Interval]) -> None:
    assert answered(call()) == (False, False, Reason.NO_DATA)


@pytest.mark.parametrize(
    ("call", "estimate"),
    [
        (lambda: clustered_difference([(6, 8), (4, 8)], TEAMS), 10 / 16 - 22 / 96),
        (lambda: clustered_difference([(5, 8)], [(22, 96)]), 5 / 8 - 22 / 96),
        (lambda: paired_ratio([10], [5]), 0.5),
        (lambda: paired_change([3.0], [4.5]), 1.5),
        (lambda: median_interval([3.0]), 3),
        (lambda: median_interval([1.0, 2.0, 3.0, 4.0, 9.0]), 3),
        (lambda: mean_interval([3.0], seed=1), 3),
        (lambda: clustered_mean([[1, 2], [3]], seed=1), 2.25),
        (lambda: difference_in_differences([0.5], [0.25, 0.5]), 0.125),
        (lambda: difference_in_differences([0.25, 0.5], [0.5]), -0.125),
        (lambda: weighted_kappa([1], [5]), -1),
    ],
)
def test_of_too_few_there_is_a_figure_and_no_interval(call: Callable[[], Interval], estimate: float) -> None:
    found = call()
    assert answered(found) == (True, False, Reason.TOO_FEW)
    assert found.estimate == pytest.approx(estimate)


@pytest.mark.parametrize(
    ("call", "estimate"),
    [
        (lambda: mean_interval([5.0] * 12, seed=1), 5),
        (lambda: paired_ratio([10] * 12, [5] * 12), 0.5),
        (lambda: paired_ratio([0.1, 0.3], [0.3, 0.9]), 3),
        (lambda: paired_change([1, 2, 3], [2, 3, 4]), 1),
        (lambda: paired_change([0.1, 0.7], [0.1 + 0.2, 0.7 + 0.2]), 0.2),
        (lambda: difference_in_differences([1, 1], [1, 1]), 0),
        (lambda: difference_in_differences([0.3, 0.1 + 0.2], [0.1, 0.1]), 0.2),
        (lambda: clustered_mean([[1, 3], [2], [2, 2]], seed=1), 2),
        (lambda: clustered_mean([[2]] * 12, seed=1), 2),
        (lambda: weighted_kappa([1, 2, 3], [1, 2, 3]), 1),
        (lambda: weighted_kappa([3, 3, 5], [3, 3, 1]), -1),
        (lambda: cronbach_alpha([[1, 1], [2, 2], [5, 5]]), 1),
    ],
)
def test_where_all_are_alike_there_is_no_interval_and_no_nan(call: Callable[[], Interval], estimate: float) -> None:
    found = call()
    assert answered(found) == (True, False, Reason.NO_VARIATION)
    assert found.estimate == pytest.approx(estimate)


def test_agreement_needs_something_to_agree_on() -> None:
    assert answered(weighted_kappa([4, 4], [4, 4])) == (False, False, Reason.NO_VARIATION)
    assert answered(cronbach_alpha([[1, 5], [5, 1]])) == (False, False, Reason.NO_VARIATION)
    assert answered(cronbach_alpha([[1, 5]])) == (False, False, Reason.TOO_FEW)


def test_a_bound_beyond_any_number_is_none() -> None:
    found = paired_ratio([1, 600], [600, 1], level=0.9999)
    assert answered(found) == (True, False, Reason.TOO_FEW)
    assert found.estimate == pytest.approx(1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: proportion(5, 4),
        lambda: proportion(-1, 4),
        lambda: proportion(0, -1),
        lambda: proportion(0.5, 4),  # type: ignore[arg-type]
        lambda: difference(5, 4, 1, 4),
        lambda: difference(1, 4, 5, 4),
        lambda: paired_difference(3, -1, 1, 1),
        lambda: clustered_difference([(5, 4)], TEAMS),
        lambda: clustered_difference(PODS, [(-1, 4)]),
        lambda: clustered_proportion([(5, 4)], icc=0.05, df=3),
        lambda: clustered_proportion(PODS, icc=0.05, df=0),
        lambda: clustered_proportion(PODS, icc=0.05, df=NAN),
        lambda: design_effect([], 0.05),
        lambda: paired_ratio([1], [1, 2]),
        lambda: paired_ratio([0], [1]),
        lambda: paired_ratio([1], [-1]),
        lambda: paired_ratio([NAN], [1]),
        lambda: paired_change([1], []),
        lambda: median_interval([1, NAN]),
        lambda: median_interval([math.inf]),
        lambda: mean_interval([NAN, 1], seed=1),
        lambda: mean_interval([1e200, 1], seed=1),
        lambda: clustered_mean([[1], [NAN]], seed=1),
        lambda: difference_in_differences([NAN], [1]),
        lambda: difference_in_differences([1], [-math.inf]),
        lambda: count_interval(-1),
        lambda: count_interval(1, 0),
        lambda: count_interval(1, -2),
        lambda: count_interval(0, NAN),
        lambda: count_interval(1.5),  # type: ignore[arg-type]
        lambda: survival([1, 2], [True]),
        lambda: survival([-1], [True]),
        lambda: survival([NAN], [True]),
        lambda: survival([1], [True]).on_grid(0, 5),
        lambda: survival([1], [True]).on_grid(4, 0),
        lambda: log_rank([1], [], [1], [True]),
        lambda: log_rank([1], [True], [-1], [True]),
        lambda: holm([0.5, 1.5]),
        lambda: holm([NAN]),
        lambda: weighted_kappa([1], [1, 2]),
        lambda: cronbach_alpha([[1], [2]]),
        lambda: cronbach_alpha([[1, 2], [1]]),
    ],
)
def test_the_impossible_is_refused_in_a_sentence(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*[a-z].*\.$"):
        call()


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, NAN])
@pytest.mark.parametrize(
    "call",
    [
        lambda level: proportion(1, 2, level=level),
        lambda level: difference(1, 2, 1, 2, level=level),
        lambda level: paired_difference(1, 1, 1, 1, level=level),
        lambda level: clustered_difference(PODS, TEAMS, level=level),
        lambda level: clustered_difference([], [], level=level),
        lambda level: clustered_proportion(PODS, icc=0.05, df=3, level=level),
        lambda level: paired_ratio([], [], level=level),
        lambda level: paired_change([], [], level=level),
        lambda level: median_interval([], level=level),
        lambda level: mean_interval([], 1, level=level),
        lambda level: clustered_mean([], 1, level=level),
        lambda level: bca(1, [1], [1], level=level),
        lambda level: difference_in_differences([], [], level=level),
        lambda level: count_interval(0, level=level),
        lambda level: survival([], [], level=level),
        lambda level: weighted_kappa([], [], level=level),
        lambda level: cronbach_alpha([], level=level),
    ],
)
def test_a_level_is_a_probability(call: Callable[[float], object], level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        call(level)


def test_intervals_are_frozen() -> None:
    assert [field.name for field in fields(Interval)] == ["estimate", "low", "high", "reason"]
    assert {"icc", "design_effect", "df"} <= {field.name for field in fields(ClusteredInterval)}
    with pytest.raises(FrozenInstanceError):
        proportion(1, 2).low = 0  # type: ignore[misc]


def test_none_begins_at_nothing_and_all_end_at_everybody_to_the_last_digit() -> None:
    for level, n in product((0.8, 0.95, 0.999), range(1, 200)):
        assert (proportion(0, n, level=level).low, proportion(n, n, level=level).high) == (0, 1)


# --- clusters --------------------------------------------------------------------------------------------------------


def test_a_negative_icc_counts_as_five_hundredths() -> None:
    found = clustered_difference([(4, 8)] * 6, [(2, 8)] * 12)
    assert found.icc is not None
    assert found.icc < 0
    assert (found.icc_used, found.design_effect) == (0.05, pytest.approx(1.35))


def test_pods_that_differ_widely_are_allowed_for() -> None:
    found = clustered_difference([(8, 8), (8, 8), (0, 8), (0, 8)], [(0, 8)] * 4)
    assert found.icc is not None
    assert found.icc > 0.5
    assert found.icc_used == found.icc
    # Half the people of the pods use it, and yet it may be one pod's whim.
    assert found.low is not None
    assert found.low < 0.05


def test_unequal_clusters_weigh_by_their_size() -> None:
    assert design_effect([10, 8, 8, 6, 4, 12], 0.05) == pytest.approx(1.3917, abs=0.00005)
    assert design_effect([1] * 9, 0.9) == 1
    found = clustered_difference([(5, 10), (4, 8), (4, 8), (3, 6), (2, 4), (6, 12)], [(2, 8)] * 12)
    assert found.design_effect == pytest.approx(1.3917, abs=0.00005)
    assert found.control_design_effect == pytest.approx(1.35)


def test_a_control_group_without_teams_is_not_taken_for_one_cluster() -> None:
    found = clustered_difference(PODS, [(22, 96)])
    assert (found.df, found.control_design_effect) == (5, 1)
    assert found.second == proportion(22, 96)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.4792 < found.high


def test_two_teams_are_teams() -> None:
    found = clustered_difference(PODS, [(11, 48), (11, 48)])
    assert found.df == 6
    assert found.control_design_effect is not None
    assert found.control_design_effect > 1


def test_two_pods_have_shares_and_no_comparison() -> None:
    found = clustered_difference([(6, 8), (4, 8)], TEAMS)
    assert (found.low, found.high, found.reason, found.df) == (None, None, Reason.TOO_FEW, 12)
    assert found.first is not None
    assert found.first.low is not None
    one = clustered_difference([(5, 8)], [(22, 96)])
    assert (one.icc, one.df, one.first) == (None, None, None)


def test_three_pods_have_one() -> None:
    assert answered(clustered_difference(PODS[:3], TEAMS)) == (True, True, None)


def test_empty_clusters_count_for_nothing() -> None:
    assert clustered_difference([*PODS, (0, 0)], [(0, 0), *TEAMS]) == clustered_difference(PODS, TEAMS)


def test_clusters_of_one_person_each_have_no_clustering_to_measure() -> None:
    found = clustered_difference([(1, 1), (0, 1), (1, 1)], [(0, 1), (1, 1)])
    assert (found.icc, found.design_effect) == (0, 1)


def test_everybody_alike_in_every_cluster_is_no_clustering() -> None:
    found = clustered_difference([(8, 8)] * 6, [(0, 8)] * 6)
    assert (found.icc, found.estimate, found.high) == (0, 1, 1)
    assert found.low is not None
    assert 0.5 < found.low < 1


def test_pods_means_have_a_t_interval_below_ten_and_are_resampled_from_ten() -> None:
    nine = clustered_mean([[value, value + 2] for value in (1, 5, 2, 8, 3, 9, 4, 4, 7)], seed=7)
    assert nine.df == 8
    assert nine == paired_change([0] * 9, [2, 6, 3, 9, 4, 10, 5, 5, 8])
    ten = clustered_mean([[value] for value in (1, 5, 2, 8, 3, 9, 4, 4, 7, 6)], seed=7)
    assert (ten.df, ten.t, ten.p) == (None, None, None)
    alone = mean_interval([1, 5, 2, 8, 3, 9, 4, 4, 7, 6], seed=7)
    assert (ten.estimate, ten.low, ten.high) == (alone.estimate, alone.low, alone.high)


def test_resampled_pods_keep_their_seed_and_their_level() -> None:
    values = [math.sqrt(value) for value in range(1, 12)]
    for level in (0.8, 0.95):
        found, alone = (
            clustered_mean([[value] for value in values], 7, level=level),
            mean_interval(values, 7, level=level),
        )
        assert (found.estimate, found.low, found.high) == (alone.estimate, alone.low, alone.high)
    assert clustered_mean([[value] for value in values], 7) != clustered_mean([[value] for value in values], 8)


def test_two_changes_an_arm_are_enough_and_one_arm_may_be_alike() -> None:
    assert answered(difference_in_differences([0.1, 0.4], [0.2, 0.3])) == (True, True, None)
    assert answered(difference_in_differences([0.1, 0.4], [0.2, 0.2])) == (True, True, None)
    assert answered(difference_in_differences([0.2, 0.2], [0.1, 0.4])) == (True, True, None)


def test_a_large_pod_weighs_as_one_pod() -> None:
    assert clustered_mean([[10] * 40, [1], [4]], seed=1).estimate == 5


# --- means and medians -----------------------------------------------------------------------------------------------


def test_a_bootstrap_is_repeatable_and_moves_with_its_seed() -> None:
    values = [3.0, 9.0, 4.0, 1.0, 30.0, 2.0, 7.0]
    assert mean_interval(values, seed=1) == mean_interval(values, seed=1)
    assert mean_interval(values, seed=1) != mean_interval(values, seed=2)


def test_many_values_are_drawn_in_parts() -> None:
    values = [float(value % 97) for value in range(3000)]
    found = mean_interval(values, seed=1, level=0.99)
    low, high = (found.estimate or 0) - 2.576 * 28 / 3000**0.5, (found.estimate or 0) + 2.576 * 28 / 3000**0.5
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.15)


def test_a_skewed_mean_leans_to_the_long_side() -> None:
    found = mean_interval([1.0, 2, 2, 3, 3, 4, 4, 5, 6, 60], seed=3)
    assert found.estimate is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.estimate > 2 * (found.estimate - found.low)


@pytest.mark.parametrize(
    ("resampled", "left_out"),
    [([], [1, 2]), ([1, 2], []), ([3, 5], [3, 3]), ([1, 2], [1, 2]), ([5, 6], [1, 2])],
    ids=["no draws", "no jackknife", "no influence", "all below", "all above"],
)
def test_a_bootstrap_on_one_side_has_no_limits(resampled: list[float], left_out: list[float]) -> None:
    assert bca(4, resampled, left_out) is None


def test_a_level_that_one_value_far_out_cannot_bear_has_no_interval() -> None:
    found = mean_interval([0.0] * 30 + [1.0], seed=1, level=1 - 1e-10)
    assert answered(found) == (True, False, Reason.TOO_FEW)
    assert found.estimate == pytest.approx(1 / 31)


def test_what_is_too_small_to_be_squared_is_nothing() -> None:
    assert paired_change([0, 0], [1e-160, 3e-160]).estimate == 0


def test_draws_that_are_the_estimate_lie_half_on_either_side() -> None:
    limits = bca(2, [1, 2, 2, 3], [1, 2, 3], level=0.5)
    assert limits is not None
    assert sum(limits) == pytest.approx(4)


def test_six_values_are_the_fewest_with_a_median_at_95() -> None:
    assert answered(median_interval([1, 2, 3, 4, 5])) == (True, False, Reason.TOO_FEW)
    found = median_interval([6, 1, 5, 2, 4, 3])
    assert (found.estimate, found.low, found.high) == (3.5, 1, 6)


def test_an_interval_that_covers_its_level_to_the_hair_is_taken() -> None:
    # P(all five on one side) is 2 / 32: at exactly that level the extremes do.
    found = median_interval([1, 2, 3, 4, 5], level=1 - 2 / 32)
    assert (found.low, found.high) == (1, 5)
    # And P(at most one of seven on one side) is 8 / 128.
    found = median_interval([1, 2, 3, 4, 5, 6, 7], level=1 - 2 * 8 / 128)
    assert (found.low, found.high) == (2, 6)


# --- events, survival and agreement ----------------------------------------------------------------------------------


def test_events_are_counted_per_what_they_were_exposed_to() -> None:
    whole, per = count_interval(10), count_interval(10, 4)
    assert per.estimate == 2.5
    assert whole.low is not None
    assert whole.high is not None
    assert (per.low, per.high) == (pytest.approx(whole.low / 4), pytest.approx(whole.high / 4))


def test_nobody_lapsed() -> None:
    found = survival([4, 8, 12], [False] * 3)
    assert (found.times, found.median, found.reason) == ((), None, Reason.NOT_REACHED)
    step = found.at(8)
    assert (step.survivors, step.low, step.at_risk) == (1, None, 2)


def test_nobody_was_followed() -> None:
    found = survival([], [])
    assert (found.times, found.median, found.reason) == ((), None, Reason.NO_DATA)
    assert found.on_grid(4, 5) == ()


def test_where_nobody_is_left_the_curve_is_zero_without_an_interval() -> None:
    found = survival([1, 2], [True, True])
    assert found.survivors == (0.5, 0)
    assert (found.lows[-1], found.highs[-1], found.standard_errors[-1]) == (None, None, None)
    assert (found.median, found.reason) == (1, None)


def test_who_was_followed_for_no_time_at_all_was_followed() -> None:
    found = survival([0, 0, 2], [True, False, True])
    assert (found.times, found.survivors, found.at_risk) == ((0, 2), (pytest.approx(2 / 3), 0), (3, 1))


def test_half_is_half_whatever_its_fractions() -> None:
    # 5/6 x 4/5 x 3/4, each one a rounded number.
    assert survival([1, 2, 3, 4, 4, 4], [True, True, True, False, False, False]).median == 3


def test_a_curve_is_read_on_a_grid_and_stops_where_few_are_left() -> None:
    found = survival([2, 5, 6, 9, 9, 9, 13], [True, False, True, False, False, True, False])
    steps = found.on_grid(4, 4)
    assert [(step.time, step.at_risk) for step in steps] == [(0, 7), (4, 6), (8, 4)]
    assert [step.survivors for step in steps] == pytest.approx([1, 6 / 7, 6 / 7 * 4 / 5])
    assert found.at(2).survivors == pytest.approx(6 / 7)
    assert (found.at(5).low, found.at(5).high) == (found.lows[0], found.highs[0])
    assert found.lows[0] != found.highs[0]


def test_groups_that_never_share_a_time_cannot_be_told_apart() -> None:
    assert log_rank([1, 2], [True, True], [5, 6], [False, False]).statistic is not None
    apart = log_rank([9], [True], [5], [False])
    assert (apart.statistic, apart.p, apart.reason) == (None, None, Reason.NO_VARIATION)
    assert log_rank([], [], [5], [True]).reason is Reason.NO_DATA


def test_one_death_that_was_certain_is_no_evidence() -> None:
    assert log_rank([3], [True], [3], [True]).reason is Reason.NO_VARIATION


def test_holm_never_lets_a_larger_p_overtake() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.6, 0.7]) == (1, 1)
    assert holm([1, 0, 1]) == (1, 0, 1)
    assert holm([]) == ()


def test_who_is_called_the_first_rater_changes_nothing() -> None:
    one, other = [1, 2, 3, 4, 5, 3], [2, 2, 4, 4, 5, 1]
    assert weighted_kappa(one, other) == weighted_kappa(other, one)
    turned = weighted_kappa([2, 2, 3, 4, 5, 1], [1, 2, 4, 4, 5, 3])
    assert turned.estimate == pytest.approx(weighted_kappa(one, other).estimate)


def test_agreement_of_means_of_items_is_measured_as_well() -> None:
    found = weighted_kappa([1 / 3, 2, 3.5, 5], [2 / 3, 2, 3, 4.5])
    assert found.estimate is not None
    assert found.low is not None
    assert found.low < found.estimate < 1
    assert found.high == 1


def test_alphas_interval_is_feldts() -> None:
    # Fisher's F of (9, 27): between 0.2780 and 2.6309 lies 95 %.
    rows = [[1, 2, 1, 1], [2, 2, 3, 2], [3, 3, 3, 4], [4, 5, 4, 4], [5, 5, 4, 5]] * 2
    found = cronbach_alpha(rows)
    assert found.estimate is not None
    assert found.low == pytest.approx(1 - (1 - found.estimate) * 2.6309, abs=1e-4)
    assert found.high == pytest.approx(1 - (1 - found.estimate) * 0.2780, abs=1e-4)


def test_contradicting_items_make_alpha_negative() -> None:
    found = cronbach_alpha([[1, 5], [2, 4], [3, 3], [4, 2], [5, 2]])
    assert found.estimate is not None
    assert found.estimate < 0


def test_two_are_the_fewest_of_whom_something_can_be_said() -> None:
    spread = mean_interval([10.0, 30.0], seed=1)
    assert (spread.estimate, spread.reason) == (20, None)
    assert spread.low is not None
    apart = weighted_kappa([1, 5], [2, 5])
    assert apart.reason is not Reason.TOO_FEW
    assert answered(paired_change([1, 1], [2, 4])) == (True, True, None)


def test_a_grid_may_end_with_the_last_one_at_risk_and_time_may_be_less_than_one() -> None:
    curve = survival([0.5, 3], [True, False])
    assert [step.at_risk for step in curve.on_grid(1, 1)] == [2, 1, 1, 1]
    assert curve.times == (0.5,)


def test_the_icc_is_measured_from_two_clusters_on() -> None:
    """Two pods of an arm whose comparison's teams were not recorded: one degree of freedom between them is enough."""
    found = clustered_difference([(8, 8), (0, 8)], [(4, 20)])
    assert found.icc == pytest.approx(1)
    assert found.icc_used == found.icc


def test_more_clustering_may_be_assumed_than_five_hundredths() -> None:
    usual, wary = (clustered_difference(PODS, TEAMS, least_icc=least) for least in (0.05, 0.2))
    assert (usual.icc_used, wary.icc_used) == (0.05, 0.2)
    assert wary.estimate == usual.estimate
    assert None not in (usual.low, wary.low)
    assert (wary.low or 0) < (usual.low or 0)


# --- a count that is not told ----------------------------------------------------------------------------------------

UNEVEN = (9, 7, 7, 4, 2)


def placements(sizes: tuple[int, ...], most: int) -> list[list[tuple[int, int]]]:
    """Every way, however alike, in which up to so many people may sit over clusters: counted out one by one."""
    ways = product(*(range(min(most, size) + 1) for size in sizes))
    return [list(zip(way, sizes, strict=True)) for way in ways if sum(way) <= most]


@pytest.mark.parametrize("sizes", [(9, 7, 7, 4, 2), (3, 3, 3), (1, 2), (5, 0)])
@pytest.mark.parametrize("band", [1, 2, 4, 6])
def test_every_way_a_hidden_count_may_lie_is_tried_once_and_no_other(sizes: tuple[int, ...], band: int) -> None:
    people = tuple(size for size in sizes if size)
    ways = [sorted(way) for way in placements(people, band - 1)]
    for hidden, may_be in ((Hidden.FEW, ways), (Hidden.ALL_BUT_FEW, [[(n - x, n) for x, n in way] for way in ways])):
        tried = [tuple(sorted(way)) for way in _may_be([(0, n) for n in sizes], hidden, band)]
        assert sorted(tried) == sorted({tuple(sorted(way)) for way in may_be})


@pytest.mark.parametrize(("band", "level"), [(3, 0.95), (4, 0.999)])
@pytest.mark.parametrize("hidden", Hidden)
def test_the_envelope_is_the_hull_over_every_count_that_may_be_hidden(hidden: Hidden, band: int, level: float) -> None:
    few = placements(UNEVEN, band - 1)
    may_be = few if hidden is Hidden.FEW else [[(n - x, n) for x, n in way] for way in few]
    found = [clustered_difference(PODS, way, level=level) for way in may_be]
    hull = difference_envelope(PODS, [(0, n) for n in UNEVEN], hidden=(None, hidden), band=band, level=level)
    assert hull is not None
    assert hull.least == pytest.approx(min(one.estimate for one in found if one.estimate is not None))
    assert hull.greatest == pytest.approx(max(one.estimate for one in found if one.estimate is not None))
    assert hull.low == pytest.approx(min(one.low for one in found if one.low is not None))
    assert hull.high == pytest.approx(max(one.high for one in found if one.high is not None))
    firsts = [one.first for one in found if one.first]
    assert hull.first == pytest.approx(
        (min(one.low for one in firsts if one.low is not None), max(one.high for one in firsts if one.high is not None))
    )


def test_the_envelope_is_the_same_whatever_is_hidden() -> None:
    hulls = {
        difference_envelope(PODS, way, hidden=(None, Hidden.FEW), band=3)
        for way in placements(UNEVEN, sum(UNEVEN) // 3)
    }
    assert len(hulls) == 1
    both = {
        difference_envelope(way, [(n, n) for n in UNEVEN], hidden=(Hidden.FEW, Hidden.ALL_BUT_FEW), band=3)
        for way in placements((8, 8, 8), 2)
    }
    assert len(both) == 1


@pytest.mark.parametrize(("level", "least_icc"), [(0.95, 0.05), (0.999, 0.2)])
def test_nothing_hidden_is_the_interval_itself(level: float, least_icc: float) -> None:
    plain = clustered_difference(PODS, TEAMS, level=level, least_icc=least_icc)
    assert plain.first is not None
    assert plain.second is not None
    hull = difference_envelope(PODS, TEAMS, hidden=(None, None), band=3, level=level, least_icc=least_icc)
    assert hull == Envelope(
        plain.estimate,  # type: ignore[arg-type]
        plain.estimate,  # type: ignore[arg-type]
        plain.low,  # type: ignore[arg-type]
        plain.high,  # type: ignore[arg-type]
        first=(plain.first.low, plain.first.high),  # type: ignore[arg-type]
        second=(plain.second.low, plain.second.high),  # type: ignore[arg-type]
    )


def test_where_a_comparison_has_no_interval_there_is_no_envelope() -> None:
    assert difference_envelope(PODS[:2], TEAMS, hidden=(None, Hidden.FEW), band=3) is None
    assert difference_envelope(PODS, [], hidden=(None, Hidden.FEW), band=3) is None
    one = difference_envelope(PODS, [(0, 1)], hidden=(None, Hidden.FEW), band=3)
    assert one is not None
    assert (one.least, one.greatest) == pytest.approx((34 / 48 - 1, 34 / 48))
