"""What a pod learned, week by week."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.pods import Pod


class ReflectionQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-week")


class Reflection(TenantModel):
    """What worked in a pod in one week, what did not, and what comes next. Of work, never of a person."""

    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="+")
    # The week's Monday.
    week = models.DateField()
    worked = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    did_not = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    next_time = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    # Nobody once they were erased.
    written_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(ReflectionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "pod", "week"], name="reflection_once_a_week"),
            models.CheckConstraint(name="reflection_on_monday", condition=Q(week__iso_week_day=1)),
            models.CheckConstraint(name="reflection_says_something", condition=~Q(worked="", did_not="", next_time="")),
        ]
        indexes = [models.Index(fields=["organization", "written_by"], name="reflection_by_author")]

    def __str__(self) -> str:
        return f"reflection on {self.week}"
