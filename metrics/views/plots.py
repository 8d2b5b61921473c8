"""Where the ink goes: evidence as coordinates of small server-drawn pictures; numbers are text without locale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from adoption.programs.rules import Arm, Checkpoint, Mode, looks_at, week_number
from metrics.queries import sentences
from metrics.queries.figures import Evidence, Figure, Retention, Week
from metrics.rules import percent

Point = tuple[float, float]
_Across = Callable[[float], float]


@dataclass(frozen=True)
class Tick:
    """A label on an axis, and where."""

    at: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Mark:
    """One week of one arm. Where the gate gives no count, `top` and `bottom` span what it may be."""

    x: str
    y: str
    top: str = ""
    bottom: str = ""
    diamond: str = ""
    open: bool = False


@dataclass(frozen=True)
class Strand:
    """One arm's line, its band and its marks, and the label at its end."""

    arm: str
    name: str
    lines: tuple[str, ...]
    bands: tuple[str, ...]
    marks: tuple[Mark, ...]
    end_x: str
    end_y: str
    end_y2: str
    end: str


@dataclass(frozen=True)
class Checked:
    """A checkpoint as a line through the curve."""

    x: str
    name: str
    is_main: bool
    label_y: str


@dataclass(frozen=True)
class Curve:
    """Adoption week by week."""

    css: str
    width: int
    height: int
    left: str
    right: str
    top: str
    bottom: str
    axis_y: str
    title_y: str
    middle: str
    levels: tuple[Tick, ...]
    ticks: tuple[Tick, ...]
    checks: tuple[Checked, ...]
    strands: tuple[Strand, ...]
    # Of the active phase: left edge, width and height.
    phase: tuple[str, str, str] | None


@dataclass(frozen=True)
class Whisker:
    """One interval: name above left, value above right, the line below."""

    name: str
    value: str
    kind: str
    name_y: str
    y: str
    low: str
    high: str
    at: str
    cap_top: str
    cap_bottom: str
    diamond: str
    strong: bool


@dataclass(frozen=True)
class Panel:
    """Intervals on one scale."""

    top: str
    bottom: str
    axis_y: str
    ticks: tuple[Tick, ...]
    # The upright line of no difference, broken where names stand.
    zero: str
    whiskers: tuple[Whisker, ...]


@dataclass(frozen=True)
class Intervals:
    """Panels of intervals, one above the other."""

    width: int
    height: int
    right: int
    panels: tuple[Panel, ...]
    said: str


@dataclass(frozen=True)
class Bar:
    """A count out of everybody who started."""

    name: str
    text: str
    width: str


@dataclass(frozen=True)
class Dot:
    """One answer of both groups on a scale from 0 to 100 percent. What is not told has no mark, and says so in words."""

    name: str
    name_y: str
    y: str
    pods: str
    diamond: str
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dots:
    """Shares of both groups, answer by answer."""

    width: int
    height: int
    right: int
    top: str
    bottom: str
    axis_y: str
    ticks: tuple[Tick, ...]
    rows: tuple[Dot, ...]
    said: str


@dataclass(frozen=True)
class Birds:
    """A flock in which every bird is a person."""

    arm: str
    width: int
    height: int
    turned: tuple[tuple[int, int], ...]
    others: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Plots:
    """The pictures of one page."""

    curves: tuple[Curve, ...]
    curve_said: str
    headline: Intervals | None
    minutes: Intervals | None
    chain: tuple[Bar, ...]
    went_to: Dots | None
    birds: tuple[tuple[Figure, Birds], ...]


def of(evidence: Evidence) -> Plots:
    """Every picture of the page."""
    first = evidence.first_retention
    return Plots(
        curves=(_curve(evidence, wide=True), _curve(evidence, wide=False)) if evidence.weeks_known else (),
        curve_said=_curve_said(evidence.weeks, evidence.program.mode),
        headline=_headline(evidence),
        minutes=_minutes(evidence),
        chain=tuple(_chain(first)) if first else (),
        went_to=_went_to(evidence),
        birds=tuple(_flocks(evidence)),
    )


def small_curve(evidence: Evidence) -> tuple[Curve | None, str]:
    """The curve for a narrow place on any screen, None where no week may be shown; and what it says in a sentence."""
    drawn = replace(_curve(evidence, wide=False), css="") if evidence.weeks_known else None
    return drawn, _curve_said(evidence.weeks, evidence.program.mode)


def _n(number: float) -> str:
    return f"{number:.1f}"


_ROOM = 60  # between two labels

# --- the curve -------------------------------------------------------------------------------------------------------


def _curve_said(weeks: Sequence[Week], mode: str) -> str:
    if not weeks:
        return ""
    last = weeks[-1]
    template = (
        _(
            "Share who used AI unprompted on half of the occasions or more, over the four weeks up to each. In the last "
            "week shown: pods %(pods)s, %(comparison)s."
        )
        if mode == Mode.OPPORTUNITY
        else _(
            "Share with three or more unprompted uses in a week. In the last week shown: pods %(pods)s, %(comparison)s."
        )
    )
    return template % {
        "pods": last.pods.said,
        "comparison": _("comparison %(said)s") % {"said": last.comparison.said},
    }


class _Plane:
    """Weeks across, percent up."""

    def __init__(self, numbers: Sequence[int], *, wide: bool) -> None:
        self.wide = wide
        self.width, self.height = (540, 320) if wide else (340, 280)
        self.left, self.top = 36.0, 54.0 if wide else 40.0
        self.right = self.width - (92.0 if wide else 76.0)
        self.bottom = self.height - 46.0
        self.first, self.last = min(numbers), max(*numbers, min(numbers) + 4)

    def x(self, number: float) -> float:
        return self.left + 8 + (number - self.first) * (self.right - self.left - 8) / (self.last - self.first)

    def y(self, share: float) -> float:
        return self.bottom - share * (self.bottom - self.top)


def _curve(evidence: Evidence, *, wide: bool) -> Curve:
    plane = _Plane([week.number for week in evidence.weeks], wide=wide)
    strands = [_strand(plane, arm, evidence.weeks) for arm in Arm]
    step = 4 if plane.last - plane.first > 6 else 1
    ticks = [Tick(_n(plane.x(0)), _("Base"))] if plane.first < 1 else []
    ticks += [Tick(_n(plane.x(at)), str(at)) for at in range(step, plane.last + 1, step) if at >= plane.first]
    phase = max(plane.first, 1), min(plane.last, evidence.program.weeks)
    return Curve(
        css="mm-wide" if wide else "mm-narrow",
        width=plane.width,
        height=plane.height,
        left=_n(plane.left),
        right=_n(plane.right),
        top=_n(plane.top),
        bottom=_n(plane.bottom),
        axis_y=_n(plane.bottom + 18),
        title_y=_n(plane.bottom + 37),
        middle=_n((plane.left + plane.right) / 2),
        levels=tuple(
            Tick(_n(plane.y(level / 100)), f"{level}%" if level == 100 else str(level)) for level in range(0, 101, 25)
        ),
        ticks=tuple(ticks),
        checks=tuple(_checks(evidence, plane, wide=wide)),
        strands=tuple(_apart(strands, plane)),
        phase=(
            _n(plane.x(phase[0] - 0.5)),
            _n(min(plane.x(phase[1] + 0.5), plane.right) - plane.x(phase[0] - 0.5)),
            _n(plane.bottom - plane.top),
        )
        if phase[1] >= phase[0]
        else None,
    )


def _checks(evidence: Evidence, plane: _Plane, *, wide: bool) -> Iterable[Checked]:
    program = evidence.program
    main = evidence.main_look
    heart = week_number(looks_at(main, program.starts_on, program.weeks)[1], program.starts_on)
    names = {
        Checkpoint.S30: _("Day 30"),
        Checkpoint.S56: _("Week 8"),
        Checkpoint.SE: _("End"),
        Checkpoint.S90: _("90 days"),
    }
    for checkpoint, name in names.items():
        number = week_number(looks_at(checkpoint, program.starts_on, program.weeks)[1], program.starts_on)
        if number <= plane.last and (wide or checkpoint == main):
            # The main look's label has two rows; what stands close beside it goes above them.
            beside = checkpoint != main and abs(plane.x(number) - plane.x(heart)) < _ROOM
            yield Checked(_n(plane.x(number)), name, checkpoint == main, _n(plane.top - (37 if beside else 8)))


def _strand(plane: _Plane, arm: Arm, weeks: Sequence[Week]) -> Strand:
    lines, bands, marks = [], [], []
    for run in _unbroken(weeks, arm):
        middle = [(plane.x(week.number), plane.y(_share(week.arms[arm]))) for week in run]
        lines.append(_path(middle))
        if len(run) > 1:
            upper = [(plane.x(week.number), plane.y(_bounds(week.arms[arm])[1])) for week in run]
            lower = [(plane.x(week.number), plane.y(_bounds(week.arms[arm])[0])) for week in run]
            bands.append(_path([*upper, *reversed(lower)]) + "Z")
        marks += [
            _mark(plane, point, week.arms[arm], provisional=week.provisional)
            for week, point in zip(run, middle, strict=True)
        ]
    shown = [week for week in weeks if week.arms[arm].n is not None]
    last = shown[-1].arms[arm] if shown else None
    end = plane.y(_share(last)) if last else plane.bottom
    said = "" if last is None else f"{last.value}%" if last.value is not None else last.said
    if last is not None and last.value is None and not plane.wide:
        # Words are longer than the margin of a phone; the table has them.
        said = ""
    return Strand(
        arm=arm,
        name=_("Pods") if arm is Arm.PODS else _("Comparison"),
        lines=tuple(lines),
        bands=tuple(bands),
        marks=tuple(marks),
        end_x=_n(plane.right + 10),
        end_y=_n(end),
        end_y2=_n(end + 15),
        end=said,
    )


def _apart(strands: Sequence[Strand], plane: _Plane) -> Iterable[Strand]:
    """The labels at the ends, moved until neither covers the other."""
    gap = 34
    order = sorted(strands, key=lambda strand: float(strand.end_y))
    upper, lower = (float(strand.end_y) for strand in order)
    upper = min(upper, plane.bottom - gap - 14)
    lower = max(lower, upper + gap)
    if lower > plane.bottom - 12:
        lower = plane.bottom - 12
        upper = min(upper, lower - gap)
    for strand in strands:
        at = upper if strand is order[0] else lower
        yield Strand(**{**strand.__dict__, "end_y": _n(at), "end_y2": _n(at + 15)})


def _unbroken(weeks: Sequence[Week], arm: Arm) -> Iterable[list[Week]]:
    """Stretches of consecutive weeks that are shown: over a gap no line is drawn."""
    run: list[Week] = []
    for week in weeks:
        if week.arms[arm].n is None or (run and week.number != run[-1].number + 1):
            if run:
                yield run
            run = []
        if week.arms[arm].n is not None:
            run.append(week)
    if run:
        yield run


def _range(figure: Figure) -> Point:
    """What the share may be, given what is said of it."""
    n = figure.n or 1
    if figure.x is not None:
        return figure.x / n, figure.x / n
    few = ((figure.band or 1) - 1) / n
    return (0.0, few) if figure.fewer else (1 - few, 1.0)


def _share(figure: Figure) -> float:
    low, high = _range(figure)
    return (low + high) / 2


def _bounds(figure: Figure) -> Point:
    if figure.worst is None or figure.best is None:
        return _range(figure)
    return figure.worst / 100, figure.best / 100


def _mark(plane: _Plane, point: Point, figure: Figure, *, provisional: bool) -> Mark:
    x, y = point
    diamond = f"M{_n(x)} {_n(y - 5)}L{_n(x + 5)} {_n(y)}L{_n(x)} {_n(y + 5)}L{_n(x - 5)} {_n(y)}Z"
    low, high = _range(figure)
    spans = {"top": _n(plane.y(high)), "bottom": _n(plane.y(low))} if figure.x is None else {}
    return Mark(_n(x), _n(y), diamond=diamond, open=provisional, **spans)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


# --- intervals -------------------------------------------------------------------------------------------------------

_WIDTH = 360
_ROW = 50
_MARGIN = 10


@dataclass(frozen=True)
class _Row:
    name: str
    figure: Figure
    kind: str
    strong: bool = False

    @property
    def value(self) -> str:
        value = "" if self.figure.value is None else sentences.signed(self.figure.value)
        unit = {"percent": "%", "points": " " + _("points"), "minutes": " " + _("min")}[self.figure.unit]
        if self.figure.low is None or self.figure.high is None:
            return f"{value}{unit}"
        low, high = sentences.signed(self.figure.low), sentences.signed(self.figure.high)
        if self.figure.exact:
            low, high = (sentences.bound(end) for end in self.figure.exact)
        said = _("%(low)s to %(high)s") % {"low": low, "high": high}
        return f"{value}{unit} ({said})"


def _headline(evidence: Evidence) -> Intervals | None:
    if evidence.opening is None or not evidence.opening.look.compared:
        return None
    look = evidence.opening.look
    shares = [
        _Row(look.pods.group, look.pods, Arm.PODS, True),
        _Row(look.comparison.group, look.comparison, Arm.COMPARISON),
    ]
    gaps = [
        _Row(_("Difference, %(look)s") % {"look": one.name.lower()}, one.difference, "ink", one is look)
        for one in evidence.looks
        if one.difference and one.difference.value is not None and one.checkpoint is not Checkpoint.START_90
    ]
    return _intervals([(shares, 0, 100, 25, "%", False), (gaps, *_scale(gaps), 20, " " + _("pts"), True)])


def _minutes(evidence: Evidence) -> Intervals | None:
    rows = []
    for one in evidence.time:
        for name, figure in ((_("before"), one.before), (_("after"), one.after)):
            if figure.value is not None:
                who = _("Pods, %(when)s") if one.arm is Arm.PODS else _("Comparison, %(when)s")
                rows.append(_Row(who % {"when": name}, figure, one.arm, name == _("after")))
    if not rows:
        return None
    most = max(number for row in rows for number in (row.figure.value or 0, row.figure.high or 0))
    step = next(step for step in (10, 20, 30, 60, 120, 240) if most / step <= 5 or step == 240)
    return _intervals([(rows, 0, math.ceil(most / step) * step, step, " " + _("min"), False)])


def _scale(rows: Sequence[_Row]) -> tuple[int, int]:
    numbers = [0, *(number for row in rows for number in (row.figure.low, row.figure.high) if number is not None)]
    return math.floor(min(numbers) / 20) * 20, math.ceil(max(numbers) / 20) * 20


def _intervals(given: Sequence[tuple[Sequence[_Row], int, int, int, str, bool]]) -> Intervals:
    panels, top = [], 4.0
    for rows, low, high, step, unit, zero in given:
        if not rows:
            continue

        def x(number: float, low: int = low, high: int = high) -> float:
            return _MARGIN + (number - low) * (_WIDTH - 2 * _MARGIN) / ((high - low) or 1)

        bottom = top + len(rows) * _ROW + 4
        marks = list(range(low, high + 1, step if (high - low) / step <= 6 else 2 * step))
        panels.append(
            Panel(
                top=_n(top),
                bottom=_n(bottom),
                axis_y=_n(bottom + 17),
                ticks=tuple(
                    Tick(
                        _n(x(mark)),
                        sentences.signed(mark) + (unit if mark == marks[-1] else ""),
                        "start" if mark == low else "end" if mark == high else "middle",
                    )
                    for mark in marks
                ),
                zero=_upright(x(0), top, len(rows)) if zero else "",
                whiskers=tuple(_whisker(row, number, top, x) for number, row in enumerate(rows)),
            )
        )
        top = bottom + 38
    rows = [row for panel in given for row in panel[0]]
    return Intervals(
        _WIDTH, round(top - 14), _WIDTH - _MARGIN, tuple(panels), "; ".join(f"{row.name}: {row.value}" for row in rows)
    )


def _upright(x: float, top: float, rows: int) -> str:
    middles = [top + number * _ROW + 35 for number in range(rows)]
    return "".join(f"M{_n(x)} {_n(y - 12)}V{_n(y + 19)}" for y in middles)


def _whisker(row: _Row, number: int, top: float, x: _Across) -> Whisker:
    y = top + number * _ROW + 35
    at = x(row.figure.value or 0)
    low = x(row.figure.low) if row.figure.low is not None else at
    high = x(row.figure.high) if row.figure.high is not None else at
    return Whisker(
        name=row.name,
        value=row.value,
        kind=row.kind,
        name_y=_n(y - 17),
        y=_n(y),
        low=_n(low),
        high=_n(high),
        at=_n(at),
        cap_top=_n(y - 5),
        cap_bottom=_n(y + 5),
        diamond=f"M{_n(at)} {_n(y - 7)}L{_n(at + 7)} {_n(y)}L{_n(at)} {_n(y + 7)}L{_n(at - 7)} {_n(y)}Z",
        strong=row.strong,
    )


# --- shares ----------------------------------------------------------------------------------------------------------

_LINE = 44


def _went_to(evidence: Evidence) -> Dots | None:
    """Where the time went: a mark for each group that may be told."""
    found = evidence.supporting
    if found is None or not found.went_to_known:
        return None

    def x(share: float) -> float:
        return _MARGIN + share * (_WIDTH - 2 * _MARGIN) / 100

    rows = []
    for number, share in enumerate(found.went_to):
        y = 31.0 + number * _LINE
        at = {figure.arm: x(figure.value) for figure in share.arms if figure.value is not None}
        diamond = at.get(Arm.COMPARISON)
        rows.append(
            Dot(
                name=share.name,
                name_y=_n(y - 13),
                y=_n(y),
                pods=_n(at[Arm.PODS]) if Arm.PODS in at else "",
                diamond=""
                if diamond is None
                else f"M{_n(diamond)} {_n(y - 6)}L{_n(diamond + 6)} {_n(y)}L{_n(diamond)} {_n(y + 6)}L{_n(diamond - 6)} {_n(y)}Z",
                said=tuple(
                    (figure.arm, f"{figure.value}%" if figure.value is not None else figure.said)
                    for figure in share.arms
                ),
            )
        )
    bottom = 31.0 + (len(rows) - 1) * _LINE + 16
    return Dots(
        width=_WIDTH,
        height=round(bottom + 24),
        right=_WIDTH - _MARGIN,
        top="4",
        bottom=_n(bottom),
        axis_y=_n(bottom + 17),
        ticks=tuple(
            Tick(
                _n(x(at)), f"{at}%" if at == 100 else str(at), "start" if at == 0 else "end" if at == 100 else "middle"
            )
            for at in range(0, 101, 25)
        ),
        rows=tuple(rows),
        said="; ".join(
            f"{share.name}: "
            + ", ".join(f"{figure.group} {said}" for figure, (_arm, said) in zip(share.arms, row.said, strict=True))
            for share, row in zip(found.went_to, rows, strict=True)
        ),
    )


# --- counts ----------------------------------------------------------------------------------------------------------


def _chain(one: Retention) -> Iterable[Bar]:
    """Everybody who started, who adopted, who could be checked, who still uses it."""
    started, adopters, checked = one.started, one.adopters, one.of_checked
    if not started or adopters is None or checked.x is None or checked.n is None:
        return
    share = one.of_all.value
    for name, count, text in (
        (_("Started"), started, str(started)),
        (_("Adopted by the end of the phase"), adopters, f"{adopters} ({percent(adopters / started)}%)"),
        (_("Checked 90 days later"), checked.n, str(checked.n)),
        (_("Still use it"), checked.x, f"{checked.x} ({share}%)"),
    ):
        yield Bar(name, text, _n(100 * count / started))


_IN_A_ROW = 16
_MOST_BIRDS = 400


def _flocks(evidence: Evidence) -> Iterable[tuple[Figure, Birds]]:
    """Each arm as birds, where both give a count and there is room for everybody."""
    if evidence.opening is None:
        return
    look = evidence.opening.look
    figures = [look.comparison, look.pods]
    if any(figure.x is None or not figure.n or figure.n > _MOST_BIRDS for figure in figures):
        return
    for figure in figures:
        n, x = figure.n or 0, figure.x or 0
        places = [((i % _IN_A_ROW) * 16 + 2, (i // _IN_A_ROW) * 14 + 4) for i in range(n)]
        height = math.ceil(n / _IN_A_ROW) * 14 + 3
        yield figure, Birds(figure.arm, _IN_A_ROW * 16, height, tuple(places[:x]), tuple(places[x:]))
