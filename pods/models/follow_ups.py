"""Day-7 follow-ups."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from adoption.programs.models import Objection
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.sessions import Session
from pods.rules import Cause, Used


class FollowUpQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)

    def open(self, at: datetime) -> Self:
        """Without an answer, of people who may be asked: who have not left, are not away, and would not rather be let be.

        Nobody is once the programme is closed.
        """
        let_be = Objection.objects.standing().filter(
            program=OuterRef("session__pod__program"), person=OuterRef("person")
        )
        there = Person.objects.working(at.date()).filter(pk=OuterRef("person"))
        return self.unanswered().filter(Exists(there), ~Exists(let_be), session__pod__program__closed_at__isnull=True)

    def due(self, at: datetime) -> Self:
        return self.open(at).filter(due_at__lte=at)

    def for_champion(self, person: Person) -> Self:
        return self.filter(session__pod__champion__person=person, session__pod__champion__stepped_down_at__isnull=True)

    def oldest_first(self) -> Self:
        return self.order_by("due_at", "id")


class FollowUp(TenantModel):
    """Fifteen minutes, seven days after one person's session: did you use it, what happened, what did not work?"""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    session = TenantForeignKey(Session, on_delete=models.CASCADE, related_name="follow_ups")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    # How often what calendars hold of it has changed.
    sequence = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    used = models.CharField(max_length=10, blank=True, default="")
    what_happened = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    what_failed = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    cause = models.CharField(max_length=30, blank=True, default="")
    fixed = models.BooleanField(null=True)

    objects: ClassVar = TenantManager.of(FollowUpQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="follow_up_public_id"),
            models.UniqueConstraint(fields=["organization", "session", "person"], name="follow_up_once"),
            models.CheckConstraint(
                name="follow_up_answered",
                condition=Q(answered_at__isnull=True, used="")
                | Q(answered_at__isnull=False, used__in=[used.value for used in Used]),
            ),
            models.CheckConstraint(
                name="follow_up_cause", condition=Q(cause="") | Q(cause__in=[cause.value for cause in Cause])
            ),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="follow_up_by_person")]

    def __str__(self) -> str:
        return f"follow-up {self.public_id}"
