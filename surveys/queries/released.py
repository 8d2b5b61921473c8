"""What closed surveys have published, for whoever attacks it: how many answered, and the cells. No answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from surveys import rules
from surveys.models import Finding
from surveys.queries.results import SAFETY_ITEM
from surveys.rules import ItemKind

Target = dict[str, Any]
Cells = Mapping[str, Mapping[str, Any]]


def released() -> Iterator[Target]:
    """Every finding published in the organisation entered: each question of each survey, whole arms.

    How many of an arm answered is what its cells say of it; an arm that says nothing has nothing to be read.
    """
    rows = Finding.objects.select_related("wave__program").order_by("wave_id", "pk")
    for row in rows:
        name = f"{row.wave.program.slug} {row.wave.kind} {row.item}"
        lines = [line["cells"] for line in row.shown["rows"]]
        if not lines:
            continue
        if row.shown.get("kind") == ItemKind.CHOICE:
            yield _choice(name, lines)
        else:
            yield _one(name, row, lines[0])


def _people(cells: Iterable[Cells]) -> dict[str, int]:
    """How many answered, by arm, where that is said."""
    return {arm: int(cell["n"]) for one in cells for arm, cell in one.items() if "n" in cell}


def _one(name: str, row: Finding, cells: Cells) -> Target:
    """One figure of each arm: a mean on the scale of 1 to 5, or a median without ends."""
    if row.item == SAFETY_ITEM:
        # Said in tenths of a point and counted in twentieths: read as a value without ends, from so many replies.
        low, high = 0, None
    elif row.shown["kind"] == ItemKind.SCALE:
        low, high = 1, rules.SCALE_TOP
    else:
        low, high = 0, None
    return {
        "name": name,
        "low": low,
        "high": high,
        "strata": [_stratum(arm, "", people) for arm, people in _people([cells]).items()],
        "releases": [{"tables": {"lead": [dict(cell) for cell in cells.values()]}}],
    }


def _choice(name: str, lines: Sequence[Cells]) -> Target:
    """The options of a choice beside one another: each person chose one, so that all of them together are known."""
    people = _people(lines)
    cells: list[dict[str, Any]] = [
        {"margin": "arm", "arm": arm, "members": [], "display": "count", "x": n, "n": n} for arm, n in people.items()
    ]
    for place, line in enumerate(lines):
        cells += [
            {**cell, "margin": "department", "members": [str(place)]} for arm, cell in line.items() if arm in people
        ]
    strata = [_stratum(arm, str(place), n) for arm, n in people.items() for place in range(len(lines))]
    return {"name": name, "strata": strata, "releases": [{"tables": {"lead": cells}}]}


def _stratum(arm: str, option: str, people: int) -> dict[str, Any]:
    """People of an arm; for a choice once for each option, which each of them took or did not."""
    return {"arm": arm, "department": option, "pod": "", "people": people}
