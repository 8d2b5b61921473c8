"""Who came into a pod, or out of one, once a programme ran."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods.models.pods import Pod
from pods.rules import MoveKind


class MoveQuerySet(TenantQuerySet):
    """Named filters."""

    def standing(self) -> Self:
        """Not undone."""
        return self.filter(undone_at__isnull=True)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Move(TenantModel):
    """Somebody changed pods, joined one, left one, or was helped by one, after the launch. The analysis keeps the launch's place."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    # The pod somebody came out of, and the one they came into or were helped by.
    before = TenantForeignKey(Pod, on_delete=models.SET_NULL, null=True, related_name="+")
    after = TenantForeignKey(Pod, on_delete=models.SET_NULL, null=True, related_name="+")
    moved_on = models.DateField()
    moved_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(MoveQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="move_public_id"),
            models.CheckConstraint(name="move_kind", condition=Q(kind__in=[kind.value for kind in MoveKind])),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="move_by_program"),
            models.Index(fields=["organization", "person"], name="move_by_person"),
            models.Index(fields=["organization", "before"], name="move_by_before"),
            models.Index(fields=["organization", "after"], name="move_by_after"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
