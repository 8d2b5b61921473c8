"""Row 12: sums of weeks, served from rollups against computing them from what people said; and keeping them up to date."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

from adoption.tenancy.rules import instant
from bench.ground import read, run, vacuum
from bench.rounds import Contestant, Line, Ratio, Report, compare
from bench.web import ZONE, Company, company
from metrics.actions import weeks
from metrics.queries.curve import sums_of
from metrics.rules import Via

NUMBER, TITLE = 12, "rollups: served, drained and marked"
# Half a year of it is a hundred thousand answers.
DEFAULT_SIZE = 4_000
WEEKS = 26
# Weeks that change at a time, of as many people.
KEYS = 200
# Entering an organisation is paid once a page, not once a read.
READS = 20

SAY = """
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT organization_id, id, %(workflow)s, %(first)s::date + 7 * n, 1, 5, (id + n) %% 6, 'bulk', %(at)s, %(at)s
  FROM tenancy_person CROSS JOIN generate_series(0, %(weeks)s - 1) n WHERE organization_id = %(organization)s
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

SUM_ALL = f"""
INSERT INTO metrics_armweek (
    organization_id, program_id, week, arm, eligible, observed, any_use, three_or_more, computed_at
)
SELECT %(organization)s, %(program)s, week, arm, said, said, three, three, %(at)s FROM ({FROM_FACTS}) AS curve (week, arm, said, three)
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """The curve of `size` people over half a year, weeks of theirs that change, and a check-in; the same of a tenth."""
    few = size // 10
    many, small = (_filled(slug, people) for slug, people in (("many", size), ("few", few)))
    whole = {made.organization.pk: _drain_a_week(made) for made in (many, small)}
    vacuum("metrics_useweek", "metrics_armweek")

    def served(made: Company) -> None:
        with made.inside():
            for _ in range(READS):
                assert len(sums_of(made.program, until=date.max)) == 2 * WEEKS

    def from_facts() -> None:
        with many.inside():
            assert len(read(FROM_FACTS, _numbers(many))) == 2 * WEEKS

    turns = cycle([(person, unasked) for unasked in range(4) for person in many.people])
    now = datetime.now(UTC)

    def check_in() -> None:
        person, unasked = next(turns)
        with many.inside():
            weeks.record_check_in(
                person=person,
                workflow=many.program.workflow,
                week=many.last_week,
                total=4,
                unprompted=unasked,
                via=Via.PAGE,
                at=now,
            )

    mark = weeks.mark_dirty

    def marking(as_always: bool) -> Callable[[], None]:
        return lambda: setattr(weeks, "mark_dirty", mark if as_always else _leave_unmarked)

    try:
        measured = compare(
            {
                "floor": Contestant(lambda: served(many)),
                "served, a tenth": Contestant(lambda: served(small)),
                "from facts": Contestant(from_facts),
                "drain": Contestant(lambda: _drain(many), marking(True), lambda: _mark(many)),
                "drain, a tenth": Contestant(lambda: _drain(small), marking(True), lambda: _mark(small)),
                "check-in": Contestant(check_in, marking(True)),
                "check-in, unmarked": Contestant(check_in, marking(False)),
            },
            rounds=min(rounds, 5),
            slice_seconds=min(seconds, 0.4),
        )
    finally:
        marking(True)()
    slower, flat = measured.ratio("from facts"), measured.ratio("floor", to="served, a tenth")
    faster = Ratio(READS * slower.median, READS * slower.least, READS * slower.greatest)
    growth = measured.ratio("drain", to="drain, a tenth")
    marked = measured.ratio("check-in", to="check-in, unmarked")
    said, said_few = size * WEEKS, few * WEEKS
    lines = (
        Line(f"{said:,} answers, from facts takes times", str(faster), ">= 100", faster.median >= 100),
        Line(f"served, {said:,} answers over {said_few:,}", str(flat), "<= 1.3, constant", flat.median <= 1.3),
        Line(f"draining {KEYS} weeks, {size:,} people over {few:,}", str(growth), "<= 10", growth.median <= 10),
        Line("a check-in, over one without a mark", str(marked), "<= 1.15", marked.median <= 1.15),
        Line(
            "served",
            f"{measured.seconds('floor') / READS * 1e3:.2f} ms; from facts {measured.seconds('from facts') * 1e3:.0f} ms",
        ),
        Line("a drained week of somebody", f"{measured.seconds('drain') / KEYS * 1e3:.2f} ms, {KEYS} at a time"),
        Line(f"everybody's week of {size:,}", f"{whole[many.organization.pk] / size * 1e3:.2f} ms a person, at once"),
        Line(f"everybody's week of {few:,}", f"{whole[small.organization.pk] / few * 1e3:.2f} ms a person, at once"),
        Line("a check-in", f"{measured.seconds('check-in') * 1e3:.1f} ms"),
    )
    return Report(NUMBER, TITLE, f"{size:,} people, {said:,} answers", lines, measured)


def _filled(slug: str, people: int) -> Company:
    """A company in which everybody has said something of every week, all of it summed."""
    made = company(slug, people=people, weeks=WEEKS)
    numbers = _numbers(made)
    with made.inside():
        run(SAY, numbers)
    vacuum("metrics_checkin")
    with made.inside():
        assert run(SUM_ALL, numbers) == 2 * WEEKS
    return made


def _drain_a_week(made: Company) -> float:
    """Seconds for deciding and summing one week of everybody, marked by its one key."""
    with made.inside():
        weeks.mark_dirty([(None, made.program.workflow_id, made.program.starts_on)], at=made.program.created_at)
    begun = time.perf_counter()
    assert _drain(made) == 1
    return time.perf_counter() - begun


def _leave_unmarked(*_args: object, **_named: object) -> None:
    """A check-in that leaves no mark: what is said is written, and nobody is told."""


def _numbers(made: Company) -> dict[str, object]:
    at = instant(made.program.starts_on + timedelta(weeks=WEEKS), made.program.created_at.time(), ZONE)
    return {
        "organization": made.organization.pk,
        "program": made.program.pk,
        "workflow": made.program.workflow_id,
        "first": made.program.starts_on,
        "weeks": WEEKS,
        "keys": KEYS,
        "at": at,
    }


def _mark(made: Company) -> None:
    with made.inside():
        run(MARK, _numbers(made))


def _drain(made: Company) -> int:
    at = _numbers(made)["at"]
    with made.inside():
        return weeks.drain(at=at)  # type: ignore[arg-type]
