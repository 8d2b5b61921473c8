"""The peer moment: what members offer to show."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.pods import Pod
from pods.models.sessions import Session


class ShowingQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self) -> Self:
        """Neither shown yet nor taken back: an offer, or a word that one would rather not."""
        return self.filter(session__isnull=True, withdrawn_at__isnull=True)

    def offered(self) -> Self:
        """What waits to be shown."""
        return self.open().filter(declined_at__isnull=True)


class Showing(TenantModel):
    """A member offers to show the pod, in two minutes, what they do with it: or said that they would rather not now."""

    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="showings")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    task = models.CharField(max_length=rules.FINISHED_LENGTH, blank=True, default="")
    minutes_now = models.PositiveSmallIntegerField(null=True)
    minutes_before = models.PositiveSmallIntegerField(null=True)
    offered_at = models.DateTimeField()
    # In which session it was shown.
    session = TenantForeignKey(Session, on_delete=models.SET_NULL, null=True, related_name="showings")
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(ShowingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "pod", "person"],
                condition=Q(session__isnull=True, withdrawn_at__isnull=True),
                name="showing_once_open",
            ),
            models.CheckConstraint(name="showing_says_what", condition=~Q(task="") | Q(declined_at__isnull=False)),
            models.CheckConstraint(
                name="showing_minutes",
                condition=(Q(minutes_now__isnull=True) | Q(minutes_now__lte=rules.MOST_MINUTES))
                & (Q(minutes_before__isnull=True) | Q(minutes_before__lte=rules.MOST_MINUTES)),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "pod"], name="showing_by_pod"),
            models.Index(fields=["organization", "person"], name="showing_by_person"),
            models.Index(fields=["organization", "session"], name="showing_by_session"),
        ]

    def __str__(self) -> str:
        return self.task or "not now"
