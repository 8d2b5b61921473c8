"""The matrix as a picture: gap across, upside up, people as size. Numbers are text without locale."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from surveys.queries.skills import Spot
from surveys.rules.skills import LEVEL_TOP

WIDTH, HEIGHT = 360, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 340.0, 30.0, 284.0
_SMALLEST, _LARGEST = 9.0, 17.0
# From here on gap and upside are both high.
_HIGH = 2
# How far those stand apart that have the same gap and the same upside.
_APART = 27.0


@dataclass(frozen=True)
class Bubble:
    """A workflow in a role. `number` is its place in the list beside."""

    number: int
    x: str
    y: str
    radius: str
    label_y: str
    is_high: bool
    name: str


@dataclass(frozen=True)
class Tick:
    """A label on an axis, and where."""

    at: str
    text: str


@dataclass(frozen=True)
class Bubbles:
    """The picture."""

    width: int
    height: int
    left: str
    right: str
    top: str
    bottom: str
    axis_y: str
    title_y: str
    middle: str
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    # Where both are high: left and upper edge, width and height.
    zone: tuple[str, str, str, str]
    bubbles: tuple[Bubble, ...]
    said: str


def draw(spots: Sequence[Spot]) -> Bubbles | None:
    """Those that have a priority; None where there is none. The largest first, so that none is covered."""
    known = [spot for spot in spots if spot.number and spot.gap is not None and spot.upside is not None]
    if not known:
        return None
    most = max(spot.people for spot in known) or 1
    taken: dict[tuple[float, int], int] = defaultdict(int)
    bubbles = []
    for spot in sorted(known, key=lambda one: one.number):
        place = float(spot.gap or 0), int(spot.upside or 0)
        x, y = _beside(_x(place[0]), _y(place[1]), taken[place])
        taken[place] += 1
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(spot.people / most)
        name = f"{spot.number}. {spot.work.workflow.name}, {spot.work.role}"
        high = place[0] >= _HIGH and place[1] >= _HIGH
        bubbles.append(Bubble(spot.number, _n(x), _n(y), _n(radius), _n(y + 4), high, name))
    ticks = range(LEVEL_TOP + 1)
    return Bubbles(
        width=WIDTH,
        height=HEIGHT,
        left=_n(_LEFT),
        right=_n(_RIGHT),
        top=_n(_TOP),
        bottom=_n(_BOTTOM),
        axis_y=_n(_BOTTOM + 18),
        title_y=_n(_BOTTOM + 40),
        middle=_n((_LEFT + _RIGHT) / 2),
        across=tuple(Tick(_n(_x(tick)), str(tick)) for tick in ticks),
        up=tuple(Tick(_n(_y(tick)), str(tick)) for tick in ticks),
        zone=(_n(_x(_HIGH)), _n(_TOP), _n(_RIGHT - _x(_HIGH)), _n(_y(_HIGH) - _TOP)),
        bubbles=tuple(sorted(bubbles, key=lambda one: -float(one.radius))),
        said=_("Gap and upside of %(count)d workflows in roles; the highest priority is %(first)s.")
        % {"count": len(known), "first": min(bubbles, key=lambda one: one.number).name},
    )


def _beside(x: float, y: float, place: int) -> tuple[float, float]:
    """Where the next of several at one point stands: the first on it, the others around."""
    if place == 0:
        return x, y
    turn = (place - 1) * math.tau / 6 + math.pi / 6
    ring = 1 + (place - 1) // 6
    return x + _APART * ring * math.cos(turn), y + _APART * ring * math.sin(turn)


def _x(gap: float) -> float:
    return _LEFT + (gap + 0.3) * (_RIGHT - _LEFT) / (LEVEL_TOP + 0.6)


def _y(upside: float) -> float:
    return _BOTTOM - (upside + 0.3) * (_BOTTOM - _TOP) / (LEVEL_TOP + 0.6)


def _n(number: float) -> str:
    return f"{number:.1f}"
