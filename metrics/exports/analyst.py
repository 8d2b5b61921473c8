"""The analyst's table for a spreadsheet: one row a figure, with everything that belongs to it."""

from __future__ import annotations

from adoption.tenancy.rules.safe_csv import write_csv
from metrics.queries.analyst import Analysis, Line

# The names are for programs and stay English; what people read is translated.
COLUMNS = (
    "measure",
    "name",
    "look",
    "version",
    "reason",
    "open",
    "provisional",
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
    "method",
    "first_day",
    "last_day",
    "frozen_on",
    "first_published",
    "recomputable",
    "not_shown_because",
    "definition",
    "denominator",
    "source",
    "missing",
    "specification",
    "seed",
    "input_hash",
    "program",
    "as_of",
    "purpose",
)


def analyst_csv(analysis: Analysis) -> bytes:
    """The lines that the page shows, in its order. UTF-8 with a byte order mark."""
    return write_csv([COLUMNS, *(_row(analysis, line) for line in analysis.shown)])


def _row(analysis: Analysis, line: Line) -> tuple[object, ...]:
    figure, entry, frozen = line.figure, line.entry, line.frozen
    return (
        entry.measure,
        entry.name,
        figure.look,
        figure.version,
        frozen.reason if frozen else "",
        "yes" if line.is_open else "no",
        "yes" if figure.provisional else "no",
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
        line.method,
        figure.first_day.isoformat(),
        figure.last_day.isoformat(),
        figure.frozen_on.isoformat() if figure.frozen_on else None,
        figure.before,
        "yes" if figure.recomputable else "no",
        figure.why,
        entry.definition,
        entry.denominator,
        entry.source,
        entry.missing,
        frozen.spec_version if frozen else analysis.spec_version,
        frozen.seed if frozen else None,
        frozen.input_hash if frozen else "",
        analysis.program.name,
        analysis.today.isoformat(),
        analysis.purpose,
    )
