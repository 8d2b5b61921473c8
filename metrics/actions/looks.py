"""What a look sees of a cohort, in statements over all of its people: staged, decided kind by kind, counted and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from adoption.programs.models import Assignment, Objection, Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.bulk import MANY, in_bulk, read, run
from adoption.tenancy.walls import TenantQuerySet
from metrics.models import SnapshotKey, SnapshotRun
from metrics.queries.kinds import ABSENCE, FACTS, IS_AWAY, week_of, window
from metrics.queries.weeks import CohortMember, Place, place_of
from metrics.rules import Category, audit_by

GIVE_KEYS = """
INSERT INTO metrics_snapshotkey (organization_id, program_id, person_id, key)
SELECT %(organization)s, %(program)s, cohort.person_id, gen_random_uuid() FROM ({cohort}) AS cohort
"""
# Everybody of the cohort who has not been erased, where the launch put them: as they are while it is being frozen,
AS_ASSIGNED = """
member AS (
    SELECT k.person_id, k.key, c.arm, c.cluster, p.department, p.left_on
      FROM metrics_snapshotkey k
      JOIN ({cohort}) AS c ON c.person_id = k.person_id
      JOIN tenancy_person p ON p.organization_id = k.organization_id AND p.id = k.person_id
     WHERE k.organization_id = %(organization)s AND k.program_id = %(program)s
)
"""
# and from then on as it was frozen.
AS_LAUNCHED = """
member AS (
    SELECT k.person_id, k.key, c.arm, c.cluster, c.department, p.left_on
      FROM metrics_snapshotkey k
      JOIN metrics_snapshotmember c ON c.organization_id = k.organization_id AND c.run_id = %(launch)s AND c.key = k.key
      JOIN tenancy_person p ON p.organization_id = k.organization_id AND p.id = k.person_id
     WHERE k.organization_id = %(organization)s AND k.program_id = %(program)s
)
"""
# Weeks of which nobody is expected who is still there in the last one.
CLOSED = f"""
WITH {{member}}, there AS (
    SELECT person_id FROM member WHERE left_on IS NULL OR left_on > %(last)s
), {ABSENCE.format(people="there").strip()}
SELECT w.week FROM unnest(%(weeks)s::date[]) AS w (week) CROSS JOIN there
  LEFT JOIN absence ON absence.person_id = there.person_id
 GROUP BY w.week HAVING bool_and({IS_AWAY.format(week="w.week")})
"""  # noqa: S608 - put together from names of our own
STAGE = f"""
DROP TABLE IF EXISTS pg_temp.looked_at, pg_temp.verdict;
CREATE TEMPORARY TABLE looked_at ON COMMIT DROP AS
WITH {{member}}, sought AS (
    SELECT member.person_id, w.week FROM member CROSS JOIN unnest(%(weeks)s::date[]) AS w (week)
), {FACTS.strip()}, told AS (
    SELECT person_id, array_agg(known ORDER BY week)::text AS known FROM facts GROUP BY person_id
)
SELECT m.person_id, m.key, m.arm, m.cluster, m.department, m.left_on, told.known,
       m.person_id IN ({{objecting}}) AS objects, m.person_id IN ({{helped}}) AS helped, e.key IS NOT NULL AS adopted
  FROM member m
  JOIN told ON told.person_id = m.person_id
  LEFT JOIN metrics_snapshotmember e ON e.organization_id = %(organization)s AND e.run_id = %(end)s AND e.key = m.key
        AND e.category = '{Category.GENUINE}'
"""  # noqa: S608 - likewise
JUDGE = """
CREATE TEMPORARY TABLE verdict ON COMMIT DROP AS
SELECT * FROM unnest(
    %(known)s::text[], %(expected)s::smallint[], %(observed)s::smallint[],
    %(uses)s::smallint[], %(unprompted)s::smallint[], %(occurrences)s::smallint[], %(category)s::text[]
) AS one (known, expected_weeks, observed_weeks, uses, unprompted, occurrences, category);
ANALYZE verdict;
"""
TALLY = """
SELECT l.arm, l.department, l.cluster, v.category, coalesce(l.left_on <= %(last)s, false), l.objects, l.helped, l.adopted,
       v.observed_weeks > 0, count(*)
  FROM looked_at l JOIN verdict v ON v.known = l.known
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""
# In the order of the keys: that of the people would tell whose row is whose.
WRITE = """
INSERT INTO metrics_snapshotmember (
    organization_id, run_id, key, arm, cluster, department,
    expected_weeks, observed_weeks, uses, unprompted, occurrences, category
)
SELECT %(organization)s, %(run)s, l.key, l.arm, l.cluster, l.department,
       v.expected_weeks, v.observed_weeks, v.uses, v.unprompted, v.occurrences, v.category
  FROM looked_at l JOIN verdict v ON v.known = l.known
 ORDER BY l.key
"""
# Of everybody a line, in the order of the keys; first within each of 256 slices of them, so that no text grows with all of them.
DIGEST = """
SELECT encode(sha256(coalesce(string_agg(slice.digest, ''::bytea ORDER BY slice.number), ''::bytea)), 'hex') FROM (
    SELECT get_byte(uuid_send(key), 0) AS number,
           sha256(convert_to(string_agg(
               json_build_array(key, arm, cluster, department, known, objects)::text, E'\\n' ORDER BY key
           ), 'UTF8')) AS digest
      FROM looked_at GROUP BY 1
) AS slice
"""
# The gate and the intervals of very many people think for longer than the database lets a request idle.
WAIT = "SET LOCAL idle_in_transaction_session_timeout = '15min'"
BY_PERSON = "SELECT person_id, arm, cluster, department, left_on FROM looked_at ORDER BY person_id"
# What people were in a version that is out, and what they are now. Who has been erased since sits where they sat.
DIFFERING = f"""
SELECT coalesce(o.arm, n.arm), coalesce(o.department, n.department), coalesce(o.cluster, n.cluster),
       o.category, n.category, count(*)
  FROM (SELECT m.key, m.arm, m.department, m.cluster, m.category FROM metrics_snapshotmember m
         WHERE m.organization_id = %(organization)s AND m.run_id = %(run)s AND (%(among)s IS NULL OR m.key IN (
               SELECT e.key FROM metrics_snapshotmember e
                WHERE e.organization_id = %(organization)s AND e.run_id = %(among)s AND e.category = '{Category.GENUINE}'
         ))) AS o
  FULL JOIN (SELECT l.key, l.arm, l.department, l.cluster, v.category FROM looked_at l JOIN verdict v ON v.known = l.known
              WHERE %(among)s IS NULL OR l.adopted) AS n ON n.key = o.key
 GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - likewise


class Tally(NamedTuple):
    """So many people of a cluster of whom a look says the same."""

    arm: Arm
    department: str
    cluster: str
    category: Category
    has_left: bool
    objects: bool
    # Of the comparison group, and in a pod since.
    helped: bool
    # A genuine adopter at the end of the active phase.
    adopted: bool
    # Something of theirs is known.
    is_known: bool
    people: int

    @property
    def place(self) -> Place:
        return place_of(self.arm, self.department, self.cluster)


@dataclass(frozen=True, slots=True)
class Differing:
    """So many people in one place who were one thing in a version and are another now; None where they are not in it."""

    place: Place
    before: Category | None
    now: Category | None
    people: int


class Cohort:
    """The cohort of a programme: as it is assigned while the launch is being frozen, and from then on as that was frozen."""

    def __init__(self, program: Program, launch: SnapshotRun | None) -> None:
        self.program, self.launch = program, launch
        assigned = _sql(Assignment.objects.of_cohorts().filter(program=program).values("person_id", "arm", "cluster"))
        if launch is None:
            run(GIVE_KEYS.format(cohort=assigned), self._named())
        self.member = (AS_ASSIGNED if launch is None else AS_LAUNCHED).strip().replace("{cohort}", assigned)

    def _named(self) -> dict[str, Any]:
        launch = self.launch.pk if self.launch else None
        return {"organization": self.program.organization_id, "program": self.program.pk, "launch": launch}

    def closed(self, weeks: Sequence[date], *, last: date) -> set[date]:
        """Those of the weeks in which nobody was expected who is still there in the last week."""
        rows = read(
            CLOSED.format(member=self.member), {**self._named(), **window(self.program.workflow, weeks), "last": last}
        )
        return {week for (week,) in rows}

    def look(self, weeks: Sequence[date], *, end: SnapshotRun | None, at: datetime) -> Sight:
        """See everybody in these weeks, in order; `end` is the look that says who was an adopter when the phase ended."""
        contaminated = Assignment.objects.filter(program=self.program).contaminated()
        objecting = Objection.objects.standing_at(at).filter(program=self.program)
        parts = {
            "member": self.member,
            "objecting": _sql(objecting.values("person_id")),
            "helped": _sql(contaminated.values("person_id")),
        }
        named = {**self._named(), **window(self.program.workflow, weeks), "end": end.pk if end else None}
        people = SnapshotKey.objects.filter(program=self.program).count()
        with in_bulk(people):
            run(STAGE.format(**parts), named)
            sight = Sight(self.program, weeks[-1], end)
        if people >= MANY:
            run(WAIT, {})
        return sight


class Sight:
    """What a look sees, until its transaction ends."""

    def __init__(self, program: Program, last_week: date, end: SnapshotRun | None) -> None:
        self.last_week, self.end = last_week, end
        self._named = {"organization": program.organization_id, "last": last_week}
        columns: dict[str, list[Any]] = {
            name: [] for name in ("known", "expected", "observed", "uses", "unprompted", "occurrences", "category")
        }
        for (known,) in read("SELECT DISTINCT known FROM looked_at", {}):
            weeks = [week_of(one) for one in _numbers(known)]
            audit = audit_by(program.mode, weeks)
            verdict = (
                *(known, audit.expected_weeks, audit.observed_weeks),
                *(_sum(week.total for week in weeks), _sum(week.unprompted for week in weeks)),
                *(_sum(week.occurrences for week in weeks), audit.category.value),
            )
            for column, value in zip(columns.values(), verdict, strict=True):
                column.append(value)
        run(JUDGE, columns)
        self.tallies = [
            Tally(Arm(arm), department, cluster, Category(category), *rest)
            for arm, department, cluster, category, *rest in read(TALLY, self._named)
        ]

    def members(self) -> list[CohortMember]:
        """Everybody by name, in a fixed order: for figures that are made of more than a category."""
        return [
            CohortMember(person, Arm(arm), cluster, department, left_on)
            for person, arm, cluster, department, left_on in read(BY_PERSON, {})
        ]

    def differing(self, version: SnapshotRun, *, among_adopters: bool) -> Iterator[Differing]:
        """What sets a version that is out apart from what is seen now, of everybody or of the adopters at the end alone."""
        among = self.end.pk if self.end and among_adopters else None
        for arm, department, cluster, before, now, people in read(
            DIFFERING, {**self._named, "run": version.pk, "among": among}
        ):
            place = place_of(Arm(arm), department, cluster)
            yield Differing(place, before and Category(before), now and Category(now), people)

    def digest(self) -> str:
        """The SHA-256 of what is known of everybody: place, weeks and objection, as JSON in the order of the keys."""
        ((found,),) = read(DIGEST, {})
        return str(found)

    def write(self, version: SnapshotRun) -> None:
        """Write a row for everybody."""
        with in_bulk(sum(tally.people for tally in self.tallies)):
            run(WRITE, {**self._named, "run": version.pk})


def _sql(rows: TenantQuerySet) -> str:
    """A queryset as the text of a subquery, inside a statement that has parameters of its own."""
    statement, values = rows.order_by().query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(statement, values).decode().replace("%", "%%"))


def _numbers(known: str) -> list[list[int | None]]:
    """An array of arrays, as PostgreSQL writes it."""
    found: list[list[int | None]] = json.loads(known.translate({123: "[", 125: "]"}).replace("NULL", "null"))
    return found


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
