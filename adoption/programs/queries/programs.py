"""Programmes: the list, one at a glance, and who could take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs import rules
from adoption.programs.models import Assignment, Attention, Program, ProgramQuerySet
from adoption.programs.queries.attention import Wanting, people_wanting, wanting
from adoption.programs.queries.calendar import Coming, coming
from adoption.programs.queries.readiness import waived_items
from adoption.programs.rules import Act, Arm, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import PROBES, local_date

UPCOMING = 5
SHOWN_WANTING = 5

Words = str | Promise

STATE_WORDS: dict[State, Words] = {
    State.DRAFT: _("Draft"),
    State.BASELINE: _("Baseline open"),
    State.LAUNCHED: _("Running"),
    State.ENDED: _("Phase ended"),
    State.FOLLOWED: _("Followed to 90 days"),
    State.CLOSED: _("Closed"),
    State.STOPPED: _("Stopped"),
}
# What each thing that must be there before the launch is called.
READY_WORDS: dict[str, Words] = {
    "champions": _("A champion is named"),
    "pods": _("Each champion has a pod"),
    "arm_comparison": _("A comparison group is chosen"),
    "agreements": _(
        "Each champion has agreed with their manager what comes off their plate, or it is written down why not"
    ),
    "champions_free": _("No champion is in one of the two groups"),
    "early_adopters": _("There are enough early adopters to choose champions from"),
    "sponsor": _("A sponsor stands for it, and a line of the budget pays for champions’ time"),
    "policy": _("The policy and the red lines are published, and read by those in the pods"),
    "packs": _("The context pack of each role is complete, and a real task came out well with it"),
    "showcase": _("The first showcase has a date, and the sponsor comes"),
    "baseline": _("The baseline has answers from 60% of both groups: its survey, and its weeks that are closed"),
}
# And where nothing is compared.
EXPLORING_WORDS: dict[str, Words] = {
    "champions_free": _("No champion is a member of a pod"),
    "baseline": _("The baseline has answers from 60%: its survey, and its weeks that are closed"),
}


@dataclass(frozen=True)
class Listed:
    """A programme in the list: its week, how many people are in each arm, and how many of them want attention."""

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

    @property
    def is_helping(self) -> bool:
        """Whether people are being helped along in it."""
        return self.program.state is State.LAUNCHED


def list_programs(*, on: date) -> list[Listed]:
    """Every programme on a local day, newest first. One query."""
    return listed(Program.objects.newest_first(), on=on)


def listed(programs: ProgramQuerySet, *, on: date) -> list[Listed]:
    """Programmes with their week and their numbers on a local day. One query."""
    found = programs.select_related("workflow").annotate(
        in_pods=_members(Arm.PODS),
        in_comparison=_members(Arm.COMPARISON),
        wanting=_number(Attention.objects.wanting(on), of="person"),
    )
    return [Listed(one, one.week_on(on), one.in_pods, one.in_comparison, one.wanting) for one in found]


def _members(arm: Arm) -> Coalesce:
    return _number(Assignment.objects.current().in_arm(arm))


def _number(rows: Any, *, of: str = "pk") -> Coalesce:
    """How many of some rows, or of what they name, belong to the programme of the outer query."""
    counted = rows.filter(program=OuterRef("pk")).order_by().values("program").annotate(n=Count(of, distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


@dataclass(frozen=True)
class Cluster:
    """A pod or a comparison team by name, and how many are in it."""

    arm: Arm
    name: str
    people: int


@dataclass(frozen=True)
class Ready:
    """One thing that must be there before the launch, and whether it is, or it is written down why not."""

    name: str
    words: Words
    is_met: bool
    is_waived: bool = False


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
    def survey_to_come(self) -> Coming | None:
        """The baseline's survey while it has not gone out."""
        surveys = (one for one in self.coming if (one.step.task, one.step.about) == (rules.OPEN_WAVE, rules.BASELINE))
        return next(surveys, None)

    @property
    def reminder_to_come(self) -> Coming | None:
        """Its reminder while it has not gone out."""
        reminders = (
            one for one in self.coming if (one.step.task, one.step.about) == (rules.REMIND_WAVE, rules.BASELINE)
        )
        return next(reminders, None)

    @property
    def is_before_launch(self) -> bool:
        return self.program.launched_at is None

    @property
    def may_stop(self) -> bool:
        return self.program.state in rules.STOPPABLE

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
    return Overview(
        program=program,
        today=today,
        week=program.week_on(today),
        clusters=clusters,
        coming=tuple(coming(program, on=today)[:UPCOMING]),
        wanting=tuple(wanting(program, on=today, at=at, most=SHOWN_WANTING)),
        attention=people_wanting(program, on=today),
        readiness=readiness(program, clusters, at=at) if program.launched_at is None else (),
    )


def readiness(program: Program, clusters: Sequence[Cluster], *, at: datetime) -> tuple[Ready, ...]:
    """What must be there before the launch, in the order in which a lead comes to it."""
    met = {entry.name: bool(entry.load()(program=program, at=at)) for entry in PROBES}
    arms = {one.arm for one in clusters}
    met["pods"] = met.get("pods", True) and Arm.PODS in arms
    if program.is_compared:
        met["arm_comparison"] = Arm.COMPARISON in arms
    without = {name for name in waived_items(program) if not met.get(name, True)}
    met |= dict.fromkeys(without, True)
    order = [*READY_WORDS, *sorted(set(met) - set(READY_WORDS))]
    words = READY_WORDS if program.is_compared else READY_WORDS | EXPLORING_WORDS
    return tuple(Ready(name, words.get(name, name), met[name], name in without) for name in order if name in met)


def team_label(program: Program, manager: Person) -> str:
    """What a manager's team is called as a cluster: two managers of one name are two clusters, and numbered."""
    # Translators: the name of a team by its manager's, such as "Team of Anna Weber".
    return cluster_label(program, str(_("Team of %(name)s") % {"name": manager.name}))


def cluster_label(program: Program, name: str) -> str:
    """What a cluster is called that is new: by this name, numbered where one is called so already."""
    label = name[: rules.NAME_LENGTH - 4]
    taken = set(Assignment.objects.filter(program=program, cluster__startswith=label).values_list("cluster", flat=True))
    numbered = (f"{label} {number}" for number in count(2))
    return next(one for one in chain([label], numbered) if one not in taken)


def takes_part() -> Exists:
    """Whether something is asked of the person of the outer query: they are in an arm of a programme that runs."""
    running = Program.objects.running().filter(pk=OuterRef("program"))
    return Exists(Assignment.objects.filter(Exists(running), person=OuterRef("pk")))


def start_choices(*, today: date, weeks: int = 12) -> Sequence[date]:
    """The Mondays a new programme can start on: late enough for its baseline weeks to lie ahead."""
    first = rules.monday(today) + timedelta(weeks=rules.BASELINE_WEEKS + 1)
    return [first + timedelta(weeks=number) for number in range(weeks)]
