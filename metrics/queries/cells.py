"""What a cell of a release says."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from adoption.disclosure.rules import Cell, Display, Margin, Reason
from adoption.programs.rules import Arm
from metrics.queries import sentences
from metrics.queries.figures import Figure
from metrics.rules import Adoption, Target, target_of


def of_nobody(figure: Figure, eligible: int, mode: str) -> Figure:
    """A figure of people none of whom answered."""
    why = sentences.nobody_answered(eligible, mode)
    return replace(figure, said=_("no answers"), why=why, n=0, eligible=eligible)


def of_silence(arm: Arm) -> Cell:
    """An arm of which nothing is said, because it would say too much of somebody."""
    return Cell(Margin.ARM, arm, (), Display.NOT_SHOWN, Reason.PROTECTED)


def share_of(cell: Cell) -> float:
    """Who answered, exactly where the cell says of how many, else as published."""
    if cell.eligible and cell.n is not None:
        return cell.n / cell.eligible
    return (cell.response or 0) / 100


def counted(cell: Cell) -> Adoption | None:
    """A cell's counts as adoption; None unless it gives all three."""
    if cell.display is not Display.COUNT or cell.x is None or cell.n is None or cell.eligible is None:
        return None
    return Adoption(cell.x, cell.n, cell.eligible)


def possible(cell: Cell) -> tuple[Adoption, Adoption] | None:
    """The least and the most that a cell's count may be, from what it says; None unless it says how many answered."""
    if counts := counted(cell):
        return counts, counts
    if cell.n is None or cell.eligible is None or cell.band is None:
        return None
    few, many = Adoption(0, cell.n, cell.eligible), Adoption(min(cell.band - 1, cell.n), cell.n, cell.eligible)
    if cell.display is Display.FEWER:
        return few, many
    if cell.display is Display.ALL_BUT_FEWER:
        return replace(few, adopters=cell.n - many.adopters), replace(few, adopters=cell.n)
    return None


def reached(cell: Cell) -> Target | None:
    """What a cell says of a replacement's target; None where what it tells leaves that open."""
    found = {target_of(one) for one in possible(cell) or ()}
    if found == {Target.MET, Target.ABOVE_RANGE}:
        return Target.MET
    return found.pop() if len(found) == 1 else None
