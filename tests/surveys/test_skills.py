"""Where a programme is worth starting."""

from __future__ import annotations

import pytest

from surveys.rules.skills import gap, priority, upside


@pytest.mark.parametrize(("need", "current", "expected"), [(4, 1, 3), (2, 2, 0), (1, 4, 0), (4, 0, 4)])
def test_a_gap_is_what_is_needed_and_not_there(need: int, current: int, expected: int) -> None:
    assert gap(need, current) == expected


@pytest.mark.parametrize(
    ("hours", "points"), [(0, 0), (0.5, 1), (0.99, 1), (1, 2), (3, 2), (3.5, 3), (6, 3), (6.5, 4), (40, 4)]
)
def test_the_upside_grows_with_the_hours_of_a_week(hours: float, points: int) -> None:
    assert upside(hours, data_allowed=True) == points
    assert upside(hours, data_allowed=False) == max(0, points - 1)


def test_priority_is_gap_times_upside_and_nothing_where_no_workflow_suits() -> None:
    facts = {"need": 4, "current": 1, "hours_a_week": 5.0}
    assert priority(**facts, data_allowed=True, suitable=True) == 9  # type: ignore[arg-type]
    assert priority(**facts, data_allowed=False, suitable=True) == 6  # type: ignore[arg-type]
    assert priority(**facts, data_allowed=True, suitable=False) == 0  # type: ignore[arg-type]
    assert priority(need=4, current=0, hours_a_week=7, data_allowed=True, suitable=True) == 16


@pytest.mark.parametrize(("need", "current"), [(5, 0), (-1, 0), (0, 5), (0, -1)])
def test_levels_beyond_the_scale_are_refused(need: int, current: int) -> None:
    with pytest.raises(ValueError, match="Levels"):
        priority(need=need, current=current, hours_a_week=1, data_allowed=True, suitable=False)


@pytest.mark.parametrize("hours", [-1, float("nan")])
def test_negative_hours_are_refused(hours: float) -> None:
    with pytest.raises(ValueError, match="Hours"):
        upside(hours, data_allowed=True)
