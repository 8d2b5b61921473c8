"""What looks have frozen, as one kind of reader may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil, floor
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from adoption.disclosure.queries import aside, wording
from adoption.disclosure.rules import (
    Audience,
    Cell,
    Display,
    Margin,
    Reason,
    Release,
    may_say_how_many,
    with_leavers,
    without_some,
)
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, Mode, looks_at
from adoption.tenancy.rules import local_date
from metrics import rules
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries import sentences
from metrics.queries.cells import counted, of_nobody, of_silence, possible, share_of
from metrics.queries.figures import (
    HUNDREDTHS,
    Figure,
    Look,
    RatedWork,
    Ratings,
    Retention,
    TargetBehaviour,
    TimeSaved,
    main_look,
)
from metrics.queries.occasions import asked_weeks_of
from metrics.rules import JUDGED, Adoption, Headline, Metric, NoComparison, Quality, percent

# What of those beside a figure makes a second line of it.
_SECOND = {Metric.LEFT: Metric.WITH_LEAVERS, Metric.OBJECTED: Metric.WITHOUT_OBJECTORS}
# What people are asked for, so that it can go without any answer.
_ANSWERED = frozenset(
    {
        *(Metric.ADOPTION, Metric.ANY_USE, Metric.RETENTION, Metric.TARGET_BEHAVIOUR),
        *(Metric.MINUTES_BEFORE, Metric.MINUTES_AFTER, Metric.WEEKLY_SAVING),
    }
)
# What a programme on work that comes up now and then counts by its occasions.
_BY_OCCASION = frozenset({Metric.ADOPTION, Metric.ANY_USE, Metric.RETENTION})


Rows = tuple[list[SnapshotRun], list[SnapshotMetric]]


def rows_of(programs: Sequence[Program]) -> dict[int, Rows]:
    """What was frozen of some programmes, by their ids: the freezings in order, and their figures. Two queries."""
    found: dict[int, Rows] = {program.pk: ([], []) for program in programs}
    for run in SnapshotRun.objects.filter(program__in=programs).with_losses().first_version_first():
        found[run.program_id][0].append(run)
    figures = SnapshotMetric.objects.filter(run__program__in=programs)
    for row in figures.annotate(program_id=F("run__program_id")):
        found[row.program_id][1].append(row)
    return found


class Frozen:
    """What has been frozen and released, read at once."""

    def __init__(self, program: Program, audience: Audience, *, read: Rows | None = None) -> None:
        self.program, self.audience = program, audience
        runs, metrics = read or rows_of([program])[program.pk]
        self.runs: dict[str, list[SnapshotRun]] = {}
        for run in runs:
            self.runs.setdefault(run.kind, []).append(run)
        self.stored = {(row.run_id, row.metric, row.group): row for row in metrics}
        self.read: dict[tuple[int, Metric], tuple[Cell, ...]] = {}
        self.zone = program.organization.zone
        self.meanings = sentences.meanings(program.mode)
        self.afterwards = {**self.meanings, **sentences.meanings_afterwards()}

    def version(self, checkpoint: Checkpoint, metric: Metric) -> SnapshotRun | None:
        """The newest version of which this reader may see the whole arms."""
        for run in reversed(self.runs.get(checkpoint, [])):
            cells = [self.cell(run, metric, arm) for arm in Arm]
            if not any(cell and cell.reason is Reason.EARLIER_RELEASE for cell in cells):
                return run if any(cells) else None
        return None

    def cells(self, run: SnapshotRun, metric: Metric) -> tuple[Cell, ...]:
        if (run.pk, metric) not in self.read:
            stored = next((one for one in run.releases if one["metric"] == metric), None)
            cells = Release.from_dict(stored).table(self.audience).cells if stored else ()
            self.read[run.pk, metric] = cells
        return self.read[run.pk, metric]

    def cell(self, run: SnapshotRun, metric: Metric, arm: Arm) -> Cell | None:
        found = (cell for cell in self.cells(run, metric) if cell.margin is Margin.ARM and cell.arm == arm)
        return next(found, None)

    def row(self, run: SnapshotRun, metric: Metric, group: str = "") -> SnapshotMetric | None:
        return self.stored.get((run.pk, metric, group))

    def started(self, arm: Arm) -> int | None:
        """How many an arm was launched with."""
        launch = self.runs.get(Checkpoint.S0, [])
        row = self.row(launch[0], Metric.COHORT, arm) if launch else None
        if row is None or not row.eligible:
            return None
        thresholds = self.program.thresholds
        return row.eligible if may_say_how_many(row.eligible, self.audience, thresholds) else None

    # --- a checkpoint

    def look(self, checkpoint: Checkpoint) -> Look | None:
        run = self.version(checkpoint, Metric.ADOPTION)
        if run is None:
            return None
        is_main = main_look(self.program) == checkpoint
        cells = {arm: self.cell(run, Metric.ADOPTION, arm) or of_silence(arm) for arm in Arm}
        arms = {arm: self.share(run, Metric.ADOPTION, arm, cells[arm]) for arm in Arm}
        for arm in set(Arm) - set(self.program.arms):
            # Not hidden, and nobody is silent: there is no such group.
            arms[arm] = replace(arms[arm], said=_("none"), why=self.why_no_difference(run, cells))
        why = self.why_no_difference(run, cells)
        regular = self.regular(checkpoint)
        return Look(
            checkpoint=checkpoint,
            name=sentences.look_name(checkpoint),
            arms=arms,
            difference=None if why else self.difference(run, cells),
            no_difference=why,
            groups=tuple(self.groups(run)),
            beside=tuple(self.beside(run, cells)),
            warnings=tuple(self.warnings(run, arms)),
            least=self.program.thresholds.people(self.audience),
            method=self.method(run),
            is_main=is_main,
            mode=self.program.mode,
            any_use={arm: figure for arm, (_cell, figure) in regular.items()},
            any_use_words=sentences.any_use(
                [(arm, cell) for arm, (cell, figure) in regular.items() if not figure.why], self.program.mode
            ),
            champions=self.champions(run),
        )

    def regular(self, checkpoint: Checkpoint) -> dict[Arm, tuple[Cell, Figure]]:
        """One use a week or more, of each arm there is: its newest version that may be read."""
        run = self.version(checkpoint, Metric.ANY_USE)
        if run is None:
            return {}
        cells = {arm: self.cell(run, Metric.ANY_USE, arm) or of_silence(arm) for arm in self.program.arms}
        return {arm: (cell, self.share(run, Metric.ANY_USE, arm, cell)) for arm, cell in cells.items()}

    def champions(self, run: SnapshotRun) -> Figure | None:
        """Who leads, told apart: None where nobody does, and in looks of before it was frozen."""
        cell = next(iter(self.cells(run, Metric.CHAMPIONS)), None)
        if cell is None:
            return None
        figure = self.figure(run, Metric.CHAMPIONS, Margin.ARM, Arm.PODS, _("Champions"), cell)
        figure = replace(figure, margin="", arm="", before="")
        counts = counted(cell)
        if figure.why or counts is None:
            return figure
        return replace(figure, worst=percent(counts.worst or 0), best=percent(counts.best or 0))

    def target(self) -> TargetBehaviour | None:
        """Week 8's target behaviour, published once with the first version of the end of the phase."""
        run = self.version(Checkpoint.SE, Metric.TARGET_BEHAVIOUR)
        if run is None:
            return None
        arms = tuple(
            self.share(
                run,
                Metric.TARGET_BEHAVIOUR,
                arm,
                self.cell(run, Metric.TARGET_BEHAVIOUR, arm) or of_silence(arm),
            )
            for arm in self.program.arms
        )
        first, last = asked_weeks_of(self.program)
        # Of the weeks that the survey asks about, not of those of the look it was frozen with.
        arms = tuple(replace(one, first_day=first, last_day=last + timedelta(days=6)) for one in arms)
        return TargetBehaviour(arms, sentences.about_target())

    def recomputable(self, run: SnapshotRun) -> bool:
        """Whether everybody in it can still be found. An erasure takes a key, and no member's row."""
        lost_at: datetime | None = run.lost_at  # type: ignore[attr-defined]
        return lost_at is None or lost_at < run.frozen_at

    def share(self, run: SnapshotRun, metric: Metric, arm: Arm, cell: Cell) -> Figure:
        """A whole arm's share of adopters."""
        figure = self.figure(run, metric, Margin.ARM, arm, sentences.arm_name(arm), cell)
        counts = counted(cell)
        if figure.why or counts is None:
            return figure
        figure = replace(figure, worst=percent(counts.worst or 0), best=percent(counts.best or 0))
        return self.with_interval(figure, run, metric, counts.observed)

    def figure(self, run: SnapshotRun, metric: Metric, margin: Margin, arm: Arm, name: str, cell: Cell) -> Figure:
        words = wording(cell)
        figure = Figure(
            measure=metric,
            look=run.kind,
            margin=margin,
            arm=arm,
            group=name,
            said=words.figure,
            why=words.why,
            unit="percent",
            first_day=run.first_week,
            last_day=run.last_week + timedelta(days=6),
            frozen_on=local_date(run.frozen_at, self.zone),
            version=run.version,
            recomputable=self.recomputable(run),
            meaning=(self.afterwards if run.kind == Checkpoint.SURVEY_90 else self.meanings)[metric],
        )
        if not cell.shown:
            whole = margin is Margin.ARM and cell.reason is Reason.PROTECTED
            return self.unanswered(figure, run, metric) if whole and metric in _ANSWERED else figure
        if cell.response is not None and share_of(cell) < rules.LEAST_RESPONSE:
            # Below this there is no rate at all, nor what would give one.
            return replace(figure, said=_("no rate"), why=sentences.no_comparison(NoComparison.FEW_ANSWERS))
        return replace(
            figure,
            value=cell.percent,
            x=cell.x,
            n=cell.n,
            eligible=cell.eligible,
            response=cell.response,
            band=cell.band,
            fewer=cell.display is Display.FEWER,
            before=self.before(run, metric, arm, cell) if margin is Margin.ARM else "",
        )

    def unanswered(self, figure: Figure, run: SnapshotRun, metric: Metric) -> Figure:
        """A whole arm of which nobody answered protects nobody by its silence, so it says so, with of how many.

        As a response rate it tells no answer. Of adopters it is said only where their number is told already.
        """
        row = self.row(run, metric, figure.arm)
        eligible = (row.eligible if row else None) or 0
        if row is None or row.observed != 0 or not self.may_say(eligible):
            return figure
        if metric is Metric.RETENTION:
            at_end = self.cell(self.runs[Checkpoint.SE][0], Metric.ADOPTION, Arm(figure.arm))
            if at_end is None or at_end.display is not Display.COUNT:
                return figure
        # Minutes and opinions are asked for as ever, however often the work comes up.
        return of_nobody(figure, eligible, self.program.mode if metric in _BY_OCCASION else Mode.WEEKLY)

    def may_say(self, people: int) -> bool:
        return may_say_how_many(people, self.audience, self.program.thresholds)

    def before(self, run: SnapshotRun, metric: Metric, arm: Arm, cell: Cell) -> str:
        """What the first version said of a whole arm, where this one says something else."""
        first = self.cell(self.runs[run.kind][0], metric, arm)
        return wording(first).figure if first and first != cell and run.version > 1 else ""

    def with_interval(self, figure: Figure, run: SnapshotRun, metric: Metric, n: int) -> Figure:
        """A figure of a whole arm with its stored interval in whole percent, from ten people on."""
        row = self.row(run, metric, figure.arm)
        if row is None or row.low is None or row.high is None or n < rules.LEAST_FOR_INTERVAL:
            return figure
        low, high = row.low, row.high
        if metric is Metric.ADOPTION and not self.both_counted(run):
            # How people resemble one another is measured in both arms, so that the ends would tell of the hidden one.
            hull = self.hull(run, Metric.DIFFERENCE)
            if hull is None:
                return figure
            low, high = hull[figure.arm]
        return replace(figure, low=percent(low), high=percent(high), level="95")

    def both_counted(self, run: SnapshotRun) -> bool:
        """Whether both arms' adoption is told as a count."""
        return all(cell and cell.display is Display.COUNT for cell in (self.cell(run, Metric.ADOPTION, a) for a in Arm))

    def hull(self, run: SnapshotRun, metric: Metric) -> dict[str, Any] | None:
        """The outer ends over every count that is not told, as frozen; None where both are or a comparison has no ends."""
        row = self.row(run, metric)
        found: dict[str, Any] | None = row.detail.get("hull") if row else None
        return found

    def method(self, run: SnapshotRun) -> str:
        row = self.row(run, Metric.DIFFERENCE)
        if not self.both_counted(run):
            return sentences.method_of_hull() if self.hull(run, Metric.DIFFERENCE) else sentences.method({})
        return sentences.method(row.detail if row else {})

    def clusters(self, run: SnapshotRun) -> int:
        row = self.row(run, Metric.DIFFERENCE)
        return int(row.detail["clusters"][Arm.PODS]) if row else 0

    def why_no_difference(self, run: SnapshotRun, cells: Mapping[Arm, Cell]) -> str:
        if not self.program.is_compared:
            return _("Nothing is compared in this programme: it has no comparison group.")
        pods, comparison = possible(cells[Arm.PODS]), possible(cells[Arm.COMPARISON])
        if pods is None or comparison is None:
            return _("Where one group gives no count, there is no difference either.")
        why = rules.why_no_comparison(pods[0], comparison[0], clusters=self.clusters(run))
        if not why and not self.both_counted(run) and self.hull(run, Metric.DIFFERENCE) is None:
            return _("Where one group gives no count, there is no difference either.")
        return sentences.no_comparison(why) if why else ""

    def difference(self, run: SnapshotRun, cells: Mapping[Arm, Cell]) -> Figure | None:
        """Points between the arms. Before the main look with the stricter interval, and with no other.

        Where a count is not told: from where to where, with the outermost ends over whatever it may be.
        """
        least, most = possible(cells[Arm.PODS]), possible(cells[Arm.COMPARISON])
        assert least
        assert most
        pods, comparison = least[0], most[0]
        main = looks_at(main_look(self.program), self.program.starts_on, self.program.weeks)
        early = run.last_week < main[1]
        row = self.row(run, Metric.DIFFERENCE_EARLY if early else Metric.DIFFERENCE)
        if row is None or row.low is None or row.high is None:
            return None
        if not self.both_counted(run):
            hull = row.detail.get("hull")
            return self.hidden_difference(run, hull, early=early, pods=least, comparison=most) if hull else None
        points = percent((pods.rate or 0) - (comparison.rate or 0))
        return Figure(
            measure=Metric.DIFFERENCE,
            look=run.kind,
            margin="",
            arm="",
            group=_("Difference"),
            said=_("%(points)s points") % {"points": sentences.signed(points)},
            unit="points",
            value=points,
            low=percent(row.low),
            high=percent(row.high),
            level="99.9" if early else "95",
            exact=(row.low, row.high),
            worst=percent((pods.worst or 0) - (comparison.best or 0)),
            best=percent((pods.best or 0) - (comparison.worst or 0)),
            n=pods.observed + comparison.observed,
            eligible=pods.eligible + comparison.eligible,
            first_day=run.first_week,
            last_day=run.last_week + timedelta(days=6),
            frozen_on=local_date(run.frozen_at, self.zone),
            version=run.version,
            recomputable=self.recomputable(run),
            meaning=self.meanings[Metric.DIFFERENCE],
        )

    def hidden_difference(
        self,
        run: SnapshotRun,
        hull: Mapping[str, Any],
        *,
        early: bool,
        pods: tuple[Adoption, Adoption],
        comparison: tuple[Adoption, Adoption],
    ) -> Figure:
        """Points between the arms whatever a count is that is not told: computed from what may be read, and from it alone."""
        span = percent(hull["least"]), percent(hull["greatest"])
        known = pods[0]
        return Figure(
            measure=Metric.DIFFERENCE,
            look=run.kind,
            margin="",
            arm="",
            group=_("Difference"),
            said=sentences.span_of_points(*span),
            unit="points",
            low=percent(hull["low"]),
            high=percent(hull["high"]),
            level="99.9" if early else "95",
            exact=(hull["low"], hull["high"]),
            span=span,
            worst=percent((pods[0].worst or 0) - (comparison[1].best or 0)),
            best=percent((pods[1].best or 0) - (comparison[0].worst or 0)),
            n=known.observed + comparison[0].observed,
            eligible=known.eligible + comparison[0].eligible,
            first_day=run.first_week,
            last_day=run.last_week + timedelta(days=6),
            frozen_on=local_date(run.frozen_at, self.zone),
            version=run.version,
            recomputable=self.recomputable(run),
            meaning=self.meanings[Metric.DIFFERENCE],
        )

    def groups(self, run: SnapshotRun) -> Iterable[Figure]:
        """Departments and pods. A list with one row says what the arm says, and is left out."""
        first = {
            (cell.margin, cell.arm, cell.members): cell for cell in self.cells(self.runs[run.kind][0], Metric.ADOPTION)
        }
        rows: dict[tuple[Arm, Margin], list[Cell]] = {}
        for cell in self.cells(run, Metric.ADOPTION):
            if cell.margin is not Margin.ARM:
                # Groups keep the figure that was published first.
                kept = first.get((cell.margin, cell.arm, cell.members), cell)
                rows.setdefault((Arm(cell.arm), cell.margin), []).append(
                    kept if cell.reason is Reason.EARLIER_RELEASE else cell
                )
        for arm in Arm:
            for margin in (Margin.DEPARTMENT, Margin.POD):
                cells = rows.get((arm, margin), [])
                for cell in cells if len(cells) > 1 else ():
                    yield self.figure(run, Metric.ADOPTION, margin, arm, wording(cell).name, cell)

    # --- beside the figures

    def beside(self, run: SnapshotRun, cells: Mapping[Arm, Cell]) -> Iterable[Figure]:
        """Who is not counted and who objects, from as many as may be said; and where they are, the arms otherwise."""
        for metric in (
            *(Metric.EXEMPT, Metric.LEFT, Metric.AWAY, Metric.NO_OCCASION),
            *(Metric.OBJECTED, Metric.CONTAMINATED),
        ):
            rows = {arm: row for arm in Arm if (row := self.row(run, metric, arm))}
            for arm, row in rows.items():
                people = row.eligible or 0
                known = people if may_say_how_many(people, self.audience, self.program.thresholds) else None
                said = aside(people, self.audience, self.program.thresholds)
                yield replace(self.bare(run, metric, arm), unit="people", said=said, value=known)
            lines = [(arm, self.second_line(run, metric, row, cells[arm])) for arm, row in rows.items()]
            if any(line for _arm, line in lines):
                yield from (line or self.silent_line(run, metric, arm) for arm, line in lines)

    def second_line(self, run: SnapshotRun, metric: Metric, row: SnapshotMetric, cell: Cell) -> Figure | None:
        counts = counted(cell)
        if metric not in _SECOND or counts is None or counts.headline is Headline.NONE:
            return None
        people, thresholds = row.eligible or 0, self.program.thresholds
        line = (
            with_leavers(cell, people, self.audience, thresholds)
            if metric is Metric.LEFT
            else without_some(cell, people, row.observed or 0, self.audience, thresholds)
        )
        if line is None:
            return None
        return replace(
            self.bare(run, _SECOND[metric], Arm(row.group)),
            said=sentences.second_line(line.low, line.high, line.n),
            value=percent(line.low / line.n) if line.low == line.high else None,
            x=line.low if line.low == line.high else None,
            n=line.n,
            eligible=line.eligible,
            worst=percent(line.low / line.eligible),
            best=percent((line.high + line.eligible - line.n) / line.eligible),
        )

    def silent_line(self, run: SnapshotRun, metric: Metric, arm: Arm) -> Figure:
        words = wording(of_silence(arm))
        return replace(self.bare(run, _SECOND[metric], arm), said=words.figure, why=words.why)

    def bare(self, run: SnapshotRun, metric: Metric, arm: Arm) -> Figure:
        """A figure of a whole arm with everything but its numbers."""
        return replace(self.figure(run, metric, Margin.ARM, arm, sentences.arm_name(arm), of_silence(arm)), why="")

    def warnings(self, run: SnapshotRun, arms: Mapping[Arm, Figure]) -> Iterable[str]:
        """Where more than one in ten object, as far as this reader may hear how many do."""
        for arm, figure in arms.items():
            row = self.row(run, Metric.OBJECTED, arm)
            people = (row.eligible if row else None) or 0
            if (
                figure.eligible
                and may_say_how_many(people, self.audience, self.program.thresholds)
                and rules.many_opted_out(people, figure.eligible)
            ):
                yield sentences.many_objected(arm, people, figure.eligible)

    # --- time

    def time(self, ratings: Ratings | None, at: Checkpoint = Checkpoint.SE) -> Iterable[TimeSaved]:
        """Minutes before and later: as told when the phase ended, or ninety days after."""
        run = self.version(at, Metric.WEEKLY_SAVING)
        if run is None:
            return
        quality = {one.arm: one.words for one in ratings.arms} if ratings else {}
        for arm in Arm:
            quality_words = quality.get(arm, sentences.quality(Quality.NOT_MEASURED))
            saving = self.minutes(run, Metric.WEEKLY_SAVING, arm)
            slower, words = self.in_bands(run, Metric.SLOWER, arm)
            faster, faster_words = self.in_bands(run, Metric.FASTER, arm)
            timed, timed_words = self.in_bands(run, Metric.BY_THE_CLOCK, arm)
            row = self.row(run, Metric.TIME_RATIO, arm)
            asked_back = {
                name: aside(people, self.audience, self.program.thresholds)
                for name, people in (row.detail if row else {}).items()
                if name in {"unusual", "zeros"}
            }
            yield TimeSaved(
                arm=arm,
                sentence=""
                if saving.value is None or not words
                else sentences.time_saved(saving.value, words, quality=quality_words),
                before=self.minutes(run, Metric.MINUTES_BEFORE, arm),
                after=self.minutes(run, Metric.MINUTES_AFTER, arm),
                ratio=self.ratio(run, arm, saving),
                saving=saving,
                slower=slower,
                slower_words=words,
                quality=quality_words,
                faster=faster if self.cells(run, Metric.FASTER) else None,
                faster_words=faster_words,
                by_the_clock=timed if self.cells(run, Metric.BY_THE_CLOCK) else None,
                by_the_clock_words=timed_words,
                **asked_back,
            )

    def in_bands(self, run: SnapshotRun, metric: Metric, arm: Arm) -> tuple[Figure, str]:
        """A share of those who told us both, in bands for executives, and how it is said in a sentence."""
        cell = self.cell(run, metric, arm) or of_silence(arm)
        figure = self.banded(self.figure(run, metric, Margin.ARM, arm, sentences.arm_name(arm), cell))
        if figure.why or figure.x is not None:
            return figure, "" if figure.why else figure.said
        return figure, _("%(slower)s of %(n)s") % {"slower": figure.said, "n": figure.n}

    def minutes(self, run: SnapshotRun, metric: Metric, arm: Arm) -> Figure:
        cell = self.cell(run, metric, arm) or of_silence(arm)
        figure = replace(self.figure(run, metric, Margin.ARM, arm, sentences.arm_name(arm), cell), unit="minutes")
        if figure.why or cell.value is None:
            return figure
        value = rules.whole(cell.value)
        figure = replace(figure, value=value, said=_("%(minutes)s minutes") % {"minutes": sentences.signed(value)})
        row = self.row(run, metric, arm)
        if row is None or row.low is None or row.high is None or (cell.n or 0) < rules.LEAST_FOR_INTERVAL:
            return figure
        return replace(figure, low=rules.whole(row.low), high=rules.whole(row.high), level="95")

    def ratio(self, run: SnapshotRun, arm: Arm, saving: Figure) -> Figure:
        """After as a share of before: read from the same people as the saving, and only where that is read."""
        row = self.row(run, Metric.TIME_RATIO, arm)
        figure = replace(saving, measure=Metric.TIME_RATIO, unit="percent", meaning=self.meanings[Metric.TIME_RATIO])
        if saving.why or row is None or row.estimate is None:
            return figure
        value = percent(row.estimate)
        figure = replace(figure, value=value, said=f"{value}%", low=None, high=None, level="")
        return self.with_interval(figure, run, Metric.TIME_RATIO, saving.n or 0)

    def banded(self, figure: Figure) -> Figure:
        """A share of people told for executives in quarters, without a count: who lost time, who has stopped."""
        if self.audience is not Audience.EXECUTIVE or figure.x is None or not figure.n:
            return figure
        quarter = min(3, 4 * figure.x // figure.n)
        cell = Cell(Margin.ARM, figure.arm, (), Display.QUARTER, quarter=quarter)
        return replace(figure, said=wording(cell).figure, x=None, value=None)

    # --- quality

    def ratings(self) -> Ratings | None:
        """What recipients said, in the one look it was published with."""
        run = self.rated_in()
        if run is None:
            return None
        arms = tuple(self.rated_work(run, arm) for arm in Arm)
        change = arms[0].change
        known = self.quality_of(run, Arm.PODS, change)
        return Ratings(
            sentence=change.why
            if change.value is None
            else sentences.quality_found(known, change.value, change.interval, change.n or 0),
            arms=arms,
            twice=self.of_outputs(run, Metric.RATED_TWICE, "percent"),
            agreement=self.of_outputs(run, Metric.AGREEMENT, HUNDREDTHS),
        )

    def rated_in(self) -> SnapshotRun | None:
        runs = (self.version(checkpoint, Metric.QUALITY_CHANGE) for checkpoint in (Checkpoint.SE, Checkpoint.S90))
        return next((run for run in runs if run), None)

    def mistakes(self) -> tuple[Figure, ...]:
        """Mistakes that recipients found in a piece of later work; empty where none was rated, or before it was counted."""
        run = self.rated_in()
        if run is None or not self.cells(run, Metric.MISTAKES_FOUND):
            return ()
        return tuple(self.score(run, Metric.MISTAKES_FOUND, arm) for arm in self.program.arms)

    def rated_work(self, run: SnapshotRun, arm: Arm) -> RatedWork:
        before, later, change = (self.score(run, metric, arm) for metric in JUDGED)
        return RatedWork(
            arm=arm,
            before=before,
            later=later,
            change=change,
            words=sentences.quality(self.quality_of(run, arm, change)) if change.value is not None else change.said,
        )

    def quality_of(self, run: SnapshotRun, arm: Arm, change: Figure) -> Quality:
        row = self.row(run, Metric.QUALITY_CHANGE, arm)
        return rules.quality_of(row.low if row else None, change.n or 0)

    def score(self, run: SnapshotRun, metric: Metric, arm: Arm) -> Figure:
        """A mean of one arm in hundredths of a point; its interval is rounded outwards."""
        cell = self.cell(run, metric, arm) or of_silence(arm)
        figure = replace(self.figure(run, metric, Margin.ARM, arm, sentences.arm_name(arm), cell), unit=HUNDREDTHS)
        if figure.why or cell.value is None:
            return figure
        value = rules.whole(cell.value)
        said = sentences.hundredths(value)
        figure = replace(
            figure, value=value, said=f"+{said}" if metric == Metric.QUALITY_CHANGE and value > 0 else said
        )
        row = self.row(run, metric, arm)
        if row is None or row.low is None or row.high is None or (cell.n or 0) < rules.LEAST_FOR_INTERVAL:
            return figure
        return replace(figure, low=floor(100 * row.low), high=ceil(100 * row.high), level="95")

    def of_outputs(self, run: SnapshotRun, metric: Metric, unit: str) -> Figure:
        """A figure of all outputs: shown once enough people made those that were rated twice."""
        row = self.row(run, metric)
        people = int(row.detail["people"]) if row else 0
        figure = replace(self.bare(run, metric, Arm.PODS), margin="", arm="", group=_("Both groups"), unit=unit)
        if (
            row is None
            or row.estimate is None
            or not may_say_how_many(people, self.audience, self.program.thresholds)
            or (row.x or 0) < rules.LEAST_FOR_INTERVAL
        ):
            return replace(figure, said=_("not shown"), why=_("Too few outputs were rated by two people."))
        if metric == Metric.RATED_TWICE:
            value = percent(row.estimate)
            return replace(figure, value=value, said=f"{value}%", x=row.x, n=row.observed)
        value = rules.whole(100 * row.estimate)
        figure = replace(figure, value=value, said=sentences.hundredths(value), n=row.x)
        if row.low is None or row.high is None:
            return figure
        return replace(figure, low=floor(100 * row.low), high=ceil(100 * row.high), level="95")

    # --- retention

    def retention(self) -> Iterable[Retention]:
        run = self.version(Checkpoint.S90, Metric.RETENTION)
        if run is None:
            return
        end = self.runs[Checkpoint.SE][0]
        for arm in Arm:
            cell = self.cell(run, Metric.RETENTION, arm) or of_silence(arm)
            checked = self.share(run, Metric.RETENTION, arm, cell)
            at_end = self.cell(end, Metric.ADOPTION, arm)
            adopters = at_end.x if at_end else None
            started = self.started(arm)
            yield Retention(
                arm=arm,
                sentence=_retained(cell, checked, adopters, started),
                of_checked=checked,
                of_all=self.of_all(run, arm, checked, started),
                started=started,
                adopters=adopters,
                lapsed=self.lapsed(checked),
                returned=self.returned(arm),
            )

    def lapsed(self, checked: Figure) -> Figure:
        """Who has stopped, of those checked: read from who has not, and told no closer."""
        figure = replace(
            checked,
            measure=Metric.LAPSED,
            meaning=self.meanings[Metric.LAPSED],
            low=None,
            high=None,
            level="",
            worst=None,
            best=None,
            before="",
        )
        if checked.why:
            return figure
        if checked.x is None or checked.n is None:
            few = replace(figure, fewer=not checked.fewer)
            display = Display.FEWER if few.fewer else Display.ALL_BUT_FEWER
            return replace(few, said=wording(Cell(Margin.ARM, checked.arm, (), display, band=checked.band)).figure)
        stopped = checked.n - checked.x
        said = _("%(x)s of %(n)s") % {"x": stopped, "n": checked.n}
        return self.banded(replace(figure, said=said, x=stopped, value=percent(stopped / checked.n)))

    def returned(self, arm: Arm) -> Figure | None:
        """Who had stopped before the end and uses it again: published once, with the first version."""
        run = self.runs[Checkpoint.S90][0]
        if not self.cells(run, Metric.RETURNED):
            return None
        return self.in_bands(run, Metric.RETURNED, arm)[0]

    def of_all(self, run: SnapshotRun, arm: Arm, checked: Figure, started: int | None) -> Figure:
        """Who still uses it, of everybody who started."""
        figure = replace(
            checked,
            measure=Metric.RETENTION_OF_ALL,
            meaning=self.meanings[Metric.RETENTION_OF_ALL],
            worst=None,
            best=None,
            response=None,
            before="",
        )
        if checked.x is None or not started:
            words = wording(of_silence(arm))
            bare = replace(figure, value=None, low=None, high=None, level="", x=None, n=None, eligible=None, band=None)
            return replace(bare, said=words.figure, why=checked.why or words.why)
        x = checked.x
        # The silent may still use it: at best all of them do.
        unknown = (checked.eligible or 0) - (checked.n or 0)
        figure = replace(
            figure,
            said=_("%(x)s of %(n)s") % {"x": x, "n": started},
            value=percent(x / started),
            n=started,
            eligible=started,
            low=None,
            high=None,
            level="",
            worst=percent(x / started),
            best=percent((x + unknown) / started),
        )
        return self.with_interval(figure, run, Metric.RETENTION_OF_ALL, started)


def _retained(cell: Cell, checked: Figure, adopters: int | None, started: int | None) -> str:
    if checked.why:
        return ""
    if cell.x is not None and cell.n and adopters and started:
        return sentences.retained(adopters, cell.x, cell.n, started)
    if cell.display in {Display.FEWER, Display.ALL_BUT_FEWER}:
        return sentences.retained_about(cell)
    return ""
