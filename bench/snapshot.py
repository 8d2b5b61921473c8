"""Row 8: freezing a look of a whole organisation, against one statement that writes the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from adoption.disclosure.rules import Thresholds
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Checkpoint, looks_at
from adoption.tenancy.rules import instant
from bench.ground import run, vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import ZONE, Company, company
from metrics.actions.snapshots import freeze
from metrics.models import SnapshotMember

NUMBER, TITLE = 8, "snapshot: one look of everybody"
DEFAULT_SIZE = 20_000
WEEKS = 12
CLUSTER = 100

SAY = """
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT a.organization_id, a.person_id, %(workflow)s, week, 1, 5, a.person_id %% 6, 'bulk', %(at)s, %(at)s
  FROM programs_assignment a CROSS JOIN unnest(%(weeks)s::date[]) AS week
 WHERE a.organization_id = %(organization)s AND a.program_id = %(program)s AND a.person_id %% 9 <> 0
"""
CLUSTERS = "UPDATE programs_assignment SET cluster = 'Group ' || person_id / %(cluster)s WHERE program_id = %(program)s"
# What a look's rows come to without leaves, tools, sessions, objections, figures and the gate.
FLOOR = """
INSERT INTO metrics_snapshotmember (
    organization_id, run_id, key, arm, cluster, department, expected_weeks, observed_weeks, uses, unprompted, category
)
SELECT a.organization_id, %(run)s, k.key, a.arm, a.cluster, p.department, 2, count(c.week), sum(c.total), sum(c.unprompted),
       CASE WHEN count(c.week) = 0 THEN 'missing' WHEN avg(c.unprompted) >= 3 THEN 'genuine'
            WHEN avg(c.unprompted) >= 1 THEN 'developing' ELSE 'non_adopter' END
  FROM programs_assignment a
  JOIN tenancy_person p ON p.organization_id = a.organization_id AND p.id = a.person_id
  JOIN metrics_snapshotkey k ON k.organization_id = a.organization_id AND k.program_id = a.program_id AND k.person_id = a.person_id
  LEFT JOIN (
      SELECT DISTINCT ON (person_id, week) person_id, week, total, unprompted FROM metrics_checkin
       WHERE organization_id = %(organization)s AND workflow_id = %(workflow)s AND week = ANY (%(weeks)s::date[])
       ORDER BY person_id, week, version DESC
  ) c ON c.person_id = a.person_id
 WHERE a.organization_id = %(organization)s AND a.program_id = %(program)s
 GROUP BY a.organization_id, k.key, a.arm, a.cluster, p.department
"""


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A look at `size` people in groups of a hundred, and at a tenth of them."""
    few = size // 10
    many_ours, many_floor = _contestants(company("many", people=size, weeks=WEEKS), size)
    few_ours, _few_floor = _contestants(company("few", people=few, weeks=WEEKS), few)
    # One look is longer than a slice.
    measured = compare(
        {"floor": Contestant(many_floor), "ours": Contestant(many_ours), "ours, a tenth": Contestant(few_ours)},
        rounds=min(rounds, 3),
        slice_seconds=min(seconds, 0.1),
    )
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours, a tenth")
    lines = (
        Line("times one statement", str(ratio), "<= 1.5", ratio.median <= 1.5),
        Line(f"{size:,} people over {few:,}", str(growth), "<= 12, linear", growth.median <= 12),
        Line("a look", f"{measured.seconds('ours'):.1f} s; one statement {measured.seconds('floor'):.2f} s"),
        Line("people a second", f"{size / measured.seconds('ours'):,.0f}"),
    )
    return Report(NUMBER, TITLE, f"{size:,} people", lines, measured)


def _contestants(made: Company, people: int) -> tuple[Callable[[], None], Callable[[], None]]:
    """Freezing week 8 of a company, and the bare statement; each is taken back again."""
    program = made.program
    weeks = looks_at(Checkpoint.S56, program.starts_on, program.weeks)
    at = instant(weeks[1] + timedelta(days=14), program.created_at.time(), ZONE)
    numbers: dict[str, Any] = {
        "organization": made.organization.pk,
        "program": program.pk,
        "workflow": program.workflow_id,
        "weeks": list(weeks),
        "at": at,
        "cluster": CLUSTER,
    }
    with made.inside():
        run(CLUSTERS, numbers)
        run(SAY, numbers)
        Program.objects.filter(pk=program.pk).update(
            launched_at=at, fixed={"primary_look": Checkpoint.S56, "thresholds": Thresholds().as_dict()}
        )
        program = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
        numbers["run"] = freeze(program=program, checkpoint=Checkpoint.S0, at=at).pk
    vacuum("metrics_checkin", "metrics_snapshotkey", "metrics_snapshotmember", "programs_assignment")

    def ours() -> None:
        with made.inside(), transaction.atomic():
            frozen = freeze(program=program, checkpoint=Checkpoint.S56, at=at)
            assert SnapshotMember.objects.filter(run=frozen).count() == people
            transaction.set_rollback(True)

    def floor() -> None:
        with made.inside(), transaction.atomic(), connection.cursor() as cursor:
            # The launch's own rows make room: a key stands once in a look.
            cursor.execute("DELETE FROM metrics_snapshotmember WHERE run_id = %(run)s", numbers)
            cursor.execute(FLOOR, numbers)
            assert cursor.rowcount == people == Assignment.objects.filter(program=program).count()
            transaction.set_rollback(True)

    return ours, floor
