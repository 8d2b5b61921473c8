"""Sessions that are planned, and who is invited."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from adoption.tenancy.models import Closure, Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from pods import rules
from pods.models.pods import Pod, Seat
from pods.rules import SessionKind


class MeetingQuerySet(TenantQuerySet):
    """Named filters."""

    def standing(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def to_come(self, at: datetime) -> Self:
        return self.standing().filter(starts_at__gt=at)

    def unlogged(self) -> Self:
        """Standing, and no session was written down of it."""
        return self.standing().filter(sessions__isnull=True)

    def over(self, at: datetime) -> Self:
        """Begun, and neither logged nor cancelled."""
        return self.unlogged().filter(starts_at__lte=at)

    def open_to(self, person: Person) -> Self:
        """Whose page somebody may read: the pod's champion, and whoever is invited and still sits in the pod."""
        invited = Invitee.objects.filter(meeting=OuterRef("pk"), person=person)
        sits = Seat.objects.current().filter(pod=OuterRef("pod"), person=person)
        leads = Pod.objects.led_by(person).filter(pk=OuterRef("pod"))
        return self.filter(Exists(leads) | (Exists(invited) & Exists(sits)))

    def soonest_first(self) -> Self:
        return self.order_by("starts_at", "id")

    def with_people(self) -> Self:
        """Adds `people`: how many are invited."""
        rows = Invitee.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(n=Count("pk"))
        return self.annotate(people=Coalesce(Subquery(rows.values("n")), 0))

    def with_closed(self) -> Self:
        """Adds `closed`: what closes its day, everywhere or where its champion or somebody invited works; empty: nothing."""
        invited = Invitee.objects.filter(meeting=OuterRef(OuterRef("pk")), person__location=OuterRef("location"))
        felt = Q(location=OuterRef("pod__champion__person__location")) | Exists(invited)
        return self.annotate(closed=Closure.objects.naming("day", felt))


class Meeting(TenantModel):
    """A session that is planned: when and what for. It is held and logged, moved, or cancelled with a reason."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    pod = TenantForeignKey(Pod, on_delete=models.CASCADE, related_name="meetings")
    kind = models.CharField(max_length=20)
    # The local day and hour in a zone; the instant follows from them.
    day = models.DateField()
    hour = models.TimeField()
    zone = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    # The time it was first promised for: by it calendars know which of a series is meant.
    slot = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=rules.PLACE_LENGTH, blank=True, default="")
    # What it is for, in the champion's words: everybody who is invited reads it.
    topics = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    # Which contents of the programme's plan it carries, by their keys.
    contents = models.JSONField(default=list)
    # What the form carried: one for all of a weekly series, whose meetings are numbered.
    form_key = models.UUIDField(default=uuid.uuid4)
    number = models.PositiveSmallIntegerField(default=1)
    is_series = models.BooleanField(default=False)
    # Rises with each change, for calendars.
    sequence = models.PositiveIntegerField(default=0)
    # Why it was moved or cancelled last.
    reason = models.CharField(max_length=rules.PLACE_LENGTH, blank=True, default="")
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    # What closes its day, where it was asked for: `with_closed`.
    closed: str

    objects: ClassVar = TenantManager.of(MeetingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="meeting_public_id"),
            models.UniqueConstraint(fields=["organization", "pod", "form_key", "number"], name="meeting_planned_once"),
            models.CheckConstraint(name="meeting_kind", condition=Q(kind__in=[kind.value for kind in SessionKind])),
            models.CheckConstraint(
                name="meeting_minutes",
                condition=Q(minutes__gte=rules.LEAST_LENGTH, minutes__lte=rules.MOST_MINUTES),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_with_reason", condition=Q(cancelled_at__isnull=True) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["organization", "pod", "starts_at"], name="meeting_by_pod")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"

    @property
    def was_moved(self) -> bool:
        return self.starts_at != self.slot


class InviteeQuerySet(TenantQuerySet):
    """Named filters."""

    def asked(self) -> Self:
        """Of whom somebody may expect that they come."""
        return self.filter(let_be=False)


class Invitee(TenantModel):
    """Somebody is invited to a planned session."""

    meeting = TenantForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitees")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # They object, or have left by then: nothing reminds them of it, their own calendar neither.
    let_be = models.BooleanField(default=False)

    objects: ClassVar = TenantManager.of(InviteeQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "meeting", "person"], name="invitee_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="invitee_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.meeting_id}"
