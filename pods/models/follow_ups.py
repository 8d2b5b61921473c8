"""Day-7 follow-ups."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from adoption.programs.models import Objection, Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.pods import Pod, PodQuerySet, Seat
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
        within = Q(program=OuterRef("session__pod__program")) | Q(program=OuterRef("session__program"))
        let_be = Objection.objects.standing().filter(within, person=OuterRef("person"))
        there = Person.objects.working(at.date()).filter(pk=OuterRef("person"))
        return self.unanswered().filter(
            Exists(there),
            ~Exists(let_be),
            session__pod__program__closed_at__isnull=True,
            session__program__closed_at__isnull=True,
        )

    def within(self, program: Program) -> Self:
        """Everybody's in a programme, leaders' too."""
        return self.filter(Q(session__pod__program=program) | Q(session__program=program))

    def due(self, at: datetime) -> Self:
        return self.open(at).filter(due_at__lte=at)

    def with_pod(self) -> Self:
        """Adds `pod_now`, an id: the pod whose champion sees to it. Where its person sits; of who sits nowhere, the session's.

        None of a leader's, which leads see to.
        """
        seats = Seat.objects.current().filter(pod__program=OuterRef("session__pod__program"), person=OuterRef("person"))
        return self.annotate(
            pod_now=Coalesce(
                Subquery(seats.values("pod")[:1]), F("session__pod"), output_field=models.BigIntegerField()
            )
        )

    def in_pods(self, pods: PodQuerySet | Collection[Pod]) -> Self:
        """Those that some pods' champions see to."""
        keys = pods.values("pk") if isinstance(pods, PodQuerySet) else [pod.pk for pod in pods]
        return self.with_pod().filter(pod_now__in=keys)

    def for_champion(self, person: Person) -> Self:
        return self.in_pods(Pod.objects.led_by(person))

    def seen_to_by(self, person: Person, *, leads: bool) -> Self:
        """Those that somebody writes down: a champion those of their pods, a lead those of leaders."""
        theirs = Q(pod_now__in=Pod.objects.led_by(person).values("pk"))
        return self.with_pod().filter(theirs | Q(session__leader__isnull=False) if leads else theirs)

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
