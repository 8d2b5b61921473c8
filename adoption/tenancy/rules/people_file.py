"""Reading files of people as HR systems and identity providers export them. A sheet in; clean rows and problems out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial

from adoption.tenancy.rules import sheets
from adoption.tenancy.rules.cells import (
    DateOrder,
    DateQuestion,
    is_away,
    mended_mail,
    order_of,
    read_date,
    read_hours,
    read_yes_no,
    read_zone,
)
from adoption.tenancy.rules.people import (
    MAIL_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    clean_login,
    clean_mail,
    one_line,
    sort_name,
)
from adoption.tenancy.rules.sheets import Sheet, normal_name, shown

MOST_REMEMBERED = 50_000  # cleaned values of one column


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


def open_sheet(content: bytes) -> Sheet:
    """Take a file of people apart. Raises Unreadable."""
    return sheets.open_sheet(content, knows=_KNOWN.__contains__)


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
    names = [normal_name(name) for name in header]
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


def date_order(sheet: Sheet, mapping: ColumnsOf) -> DateQuestion:
    """Whether the date columns say which part of a date is the day."""
    columns = mapping.get(Field.LEFT_ON, ())
    if not columns:
        return DateQuestion(None)
    return order_of(cells[column] for _line, cells in sheet.records() for column in columns if column < len(cells))


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


Reader = Callable[[str], tuple[object, Problem | None]]


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
            row.problems.append(Problem("repeated", meaning, shown(value), str(first), blocks=True))
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
                problems.append(Problem("mail_wrong", Field.MAIL, shown(text), mended_mail(text)))
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
        row.problems.append(Problem("no_key", Field.MAIL, shown(row.name), blocks=True))

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
                        row.problems.append(Problem("alias_wrong", Field.ALIAS, shown(part)))
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
            "date_wrong", Field.LEFT_ON, shown(text), other.isoformat() if other and 1900 <= other.year <= 2200 else ""
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
        return "", Problem("too_long", meaning, shown(cleaned), str(length))
    if cleaned.isascii() and text.isprintable():
        return cleaned, None
    if "\ufffd" in cleaned:
        return cleaned, Problem("broken_letters", meaning, shown(cleaned))
    if "\x00" in text:
        return cleaned, Problem("control_characters", meaning, shown(cleaned))
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
    return found, Problem("too_long", Field.MANAGER, shown(text), str(MAIL_LENGTH)) if too_long else None


def _hours(text: str) -> tuple[object, Problem | None]:
    if not text.strip():
        return None, None
    hours, suggestion = read_hours(text)
    return hours, Problem("hours_wrong", Field.CONTRACTED_HOURS, shown(text), suggestion) if hours is None else None


def _zone(text: str) -> tuple[object, Problem | None]:
    if not text.strip():
        return "", None
    zone, suggestion = read_zone(text)
    return zone, None if zone else Problem("zone_unknown", Field.ZONE, shown(text), suggestion)


def _yes_no(text: str) -> tuple[object, Problem | None]:
    answer = read_yes_no(text)
    return answer, Problem("yes_no_wrong", Field.ON_LEAVE, shown(text)) if answer is None and text.strip() else None


def _state(text: str) -> tuple[object, Problem | None]:
    if is_away(text):
        return (True, True), None
    answer = read_yes_no(text)
    problem = Problem("yes_no_wrong", Field.ACTIVE, shown(text)) if answer is None and text.strip() else None
    return (answer, None), problem


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
