"""Reads of usage imports: what a preview would change, what is wrong with which line, and what was imported before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adoption.programs.models import Program
from adoption.tenancy.queries.files import HISTORY, LinesPage, page_of_lines
from adoption.tenancy.queries.imports import FILE_WORDS as ANY_FILE_WORDS
from metrics.models import VendorFile, VendorRow
from metrics.rules import Week, WeekState
from metrics.sources import others
from metrics.sources.chatgpt import NAME as CHATGPT
from metrics.sources.shape import Cadence, OtherFile

STALE_AFTER = timedelta(weeks=1)

Words = str | Promise


# --- what a preview would change -------------------------------------------------------------------------------------


@dataclass
class Effect:
    """What a file would do to weeks: how many silent ones become zero, how many zeros open again, and how many answers
    it would stand against. An answer is never changed.
    """

    zeros: int = 0
    reopened: int = 0
    discrepant: int = 0

    def add(self, before: Week, after: Week, weeks: int) -> None:
        """Count so many weeks that were one thing and would be another."""
        self.zeros += weeks * (before.state is WeekState.MISSING and after.state is WeekState.ZERO)
        self.reopened += weeks * (before.state is WeekState.ZERO and after.state is WeekState.MISSING)
        self.discrepant += weeks * (after.discrepant and not before.discrepant)

    def as_json(self) -> dict[str, int]:
        return {"zeros": self.zeros, "reopened": self.reopened, "discrepant": self.discrepant}


# --- words -----------------------------------------------------------------------------------------------------------

SOURCE_WORDS: dict[str, Words] = {CHATGPT: gettext_lazy("ChatGPT Enterprise, weekly analytics")}
FILE_WORDS: dict[str, Words] = {
    **ANY_FILE_WORDS,
    "too_large": gettext_lazy("The file is larger than 64 MB. Leave columns out that are not needed, or split it."),
    "pdf": gettext_lazy("This is a PDF. Export the figures as a CSV file instead."),
    "header_only": gettext_lazy("The file has a header and no rows below it. Nothing was imported."),
    "not_a_table": gettext_lazy("This is not a table. Choose the CSV file that the tool's own export gives."),
    "unknown": gettext_lazy(
        "Nobody’s export that we know has these columns. So far the weekly analytics of ChatGPT Enterprise are read."
    ),
}
OTHER_FILES: dict[str, Words] = {
    others.M365: gettext_lazy("a usage report of Microsoft 365 Copilot"),
    others.VIVA: gettext_lazy("a person query from Viva Insights"),
    others.PURVIEW: gettext_lazy("an audit log from Microsoft Purview"),
    others.GITHUB: gettext_lazy("an export from GitHub Copilot"),
    others.CLAUDE: gettext_lazy("an export from Claude"),
    others.GEMINI: gettext_lazy("an export of Gemini in Google Workspace"),
    others.PEOPLE: gettext_lazy("a list of people"),
}
_CADENCES: dict[str, Words] = {Cadence.DAILY: gettext_lazy("daily"), Cadence.MONTHLY: gettext_lazy("monthly")}


def file_problem(code: str, line: int | None = None) -> str:
    """The sentence for a file that cannot be read."""
    sentence = str(FILE_WORDS[code])
    return _("Line %(line)d: %(sentence)s") % {"line": line, "sentence": sentence} if line else sentence


def other_file(failure: OtherFile) -> str:
    """The sentence for a file that can be read, and is not what is read here. It names what was recognised."""
    if failure.code == "other_vendor":
        if failure.what == others.PEOPLE:
            return _("This is a list of people. It belongs under “Import people”. Nothing was imported.")
        return _(
            "This is %(what)s. So far the weekly analytics of ChatGPT Enterprise are read. Nothing was imported."
        ) % {"what": OTHER_FILES[failure.what]}
    if failure.code == "cadence":
        return _(
            "These are %(cadence)s figures of ChatGPT Enterprise. A week is what people are asked about: export the "
            "analytics with the weekly cadence. Nothing was imported."
        ) % {"cadence": _CADENCES[failure.what]}
    if failure.code == "lacks":
        return _(
            "These are analytics of ChatGPT Enterprise without the column “%(column)s”. Export them again with it."
        ) % {"column": failure.what}
    return file_problem(failure.code)


# What is wrong with a line. `value` is what it says, `meant` what belongs to it.
_SENTENCES: dict[str, Words] = {
    "too_many_cells": gettext_lazy("The line has %(value)s cells under %(meant)s headings. Is there a comma too many?"),
    "no_login": gettext_lazy("There is no address, so nobody can be found by it."),
    "login_wrong": gettext_lazy("“%(value)s” cannot be an address or a login."),
    "hashed": gettext_lazy("“%(value)s” is a hash instead of an address. Export without hidden names."),
    "cadence": gettext_lazy("“%(value)s” is not a week. Only weekly lines are read."),
    "period_wrong": gettext_lazy("“%(value)s” is not a period of seven days."),
    "not_over": gettext_lazy("The week of %(value)s is not over: it ends on %(meant)s."),
    "too_early": gettext_lazy("The week of %(value)s lies before the first week anybody was asked about, %(meant)s."),
    "last_year": gettext_lazy(
        "The week of %(value)s lies before the first week anybody was asked about, %(meant)s. Is this last year’s file?"
    ),
    "activity_unknown": gettext_lazy("Nothing says whether they were active."),
    "contradicts": gettext_lazy("It says inactive, and shows activity all the same. Read as active."),
    "day_outside": gettext_lazy("“%(value)s” is no day of the week. Only this value is left out."),
    "joined": gettext_lazy("%(value)s is the person of line %(meant)s. Both are read as one."),
}
_DATED = frozenset({"not_over", "too_early"})


@dataclass(frozen=True)
class Told:
    """One problem of a line, in words. `blocks` means that the line is left out."""

    sentence: str
    blocks: bool


@dataclass(frozen=True)
class Line:
    """One line of a preview as a page shows it."""

    line: int
    login: str
    problems: list[Told]


def _told(problem: dict[str, Any]) -> Told:
    code, value, meant = problem["code"], problem["value"], problem["suggestion"]
    if code in _DATED:
        first, other = date.fromisoformat(value), date.fromisoformat(meant)
        if code == "too_early" and first.year < other.year:
            code = "last_year"
        value, meant = date_format(first, "j F Y"), date_format(other, "j F Y")
    return Told(str(_SENTENCES[code]) % {"value": value, "meant": meant}, bool(problem["blocks"]))


def _line(row: VendorRow) -> Line:
    return Line(row.line, row.login, [_told(problem) for problem in row.problems or []])


# --- lines -----------------------------------------------------------------------------------------------------------


def problems_page(file: VendorFile, *, after: int | None = None, before: int | None = None) -> LinesPage[Line]:
    """Lines that something is to be said about, in the order of the file. One query."""
    return page_of_lines(VendorRow.objects.filter(file=file).with_problems(), _said, after=after, before=before)


def strangers_page(file: VendorFile, *, after: int | None = None, before: int | None = None) -> LinesPage[Line]:
    """Lines about people whom nobody here is known as. One query."""
    return page_of_lines(VendorRow.objects.filter(file=file).strangers(), _said, after=after, before=before)


def _said(rows: list[VendorRow]) -> list[Line]:
    return [_line(row) for row in rows]


def problem_lines(file: VendorFile) -> Iterator[tuple[int, str, str, str]]:
    """For a file of problems: line, address, what is wrong, and what comes of it. Strangers are among them."""
    rows = VendorRow.objects.filter(file=file).order_by("line")
    for row in (rows.with_problems() | rows.strangers()).iterator(chunk_size=1_000):
        line = _line(row)
        for problem in line.problems:
            yield line.line, line.login, problem.sentence, _("left out") if problem.blocks else _("read")
        if not line.problems:
            yield line.line, line.login, _("Nobody here is known by this address."), _("left out")


# --- files -----------------------------------------------------------------------------------------------------------


def open_file() -> VendorFile | None:
    """The file that waits for somebody in the organisation entered."""
    found: VendorFile | None = VendorFile.objects.open().for_page().first()
    return found


def recent_files() -> list[VendorFile]:
    """The files that became facts, newest first."""
    return list(VendorFile.objects.committed().for_page().newest_first()[:HISTORY])


def anybody_is_asked() -> bool:
    """Whether a programme has ever begun: before that no week is asked about, and nothing is kept of any file."""
    return bool(Program.objects.filter(baseline_opened_at__isnull=False).exists())


def effects_of(file: VendorFile) -> dict[str, Effect]:
    """What the preview found it would change: "vouched", if it covers all tools, and "plain"; "counted" is which it was."""
    stored = file.counts.get("effects", {})
    found = {name: Effect(**stored.get(str(vouched), {})) for name, vouched in (("plain", False), ("vouched", True))}
    return {**found, "counted": found["vouched" if file.covers_all_tools else "plain"]}


def progress_key(file_id: int) -> str:
    """Where a worker leaves how far it has read. Numbers of files are the installation's, so no two tenants share one."""
    return f"usage-import:{file_id}"


@dataclass(frozen=True)
class WaitingUsage:
    """What usage figures ask of whoever brings them in: a file to go on with, or another week to fetch."""

    open: VendorFile | None
    last: VendorFile | None
    runs: bool
    is_due: bool


def waiting_usage(*, at: datetime) -> WaitingUsage:
    """Due when a programme runs and nothing was imported for a week. Three queries."""
    last: VendorFile | None = VendorFile.objects.counting().without_file().newest_first().first()
    runs = Program.objects.running().exists()
    stale = last is None or last.committed_at is None or last.committed_at < at - STALE_AFTER
    return WaitingUsage(open_file(), last, runs, runs and stale)
