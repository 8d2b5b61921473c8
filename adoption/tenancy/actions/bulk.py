"""Many rows at once: streaming them into a temporary table, and statements over all of them. For imports of every floor."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

# Called now and then with the number of lines read so far.
Progress = Callable[[int], None]

PROGRESS_EVERY = 5_000
MANY = 1_000  # lines
CHUNK = 64 * 1024  # characters

# Loops inside loops never; a small sample is enough to know how many rows there are; memory for tables in hashes.
BULK = """
SET LOCAL enable_nestloop = off; SET LOCAL default_statistics_target = 10; SET LOCAL work_mem = '64MB';
SET LOCAL statement_timeout = '10min'
"""
# Foreign keys are checked by plans that a connection keeps from its first check on, perhaps of an empty table: over many
# rows those read whole tables for each row. Planned anew they see how large the tables have become.
ORDINARY = """
RESET enable_nestloop; RESET default_statistics_target; RESET work_mem; RESET statement_timeout; DISCARD PLANS
"""


@contextmanager
def in_bulk(lines: int) -> Iterator[None]:
    """Plan for many lines. Rows of this very transaction are in no statistics, and a plan for few takes hours over many."""
    if lines < MANY:
        yield
        return
    run(BULK, {})
    yield
    run(ORDINARY, {})


def run(statement: str, parameters: dict[str, Any]) -> int:
    """Run a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def read(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The rows a statement answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def copy(target: str, lines: Iterator[str], progress: Progress) -> int:
    """Stream lines, as COPY reads them, into `target`: a table with its columns. Returns how many there were.

    Tabs stand between values, an empty one is NULL. Raises whatever making the lines raises, and the transaction stays whole.
    """
    source = _Lines(lines, progress)
    try:
        # The savepoint keeps the transaction whole when the file breaks off: what went wrong is to be written down.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {target} FROM STDIN WITH (NULL '')", source)
    except Exception:
        if source.failure is not None:
            raise source.failure from None
        raise
    return source.count


def escaped(line: str) -> str:
    """A line whose values hold no tab and no line end, so that COPY reads their backslashes as such."""
    return line.replace("\\", "\\\\") if "\\" in line else line


class _Lines(io.RawIOBase):
    """A generator of lines as the file that COPY wants; remembers what failed, which the driver does not pass on."""

    def __init__(self, lines: Iterator[str], progress: Progress) -> None:
        self.lines = lines
        self.progress = progress
        self.count = 0
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """About 64 kB of whole lines, whatever is asked for: the driver takes what it gets."""
        chunk: list[str] = []
        length = 0
        try:
            for line in self.lines:
                chunk.append(line)
                length += len(line)
                self.count += 1
                if self.count % PROGRESS_EVERY == 0:
                    self.progress(self.count)
                if length >= CHUNK:
                    break
        except Exception as failure:
            self.failure = failure
            raise
        return "".join(chunk).encode()
