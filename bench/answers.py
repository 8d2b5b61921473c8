"""Row 4: a survey's page, and answering it."""

from __future__ import annotations

from bench.rounds import Line, Report
from bench.survey import (
    ANSWER_GOAL,
    DJANGO_SURVEY_SUBMISSION,
    FLOOR_GET,
    FLOOR_POST,
    LIME_SUBMISSION,
    measure_both,
)

NUMBER, TITLE = 4, "survey page and answer"
DEFAULT_SIZE = 1_000_000


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A page by mailed link and its answers, each a new version. Peers' published figures are compared through the floor."""
    measured, statements, writes, _length = measure_both(size, rounds, seconds)
    ratio = measured.ratio("answered", to="floor, answered")
    growth = measured.ratio("answered", to="answered among few")
    floor = FLOOR_GET + FLOOR_POST
    lines = (
        Line("times the bare views", str(ratio), f"<= {ANSWER_GOAL:.1f}", ratio.median <= ANSWER_GOAL),
        Line("so, of LimeSurvey's rate (published)", f"{LIME_SUBMISSION / floor / ratio.median:.0f} times", ">= 60"),
        Line(
            "so, of django-survey's rate (published)",
            f"{DJANGO_SURVEY_SUBMISSION / floor / ratio.median:.0f} times",
            ">= 12",
        ),
        Line(f"{size:,} answers over {size // 10:,}", str(growth), "<= 1.2", growth.median <= 1.2),
        Line("statements", f"{len(statements)} to read, {len(writes)} to write"),
        Line(
            "a page and its answer",
            f"{measured.seconds('answered') * 1e3:.1f} ms; the bare views "
            f"{measured.seconds('floor, answered') * 1e3:.2f} ms",
        ),
    )
    return Report(NUMBER, TITLE, f"{size:,} answers before", lines, measured, {"statements": [*statements, *writes]})
