"""The words for published figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adoption.disclosure.queries import Wording, aside, wording
from adoption.disclosure.rules import Audience, Cell, Display, Margin, Reason, Thresholds


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"display": Display.COUNT, "x": 34, "n": 48}, "34 of 48"),
        ({"display": Display.FEWER, "band": 3}, "fewer than 3"),
        ({"display": Display.ALL_BUT_FEWER, "band": 3}, "all but fewer than 3"),
        ({"display": Display.PERCENT, "percent": 41}, "41%"),
        ({"display": Display.QUARTER, "quarter": 0}, "under 25%"),
        ({"display": Display.QUARTER, "quarter": 1}, "25% to under 50%"),
        ({"display": Display.QUARTER, "quarter": 3}, "75% or more"),
        ({"display": Display.VALUE, "value": Decimal("3.4")}, "3.4"),
        ({"display": Display.NEAR_LOWEST, "band": 3}, "at or near the lowest"),
        ({"display": Display.NEAR_HIGHEST, "band": 3}, "at or near the highest"),
    ],
)
def test_a_figure_is_said_in_few_words(said: dict[str, object], words: str) -> None:
    cell = Cell(Margin.POD, "pods", ("North",), **said)  # type: ignore[arg-type]
    assert wording(cell) == Wording("North", words, "")


def test_what_is_not_shown_says_why_and_names_no_number() -> None:
    cell = Cell(Margin.DEPARTMENT, "pods", ("Legal", "Sales"), Display.NOT_SHOWN, Reason.PROTECTED)
    assert wording(cell) == Wording(
        "Others", "not shown", "Not shown, to protect people. It is counted in every total."
    )
    earlier = Cell(Margin.ARM, "pods", (), Display.NOT_SHOWN, Reason.EARLIER_RELEASE)
    assert wording(earlier).name == "pods"
    assert wording(earlier).why == "The figure published first stands, to protect people."


def test_small_numbers_of_excluded_people_are_a_few() -> None:
    said = [aside(people, Audience.LEAD, Thresholds()) for people in (0, 4, 5)]
    assert said == ["none or a few", "none or a few", "5"]
    assert aside(9, Audience.EXECUTIVE, Thresholds()) == "none or a few"
