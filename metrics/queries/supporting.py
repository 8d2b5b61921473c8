"""What supports the headline figures, as it was frozen with the end of the phase and as one kind of reader may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from math import ceil, floor

from django.utils.translation import gettext as _

from adoption.disclosure.rules import Cell, Display, Margin, Reason
from adoption.programs.rules import Arm, Checkpoint
from metrics import rules
from metrics.models import SnapshotRun
from metrics.queries import sentences
from metrics.queries.cells import of_silence
from metrics.queries.figures import (
    PER_100_USES,
    TENTHS,
    WORKFLOWS,
    Afterwards,
    Beside,
    Figure,
    Gap,
    Look,
    Share,
    Supporting,
    Sure,
)
from metrics.queries.frozen import Frozen
from metrics.rules import HOW_NOW, SURE, WENT_TO, Metric, item_of, option_of

LEADERS = "leaders"


def supporting(frozen: Frozen, heading: Look | None) -> Supporting | None:
    """What supports the figures of the look that heads the page; None before the phase has ended. No query."""
    run = frozen.version(Checkpoint.SE, Metric.TRAINED)
    if run is None:
        return None
    reader = _Reader(frozen, run)
    went_to = tuple(reader.shares(WENT_TO, sentences.went_to_name))
    confidence = tuple(reader.sure())
    return Supporting(
        confidence=confidence,
        confidence_notes=sentences.about_confidence(n=_known([one.after for one in confidence])),
        went_to=went_to,
        went_to_notes=sentences.about_went_to(n=_known([one.arms for one in went_to])),
        beside=tuple(reader.beside()),
        gap=reader.gap(heading),
        days=sentences.span(frozen.program.starts_on, frozen.program.ends_on),
        frozen_on=reader.bare(Metric.TRAINED, Arm.PODS).frozen_on or frozen.program.ends_on,
        version=run.version,
    )


def afterwards(frozen: Frozen) -> Afterwards | None:
    """What the survey ninety days after the end says; None before it has closed. No query."""
    run = frozen.version(Checkpoint.SURVEY_90, Metric.WEEKLY_SAVING)
    if run is None:
        return None
    reader = _Reader(frozen, run)
    time = tuple(frozen.time(None, Checkpoint.SURVEY_90))
    how = tuple(reader.shares(HOW_NOW, sentences.how_name))
    return Afterwards(
        time=time,
        how=how,
        went_to=tuple(reader.shares(WENT_TO, sentences.went_to_name)),
        confidence=tuple(reader.sure()),
        notes=sentences.about_afterwards(
            pairs=_known([tuple(one.saving for one in time)]),
            n=_known([one.arms for one in how]),
            unusual=time[0].unusual,
            zeros=time[0].zeros,
        ),
        frozen_on=reader.bare(Metric.WEEKLY_SAVING, Arm.PODS).frozen_on or frozen.program.ends_on,
    )


def _known(rows: Iterable[tuple[Figure, ...]]) -> str:
    """How many of each group are behind some figures: the most of any, for not everybody answers everything."""
    most: dict[str, int] = {}
    for figures in rows:
        for figure in figures:
            if figure.n is not None:
                most[figure.group] = max(most.get(figure.group, 0), figure.n)
    if not most:
        return _("Said where enough people answered.")
    return "; ".join(_("%(group)s: %(n)s") % {"group": group, "n": n} for group, n in most.items()) + "."


class _Reader:
    """The release of one freezing."""

    def __init__(self, frozen: Frozen, run: SnapshotRun) -> None:
        self.frozen, self.run = frozen, run

    def bare(self, metric: Metric, arm: Arm) -> Figure:
        program = self.frozen.program
        if self.run.kind == Checkpoint.SURVEY_90:
            return self.frozen.bare(self.run, metric, arm)
        # The whole phase, not the weeks of the look it was frozen with.
        return replace(self.frozen.bare(self.run, metric, arm), first_day=program.starts_on, last_day=program.ends_on)

    def figure(self, metric: Metric, arm: Arm) -> Figure:
        cell = self.frozen.cell(self.run, metric, arm) or of_silence(arm)
        found = self.frozen.figure(self.run, metric, Margin.ARM, arm, sentences.arm_name(arm), cell)
        bare = self.bare(metric, arm)
        return replace(found, first_day=bare.first_day, last_day=bare.last_day)

    def arms(self, metric: Metric) -> tuple[Figure, ...]:
        return tuple(self.figure(metric, arm) for arm in self.frozen.program.arms)

    # --- what people said

    def shares(self, metrics: Iterable[Metric], name: Callable[[str], str]) -> Iterable[Share]:
        for metric in metrics:
            yield Share(name(option_of(metric)), self.arms(metric))

    def sure(self) -> Iterable[Sure]:
        for before, after in SURE:
            first = tuple(self.mean(before, arm) for arm in self.frozen.program.arms)
            later = tuple(self.mean(after, arm) for arm in self.frozen.program.arms)
            yield Sure(sentences.task_name(item_of(before)), first, later)

    def mean(self, metric: Metric, arm: Arm) -> Figure:
        cell = self.frozen.cell(self.run, metric, arm) or of_silence(arm)
        return _in_tenths(replace(self.figure(metric, arm), unit=TENTHS), cell)

    # --- what was done

    def beside(self) -> Iterable[Beside]:
        caught = self.arms(Metric.ERRORS_CAUGHT)
        rates = tuple(self.rate(people) for people in caught)
        found = self.frozen.mistakes()
        received = ((_("Found by recipients, in each piece of rated work"), found),) if found else ()
        yield Beside(
            "errors",
            _("Errors caught before they spread"),
            _("Who checks what the tool wrote finds something. A high figure is not bad."),
            ((_("Caught at least one"), caught), (_("For every 100 uses"), rates), *received),
            sentences.about_errors(n=_known([caught]), found=_known([found]) if found else ""),
        )
        # A phase that was frozen before this was asked has no such line.
        if self.frozen.row(self.run, Metric.OTHER_TASKS, Arm.PODS):
            elsewhere = self.arms(Metric.OTHER_TASKS)
            yield Beside(
                "other-tasks",
                _("AI for other work"),
                _("What people do with it beyond the one piece of work. It is part of no other figure."),
                ((_("Used it for other work, too"), elsewhere),),
                sentences.about_other_tasks(n=_known([elsewhere])),
            )
        shipped = tuple(self.shipped())
        yield Beside(
            "shipped",
            _("Workflows shipped and still used"),
            _("With an owner, a version and a step of review, and used by three people or more within 28 days."),
            tuple((sentences.look_name(one.look), (one,)) for one in shipped),
            sentences.about_shipped(n=_of_library(shipped[0])),
        )
        alone = self.figure(Metric.SELF_SERVED, Arm.PODS)
        yield Beside(
            "self-served",
            _("Supported by a champion, or self-served"),
            _("Who found an answer in the library, with a peer or alone; everybody else had a champion or an expert."),
            ((_("Found it themselves"), (alone,)),),
            sentences.about_self_served(n=_known([(alone,)])),
        )
        unprompted, asked_for = self.arms(Metric.WINS_UNPROMPTED), self.arms(Metric.WINS_ASKED_FOR)
        yield Beside(
            "wins",
            _("Wins told to colleagues"),
            _("Unasked is the leading sign. Who was asked for one is counted apart."),
            ((_("Unasked"), unprompted), (_("When asked, about two weeks in"), asked_for)),
            sentences.about_wins(n=_known([unprompted])),
        )
        example = self.modelling()
        yield Beside(
            "modelling",
            _("Leaders’ own example"),
            _("How many of four kinds of example leaders showed in 28 days, on average. A video counts 0."),
            ((_("Mean, 0 to 4"), (example,)),),
            sentences.about_modelling(n=_known([(example,)])),
        )

    def rate(self, people: Figure) -> Figure:
        """Mistakes for every 100 uses, read from the same people as who caught one, and only where those are told."""
        row = self.frozen.row(self.run, Metric.ERROR_RATE, people.arm)
        figure = replace(
            people,
            measure=Metric.ERROR_RATE,
            meaning=self.frozen.meanings[Metric.ERROR_RATE],
            unit=PER_100_USES,
            value=None,
            x=None,
            eligible=None,
            response=None,
            band=None,
            fewer=False,
            before="",
        )
        if people.x is None or row is None or row.estimate is None:
            why = people.why or _("Said where the people who caught one are told as a count.")
            return replace(figure, said=_("not shown"), why=why, n=None)
        value = rules.whole(row.estimate)
        figure = replace(figure, said=str(value), value=value)
        if row.low is None or row.high is None or (people.n or 0) < rules.LEAST_FOR_INTERVAL:
            return figure
        return replace(figure, low=floor(row.low), high=ceil(row.high), level="95")

    def shipped(self) -> Iterable[Figure]:
        """With the end of the phase, and with the look ninety days later: are they still used?"""
        for kind in (Checkpoint.SE, Checkpoint.S90):
            for run in self.frozen.runs.get(kind, [])[-1:]:
                row = self.frozen.row(run, Metric.SHIPPED)
                if row is not None:
                    # Of nothing there is no share: the library was empty.
                    some = bool(row.observed)
                    said = _("%(x)s of %(n)s") % {"x": row.x, "n": row.observed} if some else _("none finished yet")
                    figure = replace(self.frozen.bare(run, Metric.SHIPPED, Arm.PODS), unit=WORKFLOWS, said=said)
                    yield replace(
                        figure,
                        margin="",
                        arm="",
                        group=_("The library"),
                        value=row.x if some else None,
                        n=row.observed or None,
                        # Of the last 28 days, whichever weeks the look is of.
                        last_day=figure.frozen_on or figure.last_day,
                        first_day=(figure.frozen_on or figure.last_day) - timedelta(days=27),
                    )

    def modelling(self) -> Figure:
        cells = self.frozen.cells(self.run, Metric.MODELLING)
        cell = next(iter(cells), Cell(Margin.ARM, LEADERS, (), Display.NOT_SHOWN, Reason.PROTECTED))
        figure = self.frozen.figure(self.run, Metric.MODELLING, Margin.ARM, Arm.PODS, _("Leaders"), cell)
        last = self.frozen.program.ends_on
        figure = replace(
            figure, margin="", arm="", unit=TENTHS, first_day=last - timedelta(days=27), last_day=last, why=figure.why
        )
        if figure.why:
            why = _("An average is told from enough leaders on. What each showed is for their own eyes.")
            return replace(figure, why=why)
        return _in_tenths(figure, cell)

    # --- the gap

    def gap(self, heading: Look | None) -> Gap:
        trained = self.figure(Metric.TRAINED, Arm.PODS)
        instead = self.frozen.program.comparison
        return Gap(
            trained=trained,
            differently=tuple(heading.arms[arm] for arm in self.frozen.program.arms) if heading else (),
            instead=instead,
            notes=sentences.about_gap(n=_known([(trained,)]), instead=instead),
        )


def _in_tenths(figure: Figure, cell: Cell) -> Figure:
    """A mean of 1 to 5, or of 0 to 4, in tenths of a point."""
    if figure.why or cell.value is None:
        return figure
    value = rules.whole(10 * cell.value)
    return replace(figure, value=value, said=sentences.tenths(value))


def _of_library(figure: Figure) -> str:
    return _("%(n)s finished workflows of this work.") % {"n": figure.n} if figure.n else figure.said
