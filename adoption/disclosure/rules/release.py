"""What leaves: tables of cells for each audience. Pages, API, exports and mails read these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from .policy import Audience


class Margin(StrEnum):
    """What a row of a table is."""

    ARM = "arm"
    DEPARTMENT = "department"
    POD = "pod"


class Display(StrEnum):
    """How a figure is said."""

    COUNT = "count"  # x of n
    FEWER = "fewer"  # x below the band
    ALL_BUT_FEWER = "all_but_fewer"  # n - x below the band
    PERCENT = "percent"
    QUARTER = "quarter"
    VALUE = "value"  # a mean or a median
    NEAR_LOWEST = "near_lowest"  # a mean at the lower end of its scale
    NEAR_HIGHEST = "near_highest"
    NOT_SHOWN = "not_shown"


class Reason(StrEnum):
    """Why a figure is not shown. Says nothing about how many people there are, or what they answered."""

    PROTECTED = "protected"
    EARLIER_RELEASE = "earlier_release"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row for one audience. Every number in it may be published; what may not is None.

    `x` positives, `n` contributors, `eligible` N; `percent` whole, halves up; `quarter` 0..3 for below 25, 50, 75
    and 100 %; `value` a mean to one decimal or a median to halves; `response` whole percent of those invited;
    `band` the number in "fewer than 3".
    """

    margin: Margin
    arm: str
    members: tuple[str, ...]
    display: Display
    reason: Reason | None = None
    x: int | None = None
    n: int | None = None
    eligible: int | None = None
    percent: int | None = None
    quarter: int | None = None
    value: Decimal | None = None
    response: int | None = None
    band: int | None = None

    @property
    def shown(self) -> bool:
        return self.display is not Display.NOT_SHOWN

    @property
    def merged(self) -> bool:
        return len(self.members) > 1

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, without what is not published."""
        plain = {name: value for name, value in asdict(self).items() if value is not None}
        plain["members"] = list(self.members)
        if self.value is not None:
            plain["value"] = str(self.value)
        return plain

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Cell:
        """Inverse of `as_dict`."""
        values = dict(stored)
        values["margin"] = Margin(values["margin"])
        values["display"] = Display(values["display"])
        values["members"] = tuple(values["members"])
        if "reason" in values:
            values["reason"] = Reason(values["reason"])
        if "value" in values:
            values["value"] = Decimal(values["value"])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Table:
    """What one audience sees of one metric and window."""

    audience: Audience
    cells: tuple[Cell, ...]

    def arm(self, arm: str) -> Cell:
        """The row of a whole arm. Raises KeyError."""
        for cell in self.cells:
            if cell.margin is Margin.ARM and cell.arm == arm:
                return cell
        raise KeyError(arm)

    def rows(self, arm: str, margin: Margin) -> tuple[Cell, ...]:
        """The rows of an arm on one margin, by name."""
        return tuple(cell for cell in self.cells if cell.arm == arm and cell.margin is margin)


@dataclass(frozen=True, slots=True)
class Release:
    """All that has been published of one metric and window, to everybody; stored with its snapshot."""

    metric: str
    window: str
    version: int
    tables: tuple[Table, ...]

    def table(self, audience: Audience) -> Table:
        """What this audience sees. A champion is handed `own_pod` instead."""
        return next(table for table in self.tables if table.audience is audience)

    def own_pod(self, arm: str, pod: str) -> tuple[Cell, ...]:
        """What the champion of one pod sees: the arm as a whole and that pod."""
        cells = self.table(Audience.CHAMPION).cells
        return tuple(
            cell
            for cell in cells
            if cell.arm == arm and (cell.margin is Margin.ARM or (cell.margin is Margin.POD and cell.members == (pod,)))
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; `from_dict` reads them back."""
        return {
            "metric": self.metric,
            "window": self.window,
            "version": self.version,
            "tables": {table.audience.value: [cell.as_dict() for cell in table.cells] for table in self.tables},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Release:
        tables = tuple(
            Table(Audience(audience), tuple(Cell.from_dict(cell) for cell in cells))
            for audience, cells in stored["tables"].items()
        )
        return cls(stored["metric"], stored["window"], stored["version"], tables)
