"""Writing tables that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# A cell that begins like this is a formula to a spreadsheet, and a formula can send data away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """The text of a cell that no spreadsheet takes for a formula. Numbers stay numbers, None is empty."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) and isinstance(value, str) else text


def write_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """A table as UTF-8 with a byte order mark (spreadsheets otherwise misread it), commas and CRLF."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig", "replace")
