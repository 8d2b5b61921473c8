"""The advice network: everybody in scope names whom they go to. Names are gone once they are counted."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class NominationWave(TenantModel):
    """One asking of a programme's advice-network question, to everybody in its scope."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    instrument_version = models.PositiveSmallIntegerField()
    # The departments that are asked; none means everybody.
    departments = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    # When it was counted, and every name in it deleted.
    counted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="nomination_wave_public_id"),
            models.UniqueConstraint(fields=["organization", "program"], name="nomination_wave_once"),
            models.CheckConstraint(name="nomination_wave_in_order", condition=Q(closes_at__gt=models.F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"nominations of {self.program_id}"


class NominationAskQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(completed_at__isnull=True)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def still_open(self, at: datetime) -> Self:
        """Asks of waves that still take answers."""
        return self.filter(wave__opened_at__lte=at, wave__closes_at__gt=at, wave__counted_at__isnull=True)


class NominationAsk(TenantModel):
    """A person is asked whom they go to; completed once they sent it off, and changeable until the wave closes."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    wave = TenantForeignKey(NominationWave, on_delete=models.CASCADE, related_name="asks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    # What they say of their own experimenting: the key of an option, gone once it is counted.
    tries = models.CharField(max_length=20, blank=True, default="")

    objects: ClassVar = TenantManager.of(NominationAskQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="nomination_ask_public_id"),
            models.UniqueConstraint(fields=["organization", "wave", "person"], name="nomination_ask_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="nomination_ask_by_person")]

    def __str__(self) -> str:
        return f"ask {self.public_id}"


class Nomination(TenantModel):
    """Somebody named a colleague in answer to one question. Deleted when the wave is counted."""

    ask = TenantForeignKey(NominationAsk, on_delete=models.CASCADE, related_name="nominations")
    item = models.CharField(max_length=40)
    nominee = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ask", "item", "nominee"], name="nomination_once"),
        ]
        indexes = [models.Index(fields=["organization", "nominee"], name="nomination_by_nominee")]

    def __str__(self) -> str:
        return f"nomination {self.pk}"
