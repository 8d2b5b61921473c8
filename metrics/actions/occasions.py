"""Summing work that comes up now and then: each week of the curve looks at the four weeks up to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection

from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm, Mode, asked_weeks, occasion_window
from metrics import rules
from metrics.models import ArmWeek

# What `audit_opportunities` decides of one person, for many at once; both arms get their row, also of nobody.
_SUM = """
INSERT INTO metrics_armweek (
    organization_id, program_id, week, arm, eligible, observed, any_use, three_or_more, computed_at
)
WITH window_of AS (
    SELECT * FROM unnest(%(ends)s::date[], %(weeks)s::date[]) AS pair (ends, week)
), person AS (
    SELECT c.arm, window_of.ends, c.person_id,
           count(*) FILTER (WHERE u.state IS DISTINCT FROM 'not_expected') AS expected,
           count(u.occurrences) AS known,
           coalesce(sum(u.occurrences), 0) AS occurrences,
           coalesce(sum(u.unprompted) FILTER (WHERE u.occurrences IS NOT NULL), 0) AS unprompted
      FROM ({cohort}) AS c
     CROSS JOIN window_of
      LEFT JOIN metrics_useweek u ON u.organization_id = %(organization)s AND u.person_id = c.person_id
            AND u.workflow_id = %(workflow)s AND u.week = window_of.week
     GROUP BY c.arm, window_of.ends, c.person_id
)
SELECT %(organization)s, %(program)s, weeks.ends, arms.arm,
       count(*) FILTER (WHERE person.occurrences > 0 OR person.known < person.expected),
       count(*) FILTER (WHERE person.occurrences > 0),
       count(*) FILTER (WHERE person.occurrences > 0 AND person.unprompted > 0),
       count(*) FILTER (WHERE person.occurrences > 0 AND person.unprompted >= %(genuine)s * person.occurrences),
       %(at)s
  FROM (SELECT DISTINCT ends FROM window_of) AS weeks
 CROSS JOIN unnest(%(arms)s::text[]) AS arms (arm)
  LEFT JOIN person ON person.ends = weeks.ends AND person.arm = arms.arm
 GROUP BY weeks.ends, arms.arm
 ORDER BY weeks.ends, arms.arm
    ON CONFLICT (organization_id, program_id, week, arm) DO UPDATE
   SET eligible = excluded.eligible, observed = excluded.observed, any_use = excluded.any_use,
       three_or_more = excluded.three_or_more, computed_at = excluded.computed_at
"""


def sum_occasions(program: Program, weeks: Collection[date], *, at: datetime) -> None:
    """Sum these weeks of a programme, and those summed before whose four weeks hold one of them, over its cohort.

    Weeks that nobody is asked about are in no window. Two statements.
    """
    asked = set(asked_weeks(program.starts_on, program.weeks, Mode.OPPORTUNITY))
    touched = set(weeks)
    summed = touched | set(ArmWeek.objects.filter(program=program).values_list("week", flat=True))
    windows = [(last, [week for week in occasion_window(last) if week in asked]) for last in sorted(asked & summed)]
    pairs = [(last, week) for last, found in windows if touched & set(found) for week in found]
    if not pairs:
        return
    rows = Assignment.objects.of_cohorts().filter(program=program).order_by()
    cohort, values = rows.values("person_id", "arm").query.sql_with_params()
    with connection.cursor() as cursor:
        cohort = cursor.mogrify(cohort, values).decode().replace("%", "%%")
        cursor.execute(
            _SUM.format(cohort=cohort),
            {
                "organization": program.organization_id,
                "program": program.pk,
                "workflow": program.workflow_id,
                "ends": [last for last, _week in pairs],
                "weeks": [week for _last, week in pairs],
                "arms": [arm.value for arm in Arm],
                "genuine": rules.GENUINE_SHARE_FROM,
                "at": at,
            },
        )
