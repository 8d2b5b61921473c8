"""Files of a programme: asked for by somebody, made behind the page, and thrown away when their time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from adoption.disclosure.rules import Audience
from adoption.programs.models import Program
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from metrics.models import EvidenceLink, Export
from metrics.rules.exports import FILE_LASTS, REMEMBERED_FOR, ExportKind

MAKE = "metrics.make_export"
FORGET = "metrics.forget_export"

# Writes the file of an export: the room that does loads libraries which no web process needs.
Write = Callable[..., bytes]


@transaction.atomic
def ask_export(
    *,
    program: Program,
    kind: ExportKind,
    audience: Audience,
    form_key: UUID,
    by: Person,
    at: datetime,
    words: str = "",
    link: EvidenceLink | None = None,
) -> Export:
    """Have a file made. The same form again, or the same wish while one is being made, is one file."""
    asked = Export(
        program=program,
        kind=kind,
        audience=audience,
        words=words,
        link=link,
        form_key=form_key,
        asked_by=by,
        asked_at=at,
    )
    Export.objects.bulk_create([asked], ignore_conflicts=True)
    theirs = Export.objects.without_file().filter(asked_by=by, program=program, kind=kind, link=link)
    found: Export = (theirs.filter(form_key=form_key) or theirs.being_made())[0]
    if found.public_id == asked.public_id:
        agenda.wake(task=MAKE, row_id=found.pk, due_at=at)
        audit.record("export.asked", by=by, at=at, subject=found, kind=str(kind), program=program.slug)
    return found


@transaction.atomic
def make_export(*, export_id: int, write: Write, at: datetime) -> None:
    """Write the file down, whole or not at all. Made already, it does nothing."""
    export = (
        Export.objects.select_for_update(of=("self",))
        .being_made()
        .select_related("program__workflow", "program__organization", "asked_by", "link")
        .filter(pk=export_id)
        .first()
    )
    if export is None or (export.link and not export.link.is_open(at)):
        return
    export.content = write(export, at=at)
    export.size = len(export.content)
    export.made_at = at
    export.expires_at = export.link.expires_at if export.link else at + FILE_LASTS
    export.save(update_fields=["content", "size", "made_at", "expires_at"])
    agenda.wake(task=FORGET, row_id=export.pk, due_at=export.expires_at)


@transaction.atomic
def forget_export(*, export_id: int, at: datetime) -> datetime | None:
    """Throw a file away when its time is over, and later the note that there was one. Returns when to come again."""
    export = Export.objects.select_for_update().without_file().filter(pk=export_id).first()
    if export is None or export.expires_at is None:
        return None
    if at < export.expires_at:
        until: datetime = export.expires_at
        return until
    over: datetime = export.expires_at + REMEMBERED_FOR
    if at >= over:
        export.delete()
        return None
    Export.objects.filter(pk=export.pk).update(content=None)
    return over
