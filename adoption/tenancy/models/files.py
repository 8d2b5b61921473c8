"""Files on their way in: the one life that every import of a file has."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy import rules
from adoption.tenancy.models.person import Person
from adoption.tenancy.rules.files import OPEN_FOR
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet

OPEN = Q(committed_at__isnull=True, discarded_at__isnull=True)


class FileImportQuerySet(TenantQuerySet):
    """Imports, filtered."""

    def open(self) -> Self:
        """Imports that are neither committed nor discarded. An organisation has one of a kind at most."""
        return self.filter(OPEN)

    def committed(self) -> Self:
        """Imports that were carried out, undone or not."""
        return self.filter(committed_at__isnull=False)

    def counting(self) -> Self:
        """Imports that were committed and not undone."""
        return self.filter(committed_at__isnull=False, undone_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-committed_at", "-id")

    def without_file(self) -> Self:
        """Leaves the bytes of the file where they are: pages do not need them."""
        return self.defer("content")

    def for_page(self) -> Self:
        """As pages show them: without the bytes, with whoever brought the file."""
        return self.without_file().select_related("uploaded_by")


class FileImport(TenantModel):
    """A file that somebody brought in: uploaded, previewed, and then committed, or discarded. A committed one can be undone."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    file_name = models.CharField(max_length=rules.NAME_LENGTH)
    size = models.PositiveIntegerField()
    # SHA-256 of the file: says that somebody has imported it before.
    file_hash = models.CharField(max_length=64)
    # The file itself, deflated. Gone once the import is committed or discarded.
    content = models.BinaryField(null=True)
    # Nothing in the file says which encoding it has.
    encoding_guessed = models.BooleanField(default=False)
    uploaded_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    # When the preview was ready, and how many lines there are of which kind.
    staged_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    commit_asked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    # Why the last attempt to read or to commit it came to nothing, and the line where there is one.
    failure = models.CharField(max_length=40, blank=True, default="")
    failure_line = models.PositiveIntegerField(null=True)

    objects: ClassVar = TenantManager.of(FileImportQuerySet)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_open(self) -> bool:
        """Neither committed nor discarded."""
        return self.committed_at is None and self.discarded_at is None

    @property
    def is_counting(self) -> bool:
        """Committed and not undone."""
        return self.committed_at is not None and self.undone_at is None

    @property
    def is_in_hand(self) -> bool:
        """Whether there is nothing to look at: it is still to be read, or is being written."""
        return (
            self.committed_at is None
            and not self.failure
            and (self.staged_at is None or self.commit_asked_at is not None)
        )

    @property
    def open_until(self) -> datetime:
        """When it is discarded, unless somebody commits it before."""
        return self.uploaded_at + OPEN_FOR


def lifecycle(name: str, *, file: str) -> list[models.BaseConstraint]:
    """What is true of every import at any time. `name` and `file` are what a table and its file are called."""
    return [
        models.UniqueConstraint(fields=["organization", "public_id"], name=f"{name}_public_id"),
        models.UniqueConstraint(fields=["organization"], condition=OPEN, name=f"{name}_one_open"),
        models.CheckConstraint(
            name=f"{name}_ends_once", condition=Q(committed_at__isnull=True) | Q(discarded_at__isnull=True)
        ),
        models.CheckConstraint(
            name=f"{name}_undone_after", condition=Q(undone_at__isnull=True) | Q(committed_at__isnull=False)
        ),
        models.CheckConstraint(name=f"{name}_{file}_goes", condition=Q(content__isnull=True) | OPEN),
    ]
