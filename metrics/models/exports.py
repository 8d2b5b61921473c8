"""Files made of a programme, links that let somebody read its evidence, and the months of which a summary was sent."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Guest
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from metrics.rules.exports import WORDS_LENGTH, ExportKind


class EvidenceLinkQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Links that still open the page."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class EvidenceLink(TenantModel):
    """One person who needs no account may read the evidence of a programme until a day, by a link that was mailed to them."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # None once they are forgotten.
    reader = TenantForeignKey(Guest, on_delete=models.SET_NULL, null=True, related_name="+")
    # None once erased: the link stays as it was.
    sent_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Taken back before that.
    ended_at = models.DateTimeField(null=True)
    # Of the form it was sent with: pressed twice it is one link.
    form_key = models.UUIDField(default=uuid.uuid4)

    objects: ClassVar = TenantManager.of(EvidenceLinkQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="evidence_link_public_id"),
            models.UniqueConstraint(fields=["organization", "form_key"], name="evidence_link_sent_once"),
            models.CheckConstraint(name="evidence_link_in_order", condition=Q(expires_at__gt=models.F("sent_at"))),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="evidence_link_by_program"),
            models.Index(fields=["organization", "reader"], name="evidence_link_by_reader"),
            models.Index(fields=["organization", "sent_by"], name="evidence_link_by_sender"),
        ]

    def __str__(self) -> str:
        return f"evidence link {self.public_id}"

    def is_open(self, at: datetime) -> bool:
        """Whether it still opens the page."""
        return self.ended_at is None and self.expires_at > at


class ExportQuerySet(TenantQuerySet):
    """Named filters."""

    def without_file(self) -> Self:
        """Leaves the bytes where they are: pages do not need them."""
        return self.defer("content")

    def own(self, person: Person) -> Self:
        """What somebody asked for themselves, and not for whom they let in."""
        return self.filter(asked_by=person, link__isnull=True)

    def being_made(self) -> Self:
        return self.filter(made_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Export(TenantModel):
    """A file made of a programme for one person, who alone may fetch it; or for whoever a link lets in."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    asked_by = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    # As whom it is read. Whoever may read less by then does not get it.
    audience = models.CharField(max_length=10)
    # What a lead says of it in their own words.
    words = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    link = TenantForeignKey(EvidenceLink, on_delete=models.CASCADE, null=True, related_name="+")
    # Of the form it was asked for with: pressed twice it is one file.
    form_key = models.UUIDField(default=uuid.uuid4)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.PositiveIntegerField(default=0)
    # Gone when its time is over.
    content = models.BinaryField(null=True)

    objects: ClassVar = TenantManager.of(ExportQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="export_public_id"),
            models.UniqueConstraint(
                fields=["organization", "asked_by", "program", "kind", "form_key"], name="export_asked_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "asked_by", "program", "kind"],
                condition=Q(made_at__isnull=True, link__isnull=True),
                name="export_one_being_made",
            ),
            models.CheckConstraint(name="export_kind", condition=Q(kind__in=[kind.value for kind in ExportKind])),
            models.CheckConstraint(
                name="export_audience", condition=Q(audience__in=[Audience.LEAD.value, Audience.EXECUTIVE.value])
            ),
            models.CheckConstraint(
                name="export_made_until",
                condition=Q(made_at__isnull=True, expires_at__isnull=True, content__isnull=True)
                | Q(made_at__isnull=False, expires_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "asked_by"], name="export_by_person"),
            models.Index(fields=["organization", "program"], name="export_by_program"),
            models.Index(fields=["organization", "link"], name="export_by_link"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Digest(TenantModel):
    """A month of which the evidence of a programme was summed up by mail, and what it said then."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # Its first day.
    month = models.DateField()
    said_at = models.DateTimeField()
    # SHA-256 of every figure that stood: the next month says nothing where it is the same.
    figures = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "month"], name="digest_once_a_month"),
            models.CheckConstraint(name="digest_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
