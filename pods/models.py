"""What a row of the practice floor is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from adoption.programs.models import Objection, Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.models import Champion
from pods import rules
from pods.rules import Cause, SessionKind, Used


class PodQuerySet(TenantQuerySet):
    """Named filters."""

    def led_by(self, person: Person | OuterRef) -> Self:
        """Pods that a person leads as a serving champion."""
        return self.filter(champion__person=person, champion__stepped_down_at__isnull=True)

    def in_name_order(self) -> Self:
        return self.order_by("name", "id")

    def with_members(self) -> Self:
        """Adds `members`: how many sit in it."""
        seats = Seat.objects.current().filter(pod=OuterRef("pk")).order_by().values("pod").annotate(n=Count("pk"))
        return self.annotate(members=Coalesce(Subquery(seats.values("n")), 0))


class Pod(TenantModel):
    """About eight colleagues around one champion."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="pods")
    # None once the champion has been erased: the pod and what its members did stay.
    champion = TenantForeignKey(Champion, on_delete=models.SET_NULL, null=True, related_name="pods")
    name = models.CharField(max_length=rules.NAME_LENGTH)
    formed_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(PodQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="pod_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "name"], name="pod_name"),
        ]
        indexes = [models.Index(fields=["organization", "champion"], name="pod_by_champion")]

    def __str__(self) -> str:
        return self.name


class SeatQuerySet(TenantQuerySet):
    """Named filters."""

    def current(self) -> Self:
        """Seats that somebody holds."""
        return self.filter(left_at__isnull=True)

    def in_name_order(self) -> Self:
        return self.order_by("person__sort_name", "person_id")


class Seat(TenantModel):
    """A person belongs to a pod."""

    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="seats")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="seats")
    taken_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(SeatQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "pod", "person"], condition=Q(left_at__isnull=True), name="seat_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "pod"], name="seat_by_pod"),
            models.Index(fields=["organization", "person"], name="seat_by_person"),
        ]

    def __str__(self) -> str:
        return f"seat of {self.person_id}"


class SessionQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-held_on", "-id")

    def with_people(self) -> Self:
        """Adds `people`: how many were there."""
        there = Attendance.objects.filter(session=OuterRef("pk")).order_by().values("session").annotate(n=Count("pk"))
        return self.annotate(people=Coalesce(Subquery(there.values("n")), 0))


class Session(TenantModel):
    """Time a champion spent with members of the pod, and how much of it was doing."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=20)
    held_on = models.DateField()
    doing_minutes = models.PositiveSmallIntegerField()
    explaining_minutes = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    # What the form carried, so that a second press of the button is the same session.
    form_key = models.UUIDField(default=uuid.uuid4)
    logged_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(SessionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="session_public_id"),
            models.UniqueConstraint(fields=["organization", "pod", "form_key"], name="session_logged_once"),
            models.CheckConstraint(name="session_kind", condition=Q(kind__in=[kind.value for kind in SessionKind])),
            models.CheckConstraint(
                name="session_minutes",
                condition=Q(doing_minutes__lte=rules.MOST_MINUTES, explaining_minutes__lte=rules.MOST_MINUTES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.held_on}"


class Attendance(TenantModel):
    """Somebody was in a session. Operational: never a measure of success."""

    session = TenantForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "session", "person"], name="attendance_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="attendance_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.session_id}"


class FollowUpQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def open(self, at: datetime) -> Self:
        """Without an answer, of people who may be asked: who have not left, are not away, and would not rather be let be."""
        let_be = Objection.objects.standing().filter(
            program=OuterRef("session__pod__program"), person=OuterRef("person")
        )
        there = Person.objects.working(at.date()).filter(pk=OuterRef("person"))
        return self.unanswered().filter(Exists(there), ~Exists(let_be))

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


class Handover(TenantModel):
    """A pod went from one champion to another. Who led it when stays known."""

    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="handovers")
    # None once erased.
    before = TenantForeignKey(Champion, on_delete=models.SET_NULL, null=True, related_name="+")
    after = TenantForeignKey(Champion, on_delete=models.SET_NULL, null=True, related_name="+")
    handed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "pod"], name="handover_by_pod"),
            models.Index(fields=["organization", "before"], name="handover_by_before"),
            models.Index(fields=["organization", "after"], name="handover_by_after"),
        ]

    def __str__(self) -> str:
        return f"handover of {self.pod_id}"
