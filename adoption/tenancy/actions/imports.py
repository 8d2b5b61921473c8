"""Importing people: upload, understand, preview, commit, undo."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from adoption.tenancy import rules
from adoption.tenancy.actions import agenda, audit, staging
from adoption.tenancy.actions.bulk import Progress
from adoption.tenancy.actions.files import CannotUndo, ImportRefused, NotReady, content_of, ignore_progress, take_in
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import (
    Alias,
    Erasure,
    ImportRow,
    Organization,
    Outcome,
    PeopleImport,
    Person,
    RememberedMapping,
)
from adoption.tenancy.rules import people_file
from adoption.tenancy.rules.cells import DateOrder
from adoption.tenancy.rules.sheets import Sheet, Unreadable

log = structlog.get_logger(__name__)

STAGE = "tenancy.stage_people_import"
COMMIT = "tenancy.commit_people_import"
FORGET = "tenancy.forget_people_import"

# What is small is done at once, while the person waits; the rest is promised.
AT_ONCE_BYTES = 300_000
AT_ONCE_LINES = 3_000


class IncompleteMapping(ImportRefused):
    """The columns do not say enough. `lacking` is "key", "name" or "date_order"; `example` a date that reads both ways."""

    def __init__(self, lacking: str, example: str = "") -> None:
        self.lacking = lacking
        self.example = example
        super().__init__(lacking)


class _OutOfDate(Exception):
    """The directory changed since the preview was made."""


@transaction.atomic
def begin_import(*, file_name: str, content: bytes, by: Person | None, at: datetime) -> PeopleImport:
    """Take a file in. A small file whose columns are clear is previewed at once, a large one as promised work.

    Raises Unreadable for what is no table in text, and AnotherImportOpen.
    """
    sheet = people_file.open_sheet(content)
    proposal = people_file.propose(sheet.header)
    remembered = RememberedMapping.objects.filter(signature=sheet.signature).first()
    mapping = remembered.mapping if remembered else proposal.mapping
    question = people_file.date_order(sheet, mapping)
    order = question.order or (DateOrder(remembered.date_order) if remembered and remembered.date_order else None)
    clear = (remembered is not None or proposal.sure) and (order is not None or not question.example)
    people_import = PeopleImport(
        file_name=rules.one_line(file_name)[-rules.NAME_LENGTH :] or "people.csv",
        uploaded_by=by,
        uploaded_at=at,
        shape=proposal.shape,
        encoding=sheet.dialect.encoding,
        encoding_guessed=sheet.dialect.guessed,
        delimiter=sheet.dialect.delimiter,
        header=list(sheet.header),
        mapping=mapping,
        date_order=order or "",
        mapped_at=at if clear else None,
    )
    take_in(people_import, content)
    audit.record("people_import.uploaded", by=by, at=at, subject=people_import, bytes=len(content))
    agenda.schedule(task=FORGET, row_id=people_import.pk, due_at=people_import.open_until)
    if clear:
        _stage_now_or_later(people_import, at=at)
    return people_import


@transaction.atomic
def map_columns(
    *,
    people_import: PeopleImport,
    mapping: Mapping[str, Sequence[int]],
    date_order: DateOrder | None,
    by: Person | None,
    at: datetime,
) -> PeopleImport:
    """Say what the columns mean; remembered for the next file with the same columns. Raises IncompleteMapping, NotReady."""
    current = _locked(people_import)
    if not current.is_open or current.commit_asked_at is not None:
        raise NotReady
    sheet = sheet_of(current)
    known = {field.value for field in people_file.Field}
    cleaned = {
        field: [column for column in columns if 0 <= column < len(sheet.header)]
        for field, columns in mapping.items()
        if field in known
    }
    cleaned = {field: columns for field, columns in cleaned.items() if columns}
    if lacking := people_file.lacking(cleaned):
        raise IncompleteMapping(lacking)
    question = people_file.date_order(sheet, cleaned)
    order = question.order or date_order
    if order is None and question.example:
        raise IncompleteMapping("date_order", question.example)
    current.mapping, current.date_order, current.mapped_at = cleaned, order or "", at
    current.staged_at, current.failure, current.failure_line = None, "", None
    current.save(update_fields=["mapping", "date_order", "mapped_at", "staged_at", "failure", "failure_line"])
    RememberedMapping.objects.update_or_create(
        signature=sheet.signature, defaults={"mapping": cleaned, "date_order": date_order or "", "remembered_at": at}
    )
    audit.record("people_import.mapped", by=by, at=at, subject=current, fields=sorted(cleaned))
    _stage_now_or_later(current, at=at)
    return current


@transaction.atomic
def choose_absent(*, people_import: PeopleImport, have_left: bool, by: Person | None, at: datetime) -> PeopleImport:
    """Decide whether people missing from the file have left. The preview is made anew. Raises NotReady."""
    current = _locked(people_import)
    if not current.is_open or current.staged_at is None or current.commit_asked_at is not None:
        raise NotReady
    if current.absent_have_left != have_left:
        current.absent_have_left, current.staged_at = have_left, None
        current.save(update_fields=["absent_have_left", "staged_at"])
        audit.record("people_import.absent_chosen", by=by, at=at, subject=current, have_left=have_left)
        _stage_now_or_later(current, at=at)
    return current


@transaction.atomic
def stage_import(*, import_id: int, at: datetime, progress: Progress = ignore_progress) -> None:
    """Make the preview. A file that breaks off half way is a failure written into the import; nothing is half done."""
    current = PeopleImport.objects.select_for_update().filter(pk=import_id).open().first()
    if current is None or current.mapped_at is None or current.staged_at is not None:
        return
    today = rules.local_date(at, Organization.objects.get(pk=current.organization_id).zone)
    sheet = sheet_of(current)
    order = DateOrder(current.date_order) if current.date_order else None
    ledger = list(Erasure.objects.values_list("hashes", flat=True))
    try:
        counted = staging.stage(
            current,
            people_file.read_rows(sheet, current.mapping, order),
            erased=frozenset(one for hashes in ledger for one in hashes),
            hashed=lambda value: rules.keyed_hash(settings.SECRET_KEY, value),
            today=today,
            progress=progress,
        )
    except Unreadable as failure:
        current.failure, current.failure_line = failure.code, failure.line
    else:
        current.counts = {**current.counts, **counted, "erasures": len(ledger)}
        current.staged_at, current.staged_on = at, today
        current.failure, current.failure_line = "", None
    current.save(update_fields=["counts", "staged_at", "staged_on", "failure", "failure_line"])


@transaction.atomic
def ask_commit(*, people_import: PeopleImport, by: Person | None, at: datetime) -> PeopleImport:
    """Put the previewed lines into the directory: at once when they are few, else as promised work.

    Asking twice is asking once. Raises NotReady.
    """
    current = _locked(people_import)
    if current.committed_at is not None or current.commit_asked_at is not None:
        return current
    if not current.is_open or current.staged_at is None:
        raise NotReady
    current.commit_asked_at = at
    current.uploaded_by = current.uploaded_by or by
    current.save(update_fields=["commit_asked_at", "uploaded_by"])
    audit.record("people_import.commit_asked", by=by, at=at, subject=current)
    if sum(current.counts[outcome] for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.LEFT)) <= AT_ONCE_LINES:
        commit_import(import_id=current.pk, at=at)
        current.refresh_from_db(fields=["committed_at", "staged_at", "commit_asked_at", "failure", "counts"])
    else:
        agenda.wake(task=COMMIT, row_id=current.pk, due_at=at)
    return current


@transaction.atomic
def commit_import(*, import_id: int, at: datetime) -> None:
    """Write what was previewed, all of it or nothing. When the directory has changed since, the preview is made anew instead."""
    current = PeopleImport.objects.select_for_update().defer("content").filter(pk=import_id).open().first()
    if current is None or current.commit_asked_at is None or current.staged_at is None:
        return
    try:
        with transaction.atomic():
            _write(current, at=at)
    except (_OutOfDate, IntegrityError) as reason:
        log.info("people_import.out_of_date", reason=type(reason).__name__)
        current.commit_asked_at, current.staged_at, current.failure = None, None, ""
        current.save(update_fields=["commit_asked_at", "staged_at", "failure"])
        stage_import(import_id=current.pk, at=at)
        PeopleImport.objects.filter(pk=current.pk, staged_at__isnull=False).update(failure="out_of_date")
        return
    current.committed_at, current.content, current.failure = at, None, ""
    current.save(update_fields=["committed_at", "content", "failure"])
    reckon_again(people=staging.away_otherwise(current), at=at)
    numbers = {key: current.counts[key] for key in (Outcome.NEW, Outcome.CHANGED, Outcome.LEFT, Outcome.REFUSED)}
    audit.record("people_import.committed", by=current.uploaded_by, at=at, subject=current, **numbers)


def _write(people_import: PeopleImport, *, at: datetime) -> None:
    expected = people_import.counts[Outcome.CHANGED] + people_import.counts[Outcome.LEFT]
    erasures = Erasure.objects.count()
    if erasures != people_import.counts["erasures"] or staging.is_crossed(people_import):
        raise _OutOfDate
    if staging.write(people_import, at=at) != expected:
        raise _OutOfDate


@transaction.atomic
def discard_import(*, people_import: PeopleImport, by: Person | None, at: datetime) -> None:
    """Throw a file away that is not committed: the file, its preview, everything it said. Raises NotReady."""
    current = _locked(people_import)
    if current.committed_at is not None:
        raise NotReady
    if current.discarded_at is None:
        _discard(current, by=by, at=at)


@transaction.atomic
def undo_import(*, people_import: PeopleImport, by: Person | None, at: datetime) -> int:
    """Take a committed import back as one act. People who were changed or put to use since stay as they are.

    Returns how many stayed; their lines say why. Raises CannotUndo.
    """
    current = _locked(people_import)
    if not current.can_be_undone(at):
        raise CannotUndo
    kept = staging.take_back(current)
    reckon_again(people=staging.away_otherwise(current), at=at)
    current.undone_at = at
    current.counts = {**current.counts, "kept": kept}
    current.save(update_fields=["undone_at", "counts"])
    audit.record("people_import.undone", by=by, at=at, subject=current, kept=kept)
    return kept


@transaction.atomic
def forget_import(*, import_id: int, at: datetime) -> datetime | None:
    """Discard what was left open, and drop the lines of what can no longer be undone. Returns when to look again, or None."""
    current = PeopleImport.objects.select_for_update().defer("content").filter(pk=import_id).first()
    if current is None or current.discarded_at is not None:
        return None
    until: datetime = current.undo_until or current.open_until
    if at < until:
        return until
    if current.is_open:
        _discard(current, by=None, at=at)
    else:
        ImportRow.objects.filter(people_import=current).delete()
    return None


def import_people(*, file_name: str, content: bytes, by: Person | None, at: datetime) -> PeopleImport:
    """A whole import in one call, for machines and measurements: read, compare, commit. Raises as its parts do.

    Raises IncompleteMapping when a person has to say what the columns mean; the import then stays open.
    """
    with transaction.atomic():
        people_import = begin_import(file_name=file_name, content=content, by=by, at=at)
        if people_import.mapped_at is None:
            raise IncompleteMapping(people_file.lacking(people_import.mapping) or "confirmation")
        stage_import(import_id=people_import.pk, at=at)
        PeopleImport.objects.filter(pk=people_import.pk).update(commit_asked_at=at)
        commit_import(import_id=people_import.pk, at=at)
        people_import.refresh_from_db()
        return people_import


def erase_from_imports(*, person: Person, at: datetime) -> None:
    """The eraser of imports: every line about a person, and every file that is still here and may name them."""
    known_as = [value for value in (person.mail, person.external_id, *_aliases_of(person)) if value]
    about = Q(target=person.pk) | Q(mail__in=known_as) | Q(external_id__in=known_as)
    ImportRow.objects.filter(about).delete()
    # What was said about other lines repeats what the file called their manager, or whose address it was.
    told = ImportRow.objects.with_problems().annotate(told=Cast("problems", TextField()))
    for mark in (*known_as, person.name):
        told.filter(told__contains=json.dumps(mark, ensure_ascii=False)[1:-1]).update(problems=None)
    for people_import in PeopleImport.objects.open().without_file():
        # The file says who they were. Its preview goes too; whoever imports it again is told that the person was erased.
        _discard(people_import, by=None, at=at)


def _aliases_of(person: Person) -> list[str]:
    return list(Alias.objects.filter(person=person).values_list("address", flat=True))


def sheet_of(people_import: PeopleImport) -> Sheet:
    """The file of an open import, taken apart as it was when it came."""
    return people_file.open_sheet(content_of(people_import))


def _stage_now_or_later(people_import: PeopleImport, *, at: datetime) -> None:
    if people_import.size <= AT_ONCE_BYTES:
        stage_import(import_id=people_import.pk, at=at)
        people_import.refresh_from_db(fields=["counts", "staged_at", "staged_on", "failure", "failure_line"])
    else:
        agenda.wake(task=STAGE, row_id=people_import.pk, due_at=at)


def _discard(people_import: PeopleImport, *, by: Person | None, at: datetime) -> None:
    ImportRow.objects.filter(people_import=people_import).delete()
    people_import.discarded_at, people_import.content = at, None
    people_import.save(update_fields=["discarded_at", "content"])
    audit.record("people_import.discarded", by=by, at=at, subject=people_import)


def _locked(people_import: PeopleImport) -> PeopleImport:
    return PeopleImport.objects.select_for_update().get(pk=people_import.pk)
