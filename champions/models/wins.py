"""What colleagues have managed, in two minutes' reading."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules
from champions.models.prompts import Prompt


class WinQuerySet(TenantQuerySet):
    """Named filters."""

    def shown(self) -> Self:
        """Wins that were not taken back."""
        return self.filter(taken_back_at__isnull=True)

    def unprompted(self) -> Self:
        """Wins that nobody had asked for: the leading signal."""
        return self.filter(asked_for=False)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class Win(TenantModel):
    """A piece of work done with AI: what it was, how long it took and used to take, and what came out."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    workflow = TenantForeignKey(Workflow, on_delete=models.SET_NULL, null=True, related_name="+")
    prompt = TenantForeignKey(Prompt, on_delete=models.SET_NULL, null=True, related_name="wins")
    task = models.CharField(max_length=rules.LINE_LENGTH)
    minutes_now = models.PositiveIntegerField()
    minutes_before = models.PositiveIntegerField()
    output = models.CharField(max_length=rules.TEXT_LENGTH)
    # Somebody had asked for it, as on day 14. Counted apart from those that came unasked.
    asked_for = models.BooleanField(default=False)
    hides_name = models.BooleanField(default=False)
    shared_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(WinQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="win_public_id"),
            models.CheckConstraint(name="win_says_what", condition=~Q(task="") & ~Q(output="")),
            models.CheckConstraint(
                name="win_minutes",
                condition=Q(
                    minutes_now__gte=1,
                    minutes_now__lte=rules.MOST_MINUTES,
                    minutes_before__gte=1,
                    minutes_before__lte=rules.MOST_MINUTES,
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="win_by_person"),
            models.Index(fields=["organization", "workflow"], name="win_by_workflow"),
            models.Index(fields=["organization", "prompt"], name="win_by_prompt"),
        ]

    def __str__(self) -> str:
        return self.task


class Thanks(TenantModel):
    """Somebody thanks for a win, once."""

    win = TenantForeignKey(Win, on_delete=models.CASCADE, related_name="thanks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "win", "person"], name="thanks_once")]
        indexes = [models.Index(fields=["organization", "person"], name="thanks_by_person")]

    def __str__(self) -> str:
        return f"thanks {self.pk}"
