"""Row 3: a survey's page."""

from __future__ import annotations

from bench.rounds import Line, Report
from bench.survey import FLOOR_GET, LIME_GET, PAGE_GOAL, measure_both

NUMBER, TITLE = 3, "survey page"
DEFAULT_SIZE = 100_000


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A page by mailed link. LimeSurvey's published figure is compared through the floor, which was measured beside it."""
    measured, statements, _writes, length = measure_both(size, rounds, seconds)
    ratio = measured.ratio("page")
    lines = (
        Line("times the bare view", str(ratio), f"<= {PAGE_GOAL:.0f}", ratio.median <= PAGE_GOAL),
        Line("so, of LimeSurvey's rate (published)", f"{LIME_GET / FLOOR_GET / ratio.median:.0f} times", ">= 50"),
        Line("statements", str(len(statements)), "<= 3", len(statements) <= 3),
        Line(
            "a page", f"{measured.seconds('page') * 1e3:.1f} ms; the bare view {measured.seconds('floor') * 1e3:.2f} ms"
        ),
    )
    facts = {"bytes": length, "statements": statements}
    return Report(NUMBER, TITLE, f"{size:,} answers before", lines, measured, facts)
