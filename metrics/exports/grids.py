"""Every figure on paper and slides, those that are read together beside one another: moments side by side, or groups.

A list of two hundred figures, a line each, fills twenty pages that nobody reads. Here a column is a moment and a row a group, or,
of measures known for one moment only, a column is a group and a row a measure. Nothing is left out and nothing is said twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from metrics.exports.told import Line, Table

# Columns that can still be read side by side.
MOST = 5
# Groups of a measure that shares its grid with others.
FEW = 3


@dataclass(frozen=True)
class Cell:
    """A figure where its row and its column meet, and what belongs under it: interval or reason, n, as what it stands."""

    line: Line
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A group, a moment or a measure; None where it has no figure in a column."""

    name: str
    meaning: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Part:
    """The rows of one measure, named where the grid holds several; "" where it holds one, or where its rows are measures."""

    name: str
    meaning: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Head:
    """A column; `stands` where all of it was frozen on one day, as one version."""

    words: str
    stands: str


@dataclass(frozen=True)
class Grid:
    """A table of its own. `tables` are the measures in it; `name` is "" where they are several over several moments."""

    name: str
    meaning: str
    # What stands over the names of the rows.
    corner: str
    heads: tuple[Head, ...]
    parts: tuple[Part, ...]
    tables: tuple[Table, ...]

    @property
    def lines(self) -> list[Line]:
        """Every figure in it."""
        return [cell.line for part in self.parts for row in part.rows for cell in row.cells if cell]


def grids(tables: Sequence[Table]) -> list[Grid]:
    """All figures of `tables`, each in one cell. Measures of one moment follow where the first of that moment stood."""
    together: dict[tuple[str, tuple[str, ...]], list[list[Table]]] = {}
    for table in tables:
        whens, groups = _whens([table]), _groups([table])
        if len(whens) == 1 and len(groups) <= FEW:
            boxes = together.setdefault(("groups", whens), [[]])
            if len(_groups([*boxes[-1], table])) > MOST:
                boxes.append([])
            boxes[-1].append(table)
        elif len(whens) <= MOST:
            key = ("moments", whens) if len(groups) <= FEW else (f"alone {table.measure}", whens)
            together.setdefault(key, [[]])[0].append(table)
        else:
            together[f"long {table.measure}", whens] = [[table]]
    found: list[Grid] = []
    for (kind, whens), boxes in together.items():
        for box in boxes:
            if kind == "groups":
                found.append(_of_groups(whens[0], box))
            elif len(whens) <= MOST:
                found.append(_of_moments(whens, box))
            elif len(_groups(box)) <= MOST:
                found.append(_of_weeks(whens, box[0]))
            else:
                found += [_of_moments(whens[at : at + MOST], box) for at in range(0, len(whens), MOST)]
    return found


def _of_groups(when: str, tables: Sequence[Table]) -> Grid:
    """Measures of one moment: a row each, its groups side by side."""
    groups = _groups(tables)
    heads = _heads(groups, tables, lambda line: line.group)
    rows = [
        Row(table.name, table.meaning, _cells(heads, {line.group: line for line in table.lines})) for table in tables
    ]
    return Grid(when, "", _("Measure"), heads, (Part("", "", tuple(rows)),), tuple(tables))


def _of_moments(whens: Sequence[str], tables: Sequence[Table]) -> Grid:
    """Groups over a few moments, for one measure or for several, one after the other."""
    heads = _heads(whens, tables, lambda line: line.when)
    parts = []
    for table in tables:
        rows = [
            Row(group, "", _cells(heads, {line.when: line for line in table.lines if line.group == group}))
            for group in _groups([table])
        ]
        parts.append(Part(table.name, table.meaning, tuple(rows)))
    if len(tables) == 1:
        parts = [replace(parts[0], name="", meaning="")]
        return Grid(tables[0].name, tables[0].meaning, _("Group"), heads, tuple(parts), tuple(tables))
    return Grid("", "", _("Group"), heads, tuple(parts), tuple(tables))


def _of_weeks(whens: Sequence[str], table: Table) -> Grid:
    """Many moments of few groups: a row a moment."""
    heads = _heads(_groups([table]), [table], lambda line: line.group)
    rows = [
        Row(when, "", _cells(heads, {line.group: line for line in table.lines if line.when == when})) for when in whens
    ]
    return Grid(table.name, table.meaning, _("When"), heads, (Part("", "", tuple(rows)),), (table,))


def _heads(words: Sequence[str], tables: Iterable[Table], of: Callable[[Line], str]) -> tuple[Head, ...]:
    stands: dict[str, set[str]] = {}
    for table in tables:
        for line in table.lines:
            stands.setdefault(of(line), set()).add(line.stands)
    return tuple(Head(one, min(stands[one]) if len(stands[one]) == 1 else "") for one in words)


def _cells(heads: Sequence[Head], lines: dict[str, Line]) -> tuple[Cell | None, ...]:
    cells: list[Cell | None] = []
    for head in heads:
        line = lines.get(head.words)
        if line is None:
            cells.append(None)
            continue
        n = _("n %(count)s") % {"count": line.n} if line.n else ""
        stands = "" if head.stands else line.stands
        cells.append(Cell(line, tuple(filter(None, (line.interval, n, stands)))))
    return tuple(cells)


def _whens(tables: Iterable[Table]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.when for table in tables for line in table.lines))


def _groups(tables: Iterable[Table]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.group for table in tables for line in table.lines))
