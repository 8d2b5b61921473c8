"""Evidence as a table: one row a figure, the same for CSV and workbook."""

from __future__ import annotations

from adoption.tenancy.rules.safe_csv import write_csv
from metrics.queries.figures import Evidence, Figure

# The names are for programs and stay English; what people read is translated.
COLUMNS = (
    "measure",
    "look",
    "margin",
    "arm",
    "group",
    "figure",
    "value",
    "unit",
    "interval_level",
    "low",
    "high",
    "worst",
    "best",
    "x",
    "n",
    "eligible",
    "response_percent",
    "first_day",
    "last_day",
    "frozen_on",
    "version",
    "first_published",
    "recomputable",
    "provisional",
    "not_shown_because",
    "definition",
    "specification",
    "program",
    "as_of",
    "purpose",
)


def evidence_rows(evidence: Evidence) -> list[tuple[object, ...]]:
    """One row a figure, under COLUMNS. Every row carries its definition, its version and what the figures are for."""
    return [_row(evidence, figure) for figure in evidence.figures]


def evidence_csv(evidence: Evidence) -> bytes:
    """UTF-8 with a byte order mark."""
    return write_csv([COLUMNS, *evidence_rows(evidence)])


def _row(evidence: Evidence, figure: Figure) -> tuple[object, ...]:
    return (
        str(figure.measure),
        figure.look,
        str(figure.margin),
        str(figure.arm),
        figure.group,
        figure.said,
        figure.value,
        figure.unit,
        figure.level,
        figure.low,
        figure.high,
        figure.worst,
        figure.best,
        figure.x,
        figure.n,
        figure.eligible,
        figure.response,
        figure.first_day.isoformat(),
        figure.last_day.isoformat(),
        figure.frozen_on.isoformat() if figure.frozen_on else None,
        figure.version,
        figure.before,
        "yes" if figure.recomputable else "no",
        "yes" if figure.provisional else "no",
        figure.why,
        figure.meaning,
        evidence.spec_version,
        evidence.program.name,
        evidence.today.isoformat(),
        evidence.purpose,
    )
