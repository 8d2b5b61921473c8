"""Money as a table: one row a line, the same for CSV and workbook."""

from __future__ import annotations

from adoption.tenancy.rules.safe_csv import write_csv
from metrics.queries.money import Money

# The names are for programs and stay English; what people read is translated.
COLUMNS = (
    "line",
    "name",
    "figure",
    "low",
    "high",
    "unit",
    "n",
    "rests_on",
    "not_known_because",
    "definition",
    "program",
    "as_of",
    "purpose",
)


def money_rows(money: Money) -> list[tuple[object, ...]]:
    """The lines of the page in its order, under COLUMNS. Every row carries its definition and what the figures are for."""
    return [
        (
            one.line.value,
            str(one.name),
            one.said,
            one.low,
            one.high,
            one.unit,
            one.n,
            one.basis,
            one.why,
            str(one.meaning),
            money.program.name,
            money.today.isoformat(),
            money.purpose,
        )
        for one in money.lines
    ]


def money_csv(money: Money) -> bytes:
    """UTF-8 with a byte order mark."""
    return write_csv([COLUMNS, *money_rows(money)])
