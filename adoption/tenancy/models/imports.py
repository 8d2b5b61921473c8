"""Imports: a file of people on its way into the directory."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models.files import FileImport, lifecycle
from adoption.tenancy.rules.cells import DateOrder
from adoption.tenancy.rules.files import UNDO_FOR
from adoption.tenancy.rules.people_file import Shape
from adoption.tenancy.walls import (
    TenantForeignKey,
    TenantManager,
    TenantModel,
    TenantQuerySet,
    current_organization_id,
)


class PeopleImport(FileImport):
    """A file of people: uploaded, understood, previewed, and then committed, or discarded."""

    shape = models.CharField(max_length=12, choices=[(shape.value, shape.value) for shape in Shape])
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    header = ArrayField(models.CharField(max_length=rules.TEXT_LENGTH))
    # Field -> numbers of its columns, from 0.
    mapping = models.JSONField(default=dict)
    date_order = models.CharField(
        max_length=12, blank=True, default="", choices=[(order.value, order.value) for order in DateOrder]
    )
    # When it became clear what the columns mean: at once, or on the mapping page.
    mapped_at = models.DateTimeField(null=True)
    # The local day the preview was made for, on which people whom the file calls inactive have left.
    staged_on = models.DateField(null=True)
    # Whether people missing from the file are to be marked as having left.
    absent_have_left = models.BooleanField(default=False)

    class Meta:
        constraints = lifecycle("people_import", file="file")
        indexes = [models.Index(fields=["organization", "uploaded_by"], name="people_import_by_uploader")]

    @property
    def undo_until(self) -> datetime | None:
        """Until when a committed import can be undone."""
        return self.committed_at and self.committed_at + UNDO_FOR

    def can_be_undone(self, at: datetime) -> bool:
        """Whether it counts, and not for too long."""
        return self.is_counting and self.undo_until is not None and at <= self.undo_until


class Outcome(models.TextChoices):
    """What an import does about a line."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    LEFT = "left", _("Left")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Left out")


class ImportRowQuerySet(TenantQuerySet):
    """Lines of imports, filtered."""

    def with_problems(self) -> Self:
        """Lines that something is to be said about."""
        return self.filter(problems__isnull=False)

    def writing(self) -> Self:
        """Lines that change the directory."""
        return self.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED, Outcome.LEFT])


class ImportRow(TenantModel):
    """One line of an import: whom it is about, what their entry will be, what it was. Kept while the import can be undone.

    Lines that change nothing and say nothing have no row. The reference to the import is the only one with a constraint
    (it implies the organisation): a large file would pay for every other on each line. People are named by their number,
    by which the eraser finds them.
    """

    organization = models.ForeignKey(
        "tenancy.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        default=current_organization_id,
    )
    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    # Of the file, from 1; below 0 for people who are missing from it.
    line = models.IntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    # The person's id: the one they will get, for somebody new.
    target = models.BigIntegerField(null=True)
    # The version of the entry that the preview was made from.
    seen_version = models.PositiveIntegerField(null=True)
    external_id = models.CharField(max_length=rules.NAME_LENGTH, null=True)
    name = models.CharField(max_length=rules.NAME_LENGTH, null=True)
    sort_name = models.CharField(max_length=rules.NAME_LENGTH * 2, null=True)
    mail = models.CharField(max_length=rules.MAIL_LENGTH, null=True)
    # Aliases that are not known yet.
    aliases = ArrayField(models.CharField(max_length=rules.MAIL_LENGTH), null=True)
    department = models.CharField(max_length=rules.TEXT_LENGTH, null=True)
    job_role = models.CharField(max_length=rules.TEXT_LENGTH, null=True)
    location = models.CharField(max_length=rules.TEXT_LENGTH, null=True)
    zone = models.CharField(max_length=64, null=True)
    manager_number = models.BigIntegerField(null=True)
    contracted_hours = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    left_on = models.DateField(null=True)
    # Whether a leave begins (true) or an open one ends (false) with this import.
    leave_begins = models.BooleanField(null=True)
    # Field -> what the entry says today, for the fields that change.
    before = models.JSONField(null=True)
    # What there is to say: [{code, field, value, suggestion, blocks, other}].
    problems = models.JSONField(null=True)
    # Why an undo left this person as they were.
    kept_because = models.CharField(max_length=20, blank=True, default="")

    objects: ClassVar = TenantManager.of(ImportRowQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_row_has_target", condition=Q(outcome=Outcome.REFUSED) | Q(target__isnull=False)
            ),
            models.CheckConstraint(
                name="import_row_before",
                condition=~Q(outcome__in=[Outcome.CHANGED, Outcome.LEFT]) | Q(before__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "people_import", "outcome", "line"], name="import_row_by_outcome"),
            models.Index(
                fields=["organization", "people_import", "line"],
                condition=Q(problems__isnull=False),
                name="import_row_problems",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"


class RememberedMapping(TenantModel):
    """What the columns of a kind of file mean in this organisation, as somebody once said."""

    # SHA-256 of the header.
    signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    date_order = models.CharField(max_length=12, blank=True, default="")
    remembered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "signature"], name="remembered_mapping_once")]

    def __str__(self) -> str:
        return self.signature[:12]
