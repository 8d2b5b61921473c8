"""Evidence as a workbook: what it says, every figure in a row, money, what the measures mean. Imported by workers only."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from adoption.tenancy.rules.safe_csv import safe_cell
from metrics.exports import told
from metrics.exports.evidence import COLUMNS, evidence_rows
from metrics.exports.money import COLUMNS as MONEY_COLUMNS
from metrics.exports.money import money_rows
from metrics.queries.dictionary import dictionary
from metrics.queries.figures import Evidence
from metrics.queries.money import Money

INK, ACCENT, LINE, SUNKEN = "#15211E", "#0A655E", "#C3CDC8", "#EDF0ED"
# How wide a column is, by its name; the others are narrow.
_WIDE = {
    "measure": 20,
    "line": 20,
    "name": 34,
    "group": 20,
    "figure": 22,
    "first_published": 22,
    "rests_on": 40,
    "not_shown_because": 40,
    "not_known_because": 40,
    "definition": 60,
}
_NARROW = 12
# Text alone: nothing becomes a formula or a link because of how it begins. Dates are text, as in the CSV.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def evidence_sheet(evidence: Evidence, money: Money | None = None) -> bytes:
    """The workbook: the same rows as the CSV files, under a page that says what they come to.

    Without `money`, or where nothing is told of money, it has no sheet of it.
    """
    file = io.BytesIO()
    book = Workbook(file, _OPTIONS)
    # When it was made is said inside, by the clock it was made with.
    book.set_properties({"title": evidence.program.name, "comments": evidence.purpose, "author": "Murmuration"})
    _say(book, evidence)
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": ACCENT, "valign": "top"})
    _list(book, _("Figures"), COLUMNS, evidence_rows(evidence), head)
    if money and money.lines:
        _list(book, _("Money"), MONEY_COLUMNS, money_rows(money), head)
    _mean(book, evidence, head)
    book.close()
    return file.getvalue()


def _say(book: Workbook, evidence: Evidence) -> None:
    sheet = book.add_worksheet(_("Summary"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 90)
    title = book.add_format(
        {"font_name": "Georgia", "font_size": 18, "font_color": INK, "text_wrap": True, "valign": "top"}
    )
    name = book.add_format({"bold": True, "font_color": ACCENT, "valign": "top", "text_wrap": True})
    plain = book.add_format({"font_color": INK, "text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, 1, "", title)
    sheet.write_string(0, 0, told.opening(evidence), title)
    sheet.set_row(0, 78)
    rows = [
        (_("Programme"), f"{evidence.program.name}, {evidence.program.workflow.name}"),
        (_("Organisation"), evidence.program.organization.name),
        *((_("What it rests on") if number == 0 else "", text) for number, text in enumerate(told.beneath(evidence))),
        *((one.name, f"{one.value}. {one.note}") for one in told.facts(evidence)),
        (_("Edition"), told.edition(evidence)),
        (_("Purpose"), evidence.purpose),
    ]
    for number, (left, right) in enumerate(rows, 2):
        sheet.write_string(number, 0, left, name)
        sheet.write_string(number, 1, right, plain)


def _list(
    book: Workbook, name: str, columns: Sequence[str], rows: Collection[tuple[object, ...]], head: Format
) -> None:
    """A sheet of the rows of a CSV, to be filtered."""
    sheet = book.add_worksheet(name)
    _write(book, sheet, 0, [columns], head)
    _write(book, sheet, 1, rows, book.add_format({"valign": "top", "font_color": INK}))
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDE.get(column, _NARROW))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)


def _mean(book: Workbook, evidence: Evidence, head: Format) -> None:
    sheet = book.add_worksheet(_("Definitions"))
    wrapped = book.add_format(
        {"text_wrap": True, "valign": "top", "font_color": INK, "bottom": 1, "bottom_color": LINE}
    )
    used = {str(figure.measure) for figure in evidence.figures}
    columns = (_("measure"), _("name"), _("definition"), _("unit"), _("of whom"), _("source"), _("silence"))
    rows = [
        (one.measure, one.name, one.definition, one.unit, one.denominator, one.source, one.missing)
        for one in dictionary(evidence.program.mode)
        if one.measure in used
    ]
    _write(book, sheet, 0, [columns], head)
    _write(book, sheet, 1, rows, wrapped)
    for number, width in enumerate((20, 30, 60, 16, 40, 40, 50)):
        sheet.set_column(number, number, width)
    sheet.freeze_panes(1, 0)


def _write(book: Workbook, sheet: Worksheet, first: int, rows: Iterable[Iterable[object]], how: Format) -> None:
    """Numbers as numbers, everything else as text; what a CSV would mark as no formula is marked as text here."""
    quoted = book.add_format({"valign": "top", "font_color": INK, "quote_prefix": True})
    for number, row in enumerate(rows, first):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, int):
                sheet.write_number(number, place, value, how)
            else:
                text = str(value)
                sheet.write_string(number, place, text, how if safe_cell(text) == text else quoted)
