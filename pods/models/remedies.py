"""What is done about it, with one person at a time."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from adoption.programs.models import Objection, ObjectionQuerySet, Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.rules import Hindrance


def _is_there(on: date) -> Exists:
    return Exists(Person.objects.working(on).filter(pk=OuterRef("person")))


def _objecting() -> ObjectionQuerySet:
    found: ObjectionQuerySet = Objection.objects.standing().filter(
        program=OuterRef("program"), person=OuterRef("person")
    )
    return found


class RemedyQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self) -> Self:
        return self.filter(done_at__isnull=True)

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)

    def wanted(self, on: date) -> Self:
        """Open ones of people who may be talked to: who have not left, are not away, and would not rather be let be.

        Once a programme is closed nothing is asked in it any more.
        """
        return self.open().filter(_is_there(on), ~Exists(_objecting()), program__closed_at__isnull=True)

    def listed(self, on: date) -> Self:
        """What lists show. Open ones leave them with somebody who leaves, is away or objects, as a day 7 does, and come back.

        One that is agreed on after somebody objected stands there like anybody's, so that it tells nothing: it is only never
        said to anybody (`wanted`).
        """
        objected_since = _objecting().filter(said_at__gt=OuterRef("opened_at"))
        return self.filter(Q(done_at__isnull=False) | Q(_is_there(on), ~Exists(objected_since)))

    def not_private(self) -> Self:
        """All but what is agreed with a leader: that is between the two."""
        return self.exclude(hindrance=Hindrance.LEADER_ABSENT)

    def seen_by(self, person: Person, *, manages: bool) -> Self:
        """One's own steps; for leads all."""
        return self if manages else self.filter(owner=person)

    def soonest_first(self) -> Self:
        return self.order_by("due_on", "id")


class Remedy(TenantModel):
    """One step for one person against one hindrance: whose it is, by when, and what came of it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    hindrance = models.CharField(max_length=30)
    # What the step needs to know: the task, the five examples, which colleague, which piece of a leader's work.
    detail = models.CharField(max_length=rules.TEXT_LENGTH)
    # Nobody once they were erased; then it is the lead's.
    owner = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    # Whether it works now, and in a few words what happened.
    worked = models.BooleanField(null=True)
    result = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")

    objects: ClassVar = TenantManager.of(RemedyQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="remedy_public_id"),
            models.UniqueConstraint(
                fields=["organization", "program", "person", "hindrance"],
                condition=Q(done_at__isnull=True),
                name="remedy_once_open",
            ),
            models.CheckConstraint(
                name="remedy_hindrance", condition=Q(hindrance__in=[hindrance.value for hindrance in Hindrance])
            ),
            models.CheckConstraint(
                name="remedy_done_with_a_result",
                condition=Q(done_at__isnull=True, worked__isnull=True) | Q(done_at__isnull=False, worked__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="remedy_by_program"),
            models.Index(fields=["organization", "person"], name="remedy_by_person"),
            models.Index(fields=["organization", "owner"], name="remedy_by_owner"),
        ]

    def __str__(self) -> str:
        return self.hindrance
