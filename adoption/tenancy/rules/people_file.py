"""Reading files of people as HR systems and identity providers export them. Bytes in, clean rows and problems out."""

from __future__ import annotations

import codecs
import csv
import difflib
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, partial
from itertools import islice
from zoneinfo import available_timezones

from adoption.tenancy.rules.people import (
    MAIL_LENGTH,
    MOST_CONTRACTED_HOURS,
    NAME_LENGTH,
    TEXT_LENGTH,
    clean_hours,
    clean_login,
    clean_mail,
    one_line,
    sort_name,
)

MOST_BYTES = 20 * 1024 * 1024
MOST_COLUMNS = 200
MOST_LINES_OF_A_RECORD = 50
SAMPLE = 64 * 1024
MOST_REMEMBERED = 50_000  # cleaned values of one column
SHOWN = 80  # characters of a value that a problem repeats


class Field(StrEnum):
    """What a column can say about a person."""

    EXTERNAL_ID = "external_id"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    MAIL = "mail"
    ALIAS = "alias"
    DEPARTMENT = "department"
    JOB_ROLE = "job_role"
    LOCATION = "location"
    ZONE = "zone"
    MANAGER = "manager"
    CONTRACTED_HOURS = "contracted_hours"
    ACTIVE = "active"
    LEFT_ON = "left_on"
    ON_LEAVE = "on_leave"


class Shape(StrEnum):
    """Whose export a file looks like."""

    ENTRA = "entra"
    BAMBOO = "bamboo"
    WORKDAY = "workday"
    OTHER = "other"


class DateOrder(StrEnum):
    """How dates with slashes are to be read: 03/04 is the third of April, or March the fourth."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Unreadable(ValueError):
    """The file as a whole cannot be read. `code` says why, `line` where, when there is a where."""

    def __init__(self, code: str, *, line: int | None = None, detail: str = "") -> None:
        self.code = code
        self.line = line
        self.detail = detail
        super().__init__(code)


# --- how the text is written -----------------------------------------------------------------------------------------


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


def detect(content: bytes) -> Dialect:
    """How the file is written. Raises Unreadable for what is no table in text."""
    if len(content) > MOST_BYTES:
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
    return Dialect(encoding, hint if hint in _DELIMITERS and hint else _delimiter(header), guessed, skipped)


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


def _delimiter(header: str) -> str:
    """The separator under which the header has the most columns we know, then the most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return sum(_normal(cell) in _KNOWN for cell in cells), len(cells)

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


def open_sheet(content: bytes) -> Sheet:
    """Take a file apart. Raises Unreadable."""
    dialect = detect(content)
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

    def lines() -> Iterator[str]:
        for line in text:
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
            if count > 1 and (count > MOST_LINES_OF_A_RECORD or sum(one.count('"') for one in raw) % 2):
                raise Unreadable("open_quote", line=line_of_record)
            if any(map(str.strip, cells)):
                yield line_of_record, cells
            line_of_record += count
            raw.clear()
    except csv.Error as error:
        raise Unreadable("open_quote", line=line_of_record) from error


# --- which column says what ------------------------------------------------------------------------------------------

_NAMES: dict[Field, str] = {
    Field.EXTERNAL_ID: (
        "objectid id employeeid employeenumber employeeno personid personnelnumber personnelno filenumber "
        "workerid staffid externalid personalnummer personalnr mitarbeiternummer mitarbeiterid matricule "
        "numerodempleado numeroempleado idempleado"
    ),
    Field.NAME: (
        "displayname name fullname employeename employee workername worker anzeigename vollstandigername "
        "mitarbeiter nomcomplet nombrecompleto nomaffiche nombreparamostrar"
    ),
    Field.FIRST_NAME: "firstname givenname forename legalfirstname preferredfirstname vorname prenom nombre",
    Field.LAST_NAME: (
        "lastname surname familyname legallastname nachname familienname nom nomdefamille apellido apellidos"
    ),
    Field.MAIL: (
        "mail email emailaddress workemail primaryworkemail businessemail companyemail emailadresse mailadresse "
        "dienstlicheemail geschaftlicheemail courriel adressemail adresseemail correo correoelectronico "
        "primaryemail"
    ),
    Field.ALIAS: (
        "userprincipalname upn userlogin username login loginname samaccountname alias aliases proxyaddresses "
        "othermails alternateemail benutzerprinzipalname benutzername anmeldename nomprincipaldelutilisateur "
        "nombreprincipaldeusuario"
    ),
    Field.DEPARTMENT: (
        "department departmentname dept orgunit organizationalunit abteilung bereich organisationseinheit "
        "departement service departamento"
    ),
    Field.JOB_ROLE: (
        "jobtitle jobrole title position positiontitle businesstitle role jobprofile stellenbezeichnung stelle "
        "positionsbezeichnung funktion berufsbezeichnung intituleduposte poste fonction puesto cargo"
    ),
    Field.LOCATION: (
        "location office officelocation worklocation physicaldeliveryofficename site city standort arbeitsort "
        "buro niederlassung lieu lieudetravail bureau ubicacion oficina ciudad ort"
    ),
    Field.ZONE: "timezone zone tz zeitzone fuseauhoraire zonahoraria",
    Field.MANAGER: (
        "manager managerid managermail manageremail manageremailaddress managername manageremployeeid reportsto "
        "supervisor supervisorid supervisoremail linemanager vorgesetzter vorgesetzte vorgesetztenummer "
        "vorgesetzteremail fuhrungskraft responsable superieur jefe"
    ),
    Field.CONTRACTED_HOURS: (
        "contractedhours weeklyhours hoursperweek hoursaweek hours standardhours standardweeklyhours "
        "scheduledweeklyhours wochenstunden wochenarbeitszeit arbeitszeit arbeitsstunden vertragsstunden "
        "heureshebdomadaires heuresparsemaine horassemanales"
    ),
    Field.ACTIVE: (
        "accountenabled active enabled isactive status employmentstatus employeestatus userstatus aktiv "
        "beschaftigungsstatus kontoaktiviert actif statut activo estado"
    ),
    Field.LEFT_ON: (
        "terminationdate leavingdate lefton enddate employmentenddate exitdate austritt austrittsdatum "
        "datedesortie datededepart fechadebaja"
    ),
    Field.ON_LEAVE: "onleave isonleave leaveofabsence loa beurlaubt abwesend freigestellt enconge deexcedencia",
}
_KNOWN: dict[str, Field] = {name: meaning for meaning, names in _NAMES.items() for name in names.split()}
_SECOND_CHOICE = {
    "division": Field.DEPARTMENT,
    "usagelocation": Field.LOCATION,
    "country": Field.LOCATION,
    "land": Field.LOCATION,
}
# Understood, and on purpose not kept.
_LEFT_OUT = frozenset(
    "hiredate startdate eintrittsdatum eintritt usertype creationtype refreshtokensvalidfromdatetime".split()
)


def _normal(header: str) -> str:
    """'Name [displayName] Required' -> 'displayname', 'E-Mail-Adresse' -> 'emailadresse'."""
    bracket = re.search(r"\[(\w+)\]", header)
    return re.sub(r"[^a-z0-9]", "", sort_name(bracket[1] if bracket else header))


ColumnsOf = Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Proposal:
    """What the columns seem to mean: field -> column numbers from 0. `sure` when nobody need be asked."""

    shape: Shape
    mapping: dict[str, list[int]]
    unknown: tuple[int, ...]
    sure: bool


def propose(header: Sequence[str]) -> Proposal:
    """Read the header. Aliases may have several columns, everything else has one: the first that names it best."""
    names = [_normal(name) for name in header]
    mapping: dict[str, list[int]] = {}
    unknown: list[int] = []
    twice = False
    for column, name in enumerate(names):
        meaning = _KNOWN.get(name)
        if meaning is None:
            if name and name not in _LEFT_OUT and name not in _SECOND_CHOICE:
                unknown.append(column)
        elif meaning is Field.ALIAS or meaning not in mapping:
            mapping.setdefault(meaning.value, []).append(column)
        else:
            twice = True
            unknown.append(column)
    for column, name in enumerate(names):
        if name in _SECOND_CHOICE and _SECOND_CHOICE[name].value not in mapping:
            mapping[_SECOND_CHOICE[name].value] = [column]
    present = set(names)
    if "userprincipalname" in present and present & {"objectid", "accountenabled", "displayname"}:
        shape = Shape.ENTRA
    elif "filenumber" in present or {"managerid", "jobtitle"} <= present:
        shape = Shape.WORKDAY
    elif "workemail" in present and "id" in present:
        shape = Shape.BAMBOO
    else:
        shape = Shape.OTHER
    if shape is Shape.ENTRA and Field.MAIL.value not in mapping:
        mapping[Field.MAIL.value] = [names.index("userprincipalname")]
    complete = not lacking(mapping)
    # Workday's columns are each customer's own: the first file of a kind is looked at by a person. "status" can mean anything.
    sure = complete and not twice and shape is not Shape.WORKDAY
    return Proposal(shape, mapping, tuple(unknown), sure)


def lacking(mapping: ColumnsOf) -> str:
    """What a mapping needs before a file can be read: "key" (an address or a number), "name", or nothing."""
    if not mapping.get(Field.MAIL) and not mapping.get(Field.EXTERNAL_ID) and not mapping.get(Field.ALIAS):
        return "key"
    if not any(mapping.get(each) for each in (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)):
        return "name"
    return ""


# --- values ----------------------------------------------------------------------------------------------------------

_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2}|\d{4})(?:[ T].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2}|\d{4})(?:[ T].*)?")
_ISO = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[ T].*)?")
_WORDED = re.compile(r"(\d{1,2})\.?[ -]([^\W\d]{3,12})\.?[ -](\d{2}|\d{4})")
_US_WORDED = re.compile(r"([^\W\d]{3,12})\.? (\d{1,2}),? (\d{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner janvier enero",
            "feb february februar février febrero",
            "mar march mär märz mrz mars marzo",
            "apr april avril abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio",
            "aug august août agosto",
            "sep sept september septembre septiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre",
        ),
        start=1,
    )
    for name in names.split()
}


def read_date(text: str, order: DateOrder | None) -> date | None:
    """A date in ISO, German, British, US or worded form; None when it is none. Slashes are read in `order`."""
    text = text.strip()
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(text):
            return date(_year(found[3]), int(found[2]), int(found[1]))
        if found := _SLASHED.fullmatch(text):
            first, second = int(found[1]), int(found[2])
            day, month = (second, first) if order is DateOrder.MONTH_FIRST else (first, second)
            return date(_year(found[3]), month, day)
        if found := _WORDED.fullmatch(text):
            return date(_year(found[3]), _MONTHS[found[2].lower()], int(found[1]))
        if found := _US_WORDED.fullmatch(text):
            return date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    except (ValueError, KeyError):
        return None
    return None


def _year(digits: str) -> int:
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


@dataclass(frozen=True)
class DateQuestion:
    """Whether a column says which part of its dates is the day. `example` is a date that can be read both ways."""

    order: DateOrder | None
    example: str = ""


def date_order(sheet: Sheet, mapping: ColumnsOf) -> DateQuestion:
    """Look through the date columns: a part above 12 settles the order; without one the file must be asked about."""
    columns = [column for each in (Field.LEFT_ON,) for column in mapping.get(each, ())]
    example = ""
    if columns:
        for _line, cells in sheet.records():
            for column in columns:
                found = _SLASHED.fullmatch(cells[column].strip()) if column < len(cells) else None
                if found is None:
                    continue
                first, second = int(found[1]), int(found[2])
                if first > 12 >= second:
                    return DateQuestion(DateOrder.DAY_FIRST)
                if second > 12 >= first:
                    return DateQuestion(DateOrder.MONTH_FIRST)
                if not example and first != second and 0 < first <= 12 and 0 < second <= 12:
                    example = cells[column].strip()[:SHOWN]
    return DateQuestion(None, example)


_YES = frozenset(
    "true yes y 1 x t ja j wahr oui vrai si sí verdadero active enabled employed aktiv actif activo".split()
)
_NO = frozenset(
    "false no n 0 f nein falsch non faux falso inactive disabled terminated suspended deactivated left former inaktiv ausgeschieden inactif"
    " inactivo gekündigt".split()
)
_AWAY = frozenset(
    (
        "on leave",
        "leave",
        "loa",
        "leave of absence",
        "beurlaubt",
        "elternzeit",
        "freigestellt",
        "en congé",
        "parental leave",
    )
)


def read_yes_no(text: str) -> bool | None:
    """Yes or no in the words exports use; None when it is neither."""
    text = text.strip().casefold()
    return True if text in _YES else False if text in _NO else None


def read_hours(text: str) -> tuple[Decimal | None, str]:
    """Hours a week from "38.5", "38,5" or "38,5 h", or None and what might have been meant (or "")."""
    number = re.sub(r"\s*(h|hrs|hours|std|stunden|heures|horas)\.?$", "", text.strip().casefold()).replace(",", ".")
    try:
        hours = Decimal(number) if len(number) <= 12 else Decimal("NaN")
    except InvalidOperation:
        return None, ""
    cleaned = clean_hours(hours)
    if cleaned is not None:
        return cleaned, ""
    for divisor in (10, 100):
        if hours.is_finite() and MOST_CONTRACTED_HOURS < hours <= 60 * divisor:
            meant = clean_hours(hours / divisor)
            if meant is not None:
                return None, f"{meant.normalize():f}"
    return None, ""


# The names Microsoft's systems use where HR exports carry zones at all.
_WINDOWS_ZONES = {
    "gmt standard time": "Europe/London",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "romance standard time": "Europe/Paris",
    "e. europe standard time": "Europe/Chisinau",
    "fle standard time": "Europe/Kiev",
    "gtb standard time": "Europe/Bucharest",
    "russian standard time": "Europe/Moscow",
    "turkey standard time": "Europe/Istanbul",
    "eastern standard time": "America/New_York",
    "central standard time": "America/Chicago",
    "mountain standard time": "America/Denver",
    "pacific standard time": "America/Los_Angeles",
    "e. south america standard time": "America/Sao_Paulo",
    "india standard time": "Asia/Kolkata",
    "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore",
    "tokyo standard time": "Asia/Tokyo",
    "arabian standard time": "Asia/Dubai",
    "israel standard time": "Asia/Jerusalem",
    "south africa standard time": "Africa/Johannesburg",
    "aus eastern standard time": "Australia/Sydney",
    "utc": "UTC",
}


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()} | _WINDOWS_ZONES


def read_zone(text: str) -> tuple[str, str]:
    """An IANA zone from its name in any case or from a Windows name, or "" and the nearest name (or "")."""
    wanted = text.strip().casefold().replace(" ", "_")
    zone = _zones().get(wanted) or _zones().get(text.strip().casefold())
    if zone:
        return zone, ""
    cities = {name.rpartition("/")[2].casefold(): name for name in available_timezones() if "/" in name}
    near = difflib.get_close_matches(wanted[:SHOWN], list(_zones()), n=1, cutoff=0.75)
    return "", cities.get(wanted) or (_zones()[near[0]] if near else "")


Reader = Callable[[str], tuple[object, "Problem | None"]]

# --- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a line. A problem that `blocks` leaves the whole line out, another only the value."""

    code: str
    field: str
    value: str = ""
    suggestion: str = ""
    blocks: bool = False

    def as_json(self) -> dict[str, str | bool]:
        return {
            "code": self.code,
            "field": self.field,
            "value": self.value,
            "suggestion": self.suggestion,
            "blocks": self.blocks,
        }


@dataclass(slots=True)
class Row:
    """One line of a file, clean. An empty text or None says nothing about the person."""

    line: int
    external_id: str = ""
    name: str = ""
    sort_name: str = ""
    mail: str = ""
    aliases: tuple[str, ...] = ()
    department: str = ""
    job_role: str = ""
    location: str = ""
    zone: str = ""
    # Who the manager is, as `read_manager` says it.
    chief: tuple[str, str] = ("", "")
    contracted_hours: Decimal | None = None
    left_on: date | None = None
    # Whether the account is active, and whether the same column calls the person away.
    state: tuple[bool | None, bool | None] = (None, None)
    away: bool | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def manager(self) -> str:
        return self.chief[0]

    @property
    def manager_name(self) -> str:
        return self.chief[1]

    @property
    def active(self) -> bool | None:
        return self.state[0]

    @property
    def on_leave(self) -> bool | None:
        return self.state[1] if self.away is None else self.away

    @property
    def blocked(self) -> bool:
        return any(problem.blocks for problem in self.problems)


def read_rows(sheet: Sheet, mapping: ColumnsOf, order: DateOrder | None) -> Iterator[Row]:
    """The rows of a file, one at a time. Raises Unreadable where the text itself breaks off.

    A second line with a number or address of an earlier one is blocked: which of the two is right is not ours to guess.
    """
    width = len(sheet.header)
    build = _Builder(mapping, width, order)
    numbers: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for line, cells in sheet.records():
        row = build(line, cells)
        if row.problems and row.blocked:
            yield row
            continue
        first = numbers.setdefault(row.external_id, line) if row.external_id else line
        meaning, value = Field.EXTERNAL_ID, row.external_id
        if first == line:
            for address in (row.mail, *row.aliases):
                if address and (first := addresses.setdefault(address, line)) != line:
                    meaning, value = Field.MAIL if address == row.mail else Field.ALIAS, address
                    break
        if first != line:
            row.problems.append(Problem("repeated", meaning, _shown(value), str(first), blocks=True))
        yield row


class _Builder:
    """Makes rows. Values that many lines share are cleaned once; this runs for each line of large files."""

    def __init__(self, mapping: ColumnsOf, width: int, order: DateOrder | None) -> None:
        self.width = width
        self.order = order
        # A field without a column reads the empty cell that is put behind the last one.
        column = {each: (mapping.get(each) or (width,))[0] for each in Field}
        self.external_id, self.name, self.mail = column[Field.EXTERNAL_ID], column[Field.NAME], column[Field.MAIL]
        self.first_name, self.last_name = column[Field.FIRST_NAME], column[Field.LAST_NAME]
        self.aliases = tuple(mapping.get(Field.ALIAS, ()))
        readers: tuple[tuple[Field, str, Reader], ...] = (
            (Field.DEPARTMENT, "department", partial(_cleaned, meaning=Field.DEPARTMENT, length=TEXT_LENGTH)),
            (Field.JOB_ROLE, "job_role", partial(_cleaned, meaning=Field.JOB_ROLE, length=TEXT_LENGTH)),
            (Field.LOCATION, "location", partial(_cleaned, meaning=Field.LOCATION, length=TEXT_LENGTH)),
            (Field.ZONE, "zone", _zone),
            (Field.MANAGER, "chief", _manager),
            (Field.CONTRACTED_HOURS, "contracted_hours", _hours),
            (Field.LEFT_ON, "left_on", self.read_left_on),
            (Field.ACTIVE, "state", _state),
            (Field.ON_LEAVE, "away", _yes_no),
        )
        # What many lines share, with a memory of its own each.
        self.shared: list[tuple[int, str, Reader, dict[str, tuple[object, Problem | None]]]] = [
            (column[each], attribute, read, {}) for each, attribute, read in readers if column[each] != width
        ]

    def __call__(self, line: int, cells: list[str]) -> Row:
        row = Row(line)
        problems = row.problems
        extra = len(cells) - self.width
        if extra > 0:
            if any(map(str.strip, cells[self.width :])):
                problems.append(Problem("too_many_cells", "", str(len(cells)), str(self.width), blocks=True))
            cells[self.width] = ""
        else:
            cells.extend([""] * (1 - extra))
        if text := cells[self.external_id]:
            row.external_id = _kept(problems, _cleaned(text, Field.EXTERNAL_ID, NAME_LENGTH))
        if text := cells[self.name]:
            row.name = _kept(problems, _cleaned(text, Field.NAME, NAME_LENGTH))
        if not row.name and (text := f"{cells[self.first_name]} {cells[self.last_name]}") != " ":
            row.name = _kept(problems, _cleaned(text, Field.NAME, NAME_LENGTH))
        if row.name:
            row.sort_name = sort_name(row.name) or row.name
        if text := cells[self.mail]:
            mail = clean_mail(text)
            if mail is not None:
                row.mail = mail
            elif text.strip():
                problems.append(Problem("mail_wrong", Field.MAIL, _shown(text), mended_mail(text)))
        if self.aliases:
            self.read_aliases(row, [cells[column] for column in self.aliases])
        for column, name, read, memory in self.shared:
            if text := cells[column]:
                known = memory.get(text)
                if known is None:
                    if len(memory) > MOST_REMEMBERED:
                        memory.clear()
                    known = memory[text] = read(text)
                value, problem = known
                if problem is not None:
                    problems.append(problem)
                setattr(row, name, value)
        if not row.mail and not row.external_id and not row.aliases:
            self.refuse_keyless(row)
        return row

    def refuse_keyless(self, row: Row) -> None:
        for number, problem in enumerate(row.problems):
            if problem.code == "mail_wrong" or problem.field == Field.EXTERNAL_ID:
                row.problems[number] = replace(problem, blocks=True)
                return
        row.problems.append(Problem("no_key", Field.MAIL, _shown(row.name), blocks=True))

    def read_aliases(self, row: Row, cells: Iterable[str]) -> None:
        found: list[str] = []
        for text in cells:
            for part in re.split(r"[;|,\s]+", text) if ";" in text or "," in text or "|" in text else (text,):
                # Exchange writes proxy addresses as "SMTP:ada@example.com".
                part = part[5:] if part[:5].lower() == "smtp:" else part
                if part.lower() == row.mail:
                    continue
                login = clean_login(part)
                if login is None:
                    if part.strip():
                        row.problems.append(Problem("alias_wrong", Field.ALIAS, _shown(part)))
                elif login != row.mail and login not in found:
                    found.append(login)
        if found and not row.mail and not any(problem.code == "mail_wrong" for problem in row.problems):
            row.mail = next((one for one in found if "#ext#" not in one and clean_mail(one)), "")
            if row.mail:
                found.remove(row.mail)
        row.aliases = tuple(found)

    def read_left_on(self, text: str) -> tuple[object, Problem | None]:
        if not text.strip():
            return None, None
        found = read_date(text, self.order)
        if found is not None and 1900 <= found.year <= 2200:
            return found, None
        other = read_date(text, DateOrder.DAY_FIRST if self.order is DateOrder.MONTH_FIRST else DateOrder.MONTH_FIRST)
        return None, Problem(
            "date_wrong", Field.LEFT_ON, _shown(text), other.isoformat() if other and 1900 <= other.year <= 2200 else ""
        )


def _kept(problems: list[Problem], found: tuple[str, Problem | None]) -> str:
    if found[1] is not None:
        problems.append(found[1])
    return found[0]


def _cleaned(text: str, meaning: Field, length: int) -> tuple[str, Problem | None]:
    if len(text) <= length and text.isascii() and text.isprintable():
        # Nearly every cell, and no other function need look at it.
        return " ".join(text.split()), None
    cleaned = one_line(text)
    if len(cleaned) > length:
        return "", Problem("too_long", meaning, _shown(cleaned), str(length))
    if cleaned.isascii() and text.isprintable():
        return cleaned, None
    if "\ufffd" in cleaned:
        return cleaned, Problem("broken_letters", meaning, _shown(cleaned))
    if "\x00" in text:
        return cleaned, Problem("control_characters", meaning, _shown(cleaned))
    return cleaned, None


def read_manager(text: str) -> tuple[str, str]:
    """Who is meant by an address, a number, a name, or a name with one of the others in brackets.

    The exact part (an address in small letters, a number, or the text itself) and the name as lists sort it, "" for an
    address. Both are "" for empty text and for text no directory can hold.
    """
    cleaned = one_line(text)
    if not cleaned or len(cleaned) > NAME_LENGTH + MAIL_LENGTH + 3:
        return "", ""
    # "Jonas Becker (10023)" and "Jonas Becker <jonas@...>" say it twice: the part in brackets is the exact one.
    if inside := re.fullmatch(r"[^()<>\[\]]*[(<\[]\s*([^()<>\[\]\s][^()<>\[\]]*?)\s*[)>\]]", cleaned):
        cleaned = inside[1]
    if "@" in cleaned:
        return cleaned.lower(), ""
    last, comma, first = cleaned.partition(",")
    return cleaned, sort_name(f"{first} {last}" if comma else cleaned)


def _manager(text: str) -> tuple[object, Problem | None]:
    found = read_manager(text)
    too_long = not found[0] and text.strip()
    return found, Problem("too_long", Field.MANAGER, _shown(text), str(MAIL_LENGTH)) if too_long else None


def _hours(text: str) -> tuple[object, Problem | None]:
    if not text.strip():
        return None, None
    hours, suggestion = read_hours(text)
    return hours, Problem("hours_wrong", Field.CONTRACTED_HOURS, _shown(text), suggestion) if hours is None else None


def _zone(text: str) -> tuple[object, Problem | None]:
    if not text.strip():
        return "", None
    zone, suggestion = read_zone(text)
    return zone, None if zone else Problem("zone_unknown", Field.ZONE, _shown(text), suggestion)


def _yes_no(text: str) -> tuple[object, Problem | None]:
    answer = read_yes_no(text)
    return answer, Problem("yes_no_wrong", Field.ON_LEAVE, _shown(text)) if answer is None and text.strip() else None


def _state(text: str) -> tuple[object, Problem | None]:
    if text.strip().casefold() in _AWAY:
        return (True, True), None
    answer = read_yes_no(text)
    problem = Problem("yes_no_wrong", Field.ACTIVE, _shown(text)) if answer is None and text.strip() else None
    return (answer, None), problem


def _shown(text: str) -> str:
    return one_line(text)[:SHOWN]


def mended_mail(text: str) -> str:
    """What an address with a common slip was meant to be, or ""."""
    mended = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    if inside := re.search(r"<([^<>]+)>", mended):
        mended = inside[1]
    mended = re.sub(r"\s+", "", mended).replace("(at)", "@").replace("[at]", "@").replace(",", ".").rstrip(".;>")
    mended = re.sub(r"\.{2,}", ".", re.sub(r"@{2,}", "@", mended))
    return clean_mail(mended) or ""


# --- the chain of managers -------------------------------------------------------------------------------------------


def people_in_circles(managers: Mapping[int, int]) -> set[int]:
    """Everybody on a chain of managers that bites its own tail. Keys report to values. Linear in the number of people."""
    done: set[int] = set()
    circles: set[int] = set()
    for start in managers:
        path: dict[int, int] = {}
        here: int | None = start
        while here is not None and here not in done and here not in path:
            path[here] = len(path)
            here = managers.get(here)
        if here is not None and here in path:
            circles.update(person for person, step in path.items() if step >= path[here])
        done.update(path)
    return circles
