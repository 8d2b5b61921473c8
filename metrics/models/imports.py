"""Imports: an AI tool's export on its way into the facts."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models.files import FileImport, lifecycle
from adoption.tenancy.walls import (
    TenantForeignKey,
    TenantManager,
    TenantModel,
    TenantQuerySet,
    current_organization_id,
)


class VendorFile(FileImport):
    """An export of an AI tool that somebody brought in: uploaded, previewed, and then committed, or discarded."""

    # Whose export it is, by the name of its reader.
    source = models.CharField(max_length=40)
    # Files from before sizes were kept have none.
    size = models.PositiveIntegerField(default=0)
    # From the first to the last day of what it says of people.
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    # Somebody vouched that nobody uses another AI tool for this work: only then can a week of silence be a zero.
    covers_all_tools = models.BooleanField(default=False)

    class Meta:
        constraints = lifecycle("vendor_file", file="content")
        indexes = [models.Index(fields=["organization", "uploaded_by"], name="vendor_file_by_uploader")]


class VendorOutcome(models.TextChoices):
    """What comes of a line."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Other than before")
    UNCHANGED = "unchanged", _("Known already")
    JOINED = "joined", _("Read together with an earlier line")
    STRANGER = "stranger", _("Nobody here")
    REFUSED = "refused", _("Left out")


# Lines that become facts: all of a file's, so that undoing an older file never takes a newer one's words away.
WRITTEN = (VendorOutcome.NEW, VendorOutcome.CHANGED, VendorOutcome.UNCHANGED)


class VendorRowQuerySet(TenantQuerySet):
    """Lines of a preview, filtered."""

    def written(self) -> Self:
        """Lines that become facts."""
        return self.filter(outcome__in=WRITTEN)

    def strangers(self) -> Self:
        """Lines about whom nobody in the directory is known as."""
        return self.filter(outcome=VendorOutcome.STRANGER)

    def with_problems(self) -> Self:
        """Lines that something is to be said about."""
        return self.filter(problems__isnull=False)


class VendorRow(TenantModel):
    """One line of a preview. All of them go when the file is committed or discarded.

    As with imports of people, only the reference to the file has a constraint, which implies the organisation; people are
    named by their number. A line about somebody known, with nothing to say of it, does not repeat their address.
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
    file = TenantForeignKey(VendorFile, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=VendorOutcome.choices)
    # The person's id.
    target = models.BigIntegerField(null=True)
    login = models.CharField(max_length=rules.MAIL_LENGTH, blank=True, default="")
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    is_active = models.BooleanField(null=True)
    first_active_on = models.DateField(null=True)
    last_active_on = models.DateField(null=True)
    # What there is to say: [{code, field, value, suggestion, blocks}].
    problems = models.JSONField(null=True)

    objects: ClassVar = TenantManager.of(VendorRowQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "file", "line"], name="vendor_row_line"),
            models.CheckConstraint(
                name="vendor_row_written_whole",
                condition=~Q(outcome__in=WRITTEN)
                | Q(
                    target__isnull=False, period_start__isnull=False, period_end__isnull=False, is_active__isnull=False
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "file", "outcome", "line"], name="vendor_row_by_outcome"),
            models.Index(
                fields=["organization", "file", "line"], condition=Q(problems__isnull=False), name="vendor_row_problems"
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.line}"
