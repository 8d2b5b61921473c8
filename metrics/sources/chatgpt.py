"""ChatGPT Enterprise, weekly user analytics: a person in a week from Sunday to Saturday, active or not.

It knows the first and the last active day of the week, and counts of messages. Messages are never uses; of every count
only this is read, whether it shows that somebody was active after all. Names, roles, departments and maps are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import islice

from adoption.tenancy.rules import clean_login, one_line
from adoption.tenancy.rules.cells import DateOrder, read_date, read_yes_no
from adoption.tenancy.rules.people_file import Problem
from adoption.tenancy.rules.sheets import Sheet, normal_name, shown
from metrics.sources.shape import DAYS, Cadence, Layout, OtherFile, Row

NAME = "chatgpt"

# What a column says, and the headings it goes by: the vendor's own, and those of tables that were translated on the way.
_NAMES: dict[str, str] = {
    "login": "email emailaddress useremail mail emailadresse mailadresse adresseemail courriel correoelectronico correo",
    "cadence": "cadence kadenz rhythmus turnus frequence cadencia frecuencia",
    "starts_on": "periodstart periodstartdate startofperiod zeitraumbeginn periodenbeginn debutdeperiode iniciodelperiodo",
    "ends_on": "periodend periodenddate endofperiod zeitraumende periodenende findeperiode findelperiodo",
    "is_active": "isactive active aktiv istaktiv actif estactif activo estaactivo",
    "first_active_on": "firstdayactiveinperiod ersteraktivertag premierjouractif primerdiaactivo",
    "last_active_on": "lastdayactiveinperiod letzteraktivertag dernierjouractif ultimodiaactivo",
}
_KNOWN = {name: meaning for meaning, names in _NAMES.items() for name in names.split()}
# A number above zero in one of these shows activity; some hold a map, written as Python or as JSON.
_SIGNS = frozenset(
    "messages nachrichten mensajes modeltomessages gptmessages toolmessages projectmessages gptstomessages "
    "toolstomessages projectstomessages".split()
)
_OTHERS = frozenset("accountid publicid userrole userstatus createdorinviteddate lastdayactive groups".split())
# So many of its columns make a file theirs, in whatever order and however many are left out.
ENOUGH = 4

_CADENCES = {
    word: cadence
    for cadence, words in (
        (Cadence.WEEKLY, "weekly week wochentlich woche hebdomadaire semaine semanal semana"),
        (Cadence.DAILY, "daily day taglich tag quotidien quotidienne jour diario diaria dia"),
        (Cadence.MONTHLY, "monthly month monatlich monat mensuel mensuelle mois mensual mes"),
    )
    for word in words.split()
}
# Shorter than this is no month.
LEAST_DAYS_OF_A_MONTH = 28
_REMEMBERED = 10_000  # different cells of a kind
_LOOKED_AT = 200  # rows that settle how long periods are, and how dates are written

_ABOVE_ZERO = re.compile(r"[\d.,'’\s]*[1-9][\d.,'’\s]*")
_ABOVE_ZERO_IN_MAP = re.compile(r":\s*[\"']?[\d.,]*[1-9]")
_HASH = re.compile(r"(?:sha\d+[:_-])?[0-9a-fA-F]{16,128}")


def knows(name: str) -> bool:
    """Whether a column's name, as `normal_name` gives it, is one of theirs."""
    return name in _KNOWN or name in _SIGNS or name in _OTHERS


def detect(sheet: Sheet) -> Layout | None:
    """How the file is to be read if it is theirs, else None.

    Raises OtherFile when it is theirs and lacks a column that nothing can stand for, or is not of weeks; Unreadable
    where the text breaks off within its first rows.
    """
    names = [normal_name(name) for name in sheet.header]
    if sum(map(knows, set(names))) < ENOUGH:
        return None
    columns: dict[str, int] = {}
    for number, name in enumerate(names):
        if name in _KNOWN:
            columns.setdefault(_KNOWN[name], number)
    signs = tuple(number for number, name in enumerate(names) if name in _SIGNS)
    for meaning, name in (("login", "email"), ("starts_on", "period_start")):
        if meaning not in columns:
            raise OtherFile("lacks", name)
    if not signs and "is_active" not in columns:
        raise OtherFile("lacks", "is_active")
    rows = [cells for _line, cells in islice(sheet.records(), _LOOKED_AT)]
    order = _order(rows, columns)
    _refuse_other_cadences(rows, columns, order)
    return Layout(NAME, columns, signs, order, len(sheet.header))


def read(sheet: Sheet, layout: Layout) -> Iterator[Row]:
    """The rows, one at a time. Raises Unreadable where the text itself breaks off."""
    build = _Builder(layout)
    for line, cells in sheet.records():
        yield build(line, cells)


@dataclass(frozen=True)
class _Period:
    """What the cells about a period come to: its first and last day, or what is wrong with them."""

    starts_on: date | None = None
    ends_on: date | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class _Activity:
    """What the cells about activity within a period come to."""

    is_active: bool
    first_on: date | None
    last_on: date | None
    problems: tuple[Problem, ...]


class _Builder:
    """Makes rows. What many lines share - periods, days, yes and no - is read once; this runs for each line of large files."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        # What has no column is read from an empty cell that is put behind the last one.
        columns = {meaning: layout.columns.get(meaning, layout.width) for meaning in _NAMES}
        self.login, self.cadence, self.active = columns["login"], columns["cadence"], columns["is_active"]
        self.starts, self.ends = columns["starts_on"], columns["ends_on"]
        self.first, self.last = columns["first_active_on"], columns["last_active_on"]
        self.date = lru_cache(_REMEMBERED)(partial(_day, order=layout.order))
        self.period = lru_cache(_REMEMBERED)(self._period)
        self.activity = lru_cache(_REMEMBERED)(self._activity)
        self.shows = lru_cache(_REMEMBERED)(shows_activity)

    def __call__(self, line: int, cells: list[str]) -> Row:
        row = Row(line)
        width = self.layout.width
        if len(cells) > width and any(map(str.strip, cells[width:])):
            row.problems.append(Problem("too_many_cells", "", str(len(cells)), str(width), blocks=True))
            return row
        cells = [*cells[:width], *[""] * (width + 1 - min(len(cells), width))]
        self._read_login(row, cells[self.login])
        period = self.period(cells[self.cadence], cells[self.starts], cells[self.ends])
        row.starts_on, row.ends_on = period.starts_on, period.ends_on
        if period.problem:
            row.problems.append(period.problem)
        elif not row.problems:
            signs = [cells[column] for column in self.layout.signs]
            read = self.activity(
                period.starts_on,
                period.ends_on,
                cells[self.first].strip(),
                cells[self.last].strip(),
                cells[self.active],
                any(map(self.shows, signs)),
                any(map(str.strip, signs)),
            )
            row.is_active, row.first_active_on, row.last_active_on = read.is_active, read.first_on, read.last_on
            row.problems.extend(read.problems)
        return row

    def _read_login(self, row: Row, text: str) -> None:
        row.login = clean_login(text) or ""
        if not text.strip():
            row.problems.append(Problem("no_login", "login", blocks=True))
        elif not row.login:
            row.problems.append(Problem("login_wrong", "login", shown(text), blocks=True))
        elif "@" not in row.login and _HASH.fullmatch(row.login):
            row.problems.append(Problem("hashed", "login", shown(text), blocks=True))

    def _period(self, cadence_said: str, starts_said: str, ends_said: str) -> _Period:
        said = one_line(cadence_said)
        cadence = _CADENCES.get(normal_name(said))
        starts_on, ends_on = self.date(starts_said), self.date(ends_said)
        if starts_on and not ends_said.strip() and cadence is Cadence.WEEKLY:
            ends_on = _last_day(starts_on)
        if said and cadence is not Cadence.WEEKLY:
            return _Period(problem=Problem("cadence", "cadence", shown(said), blocks=True))
        if starts_on is None or ends_on is None or (ends_on - starts_on).days != DAYS - 1:
            words = " – ".join(filter(None, (shown(starts_said), shown(ends_said))))
            return _Period(problem=Problem("period_wrong", "period", words, blocks=True))
        return _Period(starts_on, ends_on)

    def _activity(
        self, starts_on: date, ends_on: date, first: str, last: str, active: str, shows: bool, says: bool
    ) -> _Activity:
        """`shows` is whether a count is above zero, `says` whether there is any."""
        problems, days = [], []
        for text in filter(None, (first, last)):
            day = self.date(text)
            if day is None or not starts_on <= day <= ends_on:
                problems.append(Problem("day_outside", "days", shown(text)))
            else:
                days.append(day)
        is_active = bool(days) or shows
        said = read_yes_no(active)
        if said is None and not is_active and not says:
            # Silence is not idleness.
            problems.append(Problem("activity_unknown", "is_active", shown(active), blocks=True))
        elif said is False and is_active:
            problems.append(Problem("contradicts", "is_active", shown(active)))
        return _Activity(is_active or bool(said), min(days, default=None), max(days, default=None), tuple(problems))


def shows_activity(text: str) -> bool:
    """Whether a count, or a map of counts as Python or JSON writes them, has a number above zero. Nothing is evaluated."""
    return bool(_ABOVE_ZERO.fullmatch(text) or _ABOVE_ZERO_IN_MAP.search(text))


def _last_day(starts_on: date) -> date | None:
    try:
        return starts_on + timedelta(days=DAYS - 1)
    except OverflowError:
        return None


def _day(text: str, order: DateOrder | None) -> date | None:
    """A date, alone or with a time behind it."""
    return read_date(one_line(text), order)


def _order(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> DateOrder | None:
    """Under which order of day and month the periods are weeks, best from a Sunday; None when both read the same."""
    fits = {}
    for order in DateOrder:
        periods = [_period(cells, columns, order) for cells in rows]
        fits[order] = (
            sum(bool(ends and starts and (ends - starts).days == DAYS - 1) for starts, ends in periods),
            sum(bool(starts and starts.isoweekday() == DAYS) for starts, _ in periods),
        )
    best = max(fits, key=lambda order: fits[order])
    return None if len(set(fits.values())) == 1 else best


def _period(cells: Sequence[str], columns: dict[str, int], order: DateOrder | None) -> tuple[date | None, date | None]:
    starts, ends = (
        _day(cells[column], order) if column is not None and column < len(cells) else None
        for column in (columns["starts_on"], columns.get("ends_on"))
    )
    return starts, ends


def _refuse_other_cadences(rows: Sequence[Sequence[str]], columns: dict[str, int], order: DateOrder | None) -> None:
    """Refuse a file whose rows all say, or show by their dates, that they are of days or of months."""
    found = {_cadence(cells, columns, order) for cells in rows}
    if found in ({Cadence.DAILY}, {Cadence.MONTHLY}):
        raise OtherFile("cadence", found.pop() or "")


def _cadence(cells: Sequence[str], columns: dict[str, int], order: DateOrder | None) -> Cadence | None:
    column = columns.get("cadence")
    if column is not None and column < len(cells) and cells[column].strip():
        return _CADENCES.get(normal_name(cells[column]))
    starts, ends = _period(cells, columns, order)
    if starts is None or ends is None:
        return None
    days = (ends - starts).days + 1
    if days == 1:
        return Cadence.DAILY
    return Cadence.MONTHLY if days >= LEAST_DAYS_OF_A_MONTH else Cadence.WEEKLY
