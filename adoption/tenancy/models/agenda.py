"""The agenda: work that is due, for every organisation. A global table with nothing personal in it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models.organization import Organization


class AgendaQuerySet(models.QuerySet["Agenda"]):
    """Named filters."""

    def open(self) -> Self:
        """Rows that are not done."""
        return self.filter(done_at__isnull=True)

    def overdue(self, at: datetime) -> Self:
        """Rows promised for an earlier time that have failed at least once and are still not done."""
        return self.open().filter(promised_at__lt=at, attempts__gt=1)


class Agenda(models.Model):
    """Something an organisation promised to do at a time: the name of a task and the row it is about."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+", db_index=False)
    task = models.CharField(max_length=120)
    # The tenant row the task is about; 0 for a task that is about the organisation as a whole.
    row_id = models.BigIntegerField(default=0)
    promised_at = models.DateTimeField()
    # When the heartbeat next looks at it. A claim pushes this by a lease, a failure by a growing pause.
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True, default="")

    objects = AgendaQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "task", "row_id"], name="agenda_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                include=["id", "organization", "task", "row_id"],
                condition=Q(done_at__isnull=True),
                name="agenda_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}({self.row_id})"
