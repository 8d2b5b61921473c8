"""Sessions, and who was there."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.meetings import Meeting
from pods.models.pods import Pod
from pods.rules import SessionKind

# A one-to-one with a leader stands in no pod, and names the leader and the piece of their own work.
OF_POD_OR_LEADER = Q(pod__isnull=False, program__isnull=True, leader__isnull=True, held_by__isnull=True, work="") | Q(
    pod__isnull=True, program__isnull=False, leader__isnull=False, kind=SessionKind.ONE_TO_ONE.value
) & ~Q(work="")


class SessionQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-held_on", "-id")

    def with_leaders(self) -> Self:
        """One-to-ones with leaders, who sit in no pod: for leads and the leader alone, and part of no figure."""
        return self.filter(leader__isnull=False)

    def noted(self) -> Self:
        """With something that its champion takes along."""
        return self.exclude(note="", worked="", did_not="", next_time="")

    def with_people(self) -> Self:
        """Adds `people`: how many were there."""
        there = Attendance.objects.filter(session=OuterRef("pk")).order_by().values("session").annotate(n=Count("pk"))
        return self.annotate(people=Coalesce(Subquery(there.values("n")), 0))


class Session(TenantModel):
    """Time a champion spent with members of the pod, or a lead with a leader alone, and how much of it was doing."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # Of a one-to-one with a leader, who sits in no pod: the programme, the leader, the lead who held it, and on what.
    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, null=True, related_name="sessions")
    program = TenantForeignKey(Program, on_delete=models.CASCADE, null=True, related_name="+")
    leader = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    held_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    work = models.CharField(max_length=rules.FINISHED_LENGTH, blank=True, default="")
    kind = models.CharField(max_length=20)
    held_on = models.DateField()
    doing_minutes = models.PositiveSmallIntegerField()
    explaining_minutes = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=rules.TEXT_LENGTH, blank=True, default="")
    # What a one-to-one ends with: a piece of work that is finished, and how it was done.
    finished = models.CharField(max_length=rules.FINISHED_LENGTH, blank=True, default="")
    written_down = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    # Somebody said that it did not come to that.
    is_unfinished = models.BooleanField(default=False)
    # What its champion takes along for the next one.
    worked = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    did_not = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    next_time = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    # What it was planned as; of one plan comes one session.
    meeting = TenantForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="sessions")
    # What the form carried, so that a second press of the button is the same session.
    form_key = models.UUIDField(default=uuid.uuid4)
    logged_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(SessionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="session_public_id"),
            models.UniqueConstraint(fields=["organization", "pod", "form_key"], name="session_logged_once"),
            models.UniqueConstraint(fields=["organization", "leader", "form_key"], name="session_with_leader_once"),
            models.UniqueConstraint(fields=["organization", "meeting"], name="session_of_meeting"),
            models.CheckConstraint(name="session_of_pod_or_leader", condition=OF_POD_OR_LEADER),
            models.CheckConstraint(name="session_kind", condition=Q(kind__in=[kind.value for kind in SessionKind])),
            models.CheckConstraint(
                name="session_minutes",
                condition=Q(doing_minutes__lte=rules.MOST_MINUTES, explaining_minutes__lte=rules.MOST_MINUTES),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "program"], name="session_by_program"),
            models.Index(fields=["organization", "held_by"], name="session_by_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.held_on}"

    @property
    def within(self) -> Program:
        """The programme it belongs to: its pod's, or of a one-to-one with a leader its own."""
        found = self.pod.program if self.pod else self.program
        if found is None:
            raise ValueError("A session belongs to a pod or to a programme.")
        return found

    @property
    def lacks_its_end(self) -> bool:
        """A one-to-one of which nobody has said yet what was finished and how, nor that nothing was."""
        is_said = self.is_unfinished or (self.finished and self.written_down)
        return self.kind == SessionKind.ONE_TO_ONE and not is_said


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
