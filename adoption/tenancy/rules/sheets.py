"""Tables as people export them: any encoding, separator and quoting. Bytes in; a header and numbered records out."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from adoption.tenancy.rules.people import TEXT_LENGTH, one_line, sort_name

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 200
MOST_LINES_OF_A_RECORD = 50
SAMPLE = 64 * 1024
SHOWN = 80  # characters of a value that a problem repeats


class Unreadable(ValueError):
    """The file as a whole cannot be read. `code` says why, `line` where, when there is a where."""

    def __init__(self, code: str, *, line: int | None = None, detail: str = "") -> None:
        self.code = code
        self.line = line
        self.detail = detail
        super().__init__(code)


@dataclass(frozen=True)
class Dialect:
    """How a file is written. `guessed` means that nothing in the file says which encoding it has."""

    encoding: str
    delimiter: str
    guessed: bool
    skipped: int = 0  # lines before the header


_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "spreadsheet"),
    (b"PK\x05\x06", "spreadsheet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "spreadsheet"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
)
_DELIMITERS = ",;\t|"


def detect(content: bytes, *, knows: Callable[[str], bool], most_bytes: int = MOST_BYTES) -> Dialect:
    """How the file is written. Raises Unreadable for what is no table in text.

    `knows` says of a column's name, as `normal_name` gives it, whether the reader of the file knows it.
    """
    if len(content) > most_bytes:
        raise Unreadable("too_large")
    for start, code in _OTHER_FILES:
        if content.startswith(start):
            raise Unreadable(code)
    encoding, guessed = _encoding(content)
    head = content[:SAMPLE].decode(encoding, "replace")
    if not head.strip("\x00 \t\r\n\ufeff"):
        raise Unreadable("empty")
    if head.lstrip().startswith(("{", "[", "<")):
        raise Unreadable("not_a_table")
    lines = head.splitlines()
    skipped, hint = 0, ""
    # Excel's hint at the separator, and the first line of Microsoft's own template.
    while skipped < len(lines) and (
        not lines[skipped].strip()
        or re.fullmatch(r'"?(sep=.|version:\s*v?[\d.]+)"?[;,\t]*', lines[skipped].strip(), re.IGNORECASE)
    ):
        if found := re.match(r'"?sep=(.)', lines[skipped].strip() + "\t", re.IGNORECASE):
            hint = found[1]
        skipped += 1
    header = lines[skipped] if skipped < len(lines) else ""
    return Dialect(encoding, hint if hint in _DELIMITERS and hint else _delimiter(header, knows), guessed, skipped)


def _encoding(content: bytes) -> tuple[str, bool]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding, False
    if content.isascii() and b"\x00" not in content[:SAMPLE]:
        return "utf-8", False
    sample = content[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 4:
        return ("utf-16-le" if odd > even else "utf-16-be"), True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), 1 << 20):
            decoder.decode(content[start : start + (1 << 20)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252", True
    return "utf-8", False


def _delimiter(header: str, knows: Callable[[str], bool]) -> str:
    """The separator under which the header has the most columns we know, then the most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return sum(knows(normal_name(cell)) for cell in cells), len(cells)

    return max(_DELIMITERS, key=score)


@dataclass(frozen=True)
class Sheet:
    """A file taken apart: its header, and its records with the line each begins at."""

    content: bytes
    dialect: Dialect
    header: tuple[str, ...]

    @property
    def signature(self) -> str:
        """The same for files with the same columns in the same order, whatever their case: what a mapping is remembered by."""
        return hashlib.sha256(
            "\x1f".join(name.casefold() for name in self.header).encode("utf-8", "replace")
        ).hexdigest()

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Line (1 for the first of the file) and cells of each record, without empty ones. Raises Unreadable."""
        records = _records(self.content, self.dialect)
        next(records, None)
        return records

    def examples(self, most: int = 3) -> list[tuple[str, ...]]:
        """The first values of each column that are not empty, at most `most` and no longer than SHOWN."""
        found: list[list[str]] = [[] for _ in self.header]
        try:
            for _line, cells in islice(self.records(), 200):
                for values, cell in zip(found, cells, strict=False):
                    shown = one_line(cell)[:SHOWN]
                    if shown and len(values) < most and shown not in values:
                        values.append(shown)
        except Unreadable:
            pass  # said where the whole file is read
        return [tuple(values) for values in found]


def open_sheet(content: bytes, *, knows: Callable[[str], bool], most_bytes: int = MOST_BYTES) -> Sheet:
    """Take a file apart; `knows` as in `detect`. Raises Unreadable."""
    dialect = detect(content, knows=knows, most_bytes=most_bytes)
    records = _records(content, dialect)
    first = next(records, None)
    if first is None:
        raise Unreadable("empty")
    if len(first[1]) > MOST_COLUMNS:
        raise Unreadable("too_many_columns")
    if next(records, None) is None:
        raise Unreadable("header_only")
    return Sheet(content, dialect, tuple(one_line(cell)[:TEXT_LENGTH] for cell in first[1]))


def _records(content: bytes, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(io.BytesIO(content), encoding=dialect.encoding, errors="replace", newline="")
    # Without a quotation mark every line is a record, and nobody need watch where one ends.
    return _quoted(text, dialect) if b'"' in content else _plain(text, dialect)


def _plain(text: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    line = 0
    try:
        for line, cells in enumerate(csv.reader(text, delimiter=dialect.delimiter), start=1):
            if line > dialect.skipped and any(map(str.strip, cells)):
                yield line, cells
    except csv.Error as error:
        raise Unreadable("long_cell", line=line + 1) from error


def _quoted(text: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    raw: list[str] = []
    # An empty line after the last one: a record into which it falls was still open.
    end = "\n"

    def lines() -> Iterator[str]:
        for line in chain(text, [end]):
            raw.append(line)
            yield line

    source = lines()
    for _ in range(dialect.skipped):
        next(source, None)
    raw.clear()
    line_of_record = dialect.skipped + 1
    try:
        for cells in csv.reader(source, delimiter=dialect.delimiter):
            count = len(raw)
            if count > 1 and (
                count > MOST_LINES_OF_A_RECORD or raw[-1] is end or sum(one.count('"') for one in raw) % 2
            ):
                raise Unreadable("open_quote", line=line_of_record)
            if any(map(str.strip, cells)):
                yield line_of_record, cells
            line_of_record += count
            raw.clear()
    except csv.Error as error:
        raise Unreadable("open_quote", line=line_of_record) from error


def normal_name(header: str) -> str:
    """'Name [displayName] Required' -> 'displayname', 'E-Mail-Adresse' -> 'emailadresse'."""
    bracket = re.search(r"\[(\w+)\]", header)
    return re.sub(r"[^a-z0-9]", "", sort_name(bracket[1] if bracket else header))


def shown(text: str) -> str:
    """A value as a problem repeats it: on one line, and not all of a long one."""
    return one_line(text)[:SHOWN]
