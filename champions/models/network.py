"""Champions who know of each other, and whom they ask."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules


class Card(TenantModel):
    """What a champion says of themselves to the others: what they can help with, and when."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    solves = models.CharField(max_length=rules.LINE_LENGTH)
    office_hours = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person"], name="card_once"),
            models.CheckConstraint(name="card_says_what", condition=~Q(solves="")),
        ]

    def __str__(self) -> str:
        return self.solves


class ExpertQuerySet(TenantQuerySet):
    """Named filters."""

    def listed(self) -> Self:
        """Experts who were not taken off the list."""
        return self.filter(taken_off_at__isnull=True)

    def to_ask(self, on: date) -> Self:
        """Experts on the list who have not left by a day."""
        return self.listed().exclude(person__left_on__lte=on)

    def in_topic_order(self) -> Self:
        return self.order_by("topic", "id")


class Expert(TenantModel):
    """Somebody who helps with what champions cannot solve, and agreed to be asked."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=rules.TITLE_LENGTH)
    how = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    listed_at = models.DateTimeField()
    taken_off_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(ExpertQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="expert_public_id"),
            models.UniqueConstraint(
                fields=["organization", "person", "topic"],
                condition=Q(taken_off_at__isnull=True),
                name="expert_once_a_topic",
            ),
            models.CheckConstraint(name="expert_says_what", condition=~Q(topic="")),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="expert_by_person")]

    def __str__(self) -> str:
        return self.topic

    def may_be_asked(self, at: datetime) -> bool:
        """Whether they are on the list, and have not left."""
        return self.taken_off_at is None and not self.person.has_left(at)
