"""The weeks of a programme, as they stand now and as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from adoption.disclosure.queries import wording
from adoption.disclosure.rules import (
    Arrangement,
    Audience,
    Block,
    Cell,
    Display,
    Facts,
    Margin,
    Reason,
    Release,
    Thresholds,
    arrange,
    may_say_how_many,
    publish,
)
from adoption.programs.models import Program
from adoption.programs.rules import CLOSES_AFTER, Arm, week_number
from adoption.tenancy.rules import local_date
from metrics import rules
from metrics.queries import sentences
from metrics.queries.cells import counted, of_nobody, share_of
from metrics.queries.figures import Figure, Week
from metrics.rules import Metric, NoComparison, percent

# A week's figures are first shown on the Wednesday after it, when most have answered.
SHOWN_AFTER = timedelta(days=9)


class Summed(NamedTuple):
    """The sums of one arm in one week, as `ArmWeek` holds them."""

    week: date
    arm: str
    eligible: int
    observed: int
    three_or_more: int
    any_use: int


def weeks_of(program: Program, audience: Audience, today: date) -> Iterable[Week]:
    """Whole weeks of the people the programme was launched with, each through the gate on its own, whole arms only."""
    if not program.fixed:
        return
    thresholds = program.thresholds
    rows: dict[date, dict[str, Summed]] = {}
    # Of a programme that was stopped, what was to be read on that day: nobody was asked about a later week.
    asked_until = min(today, local_date(program.closed_at, program.organization.zone)) if program.closed_at else today
    for row in sums_of(program, until=asked_until - SHOWN_AFTER):
        rows.setdefault(row.week, {})[row.arm] = row
    meanings = sentences.meanings(program.mode)
    for monday, arms in rows.items():
        if not arms.keys() >= set(program.arms):
            continue
        provisional = today <= monday + CLOSES_AFTER
        found: dict[Metric, dict[Arm, Figure]] = {}
        for metric, release in week_releases(monday, arms, thresholds).items():
            table = release.table(audience)
            figures = {
                arm: _week_figure(metric, monday, arm, table.arm(arm), meanings[metric], provisional) for arm in Arm
            }
            for arm in set(Arm) - set(program.arms):
                # Not hidden, and nobody is silent: there is no such group.
                why = _("Nothing is compared in this programme: it has no comparison group.")
                figures[arm] = replace(figures[arm], said=_("none"), why=why)
            for arm, row in ((arm, arms[arm]) for arm in program.arms):
                if not row.observed and may_say_how_many(row.eligible, audience, thresholds):
                    figures[arm] = of_nobody(figures[arm], row.eligible, program.mode)
            found[metric] = figures
        number = week_number(monday, program.starts_on)
        yield Week(number, monday, found[Metric.WEEKLY], provisional, found[Metric.WEEKLY_ANY_USE])


# Read at every look at a curve, and to tell whether one has changed: putting it together anew would cost more than reading it.
_SUMS = """
SELECT week, arm, eligible, observed, three_or_more, any_use FROM metrics_armweek
 WHERE organization_id = %s AND program_id = %s AND week <= %s ORDER BY week, arm
"""


def sums_of(program: Program, *, until: date) -> list[Summed]:
    """The sums of a programme's weeks up to a Monday, in order. One query, and two rows a week however many people there are."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [program.organization_id, program.pk, until])
        return [Summed(*row) for row in cursor.fetchall()]


def week_releases(monday: date, arms: Mapping[str, Summed], thresholds: Thresholds) -> dict[Metric, Release]:
    """What may be read of one week: whole arms, three or more, and beside it one or more as far as both let it be read."""
    rows = [row for _arm, row in sorted(arms.items())]
    strong = tuple(Block(row.arm, "", "", row.eligible, row.observed, row.three_or_more) for row in rows)
    some = tuple(Block(row.arm, "", "", row.eligible, row.observed, row.any_use) for row in rows)
    fewer, more = (
        _release(Facts(metric, monday.isoformat(), blocks), whole_arms(thresholds), thresholds)
        for metric, blocks in ((Metric.WEEKLY, strong), (Metric.WEEKLY_ANY_USE, some))
    )
    return {Metric.WEEKLY: fewer, Metric.WEEKLY_ANY_USE: without_few_between(fewer, more, thresholds.band)}


# The gate is pure: a week that has not changed need not be audited again.
@lru_cache(maxsize=4096)
def _release(facts: Facts, arrangement: Arrangement, thresholds: Thresholds) -> Release:
    return publish(facts, arrangement=arrangement, thresholds=thresholds)


def without_few_between(fewer: Release, more: Release, band: int) -> Release:
    """The wider figure, with silence where it would follow from both that only a few use it less than three times a week.

    Both are of the same people, so that one taken from the other is a count of its own, which nobody has banded.
    """
    told = {cell.arm: cell for cell in fewer.table(Audience.LEAD).cells if cell.margin is Margin.ARM}

    def hide(cell: Cell) -> Cell:
        other = told.get(cell.arm)
        if other is None or cell.x is None or other.x is None or cell.x - other.x >= band:
            return cell
        return Cell(Margin.ARM, cell.arm, (), Display.NOT_SHOWN, Reason.PROTECTED)

    tables = tuple(replace(table, cells=tuple(hide(cell) for cell in table.cells)) for table in more.tables)
    return replace(more, tables=tables)


@lru_cache(maxsize=16)
def whole_arms(thresholds: Thresholds) -> Arrangement:
    """Whole arms and nothing within them: however many there are, they are arranged alike."""
    return arrange([Block(arm, "", "", thresholds.executive, 0) for arm in Arm], thresholds)


def _week_figure(metric: Metric, monday: date, arm: Arm, cell: Cell, meaning: str, provisional: bool) -> Figure:
    words = wording(cell)
    figure = Figure(
        measure=metric,
        look=rules.iso_week(monday),
        margin=Margin.ARM,
        arm=arm,
        group=sentences.arm_name(arm),
        said=words.figure,
        why=words.why,
        unit="percent",
        first_day=monday,
        last_day=monday + timedelta(days=6),
        provisional=provisional,
        meaning=meaning,
    )
    if not cell.shown:
        return figure
    if share_of(cell) < rules.LEAST_RESPONSE:
        return replace(figure, said=_("no rate"), why=sentences.no_comparison(NoComparison.FEW_ANSWERS))
    counts = counted(cell)
    return replace(
        figure,
        value=cell.percent,
        x=cell.x,
        n=cell.n,
        eligible=cell.eligible,
        response=cell.response,
        band=cell.band,
        fewer=cell.display is Display.FEWER,
        worst=percent(counts.worst or 0) if counts else None,
        best=percent(counts.best or 0) if counts else None,
    )
