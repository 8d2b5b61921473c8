"""A programme's plan in words: what is learnt in which phase and role, how long it takes, and how much of it was logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import PlannedContent, Program
from adoption.programs.queries.design import design_of
from adoption.programs.queries.packs import roles_in_pods
from adoption.programs.rules import curriculum as rules
from adoption.programs.rules.curriculum import (
    PRACTICES,
    Content,
    Delivery,
    Logged,
    Note,
    Phase,
    Practice,
    Practised,
    Refusal,
    SessionKind,
)
from adoption.programs.rules.design import Tier

Words = str | Promise

SESSION_WORDS: dict[SessionKind, Words] = {
    SessionKind.REFLECTION: _("Reflection"),
    SessionKind.ONE_TO_ONE: _("One to one"),
    SessionKind.OFFICE_HOURS: _("Office hours"),
    SessionKind.WORKSHOP: _("Workshop"),
    SessionKind.KICKOFF: _("Kickoff"),
    SessionKind.SHOWCASE: _("Showcase"),
    SessionKind.PEER: _("Peer moment"),
}
NO_SESSION_WORDS = _("On their own")
DELIVERY_WORDS: dict[Delivery, Words] = {
    Delivery.LIVE: _("live, hands-on"),
    Delivery.HYBRID: _("own work first, then live"),
    Delivery.WEBINAR: _("webinar"),
    Delivery.ON_DEMAND: _("video or course, at any time"),
}
PHASE_WORDS: dict[Phase, Words] = {
    Phase.ALIGNMENT: _("Literacy and alignment"),
    Phase.WORKSHOPS: _("Role workshops"),
    Phase.EMBEDDING: _("Embedding"),
    Phase.NETWORK: _("Champion network"),
}
PHASE_MEANS: dict[Phase, Words] = {
    Phase.ALIGNMENT: _("Everybody, one to two hours: what it is, and why this piece of work."),
    Phase.WORKSHOPS: _("Role by role, three to five hours, on that role’s own examples."),
    Phase.EMBEDDING: _("Own work, week by week, with somebody to ask."),
    Phase.NETWORK: _("The programme ends; those who help each other go on."),
}
# What is learnt, by the template's key, and what that is.
CONTENT_WORDS: dict[str, tuple[Words, Words]] = {
    "mental-models": (
        _("What it is good at, and where it fails"),
        _("Each brings one task and sees it come out well once and badly once."),
    ),
    "prompt-patterns": (
        _("Asking so that the answer can be used"),
        _("Role, material, example, form: four patterns, on a real piece with the context pack loaded."),
    ),
    "workflow-design": (
        _("The whole piece of work, step by step"),
        _("Which step is done with AI, and where a person looks and approves before it goes on."),
    ),
    "building": (
        _("Building one that others can use"),
        _("One workflow with its points of approval, written down, and run by a colleague."),
    ),
    "red-lines": (
        _("What is never done with it"),
        _("The policy on this role’s own cases: which data, which decisions, who answers for it."),
    ),
    "one-piece": (
        _("One own piece, finished together"),
        _("Fifty minutes, one to one. It ends with something that can be used; day 7 follows."),
    ),
    "measurement": (
        _("Seeing whether it helped"),
        _("Minutes before and after, mistakes caught before they spread, and the weekly question."),
    ),
    "reflection": (
        _("What worked, what did not, what to try"),
        _("Fifteen minutes a week, on one real example each."),
    ),
    "office-hours": (_("Somebody to ask"), _("An hour a week, open: bring what is stuck, leave with it mended.")),
    "peer-moment": (
        _("Two minutes from a colleague"),
        _("Two weeks in: here is the task, here is the output, this is what it took."),
    ),
    "tools": (
        _("Which tool for what"),
        _("Last, because tools change soonest: the approved ones, compared on an own task."),
    ),
    "showcase": (_("What has changed, shown"), _("Before and after, on real work, with the sponsor there.")),
    "network": (
        _("Champions among themselves"),
        _("Prompts that work, what got stuck, and who takes over which role."),
    ),
}
NOTE_WORDS: dict[Note, Words] = {
    Note.TOO_MUCH_EXPLAINING: _(
        "There is less than three minutes of doing to one of explaining. Take some explaining out, or let people do more."
    ),
    Note.NOTHING_LIVE: _(
        "Nothing live is left after the first phase. For this goal at least one part has to be: nobody works differently "
        "because of something they watched."
    ),
    Note.OUT_OF_ORDER: _(
        "The usual order is what it is good at, asking, the whole piece of work, red lines, measuring, and tools last: they "
        "change soonest."
    ),
}
REFUSAL_WORDS: dict[Refusal, Words] = {
    Refusal.NOT_FOR_TIER: _(
        "For this goal people have to work differently, and a video or webinar brings nobody there. Choose live, or own "
        "work first and then live. In the first phase it may stay."
    ),
    Refusal.TOGETHER_AGAIN: _(
        "This team was trained together once, and it did not change how they work. A replacement goes one to one: choose "
        "a one-to-one, a reflection or office hours."
    ),
    Refusal.NO_SESSION: _("Choose in which session it is learnt; only what is on demand has none."),
    Refusal.NO_SUCH_PHASE: _("This programme has no such phase."),
    Refusal.MINUTES: _("Please give minutes that a session can have: 5 to 600 together."),
    Refusal.TIMES: _("Once to thirty times is what a programme has room for."),
}


@dataclass(frozen=True)
class InWords:
    """A content of a plan, as people read it."""

    content: Content

    @property
    def words(self) -> Words:
        return words_of(self.content)

    @property
    def about(self) -> Words:
        return CONTENT_WORDS[self.content.key][1] if self.content.key in CONTENT_WORDS else ""

    @property
    def session(self) -> Words:
        return session_words(self.content.kind)


@dataclass(frozen=True)
class Learnt(InWords):
    """A content in words, where it stands among those taken, and how far the pods are with it."""

    number: int
    refusal: Refusal | None
    held: int
    planned: int

    @property
    def delivery(self) -> Words:
        return DELIVERY_WORDS[self.content.delivery]

    @property
    def why_not(self) -> Words:
        """Why it cannot stand here any more, since the goal or the template was changed."""
        return REFUSAL_WORDS[self.refusal] if self.refusal else ""


@dataclass(frozen=True)
class PhaseLook:
    """A phase of a plan: when it is, and what is learnt in it. Without a last day it goes on."""

    phase: Phase
    first_week: int
    last_week: int | None
    first_day: date
    last_day: date | None
    contents: tuple[Learnt, ...]
    left_out: tuple[Learnt, ...]
    is_now: bool

    @property
    def words(self) -> Words:
        return PHASE_WORDS[self.phase]

    @property
    def means(self) -> Words:
        return PHASE_MEANS[self.phase]

    @property
    def all(self) -> list[Learnt]:
        """What is taken, and then what is left out."""
        return [*self.contents, *self.left_out]

    @property
    def budget(self) -> Practice:
        return rules.budget([one.content for one in self.contents])

    @property
    def is_usual_length(self) -> bool:
        return rules.is_usual_length(self.phase, self.budget)


@dataclass(frozen=True)
class KindLook:
    """A kind of session: its minutes in the plan of one person, and what was logged in all pods."""

    kind: SessionKind
    planned: Practice
    logged: Logged | None

    @property
    def words(self) -> Words:
        return SESSION_WORDS[self.kind]


@dataclass(frozen=True)
class Curriculum:
    """The plan of everybody in a programme, or of one role."""

    program: Program
    tier: Tier
    role: str
    # Each role in the pods, and whether it has a plan of its own.
    roles: tuple[tuple[str, bool], ...]
    contents: tuple[Content, ...]
    phases: tuple[PhaseLook, ...]
    practised: Practised

    @property
    def is_own(self) -> bool:
        """Whether this role has a plan of its own."""
        return (self.role, True) in self.roles

    @property
    def may_change(self) -> bool:
        return self.program.launched_at is None

    @property
    def budget(self) -> Practice:
        return rules.budget(self.contents)

    @property
    def hours(self) -> float:
        """Of one person, office hours aside: nobody has to come to those."""
        return rules.budget([one for one in self.contents if one.kind is not SessionKind.OFFICE_HOURS]).minutes / 60

    @property
    def notes(self) -> list[Words]:
        return [NOTE_WORDS[one] for one in rules.notes_on(self.contents, self.tier)]

    @property
    def kinds(self) -> list[KindLook]:
        """Kinds of session that are planned or were logged, in the order of the plan."""
        order = list(dict.fromkeys([*(one.kind for one in self.contents if one.kind), *self.practised.kinds]))
        return [
            KindLook(
                kind,
                rules.budget([one for one in self.contents if one.kind is kind]),
                self.practised.kinds.get(kind),
            )
            for kind in order
        ]


def words_of(content: Content) -> Words:
    """What a content is called."""
    known = CONTENT_WORDS.get(content.key)
    return content.words or (known[0] if known else content.key)


def session_words(kind: SessionKind | None) -> Words:
    """What a kind of session is called, and none."""
    return SESSION_WORDS[kind] if kind else NO_SESSION_WORDS


def practised(program: Program) -> Practised:
    """What was logged in a programme, as the floor that logs it has registered it."""
    return next((entry.load()(program=program) for entry in PRACTICES), Practised())


def changed_contents(program: Program) -> dict[str, list[Content]]:
    """What a lead has changed, by role, each in its order. One query."""
    found: dict[str, list[Content]] = defaultdict(list)
    for row in PlannedContent.objects.filter(program=program).in_order():
        found[row.role].append(row.content)
    return found


def contents_for(program: Program, role: str, tier: str, changed: Mapping[str, Sequence[Content]]) -> list[Content]:
    """The plan of a role: its own where it has one, else everybody's. No query."""
    template = rules.contents_of(program.template, tier, program.weeks)
    found = rules.as_changed(template, changed.get(role) or changed.get("", ()))
    # The lead's own of a phase that there is no more rests until there is one again.
    return [one for one in found if one.phase in rules.phases_of(program.template, tier, program.weeks)]


def contents_now(program: Program, role: str) -> list[Content]:
    """The plan of a role as it stands. Two queries."""
    return contents_for(program, role, design_of(program).tier, changed_contents(program))


def contents_by_role(program: Program, roles: Sequence[str]) -> list[Content]:
    """What is taken up with people of some roles: each content once, in order. Two queries."""
    tier, changed = design_of(program).tier, changed_contents(program)
    found: dict[str, Content] = {}
    for role in roles or [""]:
        for one in contents_for(program, role, tier, changed):
            if not one.left_out:
                found.setdefault(one.key, one)
    return rules.in_phases(found.values())


def roles_of(program: Program) -> list[str]:
    """Roles a plan can be made for: those in the pods, and those that have one already. Two queries."""
    known = PlannedContent.objects.filter(program=program).exclude(role="").values_list("role", flat=True)
    return sorted({*roles_in_pods(program), *known})


def curriculum(program: Program, role: str = "", *, on: date) -> Curriculum:
    """The plan on a day. The number of queries does not depend on how much is in it."""
    tier, changed = design_of(program).tier, changed_contents(program)
    roles = sorted({*roles_in_pods(program), *changed} - {""})
    contents = contents_for(program, role, tier, changed)
    logged = practised(program)
    week = program.week_on(on)
    phases = []
    number = 0
    for phase, (first, last) in rules.phases_of(program.template, tier, program.weeks).items():
        taken: list[Learnt] = []
        left: list[Learnt] = []
        for one in contents:
            if one.phase is phase:
                number += not one.left_out
                refusal = rules.refusal_of(one, program.template, tier, program.weeks)
                look = Learnt(one, number, refusal, logged.held.get(one.key, 0), logged.planned.get(one.key, 0))
                (left if one.left_out else taken).append(look)
        phases.append(
            PhaseLook(
                phase=phase,
                first_week=first,
                last_week=last,
                first_day=program.starts_on + timedelta(weeks=first - 1),
                last_day=None if last is None else program.starts_on + timedelta(weeks=last, days=-1),
                contents=tuple(taken),
                left_out=tuple(left),
                is_now=rules.runs_in((first, last), week),
            )
        )
    return Curriculum(
        program=program,
        tier=Tier(tier),
        role=role,
        roles=tuple((one, one in changed) for one in roles),
        contents=tuple(contents),
        phases=tuple(phases),
        practised=logged,
    )
