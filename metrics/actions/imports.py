"""Importing what AI tools say of their use: upload, preview, commit, undo. A second source, and never a complete one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.tenancy import rules
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.bulk import Progress
from adoption.tenancy.actions.files import CannotUndo, NotReady, content_of, ignore_progress, take_in
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import local_date
from adoption.tenancy.rules.sheets import Unreadable
from metrics import sources
from metrics.actions import staging
from metrics.actions.weeks import DRAIN
from metrics.models import VendorFile, VendorOutcome

STAGE = "metrics.stage_usage_import"
COMMIT = "metrics.commit_usage_import"
FORGET = "metrics.forget_usage_import"

# What is small is done at once, while the person waits; the rest is promised.
AT_ONCE_BYTES = 500_000
AT_ONCE_LINES = 3_000


@transaction.atomic
def begin_import(*, file_name: str, content: bytes, by: Person | None, at: datetime) -> VendorFile:
    """Take a file in. A small one is previewed at once, a large one as promised work.

    Raises Unreadable for what is no table in text, OtherFile for what is not read here, and AnotherImportOpen.
    """
    sheet, layout = sources.open_export(content)
    file = VendorFile(
        source=layout.source,
        file_name=rules.one_line(file_name)[-rules.NAME_LENGTH :] or "usage.csv",
        encoding_guessed=sheet.dialect.guessed,
        uploaded_by=by,
        uploaded_at=at,
    )
    take_in(file, content)
    audit.record("usage_import.uploaded", by=by, at=at, subject=file, bytes=len(content))
    agenda.schedule(task=FORGET, row_id=file.pk, due_at=file.open_until)
    if file.size <= AT_ONCE_BYTES:
        stage_import(file_id=file.pk, at=at)
        file.refresh_from_db()
    else:
        agenda.wake(task=STAGE, row_id=file.pk, due_at=at)
    return file


@transaction.atomic
def stage_import(*, file_id: int, at: datetime, progress: Progress = ignore_progress) -> None:
    """Make the preview. A file that breaks off half way is a failure written into the import; nothing is half done."""
    current = VendorFile.objects.select_for_update().filter(pk=file_id).open().first()
    if current is None or current.staged_at is not None:
        return
    today = local_date(at, Organization.objects.get(pk=current.organization_id).zone)
    try:
        sheet, layout = sources.open_export(content_of(current))
        counted = staging.stage(current, sources.read(sheet, layout), today=today, progress=progress)
    except Unreadable as failure:
        current.failure, current.failure_line = failure.code, failure.line
    else:
        current.counts = {**current.counts, **counted}
        effects = staging.weigh(current)
        current.counts |= {"effects": {str(vouched): effect.as_json() for vouched, effect in effects.items()}}
        current.staged_at = at
    current.save(update_fields=["counts", "period_start", "period_end", "staged_at", "failure", "failure_line"])


@transaction.atomic
def ask_commit(*, file: VendorFile, covers_all_tools: bool, by: Person | None, at: datetime) -> VendorFile:
    """Make facts of the previewed lines: at once when they are few, else as promised work.

    `covers_all_tools` is the word of whoever imports that nobody uses another AI tool for this work. Asking twice is
    asking once, and the first word stands. Raises NotReady, also when the file says nothing new.
    """
    current = _locked(file)
    if current.committed_at is not None or current.commit_asked_at is not None:
        return current
    if current.discarded_at is not None or current.staged_at is None or not says_something_new(current):
        raise NotReady
    current.commit_asked_at, current.covers_all_tools = at, covers_all_tools
    current.uploaded_by = current.uploaded_by or by
    current.save(update_fields=["commit_asked_at", "covers_all_tools", "uploaded_by"])
    audit.record("usage_import.commit_asked", by=by, at=at, subject=current, covers_all_tools=covers_all_tools)
    if current.counts["lines"] <= AT_ONCE_LINES:
        commit_import(file_id=current.pk, at=at)
        current.refresh_from_db()
    else:
        agenda.wake(task=COMMIT, row_id=current.pk, due_at=at)
    return current


def says_something_new(file: VendorFile) -> bool:
    """Whether a preview differs from what is known."""
    return bool(file.counts.get(VendorOutcome.NEW) or file.counts.get(VendorOutcome.CHANGED))


@transaction.atomic
def commit_import(*, file_id: int, at: datetime) -> None:
    """Write what was previewed, all of it or nothing, and mark the weeks it bears on. Done already, it does nothing."""
    current = VendorFile.objects.select_for_update().defer("content").filter(pk=file_id).open().first()
    if current is None or current.commit_asked_at is None or current.staged_at is None:
        return
    staging.write(current)
    current.committed_at, current.content = at, None
    current.save(update_fields=["committed_at", "content"])
    agenda.wake(task=DRAIN, due_at=at)
    numbers = {key: current.counts[key] for key in ("people", "strangers", VendorOutcome.REFUSED)}
    audit.record("usage_import.committed", by=current.uploaded_by, at=at, subject=current, **numbers)


@transaction.atomic
def discard_import(*, file: VendorFile, by: Person | None, at: datetime) -> None:
    """Throw a file away that is not committed: the file, its preview, everything it said. Raises NotReady."""
    current = _locked(file)
    if current.committed_at is not None:
        raise NotReady
    if current.discarded_at is None:
        _discard(current, by=by, at=at)


@transaction.atomic
def undo_import(*, file: VendorFile, by: Person | None, at: datetime) -> VendorFile:
    """Take a committed file back as one act: what it said counts no more, and what older files said counts again.

    Its rows stay, so that one can see later what was known when. Frozen checkpoints stay as they are. Raises CannotUndo.
    """
    current = _locked(file)
    if not current.is_counting:
        raise CannotUndo
    current.undone_at = at
    current.save(update_fields=["undone_at"])
    staging.mark(current)
    agenda.wake(task=DRAIN, due_at=at)
    audit.record("usage_import.undone", by=by, at=at, subject=current)
    return current


@transaction.atomic
def forget_import(*, file_id: int, at: datetime) -> datetime | None:
    """Discard what was left open. Returns when to look again, or None."""
    current = VendorFile.objects.select_for_update().defer("content").filter(pk=file_id).open().first()
    if current is None:
        return None
    until: datetime = current.open_until
    if at < until:
        return until
    _discard(current, by=None, at=at)
    return None


@transaction.atomic
def import_usage(
    *, file_name: str, content: bytes, covers_all_tools: bool = False, by: Person | None, at: datetime
) -> VendorFile:
    """A whole import in one call, for machines and measurements: read, compare, commit. Raises as its parts do."""
    file = begin_import(file_name=file_name, content=content, by=by, at=at)
    stage_import(file_id=file.pk, at=at)
    file.refresh_from_db()
    ask_commit(file=file, covers_all_tools=covers_all_tools, by=by, at=at)
    commit_import(file_id=file.pk, at=at)
    file.refresh_from_db()
    return file


def erase_from_imports(*, at: datetime) -> None:
    """Throw away the file that is open, with its preview: it may name somebody who is being erased."""
    for file in VendorFile.objects.open().without_file():
        _discard(file, by=None, at=at)


def _discard(file: VendorFile, *, by: Person | None, at: datetime) -> None:
    staging.forget(file)
    file.discarded_at, file.content = at, None
    file.save(update_fields=["discarded_at", "content"])
    audit.record("usage_import.discarded", by=by, at=at, subject=file)


def _locked(file: VendorFile) -> VendorFile:
    found: VendorFile = VendorFile.objects.select_for_update().without_file().get(pk=file.pk)
    return found
