"""What evidence is made of: figures, and what they form, as pages, the API and exports read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from adoption.disclosure.rules import Audience, Margin
from adoption.programs.models import Program
from adoption.programs.rules import FREEZES_AFTER, Arm, Checkpoint, Mode, looks_at, looks_of
from adoption.tenancy.rules import local_date
from metrics import rules
from metrics.queries import sentences
from metrics.queries.sentences import Rows, Sentence
from metrics.rules import percent

HUNDREDTHS = "hundredths"
TENTHS = "tenths"
PER_100_USES = "per_100_uses"
WORKFLOWS = "workflows"


@dataclass(frozen=True)
class Figure:
    """One published figure with everything that belongs to it. What may not be said is None, and `why` says why.

    `value`, `low`, `high`, `worst` and `best` are whole numbers in `unit`: "percent", "points", "minutes", "people",
    "hundredths", of a point on a scale of 1 to 5 or of kappa, "tenths" of a point, "per_100_uses" or "workflows".
    `group` is an arm, a department or a pod, as `margin` says; "" for a difference of both arms.
    """

    measure: str
    look: str
    margin: str
    arm: str
    group: str
    said: str
    unit: str
    first_day: date
    last_day: date
    why: str = ""
    value: int | None = None
    low: int | None = None
    high: int | None = None
    level: str = ""
    # The ends of a difference's interval as computed, as shares: what is said of them is decided here, before rounding.
    exact: tuple[float, float] | None = None
    # Of a difference whose one count is not told: from where to where it may lie. `value` is then None, and the interval's
    # ends are the outermost ones over whatever that count is.
    span: tuple[int, int] | None = None
    worst: int | None = None
    best: int | None = None
    x: int | None = None
    n: int | None = None
    eligible: int | None = None
    response: int | None = None
    band: int | None = None
    # With a band: whether few did, or few did not.
    fewer: bool = False
    frozen_on: date | None = None
    version: int | None = None
    # What the first version said, where this one restates it.
    before: str = ""
    # Whether the facts it came from are all still there: not after an erasure.
    recomputable: bool = True
    provisional: bool = False
    meaning: str = ""

    @property
    def shown(self) -> bool:
        return not self.why

    @property
    def interval(self) -> str:
        """'95% CI 27 to 64', or nothing."""
        if self.low is None or self.high is None:
            return ""
        if self.exact:
            return sentences.interval_of_points(*self.exact, level=self.level)
        if self.unit == HUNDREDTHS:
            return sentences.interval_of_hundredths(self.low, self.high, level=self.level)
        return sentences.interval(self.low, self.high, level=self.level)

    @property
    def days(self) -> str:
        return sentences.span(self.first_day, self.last_day)


@dataclass(frozen=True)
class Look:
    """A frozen checkpoint: both arms, and what sets them apart."""

    checkpoint: Checkpoint
    name: str
    arms: Mapping[Arm, Figure]
    # None where the arms are not compared; `no_difference` then says why.
    difference: Figure | None
    no_difference: str
    # Departments and pods, as far as the reader may see them.
    groups: tuple[Figure, ...]
    # Who is not counted, who objects, and the arms counted otherwise.
    beside: tuple[Figure, ...]
    # Said where so many object that the figure must say so.
    warnings: tuple[str, ...]
    # From how many people on a number of those beside is said.
    least: int
    method: str
    is_main: bool
    mode: str = Mode.WEEKLY
    # One use a week or more. Empty in looks of before it was frozen.
    any_use: Mapping[Arm, Figure] = field(default_factory=dict)
    any_use_words: str = ""
    # Who leads and is in neither group, apart. None where nobody does, and in looks of before it was frozen.
    champions: Figure | None = None

    @property
    def pods(self) -> Figure:
        return self.arms[Arm.PODS]

    @property
    def comparison(self) -> Figure:
        return self.arms[Arm.COMPARISON]

    @property
    def compared(self) -> bool:
        """Whether each arm gives a percentage."""
        return self.pods.value is not None and self.comparison.value is not None

    @property
    def people(self) -> int | None:
        """Everybody observed, where both arms say how many."""
        return None if self.pods.n is None or self.comparison.n is None else self.pods.n + self.comparison.n

    @property
    def notes(self) -> Rows:
        who = _("Everybody assigned to either group when the programme was launched. Champions are not counted.")
        return sentences.about_adoption(who=who, known=known_of(self.arms), method=self.method, mode=self.mode)

    @property
    def figures(self) -> list[Figure]:
        return [
            *(self.pods, self.comparison),
            *([self.difference] if self.difference else []),
            *self.any_use.values(),
            *([self.champions] if self.champions else []),
            *self.groups,
            *self.beside,
        ]

    @property
    def seconds(self) -> list[tuple[str, list[Figure]]]:
        """What stands beside the figures, line by line: its name, and each arm's."""
        lines = dict.fromkeys(one.measure for one in self.beside)
        return [(sentences.beside_name(line), [one for one in self.beside if one.measure == line]) for line in lines]


@dataclass(frozen=True)
class Opening:
    """What the page opens with. `text` is all of it in plain words."""

    lead: Sentence
    finding: str
    caveat: str
    replies: tuple[str, ...]
    text: str
    look: Look


@dataclass(frozen=True)
class Week:
    """One week of the curve."""

    number: int
    monday: date
    arms: Mapping[Arm, Figure]
    provisional: bool
    # One use or more, beside three.
    any_use: Mapping[Arm, Figure]

    @property
    def side_by_side(self) -> tuple[tuple[Figure, Figure], ...]:
        """Of each arm three uses or more, and one or more."""
        return tuple((self.arms[arm], self.any_use[arm]) for arm in Arm)

    @property
    def in_order(self) -> tuple[Figure, ...]:
        return self.pods, self.comparison

    @property
    def pods(self) -> Figure:
        return self.arms[Arm.PODS]

    @property
    def comparison(self) -> Figure:
        return self.arms[Arm.COMPARISON]


@dataclass(frozen=True)
class TimeSaved:
    """Minutes before and after in one arm, as people told us."""

    arm: Arm
    sentence: str
    before: Figure
    after: Figure
    ratio: Figure
    saving: Figure
    slower: Figure
    slower_words: str
    quality: str
    # None where it was not frozen: looks of before it was counted have none.
    faster: Figure | None = None
    faster_words: str = ""
    # Who timed both, rather than estimated; likewise.
    by_the_clock: Figure | None = None
    by_the_clock_words: str = ""
    # How many gave an unusual number, and how many said that it took no minutes; empty where it was not frozen.
    unusual: str = ""
    zeros: str = ""

    @property
    def figures(self) -> list[Figure]:
        found = [self.before, self.after, self.ratio, self.saving, self.slower]
        return found + [one for one in (self.faster, self.by_the_clock) if one]


@dataclass(frozen=True)
class RatedWork:
    """What recipients said of one arm's work, before the start and later, of people of whom both were rated."""

    arm: Arm
    before: Figure
    later: Figure
    change: Figure
    words: str

    @property
    def figures(self) -> list[Figure]:
        return [self.before, self.later, self.change]


@dataclass(frozen=True)
class Ratings:
    """What recipients said of the work of both arms, and how far two of them agree."""

    sentence: str
    arms: tuple[RatedWork, ...]
    twice: Figure
    agreement: Figure

    @property
    def pods(self) -> RatedWork:
        return self.arms[0]

    @property
    def notes(self) -> Rows:
        change = self.pods.change
        people = (
            _("%(n)s in the pods, rated on both sides; whose work was rated on one alone is left out.")
            % {"n": change.n}
            if change.n is not None
            else _("Only people whose work was rated on both sides.")
        )
        agreement = " ".join(filter(None, (self.agreement_words, self.twice_words)))
        return sentences.about_quality(people=people, agreement=agreement)

    @property
    def agreement_words(self) -> str:
        one = self.agreement
        if one.why:
            return one.why
        interval = f", {one.interval}" if one.interval else ""
        return _("Weighted kappa %(kappa)s%(interval)s.") % {"kappa": one.said, "interval": interval}

    @property
    def twice_words(self) -> str:
        one = self.twice
        if one.why:
            return ""
        return _("%(percent)s%% of %(n)s outputs were rated twice.") % {"percent": one.value, "n": one.n}

    @property
    def figures(self) -> list[Figure]:
        return [*(figure for arm in self.arms for figure in arm.figures), self.twice, self.agreement]


@dataclass(frozen=True)
class Retention:
    """The whole chain of one arm: everybody who started, who adopted, who could be checked, who still uses it."""

    arm: Arm
    sentence: str
    of_checked: Figure
    of_all: Figure
    started: int | None
    adopters: int | None
    # Who has stopped: the rest of those checked, said in bands.
    lapsed: Figure | None = None
    # Of adopters of an earlier look who were none at the end: who is one again. None where it was not frozen.
    returned: Figure | None = None

    @property
    def figures(self) -> list[Figure]:
        return [self.of_checked, self.of_all, *(one for one in (self.lapsed, self.returned) if one)]


@dataclass(frozen=True)
class Sure:
    """How sure people are of one kind of task, before and after: each group's two means are of the same people."""

    name: str
    before: tuple[Figure, ...]
    after: tuple[Figure, ...]

    @property
    def pairs(self) -> list[tuple[Figure, Figure]]:
        """Group by group."""
        return list(zip(self.before, self.after, strict=True))

    @property
    def figures(self) -> list[Figure]:
        return [figure for pair in self.pairs for figure in pair]


@dataclass(frozen=True)
class Share:
    """One answer to where the time went, of each group."""

    name: str
    arms: tuple[Figure, ...]


@dataclass(frozen=True)
class Beside:
    """One supporting measure: its lines, each of one group or of both, and what stands behind them."""

    key: str
    name: str
    # What is said of it before any number.
    lead: str
    lines: tuple[tuple[str, tuple[Figure, ...]], ...]
    notes: Rows

    @property
    def figures(self) -> list[Figure]:
        return [figure for _, figures in self.lines for figure in figures]


@dataclass(frozen=True)
class Gap:
    """Who was trained against who works differently: the one place where attendance is told, and never as a success."""

    trained: Figure
    differently: tuple[Figure, ...]
    # What the comparison group got, in the lead's words.
    instead: str
    notes: Rows


@dataclass(frozen=True)
class Supporting:
    """What supports the headline figures, as it was frozen with the end of the phase."""

    confidence: tuple[Sure, ...]
    confidence_notes: Rows
    went_to: tuple[Share, ...]
    went_to_notes: Rows
    beside: tuple[Beside, ...]
    gap: Gap
    days: str
    frozen_on: date
    version: int

    @property
    def figures(self) -> list[Figure]:
        found = [figure for share in self.went_to for figure in share.arms]
        found += [figure for one in self.confidence for figure in one.figures]
        found += [figure for one in self.beside for figure in one.figures]
        return [*found, self.gap.trained]

    @property
    def went_to_known(self) -> bool:
        """Whether any answer of anybody may be said."""
        return any(not figure.why for share in self.went_to for figure in share.arms)

    @property
    def confidence_known(self) -> bool:
        return any(not figure.why for one in self.confidence for figure in one.figures)


@dataclass(frozen=True)
class Afterwards:
    """What people said ninety days after support ended, each held against their own baseline. None of it is a verdict."""

    time: tuple[TimeSaved, ...]
    how: tuple[Share, ...]
    went_to: tuple[Share, ...]
    confidence: tuple[Sure, ...]
    notes: Rows
    frozen_on: date

    @property
    def chosen(self) -> tuple[tuple[str, tuple[Share, ...]], ...]:
        """The questions of which each person chose one answer."""
        return (_("How the task is done"), self.how), (_("Where the time goes"), self.went_to)

    @property
    def figures(self) -> list[Figure]:
        found = [figure for one in self.time for figure in one.figures]
        found += [figure for _name, shares in self.chosen for share in shares for figure in share.arms]
        return found + [figure for one in self.confidence for figure in one.figures]


@dataclass(frozen=True)
class TargetBehaviour:
    """AI on half of one's own occasions or more, as told in the second survey. None of it is a verdict."""

    arms: tuple[Figure, ...]
    notes: Rows


@dataclass(frozen=True)
class Upcoming:
    """A checkpoint still to come, and the day it is frozen."""

    checkpoint: Checkpoint
    name: str
    on: date
    is_main: bool


@dataclass(frozen=True)
class Evidence:
    """Everything one kind of reader may see of a programme."""

    program: Program
    audience: Audience
    today: date
    opening: Opening | None
    looks: tuple[Look, ...]
    weeks: tuple[Week, ...]
    time: tuple[TimeSaved, ...]
    retention: tuple[Retention, ...]
    upcoming: tuple[Upcoming, ...]
    # None until there is a look to be held against it.
    baseline: Look | None = None
    # None until somebody's work was rated on both sides of the start.
    ratings: Ratings | None = None
    spec_version: str = rules.SPEC_VERSION
    # None until the active phase has ended.
    supporting: Supporting | None = None
    # None until the survey ninety days after the end has closed.
    afterwards: Afterwards | None = None
    # None until the active phase has ended; and where the weeks hold the occasions, so that adoption is this very share.
    target: TargetBehaviour | None = None

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """All of it in one list, as exports and the API give it."""
        found = self.baseline.figures if self.baseline else []
        found += [figure for look in self.looks for figure in look.figures]
        found += self.target.arms if self.target else []
        found += [figure for one in self.time for figure in one.figures]
        found += self.ratings.figures if self.ratings else []
        found += [figure for one in self.retention for figure in one.figures]
        found += self.afterwards.figures if self.afterwards else []
        found += self.supporting.figures if self.supporting else []
        found += [week.arms[arm] for week in self.weeks for arm in Arm]
        found += [week.any_use[arm] for week in self.weeks for arm in Arm]
        return tuple(found)

    @property
    def quality(self) -> str:
        """What may be said of the quality of the pods' work, in a few words."""
        return self.ratings.pods.words if self.ratings else sentences.quality(rules.Quality.NOT_MEASURED)

    @property
    def blinding(self) -> str:
        """How far raters were kept from knowing whose work of when they rated."""
        return "partial" if self.ratings else ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What must be said beside the opening."""
        stopped = (self.stopped,) if self.stopped else ()
        return (*stopped, *(self.opening.look.warnings if self.opening else ()))

    @property
    def stopped(self) -> str:
        """That it was not followed to its ninety days, and why."""
        if self.program.closed_at is None or not self.program.stopped_because:
            return ""
        day = date_format(local_date(self.program.closed_at, self.program.organization.zone), "j F Y")
        words = _("Stopped on %(day)s, before its end: “%(reason)s”. No further look is frozen.")
        return words % {"day": day, "reason": self.program.stopped_because}

    @property
    def departments(self) -> tuple[Figure, ...]:
        """The departments of the look that heads the page."""
        return self._groups(Margin.DEPARTMENT)

    @property
    def pods(self) -> tuple[Figure, ...]:
        return self._groups(Margin.POD)

    def _groups(self, margin: Margin) -> tuple[Figure, ...]:
        return tuple(one for one in self.opening.look.groups if one.margin == margin) if self.opening else ()

    @property
    def first_time(self) -> TimeSaved | None:
        """Minutes in the pods."""
        return self.time[0] if self.time else None

    @property
    def first_retention(self) -> Retention | None:
        """Retention in the pods."""
        return self.retention[0] if self.retention else None

    @property
    def weeks_known(self) -> bool:
        """Whether anything of any week may be said, so that there is a curve to draw."""
        return any(figure.n is not None for week in self.weeks for figure in week.in_order)

    @property
    def is_silent(self) -> bool:
        """Whether so few take part that nothing at all may be said of them, though something was frozen."""
        return self.opening is not None and all(figure.n is None for figure in self.figures if figure.arm)

    @property
    def replied(self) -> int | None:
        """Of everybody, whole percent who answered in the last week shown."""
        last = self.weeks[-1] if self.weeks else None
        if last is None:
            return None
        answered = [figure.n for figure in last.arms.values() if figure.n is not None]
        asked = [figure.eligible for figure in last.arms.values() if figure.eligible is not None]
        if len(answered) < len(Arm) or len(asked) < len(Arm) or not sum(asked):
            return None
        return percent(sum(answered) / sum(asked))

    @property
    def week_notes(self) -> Rows:
        return sentences.about_weeks(known=known_of(self.weeks[-1].arms), mode=self.program.mode) if self.weeks else ()

    @property
    def interval_notes(self) -> Rows:
        return sentences.about_interval()

    @property
    def time_notes(self) -> Rows:
        one = self.first_time
        if one is None or one.saving.n is None:
            return sentences.about_time(
                pairs=_("Only people who answered both before and after."), quality=self.quality_note
            )
        said = _("%(n)s in the pods gave both figures; who gave one or none is left out.") % {"n": one.saving.n}
        return sentences.about_time(pairs=said, quality=self.quality_note, unusual=one.unusual, zeros=one.zeros)

    @property
    def quality_note(self) -> str:
        """Quality, beside time."""
        return self.ratings.sentence if self.ratings else _("Not yet rated. Time saved says little without it.")

    @property
    def retention_notes(self) -> Rows:
        return sentences.about_retention(self.program.mode)

    @property
    def purpose(self) -> str:
        return sentences.purpose()

    @property
    def week_today(self) -> int:
        return self.program.week_on(self.today)

    @property
    def main_look(self) -> Checkpoint:
        return main_look(self.program)

    @property
    def main_look_name(self) -> str:
        return sentences.look_name(self.main_look)

    @property
    def main_look_on(self) -> date:
        return frozen_on(self.program, self.main_look)

    @property
    def headed_by(self) -> str:
        """The look that heads all of it: the main one, or until it is frozen the newest before it. "" before any."""
        return self.opening.look.checkpoint if self.opening else ""


def main_look(program: Program) -> Checkpoint:
    """The look that was fixed at launch, or by a later version for its reason."""
    return program.measure.primary_look


def headings(program: Program) -> tuple[Checkpoint, ...]:
    """The looks that may head what is said of a programme, the first choice first.

    The main one; until it is frozen those before it, newest first. What comes after it never takes its place.
    """
    main = main_look(program)
    due = {look: frozen_on(program, look) for look in looks_of(program.template)}
    before = [look for look in due if due[look] < frozen_on(program, main)]
    return main, *sorted(before, key=due.__getitem__, reverse=True)


def frozen_on(program: Program, checkpoint: Checkpoint) -> date:
    """The day on which a checkpoint is frozen."""
    return looks_at(checkpoint, program.starts_on, program.weeks)[1] + FREEZES_AFTER


def known_of(arms: Mapping[Arm, Figure]) -> str:
    """How many of each arm have a known week, where that is said."""
    pairs = [(one.n, one.eligible) for one in (arms[Arm.PODS], arms[Arm.COMPARISON])]
    said = [(n, eligible) for n, eligible in pairs if n is not None and eligible is not None]
    return sentences.known_of(said[0], said[1]) if len(said) == len(pairs) else sentences.known_of(None, None)
