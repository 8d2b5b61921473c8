"""Where the ink goes: a programme's life as coordinates of one small server-drawn picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adoption.programs import rules
from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint

NAMES: dict[Checkpoint, str | Promise] = {
    Checkpoint.S30: gettext_lazy("Day 30"),
    Checkpoint.S56: gettext_lazy("Week 8"),
    Checkpoint.SE: gettext_lazy("End of phase"),
    Checkpoint.S90: gettext_lazy("90 days on"),
}


@dataclass(frozen=True)
class Block:
    """A week: where it is drawn, how wide, and whether it is past. Numbers are text without locale."""

    x: str
    width: str
    css: str


@dataclass(frozen=True)
class Ring:
    """A milestone: its ring, its label below, and whether it has passed. `high` labels stand above the line."""

    x: str
    text_x: str
    anchor: str
    name: str
    day: str
    is_past: bool


@dataclass(frozen=True)
class Timeline:
    """The picture, wide or for a phone."""

    width: int
    blocks: tuple[Block, ...]
    rings: tuple[Ring, ...]
    rest: tuple[str, str]
    today_x: str
    today_text_x: str
    today_anchor: str
    today: str


@dataclass(frozen=True)
class Drawn:
    """Both pictures, the sentence that says the same, and the dates still to come."""

    wide: Timeline
    narrow: Timeline
    said: str
    coming: tuple[tuple[str, date], ...]


def draw(program: Program, today: date) -> Drawn:
    """The time line of a programme on a day."""
    marks = [
        (_("Baseline"), rules.baseline_starts_on(program.starts_on)),
        (_("Launch"), program.starts_on),
        *((_name(look, program), day) for look, day in rules.spans(program.starts_on, program.weeks, program.template)),
    ]
    said = "; ".join(f"{name}: {date_format(day, 'j F Y')}" for name, day in marks)
    return Drawn(
        wide=_timeline(program, today, marks, width=1000, labels=True),
        narrow=_timeline(program, today, marks, width=342, labels=False),
        said=f"{said}. {_today(program, today)}",
        coming=tuple((name, day) for name, day in marks if day >= today)[:3],
    )


def _name(look: Checkpoint, program: Program) -> str:
    is_main = look is program.measure.primary_look
    return _("%(look)s, main look") % {"look": NAMES[look]} if is_main else str(NAMES[look])


def _today(program: Program, today: date) -> str:
    day, week = date_format(today, "j F"), program.week_on(today)
    if 1 <= week <= program.weeks:
        return _("Today, %(day)s: week %(week)d") % {"day": day, "week": week}
    return _("Today, %(day)s") % {"day": day}


def _timeline(program: Program, today: date, marks: list[tuple[str, date]], *, width: int, labels: bool) -> Timeline:
    """Weeks in equal blocks, then a thin line to the last look: ninety days take the room of three weeks."""
    begin = marks[0][1]
    edge = 8 if labels else 1
    weeks = rules.BASELINE_WEEKS + program.weeks
    step = (width - 2 * edge) / (weeks + 3)
    end_x, last_x = edge + weeks * step, width - edge - (30 if labels else 4)
    end = begin + timedelta(weeks=weeks)
    final = marks[-1][1]

    def x(day: date) -> float:
        if day <= end:
            return edge + max((day - begin).days, 0) * step / 7
        return end_x + min((day - end).days / max((final - end).days, 1), 1) * (last_x - end_x)

    blocks = tuple(
        _block(x(begin + timedelta(weeks=number)), step, begin + timedelta(weeks=number), today, number)
        for number in range(weeks)
    )
    rings = []
    for name, day in marks:
        at = x(day + timedelta(days=1)) if name.startswith(str(NAMES[Checkpoint.SE])) else x(day)
        at = min(max(at, edge + 6), width - edge - 6)
        anchor = "start" if at < 60 else "end" if at > width - 60 else "middle"
        rings.append(
            Ring(
                _n(at),
                _n(at - 6 if anchor == "start" else at + 6 if anchor == "end" else at),
                anchor,
                name,
                date_format(day, "j M"),
                day <= today,
            )
        )
    now = min(max(x(today), edge), last_x + 12)
    room = 90 if labels else 60
    anchor = "start" if now < room else "end" if now > width - room else "middle"
    text_x = edge if anchor == "start" else width - edge if anchor == "end" else now
    return Timeline(
        width=width,
        blocks=blocks,
        rings=tuple(rings),
        rest=(_n(end_x + 4), _n(last_x)),
        today_x=_n(now),
        today_text_x=_n(text_x),
        today_anchor=anchor,
        today=_today(program, today),
    )


def _block(x: float, step: float, monday: date, today: date, number: int) -> Block:
    css = "mm-t-past" if monday + timedelta(days=6) < today else "mm-t-now" if monday <= today else "mm-t-next"
    if number < rules.BASELINE_WEEKS:
        css += " mm-t-base"
    return Block(_n(x), _n(step - 3), css)


def _n(number: float) -> str:
    return f"{number:.1f}"
