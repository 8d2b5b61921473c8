"""What somebody is asked about their week, and whether they still are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Objection, Program, ProgramQuerySet, Step, Workflow
from adoption.programs.rules import CLOSES_AFTER, Mode, Preview, asked_weeks
from adoption.tenancy.models import Person
from adoption.tenancy.queries.closures import at_work_in, closed_everywhere
from adoption.tenancy.rules import local_date, working_instant
from champions.models import Champion, ChampionQuerySet
from metrics.models import CheckIn, WeekAsk


def asked_of(program: Program, person: OuterRef) -> Q:
    """Whether somebody is asked about their weeks in a programme: they are in one of its groups now, or lead in it and let us ask.

    Who leads uses AI already, and is in neither group: what they say is told apart.
    """
    assigned = Assignment.objects.current().filter(program=program, person=person)
    leads = Champion.objects.asked().filter(program=program, person=person)
    return Q(Exists(assigned)) | Q(Exists(leads))


def running_with(person: Person) -> ProgramQuerySet:
    """The running programmes that somebody was assigned to, or leads in."""
    found: ProgramQuerySet = Program.objects.running().filter(
        Q(_assigned(person)) | Q(_leads(Champion.objects.serving(), person))
    )
    return found


def _assigned(person: Person) -> Exists:
    return Exists(Assignment.objects.filter(program=OuterRef("pk"), person=person))


def _leads(champions: ChampionQuerySet, person: Person) -> Exists:
    return Exists(champions.held_by(person).filter(program=OuterRef("pk")))


def _objects(person: Person) -> Exists:
    return Exists(Objection.objects.standing().filter(program=OuterRef("pk"), person=person))


def asking(person: Person) -> ProgramQuerySet:
    """Those of them of which somebody has not said that they would rather not be asked."""
    asked = Q(_assigned(person)) | Q(_leads(Champion.objects.asked(), person))
    found: ProgramQuerySet = Program.objects.running().filter(asked).exclude(_objects(person))
    return found


class SaidSoFar:
    """What a person has said of some weeks, the version that counts; read once somebody asks, which a tap does not."""

    def __init__(self, person: Person, weeks: Collection[date]) -> None:
        self._person, self._weeks = person, weeks

    @cached_property
    def newest(self) -> dict[tuple[date, int], CheckIn]:
        """By week and workflow."""
        rows = CheckIn.objects.newest_per_week().filter(person=self._person, week__in=self._weeks)
        return {(row.week, row.workflow_id): row for row in rows}


@dataclass(frozen=True)
class OpenWeek:
    """A week a person can still say something of, on one workflow, with what they said so far."""

    week: date
    workflow: Workflow
    program: Program
    so_far: SaidSoFar = field(repr=False, compare=False)

    @property
    def said(self) -> CheckIn | None:
        return self.so_far.newest.get((self.week, self.workflow.pk))

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.week.isoformat()}.{self.workflow.public_id}"

    @property
    def sunday(self) -> date:
        return self.week + timedelta(days=6)

    @property
    def by_occasion(self) -> bool:
        """Whether it is asked how often the work came up, too."""
        return bool(self.program.mode == Mode.OPPORTUNITY)


def open_weeks(person: Person, *, at: datetime) -> list[OpenWeek]:
    """Weeks that are over and not closed yet, on each workflow a person is asked about; newest week first."""
    today = local_date(at, person.organization.zone)
    programs = list(asking(person).select_related("workflow").order_by("pk"))
    weeks = {
        (week, program)
        for program in programs
        for week in asked_weeks(program.starts_on, program.weeks, program.mode)
        if week + timedelta(days=6) < today <= week + CLOSES_AFTER
    }
    so_far = SaidSoFar(person, {week for week, _ in weeks})
    found = [OpenWeek(week, program.workflow, program, so_far) for week, program in weeks]
    return sorted(found, key=lambda one: (one.week, -one.program.pk), reverse=True)


@dataclass(frozen=True)
class Part:
    """A running programme of somebody, and whether they take part in it; where they only lead, whether they are asked of their weeks."""

    program: Program
    takes: bool
    leads: bool = False

    @property
    def key(self) -> str:
        """What changes it, in a form: tapped twice, the second tap finds nothing to do."""
        return f"{'out' if self.takes else 'in'}.{self.program.slug}"


def parts_of(person: Person) -> list[Part]:
    """The running programmes somebody is assigned to or leads in, and whether they may be asked. One query."""
    programs = running_with(person).annotate(
        let_be=_objects(person),
        takes_part=_assigned(person),
        is_asked=_leads(Champion.objects.asked(), person),
    )
    return [
        Part(one, not one.let_be and (one.takes_part or one.is_asked), leads=not one.takes_part)
        for one in programs.select_related("workflow").order_by("pk")
    ]


@dataclass(frozen=True)
class Dot:
    """One week of a person's own curve, where it is drawn."""

    x: int
    y: int
    week: date
    unprompted: int
    is_last: bool
    # How often the work came up, where that is asked.
    occurrences: int | None


CURVE_WEEKS = 12
CURVE_WIDTH, CURVE_LEFT, CURVE_FLOOR, CURVE_STEP = 340, 54, 136, 18


def own_curve(person: Person, workflow: Workflow) -> list[Dot]:
    """The last twelve weeks somebody said something of, oldest first, with the place of each on the drawing.

    A week in which the work did not come up is no week without AI: it is left out.
    """
    said = CheckIn.objects.newest_per_week().filter(person=person, workflow=workflow)
    rows = sorted((row for row in said if row.occurrences != 0), key=lambda row: row.week)[-CURVE_WEEKS:]
    room = CURVE_WIDTH - 2 * CURVE_LEFT + 26
    return [
        Dot(
            x=CURVE_LEFT + round(room * place / max(len(rows) - 1, 1)),
            y=CURVE_FLOOR - CURVE_STEP * row.unprompted,
            week=row.week,
            unprompted=row.unprompted,
            is_last=place == len(rows) - 1,
            occurrences=row.occurrences,
        )
        for place, row in enumerate(rows)
    ]


def facts_of_week(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the weekly question says."""
    ask = WeekAsk.objects.select_related("person").get(pk=message.row_id)
    weeks = [one for one in open_weeks(ask.person, at=at) if one.week == ask.week]
    return {
        "week": ask.week,
        "workflows": [one.workflow.name for one in weeks],
        "by_occasion": bool(weeks) and weeks[0].by_occasion,
    }


def may_ask(*, program: Program, week: date, at: datetime) -> bool:
    """Whether a mail that is written now could still be answered: it goes out in working hours, and a week closes."""
    zone = program.organization.zone
    today, last = local_date(at, zone), week + CLOSES_AFTER
    return today <= last and local_date(working_instant(at, zone, closed_everywhere(today, last)), zone) <= last


def preview_week(*, step: Step, at: datetime) -> Preview:
    """What the question about a week would say, and how many would be asked today."""
    today = local_date(at, step.program.organization.zone)
    week = date.fromisoformat(step.about)
    there = at_work_in(Person.objects.working(today), week).filter(asked_of(step.program, OuterRef("pk")))
    people = there.count() if may_ask(program=step.program, week=week, at=at) else 0
    facts = {
        "week": week,
        "workflows": [step.program.workflow.name],
        "by_occasion": step.program.mode == Mode.OPPORTUNITY,
    }
    return Preview(people, "week", facts)


def week_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the person still takes part or leads in something, can still answer, and has not said anything of this week."""
    ask = WeekAsk.objects.select_related("organization").filter(pk=message.row_id).first()
    if ask is None or local_date(at, ask.organization.zone) > ask.week + CLOSES_AFTER:
        return False
    if CheckIn.objects.filter(person=ask.person, week=ask.week).exists():
        return False
    assigned = Assignment.objects.current().filter(person=ask.person, program=OuterRef("pk"))
    leads = _leads(Champion.objects.asked(), ask.person)
    return bool(asking(ask.person).filter(Q(Exists(assigned)) | Q(leads)).exists())
