"""Who leads."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class ChampionQuerySet(TenantQuerySet):
    """Named filters."""

    def serving(self) -> Self:
        """Champions who have not stepped down."""
        return self.filter(stepped_down_at__isnull=True)

    def here(self, on: date) -> Self:
        """The same who have not left by a day: of all that asks who leads."""
        return self.serving().exclude(person__left_on__lte=on)

    def asked(self) -> Self:
        """Champions who are asked about their weeks."""
        return self.serving().filter(unasked_since__isnull=True)

    def in_name_order(self) -> Self:
        return self.order_by("person__sort_name", "id")

    def held_by(self, person: Person) -> Self:
        """What a person is champion of."""
        return self.filter(person=person)


class Champion(TenantModel):
    """Somebody who leads colleagues through one programme, in the same job as they."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="champions")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="championships")
    named_at = models.DateTimeField()
    stepped_down_at = models.DateTimeField(null=True)
    # Since when they would rather not be asked about their weeks. Nobody but they are told, and nobody asks why.
    unasked_since = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(ChampionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="champion_public_id"),
            models.UniqueConstraint(
                fields=["organization", "program", "person"],
                condition=Q(stepped_down_at__isnull=True),
                name="champion_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="champion_by_program"),
            models.Index(fields=["organization", "person"], name="champion_by_person"),
        ]

    def __str__(self) -> str:
        return f"champion {self.public_id}"
