"""What champions need from leadership, and what leaders do."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions import rules
from champions.rules import AskAnswer, LeaderAct


class NeedQuerySet(TenantQuerySet):
    """Named filters."""

    def standing(self) -> Self:
        """Asks that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def waiting(self) -> Self:
        """Asks without an answer."""
        return self.standing().filter(answered_at__isnull=True)

    def overdue(self, on: date) -> Self:
        """Asks that waited longer than they should."""
        return self.waiting().filter(due_on__lt=on)

    def longest_first(self) -> Self:
        return self.order_by("due_on", "id")

    def newest_first(self) -> Self:
        return self.order_by("-asked_on", "-id")

    def owned_by(self, person: Person) -> Self:
        """Asks that a person is to answer."""
        return self.filter(owner=person)


class Need(TenantModel):
    """Something champions need from leadership, with who is to see to it and by when."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    owner = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    wanted = models.CharField(max_length=rules.LINE_LENGTH)
    why = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    asked_on = models.DateField()
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, default="")
    answer_words = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    answered_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_on = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(NeedQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="need_public_id"),
            models.CheckConstraint(name="need_says_what", condition=~Q(wanted="")),
            models.CheckConstraint(name="need_due_later", condition=Q(due_on__gte=F("asked_on"))),
            models.CheckConstraint(
                name="need_answered_in_words",
                condition=Q(answered_at__isnull=True, answered_on__isnull=True, answer="", answer_words="")
                | Q(
                    answered_at__isnull=False,
                    answered_on__isnull=False,
                    answer__in=[one.value for one in AskAnswer],
                )
                & ~Q(answer_words=""),
            ),
            models.CheckConstraint(
                name="need_answered_or_withdrawn", condition=Q(answered_at__isnull=True) | Q(withdrawn_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="need_by_program"),
            models.Index(fields=["organization", "asked_by"], name="need_by_asker"),
            models.Index(fields=["organization", "owner"], name="need_by_owner"),
            models.Index(fields=["organization", "answered_by"], name="need_by_answerer"),
        ]

    def __str__(self) -> str:
        return self.wanted

    @property
    def was_acted_on(self) -> bool:
        """Whether what was asked for was done within 14 days. A declined ask was answered, not acted on."""
        acted_on = self.answered_on if self.answer == AskAnswer.DONE else None
        return rules.was_acted_on(self.asked_on, acted_on)


class LeaderDeedQuerySet(TenantQuerySet):
    """Named filters."""

    def confirmed(self) -> Self:
        """What somebody else has confirmed: only that counts."""
        return self.filter(confirmed_at__isnull=False)

    def newest_first(self) -> Self:
        return self.order_by("-done_on", "-id")


class LeaderDeed(TenantModel):
    """Something a leader did on a day, as one person wrote it down and another has confirmed it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    leader = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    act = models.CharField(max_length=30)
    done_on = models.DateField()
    note = models.CharField(max_length=rules.LINE_LENGTH, blank=True, default="")
    # The ask that was acted on.
    need = TenantForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="deeds")
    noted_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField()
    confirmed_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(LeaderDeedQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="leader_deed_public_id"),
            models.UniqueConstraint(fields=["organization", "need"], name="leader_deed_once_an_ask"),
            models.CheckConstraint(name="leader_deed_act", condition=Q(act__in=[one.value for one in LeaderAct])),
            models.CheckConstraint(
                name="leader_deed_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("leader")) & (Q(noted_by__isnull=True) | ~Q(confirmed_by=F("noted_by")))),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "leader"], name="leader_deed_by_leader"),
            models.Index(fields=["organization", "noted_by"], name="leader_deed_by_noter"),
            models.Index(fields=["organization", "confirmed_by"], name="leader_deed_by_confirmer"),
        ]

    def __str__(self) -> str:
        return self.act
