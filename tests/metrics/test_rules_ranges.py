"""Money and hours as ranges, and the pace of the weekly look: whatever lies between the ends is held, and no end is made up."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from metrics.rules.money import Range, kept_hours, total
from metrics.rules.review import Load, Looked, Pace, pace

# --- money -----------------------------------------------------------------------------------------------------------


def between(low: int | str, high: int | str | None) -> Range:
    return Range(Decimal(low), None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (between(1, 2), between(10, 20), between(11, 22)),
        (between(-3, 2), between(0, 0), between(-3, 2)),
        (between(1, 2), between(3, None), between(4, None)),
        (between(3, None), between(1, 2), between(4, None)),
        (between(3, None), between(4, None), between(7, None)),
    ],
)
def test_what_is_added_to_something_without_an_end_has_none(one: Range, other: Range, both: Range) -> None:
    assert one + other == both
    assert total([one, other]) == both


def test_nothing_adds_up_to_nothing() -> None:
    assert total([]) == between(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "product"),
    [
        (between(2, 3), between(4, 5), between(8, 15)),
        # Each of the four products can be an end.
        (between(-3, 2), between(4, 5), between(-15, 10)),
        (between(-3, 2), between(-5, 4), between(-12, 15)),
        (between(-3, -2), between(-5, -4), between(8, 15)),
        (between(2, None), between(3, 4), between(6, None)),
        (between(3, 4), between(2, None), between(6, None)),
        (between(2, None), between(3, None), between(6, None)),
        (between(0, None), between(3, 4), between(0, None)),
    ],
)
def test_a_product_of_ranges_holds_every_product_of_one_of_each(one: Range, other: Range, product: Range) -> None:
    assert one.times(other) == product
    assert other.times(one) == product


@pytest.mark.parametrize(
    ("shared", "least", "most", "each"),
    [
        (between(100, 200), 4, 10, between(10, 50)),
        (between(100, 200), 1, 1, between(100, 200)),
        (between(100, None), 4, 10, between(10, None)),
        # By nobody, perhaps.
        (between(100, 200), 0, 10, between(10, None)),
        (between(100, 200), -2, 10, between(10, None)),
    ],
)
def test_what_is_shared_is_least_each_among_most(shared: Range, least: int, most: int, each: Range) -> None:
    assert shared.over(Decimal(least), Decimal(most)) == each


@pytest.mark.parametrize(
    "call",
    [
        lambda: between(-1, None).times(between(2, 3)),
        lambda: between(2, 3).times(between(-1, None)),
        lambda: between(1, 2).over(Decimal(0), Decimal(0)),
    ],
)
def test_what_has_no_range_is_not_given_one(call: Callable[[], Range]) -> None:
    with pytest.raises(AssertionError):
        call()


@pytest.mark.parametrize(
    ("exact", "told"),
    [
        (between("-1.2", "3.1"), (-2, 4)),
        (between("0.01", "0.01"), (0, 1)),
        (between(3, 4), (3, 4)),
        (between("1.5", None), (1, None)),
    ],
)
def test_what_is_told_is_never_closer_than_what_was_reckoned(exact: Range, told: tuple[int, int | None]) -> None:
    assert exact.outwards() == told


@pytest.mark.parametrize(
    ("weeks", "answers", "agreed", "hours"),
    [
        (10, ["4"] * 5, None, between(40, 40)),
        # Of four weeks nobody said anything: from none to what was agreed.
        (10, ["4", "3", "5"], Decimal(4), between(24, 40)),
        (10, ["4"] * 3, None, between(24, None)),
        (3, ["4", "2"], None, between(9, 9)),
        (0, [], None, between(0, 0)),
        (2, [], Decimal("3.5"), between(0, 7)),
    ],
)
def test_hours_nobody_spoke_of_lie_between_none_and_what_was_agreed(
    weeks: int, answers: list[str], agreed: Decimal | None, hours: Range
) -> None:
    assert kept_hours(weeks=weeks, answers=map(Decimal, answers), agreed=agreed) == hours


# --- the weekly look -------------------------------------------------------------------------------------------------


def test_the_load_is_summed_minutes_over_summed_lines() -> None:
    found = pace([Looked(20, 10), Looked(10, 20), Looked(7, 0)])
    assert found
    assert (found.looks, found.minutes, found.lines) == (2, 30, 30)
    # A mean of ratios would be 1.25 minutes a line.
    assert found.load(30) == Load(30, 30, 15, 60)
    assert found.load(15) == Load(15, 15, 7, 30)
    assert (found.load(20).is_beyond_plan, found.load(21).is_beyond_plan) == (False, True)


def test_one_look_gives_no_range_and_none_gives_nothing() -> None:
    one = pace([Looked(5, 2)])
    assert one
    assert one.load(3) == Load(3, 8, None, None)
    assert pace([]) is None
    assert pace([Looked(5, 0)]) is None


def test_the_quickest_and_the_slowest_look_are_the_ends_rounded_outwards() -> None:
    found = pace([Looked(7, 3), Looked(5, 2)])
    assert found == Pace(2, 12, 5, quickest=Fraction(7, 3), slowest=Fraction(5, 2))
    assert found.load(1) == Load(1, 2, 2, 3)
    assert found.load(0) == Load(0, 0, 0, 0)


def test_a_look_at_a_single_line_counts() -> None:
    found = pace([Looked(4, 1)])
    assert found
    assert found.load(10) == Load(10, 40, None, None)
