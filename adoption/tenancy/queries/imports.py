"""Reads of imports: what a preview, its lines and its problems say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adoption.tenancy.models import ImportRow, Outcome, PeopleImport, Person
from adoption.tenancy.models.imports import ImportRowQuerySet
from adoption.tenancy.queries.files import HISTORY, LinesPage, page_of_lines
from adoption.tenancy.rules.people_file import Field, Shape

FIELD_WORDS: dict[str, str | Promise] = {
    Field.EXTERNAL_ID: gettext_lazy("Number in the HR system"),
    Field.NAME: gettext_lazy("Name"),
    Field.FIRST_NAME: gettext_lazy("First name"),
    Field.LAST_NAME: gettext_lazy("Last name"),
    Field.MAIL: gettext_lazy("Work e-mail"),
    Field.ALIAS: gettext_lazy("Other address or login"),
    Field.DEPARTMENT: gettext_lazy("Department"),
    Field.JOB_ROLE: gettext_lazy("Role"),
    Field.LOCATION: gettext_lazy("Location"),
    Field.ZONE: gettext_lazy("Time zone"),
    Field.MANAGER: gettext_lazy("Manager"),
    Field.CONTRACTED_HOURS: gettext_lazy("Hours a week"),
    Field.ACTIVE: gettext_lazy("Active, yes or no"),
    Field.LEFT_ON: gettext_lazy("Date of leaving"),
    Field.ON_LEAVE: gettext_lazy("On leave, yes or no"),
}
SHAPE_WORDS: dict[str, str | Promise] = {
    Shape.ENTRA: gettext_lazy("an export from Microsoft Entra"),
    Shape.BAMBOO: gettext_lazy("an export from BambooHR"),
    Shape.WORKDAY: gettext_lazy("an export from Workday"),
    Shape.OTHER: gettext_lazy("a table of people"),
}
# What is wrong with a file as a whole, and what to do.
FILE_WORDS: dict[str, str | Promise] = {
    "too_large": gettext_lazy("The file is larger than 20 MB. Leave columns out that are not needed, or split it."),
    "spreadsheet": gettext_lazy("This is a spreadsheet, not a CSV file. Open it and save it as “CSV UTF-8”."),
    "pdf": gettext_lazy("This is a PDF. Ask your HR system for a CSV file instead."),
    "archive": gettext_lazy("This is a packed archive. Unpack it and choose the CSV file inside."),
    "picture": gettext_lazy("This is a picture. Choose a CSV file."),
    "empty": gettext_lazy("The file is empty. Nothing was imported."),
    "header_only": gettext_lazy("The file has a header and no people below it. Nothing was imported."),
    "not_a_table": gettext_lazy("This is not a table. Choose a CSV file with one person a line."),
    "too_many_columns": gettext_lazy(
        "The first line has more than 200 columns. Is the separator a comma, semicolon or tab?"
    ),
    "long_cell": gettext_lazy("A cell has more than 100,000 characters. Is the separator the right one?"),
    "open_quote": gettext_lazy("A quotation mark is opened and never closed. Close it, and choose the file again."),
}


def file_problem(code: str, line: int | None) -> str:
    """The sentence for a file that cannot be read."""
    sentence = str(FILE_WORDS[code])
    return _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence} if line else sentence


# What is wrong with a line. `value` is what it says, `meant` what it could mean, `who` and `other` are people.
_BLOCKING: dict[str, str | Promise] = {
    "no_key": gettext_lazy("There is neither an address nor a number, so nobody could be found again."),
    "name_missing": gettext_lazy("%(value)s is not in the directory yet, and there is no name to enter them under."),
    "repeated": gettext_lazy("%(value)s is on line %(meant)s already. A person is taken once."),
    "two_people": gettext_lazy("This line points at two people: %(who)s and %(other)s. Put their entries right first."),
    "other_number": gettext_lazy(
        "%(who)s has this address and another number, %(meant)s. Is this somebody new with an old address?"
    ),
    "erased": gettext_lazy(
        "Somebody with this address or number was erased on request, and does not come back by a file."
    ),
    "gone_already": gettext_lazy("%(value)s has left and was never in the directory. There is nothing to do."),
    "too_many_cells": gettext_lazy("The line has %(value)s cells under %(meant)s headings. Is there a comma too many?"),
}
_LEAVING_OUT: dict[str, str | Promise] = {
    "mail_wrong": gettext_lazy("“%(value)s” is not a mail address."),
    "alias_wrong": gettext_lazy("“%(value)s” cannot be an address or a login."),
    "too_long": gettext_lazy("“%(value)s…” is longer than %(meant)s characters."),
    "hours_wrong": gettext_lazy("%(value)s is not a number of hours a week."),
    "date_wrong": gettext_lazy("“%(value)s” is not a date."),
    "zone_unknown": gettext_lazy("“%(value)s” is not a time zone."),
    "yes_no_wrong": gettext_lazy("“%(value)s” is neither yes nor no."),
    "manager_unknown": gettext_lazy("Nobody is known as %(value)s, neither here nor in the file."),
    "manager_ambiguous": gettext_lazy("There are several people called %(value)s. Use their address or number."),
    "manager_self": gettext_lazy("%(value)s would be their own manager."),
    "manager_circle": gettext_lazy("With %(value)s the chain of managers would be a circle."),
    "broken_letters": gettext_lazy("“%(value)s” has letters that cannot be read. Save the file as UTF-8."),
    "control_characters": gettext_lazy("“%(value)s” had characters in it that nobody can see; they were left out."),
    "administrator": gettext_lazy(
        "%(value)s is an administrator and does not leave by a file. Take the role away first."
    ),
    "has_left": gettext_lazy(
        "The directory says that they left on %(value)s. The file does not say that they are back."
    ),
}
# With these a value is taken all the same.
_TAKEN = frozenset({"broken_letters", "control_characters"})
_MEANT = gettext_lazy("Did you mean %(meant)s?")
_TOO_MUCH = gettext_lazy("%(value)s is more than a week holds.")


@dataclass(frozen=True)
class Told:
    """One problem of a line, in words. `blocks` means that the whole line is left out, `drops` that this value is."""

    field: str
    sentence: str
    blocks: bool
    drops: bool


def _told(problem: dict[str, Any], names: dict[int, str]) -> Told:
    code = problem["code"]
    somebody = _("somebody")
    words = {
        "value": problem.get("value", ""),
        "meant": problem.get("suggestion", ""),
        "who": names.get(problem.get("person", 0), somebody),
        "other": names.get(problem.get("other", 0), somebody),
    }
    pattern = _BLOCKING.get(code) or _LEAVING_OUT[code]
    if code == "hours_wrong" and words["meant"]:
        pattern = _TOO_MUCH
    sentence = str(pattern) % words
    if words["meant"] and code in {"hours_wrong", "mail_wrong", "date_wrong", "zone_unknown"}:
        sentence = f"{sentence} {_MEANT % words}"
    blocks = bool(problem.get("blocks"))
    drops = not blocks and code not in _TAKEN
    return Told(str(FIELD_WORDS.get(problem.get("field", ""), "")), sentence, blocks, drops)


@dataclass(frozen=True)
class Change:
    """One field of an entry, before and after. Texts as people read them; "" for nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewLine:
    """One line of an import as a page shows it. `line` is None for somebody who is missing from the file."""

    line: int | None
    outcome: str
    outcome_word: str
    person: Person | None
    name: str
    mail: str
    changes: list[Change]
    problems: list[Told]
    kept_because: str


class Show(StrEnum):
    """Which lines of an import a page shows."""

    ALL = "all"
    NEW = "new"
    CHANGED = "changed"
    LEFT = "left"
    PROBLEMS = "problems"
    KEPT = "kept"


def lines_page(
    people_import: PeopleImport, show: Show, *, after: int | None = None, before: int | None = None
) -> LinesPage[PreviewLine]:
    """One page of lines; those missing from the file come first. At most three queries."""
    return page_of_lines(_shown(people_import, show), _preview, after=after, before=before)


def problem_lines(people_import: PeopleImport) -> Iterator[tuple[int, str, str, str, str]]:
    """For a file of problems: line, name, field, what is wrong, and whether the line, only the value or nothing is left out."""
    rows = ImportRow.objects.filter(people_import=people_import).with_problems().order_by("line")
    batch: list[ImportRow] = []
    for row in rows.iterator(chunk_size=1_000):
        batch.append(row)
        if len(batch) == 1_000:
            yield from _problem_lines(batch)
            batch = []
    yield from _problem_lines(batch)


def _problem_lines(rows: list[ImportRow]) -> Iterator[tuple[int, str, str, str, str]]:
    for line in _preview(rows):
        for problem in line.problems:
            what = _("line left out") if problem.blocks else _("value left out") if problem.drops else _("value taken")
            yield line.line or 0, line.name or line.mail, problem.field, problem.sentence, what


def _shown(people_import: PeopleImport, show: Show) -> ImportRowQuerySet:
    rows: ImportRowQuerySet = ImportRow.objects.filter(people_import=people_import)
    if show is Show.PROBLEMS:
        return rows.with_problems()
    if show is Show.KEPT:
        return rows.exclude(kept_because="")
    return rows if show is Show.ALL else rows.filter(outcome=show.value)


def _preview(rows: list[ImportRow]) -> list[PreviewLine]:
    named: list[int | None] = []
    for row in rows:
        named += [row.target, row.manager_number, (row.before or {}).get("manager_number")]
        named += [problem.get(key) for problem in row.problems or [] for key in ("person", "other")]
    wanted = {number for number in named if number is not None}
    people = {person.pk: person for person in Person.objects.filter(pk__in=wanted)}
    names = {pk: person.name for pk, person in people.items()}
    unknown = wanted - people.keys()
    if unknown:
        # Managers who are themselves new in this file.
        imports = {row.people_import_id for row in rows}
        found = ImportRow.objects.filter(people_import__in=imports, outcome=Outcome.NEW, target__in=unknown)
        names |= {target: name for target, name in found.values_list("target", "name") if target and name}
    return [_line(row, people, names) for row in rows]


def _line(row: ImportRow, people: dict[int, Person], names: dict[int, str]) -> PreviewLine:
    return PreviewLine(
        line=row.line if row.line > 0 else None,
        outcome=row.outcome,
        outcome_word=str(Outcome(row.outcome).label),
        person=people.get(row.target or 0),
        name=row.name or "",
        mail=row.mail or "",
        changes=list(_changes(row, names)),
        problems=[_told(problem, names) for problem in row.problems or []],
        kept_because=str(KEPT_WORDS.get(row.kept_because, "")),
    )


KEPT_WORDS: dict[str, str | Promise] = {
    "changed_since": gettext_lazy("was changed since"),
    "in_use": gettext_lazy("has been put to use since"),
    "manager": gettext_lazy("is the manager of somebody who stays"),
    "taken": gettext_lazy("somebody else has their former address or number by now"),
    "erased": gettext_lazy("was erased since"),
}


def _changes(row: ImportRow, names: dict[int, str]) -> Iterator[Change]:
    for field, before in (row.before or {}).items():
        if field == "sort_name":
            continue
        after = getattr(row, field)
        key = "manager" if field == "manager_number" else field
        if key == "manager":
            before, after = names.get(before, ""), names.get(after or 0, "")
        yield Change(str(FIELD_WORDS[key]), _text(before), _text(after))
    if row.outcome != Outcome.NEW:
        for alias in row.aliases or []:
            yield Change(str(FIELD_WORDS[Field.ALIAS]), "", alias)
    if row.leave_begins is not None:
        yield Change(
            _("Leave"), _("on leave") if not row.leave_begins else "", _("on leave") if row.leave_begins else ""
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and len(value) == 10 and value[4:5] == "-" == value[7:8]:
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, date):
        return str(date_format(value, "j F Y"))
    return value if isinstance(value, str) else f"{number_format(value)}"


def open_import() -> PeopleImport | None:
    """The import that waits for somebody in the organisation entered."""
    found: PeopleImport | None = PeopleImport.objects.open().for_page().first()
    return found


def recent_imports() -> list[PeopleImport]:
    """The imports that changed the directory, newest first."""
    return list(PeopleImport.objects.committed().for_page().newest_first()[:HISTORY])


def progress_key(import_id: int) -> str:
    """Where a worker leaves how far it has read. Numbers of imports are the installation's, so no two tenants share one."""
    return f"people-import:{import_id}"
