"""What is planned with a leader, who sits in no pod."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q

from adoption.programs.models import Program
from adoption.tenancy.models import Closure, Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.sessions import Session


class LeaderPlanQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self) -> Self:
        """Neither called off nor logged, also once its hour has come."""
        return self.filter(cancelled_at__isnull=True, session__isnull=True)

    def to_come(self, at: datetime) -> Self:
        return self.open().filter(starts_at__gt=at)

    def with_closed(self) -> Self:
        """Adds `closed`: what closes its day, everywhere or where one of the two works; empty: nothing."""
        felt = Q(location=OuterRef("leader__location")) | Q(location=OuterRef("held_by__location"))
        return self.annotate(closed=Closure.objects.naming("day", felt))


class LeaderPlan(TenantModel):
    """When a lead sits down with a leader alone, and on which piece of their own work. Nobody else is told."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    leader = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Nobody once they were erased.
    held_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    work = models.CharField(max_length=rules.FINISHED_LENGTH)
    # The local day and hour in a zone; the instant follows from them.
    day = models.DateField()
    hour = models.TimeField()
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=rules.PLACE_LENGTH, blank=True, default="")
    # Rises with each change, for calendars.
    sequence = models.PositiveIntegerField(default=0)
    # Why it was called off.
    reason = models.CharField(max_length=rules.PLACE_LENGTH, blank=True, default="")
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    # What was held of it.
    session = TenantForeignKey(Session, on_delete=models.SET_NULL, null=True, related_name="leader_plans")

    objects: ClassVar = TenantManager.of(LeaderPlanQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="leader_plan_public_id"),
            models.CheckConstraint(name="leader_plan_work", condition=~Q(work="")),
            models.CheckConstraint(
                name="leader_plan_minutes",
                condition=Q(minutes__gte=rules.LEAST_LENGTH, minutes__lte=rules.MOST_MINUTES),
            ),
            models.CheckConstraint(
                name="leader_plan_cancelled_with_reason", condition=Q(cancelled_at__isnull=True) | ~Q(reason="")
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="leader_plan_by_program"),
            models.Index(fields=["organization", "leader"], name="leader_plan_by_leader"),
            models.Index(fields=["organization", "held_by"], name="leader_plan_by_holder"),
            models.Index(fields=["organization", "session"], name="leader_plan_by_session"),
        ]

    def __str__(self) -> str:
        return f"one to one on {self.day}"
