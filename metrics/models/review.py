"""Looks at the log: that somebody went through a week's lines, and how long it took."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from metrics.rules.review import LONGEST_REVIEW, NOTE_LENGTH


class WeekReviewQuerySet(TenantQuerySet):
    """Named filters."""

    def of_week(self, week: date) -> Self:
        return self.filter(week=week)

    def newest_first(self) -> Self:
        return self.order_by("-reviewed_at", "-id")


class WeekReview(TenantModel):
    """Somebody looked through the log of one week, with as many lines as it had then. Never changed; a second look is a second row."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The Monday of the ISO week.
    week = models.DateField()
    # Nobody once the person has been erased: the week stays looked through.
    reviewed_by = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    reviewed_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    lines = models.PositiveIntegerField()
    discrepant = models.PositiveIntegerField()
    note = models.CharField(max_length=NOTE_LENGTH, blank=True, default="")
    # Of the form it was said with: pressed twice it is one look.
    form_key = models.UUIDField(default=uuid.uuid4)

    objects: ClassVar = TenantManager.of(WeekReviewQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="week_review_public_id"),
            models.UniqueConstraint(fields=["organization", "form_key"], name="week_review_said_once"),
            models.CheckConstraint(name="week_review_monday", condition=Q(week__iso_week_day=1)),
            models.CheckConstraint(
                name="week_review_minutes", condition=Q(minutes__gte=1, minutes__lte=LONGEST_REVIEW)
            ),
            models.CheckConstraint(name="week_review_within", condition=Q(discrepant__lte=models.F("lines"))),
        ]
        indexes = [
            models.Index(fields=["organization", "week"], name="week_review_by_week"),
            models.Index(fields=["organization", "reviewed_by"], name="week_review_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.week}"
