"""The frame computes what it says. Time is invented, so nothing is measured here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.rounds import Contestant, Line, Measured, Report, Round, TooRestless, compare


class Time:
    """A clock that moves only when somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, *seconds: float) -> Callable[[], None]:
        """Takes that long per call, the last one for ever after."""
        left = list(seconds)

        def call() -> None:
            self.now += left.pop(0) if len(left) > 1 else left[0]

        return call


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    rounds = tuple(
        Round({"floor": floor, "ours": ours}, 1.0)
        for floor, ours in ((1.0, 1.5), (2.0, 2.2), (4.0, 8.0), (1.0, 1.2), (8.0, 8.8))
    )
    measured = Measured(rounds, void=0)
    ratio = measured.ratio("ours")
    assert (ratio.median, ratio.least, ratio.greatest) == (pytest.approx(1.2), pytest.approx(1.1), pytest.approx(2.0))
    assert str(ratio) == "1.20 (1.10-2.00)"
    assert measured.seconds("ours") == pytest.approx(2.2)
    assert measured.ratio("floor", to="ours").median == pytest.approx(1 / 1.2)


def test_everybody_gets_the_same_slice_and_the_floor_stands_at_both_ends() -> None:
    time = Time()
    called: list[str] = []

    def noted(name: str, seconds: float) -> Contestant:
        work = time.work(seconds)
        return Contestant(lambda: (called.append(name), work()), prepare=lambda: called.append(f"({name})"))

    measured = compare(
        {"floor": noted("floor", 0.25), "ours": noted("ours", 0.5), "theirs": noted("theirs", 5.0)},
        rounds=2,
        slice_seconds=1.0,
        clock=time,
    )
    floor, ours, theirs = ["(floor)", "floor", "floor"], ["(ours)", "ours", "ours"], ["(theirs)", "theirs"]
    assert called == [*floor, *ours, *theirs, *floor, *floor, *theirs, *ours, *floor]
    assert (measured.ratio("ours").median, measured.ratio("theirs").median, measured.void) == (2.0, 20.0, 0)


def test_a_round_whose_floor_drifted_is_void() -> None:
    time = Time()
    measured = compare(
        {"floor": Contestant(time.work(1.0, 2.1, 1.0, 2.0, 1.0, 1.0)), "ours": Contestant(time.work(3.0))},
        rounds=2,
        slice_seconds=0.1,
        clock=time,
    )
    assert measured.void == 1
    assert [one.drift for one in measured.rounds] == [2.0, 1.0]
    assert measured.ratio("ours").least == pytest.approx(2.0)


def test_a_restless_machine_gives_no_figure() -> None:
    time = Time()
    with pytest.raises(TooRestless):
        compare(
            {"floor": Contestant(time.work(*[1.0, 3.0] * 50)), "ours": Contestant(time.work(1.0))},
            slice_seconds=0.1,
            clock=time,
        )


def test_a_report_says_what_was_missed() -> None:
    lines = (Line("claim", "1.40", "2.00", True), Line("idle", "3 ms", "1 ms", False), Line("size", "10"))
    report = Report(9, "heartbeat", "1,000 rows", lines)
    assert report.missed() == [lines[1]]
    assert report.as_json()["lines"][0] == {"what": "claim", "figure": "1.40", "goal": "2.00", "met": True}
