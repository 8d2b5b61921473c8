"""What is settled before a launch, as pure rules: power, matches, lots, quiet weeks."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from scipy import stats
from statsmodels.stats.power import NormalIndPower

from adoption.programs.rules import Checkpoint, Template, length_of, lengths_of, looks_of
from adoption.programs.rules.arms import Mix, alike, balance, lots, match
from adoption.programs.rules.design import (
    Clash,
    Eligible,
    Field,
    Hit,
    Page,
    Quiet,
    better_start,
    clashes,
    easter,
    eligible,
    main_look,
    quiet_weeks,
)
from adoption.programs.rules.power import Clusters, design_effect, least_difference, least_effect, t_quantile


def test_cohens_table_and_another_implementation_agree_on_the_smallest_effect() -> None:
    # Cohen 1988, table 6.4.1: an h of 0.50 takes 63 people in each group, at 5 % two-sided and a power of 0.80.
    assert least_effect(63, 63, df=None, level=0.95, power=0.8) == pytest.approx(0.50, abs=0.001)
    for first, second, level, power in ((63, 63, 0.95, 0.8), (35.6, 71.1, 0.95, 0.9), (200, 20, 0.99, 0.8)):
        known = NormalIndPower().solve_power(nobs1=first, ratio=second / first, alpha=1 - level, power=power)
        assert least_effect(first, second, df=None, level=level, power=power) == pytest.approx(known, rel=1e-4)


def test_students_quantile_is_near_enough_without_scipy() -> None:
    for df in (4, 7, 16, 40):
        for p in (0.8, 0.9, 0.975):
            assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), abs=0.01)


def test_the_design_effect_is_the_published_one() -> None:
    # As in the measurement: pods of eight, and classes of a hundred (Ip 2011: "five times").
    assert design_effect(8, 0.05) == pytest.approx(1.35)
    assert design_effect(100, 0.04) == pytest.approx(4.96)


def test_a_difference_of_that_size_is_found_four_times_in_five_by_the_interval_of_the_evidence() -> None:
    """Simulated without clustering: six pods and twelve teams of eight, shares of 20 % and 20 % + the smallest difference."""
    pods, teams = Clusters(6, 8), Clusters(12, 8)
    told = least_difference(pods, teams, icc=0)
    assert told is not None
    chance = random.Random(8)
    found = 0
    for _ in range(2000):
        x = sum(chance.random() < 0.2 + told for _ in range(pods.people)) / pods.people
        y = sum(chance.random() < 0.2 for _ in range(teams.people)) / teams.people
        error = (x * (1 - x) / pods.people + y * (1 - y) / teams.people) ** 0.5
        found += x - y > stats.t.ppf(0.975, 16) * error
    assert 0.75 <= found / 2000 <= 0.87


def test_more_pods_tell_smaller_differences_and_resemblance_costs() -> None:
    told = [least_difference(Clusters(n, 8), Clusters(n, 8), icc=0.05) for n in (3, 6, 12, 24)]
    assert all(larger is not None and smaller is not None and larger > smaller for larger, smaller in pairwise(told))
    alike = least_difference(Clusters(6, 8), Clusters(6, 8), icc=0.2)
    assert alike is not None
    assert told[1] is not None
    assert alike > told[1]


def test_what_is_never_compared_promises_nothing() -> None:
    enough = Clusters(6, 8)
    for pods, teams in (
        (Clusters(2, 20), enough),
        (Clusters(6, 3), enough),
        (enough, Clusters(2, 8)),
        (enough, Clusters(0, 8)),
    ):
        assert least_difference(pods, teams, icc=0.05) is None
    assert least_difference(enough, enough, icc=0.05, share=0.9) is None, "there is not so much room"
    with pytest.raises(ValueError, match="from 0"):
        least_difference(enough, enough, icc=2)


# --- matches, lots, balance ------------------------------------------------------------------------------------------


def test_whole_teams_are_matched_by_roles_the_same_in_any_order() -> None:
    wanted = {"Consultant": 8, "Analyst": 4}
    teams = [
        Mix("d", {"Consultant": 4, "Analyst": 2}),
        Mix("c", {"Counsel": 8}),
        Mix("b", {"Consultant": 4, "Analyst": 2}),
        Mix("a", {"Consultant": 6, "Analyst": 6}),
    ]
    chosen = match(wanted, teams)
    assert [team.key for team in chosen] == ["b", "d"]
    assert chosen == match(wanted, teams[::-1])
    assert match(wanted, []) == match({}, teams) == []


@pytest.mark.parametrize(
    ("pods", "comparison", "said"),
    [
        ({"A": 10}, {"A": 30}, True),
        ({"A": 9}, {"A": 9}, False),
        ({"A": 5, "B": 5}, {"A": 6, "B": 4}, True),
        ({"A": 5, "B": 5}, {"A": 7, "B": 3}, False),
        ({"A": 9, "": 1}, {"A": 9, "": 1}, True),
        ({"A": 8, "": 2}, {"A": 8, "": 2}, False),
        ({}, {}, False),
    ],
)
def test_alike_are_large_enough_groups_whose_roles_are_known_and_differ_little(
    pods: dict[str, int], comparison: dict[str, int], said: bool
) -> None:
    assert alike(pods, comparison) is said


def apart(first: Mapping[str, int], second: Mapping[str, int]) -> int:
    """By how many people two groups differ, role by role."""
    return sum(abs(first.get(role, 0) - second.get(role, 0)) for role in {*first, *second})


def test_a_match_is_the_one_that_looking_at_every_team_each_time_finds() -> None:
    chance = random.Random(20260708)
    for _ in range(300):
        mixes = [
            Mix(f"{number}", {role: chance.randint(1, 4) for role in chance.sample("abc", chance.randint(1, 3))})
            for number in range(chance.randint(0, 9))
        ]
        wanted = {role: chance.randint(0, 9) for role in "abc"}
        left, so_far, chosen = list(mixes), Counter[str](), []
        while left:
            before = apart(wanted, so_far)
            help_of = {
                one.key: Fraction(before - apart(wanted, so_far + Counter(one.roles)), one.people) for one in left
            }
            best = max(left, key=lambda one: help_of[one.key])
            if help_of[best.key] <= 0:
                break
            left.remove(best)
            chosen.append(best)
            so_far += Counter(best.roles)
        assert match(wanted, chance.sample(mixes, len(mixes))) == chosen


def test_the_same_seed_over_the_same_teams_gives_the_same_lots() -> None:
    keys = [f"team {number}" for number in range(20)]
    assert lots(7, keys) == lots(7, reversed(keys)) != lots(8, keys)
    assert sorted(lots(7, keys)) == sorted(keys)
    # Written out, so that whoever keeps a seed can rely on it.
    assert lots(7, ["a", "b", "c", "d"]) == ["c", "a", "d", "b"]


def test_lots_favour_no_team() -> None:
    keys = [str(number) for number in range(4)]
    first = [lots(seed, keys)[0] for seed in range(2000)]
    assert all(400 < first.count(key) < 600 for key in keys)


def test_groups_stand_side_by_side_and_only_large_ones_are_called_uneven() -> None:
    rows = balance({"Analyst": 8, "Counsel": 2}, {"Analyst": 4, "Counsel": 6}, "others")
    assert [(row.label, row.pods, row.comparison, row.is_uneven) for row in rows] == [
        ("Analyst", 8, 4, True),
        ("Counsel", 2, 6, True),
    ]
    assert not any(row.is_uneven for row in balance({"Analyst": 4}, {"Counsel": 4}, "others"))
    many = balance({f"role {n}": 1 for n in range(12)}, {"role 0": 12}, "others")
    assert (len(many), many[-1].label, many[-1].pods) == (9, "others", 4)


# --- rules, weeks, lengths -------------------------------------------------------------------------------------------


def test_rules_are_added_once_taken_away_and_kept_as_they_were() -> None:
    who = Eligible().with_value(Field.DEPARTMENT, "Tax").with_value(Field.DEPARTMENT, "Tax")
    who = who.with_value(Field.LINE, "x")
    assert who.as_dict() == {"department": ["Tax"], "line": ["x"]}
    assert eligible(who.as_dict()) == who
    assert who.without_value(Field.LINE, "x").without_value(Field.DEPARTMENT, "Tax") == Eligible()


def test_quiet_weeks_are_those_around_the_years_end_easter_and_when_many_are_away() -> None:
    # Published dates of Easter, the earliest and the latest of this century among them.
    known = {2008: (3, 23), 2024: (3, 31), 2026: (4, 5), 2038: (4, 25), 2100: (3, 28)}
    assert {year: (easter(year).month, easter(year).day) for year in known} == known
    found = quiet_weeks(date(2026, 12, 14), 4, {date(2027, 1, 4): 0.5})
    assert found == [
        (date(2026, 12, 21), Quiet.YEARS_END),
        (date(2026, 12, 28), Quiet.YEARS_END),
        (date(2027, 1, 4), Quiet.AWAY),
    ]
    # Good Friday lies in the week before.
    assert quiet_weeks(date(2026, 3, 30), 2, {}) == [(date(2026, 3, 30), Quiet.EASTER)]
    assert quiet_weeks(date(2026, 6, 1), 3, {date(2026, 6, 1): 0.19}) == []


def test_each_template_has_its_length_and_looks() -> None:
    assert [length_of(template, 10) for template in Template] == [10, 10, 5, 13]
    assert length_of(Template.PEER_CHAMPIONS, 13) == 10
    assert length_of(Template.PEER_CHAMPIONS, 12) == 12
    for template in Template:
        assert main_look("", template) in looks_of(template)
        assert main_look("S30", template) is Checkpoint.S30
        assert all(length_of(template, weeks) == weeks for weeks in lengths_of(template))
    assert main_look("S56", Template.REPLACEMENT) is Checkpoint.S30
    # Day 90 from the start is the end of ninety days: one look, not two.
    assert Checkpoint.START_90 not in looks_of(Template.FUNCTION_COHORT)


def test_steps_know_what_is_before_and_after_them() -> None:
    assert [page.after for page in Page] == [*list(Page)[1:], None]
    assert [page.before for page in Page] == [None, *list(Page)[:-1]]


# --- closed days -----------------------------------------------------------------------------------------------------

STARTS_ON = date(2026, 8, 24)
WEEK = timedelta(weeks=1)


def shut(monday: date, days: int) -> set[date]:
    """So many days of a week, from its Monday on."""
    return {monday + timedelta(days=number) for number in range(days)}


@pytest.mark.parametrize(
    ("closed", "found"),
    [
        pytest.param(set(), [], id="nothing is closed"),
        pytest.param(shut(STARTS_ON - 2 * WEEK, 2), [], id="a week of three open days says enough"),
        pytest.param(
            shut(STARTS_ON - 2 * WEEK, 3), [Clash(Hit.BASELINE, STARTS_ON - 2 * WEEK)], id="most of a baseline week"
        ),
        pytest.param(shut(STARTS_ON, 1), [Clash(Hit.LAUNCH, STARTS_ON)], id="the day of the launch alone"),
        # Weeks 3 and 4 are those that day 30 looks at.
        pytest.param(
            shut(STARTS_ON + 3 * WEEK, 5), [Clash(Hit.LOOK, STARTS_ON + 3 * WEEK, Checkpoint.S30)], id="week 4"
        ),
        pytest.param(shut(STARTS_ON + WEEK, 5), [], id="a week that nothing looks at"),
    ],
)
def test_what_falls_into_closed_days(closed: set[date], found: list[Clash]) -> None:
    assert clashes(STARTS_ON, 10, "weekly", Template.PEER_CHAMPIONS, closed) == found
    assert [why for _day, why in quiet_weeks(STARTS_ON - 2 * WEEK, 12, {}, closed)].count(Quiet.CLOSED) == (
        any(len({day for day in closed if monday <= day < monday + WEEK}) >= 3 for monday in closed)
    )


def test_the_nearest_start_with_the_least_in_closed_days_is_proposed_or_none() -> None:
    choices = [STARTS_ON + number * WEEK for number in range(-3, 9)]
    plan: tuple[int, str, str] = (10, "weekly", Template.PEER_CHAMPIONS)
    assert better_start(STARTS_ON, choices, *plan, set()) is None
    # Only this Monday: of two as near the later one.
    assert better_start(STARTS_ON, choices, *plan, shut(STARTS_ON, 1)) == STARTS_ON + WEEK
    # Its week as a whole is a week of the next two starts' baselines.
    assert better_start(STARTS_ON, choices, *plan, shut(STARTS_ON, 5)) == STARTS_ON - WEEK
    # Everything is as bad.
    always = {STARTS_ON + timedelta(days=number) for number in range(-60, 400)}
    assert better_start(STARTS_ON, choices, *plan, always) is None
    assert better_start(STARTS_ON, [STARTS_ON], *plan, shut(STARTS_ON, 1)) is None
