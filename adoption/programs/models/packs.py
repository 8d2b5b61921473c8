"""What an assistant has to be given before it knows a role's work: the context pack, and how a real task came out with it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models.programs import Program, Workflow
from adoption.programs.rules.packs import ELEMENT_LENGTH, NOTE_LENGTH, PLACE_LENGTH, TASK_LENGTH, Verdict
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PackQuerySet(TenantQuerySet):
    """Named filters."""

    def in_role_order(self) -> Self:
        return self.order_by("role", "id")


class Pack(TenantModel):
    """The context pack of one role in a programme: what an assistant is given so that its output fits that role's work."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="packs")
    role = models.CharField(max_length=TEXT_LENGTH)
    made_at = models.DateTimeField()
    # When somebody last looked whether everything is where it is said to be, and still true.
    checked_on = models.DateField(null=True)

    objects: ClassVar = TenantManager.of(PackQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="pack_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "role"], name="pack_once"),
            models.CheckConstraint(name="pack_has_role", condition=~Q(role="")),
        ]

    def __str__(self) -> str:
        return self.role


class PackElementQuerySet(TenantQuerySet):
    """Named filters."""

    def of_work(self, workflow: Workflow) -> Self:
        """What is in the packs of a piece of work, whichever programme began them; of drafts that were discarded nothing."""
        discarded = Q(pack__program__closed_at__isnull=False, pack__program__baseline_opened_at__isnull=True)
        return self.filter(pack__program__workflow=workflow).exclude(discarded)


class PackElement(TenantModel):
    """One thing in a context pack. Complete once it is known where it lives and who keeps it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    pack = TenantForeignKey(Pack, on_delete=models.CASCADE, related_name="elements")
    name = models.CharField(max_length=ELEMENT_LENGTH)
    found_at = models.CharField(max_length=PLACE_LENGTH, blank=True, default="")
    owner = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar = TenantManager.of(PackElementQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="pack_element_public_id"),
            models.UniqueConstraint(fields=["organization", "pack", "name"], name="pack_element_once"),
        ]
        indexes = [models.Index(fields=["organization", "owner"], name="pack_element_by_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        return bool(self.found_at) and self.owner_id is not None


class PackTest(TenantModel):
    """One real task of a role was run with its pack loaded, and how it came out. Never changed: the newest one counts."""

    pack = TenantForeignKey(Pack, on_delete=models.CASCADE, related_name="tests")
    task = models.CharField(max_length=TASK_LENGTH)
    verdict = models.CharField(max_length=10)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True, default="")
    tested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pack_test_verdict", condition=Q(verdict__in=[verdict.value for verdict in Verdict])
            ),
            models.CheckConstraint(name="pack_test_task", condition=~Q(task="")),
        ]
        indexes = [models.Index(fields=["organization", "pack"], name="pack_test_by_pack")]

    def __str__(self) -> str:
        return self.verdict
