"""Reads of the programme floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Assignment, Attention, Program, Step
from adoption.programs.rules import Act, Arm, Kind, Planned, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import PROBES, local_date

UPCOMING = 5
MOST_ATTENTION = 8

Words = str | Promise

STATE_WORDS: dict[State, Words] = {
    State.DRAFT: _("Draft"),
    State.BASELINE: _("Baseline open"),
    State.LAUNCHED: _("Running"),
    State.ENDED: _("Phase ended"),
    State.FOLLOWED: _("Followed to 90 days"),
    State.CLOSED: _("Closed"),
}
KIND_WORDS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("The day-7 follow-up is due."),
    Kind.STUCK: _("On day 7 something did not work, and it was not fixed."),
    Kind.BELOW_THRESHOLD: _("Third week, and fewer than three uses a week."),
    Kind.SILENT: _("No answer for two weeks."),
}
# What helps, person by person: never another session for everybody.
STEP_WORDS: dict[Kind, Words] = {
    Kind.FOLLOW_UP_DUE: _("Their champion asks three questions: fifteen minutes"),
    Kind.STUCK: _("One to one with their champion, on their own next piece of work"),
    Kind.BELOW_THRESHOLD: _("One to one with their champion, on their own next piece of work"),
    Kind.SILENT: _("Their champion asks how it goes; nothing is a fine answer"),
}
# What each thing that must be there before the launch is called.
READY_WORDS: dict[str, Words] = {
    "champions": _("A champion is named"),
    "pods": _("Each champion has a pod"),
    "arm_comparison": _("A comparison group is chosen"),
    "champions_free": _("No champion is in one of the two groups"),
    "baseline": _("The baseline survey has answers from both groups"),
}
_TASK_WORDS: dict[str, Words] = {
    "baseline-survey": _("Baseline survey"),
    "baseline-survey-reminder": _("Reminder of the baseline survey"),
    "post-survey": _("Second survey"),
    "post-survey-reminder": _("Reminder of the second survey"),
    "retention-survey": _("Survey 90 days later"),
    "freeze-S0": _("The starting line is frozen"),
    "freeze-S30": _("Day 30 is frozen"),
    "freeze-S56": _("Week 8, the main look, is frozen"),
    "freeze-SE": _("The end of the phase is frozen"),
    "freeze-S90": _("90 days after the end is frozen"),
    "freeze-start+90": _("Day 90 from the start is frozen"),
    "end": _("The active phase ends"),
    "followed": _("90 days after the end"),
    "close": _("The programme is closed"),
}


def step_words(key: str, about: str) -> Words:
    """What a step of the calendar is called: by its key, and for a weekly question by its week."""
    if key.startswith("week-"):
        day = date_format(date.fromisoformat(about), "j F")
        return _("Weekly question about the week of %(day)s") % {"day": day}
    return _TASK_WORDS.get(key, key)


@dataclass(frozen=True)
class Listed:
    """A programme in the list: its week, how many people are in each arm, and how many want attention."""

    program: Program
    week: int
    in_pods: int
    in_comparison: int
    attention: int

    @property
    def words(self) -> Words:
        """Where it is, in words."""
        if self.program.state is State.LAUNCHED and 1 <= self.week <= self.program.weeks:
            return _("Week %(week)d of %(weeks)d") % {"week": self.week, "weeks": self.program.weeks}
        return STATE_WORDS[self.program.state]

    @property
    def has_evidence(self) -> bool:
        return self.program.launched_at is not None


def list_programs(*, at: datetime) -> list[Listed]:
    """Every programme, newest first. One query."""
    found = (
        Program.objects.newest_first()
        .select_related("workflow", "organization")
        .annotate(
            in_pods=_members(Arm.PODS),
            in_comparison=_members(Arm.COMPARISON),
            wanting=_number(Attention.objects.open()),
        )
    )
    return [_listed(one, at) for one in found]


def _listed(one: Any, at: datetime) -> Listed:
    week = one.week_on(local_date(at, one.organization.zone))
    return Listed(one, week, one.in_pods, one.in_comparison, one.wanting)


def _members(arm: Arm) -> Coalesce:
    return _number(Assignment.objects.current().in_arm(arm))


def _number(rows: Any) -> Coalesce:
    """How many of some rows belong to the programme of the outer query."""
    counted = rows.filter(program=OuterRef("pk")).order_by().values("program").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


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
class Ready:
    """One thing that must be there before the launch, and whether it is."""

    name: str
    words: Words
    is_met: bool


@dataclass(frozen=True)
class Coming:
    """A step of the calendar that is still to come."""

    words: Words
    due_on: date
    hour: Any


@dataclass(frozen=True)
class Wanting:
    """Somebody who wants attention: who, where, why, since when, and what helps."""

    person: Person
    cluster: str
    why: Words
    step: Words
    since: date


@dataclass(frozen=True)
class Overview:
    """A programme at a glance: where it is, who is in it, what comes next and what is missing."""

    program: Program
    today: date
    week: int
    clusters: tuple[Cluster, ...]
    coming: tuple[Coming, ...]
    wanting: tuple[Wanting, ...]
    attention: int
    readiness: tuple[Ready, ...]

    @property
    def state_words(self) -> Words:
        return STATE_WORDS[self.program.state]

    @property
    def pods(self) -> list[Cluster]:
        return [one for one in self.clusters if one.arm is Arm.PODS]

    @property
    def teams(self) -> list[Cluster]:
        return [one for one in self.clusters if one.arm is Arm.COMPARISON]

    @property
    def in_pods(self) -> int:
        return sum(one.people for one in self.pods)

    @property
    def in_comparison(self) -> int:
        return sum(one.people for one in self.teams)

    @property
    def missing(self) -> list[str]:
        return [one.name for one in self.readiness if not one.is_met]

    @property
    def next_act(self) -> Act:
        return rules.next_act(self.program.state, self.missing)

    @property
    def is_before_launch(self) -> bool:
        return self.program.launched_at is None

    @property
    def is_in_phase(self) -> bool:
        return self.program.state is State.LAUNCHED and 1 <= self.week <= self.program.weeks


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
    steps = Step.objects.open().filter(program=program, due_on__gte=today).in_order()[:UPCOMING]
    open_ones = Attention.objects.open().filter(program=program)
    place = Assignment.objects.current().filter(program=program, person=OuterRef("person"))
    rows = open_ones.select_related("person").annotate(cluster=Subquery(place.values("cluster")[:1])).longest_first()
    return Overview(
        program=program,
        today=today,
        week=program.week_on(today),
        clusters=clusters,
        coming=tuple(Coming(step_words(one.key, one.about), one.due_on, one.hour) for one in steps),
        wanting=tuple(_wanting(row) for row in rows[:MOST_ATTENTION]),
        attention=open_ones.values("person").distinct().count(),
        readiness=readiness(program, clusters, at=at) if program.launched_at is None else (),
    )


def _wanting(row: Any) -> Wanting:
    kind = Kind(row.kind)
    return Wanting(row.person, row.cluster or "", KIND_WORDS[kind], STEP_WORDS[kind], row.since)


def readiness(program: Program, clusters: Sequence[Cluster], *, at: datetime) -> tuple[Ready, ...]:
    """What must be there before the launch, in the order in which a lead comes to it."""
    met = {entry.name: bool(entry.load()(program=program, at=at)) for entry in PROBES}
    arms = {one.arm for one in clusters}
    met["pods"] = met.get("pods", True) and Arm.PODS in arms
    met["arm_comparison"] = Arm.COMPARISON in arms
    order = [*READY_WORDS, *sorted(set(met) - set(READY_WORDS))]
    return tuple(Ready(name, READY_WORDS.get(name, name), met[name]) for name in order if name in met)


@dataclass(frozen=True)
class Going:
    """What an act will set going: each planned step in words, with its day and hour."""

    words: Words
    due_on: date
    hour: Any
    is_late: bool


def planned(plan: Sequence[Planned], *, today: date) -> list[Going]:
    """Steps in words, before they are written. Those whose day has passed go out at once."""
    return [Going(step_words(one.key, one.about), one.due_on, one.hour, one.due_on < today) for one in plan]


def unassigned_teams(program: Program) -> list[Team]:
    """Teams - people with the same manager - of whom nobody is in an arm of the programme, by the manager's name."""
    team = Person.objects.filter(manager=OuterRef("pk"), left_on__isnull=True).order_by().values("manager")
    busy = Assignment.objects.current().filter(program=program, person__manager=OuterRef("pk"))
    managers = (
        Person.objects.annotate(people=Subquery(team.annotate(n=Count("pk")).values("n")))
        .filter(~Exists(busy), people__gt=0)
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


def export_programs(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: which programmes they were in, and why they were on a list."""
    return {
        "taking_part": [
            {
                "program": row.program.name,
                "group": row.arm,
                "with": row.cluster,
                "from": row.from_on.isoformat(),
                "to": row.to_on.isoformat() if row.to_on else None,
            }
            for row in Assignment.objects.filter(person=person).select_related("program").order_by("id")
        ],
        "wanted_attention": [
            {
                "program": row.program.name,
                "why": row.kind,
                "since": row.since.isoformat(),
                "settled": row.settled_at.isoformat() if row.settled_at else None,
            }
            for row in Attention.objects.filter(person=person).select_related("program").order_by("id")
        ],
    }


SENTENCES: dict[str, Words] = {
    "program.created": _("drafted a programme"),
    "program.assigned": _("put people into a group of a programme: %(detail)s"),
    "program.unassigned": _("took people out of a programme: %(detail)s"),
    "program.baseline_opened": _("opened the baseline of a programme"),
    "program.launched": _("launched a programme"),
    "program.ended": _("ended the active phase of a programme"),
    "program.followed": _("followed a programme to 90 days after its end"),
    "program.closed": _("closed a programme"),
    "program.step_skipped": _("left out a step of a programme: %(detail)s"),
}
