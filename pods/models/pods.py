"""Pods, who sits in them, and who led them when."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.models import Champion
from pods import rules


class PodQuerySet(TenantQuerySet):
    """Named filters."""

    def led_by(self, person: Person | OuterRef) -> Self:
        """Pods that a person leads as a serving champion."""
        return self.filter(champion__person=person, champion__stepped_down_at__isnull=True)

    def in_name_order(self) -> Self:
        return self.order_by("name", "id")

    def with_members(self, on: date) -> Self:
        """Adds `members`: how many sit in it on a day."""
        seats = Seat.objects.filled(on).filter(pod=OuterRef("pk")).order_by().values("pod").annotate(n=Count("pk"))
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

    def leader(self, at: datetime) -> Person | None:
        """Who leads it: nobody once its champion was erased, has stepped down or has left."""
        champion = self.champion
        if champion is None or champion.stepped_down_at or champion.person.has_left(at):
            return None
        person: Person = champion.person
        return person


class SeatQuerySet(TenantQuerySet):
    """Named filters."""

    def current(self) -> Self:
        """Seats that somebody holds, be it that they have left the company: whoever comes back finds theirs."""
        return self.filter(left_at__isnull=True)

    def filled(self, on: date) -> Self:
        """Seats of people who are there on a day, working or on leave: of all that asks who is in a pod now."""
        return self.current().exclude(person__left_on__lte=on)

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
