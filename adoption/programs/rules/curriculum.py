"""What is learnt in a programme, in which order, by which session and how: the plan that each template brings along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from adoption.programs.rules import Template
from adoption.programs.rules.design import Tier
from adoption.tenancy.rules import Registry

WORDS_LENGTH = 120
LEAST_MINUTES, MOST_MINUTES = 5, 600
MOST_TIMES = 30
MOST_OWN = 20  # of the lead's own content in one plan
OWN_KEY = "own-"  # with which its keys begin
LEAST_DOING = 3  # minutes of doing to one of explaining
EMBEDDING_WEEKS = range(4, 9)
# A line that comes back in each week of the embedding.
EVERY_WEEK = 0

# practised_x(*, program) -> Practised: what the floor that logs sessions knows of a programme.
PRACTICES = Registry("practice")


class SessionKind(StrEnum):
    """What kind of time is spent together."""

    KICKOFF = "kickoff"
    WORKSHOP = "workshop"
    ONE_TO_ONE = "one_to_one"
    REFLECTION = "reflection"
    OFFICE_HOURS = "office_hours"
    SHOWCASE = "showcase"
    PEER = "peer_moment"


class Phase(StrEnum):
    """The four phases, in their order."""

    ALIGNMENT = "alignment"  # literacy, and why: everybody, an hour or two
    WORKSHOPS = "workshops"  # role by role
    EMBEDDING = "embedding"  # weeks of own work, with somebody to ask
    NETWORK = "network"  # champions go on


class Topic(StrEnum):
    """What is to be understood, in the order in which it carries: tools change soonest, so they come last."""

    MENTAL_MODELS = "mental_models"
    PROMPT_PATTERNS = "prompt_patterns"
    WORKFLOW_DESIGN = "workflow_design"
    RED_LINES = "red_lines"
    MEASUREMENT = "measurement"
    TOOLS = "tools"


class Delivery(StrEnum):
    """How something comes to people."""

    LIVE = "live"  # together, hands-on, in a room or on a screen
    HYBRID = "hybrid"  # alone on own work, then together
    WEBINAR = "webinar"  # one speaks, many listen
    ON_DEMAND = "on_demand"  # a video or a course, alone and at any time


# With these somebody understands; nobody works differently because of them.
GENERAL = frozenset({Delivery.WEBINAR, Delivery.ON_DEMAND})
# Everybody at once: what a team that was trained once has had already.
TOGETHER = frozenset({SessionKind.KICKOFF, SessionKind.WORKSHOP})
# How many minutes of a phase one person is usually in for.
USUAL_MINUTES: dict[Phase, tuple[int, int]] = {Phase.ALIGNMENT: (60, 120), Phase.WORKSHOPS: (180, 300)}


@dataclass(frozen=True)
class Practice:
    """Minutes spent doing and explaining, over any number of sessions. Feedback on own work is doing, breaks are neither."""

    doing: int
    explaining: int

    @property
    def ratio(self) -> float | None:
        """Doing to explaining; None where no explaining was recorded."""
        return self.doing / self.explaining if self.explaining else None

    @property
    def enough(self) -> bool | None:
        """Whether there was three times as much doing; None where nothing can be said."""
        return None if self.ratio is None else self.ratio >= LEAST_DOING

    @property
    def minutes(self) -> int:
        return self.doing + self.explaining


@dataclass(frozen=True)
class Content:
    """One content of a plan: in which phase, by which session, and how many minutes it takes each time."""

    key: str
    phase: Phase
    # None where nobody meets.
    kind: SessionKind | None
    doing: int
    explaining: int
    delivery: Delivery = Delivery.LIVE
    topic: Topic | None = None
    times: int = 1
    # What it is called, where it is the lead's own and not the template's.
    words: str = ""
    # Why it is left out.
    left_out: str = ""

    @property
    def is_own(self) -> bool:
        return bool(self.words)

    @property
    def minutes(self) -> int:
        """Of one time."""
        return self.doing + self.explaining


_FLUENCY = (
    Content("mental-models", Phase.ALIGNMENT, SessionKind.KICKOFF, 45, 15, topic=Topic.MENTAL_MODELS),
    Content("prompt-patterns", Phase.WORKSHOPS, SessionKind.WORKSHOP, 72, 18, Delivery.HYBRID, Topic.PROMPT_PATTERNS),
    Content("workflow-design", Phase.WORKSHOPS, SessionKind.WORKSHOP, 72, 18, topic=Topic.WORKFLOW_DESIGN),
    Content("red-lines", Phase.WORKSHOPS, SessionKind.WORKSHOP, 36, 9, topic=Topic.RED_LINES),
    Content("one-piece", Phase.EMBEDDING, SessionKind.ONE_TO_ONE, 40, 10),
    Content("measurement", Phase.EMBEDDING, SessionKind.REFLECTION, 12, 3, topic=Topic.MEASUREMENT),
    Content("reflection", Phase.EMBEDDING, SessionKind.REFLECTION, 12, 3, times=EVERY_WEEK),
    Content("office-hours", Phase.EMBEDDING, SessionKind.OFFICE_HOURS, 48, 12, times=EVERY_WEEK),
    Content("peer-moment", Phase.EMBEDDING, SessionKind.PEER, 12, 3),
    Content("tools", Phase.EMBEDDING, SessionKind.OFFICE_HOURS, 48, 12, topic=Topic.TOOLS),
    Content("showcase", Phase.NETWORK, SessionKind.SHOWCASE, 48, 12),
    Content("network", Phase.NETWORK, SessionKind.OFFICE_HOURS, 48, 12, times=3),
)
# Whoever builds workflows needs an afternoon for it.
_BUILDING = Content("building", Phase.WORKSHOPS, SessionKind.WORKSHOP, 64, 11)
_LITERACY = (
    Content("mental-models", Phase.ALIGNMENT, SessionKind.KICKOFF, 45, 15, topic=Topic.MENTAL_MODELS),
    Content("prompt-patterns", Phase.ALIGNMENT, None, 25, 5, Delivery.ON_DEMAND, Topic.PROMPT_PATTERNS),
    Content("red-lines", Phase.ALIGNMENT, None, 12, 3, Delivery.ON_DEMAND, Topic.RED_LINES),
)
# A team that was trained once: one to one, day 7, day 14, day 30, and never another session for everybody.
_REPLACEMENT = (
    Content("one-piece", Phase.EMBEDDING, SessionKind.ONE_TO_ONE, 40, 10),
    Content("workflow-design", Phase.EMBEDDING, SessionKind.ONE_TO_ONE, 24, 6, topic=Topic.WORKFLOW_DESIGN),
    Content("measurement", Phase.EMBEDDING, SessionKind.REFLECTION, 12, 3, topic=Topic.MEASUREMENT),
    Content("reflection", Phase.EMBEDDING, SessionKind.REFLECTION, 12, 3, times=EVERY_WEEK),
    Content("peer-moment", Phase.EMBEDDING, SessionKind.PEER, 12, 3),
    Content("network", Phase.NETWORK, SessionKind.OFFICE_HOURS, 48, 12, times=3),
)


def contents_of(template: str, tier: str, weeks: int) -> tuple[Content, ...]:
    """The plan that a template brings along, in its order, for a goal and so many weeks."""
    lines: tuple[Content, ...] = _FLUENCY
    if template == Template.REPLACEMENT:
        lines = _REPLACEMENT
    elif tier == Tier.LITERACY:
        lines = _LITERACY
    else:
        if tier == Tier.COMPETENCE:
            place = 1 + next(number for number, one in enumerate(lines) if one.key == "workflow-design")
            lines = (*lines[:place], _BUILDING, *lines[place:])
        if template == Template.EXPLORATORY:
            # Whether there will be champions to go on is what it finds out.
            lines = tuple(one for one in lines if one.phase is not Phase.NETWORK)
    each_week = embedding_weeks(weeks)
    return tuple(replace(one, times=each_week) if one.times == EVERY_WEEK else one for one in lines)


def embedding_weeks(weeks: int) -> int:
    """How many weeks of a phase of so many are spent embedding: what is left after two of beginning, four to eight."""
    return min(max(weeks - 2, EMBEDDING_WEEKS[0]), EMBEDDING_WEEKS[-1])


def phases_of(template: str, tier: str, weeks: int) -> dict[Phase, tuple[int, int | None]]:
    """The phases of a template with their first and last programme week; without a last one it goes on."""
    if template == Template.REPLACEMENT:
        return {Phase.EMBEDDING: (1, weeks), Phase.NETWORK: (weeks + 1, None)}
    if tier == Tier.LITERACY:
        return {Phase.ALIGNMENT: (1, 1)}
    embedded = 2 + embedding_weeks(weeks)
    spans: dict[Phase, tuple[int, int | None]] = {
        Phase.ALIGNMENT: (1, 1),
        Phase.WORKSHOPS: (1, 2),
        Phase.EMBEDDING: (3, embedded),
        Phase.NETWORK: (embedded + 1, None),
    }
    if template == Template.EXPLORATORY:
        del spans[Phase.NETWORK]
    return spans


def runs_in(span: tuple[int, int | None], week: int) -> bool:
    """Whether a phase from its first to its last week, or on and on, runs in a programme week."""
    first, last = span
    return first <= week and (last is None or week <= last)


def phase_of(spans: dict[Phase, tuple[int, int | None]], week: int) -> Phase | None:
    """The phase of a programme week, the later one where two overlap; None outside of them."""
    return next((phase for phase in reversed(spans) if runs_in(spans[phase], week)), None)


def served_by(phase: Phase, tier: str) -> Tier:
    """The goal that a phase works for: the first one is there so that people understand, whatever comes after it."""
    return Tier.LITERACY if phase is Phase.ALIGNMENT else Tier(tier)


def deliveries_of(phase: Phase, tier: str) -> tuple[Delivery, ...]:
    """How something may come to people in a phase, given the goal: general training makes nobody work differently."""
    may = served_by(phase, tier) is Tier.LITERACY
    return tuple(one for one in Delivery if may or one not in GENERAL)


class Refusal(StrEnum):
    """Why a content cannot stand in a plan, by what would be said of it."""

    NOT_FOR_TIER = "not_for_tier"
    TOGETHER_AGAIN = "together_again"
    NO_SESSION = "no_session"
    NO_SUCH_PHASE = "no_such_phase"
    MINUTES = "content_minutes"
    TIMES = "content_times"


def refusal_of(content: Content, template: str, tier: str, weeks: int) -> Refusal | None:
    """Why a content cannot stand in the plan of a template with a goal; None where it can."""
    if content.phase not in phases_of(template, tier, weeks):
        return Refusal.NO_SUCH_PHASE
    if content.delivery not in deliveries_of(content.phase, tier):
        return Refusal.NOT_FOR_TIER
    if template == Template.REPLACEMENT and content.kind in TOGETHER:
        return Refusal.TOGETHER_AGAIN
    return flaw_of(content)


def flaw_of(content: Content) -> Refusal | None:
    """What is wrong with a content in whichever plan, also where it is left out; None where nothing is."""
    if (content.kind is None) is not (content.delivery is Delivery.ON_DEMAND):
        return Refusal.NO_SESSION
    if min(content.doing, content.explaining) < 0 or not LEAST_MINUTES <= content.minutes <= MOST_MINUTES:
        return Refusal.MINUTES
    return None if 1 <= content.times <= MOST_TIMES else Refusal.TIMES


def as_changed(template: Sequence[Content], changed: Sequence[Content]) -> list[Content]:
    """A template's plan as a lead has changed it, phase by phase.

    What the template has not, or has in another phase by now, is left aside; what nobody has changed stays where it is.
    """
    known = {one.key: one for one in template}
    found: list[Content] = []
    for one in changed:
        if one.is_own:
            found.append(one)
        elif one.key in known and known[one.key].phase is one.phase:
            # What it is, and how often it comes back, is the template's to say.
            found.append(replace(one, topic=known[one.key].topic, times=known[one.key].times))
    for number, one in enumerate(template):
        if one.key not in {other.key for other in found}:
            before = {other.key for other in template[:number]}
            place = max((at + 1 for at, other in enumerate(found) if other.key in before), default=0)
            found.insert(place, one)
    return in_phases(found)


def in_phases(contents: Iterable[Content]) -> list[Content]:
    """The same order within each phase, and phases in theirs."""
    order = list(Phase)
    return sorted(contents, key=lambda one: order.index(one.phase))


def moved(contents: Sequence[Content], key: str, *, earlier: bool) -> list[Content]:
    """One content changes places with its neighbour in the same phase. At the end of it nothing changes."""
    found = list(contents)
    taken = [at for at, one in enumerate(found) if not one.left_out]
    place = next((number for number, at in enumerate(taken) if found[at].key == key), None)
    if place is None:
        return found
    other = place - 1 if earlier else place + 1
    if 0 <= other < len(taken) and found[taken[other]].phase is found[taken[place]].phase:
        here, there = taken[place], taken[other]
        found[here], found[there] = found[there], found[here]
    return found


def budget(contents: Iterable[Content]) -> Practice:
    """The minutes of a plan: of what is not left out, as often as it comes."""
    rows = [one for one in contents if not one.left_out]
    return Practice(sum(one.doing * one.times for one in rows), sum(one.explaining * one.times for one in rows))


class Note(StrEnum):
    """What should be said of a plan as a whole. None of it forbids anything."""

    TOO_MUCH_EXPLAINING = "too_much_explaining"
    NOTHING_LIVE = "nothing_live"
    OUT_OF_ORDER = "out_of_order"


def notes_on(contents: Sequence[Content], tier: str) -> list[Note]:
    """What should be said of a plan, given its goal."""
    rows = [one for one in contents if not one.left_out]
    found = []
    if budget(rows).enough is False:
        found.append(Note.TOO_MUCH_EXPLAINING)
    together = (one for one in rows if one.phase is not Phase.ALIGNMENT and one.delivery not in GENERAL)
    if Tier(tier) is not Tier.LITERACY and not any(together):
        found.append(Note.NOTHING_LIVE)
    order = [list(Topic).index(one.topic) for one in rows if one.topic]
    if order != sorted(order):
        found.append(Note.OUT_OF_ORDER)
    return found


def is_usual_length(phase: Phase, planned: Practice) -> bool:
    """Whether a phase takes one person about as long as it usually does; where nothing is usual, always."""
    least, most = USUAL_MINUTES.get(phase, (0, planned.minutes))
    return least <= planned.minutes <= most


@dataclass(frozen=True)
class Logged:
    """Sessions of one kind that were logged, and their minutes."""

    sessions: int
    practice: Practice


@dataclass(frozen=True)
class Practised:
    """What was logged in a programme by kind of session, and in how many of its pods each content was held or is planned."""

    pods: int = 0
    kinds: Mapping[SessionKind, Logged] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    planned: Mapping[str, int] = field(default_factory=dict)

    @property
    def sessions(self) -> int:
        return sum(one.sessions for one in self.kinds.values())

    @property
    def all(self) -> Practice:
        """Minutes summed before they are divided."""
        rows = [one.practice for one in self.kinds.values()]
        return Practice(sum(one.doing for one in rows), sum(one.explaining for one in rows))
