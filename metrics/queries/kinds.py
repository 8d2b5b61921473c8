"""Weeks of many people at once. The facts of a week are a few small numbers, and most people share theirs with others: so
the database reads everybody's in one statement, and each kind of week is decided once, by the rule that decides any week."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from adoption.programs.models import Workflow
from metrics.rules import SelfReport, Vendor, Week, WeekFacts, decide_week
from pods.rules import SessionKind

# When each of `{people}` is away: from leaves, because they have left, and as their place is closed. Parameters: `window`.
ABSENCE = """
absence (person_id, days) AS (
    SELECT span.person_id, range_agg(span.days) FROM (
        SELECT person_id, daterange(starts_on, ends_on, '[]') AS days FROM tenancy_leave
         WHERE organization_id = %(organization)s AND starts_on <= %(sunday)s AND (ends_on IS NULL OR ends_on >= %(monday)s)
         UNION ALL
        SELECT id, daterange(left_on, NULL) FROM tenancy_person
         WHERE organization_id = %(organization)s AND left_on <= %(sunday)s
         UNION ALL
        SELECT p.id, daterange(c.starts_on, c.ends_on, '[]')
          FROM tenancy_closure c
          JOIN tenancy_person p ON p.organization_id = c.organization_id AND c.location IN ('', p.location)
         WHERE c.organization_id = %(organization)s AND c.starts_on <= %(sunday)s AND c.ends_on >= %(monday)s
    ) AS span
     WHERE span.person_id IN (SELECT person_id FROM {people})
     GROUP BY span.person_id
)
"""
# Whether that covers every working day of a week.
IS_AWAY = "coalesce(absence.days @> daterange({week}, {week} + 5), false)"
# What the periods of `{period}` say of each week that they touch.
VENDOR = """
{name} AS (
    -- The days known to be active; idle if in every period that touches the week, and those cover all its days.
    SELECT p.person_id, w.week,
           sum(coalesce((p.first_active_on BETWEEN w.week AND w.week + 6)::int, 0) + coalesce((
               p.last_active_on BETWEEN w.week AND w.week + 6 AND p.last_active_on IS DISTINCT FROM p.first_active_on
           )::int, 0)) AS days,
           NOT bool_or(p.is_active)
               AND range_agg(daterange(p.period_start, p.period_end, '[]')) @> daterange(w.week, w.week + 7) AS idle,
           {covered}
      FROM {period} p JOIN unnest(%(weeks)s::date[]) AS w (week) ON p.period_start <= w.week + 6 AND p.period_end >= w.week
     GROUP BY p.person_id, w.week
)
"""
# `facts (person_id, week, known)`: for each row of `sought (person_id, week)` what `week_of` makes a week of. The same as
# `facts_of_weeks` reads for a few. Parameters: `window`, and `workflow`.
FACTS = f"""
said AS (
    SELECT DISTINCT ON (c.person_id, c.week) c.person_id, c.week, c.total, c.unprompted, c.occurrences
      FROM metrics_checkin c
     WHERE c.organization_id = %(organization)s AND c.workflow_id = %(workflow)s AND c.week = ANY(%(weeks)s::date[])
       AND c.person_id IN (SELECT person_id FROM sought)
     ORDER BY c.person_id, c.week, c.version DESC
), {ABSENCE.format(people="sought").strip()}, period AS (
    -- A newer import of the same period supersedes.
    SELECT DISTINCT ON (v.person_id, v.period_start)
           v.person_id, v.period_start, v.period_end, v.is_active, v.first_active_on, v.last_active_on, f.covers_all_tools
      FROM metrics_vendorweek v JOIN metrics_vendorfile f ON f.organization_id = v.organization_id AND f.id = v.file_id
     WHERE v.organization_id = %(organization)s AND v.period_start <= %(sunday)s AND v.period_end >= %(monday)s
       AND f.committed_at IS NOT NULL AND f.undone_at IS NULL AND v.person_id IN (SELECT person_id FROM sought)
     ORDER BY v.person_id, v.period_start, f.committed_at DESC, v.id DESC
), {VENDOR.format(name="vendor", period="period", covered="bool_and(p.covers_all_tools) AS covered").strip()}, linked AS (
    SELECT a.person_id, date_trunc('week', s.held_on)::date AS week, count(*) AS uses
      FROM pods_attendance a JOIN pods_session s ON s.organization_id = a.organization_id AND s.id = a.session_id
     WHERE a.organization_id = %(organization)s AND s.kind = '{SessionKind.ONE_TO_ONE}'
       AND s.held_on BETWEEN %(monday)s AND %(sunday)s AND a.person_id IN (SELECT person_id FROM sought)
     GROUP BY a.person_id, date_trunc('week', s.held_on)
), facts AS (
    SELECT sought.person_id, sought.week,
           ARRAY[{IS_AWAY.format(week="sought.week")}::int,
                 said.total, said.unprompted, said.occurrences,
                 vendor.days, vendor.idle::int, (vendor.idle AND vendor.covered)::int,
                 linked.uses]::int[] AS known
      FROM sought
      LEFT JOIN said ON said.person_id = sought.person_id AND said.week = sought.week
      LEFT JOIN absence ON absence.person_id = sought.person_id
      LEFT JOIN vendor ON vendor.person_id = sought.person_id AND vendor.week = sought.week
      LEFT JOIN linked ON linked.person_id = sought.person_id AND linked.week = sought.week
)
"""  # noqa: S608 - put together from names of our own


def window(workflow: Workflow, weeks: Collection[date]) -> dict[str, Any]:
    """The parameters of these statements for the weeks of some Mondays; at least one."""
    return {
        "organization": workflow.organization_id,
        "workflow": workflow.pk,
        "weeks": sorted(weeks),
        "monday": min(weeks),
        "sunday": max(weeks) + timedelta(days=6),
    }


def week_of(known: Sequence[int | None]) -> Week:
    """The week that `known` of `FACTS` comes to."""
    away, total, unprompted, occurrences, days, idle, covered, linked = known
    said = None if total is None or unprompted is None else SelfReport(total, unprompted, occurrences)
    vendor = None if days is None else Vendor(days, complete=False, exact=bool(idle), idle_and_covered=bool(covered))
    return decide_week(WeekFacts(not away, said, vendor, session_linked=linked or 0))
