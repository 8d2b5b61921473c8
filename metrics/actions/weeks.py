"""Asking about a week, writing down what somebody says of it, and deciding what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Assignment, Objection, Program, Workflow
from adoption.programs.rules import CLOSES_AFTER, Arm, Mode, asked_weeks, occasion_window
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.queries.closures import at_work_in
from adoption.tenancy.rules import local_date
from adoption.tenancy.walls import current_organization_id
from metrics import rules
from metrics.actions.attention import look_again
from metrics.actions.occasions import sum_occasions
from metrics.models import CheckIn, DirtyWeek, UseWeek, WeekAsk
from metrics.queries.asking import asked_of, may_ask
from metrics.queries.weeks import away_of_cohorts, decide, known_in
from metrics.rules import Via, Week

DRAIN = "metrics.drain"
WEEK = "week"
DRAIN_AT_MOST = 20_000
# Marks that stand for everybody's week, which may be many people.
DRAIN_WHOLE_AT_MOST = 8
SUNDAY = timedelta(days=6)  # after a Monday

Key = tuple[int | None, int, date]


class Refused(ValueError):
    """A week cannot be written down so. `field` names what to mend, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@transaction.atomic
def ask_week(*, program: Program, week: date, at: datetime) -> int:
    """Ask everybody in both arms, and everybody who leads, who is working, was not closed in for all of it and does not object.

    One mail covers all of a person's workflows.

    Returns how many people were asked. Begun again after a crash, or by another programme, it adds only what is missing.
    Of a week that closes before a mail could come nobody is asked: they could not answer, and would count as silent.
    """
    if not may_ask(program=program, week=week, at=at):
        return 0
    today = local_date(at, program.organization.zone)
    let_be = Objection.objects.standing().filter(program=program, person=OuterRef("pk"))
    there = at_work_in(Person.objects.working(today), week)
    people = list(there.filter(asked_of(program, OuterRef("pk"))).exclude(Exists(let_be)))
    WeekAsk.objects.bulk_create(
        [WeekAsk(person=person, week=week, asked_at=at) for person in people], ignore_conflicts=True, batch_size=2000
    )
    # Whoever was asked before, perhaps by another programme on another day, is not asked again.
    asks = WeekAsk.objects.filter(week=week, person__in=people, asked_at=at).select_related("person")
    say_many(
        kind=WEEK,
        sayings=[Saying(ask.person, f"week:{week.isoformat()}", row_id=ask.pk) for ask in asks],
        at=at,
    )
    return len(people)


def record_check_in(
    *,
    person: Person,
    workflow: Workflow,
    week: date,
    total: int,
    unprompted: int,
    occurrences: int | None = None,
    other_tasks: int | None = None,
    errors_caught: int | None = None,
    via: Via,
    at: datetime,
) -> CheckIn:
    """Write down what a person says of one week on one workflow: how often it came up, too, where that is asked.

    The same words again change nothing; others are a new version. `other_tasks` and `errors_caught` are optional: None says
    nothing of them, and leaves what was said before as it is.

    Raises Refused for more unprompted than total or more total than occurrences, mistakes caught where AI was not used, a
    number out of range, a week that is still running or closed, and a workflow the person is not asked about.
    """
    if not 0 <= total <= rules.MOST_A_WEEK:
        raise Refused("total", "range")
    if occurrences is not None:
        if not 0 <= occurrences <= rules.MOST_A_WEEK:
            raise Refused("occurrences", "range")
        if total > occurrences:
            raise Refused("total", "more_than_occurrences")
    if not 0 <= unprompted <= total:
        raise Refused("unprompted", "more_than_total")
    for field, count in (("other_tasks", other_tasks), ("errors_caught", errors_caught)):
        if count is not None and not 0 <= count <= rules.MOST_BESIDE:
            raise Refused(field, "range_beside")
    if errors_caught is not None and total == 0:
        raise Refused("errors_caught", "nothing_to_check")
    if week.weekday() != 0:
        raise Refused("week", "not_monday")
    today = local_date(at, person.organization.zone)
    if week + timedelta(days=6) > today:
        raise Refused("week", "not_over")
    if today > week + CLOSES_AFTER:
        raise Refused("week", "closed")
    said = {
        "organization": current_organization_id(),
        "person": person.pk,
        "workflow": workflow.pk,
        "week": week,
        "total": total,
        "unprompted": unprompted,
        "occurrences": occurrences,
        "other_tasks": other_tasks,
        "errors_caught": errors_caught,
        "via": via.value,
        "at": at,
    }
    made = _write_down(person, workflow, said, at=at)
    if made is None:
        raise Refused("workflow", "not_asked")
    return made


# A tap is a request of its own: without a savepoint inside that request's transaction.
@transaction.atomic(savepoint=False)
def _write_down(person: Person, workflow: Workflow, said: Mapping[str, Any], *, at: datetime) -> CheckIn | None:
    """The version that counts now; None for a workflow the person is not asked about."""
    with connection.cursor() as cursor:
        # One at a time for one person: two taps at once are one version.
        cursor.execute(_HOLD_ONE, said)
        if cursor.fetchone() is None:
            return None
    made: CheckIn | None = next(iter(CheckIn.objects.raw(_SAY, said)), None)
    if made is None:
        newest: CheckIn = CheckIn.objects.newest_per_week().get(person=person, workflow=workflow, week=said["week"])
        return newest
    mark_dirty([(person.pk, workflow.pk, made.week)], at=at)
    made.person, made.workflow = person, workflow
    return made


_HOLD_ONE = """
SELECT person.id FROM tenancy_person person WHERE person.organization_id = %(organization)s AND person.id = %(person)s AND (EXISTS (
    SELECT FROM programs_assignment a
      JOIN programs_program p ON p.organization_id = a.organization_id AND p.id = a.program_id
     WHERE a.organization_id = person.organization_id AND a.person_id = person.id AND p.workflow_id = %(workflow)s
) OR EXISTS (
    SELECT FROM champions_champion c
      JOIN programs_program p ON p.organization_id = c.organization_id AND p.id = c.program_id
     WHERE c.organization_id = person.organization_id AND c.person_id = person.id AND c.stepped_down_at IS NULL
       AND p.workflow_id = %(workflow)s
)) FOR NO KEY UPDATE OF person
"""
# A new version of what somebody says of one week, unless the newest says the same. What is optional and was not said now
# stays as it was; but where nothing was done with AI, nothing of it can have been wrong.
_SAY = """
WITH known AS (
    SELECT version, total, unprompted, occurrences, other_tasks, errors_caught FROM metrics_checkin
     WHERE organization_id = %(organization)s AND person_id = %(person)s AND workflow_id = %(workflow)s AND week = %(week)s
     ORDER BY version DESC LIMIT 1
), beside AS (
    SELECT coalesce(%(other_tasks)s, (SELECT other_tasks FROM known)) AS other_tasks,
           coalesce(%(errors_caught)s, CASE WHEN %(total)s > 0 THEN (SELECT errors_caught FROM known) END) AS errors_caught
)
INSERT INTO metrics_checkin (
    organization_id, person_id, workflow_id, week, version, total, unprompted, occurrences, other_tasks, errors_caught,
    via, valid_at, recorded_at
)
SELECT %(organization)s, %(person)s, %(workflow)s, %(week)s, coalesce((SELECT version FROM known), 0) + 1,
       %(total)s, %(unprompted)s, %(occurrences)s, beside.other_tasks, beside.errors_caught, %(via)s, %(at)s, %(at)s
  FROM beside
 WHERE NOT EXISTS (
     SELECT FROM known
      WHERE (total, unprompted, occurrences, known.other_tasks, known.errors_caught)
            IS NOT DISTINCT FROM (%(total)s, %(unprompted)s, %(occurrences)s, beside.other_tasks, beside.errors_caught)
 )
RETURNING *
"""
_MARK = """
INSERT INTO metrics_dirtyweek (organization_id, person_id, workflow_id, week)
SELECT %(organization)s, * FROM unnest(%(people)s::bigint[], %(workflows)s::bigint[], %(weeks)s::date[])
    ON CONFLICT DO NOTHING
"""


def mark_dirty(keys: Collection[Key], *, at: datetime) -> None:
    """Note that the facts of (person id, workflow id, Monday) have changed, in the transaction of the change; one at least.

    Without a person: of everybody of whom something is known of that week on that workflow.
    """
    people, workflows, weeks = zip(*keys, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK,
            {
                "organization": current_organization_id(),
                "people": _array("NULL" if person is None else person for person in people),
                "workflows": _array(workflows),
                "weeks": _array(weeks),
            },
        )
    agenda.wake(task=DRAIN, due_at=at)


def mark_people(*, people: Collection[int], first: date | None, last: date | None, at: datetime) -> None:
    """Mark the weeks of people whose days from one to another have changed, in the programmes they are in.

    Weeks still to come have not been decided; they are when something of them is known.
    """
    rows = (
        Assignment.objects.filter(person__in=people, program__baseline_opened_at__isnull=False)
        .order_by()
        .values_list("person_id", "program__workflow", "program__starts_on", "program__weeks", "program__mode")
        .distinct()
    )
    # Somewhere it is tomorrow already.
    today = local_date(at, "UTC") + timedelta(days=1)
    keys = {
        (person, workflow, week)
        for person, workflow, starts_on, weeks, mode in rows
        for week in asked_weeks(starts_on, weeks, mode)
        if week <= today and (first is None or week + SUNDAY >= first) and (last is None or week <= last)
    }
    if keys:
        mark_dirty(sorted(keys), at=at)


@transaction.atomic
def drain(*, at: datetime, most: int = DRAIN_AT_MOST) -> int:
    """Decide weeks whose facts changed, and sum the programme weeks they touch. Returns how many keys it took.

    One workflow at a time, which nobody else drains meanwhile: of two who sum the same week the slower one would write
    over what the faster one knew. Keys are deleted before the facts are read, so that a fact that arrives meanwhile leaves
    a key of its own. A week is decided in one place: sums are made of what was written down for each person.
    """
    marked = DirtyWeek.objects.filter(workflow=OuterRef("pk"))
    workflow = (
        Workflow.objects.select_for_update(skip_locked=True, no_key=True).filter(Exists(marked)).order_by("pk").first()
    )
    if workflow is None:
        return 0
    found = Program.objects.filter(workflow=workflow, baseline_opened_at__isnull=False)
    programs = list(found.order_by("pk"))
    taken = _take_dirty(workflow, "person_id IS NOT NULL", most)
    keys = {(person, week) for person, week in taken if person is not None}
    # Whole weeks one after the other: in a large company one is enough at a time.
    for _number in range(min(most, DRAIN_WHOLE_AT_MOST)):
        whole = _take_dirty(workflow, "person_id IS NULL", 1)
        taken += whole
        for _nobody, week in whole:
            keys |= known_in(workflow, programs, week)
        if not whole or len(keys) >= DRAIN_AT_MOST:
            break
    people, weeks = {person for person, _ in keys}, sorted({week for _, week in taken})
    if programs:
        # Whoever is away has said nothing; of everybody else without a word the week is missing, and has no row.
        seldom = [program for program in programs if program.mode == Mode.OPPORTUNITY]
        looked_at = {before for week in weeks for before in occasion_window(week)} if seldom else weeks
        keys |= away_of_cohorts([program.pk for program in programs], looked_at)
    # Even one may be that of very many people.
    in_order = sorted(keys)
    for first in range(0, len(in_order), DRAIN_AT_MOST):
        _keep(workflow, decide(workflow, in_order[first : first + DRAIN_AT_MOST]), at=at)
    if programs:
        if weekly := [program.pk for program in programs if program.mode == Mode.WEEKLY]:
            _sum(workflow, weekly, weeks, at=at)
        for program in seldom:
            sum_occasions(program, weeks, at=at)
    look_again(workflow=workflow, people=people, at=at)
    return len(taken)


def _take_dirty(workflow: Workflow, which: str, most: int) -> list[tuple[int | None, date]]:
    """Keys week by week, so that a long history touches few weeks at a time: each week touched is summed over a cohort."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_dirtyweek WHERE (organization_id, id) IN ("  # noqa: S608 - one of two conditions
            " SELECT organization_id, id FROM metrics_dirtyweek"
            f" WHERE organization_id = %s AND workflow_id = %s AND {which} ORDER BY week, id LIMIT %s FOR UPDATE"
            ") RETURNING person_id, week",
            [workflow.organization_id, workflow.pk, most],
        )
        return list(cursor.fetchall())


def _keep(workflow: Workflow, decided: Mapping[tuple[int, date], Week], *, at: datetime) -> None:
    UseWeek.objects.bulk_create(
        [
            UseWeek(
                person_id=person,
                workflow=workflow,
                week=monday,
                state=week.state,
                total=week.total,
                prompted=week.prompted,
                unprompted=week.unprompted,
                occurrences=week.occurrences,
                source=week.source,
                discrepant=week.discrepant,
                inferred=week.inferred,
                decided_at=at,
            )
            for (person, monday), week in decided.items()
        ],
        update_conflicts=True,
        unique_fields=["organization", "person", "workflow", "week"],
        update_fields=[
            *("state", "total", "prompted", "unprompted", "occurrences"),
            *("source", "discrepant", "inferred", "decided_at"),
        ],
        batch_size=5000,
    )


# Both arms get their row, also of nobody.
_SUM = """
INSERT INTO metrics_armweek (
    organization_id, program_id, week, arm, eligible, observed, any_use, three_or_more, computed_at
)
SELECT %(organization)s, program.id, weeks.week, arms.arm,
       count(c.person_id) FILTER (WHERE u.state IS DISTINCT FROM 'not_expected'),
       count(*) FILTER (WHERE u.state IN ('positive', 'zero')),
       count(*) FILTER (WHERE u.state IN ('positive', 'zero') AND u.unprompted >= 1),
       count(*) FILTER (WHERE u.state IN ('positive', 'zero') AND u.unprompted >= %(genuine)s),
       %(at)s
  FROM unnest(%(programs)s::bigint[]) AS program (id)
 CROSS JOIN unnest(%(weeks)s::date[]) AS weeks (week)
 CROSS JOIN unnest(%(arms)s::text[]) AS arms (arm)
  LEFT JOIN ({cohorts}) AS c ON c.program_id = program.id AND c.arm = arms.arm
  LEFT JOIN metrics_useweek u ON u.organization_id = %(organization)s AND u.person_id = c.person_id
        AND u.workflow_id = %(workflow)s AND u.week = weeks.week
 GROUP BY program.id, weeks.week, arms.arm
 ORDER BY program.id, weeks.week, arms.arm
    ON CONFLICT (organization_id, program_id, week, arm) DO UPDATE
   SET eligible = excluded.eligible, observed = excluded.observed, any_use = excluded.any_use,
       three_or_more = excluded.three_or_more, computed_at = excluded.computed_at
"""


def _sum(workflow: Workflow, programs: Sequence[int], weeks: Sequence[date], *, at: datetime) -> None:
    """Sum weeks of programmes on a workflow over the cohorts they were launched with, per arm. One statement."""
    rows = Assignment.objects.of_cohorts().filter(program__in=programs).order_by()
    cohorts, values = rows.values("program_id", "person_id", "arm").query.sql_with_params()
    with connection.cursor() as cursor:
        cohorts = cursor.mogrify(cohorts, values).decode().replace("%", "%%")
        cursor.execute(
            _SUM.format(cohorts=cohorts),
            {
                "organization": workflow.organization_id,
                "workflow": workflow.pk,
                "programs": _array(programs),
                "weeks": _array(weeks),
                "arms": _array(arm.value for arm in Arm),
                "genuine": rules.GENUINE_FROM,
                "at": at,
            },
        )


class Line(NamedTuple):
    """One line of a bulk log: what a person, by key, said of the week of a Monday; how often it came up, where asked."""

    person_id: int
    week: date
    total: int
    unprompted: int
    occurrences: int | None = None


class Recorded(NamedTuple):
    """What became of a bulk log: how many lines were written, and how many not, because somebody said otherwise themselves."""

    written: int
    own: int


# Whoever says something of these people at the same time waits, as in `record_check_in`; always in the same order.
_HOLD = """
SELECT FROM tenancy_person WHERE organization_id = %(organization)s AND id = ANY(%(people)s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
_WRITE = """
WITH said AS (
    SELECT * FROM unnest(
        %(people)s::bigint[], %(weeks)s::date[], %(totals)s::smallint[], %(unprompted)s::smallint[],
        %(occurrences)s::smallint[]
    ) AS line (person_id, week, total, unprompted, occurrences)
), news AS (
    SELECT said.*, known.version, known.via IS NOT NULL AND known.via <> %(via)s AS is_own
      FROM said LEFT JOIN LATERAL (
          SELECT c.version, c.total, c.unprompted, c.occurrences, c.via FROM metrics_checkin c
           WHERE c.organization_id = %(organization)s AND c.person_id = said.person_id
             AND c.workflow_id = %(workflow)s AND c.week = said.week
           ORDER BY c.version DESC LIMIT 1
      ) AS known ON true
     WHERE (known.total, known.unprompted, known.occurrences)
           IS DISTINCT FROM (said.total, said.unprompted, said.occurrences)
), written AS (
    INSERT INTO metrics_checkin (
        organization_id, person_id, workflow_id, week, version, total, unprompted, occurrences, via, valid_at, recorded_at
    )
    SELECT %(organization)s, person_id, %(workflow)s, week, coalesce(version, 0) + 1, total, unprompted, occurrences,
           %(via)s, %(at)s, %(at)s
      FROM news WHERE NOT is_own
    RETURNING week
)
SELECT week, count(*) FROM written GROUP BY week
 UNION ALL SELECT NULL, count(*) FROM news WHERE is_own
 ORDER BY week NULLS LAST
"""


@transaction.atomic
def record_history(*, program: Program, lines: Sequence[Line], by: Person | None, at: datetime) -> Recorded:
    """Write down many weeks at once, as a system that already asked people sends them; closed weeks included.

    One statement, whatever the number. Lines that say what is known already change nothing; others are a new version of what
    such a system said before. What somebody said here themselves stands. Raises Refused for numbers that make no sense and
    for a week that is named twice.
    """
    if any(not 0 <= line.unprompted <= line.total <= rules.MOST_A_WEEK for line in lines):
        raise Refused("unprompted", "more_than_total")
    if any(not line.total <= line.occurrences <= rules.MOST_A_WEEK for line in lines if line.occurrences is not None):
        raise Refused("total", "more_than_occurrences")
    if len({(line.person_id, line.week) for line in lines}) < len(lines):
        raise Refused("week", "twice")
    facts = {
        "organization": program.organization_id,
        "workflow": program.workflow_id,
        "people": _array(line.person_id for line in lines),
        "weeks": _array(line.week for line in lines),
        "totals": _array(line.total for line in lines),
        "unprompted": _array(line.unprompted for line in lines),
        "occurrences": _array("NULL" if line.occurrences is None else line.occurrences for line in lines),
        "via": Via.BULK.value,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, facts)
        cursor.execute(_WRITE, facts)
        *weeks, (_all, own) = cursor.fetchall()
    if not weeks:
        return Recorded(0, own)
    written = dict(weeks)
    # One mark a week rather than one a line: deciding a week looks at its whole cohort anyway.
    mark_dirty([(None, program.workflow_id, week) for week in written], at=at)
    count = sum(written.values())
    audit.record("weeks.recorded", by=by, at=at, subject=program, weeks=len(written), answers=count)
    return Recorded(count, own)


def _array(values: Iterable[object]) -> str:
    """Numbers or days as PostgreSQL reads an array of them: far faster than a literal for each."""
    return "{" + ",".join(map(str, values)) + "}"
