"""Whether a champion's time was kept free: what they were asked, and what they said."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.models.champion import Champion
from champions.rules import time as rules


class TimeCheckQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(answers__isnull=True)


class TimeCheck(TenantModel):
    """A champion is asked about the last fortnight: one minute, on a local day."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    champion = TenantForeignKey(Champion, on_delete=models.CASCADE, related_name="checks")
    due_on = models.DateField()
    # The version of the words they were asked with.
    instrument_version = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(TimeCheckQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="time_check_public_id"),
            models.UniqueConstraint(fields=["organization", "champion", "due_on"], name="time_check_once"),
        ]

    def __str__(self) -> str:
        return f"check of {self.due_on}"


class TimeAnswerQuerySet(TenantQuerySet):
    """Named filters."""

    def newest(self) -> Self:
        """What counts of each check."""
        last = TimeAnswer.objects.filter(check_asked=OuterRef("check_asked")).order_by("-version").values("pk")[:1]
        return self.filter(pk=Subquery(last))


class TimeAnswer(TenantModel):
    """What a champion said to one check. A mend is a new version; the newest counts."""

    check_asked = TenantForeignKey(TimeCheck, on_delete=models.CASCADE, related_name="answers")
    version = models.PositiveSmallIntegerField()
    # What came off the plate; hours a week actually kept free; 1 to 5. None and empty are missing, never zero.
    displaced = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    hours = models.DecimalField(max_digits=4, decimal_places=2, null=True)
    can_keep = models.PositiveSmallIntegerField(null=True)
    # What leadership should fix.
    to_fix = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    recorded_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(TimeAnswerQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "check_asked", "version"], name="time_answer_version"),
            models.CheckConstraint(
                name="time_answer_hours",
                condition=Q(hours__isnull=True) | Q(hours__gte=0, hours__lte=rules.MOST_HOURS_KEPT),
            ),
            models.CheckConstraint(
                name="time_answer_can_keep", condition=Q(can_keep__isnull=True) | Q(can_keep__range=(1, 5))
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.version}"
