"""Reads that every import of a file has: its lines a page at a time, and whether the file came before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adoption.tenancy.models.files import FileImport
from adoption.tenancy.walls import TenantQuerySet

PAGE_SIZE = 50
HISTORY = 20

Line = TypeVar("Line")


@dataclass(frozen=True)
class LinesPage(Generic[Line]):
    """One page of an import's lines. `previous` and `next` are line numbers to go on from, None at the ends."""

    rows: list[Line]
    previous: int | None
    next: int | None


def page_of_lines(
    rows: TenantQuerySet, say: Callable[[list[Any]], list[Line]], *, after: int | None, before: int | None
) -> LinesPage[Line]:
    """One page of lines in the order of the file, put into words by `say`. One query, and those of `say`."""
    if before is not None:
        found = list(rows.filter(line__lt=before).order_by("-line")[: PAGE_SIZE + 1])
    else:
        found = list((rows if after is None else rows.filter(line__gt=after)).order_by("line")[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if before is not None:
        found.reverse()
    earlier, later = (more, True) if before is not None else (after is not None, more)
    return LinesPage(
        say(found),
        found[0].line if found and earlier else None,
        found[-1].line if found and later else None,
    )


def same_file_before(file: FileImport) -> FileImport | None:
    """An earlier import of exactly the same file that was committed and not undone."""
    rows = type(file).objects.counting().without_file().filter(file_hash=file.file_hash).exclude(pk=file.pk)
    found: FileImport | None = rows.newest_first().first()
    return found
