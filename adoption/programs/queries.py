"""Reads of the programme floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from adoption.programs import rules
from adoption.programs.models import Assignment, Attention, Program, Step
from adoption.programs.rules import Arm, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import PROBES, local_date

UPCOMING = 5


@dataclass(frozen=True)
class Listed:
    """A programme in the list, with how many people are in each arm."""

    program: Program
    week: int
    in_pods: int
    in_comparison: int


def list_programs(*, at: datetime) -> list[Listed]:
    """Every programme, newest first."""
    found = (
        Program.objects.newest_first()
        .select_related("workflow", "organization")
        .annotate(in_pods=_members(Arm.PODS), in_comparison=_members(Arm.COMPARISON))
    )
    return [
        Listed(one, one.week_on(local_date(at, one.organization.zone)), one.in_pods, one.in_comparison)  # type: ignore[attr-defined]
        for one in found
    ]


def _members(arm: Arm) -> Count:
    return Count("assignments", filter=Q(assignments__to_on__isnull=True, assignments__arm=arm))


@dataclass(frozen=True)
class Cluster:
    """A pod or a comparison team by name, and how many are in it."""

    arm: Arm
    name: str
    people: int


@dataclass(frozen=True)
class Team:
    """People who report to the same manager and are in no arm yet."""

    manager: Person
    people: int


@dataclass(frozen=True)
class Overview:
    """A programme at a glance: where it is, who is in it, what comes next and what is missing."""

    program: Program
    today: date
    week: int
    clusters: tuple[Cluster, ...]
    in_pods: int
    in_comparison: int
    next_steps: tuple[Step, ...]
    attention: tuple[Attention, ...]
    missing: tuple[str, ...]

    @property
    def pods(self) -> list[Cluster]:
        return [one for one in self.clusters if one.arm is Arm.PODS]

    @property
    def teams(self) -> list[Cluster]:
        return [one for one in self.clusters if one.arm is Arm.COMPARISON]

    @property
    def may_open_baseline(self) -> bool:
        return self.program.state is State.DRAFT and bool(self.in_pods) and bool(self.in_comparison)

    @property
    def may_launch(self) -> bool:
        return self.program.state is State.BASELINE and not self.missing


def look_at(program: Program, *, at: datetime) -> Overview:
    """The programme's page. The number of queries does not depend on how many people are in it."""
    today = local_date(at, program.organization.zone)
    clusters = tuple(
        Cluster(Arm(row["arm"]), row["cluster"], row["people"])
        for row in Assignment.objects.current()
        .filter(program=program)
        .values("arm", "cluster")
        .annotate(people=Count("pk"))
        .order_by("arm", "cluster")
    )
    asks = program.state in {State.DRAFT, State.BASELINE}
    return Overview(
        program=program,
        today=today,
        week=program.week_on(today),
        clusters=clusters,
        in_pods=sum(one.people for one in clusters if one.arm is Arm.PODS),
        in_comparison=sum(one.people for one in clusters if one.arm is Arm.COMPARISON),
        next_steps=tuple(Step.objects.open().filter(program=program, due_on__gte=today).in_order()[:UPCOMING]),
        attention=tuple(
            Attention.objects.open().filter(program=program).select_related("person").longest_first()[:UPCOMING]
        ),
        missing=tuple(entry.name for entry in PROBES if not entry.load()(program=program, at=at)) if asks else (),
    )


def unassigned_teams(program: Program) -> list[Team]:
    """Teams - people with the same manager - of whom nobody is in an arm of the programme, by the manager's name."""
    taken = Assignment.objects.current().filter(program=program).values("person")
    free = Q(reports__left_on__isnull=True) & ~Q(reports__in=taken)
    managers = (
        Person.objects.annotate(
            people=Count("reports", filter=free), busy=Count("reports", filter=Q(reports__in=taken))
        )
        .filter(people__gt=0, busy=0)
        .in_name_order()
    )
    return [Team(one, one.people) for one in managers]


def team_of(manager: Person) -> list[Person]:
    """Who reports to somebody and is here."""
    return list(Person.objects.filter(manager=manager, left_on__isnull=True).in_name_order())


def start_choices(*, today: date, weeks: int = 12) -> Sequence[date]:
    """The Mondays a new programme can start on: late enough for its baseline weeks to lie ahead."""
    first = rules.monday(today) + timedelta(weeks=rules.BASELINE_WEEKS + 1)
    return [first + timedelta(weeks=number) for number in range(weeks)]
