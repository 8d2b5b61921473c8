"""A programme for whoever wants to check it: every figure of every version with what belongs to it, for leads.

Like the evidence page it reads the releases of the gate and nothing else; what a reader may not see is named with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from adoption.disclosure.queries import aside, wording
from adoption.disclosure.rules import Audience, Cell, Display, Margin, Reason, Release
from adoption.programs.models import Assignment, Program
from adoption.programs.queries.arms import ASSIGNED_WORDS
from adoption.programs.rules import OCCASION_WEEKS, Arm, Checkpoint, Mode, looks_of
from adoption.tenancy.rules import local_date
from metrics import rules
from metrics.models import SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.queries import sentences
from metrics.queries.cells import of_silence
from metrics.queries.dictionary import Entry, FactTable, dictionary, fact_tables
from metrics.queries.evidence import evidence_of
from metrics.queries.figures import Evidence, Figure, frozen_on
from metrics.queries.frozen import Frozen
from metrics.rules import TIMED, Category, Metric, percent

READER = Audience.LEAD
WEEKS = "weeks"
# As they were at freezing they stay, whichever versions follow: later versions repeat them.
_ONCE = frozenset({*TIMED, Metric.SURVIVAL})
_MINUTES = (Metric.MINUTES_BEFORE, Metric.MINUTES_AFTER, Metric.WEEKLY_SAVING)


@dataclass(frozen=True)
class Line:
    """One figure of one version, with how it was computed and from what. `frozen` is None for what is still open."""

    figure: Figure
    entry: Entry
    look: str
    method: str
    frozen: SnapshotRun | None

    @property
    def is_open(self) -> bool:
        return self.frozen is None

    @property
    def checkpoint(self) -> str:
        """The checkpoint, or the weeks: what lines are filtered by."""
        return self.figure.look if self.frozen else WEEKS

    @property
    def bounds(self) -> str:
        """'54 to 88', or nothing."""
        return _range(self.figure.worst, self.figure.best)

    @property
    def interval(self) -> str:
        return self.figure.interval

    @property
    def is_part(self) -> bool:
        """Whether it is of a department or a pod, and not of a whole arm."""
        return self.figure.margin in {Margin.DEPARTMENT, Margin.POD}

    @property
    def arm_name(self) -> str:
        """In which arm a department or pod lies: a department may lie in both."""
        return sentences.arm_name(Arm(self.figure.arm)) if self.is_part else ""


@dataclass(frozen=True)
class Version:
    """One freezing: what it looked at and what it was computed with."""

    run: SnapshotRun
    name: str
    frozen_on: date
    recomputable: bool
    # Whether its whole arms may be read; else the version published first stands.
    is_read: bool

    @property
    def days(self) -> str:
        return sentences.span(self.run.first_week, self.run.last_week + timedelta(days=6))


@dataclass(frozen=True)
class Expected:
    """A checkpoint that is not frozen yet."""

    checkpoint: str
    name: str
    on: date


@dataclass(frozen=True)
class Step:
    """One step of the survival curve of one arm: whole percent, or why it is not said."""

    weeks: int
    figure: Figure


@dataclass(frozen=True)
class Curve:
    """The survival steps of one arm, from everybody whose own use began; `began` is said from as many as may be."""

    arm: Arm
    name: str
    began: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Aside:
    """How many people a rule of counting touches, as the reader may hear it."""

    name: str
    said: str
    value: int | None
    rule: str


@dataclass(frozen=True)
class Default:
    """A number that a programme may set: its value, and whether it was fixed at launch or belongs to the specification."""

    name: str
    value: str
    is_fixed: bool


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    name: str
    note: str
    lines: tuple[Line, ...]

    @property
    def whole(self) -> list[Line]:
        """Of whole arms, as frozen."""
        return [line for line in self.lines if not line.is_part and not line.is_open]

    @property
    def parts(self) -> list[Line]:
        """Of departments and pods."""
        return [line for line in self.lines if line.is_part]

    @property
    def weeks(self) -> list[Line]:
        """Of weeks that are open."""
        return [line for line in self.lines if line.is_open]


@dataclass(frozen=True)
class Analysis:
    """Everything a lead may see of a programme's figures, and what they mean."""

    program: Program
    today: date
    evidence: Evidence
    lines: tuple[Line, ...]
    versions: tuple[Version, ...]
    expected: tuple[Expected, ...]
    curves: tuple[Curve, ...]
    asides: tuple[Aside, ...]
    defaults: tuple[Default, ...]
    dictionary: tuple[Entry, ...]
    tables: tuple[FactTable, ...]
    look: str = ""
    measure: str = ""
    by: str = "look"

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines asked for, in order."""
        return tuple(
            line
            for line in self.lines
            if (not self.look or line.checkpoint == self.look)
            and (not self.measure or line.entry.measure == self.measure)
        )

    @property
    def groups(self) -> tuple[Group, ...]:
        """The same under headings: by checkpoint and version, or by measure."""
        found: dict[tuple[str, str], list[Line]] = {}
        for line in self.shown:
            found.setdefault((line.entry.name, "") if self.by == "measure" else _heading(line), []).append(line)
        return tuple(Group(name, note, tuple(lines)) for (name, note), lines in found.items())

    @property
    def looks(self) -> tuple[tuple[str, str], ...]:
        """What lines can be narrowed to: checkpoints, then the weeks."""
        return tuple(dict.fromkeys((line.checkpoint, _checkpoint_name(line.checkpoint)) for line in self.lines))

    @property
    def measures(self) -> tuple[tuple[str, str], ...]:
        known = {line.entry.measure for line in self.lines}
        return tuple((entry.measure, entry.name) for entry in self.dictionary if entry.measure in known)

    @property
    def purpose(self) -> str:
        return self.evidence.purpose

    @property
    def spec_version(self) -> str:
        return self.evidence.spec_version


def analysis(program: Program, *, at: datetime, look: str = "", measure: str = "", by: str = "look") -> Analysis:
    """What a lead may see of a programme. Nine queries, whatever the numbers."""
    frozen = Frozen(program, READER)
    found = evidence_of(frozen, at=at)
    entries = {entry.measure: entry for entry in dictionary(program.mode)}
    lines = [line for checkpoint in _in_time(program) for line in _frozen_lines(frozen, checkpoint, entries)]
    # Whatever the evidence page says stands here too: the open weeks, and measures that have a page of their own there.
    known = {_key(line.figure) for line in lines}
    for figure in found.figures:
        if _key(figure) not in known and figure.measure in entries:
            run = _run(frozen, figure)
            lines.append(Line(figure, entries[figure.measure], _look_name(figure), _method(frozen, run, figure), run))
    order = {look.value: place for place, look in enumerate((*_in_time(program), Checkpoint.SURVEY_90))}
    places = {entry: place for place, entry in enumerate(entries)}
    lines.sort(key=lambda line: _order(line, order, places, by=by))
    return Analysis(
        program=program,
        today=found.today,
        evidence=found,
        lines=tuple(lines),
        versions=tuple(_versions(frozen)),
        expected=tuple(_expected(program, frozen)),
        curves=tuple(_curves(frozen, entries)),
        asides=(*_asides(program, found.today), *_flags(frozen, found)),
        defaults=tuple(_defaults(program)),
        dictionary=tuple(entries.values()),
        tables=fact_tables(),
        look=look if look in {*Checkpoint, WEEKS} else "",
        measure=measure if measure in entries else "",
        by="measure" if by == "measure" else "look",
    )


def _in_time(program: Program) -> list[Checkpoint]:
    return [Checkpoint.S0, *sorted(looks_of(program.template), key=lambda checkpoint: frozen_on(program, checkpoint))]


def _order(line: Line, looks: Mapping[str, int], measures: Mapping[str, int], *, by: str) -> tuple[Any, ...]:
    # Open weeks after everything frozen; a later version after the one before it.
    look = looks.get(line.checkpoint, len(looks)), line.figure.first_day, line.figure.version or 0
    measure = measures[line.entry.measure]
    return (measure, *look) if by == "measure" else (*look, measure)


def _key(figure: Figure) -> tuple[object, ...]:
    return figure.measure, figure.look, figure.version, figure.margin, figure.arm, figure.group


def _heading(line: Line) -> tuple[str, str]:
    if line.frozen is None:
        return _("Week by week, not frozen"), _(
            "Open: a week can be mended until the Sunday after it, and closes then."
        )
    name = (
        line.look
        if line.frozen.version == 1
        else _("%(look)s, version %(version)s")
        % {
            "look": line.look,
            "version": line.frozen.version,
        }
    )
    return name, line.frozen.reason


def _checkpoint_name(checkpoint: str) -> str:
    return _("Weeks, open") if checkpoint == WEEKS else sentences.look_name(checkpoint)


def _look_name(figure: Figure) -> str:
    return sentences.look_name(figure.look) if figure.look in set(Checkpoint) else figure.look


def _range(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return ""
    if low == high:
        return sentences.signed(low)
    return _("%(low)s to %(high)s") % {"low": sentences.signed(low), "high": sentences.signed(high)}


# --- what was frozen -------------------------------------------------------------------------------------------------


def _is_read(frozen: Frozen, run: SnapshotRun) -> bool:
    cells = [frozen.cell(run, Metric.ADOPTION, arm) for arm in Arm]
    return not any(cell and cell.reason is Reason.EARLIER_RELEASE for cell in cells)


def _versions(frozen: Frozen) -> Iterable[Version]:
    for checkpoint in (*_in_time(frozen.program), Checkpoint.SURVEY_90):
        for run in frozen.runs.get(checkpoint, []):
            day = local_date(run.frozen_at, frozen.zone)
            yield Version(run, sentences.look_name(checkpoint), day, frozen.recomputable(run), _is_read(frozen, run))


def _expected(program: Program, frozen: Frozen) -> Iterable[Expected]:
    for checkpoint in _in_time(program):
        if checkpoint not in frozen.runs:
            yield Expected(checkpoint.value, sentences.look_name(checkpoint), frozen_on(program, checkpoint))


def _run(frozen: Frozen, figure: Figure) -> SnapshotRun | None:
    runs = frozen.runs.get(figure.look, [])
    return next((run for run in runs if run.version == figure.version), None)


def _method(frozen: Frozen, run: SnapshotRun | None, figure: Figure) -> str:
    if run is None or figure.margin not in {Margin.ARM, ""}:
        return ""
    early = figure.measure == Metric.DIFFERENCE and figure.level == "99.9"
    row = frozen.row(run, Metric.DIFFERENCE_EARLY if early else Metric(figure.measure), figure.arm)
    return row.method if row else ""


def _frozen_lines(frozen: Frozen, checkpoint: Checkpoint, entries: Mapping[str, Entry]) -> Iterable[Line]:
    for run in frozen.runs.get(checkpoint, []):
        for figure in _figures(frozen, run):
            if run.version == 1 or figure.measure not in _ONCE:
                method = _method(frozen, run, figure)
                yield Line(figure, entries[figure.measure], sentences.look_name(checkpoint), method, run)


def _figures(frozen: Frozen, run: SnapshotRun) -> Iterable[Figure]:
    """Every figure of one version, as this version was released."""
    cells = {arm: frozen.cell(run, Metric.ADOPTION, arm) or of_silence(arm) for arm in Arm}
    if run.kind == Checkpoint.S0 and run.version == 1:
        for arm in Arm:
            started = frozen.started(arm)
            yield _people(frozen, run, Metric.COHORT, arm, started, started if started is not None else 0)
    for arm in Arm:
        yield frozen.share(run, Metric.ADOPTION, arm, cells[arm])
    if not _is_read(frozen, run):
        return
    yield _difference(frozen, run, cells)
    if frozen.cells(run, Metric.ANY_USE):
        for arm in frozen.program.arms:
            cell = frozen.cell(run, Metric.ANY_USE, arm) or of_silence(arm)
            yield frozen.share(run, Metric.ANY_USE, arm, cell)
    if champions := frozen.champions(run):
        yield champions
    if run.version == 1:
        yield from frozen.groups(run)
    yield from frozen.beside(run, cells)
    if any(frozen.row(run, metric, arm) for metric in _MINUTES for arm in Arm):
        yield from _timed(frozen, run)
    if frozen.cells(run, Metric.RETENTION):
        yield from _retained(frozen, run)
        yield from (step.figure for curve in _curve_of(frozen, run) for step in curve.steps)


def _people(frozen: Frozen, run: SnapshotRun, metric: Metric, arm: Arm, value: int | None, people: int) -> Figure:
    said = aside(people, READER, frozen.program.thresholds)
    return replace(frozen.bare(run, metric, arm), unit="people", said=said, value=value)


def _difference(frozen: Frozen, run: SnapshotRun, cells: Mapping[Arm, Cell]) -> Figure:
    why = frozen.why_no_difference(run, cells)
    found = None if why else frozen.difference(run, cells)
    if found is not None:
        return found
    bare = frozen.bare(run, Metric.DIFFERENCE, Arm.PODS)
    return replace(
        bare,
        margin="",
        arm="",
        group=_("Difference"),
        unit="points",
        said=_("no comparison"),
        why=why or _("There is no interval, so there is no comparison."),
    )


def _timed(frozen: Frozen, run: SnapshotRun) -> Iterable[Figure]:
    for arm in Arm:
        saving = frozen.minutes(run, Metric.WEEKLY_SAVING, arm)
        yield frozen.minutes(run, Metric.MINUTES_BEFORE, arm)
        yield frozen.minutes(run, Metric.MINUTES_AFTER, arm)
        yield frozen.ratio(run, arm, saving)
        yield saving
        said = wording(of_silence(arm)).figure
        why = _("Frozen for whoever computes it again. The gate releases the median.")
        yield replace(frozen.bare(run, Metric.WEEKLY_SAVING_MEAN, arm), unit="minutes", said=said, why=why)
        lost = frozen.cell(run, Metric.SLOWER, arm) or of_silence(arm)
        yield frozen.figure(run, Metric.SLOWER, Margin.ARM, arm, sentences.arm_name(arm), lost)


def _retained(frozen: Frozen, run: SnapshotRun) -> Iterable[Figure]:
    for arm in Arm:
        checked = frozen.share(run, Metric.RETENTION, arm, frozen.cell(run, Metric.RETENTION, arm) or of_silence(arm))
        yield checked
        yield frozen.of_all(run, arm, checked, frozen.started(arm))


# --- how long it lasts -----------------------------------------------------------------------------------------------


def _curves(frozen: Frozen, entries: Mapping[str, Entry]) -> Iterable[Curve]:
    runs = frozen.runs.get(Checkpoint.S90, [])
    return _curve_of(frozen, runs[0]) if runs else ()


def _curve_of(frozen: Frozen, run: SnapshotRun) -> Iterable[Curve]:
    """The steps as frozen, each as far as its own release lets it be said."""
    released = [Release.from_dict(one) for one in run.releases if one["metric"] == Metric.SURVIVAL]
    by_window = {one.window: one.table(READER) for one in released}
    for arm in Arm:
        row = frozen.row(run, Metric.SURVIVAL, arm)
        if row is None:
            continue
        began = row.observed or 0
        steps = []
        for step in row.detail["steps"]:
            table = by_window.get(f"{run.kind} {step['weeks']}")
            cell = next((one for one in table.cells if one.arm == arm), None) if table else None
            if cell is not None:
                steps.append(Step(step["weeks"], _step(frozen, run, row, step, cell)))
        said = _may_say(frozen.program, began)
        yield Curve(arm, sentences.arm_name(arm), said, tuple(steps))


def _step(frozen: Frozen, run: SnapshotRun, row: SnapshotMetric, step: Mapping[str, Any], cell: Cell) -> Figure:
    arm = Arm(row.group)
    words = wording(cell)
    name = _("%(arm)s, after %(weeks)s weeks") % {"arm": sentences.arm_name(arm), "weeks": step["weeks"]}
    figure = replace(frozen.bare(run, Metric.SURVIVAL, arm), group=name, said=words.figure, why=words.why)
    if not cell.shown:
        return figure
    figure = replace(
        figure, x=cell.x, n=cell.n, eligible=cell.eligible, band=cell.band, fewer=cell.display is Display.FEWER
    )
    if cell.display is not Display.COUNT:
        return figure
    value = percent(step["survivors"])
    figure = replace(figure, value=value, said=f"{value}%")
    if step["low"] is None or step["high"] is None or (cell.n or 0) < rules.LEAST_FOR_INTERVAL:
        return figure
    return replace(figure, low=percent(step["low"]), high=percent(step["high"]), level="95")


# --- who counts where ------------------------------------------------------------------------------------------------


def _may_say(program: Program, people: int) -> int | None:
    """A number of people, where the reader may hear it."""
    return people if people >= program.thresholds.people(READER) else None


def _asides(program: Program, today: date) -> Iterable[Aside]:
    """How many people the rules of counting touch, of those launched and since."""
    if not program.fixed:
        return
    assigned = Assignment.objects.filter(program=program)
    launched = Exists(assigned.at_launch().filter(person=OuterRef("person")))
    for name, people, rule in (
        (
            _("No suitable workflow, written down by the launch"),
            assigned.exempt().count(),
            _("Left out of both arms, in every look."),
        ),
        (
            _("Of the comparison group, in a pod since"),
            assigned.contaminated().count(),
            _("They stay in the comparison group: taking them out would flatter the pods."),
        ),
        (
            _("Joined after the launch"),
            assigned.filter(~launched, from_on__gt=program.starts_on).values("person").distinct().count(),
            _("In no comparison: nothing is known of them before."),
        ),
        (
            _("Left since the launch"),
            assigned.of_cohorts().filter(person__left_on__lte=today).count(),
            _("Not expected in later looks. A second line counts them as non-adopters."),
        ),
    ):
        yield Aside(name, aside(people, READER, program.thresholds), _may_say(program, people), rule)


def _flags(frozen: Frozen, evidence: Evidence) -> Iterable[Aside]:
    """Whose category in the look that heads the evidence rests on little, or on being asked. One query."""
    look = evidence.opening.look if evidence.opening else None
    run = frozen.version(look.checkpoint, Metric.ADOPTION) if look else None
    if look is None or run is None:
        return
    judged = SnapshotMember.objects.filter(run=run).exclude(category__in=[Category.MISSING, Category.NOT_EXPECTED])
    counts = judged.aggregate(
        everybody=Count("pk"),
        thin=Count("pk", filter=Q(observed_weeks=1)),
        prompted=Count("pk", filter=Q(unprompted=0, uses__gt=0)),
    )
    least = frozen.program.thresholds.people(READER)
    for name, people, rule in (
        (
            _("One known week alone: %(look)s"),
            counts["thin"],
            _("It decides their category, which rests on less than that of the others."),
        ),
        (
            _("Used AI only when asked: %(look)s"),
            counts["prompted"],
            _("Non-adopters: a use that somebody asked for says nothing of a habit."),
        ),
    ):
        # Of all but a few it would say who is none of them.
        said = people if counts["everybody"] - people >= least else 0
        yield Aside(
            name % {"look": look.name},
            aside(said, READER, frozen.program.thresholds),
            _may_say(frozen.program, said),
            rule,
        )


# --- what was fixed --------------------------------------------------------------------------------------------------


def _defaults(program: Program) -> Iterable[Default]:
    """What was fixed when the programme was launched, and what its version of the specification says."""
    if not program.fixed:
        return
    measure, thresholds = program.measure, program.thresholds
    for name, value in (
        (_("Specification"), f"{measure.label}: {measure.reason}" if measure.reason else measure.label),
        (_("Primary outcome"), _outcome(str(measure.fixed.get("primary", "")))),
        (_("Main look"), sentences.look_name(measure.primary_look)),
        *([(_("Who learns in a pod"), str(ASSIGNED_WORDS[program.assigned]))] if program.is_compared else []),
        (_("Resemblance within a pod (ICC), at least"), number_format(measure.least_icc, 2)),
        (_("People behind any figure, for leads"), str(thresholds.group)),
        (_("The same, for executives"), str(thresholds.executive)),
        (_("Fewer on one side are said in words"), str(thresholds.band)),
        (_("Invited before a response rate is said"), str(thresholds.response)),
        (_("Replies before texts to a lead’s own question are shown"), str(thresholds.free_text)),
    ):
        yield Default(name, value, is_fixed=True)
    if measure.mode is Mode.OPPORTUNITY:
        yield Default(_("Uses are held against"), sentences.mode_name(measure.mode), is_fixed=True)
        weeks = str(measure.fixed.get("occasion_weeks", OCCASION_WEEKS))
        yield Default(_("Weeks whose occasions are counted together"), weeks, is_fixed=True)
    for name, value in (
        (_("A genuine adopter, unprompted uses a week from"), f"{rules.GENUINE_FROM:g}"),
        (_("Developing, from"), f"{rules.DEVELOPING_FROM:g}"),
        (_("AI share for work that comes once a month, from"), f"{percent(rules.GENUINE_SHARE_FROM)}%"),
        (_("Inactivity that ends a use"), _("%(n)s minutes") % {"n": int(rules.USE_ENDS_AFTER.total_seconds() // 60)}),
        (_("Response from which the observed rate leads"), f"{percent(rules.FULL_RESPONSE)}%"),
        (_("Response below which there is no rate"), f"{percent(rules.LEAST_RESPONSE)}%"),
        (_("People or pairs for an interval, from"), str(rules.LEAST_FOR_INTERVAL)),
        (_("People in each arm for a comparison, from"), str(rules.LEAST_COMPARED)),
        (_("Pods for a comparison, from"), str(rules.LEAST_PODS)),
        (_("Objecting share that is warned of, above"), f"{percent(rules.MANY_OPTED_OUT)}%"),
        (_("Quality counts as maintained, lower end from"), number_format(rules.QUALITY_MARGIN, 2)),
        (_("Silent weeks in a row that end what is known"), str(rules.LONG_SILENCE)),
    ):
        yield Default(name, value, is_fixed=False)


def _outcome(name: str) -> str:
    return {"adoption": _("Adoption")}.get(name, name)
