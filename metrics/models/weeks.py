"""What follows from the facts: decided weeks and their sums. Always recomputable."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef

from adoption.programs.models import Assignment, Program, Workflow
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from metrics.rules import WeekState


class DirtyWeek(TenantModel):
    """A person's week on a workflow whose facts have changed since it was last decided.

    Without a person: the week of everybody of whom something is known of it, marked at once by whoever sends many.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "workflow", "week"], name="dirty_week_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["organization", "workflow", "week"], name="dirty_week_by_week")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week}"


class UseWeekQuerySet(TenantQuerySet):
    """Named filters."""

    def of_week(self, week: date) -> Self:
        return self.filter(week=week)

    def logged(self) -> Self:
        """Weeks of which a number is known, zero included, in programmes that run: the log."""
        asked = Assignment.objects.filter(
            program__in=Program.objects.running(), program__workflow=OuterRef("workflow"), person=OuterRef("person")
        )
        return self.filter(Exists(asked), total__isnull=False)

    def discrepant(self) -> Self:
        """Weeks in which two sources differ by much."""
        return self.filter(discrepant=True)


class UseWeek(TenantModel):
    """One person's week on one workflow, decided from every fact there is."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    state = models.CharField(max_length=14)
    total = models.PositiveSmallIntegerField(null=True)
    prompted = models.PositiveSmallIntegerField(null=True)
    unprompted = models.PositiveSmallIntegerField(null=True)
    # How often the work came up; null where nobody said.
    occurrences = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=8, blank=True, default="")
    discrepant = models.BooleanField(default=False)
    inferred = models.BooleanField(default=False)
    decided_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(UseWeekQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "person", "workflow", "week"], name="use_week_once"),
            models.CheckConstraint(
                name="use_week_state", condition=models.Q(state__in=[state.value for state in WeekState])
            ),
            models.CheckConstraint(
                name="use_week_within_occurrences",
                condition=models.Q(occurrences__isnull=True) | models.Q(occurrences__gte=models.F("total")),
            ),
        ]
        indexes = [models.Index(fields=["organization", "workflow", "week"], name="use_week_by_week")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week} {self.state}"


class ArmWeek(TenantModel):
    """Sums of one arm in one week of a programme, over the people it was launched with: what the curves are drawn from.

    Of work that comes up seldom they are sums over the four weeks up to this one: eligible is then everybody whose work
    may have come up, and three_or_more who used AI unprompted on half of its occasions or more.
    """

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    arm = models.CharField(max_length=12)
    eligible = models.PositiveIntegerField()
    observed = models.PositiveIntegerField()
    # With one unprompted use or more, and with three or more, in this very week.
    any_use = models.PositiveIntegerField()
    three_or_more = models.PositiveIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "week", "arm"], name="arm_week_once"),
            models.CheckConstraint(name="arm_week_arm", condition=models.Q(arm__in=[arm.value for arm in Arm])),
            models.CheckConstraint(
                name="arm_week_within",
                condition=models.Q(observed__lte=models.F("eligible"))
                & models.Q(any_use__lte=models.F("observed"))
                & models.Q(three_or_more__lte=models.F("any_use")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arm} {self.week}"
