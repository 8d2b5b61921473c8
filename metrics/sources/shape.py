"""What every vendor's export comes down to: who was active in which of the vendor's own periods, and what is wrong where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from adoption.tenancy.rules.cells import DateOrder
from adoption.tenancy.rules.people_file import Problem

DAYS = 7


class OtherFile(ValueError):
    """A table that is not read here. `code` says why, `what` names what it is or what it lacks.

    Codes: "other_vendor", "unknown", "lacks" (a column it cannot do without), "cadence" (daily or monthly figures).
    """

    def __init__(self, code: str, what: str = "") -> None:
        self.code = code
        self.what = what
        super().__init__(f"{code}: {what}")


class Cadence(StrEnum):
    """How long one row's period is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Layout:
    """How one file is to be read: whose it is, which column says what (numbers from 0), and what its dates mean."""

    source: str
    columns: Mapping[str, int]
    # Columns of which any number above zero shows activity. Their numbers themselves are never uses.
    signs: tuple[int, ...]
    order: DateOrder | None
    width: int


@dataclass(slots=True)
class Row:
    """One line: somebody, as the vendor knows them, in one period. A blocked line says nothing and is left out."""

    line: int
    login: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    is_active: bool = False
    first_active_on: date | None = None
    last_active_on: date | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        return any(problem.blocks for problem in self.problems)


def out_of_time(row: Row, *, today: date, since: date | None) -> Problem | None:
    """What is wrong with when a row's period lies: it is not over yet, or before `since`, the first week asked about."""
    if row.starts_on is None or row.ends_on is None:
        return None
    if row.ends_on >= today:
        return Problem("not_over", "period", row.starts_on.isoformat(), row.ends_on.isoformat(), blocks=True)
    if since is not None and row.ends_on < since:
        return Problem("too_early", "period", row.starts_on.isoformat(), since.isoformat(), blocks=True)
    return None
