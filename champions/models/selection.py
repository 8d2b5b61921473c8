"""How champions are found: who has both signs, and whom a lead has asked."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.rules.selection import Tries


class Selection(TenantModel):
    """What colleagues said about whom they go to in a programme, counted once."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # How many people could have named somebody.
    asked = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    # When the lead had chosen: what was counted is gone then.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program"], name="selection_once"),
        ]

    def __str__(self) -> str:
        return f"selection of {self.program_id}"


class CandidacyQuerySet(TenantQuerySet):
    """Named filters."""

    def of_program(self, program: Program) -> Self:
        return self.filter(selection__program=program)


class Candidacy(TenantModel):
    """Somebody with both signs: sought out by colleagues outside the own reporting line, and trying AI unasked.

    Of everybody else nothing is written down.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    selection = TenantForeignKey(Selection, on_delete=models.CASCADE, related_name="candidacies")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Distinct nominators outside the reporting line, of so many who could have been. Shown to nobody as numbers.
    nominators = models.PositiveIntegerField()
    eligible = models.PositiveIntegerField()
    tries = models.CharField(max_length=10)

    objects: ClassVar = TenantManager.of(CandidacyQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="candidacy_public_id"),
            models.UniqueConstraint(fields=["organization", "selection", "person"], name="candidacy_once"),
            models.CheckConstraint(name="candidacy_tries", condition=Q(tries__in=[one.value for one in Tries])),
            models.CheckConstraint(
                name="candidacy_is_sought_out",
                condition=Q(nominators__gt=0, nominators__lte=models.F("eligible")),
            ),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="candidacy_by_person")]

    def __str__(self) -> str:
        return f"candidacy {self.public_id}"


class OfferQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Offers that can still be answered."""
        return self.filter(expires_at__gt=at)


class Offer(TenantModel):
    """Somebody has been asked whether they would be a champion. The row ends with the answer, whatever it is."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    offered_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(OfferQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="offer_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "person"], name="offer_once"),
            models.CheckConstraint(name="offer_in_order", condition=Q(expires_at__gt=models.F("offered_at"))),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="offer_by_person"),
            models.Index(fields=["organization", "offered_by"], name="offer_by_lead"),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"
