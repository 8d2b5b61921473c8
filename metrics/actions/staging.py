"""The set-based work of a usage import: comparing an export with what is known, and writing it down.

Rows go by COPY into a temporary table, and everything after that is a statement over all of them, as with imports of
people. Called by `imports` inside the organisation, in its transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from adoption.programs.models import Program, Workflow
from adoption.programs.rules import asked_weeks
from adoption.tenancy.actions.bulk import Progress, copy, escaped, in_bulk, read, run
from adoption.tenancy.walls import current_organization_id
from metrics.models import VendorFile, VendorOutcome
from metrics.models.imports import WRITTEN
from metrics.queries.imports import Effect
from metrics.queries.kinds import FACTS, VENDOR, week_of, window
from metrics.sources.shape import Row, out_of_time

FILE_COLUMNS = "line, login, period_start, period_end, is_active, first_active_on, last_active_on, blocked, problems"
MAKE_ASKED = """
DROP TABLE IF EXISTS pg_temp.asked;
CREATE TEMPORARY TABLE asked (program_id bigint NOT NULL, workflow_id bigint NOT NULL, week date NOT NULL) ON COMMIT DROP;
"""
FILL_ASKED = "INSERT INTO asked SELECT unnest(%(programs)s::bigint[]), unnest(%(workflows)s::bigint[]), unnest(%(weeks)s::date[])"
MAKE_TABLES = """
DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.period, pg_temp.taking_part, pg_temp.matched, pg_temp.joined;
CREATE TEMPORARY TABLE incoming (
    line integer NOT NULL, login text, period_start date, period_end date, is_active boolean NOT NULL,
    first_active_on date, last_active_on date, blocked boolean NOT NULL, problems jsonb
) ON COMMIT DROP;
"""
# A period touches the week of a Monday when neither lies wholly before the other.
TOUCHES = "{period}.period_start <= {week}.week + 6 AND {period}.period_end >= {week}.week"
# Who is asked about a week that a period touches: of nobody else anything is kept.
MATCH = f"""
CREATE TEMPORARY TABLE period ON COMMIT DROP AS
SELECT DISTINCT period_start, period_end FROM incoming WHERE NOT blocked;
CREATE TEMPORARY TABLE taking_part ON COMMIT DROP AS
SELECT DISTINCT a.person_id AS person, t.period_start FROM programs_assignment a
  JOIN (SELECT DISTINCT k.program_id, p.period_start FROM asked k JOIN period p ON {TOUCHES.format(period="p", week="k")}) t
    ON t.program_id = a.program_id
 WHERE a.organization_id = %(organization)s;
CREATE TEMPORARY TABLE matched ON COMMIT DROP AS
WITH known (login, person) AS (
    SELECT i.login, p.id FROM (SELECT DISTINCT login FROM incoming WHERE NOT blocked) i
      JOIN tenancy_person p ON p.organization_id = %(organization)s AND p.mail = i.login
    UNION ALL
    SELECT i.login, a.person_id FROM (SELECT DISTINCT login FROM incoming WHERE NOT blocked) i
      JOIN tenancy_alias a ON a.organization_id = %(organization)s AND a.address = i.login
), one (login, person) AS (
    SELECT login, min(person) FROM known GROUP BY login
)
SELECT i.line, o.person, t.person IS NOT NULL AS asked
  FROM incoming i
  LEFT JOIN one o ON o.login = i.login AND NOT i.blocked
  LEFT JOIN taking_part t ON t.person = o.person AND t.period_start = i.period_start AND NOT i.blocked;
ANALYZE incoming; ANALYZE matched; ANALYZE taking_part;
"""  # noqa: S608 - put together from names of our own
# Addresses that differ in capitals, or two accounts of one person, are one person: active if either was.
JOIN = """
CREATE TEMPORARY TABLE joined ON COMMIT DROP AS
SELECT m.person, i.period_start, i.period_end, min(i.line) AS line, bool_or(i.is_active) AS is_active,
       min(i.first_active_on) AS first_active_on, max(i.last_active_on) AS last_active_on
  FROM incoming i JOIN matched m USING (line)
 WHERE m.asked GROUP BY m.person, i.period_start, i.period_end;
ANALYZE joined;
"""
STAGE = f"""
INSERT INTO metrics_vendorrow (
    organization_id, file_id, line, outcome, target, login, period_start, period_end, is_active, first_active_on, last_active_on, problems
)
WITH counting AS (
    SELECT DISTINCT ON (w.person_id, w.period_start)
           w.person_id, w.period_start, w.period_end, w.is_active, w.first_active_on, w.last_active_on
      FROM metrics_vendorweek w JOIN metrics_vendorfile f ON f.organization_id = w.organization_id AND f.id = w.file_id
     WHERE w.organization_id = %(organization)s AND f.committed_at IS NOT NULL AND f.undone_at IS NULL
       AND w.period_start IN (SELECT period_start FROM period)
     ORDER BY w.person_id, w.period_start, f.committed_at DESC, w.id DESC
), judged AS (
    SELECT i.line, m.person, i.login, i.problems, j.line AS first_line, m.asked,
           coalesce(j.period_start, i.period_start) AS period_start, coalesce(j.period_end, i.period_end) AS period_end,
           coalesce(j.is_active, i.is_active) AS is_active,
           CASE WHEN j.line IS NULL THEN i.first_active_on ELSE j.first_active_on END AS first_active_on,
           CASE WHEN j.line IS NULL THEN i.last_active_on ELSE j.last_active_on END AS last_active_on,
           CASE WHEN i.blocked THEN '{VendorOutcome.REFUSED}'
                WHEN m.person IS NULL THEN '{VendorOutcome.STRANGER}'
                WHEN j.line <> i.line THEN '{VendorOutcome.JOINED}'
                WHEN c.person_id IS NULL THEN '{VendorOutcome.NEW}'
                WHEN (c.period_end, c.is_active, c.first_active_on, c.last_active_on)
                     IS DISTINCT FROM (j.period_end, j.is_active, j.first_active_on, j.last_active_on) THEN '{VendorOutcome.CHANGED}'
                ELSE '{VendorOutcome.UNCHANGED}' END AS outcome
      FROM incoming i
      JOIN matched m USING (line)
      LEFT JOIN joined j ON m.asked AND j.person = m.person AND j.period_start = i.period_start AND j.period_end = i.period_end
      LEFT JOIN counting c ON c.person_id = j.person AND c.period_start = j.period_start
     WHERE i.blocked OR m.person IS NULL OR m.asked
)
SELECT %(organization)s, %(file)s, line, outcome, person,
       CASE WHEN outcome IN ('{VendorOutcome.REFUSED}', '{VendorOutcome.STRANGER}', '{VendorOutcome.JOINED}') OR problems IS NOT NULL
            THEN coalesce(login, '') ELSE '' END,
       period_start, period_end, is_active, first_active_on, last_active_on,
       CASE WHEN outcome = '{VendorOutcome.JOINED}' THEN coalesce(problems, '[]') || jsonb_build_array(jsonb_build_object(
                'code', 'joined', 'field', 'login', 'value', login, 'suggestion', first_line::text, 'blocks', false))
            ELSE problems END
  FROM judged ORDER BY line
"""  # noqa: S608 - likewise
COUNT = f"""
SELECT count(*) FILTER (WHERE outcome = '{VendorOutcome.NEW}') AS new,
       count(*) FILTER (WHERE outcome = '{VendorOutcome.CHANGED}') AS changed,
       count(*) FILTER (WHERE outcome = '{VendorOutcome.UNCHANGED}') AS unchanged,
       count(*) FILTER (WHERE outcome = '{VendorOutcome.JOINED}') AS joined,
       count(*) FILTER (WHERE outcome = '{VendorOutcome.REFUSED}') AS refused,
       count(DISTINCT login) FILTER (WHERE outcome = '{VendorOutcome.STRANGER}') AS strangers,
       count(*) FILTER (WHERE outcome = '{VendorOutcome.STRANGER}') AS stranger_lines,
       count(DISTINCT target) FILTER (WHERE outcome IN %(written)s) AS people,
       count(*) FILTER (WHERE outcome IN %(written)s AND is_active) AS active,
       count(*) FILTER (WHERE problems IS NOT NULL) AS problems,
       count(*) FILTER (WHERE problems @> '[{{"code": "hashed"}}]') AS hashed,
       count(*) FILTER (WHERE problems @> '[{{"code": "too_early"}}]') AS too_early,
       min(period_start) FILTER (WHERE outcome IN %(written)s), max(period_end) FILTER (WHERE outcome IN %(written)s)
  FROM metrics_vendorrow WHERE organization_id = %(organization)s AND file_id = %(file)s
"""  # noqa: S608 - likewise
COUNTED = (
    "new changed unchanged joined refused strangers stranger_lines people active problems hashed too_early".split()
)
COUNT_TAKING_PART = "SELECT count(DISTINCT person) FROM taking_part"
COVERED_THEN = """
    bool_and(coalesce(p.covers_all_tools, false)) AS covered, bool_and(coalesce(p.covers_all_tools, true)) AS vouched
"""
TOUCHED = f"SELECT DISTINCT k.workflow_id, k.week FROM asked k JOIN period p ON {TOUCHES.format(period='p', week='k')} ORDER BY 1, 2"  # noqa: S608 - likewise
# Each kind of week that a preview bears on: its facts as they are, and what the tools would say if it were committed, without
# and with somebody's word that it covers all tools. What a preview says of a period supersedes what was known of it.
WEIGH = f"""
WITH preview AS (
    SELECT r.target AS person_id, r.period_start, r.period_end, r.is_active, r.first_active_on, r.last_active_on
      FROM metrics_vendorrow r
     WHERE r.organization_id = %(organization)s AND r.file_id = %(file)s AND r.outcome IN %(written)s
), sought AS (
    SELECT DISTINCT r.person_id, k.week FROM preview r
      JOIN programs_assignment a ON a.organization_id = %(organization)s AND a.person_id = r.person_id
      JOIN asked k ON k.program_id = a.program_id AND k.workflow_id = %(workflow)s AND {TOUCHES.format(period="r", week="k")}
), {FACTS.strip()}, period_then AS (
    SELECT preview.*, NULL::boolean AS covers_all_tools FROM preview
     UNION ALL
    SELECT * FROM period p WHERE NOT EXISTS (
        SELECT FROM preview n WHERE n.person_id = p.person_id AND n.period_start = p.period_start
    )
), {VENDOR.format(name="vendor_then", period="period_then", covered=COVERED_THEN).strip()}
SELECT f.known, v.days, v.idle::int, (v.idle AND v.covered)::int, (v.idle AND v.vouched)::int, count(*)
  FROM facts f LEFT JOIN vendor_then v ON v.person_id = f.person_id AND v.week = f.week
 GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - likewise
FORGET = "DELETE FROM metrics_vendorrow WHERE organization_id = %(organization)s AND file_id = %(file)s"
# Whoever is no longer in the directory is left out.
INSERT_WEEKS = """
INSERT INTO metrics_vendorweek (
    organization_id, file_id, person_id, period_start, period_end, is_active, first_active_on, last_active_on
)
SELECT r.organization_id, r.file_id, r.target, r.period_start, r.period_end, r.is_active, r.first_active_on, r.last_active_on
  FROM metrics_vendorrow r JOIN tenancy_person p ON p.organization_id = r.organization_id AND p.id = r.target
 WHERE r.organization_id = %(organization)s AND r.file_id = %(file)s AND r.outcome IN %(written)s ORDER BY r.target, r.period_start
"""
# `{{person}}` is whoever a week is marked for, or nobody: then it is marked once, for everybody.
MARK = f"""
INSERT INTO metrics_dirtyweek (organization_id, person_id, workflow_id, week)
SELECT DISTINCT %(organization)s, told.person_id, k.workflow_id, k.week FROM (
    SELECT DISTINCT {{person}} AS person_id, a.program_id, w.period_start, w.period_end
      FROM metrics_vendorweek w
      JOIN programs_assignment a ON a.organization_id = w.organization_id AND a.person_id = w.person_id
     WHERE w.organization_id = %(organization)s AND w.file_id = %(file)s
) AS told JOIN asked k ON k.program_id = told.program_id AND {TOUCHES.format(period="told", week="k")}
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - likewise


def stage(file: VendorFile, rows: Iterable[Row], *, today: date, progress: Progress) -> dict[str, int]:
    """Compare an export with the directory and with what is known, and write the preview down. Changes nothing else.

    Returns the counts: lines, one per kind of line, people found, of how many who are asked, and strangers; sets the
    file's period. Raises whatever reading the rows raises.
    """
    numbers = _numbers(file)
    run(FORGET, numbers)
    since = _tell_asked()
    run(MAKE_TABLES, {})
    lines = copy(f"incoming ({FILE_COLUMNS})", _written(rows, today, since), progress)
    with in_bulk(lines):
        run(MATCH, numbers)
        run(JOIN, numbers)
        run(STAGE, numbers)
        (counted,) = read(COUNT, numbers)
    *counts, file.period_start, file.period_end = counted
    found = dict(zip(COUNTED, counts, strict=True))
    kept = sum(found[kind] for kind in ("new", "changed", "unchanged", "joined", "refused", "stranger_lines"))
    ((asked,),) = read(COUNT_TAKING_PART, {})
    return {**found, "lines": lines, "unasked": lines - kept, "asked": asked}


def weigh(file: VendorFile) -> dict[bool, Effect]:
    """What a preview would do, by whether somebody vouches that it covers all tools. After `stage`, in its transaction."""
    effects = {vouched: Effect() for vouched in (False, True)}
    touched: dict[int, list[date]] = defaultdict(list)
    for number, week in read(TOUCHED, {}):
        touched[number].append(week)
    for workflow in Workflow.objects.filter(pk__in=touched).order_by("pk"):
        with in_bulk(file.counts["lines"]):
            kinds = read(WEIGH, {**_numbers(file), **window(workflow, touched[workflow.pk])})
        for known, days, idle, covered, vouched, weeks in kinds:
            before, (*said, _days, _idle, _covered, linked) = week_of(known), known
            for word, covers in ((False, covered), (True, vouched)):
                effects[word].add(before, week_of([*said, days, idle, covers, linked]), weeks)
    return effects


def write(file: VendorFile) -> None:
    """Make facts of a preview, and mark the weeks they bear on."""
    with in_bulk(file.counts["lines"]):
        run(INSERT_WEEKS, _numbers(file))
    mark(file)
    forget(file)


def mark(file: VendorFile) -> None:
    """Mark every week that the facts of a file bear on as changed; as a whole where it speaks of most who are asked."""
    _tell_asked()
    # Files of an early release did not count who is asked: of those each person's weeks are marked.
    asked = file.counts.get("asked")
    of_most = asked is not None and 2 * file.counts["people"] >= asked
    with in_bulk(file.counts["lines"]):
        run(MARK.format(person="NULL::bigint" if of_most else "w.person_id"), _numbers(file))


def forget(file: VendorFile) -> None:
    """Take a file's preview away."""
    run(FORGET, _numbers(file))


def _numbers(file: VendorFile) -> dict[str, Any]:
    return {
        "organization": current_organization_id(),
        "file": file.pk,
        "written": tuple(outcome.value for outcome in WRITTEN),
    }


def _tell_asked() -> date | None:
    """Tell the database which weeks are asked about in which programme. Returns the first of them, if there is one."""
    rows: Sequence[tuple[int, int, date]] = [
        (program.pk, program.workflow_id, week)
        for program in Program.objects.filter(baseline_opened_at__isnull=False)
        for week in asked_weeks(program.starts_on, program.weeks, program.mode)
    ]
    run(MAKE_ASKED, {})
    if not rows:
        return None
    programs, workflows, weeks = (list(column) for column in zip(*rows, strict=True))
    run(FILL_ASKED, {"programs": programs, "workflows": workflows, "weeks": weeks})
    return min(week for _, _, week in rows)


def _written(rows: Iterable[Row], today: date, since: date | None) -> Iterator[str]:
    """Rows as COPY reads them: tabs between, empty for NULL. No value holds a tab or a line end."""
    for row in rows:
        if problem := out_of_time(row, today=today, since=since):
            row.problems.append(problem)
        said = _said(row.starts_on, row.ends_on, row.is_active, row.first_active_on, row.last_active_on)
        problems = json.dumps([problem.as_json() for problem in row.problems]) if row.problems else ""
        yield escaped(f"{row.line}\t{row.login}\t{said}\t{'t' if row.blocked else 'f'}\t{problems}\n")


# What many lines share is written once.
@lru_cache(10_000)
def _said(
    starts_on: date | None, ends_on: date | None, active: bool, first_on: date | None, last_on: date | None
) -> str:
    return f"{starts_on or ''}\t{ends_on or ''}\t{'t' if active else 'f'}\t{first_on or ''}\t{last_on or ''}"
