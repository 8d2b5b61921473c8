"""Facts: what people said of their weeks and what tools exported. Never changed; a mend is a new version."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from metrics import rules
from metrics.models.imports import VendorFile


class WeekAsk(TenantModel):
    """A person is asked about a week, once for all their running workflows."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # The Monday of the ISO week.
    week = models.DateField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="week_ask_public_id"),
            models.UniqueConstraint(fields=["organization", "person", "week"], name="week_ask_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} about {self.week}"


class CheckInQuerySet(TenantQuerySet):
    """Named filters."""

    def of_week(self, week: date) -> Self:
        return self.filter(week=week)

    def counting(self) -> Self:
        """The same in no order: versions that no newer one stands in for."""
        newer = CheckIn.objects.filter(
            person=OuterRef("person"),
            workflow=OuterRef("workflow"),
            week=OuterRef("week"),
            version__gt=OuterRef("version"),
        )
        return self.filter(~Exists(newer))

    def newest_per_week(self) -> Self:
        """The version that counts, of each person's week on each workflow."""
        return self.order_by("person_id", "workflow_id", "week", "-version").distinct(
            "person_id", "workflow_id", "week"
        )


class CheckIn(TenantModel):
    """What a person said of one week on one workflow. Zero is an answer; silence has no row."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    # The Monday of the ISO week.
    week = models.DateField()
    version = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    unprompted = models.PositiveSmallIntegerField()
    # How often the work came up at all, with AI or without; null where that was not asked.
    occurrences = models.PositiveSmallIntegerField(null=True)
    other_tasks = models.PositiveSmallIntegerField(null=True)
    errors_caught = models.PositiveSmallIntegerField(null=True)
    via = models.CharField(max_length=8)
    valid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(CheckInQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "workflow", "week", "version"], name="check_in_version"
            ),
            models.CheckConstraint(name="check_in_monday", condition=Q(week__iso_week_day=1)),
            models.CheckConstraint(
                name="check_in_unprompted_within_total", condition=Q(unprompted__lte=models.F("total"))
            ),
            models.CheckConstraint(name="check_in_capped", condition=Q(total__lte=rules.MOST_A_WEEK)),
            models.CheckConstraint(
                name="check_in_within_occurrences",
                condition=Q(occurrences__isnull=True)
                | Q(occurrences__gte=models.F("total"), occurrences__lte=rules.MOST_A_WEEK),
            ),
            models.CheckConstraint(name="check_in_via", condition=Q(via__in=[via.value for via in rules.Via])),
        ]
        indexes = [models.Index(fields=["organization", "workflow", "week"], name="check_in_by_week")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.week} v{self.version}"


class VendorWeek(TenantModel):
    """What one export says of a person in one period of the vendor's own weeks. A newer file for the period supersedes.

    A file that was undone keeps its rows, which count no more.
    """

    file = TenantForeignKey(VendorFile, on_delete=models.CASCADE, related_name="weeks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    period_start = models.DateField()
    period_end = models.DateField()
    is_active = models.BooleanField()
    # Days between the first and last activity in the period are known; how many of them were active is not.
    first_active_on = models.DateField(null=True)
    last_active_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "file", "person", "period_start"], name="vendor_week_once"),
            models.CheckConstraint(name="vendor_week_in_order", condition=Q(period_end__gte=models.F("period_start"))),
        ]
        indexes = [models.Index(fields=["organization", "person", "period_start"], name="vendor_week_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.period_start}"
