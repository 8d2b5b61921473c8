"""Bringing a file in, of whatever kind: where it is kept, and how an import refuses."""

from __future__ import annotations

import hashlib
import zlib

from django.db import IntegrityError, transaction

from adoption.tenancy.models.files import FileImport


class ImportRefused(ValueError):
    """The import cannot go this way."""


class AnotherImportOpen(ImportRefused):
    """Somebody has an import of this kind open in this organisation. `other` is it."""

    def __init__(self, other: FileImport) -> None:
        self.other = other
        super().__init__("another import is open")


class NotReady(ImportRefused):
    """There is no preview to commit, it would change nothing, or the import is over."""


class CannotUndo(ImportRefused):
    """The import was not committed, was undone already, or is too old."""


def ignore_progress(lines: int) -> None:
    """For whoever does not watch."""


def take_in(file: FileImport, content: bytes) -> None:
    """Save a new import together with its file. Raises AnotherImportOpen."""
    waiting = type(file).objects.open().without_file()
    other = waiting.first()
    if other is not None:
        raise AnotherImportOpen(other)
    file.size = len(content)
    file.file_hash = hashlib.sha256(content).hexdigest()
    file.content = zlib.compress(content, 1)
    # Lines as far as anybody can tell before the file is read.
    file.counts = {"expected": content.count(b"\n")}
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError as error:
        # Somebody was faster by a moment.
        raise AnotherImportOpen(waiting.get()) from error


def content_of(file: FileImport) -> bytes:
    """The bytes of an open import's file, as they came."""
    return zlib.decompress(bytes(file.content or b""))
