"""Asking about a week, writing down what somebody says of it, and deciding what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Assignment, Program, Workflow
from adoption.programs.rules import CLOSES_AFTER, Arm
from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from metrics import rules
from metrics.models import ArmWeek, CheckIn, DirtyWeek, UseWeek, WeekAsk
from metrics.queries.weeks import CohortMember, cohort, decide_weeks
from metrics.rules import Via, Week, WeekState

DRAIN = "metrics.drain"
WEEK = "week"
DRAIN_AT_MOST = 5000


class Refused(ValueError):
    """A week cannot be written down so. `field` names what to mend, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@transaction.atomic
def ask_week(*, program: Program, week: date, at: datetime) -> int:
    """Ask everybody in both arms who is working about a week. One mail covers all of a person's workflows.

    Returns how many people were asked. Begun again after a crash, or by another programme, it adds only what is missing.
    """
    today = local_date(at, program.organization.zone)
    assigned = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    people = list(Person.objects.working(today).filter(Exists(assigned)))
    WeekAsk.objects.bulk_create(
        [WeekAsk(person=person, week=week, asked_at=at) for person in people], ignore_conflicts=True, batch_size=2000
    )
    asks = WeekAsk.objects.filter(week=week, person__in=people).select_related("person")
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
    if not Assignment.objects.filter(program__workflow=workflow, person=person).exists():
        raise Refused("workflow", "not_asked")
    # One at a time for one person: two taps at once are one version.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
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


def mark_dirty(keys: Iterable[tuple[int, int, date]], *, at: datetime) -> None:
    """Note that the facts of (person id, workflow id, Monday) have changed, in the transaction of the change."""
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
    taken = _take_dirty(most)
    by_workflow: dict[int, set[tuple[int, date]]] = {}
    for person, workflow, week in taken:
        by_workflow.setdefault(workflow, set()).add((person, week))
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
    return len(taken)


def _take_dirty(most: int) -> list[tuple[int, int, date]]:
    """Keys week by week, so that a long history touches few weeks at a time: each week touched costs a whole cohort."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metrics_dirtyweek WHERE (organization_id, id) IN ("
            " SELECT organization_id, id FROM metrics_dirtyweek"
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


@dataclass(frozen=True)
class Line:
    """One line of a bulk log."""

    person: Person
    workflow: Workflow
    week: date
    total: int
    unprompted: int


@transaction.atomic
def record_history(*, lines: Sequence[Line], at: datetime) -> int:
    """Write down many weeks at once, as a system that already asked them sends them; closed weeks included.

    Lines that say what is known already change nothing. Returns how many new versions were written.
    """
    people = {line.person.pk for line in lines}
    weeks = {line.week for line in lines}
    newest = {
        (row.person_id, row.workflow_id, row.week): row
        for row in CheckIn.objects.newest_per_week().filter(person__in=people, week__in=weeks)
    }
    rows = []
    for line in lines:
        if not 0 <= line.unprompted <= line.total <= rules.MOST_A_WEEK:
            raise Refused("unprompted", "more_than_total")
        known = newest.get((line.person.pk, line.workflow.pk, line.week))
        if known and (known.total, known.unprompted) == (line.total, line.unprompted):
            continue
        rows.append(
            CheckIn(
                person=line.person,
                workflow=line.workflow,
                week=line.week,
                version=known.version + 1 if known else 1,
                total=line.total,
                unprompted=line.unprompted,
                via=Via.BULK,
                valid_at=at,
                recorded_at=at,
            )
        )
    CheckIn.objects.bulk_create(rows, batch_size=5000)
    mark_dirty([(row.person_id, row.workflow_id, row.week) for row in rows], at=at)
    return len(rows)
