"""What files and links there are of a programme, and what the mail with a link says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Message
from adoption.programs.models import Program
from adoption.tenancy.models import Agenda, Person
from adoption.tenancy.rules import Permission
from metrics.models import EvidenceLink, Export
from metrics.rules.exports import FILES, NEEDS, ExportKind, may_read

Words = str | Promise

MOST_SHOWN = 20
KIND_WORDS: dict[ExportKind, Words] = {
    ExportKind.EVIDENCE_PDF: _("Evidence, as a PDF"),
    ExportKind.EVIDENCE_SLIDES: _("Evidence, as slides"),
    ExportKind.EVIDENCE_SHEET: _("Evidence, as a workbook"),
    ExportKind.REPORT: _("Report of the programme, as a PDF"),
    ExportKind.COUNCIL: _("Pack for the works council, as a PDF"),
}
KIND_MEANS: dict[ExportKind, Words] = {
    ExportKind.EVIDENCE_PDF: _("One sentence, the curve, intervals, and every figure with n and what it means."),
    ExportKind.EVIDENCE_SLIDES: _("For PowerPoint and its like: charts that can be edited, definitions in the notes."),
    ExportKind.EVIDENCE_SHEET: _(
        "For Excel and its like: one row a figure, the money where figures of yours are entered, and the definitions."
    ),
    ExportKind.REPORT: _("For leads: the time line, what kept people, what was done about it, what was learned."),
    ExportKind.COUNCIL: _("What is stored, who sees it, thresholds, how long it is kept, what was done when."),
}


class ExportState(StrEnum):
    """How far a file is."""

    BEING_MADE = "being_made"
    READY = "ready"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Offer:
    """A kind of file somebody may ask for."""

    kind: ExportKind
    name: Words
    means: Words


@dataclass(frozen=True)
class ExportRow:
    """A file as its page and the API show it. `trouble`: it did not work at first, and is tried again by itself."""

    export: Export
    state: ExportState
    trouble: bool = False

    @property
    def kind(self) -> ExportKind:
        return ExportKind(self.export.kind)

    @property
    def name(self) -> Words:
        return KIND_WORDS[self.kind]

    @property
    def file_name(self) -> str:
        return FILES[self.kind][0].format(self.export.program.slug)

    @property
    def media_type(self) -> str:
        return FILES[self.kind][1]

    @property
    def works(self) -> bool:
        return self.state is ExportState.BEING_MADE

    @property
    def is_ready(self) -> bool:
        return self.state is ExportState.READY


def offers(permissions: Collection[Permission]) -> list[Offer]:
    """The kinds of files somebody may ask for."""
    return [Offer(kind, KIND_WORDS[kind], KIND_MEANS[kind]) for kind in ExportKind if NEEDS[kind] in permissions]


def own_exports(
    person: Person, program: Program, permissions: Collection[Permission], audience: Audience, *, at: datetime
) -> list[ExportRow]:
    """What somebody asked for themselves and may read today, the newest first. One query."""
    rows = Export.objects.without_file().own(person).filter(program=program).select_related("program").newest_first()
    return [_row(one, at) for one in rows[:MOST_SHOWN] if _may_have(one, permissions, audience)]


def own_export(
    person: Person,
    program: str,
    public_id: object,
    permissions: Collection[Permission],
    audience: Audience,
    *,
    at: datetime,
) -> ExportRow | None:
    """One of them; None for what is not theirs, or not theirs to read any more."""
    rows = Export.objects.without_file().own(person).select_related("program")
    found = rows.filter(program__slug=program, public_id=public_id).first()
    if found is None or not _may_have(found, permissions, audience):
        return None
    failed = found.made_at is None and Agenda.objects.open().filter(
        organization_id=found.organization_id, task="metrics.make_export", row_id=found.pk
    ).exclude(failure="")
    return _row(found, at, trouble=bool(failed))


def _may_have(export: Export, permissions: Collection[Permission], audience: Audience) -> bool:
    return NEEDS[ExportKind(export.kind)] in permissions and may_read(audience, export.audience)


def _row(export: Export, at: datetime, *, trouble: bool = False) -> ExportRow:
    if export.made_at is None or export.expires_at is None:
        return ExportRow(export, ExportState.BEING_MADE, trouble)
    return ExportRow(export, ExportState.READY if at < export.expires_at else ExportState.EXPIRED)


def content_of(export: Export) -> bytes:
    """The file itself."""
    return bytes(Export.objects.values_list("content", flat=True).get(pk=export.pk) or b"")


def file_of_link(link: EvidenceLink, *, at: datetime) -> ExportRow | None:
    """The PDF made when a link was sent, once it is there. One query."""
    found = Export.objects.without_file().filter(link=link, made_at__isnull=False).select_related("program").first()
    return _row(found, at) if found else None


# --- links -----------------------------------------------------------------------------------------------------------


class LinkState(StrEnum):
    """What a link still opens."""

    OPEN = "open"
    ENDED = "ended"
    EXPIRED = "expired"


@dataclass(frozen=True)
class LinkRow:
    """A link as its list shows it."""

    link: EvidenceLink
    state: LinkState

    @property
    def is_open(self) -> bool:
        return self.state is LinkState.OPEN


def links_of(program: Program, *, at: datetime) -> list[LinkRow]:
    """To whom the evidence of a programme was opened, the newest first. One query."""
    rows = EvidenceLink.objects.filter(program=program).select_related("reader", "sent_by").newest_first()
    return [LinkRow(one, _state(one, at)) for one in rows[:MOST_SHOWN]]


def _state(link: EvidenceLink, at: datetime) -> LinkState:
    if link.ended_at is not None:
        return LinkState.ENDED
    return LinkState.OPEN if link.is_open(at) else LinkState.EXPIRED


def readers_among(*, guests: Collection[int]) -> set[int]:
    """Those of some guests to whom a link was sent that is not forgotten yet."""
    return set(EvidenceLink.objects.filter(reader__in=guests).values_list("reader_id", flat=True))


def facts_of_link(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail with the link says. No figure: whoever the mail is passed on to reads none."""
    link = EvidenceLink.objects.select_related("program__workflow", "sent_by").get(pk=message.row_id)
    return {
        "speaker": link.sent_by.name if link.sent_by else "",
        "program": link.program.name,
        "workflow": link.program.workflow.name,
        "expires_at": link.expires_at,
    }


def link_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the link still opens anything."""
    found: bool = EvidenceLink.objects.open(at).filter(pk=message.row_id).exists()
    return found
