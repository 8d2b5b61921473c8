"""What sentences are put together from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from adoption.disclosure.rules import Cell, Display
from adoption.programs.rules import Arm, Checkpoint, Mode
from metrics.rules import Adoption, percent

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Run:
    """A piece of a sentence. `arm` says whose numbers it holds, "" for plain words."""

    text: str
    arm: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence in the reader's language, in pieces."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def sentence(template: str, **values: Run | str) -> Sentence:
    """A translated template, with %(name)s where the values go."""
    pieces = _PLACE.split(template)
    runs = []
    for number, piece in enumerate(pieces):
        value = values[piece] if number % 2 else piece
        run = value if isinstance(value, Run) else Run(value)
        if run.text:
            runs.append(Run(run.text.replace("%%", "%") if not number % 2 else run.text, run.arm))
    return Sentence(tuple(runs))


def signed(number: int) -> str:
    """'−3' with a true minus sign."""
    return f"−{-number}" if number < 0 else str(number)


def day(when: date) -> str:
    """'5 April 2026', in the reader's language."""
    # Translators: how a day is written in a sentence, in Django's date format.
    return date_format(when, _("j F Y"))


def span(first: date, last: date) -> str:
    """'16 to 29 March 2026'."""
    if (first.year, first.month) == (last.year, last.month):
        begin = str(first.day)
    elif first.year == last.year:
        # Translators: a day of the same year as another one, in Django's date format.
        begin = date_format(first, _("j F"))
    else:
        begin = day(first)
    return _("%(first)s to %(last)s") % {"first": begin, "last": day(last)}


def arm_name(arm: Arm | str) -> str:
    """What an arm is called where it stands alone."""
    return {Arm.PODS: _("Champion pods"), Arm.COMPARISON: _("Comparison group")}[Arm(arm)]


def mode_name(mode: str) -> str:
    """What somebody's own uses are held against."""
    return _("the occasions on which the work comes up") if mode == Mode.OPPORTUNITY else _("the week")


def look_name(checkpoint: Checkpoint | str) -> str:
    """What a checkpoint is called."""
    return {
        Checkpoint.S0: _("Baseline"),
        Checkpoint.S30: _("Day 30"),
        Checkpoint.S56: _("Week 8"),
        Checkpoint.SE: _("End of the phase"),
        Checkpoint.S90: _("90 days after the end"),
        Checkpoint.START_90: _("90 days after the start"),
        Checkpoint.SURVEY_90: _("Survey 90 days after the end"),
    }[Checkpoint(checkpoint)]


def interval(low: int, high: int, *, level: str = "95") -> str:
    """'95% CI 27 to 64'."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {"level": level, "low": signed(low), "high": signed(high)}


def bound(share: float) -> str:
    """An end of an interval of points, '27' or '−4'. One that would read as 0 and is none keeps its sign: '0.3'."""
    if percent(share) or not share:
        return signed(percent(share))
    points = 100 * abs(share)
    said = number_format(max(points, 0.01), 1 if points >= 0.05 else 2)
    return f"−{said}" if share < 0 else said


def interval_of_points(low: float, high: float, *, level: str = "95") -> str:
    """'95% CI 27 to 64', of a difference between shares."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {"level": level, "low": bound(low), "high": bound(high)}


def people(arm: Arm, cell: Cell) -> Run:
    """'34 of 48 pod members (71%)' or '22 of 96 (23%)'; the gate's words where it gives no count."""
    facts = {"x": cell.x, "n": cell.n, "percent": cell.percent, "band": cell.band}
    pods = arm is Arm.PODS
    if cell.display is Display.COUNT:
        text = _("%(x)s of %(n)s pod members (%(percent)s%%)") if pods else _("%(x)s of %(n)s (%(percent)s%%)")
    elif cell.display is Display.FEWER:
        text = _("fewer than %(band)s of %(n)s pod members") if pods else _("fewer than %(band)s of %(n)s")
    else:
        text = (
            _("all but fewer than %(band)s of %(n)s pod members") if pods else _("all but fewer than %(band)s of %(n)s")
        )
    said = text % facts
    return Run(said[0].upper() + said[1:] if pods else said, arm)


def span_of_points(least: int, greatest: int) -> str:
    """From where to where a difference may lie, one of whose counts is not told."""
    if least == greatest:
        return _("%(points)s points") % {"points": signed(least)}
    return _("between %(least)s and %(greatest)s points") % {"least": signed(least), "greatest": signed(greatest)}


def replies(arm: Arm, counted: Adoption) -> str:
    """What silence could hide, of one arm."""
    said = _("%(n)s of %(all)s replied. Counting the silent as non-users gives %(worst)s%%; as users, %(best)s%%.") % {
        "n": counted.observed,
        "all": counted.eligible,
        "worst": percent(counted.worst or 0),
        "best": percent(counted.best or 0),
    }
    return f"{arm_name(arm)}: {said}"


def interval_of_hundredths(low: int, high: int, *, level: str = "95") -> str:
    """'95% CI −0.12 to 0.20'."""
    return _("%(level)s%% CI %(low)s to %(high)s") % {
        "level": level,
        "low": hundredths(low),
        "high": hundredths(high),
    }


def hundredths(number: int) -> str:
    """'3.92' from 392; a fall as '−0.08'."""
    said = number_format(abs(number) / 100, 2)
    return f"−{said}" if number < 0 else said


Rows = tuple[tuple[str, str], ...]


def purpose() -> str:
    """What figures are for; stated on every page of them and in every export."""
    return _("For the support of adoption. Not for performance review, pay or dismissal.")
