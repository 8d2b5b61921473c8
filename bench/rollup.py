"""Row 12: sums of weeks, served from rollups against computing them from what people said; and keeping them up to date."""

from __future__ import annotations

import time
from datetime import timedelta

from adoption.tenancy.rules import instant
from bench.ground import read, run, vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import ZONE, Company, company
from metrics.actions.weeks import DRAIN_AT_MOST, drain
from metrics.models import ArmWeek

NUMBER, TITLE = 12, "rollups: served, and drained"
DEFAULT_SIZE = 20_000
WEEKS = 12
SAID_WEEKS = 5
# Weeks that change at a time, of as many people.
KEYS = 1_000

SAY = """
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT organization_id, id, %(workflow)s, %(first)s::date + 7 * n, 1, 5, (id + n) %% 6, 'bulk', %(at)s, %(at)s
  FROM tenancy_person CROSS JOIN generate_series(0, %(weeks)s - 1) n WHERE organization_id = %(organization)s
"""
MARK_ALL = """
INSERT INTO metrics_dirtyweek (organization_id, person_id, workflow_id, week)
SELECT organization_id, person_id, workflow_id, week FROM metrics_checkin WHERE organization_id = %(organization)s
"""
MARK = """
INSERT INTO metrics_dirtyweek (organization_id, person_id, workflow_id, week)
SELECT organization_id, id, %(workflow)s, %(first)s FROM tenancy_person WHERE organization_id = %(organization)s
 ORDER BY id LIMIT %(keys)s
"""
# Every look at the curve from what people said: the newest version of each, counted by arm and week.
FROM_FACTS = """
SELECT c.week, a.arm, count(*), count(*) FILTER (WHERE c.unprompted >= 3) FROM programs_assignment a
  JOIN (SELECT DISTINCT ON (person_id, week) person_id, week, unprompted FROM metrics_checkin
         WHERE organization_id = %(organization)s AND workflow_id = %(workflow)s
         ORDER BY person_id, week, version DESC) c ON c.person_id = a.person_id
 WHERE a.organization_id = %(organization)s AND a.program_id = %(program)s GROUP BY 1, 2
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """The curve of `size` people over five weeks, and a thousand of their weeks that change; the same of a tenth."""
    few = size // 10
    many, small = company("many", people=size, weeks=WEEKS), company("few", people=few, weeks=WEEKS)
    whole: dict[int, float] = {}
    for made in (many, small):
        numbers = _numbers(made)
        with made.inside():
            run(SAY, numbers)
            run(MARK_ALL, numbers)
        vacuum("metrics_checkin", "metrics_dirtyweek")
        begun = time.perf_counter()
        taken = 0
        while round_took := _drain(made):
            taken += round_took
        whole[made.organization.pk] = time.perf_counter() - begun
        assert taken == len(made.people) * SAID_WEEKS
    vacuum("metrics_useweek", "metrics_armweek")

    def served() -> None:
        with many.inside():
            assert len(list(ArmWeek.objects.filter(program=many.program).order_by("week"))) == 2 * SAID_WEEKS

    def from_facts() -> None:
        with many.inside():
            assert len(read(FROM_FACTS, _numbers(many))) == 2 * SAID_WEEKS

    def served_few() -> None:
        with small.inside():
            assert len(list(ArmWeek.objects.filter(program=small.program).order_by("week"))) == 2 * SAID_WEEKS

    measured = compare(
        {
            "floor": Contestant(served),
            "served, a tenth": Contestant(served_few),
            "from facts": Contestant(from_facts),
            "drain": Contestant(lambda: _drain(many), before=lambda: _mark(many)),
            "drain, a tenth": Contestant(lambda: _drain(small), before=lambda: _mark(small)),
        },
        rounds=min(rounds, 5),
        slice_seconds=min(seconds, 0.3),
    )
    faster, flat = measured.ratio("from facts"), measured.ratio("floor", to="served, a tenth")
    growth = measured.ratio("drain", to="drain, a tenth")
    lines = (
        Line("from facts takes times", str(faster), ">= 100", faster.median >= 100),
        Line(f"served, {size:,} people over {few:,}", str(flat), "<= 1.3, constant", flat.median <= 1.3),
        Line(
            f"draining {KEYS:,} weeks, {size:,} over {few:,}", str(growth), "<= 10, under linear", growth.median <= 10
        ),
        Line("a drain of them", f"{measured.seconds('drain') * 1e3:.0f} ms"),
        Line(f"all {size * SAID_WEEKS:,} weeks", f"{whole[many.organization.pk]:.1f} s, {DRAIN_AT_MOST:,} at a time"),
        Line(f"all {few * SAID_WEEKS:,} weeks", f"{whole[small.organization.pk]:.1f} s"),
    )
    return Report(NUMBER, TITLE, f"{size:,} people, {size * SAID_WEEKS:,} weeks", lines, measured)


def _numbers(made: Company) -> dict[str, object]:
    at = instant(made.program.starts_on + timedelta(weeks=WEEKS), made.program.created_at.time(), ZONE)
    return {
        "organization": made.organization.pk,
        "program": made.program.pk,
        "workflow": made.program.workflow_id,
        "first": made.program.starts_on,
        "weeks": SAID_WEEKS,
        "keys": KEYS,
        "at": at,
    }


def _mark(made: Company) -> None:
    with made.inside():
        run(MARK, _numbers(made))


def _drain(made: Company) -> int:
    at = _numbers(made)["at"]
    with made.inside():
        return drain(at=at)  # type: ignore[arg-type]
