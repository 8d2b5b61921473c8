"""Evidence in words, table by table, as paper and slides have it: every figure with its n, its days, its version and what it means.

Made from the list of figures alone, so that what joins the list stands in every file by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from adoption.disclosure.rules import Margin
from adoption.programs.rules import Arm, Checkpoint, week_number
from metrics.queries import sentences
from metrics.queries.dictionary import measure_name
from metrics.queries.figures import Evidence, Figure


@dataclass(frozen=True)
class Line:
    """One figure in words."""

    figure: Figure
    when: str
    group: str
    said: str
    # Interval and bounds, or why there is no figure.
    interval: str
    n: str
    # When it was frozen, as which version, and what else is to be said of it.
    stands: str


@dataclass(frozen=True)
class Table:
    """Every figure of one measure, and what the measure means."""

    measure: str
    name: str
    meaning: str
    lines: tuple[Line, ...]


def tables(evidence: Evidence) -> list[Table]:
    """All figures, in the order of the list, those of one measure together."""
    by_measure: dict[str, list[Figure]] = {}
    for figure in evidence.figures:
        by_measure.setdefault(str(figure.measure), []).append(figure)
    return [
        Table(measure, measure_name(measure), _meaning(figures), tuple(_line(evidence, one) for one in figures))
        for measure, figures in by_measure.items()
    ]


def _meaning(figures: Sequence[Figure]) -> str:
    return " ".join(dict.fromkeys(one.meaning for one in figures if one.meaning))


def _line(evidence: Evidence, figure: Figure) -> Line:
    return Line(
        figure=figure,
        when=_when(evidence, figure),
        group=_group(figure),
        said=said(figure),
        interval=figure.why or "; ".join(filter(None, (figure.interval, bounds(figure)))),
        n=count(figure),
        stands=_stands(figure),
    )


def _group(figure: Figure) -> str:
    """Whose figure it is. A department has people in both arms, so it says which of them."""
    if figure.margin != Margin.DEPARTMENT:
        return figure.group
    words = _("%(department)s, in pods") if figure.arm == Arm.PODS else _("%(department)s, compared")
    return words % {"department": figure.group}


def said(figure: Figure) -> str:
    """The figure as the page has it: '34 of 48 (71%)'."""
    percent = figure.unit == "percent" and figure.value is not None and f"{figure.value}%" not in figure.said
    return f"{figure.said} ({figure.value}%)" if percent else figure.said


def bounds(figure: Figure) -> str:
    """Where it lies, whoever the silent are."""
    if figure.worst is None or figure.best is None or figure.worst == figure.best:
        return ""
    unit = "%" if figure.unit == "percent" else ""
    return _("%(worst)s to %(best)s%(unit)s, whoever the silent are") % {
        "worst": sentences.signed(figure.worst),
        "best": sentences.signed(figure.best),
        "unit": unit,
    }


def count(figure: Figure) -> str:
    """How many people it rests on: '40 of 48 (83%)'."""
    if figure.n is None:
        return ""
    if figure.eligible is None or figure.eligible == figure.n:
        return str(figure.n)
    whole = _("%(n)s of %(all)s") % {"n": figure.n, "all": figure.eligible}
    return whole if figure.response is None else f"{whole} ({figure.response}%)"


def _when(evidence: Evidence, figure: Figure) -> str:
    if figure.look in set(Checkpoint):
        return f"{sentences.look_name(figure.look)}, {figure.days}"
    number = week_number(figure.first_day, evidence.program.starts_on)
    name = _("Week %(number)s") % {"number": number} if number > 0 else _("Baseline")
    return f"{name}, {figure.days}"


def _stands(figure: Figure) -> str:
    parts = []
    if figure.frozen_on:
        parts.append(
            _("frozen %(day)s, version %(version)s")
            % {"day": sentences.day(figure.frozen_on), "version": figure.version}
        )
    if figure.before:
        parts.append(_("first published: %(before)s") % {"before": figure.before})
    if not figure.recomputable:
        parts.append(_("not recomputable"))
    if figure.provisional:
        parts.append(_("provisional"))
    return "; ".join(parts)


@dataclass(frozen=True)
class Fact:
    """A number in large type, with its name and what belongs under it."""

    name: str
    value: str
    note: str


def facts(evidence: Evidence) -> list[Fact]:
    """The four figures that a reader looks for first, each with interval and n; why where there is none."""
    look = evidence.opening.look if evidence.opening else None
    found = []
    if look:
        gap = look.difference
        name = _("Difference, %(look)s") % {"look": look.name.lower()}
        if gap and gap.level == "95":
            found.append(Fact(name, gap.said, f"{gap.interval}, n {gap.n}, {gap.days}"))
        elif gap:
            note = _("The main look is on %(day)s.") % {"day": sentences.day(evidence.main_look_on)}
            found.append(Fact(name, _("Open"), f"{gap.interval}. {note}" if gap.interval else note))
        else:
            found.append(Fact(name, _("No comparison"), look.no_difference))
    time = evidence.first_time
    name = _("Time saved a week, self-reported")
    if time is None:
        found.append(Fact(name, _("Not known yet"), _("Asked after week 8, shown when the active phase has ended.")))
    else:
        found.append(_fact(name, time.saving))
    rated = evidence.ratings
    name = _("Quality, rated by recipients")
    if rated is None:
        found.append(Fact(name, _("Not yet rated"), _("Time saved says little without it.")))
    else:
        found.append(_fact(name, rated.pods.change))
    kept = evidence.first_retention
    name = _("Still using it after 90 days")
    if kept is None:
        on = next((one.on for one in evidence.upcoming if one.checkpoint is Checkpoint.S90), None)
        found.append(Fact(name, _("Not known yet"), _("Frozen on %(day)s.") % {"day": sentences.day(on)} if on else ""))
    else:
        found.append(_fact(name, kept.of_checked))
    return found


def _fact(name: str, figure: Figure) -> Fact:
    if figure.why:
        return Fact(name, _("Not shown"), figure.why)
    n = f"n {figure.n}" if figure.n is not None else ""
    return Fact(name, said(figure), ", ".join(filter(None, (figure.interval, n, figure.group, figure.days))))


def opening(evidence: Evidence) -> str:
    """The one sentence of a cover."""
    if evidence.opening:
        return evidence.opening.lead.text
    return _("Nothing is frozen yet. No verdict before %(day)s.") % {"day": sentences.day(evidence.main_look_on)}


def beneath(evidence: Evidence) -> list[str]:
    """What stands beneath it: finding, caveat, replies, warnings."""
    one = evidence.opening
    if one is None:
        return []
    return [
        *filter(None, (one.finding, one.caveat)),
        *one.replies,
        *filter(None, (one.look.any_use_words,)),
        *evidence.warnings,
    ]


def edition(evidence: Evidence) -> str:
    """Which look, when frozen, as which version, of how many; and the day the file was made of."""
    parts = []
    if evidence.opening:
        look = evidence.opening.look
        pods = look.pods
        parts.append(_("%(look)s, audit weeks %(days)s.") % {"look": look.name, "days": pods.days})
        if pods.frozen_on:
            parts.append(
                _("Frozen %(day)s, version %(version)s.")
                % {"day": sentences.day(pods.frozen_on), "version": pods.version}
            )
        if look.people:
            parts.append(f"n = {look.people}.")
    count = len(evidence.figures)
    parts.append(
        ngettext("%(count)s figure as of %(day)s,", "%(count)s figures as of %(day)s,", count)
        % {"count": count, "day": sentences.day(evidence.today)}
    )
    parts.append(_("specification %(version)s.") % {"version": evidence.spec_version})
    return " ".join(parts)


def about(evidence: Evidence) -> list[tuple[str, sentences.Rows]]:
    """The notes behind the page's sections, by what they are about."""
    look = evidence.opening.look if evidence.opening else None
    return [
        (heading, rows)
        for heading, rows in (
            (_("The opening sentence"), look.notes if look else ()),
            (_("The curve"), evidence.week_notes),
            (_("Intervals"), evidence.interval_notes),
            (_("Minutes"), evidence.time_notes if evidence.time else ()),
            (_("Quality"), evidence.ratings.notes if evidence.ratings else ()),
            (_("Retention"), evidence.retention_notes if evidence.retention else ()),
            (_("90 days later"), evidence.afterwards.notes if evidence.afterwards else ()),
        )
        if rows
    ]
