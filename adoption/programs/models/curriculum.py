"""A programme's plan of what is learnt, as far as a lead has changed it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models.programs import Program
from adoption.programs.rules import REASON_LENGTH
from adoption.programs.rules.curriculum import (
    MOST_MINUTES,
    MOST_TIMES,
    WORDS_LENGTH,
    Content,
    Delivery,
    Phase,
    SessionKind,
)
from adoption.tenancy.rules import TEXT_LENGTH
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PlannedContentQuerySet(TenantQuerySet):
    """Named filters."""

    def in_order(self) -> Self:
        return self.order_by("role", "place")


class PlannedContent(TenantModel):
    """One content of a programme's plan as a lead wants it: in the plan of everybody, or in that of one role alone."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # Empty: everybody's.
    role = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    # Of the template's content, or made for the lead's own.
    key = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=12)
    # Empty where nobody meets.
    kind = models.CharField(max_length=20, blank=True, default="")
    delivery = models.CharField(max_length=12)
    doing = models.PositiveSmallIntegerField()
    explaining = models.PositiveSmallIntegerField()
    times = models.PositiveSmallIntegerField(default=1)
    # What it is called, where it is the lead's own.
    words = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    # Why it is left out.
    left_out = models.CharField(max_length=REASON_LENGTH, blank=True, default="")

    objects: ClassVar = TenantManager.of(PlannedContentQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "role", "key"], name="planned_content_once"),
            models.CheckConstraint(
                name="planned_content_phase", condition=Q(phase__in=[phase.value for phase in Phase])
            ),
            models.CheckConstraint(
                name="planned_content_kind", condition=Q(kind__in=["", *(kind.value for kind in SessionKind)])
            ),
            models.CheckConstraint(
                name="planned_content_delivery", condition=Q(delivery__in=[one.value for one in Delivery])
            ),
            # Nobody meets for what is on demand, and for everything else somebody does.
            models.CheckConstraint(
                name="planned_content_with_session",
                condition=Q(kind="", delivery=Delivery.ON_DEMAND.value)
                | (~Q(kind="") & ~Q(delivery=Delivery.ON_DEMAND.value)),
            ),
            models.CheckConstraint(
                name="planned_content_minutes",
                condition=Q(doing__lte=MOST_MINUTES, explaining__lte=MOST_MINUTES)
                & (Q(doing__gte=1) | Q(explaining__gte=1)),
            ),
            models.CheckConstraint(name="planned_content_times", condition=Q(times__gte=1, times__lte=MOST_TIMES)),
        ]

    def __str__(self) -> str:
        return self.words or self.key

    @property
    def content(self) -> Content:
        """What it says."""
        return Content(
            key=self.key,
            phase=Phase(self.phase),
            kind=SessionKind(self.kind) if self.kind else None,
            doing=self.doing,
            explaining=self.explaining,
            delivery=Delivery(self.delivery),
            times=self.times,
            words=self.words,
            left_out=self.left_out,
        )
