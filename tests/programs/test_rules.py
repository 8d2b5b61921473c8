"""Who counts where, which weeks a look sees when the company was closed, and what may be called success."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adoption.programs.rules import (
    NEVER_SUCCESS,
    Arm,
    NeverSuccess,
    Outcome,
    Place,
    analysed_in,
    is_contaminated,
    is_exempt,
    open_window,
    operated_in,
    outcome,
    window,
)

STARTS_ON = date(2026, 1, 5)
WEEK = timedelta(weeks=1)
EARLY = STARTS_ON - 2 * WEEK


def until(day: date, arm: Arm = Arm.PODS, cluster: str = "A", since: date = EARLY) -> Place:
    return Place(arm, cluster, since, day)


def since(day: date, arm: Arm = Arm.PODS, cluster: str = "B") -> Place:
    return Place(arm, cluster, day)


@pytest.mark.parametrize(
    ("places", "cluster"),
    [
        ([since(EARLY)], "B"),
        ([since(STARTS_ON)], "B"),
        ([until(STARTS_ON), since(STARTS_ON + timedelta(days=1))], "A"),
        ([until(STARTS_ON - timedelta(days=1)), since(STARTS_ON)], "B"),
    ],
)
def test_the_place_on_the_day_of_the_launch_is_the_one_that_counts(places: list[Place], cluster: str) -> None:
    found = analysed_in(places, STARTS_ON)
    assert found
    assert found.cluster == cluster


@pytest.mark.parametrize("places", [[], [since(STARTS_ON + timedelta(days=1))], [until(STARTS_ON - timedelta(days=1))]])
def test_who_had_none_on_that_day_is_in_no_comparison(places: list[Place]) -> None:
    assert analysed_in(places, STARTS_ON) is None
    assert not is_contaminated(places, STARTS_ON)


@pytest.mark.parametrize(("days", "cluster"), [(2, "B"), (3, "B"), (4, "A"), (7, "A")])
def test_a_weeks_own_lists_go_by_most_of_its_days(days: int, cluster: str) -> None:
    changed = STARTS_ON + timedelta(days=days)
    found = operated_in([until(changed - timedelta(days=1)), since(changed)], STARTS_ON)
    assert found
    assert found.cluster == cluster


def test_of_two_places_held_as_long_the_later_one_counts_and_of_none_none() -> None:
    halves = [until(STARTS_ON + timedelta(days=2)), since(STARTS_ON + timedelta(days=4))]
    found = operated_in(halves, STARTS_ON)
    assert found
    assert found.cluster == "B"
    assert operated_in([until(STARTS_ON - timedelta(days=1))], STARTS_ON) is None
    assert operated_in([], STARTS_ON) is None


def test_only_the_comparison_group_is_contaminated_and_only_by_a_pod_after_the_launch() -> None:
    later = STARTS_ON + timedelta(days=20)
    compared = until(later - timedelta(days=1), Arm.COMPARISON)
    assert is_contaminated([compared, since(later)], STARTS_ON)
    assert is_contaminated([since(EARLY, Arm.COMPARISON), until(later, since=later)], STARTS_ON)
    assert not is_contaminated([compared, since(later, Arm.COMPARISON)], STARTS_ON)
    assert not is_contaminated([until(later - timedelta(days=1)), since(later)], STARTS_ON)
    before = [until(EARLY + WEEK), since(EARLY + WEEK + timedelta(days=1), Arm.COMPARISON)]
    assert not is_contaminated(before, STARTS_ON)


@pytest.mark.parametrize(("days", "exempt"), [(-10, True), (0, True), (1, False), (12, False)])
def test_an_exemption_is_written_down_by_the_launch(days: int, exempt: bool) -> None:
    assert is_exempt(STARTS_ON + timedelta(days=days), STARTS_ON) is exempt


def test_an_open_company_has_the_plain_window() -> None:
    for days in range(14):
        day = STARTS_ON + timedelta(days=days)
        assert open_window(day, []) == window(day)


def test_closed_weeks_are_stepped_over_wherever_they_lie() -> None:
    first, last = window(STARTS_ON)
    assert open_window(STARTS_ON, {last}) == (first - WEEK, first)
    assert open_window(STARTS_ON, {first}) == (first - WEEK, last)
    assert open_window(STARTS_ON, {first, last, first - 2 * WEEK}) == (first - 3 * WEEK, first - WEEK)


def test_a_monthly_workflow_looks_back_further() -> None:
    _, last = window(STARTS_ON)
    assert open_window(STARTS_ON, {last}, weeks=8) == tuple(last - back * WEEK for back in range(8, 0, -1))


def test_a_company_closed_for_half_a_year_has_no_window() -> None:
    _, last = window(STARTS_ON)
    closed = {last - back * WEEK for back in range(25)}
    with pytest.raises(ValueError, match="open weeks"):
        open_window(STARTS_ON, closed)
    assert open_window(STARTS_ON, closed - {last}) == (last - 25 * WEEK, last)


@pytest.mark.parametrize("name", sorted(NEVER_SUCCESS))
def test_what_was_run_is_never_a_success(name: str) -> None:
    with pytest.raises(NeverSuccess, match=name):
        outcome(name)


def test_outcomes_are_a_closed_list() -> None:
    assert outcome("retention") is Outcome.RETENTION
    assert not NEVER_SUCCESS & {one.value for one in Outcome}
    with pytest.raises(ValueError, match="happiness"):
        outcome("happiness")
