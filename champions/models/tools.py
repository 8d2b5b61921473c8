"""What champions found out about AI tools."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules
from champions.rules import ToolVerdict


class ToolQuerySet(TenantQuerySet):
    """Named filters."""

    def in_name_order(self) -> Self:
        return self.order_by("tool", "task", "id")


class Tool(TenantModel):
    """An evaluation of a tool for one task: the verdict, which data may go in and which never, and until when it holds."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    tool = models.CharField(max_length=rules.TITLE_LENGTH)
    task = models.CharField(max_length=rules.TITLE_LENGTH)
    verdict = models.CharField(max_length=10)
    why = models.CharField(max_length=rules.TEXT_LENGTH)
    # The red lines: what may go in, and what never.
    data_allowed = models.CharField(max_length=rules.LINE_LENGTH)
    data_forbidden = models.CharField(max_length=rules.LINE_LENGTH)
    for_whom = models.CharField(max_length=rules.LINE_LENGTH)
    review_on = models.DateField()
    evaluated_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    evaluated_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(ToolQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="tool_public_id"),
            models.UniqueConstraint(fields=["organization", "tool", "task"], name="tool_once_a_task"),
            models.CheckConstraint(name="tool_verdict", condition=Q(verdict__in=[one.value for one in ToolVerdict])),
            models.CheckConstraint(
                name="tool_has_red_lines", condition=~Q(tool="") & ~Q(task="") & ~Q(data_forbidden="")
            ),
        ]
        indexes = [models.Index(fields=["organization", "evaluated_by"], name="tool_by_evaluator")]

    def __str__(self) -> str:
        return f"{self.tool}, {self.task}"
