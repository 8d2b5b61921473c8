"""Asking about a week, writing down what somebody says of it, and deciding what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Assignment, Objection, Program, Workflow
from adoption.programs.rules import CLOSES_AFTER, Arm
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date, working_instant
from metrics import rules
from metrics.actions.attention import look_again
from metrics.models import ArmWeek, CheckIn, DirtyWeek, UseWeek, WeekAsk
from metrics.queries.weeks import CohortMember, cohort, decide_weeks
from metrics.rules import Via, Week, WeekState

DRAIN = "metrics.drain"
WEEK = "week"
DRAIN_AT_MOST = 5000
# Marks that stand for everybody's week, which may be many people.
DRAIN_WHOLE_AT_MOST = 8

Key = tuple[int | None, int, date]


class Refused(ValueError):
    """A week cannot be written down so. `field` names what to mend, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@transaction.atomic
def ask_week(*, program: Program, week: date, at: datetime) -> int:
    """Ask everybody in both arms who is working and does not object about a week.

    One mail covers all of a person's workflows.

    Returns how many people were asked. Begun again after a crash, or by another programme, it adds only what is missing.
    Of a week that closes before a mail could come nobody is asked: they could not answer, and would count as silent.
    """
    zone = program.organization.zone
    today = local_date(at, zone)
    if local_date(working_instant(at, zone), zone) > week + CLOSES_AFTER:
        return 0
    assigned = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    let_be = Objection.objects.standing().filter(program=program, person=OuterRef("pk"))
    people = list(Person.objects.working(today).filter(Exists(assigned)).exclude(Exists(let_be)))
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


@transaction.atomic
def record_check_in(
    *,
    person: Person,
    workflow: Workflow,
    week: date,
    total: int,
    unprompted: int,
    other_tasks: int | None = None,
    errors_caught: int | None = None,
    via: Via,
    at: datetime,
) -> CheckIn:
    """Write down what a person says of one week on one workflow.

    The same words again change nothing; others are a new version.

    Raises Refused for more unprompted than total, a number out of range, a week that is still running or closed, and a
    workflow the person is not asked about.
    """
    if not 0 <= total <= rules.MOST_A_WEEK:
        raise Refused("total", "range")
    if not 0 <= unprompted <= total:
        raise Refused("unprompted", "more_than_total")
    if week.weekday() != 0:
        raise Refused("week", "not_monday")
    today = local_date(at, person.organization.zone)
    if week + timedelta(days=6) > today:
        raise Refused("week", "not_over")
    if today > week + CLOSES_AFTER:
        raise Refused("week", "closed")
    assigned = Assignment.objects.filter(program__workflow=workflow, person=OuterRef("pk"))
    # One at a time for one person: two taps at once are one version.
    held = Person.objects.select_for_update(no_key=True).filter(Exists(assigned), pk=person.pk).values_list("pk")
    if not held.order_by():
        raise Refused("workflow", "not_asked")
    newest = CheckIn.objects.filter(person=person, workflow=workflow, week=week).order_by("-version").first()
    if newest and (newest.total, newest.unprompted, newest.other_tasks, newest.errors_caught) == (
        total,
        unprompted,
        other_tasks,
        errors_caught,
    ):
        return newest
    made = CheckIn.objects.create(
        person=person,
        workflow=workflow,
        week=week,
        version=newest.version + 1 if newest else 1,
        total=total,
        unprompted=unprompted,
        other_tasks=other_tasks,
        errors_caught=errors_caught,
        via=via,
        valid_at=at,
        recorded_at=at,
    )
    mark_dirty([(person.pk, workflow.pk, week)], at=at)
    return made


def mark_dirty(keys: Iterable[Key], *, at: datetime) -> None:
    """Note that the facts of (person id, workflow id, Monday) have changed, in the transaction of the change.

    Without a person: of everybody who said something of that week on that workflow.
    """
    DirtyWeek.objects.bulk_create(
        [DirtyWeek(person_id=person, workflow_id=workflow, week=week) for person, workflow, week in keys],
        ignore_conflicts=True,
        batch_size=5000,
    )
    agenda.wake(task=DRAIN, due_at=at)


@transaction.atomic
def drain(*, at: datetime, most: int = DRAIN_AT_MOST) -> int:
    """Decide weeks whose facts changed, and sum the programme weeks they touch. Returns how many keys it took.

    Keys are deleted before the facts are read: a fact that arrives meanwhile leaves a key of its own. What is decided
    for the people with changed facts and for the cohorts around them is decided once.
    """
    taken = [
        *_take_dirty("person_id IS NOT NULL", most),
        *_take_dirty("person_id IS NULL", min(most, DRAIN_WHOLE_AT_MOST)),
    ]
    by_workflow: dict[int, set[tuple[int, date]]] = {}
    for person, workflow, week in taken:
        keys = by_workflow.setdefault(workflow, set())
        if person is None:
            keys.update(CheckIn.objects.filter(workflow=workflow, week=week).values_list("person_id", "week"))
        else:
            keys.add((person, week))
    workflows = Workflow.objects.in_bulk(by_workflow)
    for number, keys in by_workflow.items():
        programs = Program.objects.filter(workflow=number, baseline_opened_at__isnull=False)
        cohorts = {program: cohort(program) for program in programs}
        people = {person for person, _ in keys} | {one.person_id for members in cohorts.values() for one in members}
        weeks = sorted({week for _, week in keys})
        decided = decide_weeks(workflows[number], people, weeks)
        _keep(workflows[number], {key: decided[key] for key in sorted(keys)}, at=at)
        for program, members in cohorts.items():
            _sum(program, members, weeks, decided, at=at)
        look_again(workflow=workflows[number], people={person for person, _ in keys}, at=at)
    return len(taken)


def _take_dirty(which: str, most: int) -> list[Key]:
    """Keys week by week, so that a long history touches few weeks at a time: each week touched costs a whole cohort."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_dirtyweek WHERE (organization_id, id) IN ("  # noqa: S608 - one of two conditions
            f" SELECT organization_id, id FROM metrics_dirtyweek WHERE {which}"
            " ORDER BY workflow_id, week, id LIMIT %s FOR UPDATE SKIP LOCKED"
            ") RETURNING person_id, workflow_id, week",
            [most],
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
                source=week.source,
                discrepant=week.discrepant,
                inferred=week.inferred,
                decided_at=at,
            )
            for (person, monday), week in decided.items()
        ],
        update_conflicts=True,
        unique_fields=["organization", "person", "workflow", "week"],
        update_fields=["state", "total", "prompted", "unprompted", "source", "discrepant", "inferred", "decided_at"],
        batch_size=5000,
    )


def _sum(
    program: Program,
    members: Sequence[CohortMember],
    weeks: Sequence[date],
    decided: Mapping[tuple[int, date], Week],
    *,
    at: datetime,
) -> None:
    """Sum weeks of a programme over the cohort it was launched with, per arm."""
    rows = []
    for week in weeks:
        for arm in Arm:
            states = [decided[member.person_id, week] for member in members if member.arm is arm]
            expected = [one for one in states if one.state is not WeekState.NOT_EXPECTED]
            observed = [one.unprompted or 0 for one in expected if one.state is not WeekState.MISSING]
            rows.append(
                ArmWeek(
                    program=program,
                    week=week,
                    arm=arm,
                    eligible=len(expected),
                    observed=len(observed),
                    any_use=sum(count >= 1 for count in observed),
                    three_or_more=sum(count >= rules.GENUINE_FROM for count in observed),
                    computed_at=at,
                )
            )
    ArmWeek.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organization", "program", "week", "arm"],
        update_fields=["eligible", "observed", "any_use", "three_or_more", "computed_at"],
    )


class Line(NamedTuple):
    """One line of a bulk log: what a person, by key, said of the week of a Monday."""

    person_id: int
    week: date
    total: int
    unprompted: int


# Whoever says something of these people at the same time waits, as in `record_check_in`; always in the same order.
_HOLD = """
SELECT FROM tenancy_person WHERE organization_id = %(organization)s AND id = ANY(%(people)s::bigint[])
ORDER BY id FOR NO KEY UPDATE
"""
_WRITE = """
WITH said AS (
    SELECT * FROM unnest(
        %(people)s::bigint[], %(weeks)s::date[], %(totals)s::smallint[], %(unprompted)s::smallint[]
    ) AS line (person_id, week, total, unprompted)
), written AS (
    INSERT INTO metrics_checkin (
        organization_id, person_id, workflow_id, week, version, total, unprompted, via, valid_at, recorded_at
    )
    SELECT %(organization)s, said.person_id, %(workflow)s, said.week, coalesce(known.version, 0) + 1,
           said.total, said.unprompted, %(via)s, %(at)s, %(at)s
      FROM said LEFT JOIN LATERAL (
          SELECT c.version, c.total, c.unprompted FROM metrics_checkin c
           WHERE c.organization_id = %(organization)s AND c.person_id = said.person_id
             AND c.workflow_id = %(workflow)s AND c.week = said.week
           ORDER BY c.version DESC LIMIT 1
      ) AS known ON true
     WHERE (known.total, known.unprompted) IS DISTINCT FROM (said.total, said.unprompted)
    RETURNING week
)
SELECT week, count(*) FROM written GROUP BY week ORDER BY week
"""


@transaction.atomic
def record_history(*, program: Program, lines: Sequence[Line], by: Person | None, at: datetime) -> int:
    """Write down many weeks at once, as a system that already asked people sends them; closed weeks included.

    One statement, whatever the number. Lines that say what is known already change nothing; others are a new version.
    Returns how many were written. Raises Refused for numbers that make no sense and for a week that is named twice.
    """
    if any(not 0 <= line.unprompted <= line.total <= rules.MOST_A_WEEK for line in lines):
        raise Refused("unprompted", "more_than_total")
    if len({(line.person_id, line.week) for line in lines}) < len(lines):
        raise Refused("week", "twice")
    facts = {
        "organization": program.organization_id,
        "workflow": program.workflow_id,
        "people": _array(line.person_id for line in lines),
        "weeks": _array(line.week for line in lines),
        "totals": _array(line.total for line in lines),
        "unprompted": _array(line.unprompted for line in lines),
        "via": Via.BULK.value,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, facts)
        cursor.execute(_WRITE, facts)
        written = dict(cursor.fetchall())
    if not written:
        return 0
    # One mark a week rather than one a line: deciding a week looks at its whole cohort anyway.
    mark_dirty([(None, program.workflow_id, week) for week in written], at=at)
    count = sum(written.values())
    audit.record("weeks.recorded", by=by, at=at, subject=program, weeks=len(written), answers=count)
    return count


def _array(values: Iterable[object]) -> str:
    """Numbers or days as PostgreSQL reads an array of them: far faster than a literal for each."""
    return "{" + ",".join(map(str, values)) + "}"
