"""The words for what the gate lets through: the same on pages, in the API, in exports and in mails."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from .rules import Audience, Cell, Display, Reason, Thresholds, may_say_how_many


@dataclass(frozen=True, slots=True)
class Wording:
    """One cell in the reader's language: its name, its figure, and why there is none ("" where there is one)."""

    name: str
    figure: str
    why: str


def wording(cell: Cell) -> Wording:
    """The words for one cell, in the active language. Names of departments and pods are the tenant's own."""
    why = {
        Reason.PROTECTED: _("Not shown, to protect people. It is counted in every total."),
        Reason.EARLIER_RELEASE: _("The figure published first stands, to protect people."),
    }
    name = _("Others") if cell.merged else (cell.members or (cell.arm,))[0]
    return Wording(name, _figure(cell), why[cell.reason] if cell.reason else "")


def aside(people: int, audience: Audience, thresholds: Thresholds) -> str:
    """How many were excluded, declined or make up a second line, as this audience may read it."""
    if may_say_how_many(people, audience, thresholds):
        return number_format(people)
    return _("none or a few")


def _figure(cell: Cell) -> str:
    match cell.display:
        case Display.COUNT:
            return _("%(x)s of %(n)s") % {"x": cell.x, "n": cell.n}
        case Display.FEWER:
            return _("fewer than %(band)s") % {"band": cell.band}
        case Display.ALL_BUT_FEWER:
            return _("all but fewer than %(band)s") % {"band": cell.band}
        case Display.PERCENT:
            return _("%(percent)s%%") % {"percent": cell.percent}
        case Display.QUARTER:
            return _quarter(cell.quarter or 0)
        case Display.VALUE if cell.value is not None:
            return number_format(cell.value)
        case Display.NEAR_LOWEST:
            return _("at or near the lowest")
        case Display.NEAR_HIGHEST:
            return _("at or near the highest")
    return _("not shown")


def _quarter(quarter: int) -> str:
    ends = {"low": 25 * quarter, "high": 25 * (quarter + 1)}
    if quarter == 0:
        return _("under %(high)s%%") % ends
    if quarter == 3:
        return _("%(low)s%% or more") % ends
    return _("%(low)s%% to under %(high)s%%") % ends
