"""Where the ink goes on paper: the curve and the intervals as plain values, for whoever draws them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from adoption.programs.rules import Arm, Checkpoint, Mode, looks_at, week_number
from metrics.queries import sentences
from metrics.queries.figures import Evidence, Figure, Week

Drawn = dict[str, Any]


def curve(evidence: Evidence) -> Drawn | None:
    """Adoption week by week: for each arm its stretches of weeks without a gap. None where no week may be shown."""
    weeks = evidence.weeks
    if not evidence.weeks_known:
        return None
    first, last = weeks[0].number, weeks[-1].number
    end = max(last, first + 4)
    step = 4 if end - first > 6 else 1
    phase = max(first, 1), min(last, evidence.program.weeks)
    seldom = evidence.program.mode == Mode.OPPORTUNITY
    return {
        "title": _("AI on half of the occasions or more, unprompted")
        if seldom
        else _("Three or more unprompted uses, week by week"),
        "sub": _("Share of those who answered. Band: from none of the silent to all of them."),
        "axis": _("Week of the programme"),
        "said": said_of_weeks(evidence),
        "foot": _foot(weeks),
        "first": first,
        "last": last,
        "phase": phase if phase[1] >= phase[0] else None,
        "ticks": [
            *([{"week": 0, "name": _("Base")}] if first < 1 else []),
            *({"week": at, "name": str(at)} for at in range(step, end + 1, step) if at >= first),
        ],
        "checks": list(_checks(evidence, end)),
        "runs": {arm.value: [[_point(week, arm) for week in run] for run in unbroken(weeks, arm)] for arm in Arm},
        "ends": _ends(weeks),
        "notes": evidence.week_notes,
    }


def said_of_weeks(evidence: Evidence) -> str:
    """What the curve shows, for whoever does not see it."""
    last = evidence.weeks[-1]
    template = (
        _(
            "Share who used AI unprompted on half of the occasions or more, over the four weeks up to each. In the last "
            "week shown: pods %(pods)s, %(comparison)s."
        )
        if evidence.program.mode == Mode.OPPORTUNITY
        else _(
            "Share with three or more unprompted uses in a week. In the last week shown: pods %(pods)s, %(comparison)s."
        )
    )
    return template % {
        "pods": last.pods.said,
        "comparison": _("comparison %(said)s") % {"said": last.comparison.said},
    }


def _foot(weeks: Sequence[Week]) -> str:
    span = sentences.span(weeks[0].monday, weeks[-1].pods.last_day)
    said = _("Weeks of %(span)s.") % {"span": span}
    return f"{said} {_('The last one is provisional.')}" if weeks[-1].provisional else said


def unbroken(weeks: Sequence[Week], arm: Arm) -> Iterable[list[Week]]:
    """Stretches of consecutive weeks that are shown: over a gap no line is drawn."""
    run: list[Week] = []
    for week in weeks:
        if run and (week.arms[arm].n is None or week.number != run[-1].number + 1):
            yield run
            run = []
        if week.arms[arm].n is not None:
            run.append(week)
    if run:
        yield run


def share(figure: Figure) -> tuple[float, float, float]:
    """The share a figure says, and from where to where it may lie; the middle of a band where no count is told."""
    n = figure.n or 1
    if figure.x is not None:
        low = high = figure.x / n
    else:
        few = ((figure.band or 1) - 1) / n
        low, high = (0.0, few) if figure.fewer else (1 - few, 1.0)
    return (low + high) / 2, low, high


def _point(week: Week, arm: Arm) -> Drawn:
    figure = week.arms[arm]
    middle, low, high = share(figure)
    few = figure.x is None
    if not few and figure.worst is not None and figure.best is not None:
        low, high = figure.worst / 100, figure.best / 100
    return {"week": week.number, "share": middle, "low": low, "high": high, "few": few, "open": week.provisional}


_APART = 0.13  # of the height: two lines of a label


def _ends(weeks: Sequence[Week]) -> list[Drawn]:
    """The labels at the right ends, moved apart where they would cover each other."""
    found: list[Drawn] = []
    for arm, name in ((Arm.PODS, _("Pods")), (Arm.COMPARISON, _("Comparison"))):
        shown = [week.arms[arm] for week in weeks if week.arms[arm].n is not None]
        if shown:
            last = shown[-1]
            said = f"{last.value}%" if last.value is not None else last.said
            found.append({"arm": arm.value, "name": name, "said": said, "share": share(last)[0], "shift": 0})
    if len(found) > 1:
        upper, lower = sorted(found, key=lambda end: -end["share"])
        gap = upper["share"] - lower["share"]
        if gap < _APART:
            upper["share"] = min(upper["share"] + (_APART - gap) / 2, 1.0)
            lower["share"] = upper["share"] - _APART
    return found


def _checks(evidence: Evidence, last: int) -> Iterable[Drawn]:
    program = evidence.program
    names = {
        Checkpoint.S30: _("Day 30"),
        Checkpoint.S56: _("Week 8"),
        Checkpoint.SE: _("End"),
        Checkpoint.S90: _("90 days"),
    }
    placed: list[int] = []
    # The main look first: what stands close beside it keeps its line and gives up its name.
    for checkpoint in sorted(names, key=lambda one: one is not evidence.main_look):
        number = week_number(looks_at(checkpoint, program.starts_on, program.weeks)[1], program.starts_on)
        if number <= last:
            beside = any(abs(number - other) < max(2, (last - evidence.weeks[0].number) / 9) for other in placed)
            placed.append(number)
            name = "" if beside else names[checkpoint]
            yield {"week": number, "name": name, "main": checkpoint is evidence.main_look}


# --- intervals -------------------------------------------------------------------------------------------------------


def plots(evidence: Evidence) -> list[Drawn]:
    """Intervals side by side: adoption at the look that heads the page, differences, minutes."""
    return [one for one in (_adoption(evidence), _differences(evidence), _minutes(evidence)) if one]


def _row(name: str, figure: Figure, kind: str, *, strong: bool) -> Drawn:
    unit = {"percent": "%", "points": " " + _("points"), "minutes": " " + _("min")}.get(figure.unit, "")
    value = f"{sentences.signed(figure.value or 0)}{unit}"
    if figure.low is not None and figure.high is not None:
        ends = (sentences.signed(figure.low), sentences.signed(figure.high))
        if figure.exact:
            ends = (sentences.bound(figure.exact[0]), sentences.bound(figure.exact[1]))
        said = _("%(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}
        value = f"{value} ({said})"
    return {
        "name": name,
        "value": value,
        "kind": kind,
        "strong": strong,
        "at": figure.value,
        "low": figure.low,
        "high": figure.high,
        "n": figure.n,
    }


def _plot(title: str, sub: str, rows: list[Drawn], low: int, high: int, step: int, unit: str) -> Drawn | None:
    if not rows:
        return None
    return {
        "title": title,
        "sub": sub,
        "rows": rows,
        "low": low,
        "high": high,
        "marks": list(range(low, high + 1, step)),
        "unit": unit,
        "said": "; ".join(f"{row['name']}: {row['value']}" for row in rows),
    }


def _adoption(evidence: Evidence) -> Drawn | None:
    look = evidence.opening.look if evidence.opening else None
    if look is None or not look.compared:
        return None
    rows = [
        _row(look.pods.group, look.pods, Arm.PODS, strong=True),
        _row(look.comparison.group, look.comparison, Arm.COMPARISON, strong=False),
    ]
    title = _("%(look)s: estimate and interval") % {"look": look.name}
    sub = _("n %(pods)s and %(comparison)s, %(days)s") % {
        "pods": look.pods.n,
        "comparison": look.comparison.n,
        "days": look.pods.days,
    }
    return _plot(title, sub, rows, 0, 100, 25, "%")


def _differences(evidence: Evidence) -> Drawn | None:
    rows = [
        _row(one.name, one.difference, "ink", strong=one.is_main)
        for one in evidence.looks
        if one.difference and one.difference.value is not None and one.checkpoint is not Checkpoint.START_90
    ]
    numbers = [0, *(end for row in rows for end in (row["low"], row["high"]) if end is not None)]
    low, high = math.floor(min(numbers) / 20) * 20, math.ceil(max(numbers) / 20) * 20
    step = 20 if high - low <= 120 else 40
    high = low + math.ceil((high - low) / step) * step
    sub = _("95%, before the main look 99.9%. The upright line is no difference.")
    return _plot(_("Difference of the groups"), sub, rows, low, high, step, "")


def _minutes(evidence: Evidence) -> Drawn | None:
    rows = []
    for one in evidence.time:
        who = _("Pods, %(when)s") if one.arm is Arm.PODS else _("Comparison, %(when)s")
        for when, figure in ((_("before"), one.before), (_("after"), one.after)):
            if figure.value is not None:
                rows.append(_row(who % {"when": when}, figure, one.arm, strong=when == _("after")))
    if not rows:
        return None
    most = max(number for row in rows for number in (row["at"] or 0, row["high"] or 0))
    step = next(step for step in (10, 20, 30, 60, 120, 240, 480, 960) if most / step <= 5 or step == 960)
    title = _("Minutes for one task: %(workflow)s") % {"workflow": evidence.program.workflow.name}
    sub = _("Median and 95% interval, the same people before and after")
    return _plot(title, sub, rows, 0, math.ceil(most / step) * step, step, "")
