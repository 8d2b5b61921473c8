"""Exports of AI tools, one file a vendor, all the same shape: `detect` says whether it is theirs, `read` gives its rows."""

from __future__ import annotations

from collections.abc import Iterator

from adoption.tenancy.rules.sheets import Sheet, open_sheet
from metrics.sources import chatgpt, others
from metrics.sources.shape import Layout, OtherFile, Row

__all__ = ["MOST_BYTES", "Layout", "OtherFile", "Row", "open_export", "read"]

# A hundred thousand people with every column a vendor has.
MOST_BYTES = 64 * 1024 * 1024

# Every vendor whose figures are read, by the name that is stored with a file.
READERS = {chatgpt.NAME: chatgpt}


def open_export(content: bytes) -> tuple[Sheet, Layout]:
    """Whose export this is, and how it is to be read.

    Raises Unreadable for what is no table in text, and OtherFile for a table, or a vendor's JSON, that is not read here.
    """
    if name := others.in_json(content):
        raise OtherFile("other_vendor", name)
    sheet = open_sheet(content, knows=chatgpt.knows, most_bytes=MOST_BYTES)
    for vendor in READERS.values():
        if layout := vendor.detect(sheet):
            return sheet, layout
    if name := others.in_header(sheet.header):
        raise OtherFile("other_vendor", name)
    raise OtherFile("unknown")


def read(sheet: Sheet, layout: Layout) -> Iterator[Row]:
    """The rows of an export, one at a time. Raises Unreadable where the text itself breaks off."""
    rows: Iterator[Row] = READERS[layout.source].read(sheet, layout)
    return rows
