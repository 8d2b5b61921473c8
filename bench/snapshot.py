"""Row 8: freezing a look of a whole organisation, against one statement that writes the same rows.

The floor is one INSERT ... SELECT of everybody's row with its state: arm, cluster and department as assigned, weeks
observed, uses, and the category, from the newest version of what people said. It knows nothing of leaves, tools,
sessions, objections, figures, the gate and the hash, which a look does; the checks of a commit are in both. The loop
reads, decides and writes one person after another, by the product's own queries.
"""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from adoption.disclosure.rules import Thresholds
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Checkpoint, looks_at
from adoption.tenancy.actions.bulk import in_bulk
from adoption.tenancy.rules import instant
from bench.ground import run, vacuum
from bench.rounds import Contestant, Line, Report, compare
from bench.web import ZONE, company, counted
from metrics.actions.snapshots import freeze
from metrics.models import SnapshotKey, SnapshotMember
from metrics.queries.weeks import decide_weeks
from metrics.rules import audit

NUMBER, TITLE = 8, "snapshot: one look of everybody"
DEFAULT_SIZE = 20_000
WEEKS = 12
CLUSTER = 100
# People whom the loop gets through; its time is taken by the person.
LOOP = 20

SAY = """
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
)
SELECT a.organization_id, a.person_id, %(workflow)s, week, 1, 5, abs(hashint8(a.person_id) %% 6), 'bulk', %(at)s, %(at)s
  FROM programs_assignment a CROSS JOIN unnest(%(weeks)s::date[]) AS week
 WHERE a.organization_id = %(organization)s AND a.program_id = %(program)s AND a.person_id %% 9 <> 0
"""
# Every week of the phase as it was decided: what spells are made of.
DECIDED = """
INSERT INTO metrics_useweek (
    organization_id, person_id, workflow_id, week, state, total, prompted, unprompted, source, discrepant, inferred, decided_at
)
SELECT a.organization_id, a.person_id, %(workflow)s, %(first)s::date + 7 * n, 'positive', 5, 5 - unasked, unasked, 'self',
       false, false, %(at)s
  FROM programs_assignment a
 CROSS JOIN generate_series(0, %(phase)s - 1) AS n
 CROSS JOIN LATERAL (SELECT abs(hashint8(a.person_id * 31 + n) %% 6)) AS of_week (unasked)
 WHERE a.organization_id = %(organization)s AND a.program_id = %(program)s
"""
CLUSTERS = "UPDATE programs_assignment SET cluster = 'Group ' || person_id / %(cluster)s WHERE program_id = %(program)s"
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


# What a commit would check: each row's run.
CHECK = "SET CONSTRAINTS ALL IMMEDIATE"


def measure(size: int, rounds: int, seconds: float) -> Report:
    """A look at `size` people in groups of a hundred, and at a tenth of them."""
    few = size // 10
    many, small = _Looks("many", size), _Looks("few", few)
    # One look is longer than a slice.
    measured = compare(
        {
            "floor": Contestant(many.floor),
            "ours": Contestant(many.ours),
            "floor, a tenth": Contestant(small.floor),
            "ours, a tenth": Contestant(small.ours),
            "after ninety days": Contestant(many.after_ninety_days),
            "loop": Contestant(many.loop),
        },
        rounds=min(rounds, 3),
        slice_seconds=min(seconds, 0.1),
    )
    tracemalloc.start()
    many.ours()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ratio, growth = measured.ratio("ours"), measured.ratio("ours", to="ours, a tenth")
    small_ratio = measured.ratio("ours, a tenth", to="floor, a tenth")
    last = measured.ratio("after ninety days", to="ours")
    loop = measured.ratio("loop", to="ours")
    times = loop.median * size / LOOP
    each = {people: 1e6 * measured.seconds(name) / people for name, people in (("ours", size), ("ours, a tenth", few))}
    bare = {
        people: 1e6 * measured.seconds(name) / people for name, people in (("floor", size), ("floor, a tenth", few))
    }
    # Of so many people everything beyond rows costs next to nothing; of few there is a share that does not grow.
    grows = (each[size] * size - each[few] * few) / (size - few)
    lines = (
        Line(f"times one statement, {size:,} people", str(ratio), "<= 1.5", ratio.median <= 1.5),
        Line(f"times one statement, {few:,} people", str(small_ratio)),
        Line("a loop over people takes times", f"{times:.0f}", ">= 85", times >= 85),
        Line(f"{size:,} people over {few:,}", str(growth), "<= 12, linear", growth.median <= 12),
        # Who was an adopter at the end, and how long each one's use lasted, from the baseline on.
        Line("the look after ninety days, times that of week 8", str(last)),
        # Beyond a thousand people five more say how to plan for many, and to wait.
        Line("statements", f"{many.statements}; of {few:,} people {small.statements}"),
        Line("a look", f"{measured.seconds('ours'):.2f} s; one statement {measured.seconds('floor'):.2f} s"),
        Line("a person", f"{each[size]:.0f} us; one statement {bare[size]:.0f} us"),
        Line(f"a person among {few:,}", f"{each[few]:.0f} us; one statement {bare[few]:.0f} us"),
        Line("what grows, what does not", f"{grows:.0f} us a person, {(each[few] - grows) * few / 1e3:.0f} ms"),
        Line("memory at its peak", f"{peak / 1024**2:.0f} MiB"),
        Line("people a second", f"{size / measured.seconds('ours'):,.0f}"),
    )
    return Report(NUMBER, TITLE, f"{size:,} people", lines, measured)


class _Looks:
    """Freezing week 8 of a company of so many people, the bare statement, and a loop; each is taken back again."""

    def __init__(self, slug: str, people: int) -> None:
        self.made = company(slug, people=people, weeks=WEEKS)
        self.people = people
        program = self.made.program
        weeks = looks_at(Checkpoint.S56, program.starts_on, program.weeks)
        self.at = instant(weeks[1] + timedelta(days=14), program.created_at.time(), ZONE)
        self.numbers: dict[str, Any] = {
            "organization": self.made.organization.pk,
            "program": program.pk,
            "workflow": program.workflow_id,
            "weeks": list(weeks),
            "at": self.at,
            "first": program.starts_on,
            "phase": program.weeks,
            "cluster": CLUSTER,
        }
        with self.made.inside():
            run(CLUSTERS, self.numbers)
            run(SAY, self.numbers)
            run(DECIDED, self.numbers)
            Program.objects.filter(pk=program.pk).update(
                launched_at=self.at, fixed={"primary_look": Checkpoint.S56, "thresholds": Thresholds().as_dict()}
            )
            self.program = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
            launch = freeze(program=self.program, checkpoint=Checkpoint.S0, at=self.at)
            freeze(program=self.program, checkpoint=Checkpoint.SE, at=self.at)
            # An empty version of another checkpoint, for the rows of the floor.
            launch.pk, launch.public_id, launch.kind = None, uuid4(), Checkpoint.S30
            launch.save(force_insert=True)
            self.numbers["run"] = launch.pk
        vacuum(
            "metrics_checkin", "metrics_useweek", "metrics_snapshotkey", "metrics_snapshotmember", "programs_assignment"
        )
        self.statements = len(counted(self.ours))

    def ours(self, checkpoint: Checkpoint = Checkpoint.S56) -> None:
        with self.made.inside(), transaction.atomic():
            freeze(program=self.program, checkpoint=checkpoint, at=self.at)
            run(CHECK)
            transaction.set_rollback(True)

    def after_ninety_days(self) -> None:
        """Without what colleagues and recipients said: nobody was asked."""
        self.ours(Checkpoint.S90)

    def floor(self) -> None:
        with self.made.inside(), transaction.atomic():
            # Planned as a look is: a plan for few people would take minutes over many.
            with in_bulk(self.people):
                assert run(FLOOR, self.numbers) == self.people
            run(CHECK)
            transaction.set_rollback(True)

    def loop(self) -> None:
        """One person after another, by the queries that read a few people's weeks."""
        weeks, version = self.numbers["weeks"], self.numbers["run"]
        with self.made.inside(), transaction.atomic():
            for person in self.made.people[:LOOP]:
                seat = Assignment.objects.select_related("person").get(program=self.program, person=person)
                key = SnapshotKey.objects.get(program=self.program, person=person).key
                decided = decide_weeks(self.program.workflow, [person.pk], weeks)
                found = audit([decided[person.pk, week] for week in weeks])
                SnapshotMember.objects.create(
                    run_id=version,
                    key=key,
                    arm=seat.arm,
                    cluster=seat.cluster,
                    department=seat.person.department,
                    expected_weeks=found.expected_weeks,
                    observed_weeks=found.observed_weeks,
                    category=found.category,
                )
            run(CHECK)
            transaction.set_rollback(True)
