"""What a row of the asking floor is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from surveys.rules import WaveKind


class WaveQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Waves that still take answers."""
        return self.filter(opened_at__lte=at, closes_at__gt=at)


class Wave(TenantModel):
    """One asking of one programme's survey to everybody in both arms."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="waves")
    kind = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(WaveQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="wave_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "kind"], name="wave_once"),
            models.CheckConstraint(name="wave_kind", condition=Q(kind__in=[kind.value for kind in WaveKind])),
            models.CheckConstraint(name="wave_in_order", condition=Q(closes_at__gt=models.F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.program_id}"


class AskQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(completed_at__isnull=True)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)


class Ask(TenantModel):
    """A person is asked in a wave; completed once they sent it off, and changeable until the wave closes."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    wave = TenantForeignKey(Wave, on_delete=models.CASCADE, related_name="asks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(AskQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="ask_public_id"),
            models.UniqueConstraint(fields=["organization", "wave", "person"], name="ask_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="ask_by_person")]

    def __str__(self) -> str:
        return f"ask {self.public_id}"


class Answer(TenantModel):
    """What a person said to one item. A mend is a new version; the newest counts."""

    ask = TenantForeignKey(Ask, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=40)
    item_version = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    # A number for number items, a choice's key for the others; both empty when an earlier answer was taken back.
    number = models.IntegerField(null=True)
    choice = models.CharField(max_length=40, blank=True, default="")
    valid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ask", "item", "version"], name="answer_version"),
            models.CheckConstraint(name="answer_one_value", condition=Q(number__isnull=True) | Q(choice="")),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.version}"
