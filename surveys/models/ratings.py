"""Outputs of people's work, and what whoever receives them says of their quality."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from adoption.outbox.models import Guest
from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from surveys import rules
from surveys.rules import STAKEHOLDER


class OutputQuerySet(TenantQuerySet):
    """Named filters."""

    def standing(self) -> Self:
        """Outputs that nobody took back."""
        return self.filter(taken_back_at__isnull=True)

    def given_out(self) -> Self:
        """Outputs that came into a round."""
        return self.filter(Exists(Allotment.objects.filter(output=OuterRef("pk"))))

    def waiting(self) -> Self:
        """Outputs that came into no round yet."""
        return self.standing().exclude(Exists(Allotment.objects.filter(output=OuterRef("pk"))))

    def rated(self) -> Self:
        """Outputs of which somebody has said something."""
        return self.filter(Exists(Rating.objects.filter(allotment__output=OuterRef("pk"))))

    def newest_first(self) -> Self:
        return self.order_by("-produced_on", "-id")


class Output(TenantModel):
    """One piece of somebody's work: what it is called and where it is. Never the work itself, and nothing of how it was made."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="outputs")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LENGTH)
    # A link, or words for whoever received it.
    found_at = models.CharField(max_length=rules.NOTE_LENGTH, blank=True, default="")
    # Before the programme's start it is of the baseline, else of later.
    produced_on = models.DateField()
    registered_by = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    registered_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(OutputQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="output_public_id"),
            models.CheckConstraint(name="output_title_not_empty", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["organization", "program", "person"], name="output_by_program"),
            models.Index(fields=["organization", "person"], name="output_by_person"),
            models.Index(fields=["organization", "registered_by"], name="output_by_registrar"),
        ]

    def __str__(self) -> str:
        return self.title


class OutputMark(TenantModel):
    """Whether AI was used for an output. Kept apart from it, so that nothing that shows outputs to raters reads it."""

    output = TenantForeignKey(Output, on_delete=models.CASCADE, related_name="+")
    used_ai = models.BooleanField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "output"], name="output_mark_once")]

    def __str__(self) -> str:
        return f"mark of {self.output_id}"


class RatingRoundQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Rounds that still take ratings."""
        return self.filter(opened_at__lte=at, closes_at__gt=at)

    def closed(self, at: datetime) -> Self:
        """Rounds that take no more."""
        return self.filter(closes_at__lte=at)


class RatingRound(TenantModel):
    """Some outputs of a programme are given to some raters at once, mixed, in an order drawn by lot from a seed."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(RatingRoundQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="rating_round_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "number"], name="rating_round_once"),
            models.CheckConstraint(name="rating_round_in_order", condition=Q(closes_at__gt=models.F("opened_at"))),
            models.CheckConstraint(name="rating_round_reminders", condition=Q(reminders__lte=rules.MOST_REMINDERS)),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of {self.program_id}"


class Rater(TenantModel):
    """Somebody who rates in a round: a member of the directory, or a guest. Neither, once they were erased or forgotten."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    round = TenantForeignKey(RatingRound, on_delete=models.CASCADE, related_name="raters")
    person = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    guest = TenantForeignKey(Guest, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    # When they said that they would rather not.
    declined_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="rater_public_id"),
            models.UniqueConstraint(fields=["organization", "round", "person"], name="rater_once"),
            models.UniqueConstraint(fields=["organization", "round", "guest"], name="rater_guest_once"),
            models.CheckConstraint(name="rater_is_one", condition=Q(person__isnull=True) | Q(guest__isnull=True)),
        ]
        indexes = [
            models.Index(fields=["organization", "person"], name="rater_by_person"),
            models.Index(fields=["organization", "guest"], name="rater_by_guest"),
        ]

    def __str__(self) -> str:
        return f"rater {self.public_id}"


class AllotmentQuerySet(TenantQuerySet):
    """Named filters."""

    def in_order(self) -> Self:
        return self.order_by("place")


class Allotment(TenantModel):
    """A rater is given an output, at a place in their own order."""

    rater = TenantForeignKey(Rater, on_delete=models.CASCADE, related_name="allotments")
    output = TenantForeignKey(Output, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()

    objects: ClassVar = TenantManager.of(AllotmentQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "rater", "output"], name="allotment_once"),
            models.UniqueConstraint(fields=["organization", "rater", "place"], name="allotment_place"),
        ]
        indexes = [models.Index(fields=["organization", "output"], name="allotment_by_output")]

    def __str__(self) -> str:
        return f"{self.output_id} for {self.rater_id}"


class RatingQuerySet(TenantQuerySet):
    """Named filters."""

    def newest(self) -> Self:
        """The version that counts, of each output and rater."""
        return self.order_by("allotment_id", "-version").distinct("allotment_id")


class Rating(TenantModel):
    """What a rater said of an output, by item: a choice's key, empty where nothing was said. A mend is a new version."""

    allotment = TenantForeignKey(Allotment, on_delete=models.CASCADE, related_name="ratings")
    version = models.PositiveSmallIntegerField()
    instrument_version = models.PositiveSmallIntegerField()
    usable = models.CharField(max_length=4, blank=True, default="")
    correct = models.CharField(max_length=4, blank=True, default="")
    fits = models.CharField(max_length=4, blank=True, default="")
    mistakes = models.CharField(max_length=4, blank=True, default="")
    # When the version began to count, and when it was written down.
    valid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(RatingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "allotment", "version"], name="rating_version"),
            *(
                models.CheckConstraint(
                    name=f"rating_{item.key}", condition=Q(**{f"{item.key}__in": ["", *item.choices]})
                )
                for item in STAKEHOLDER.items
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allotment_id} v{self.version}"

    @property
    def answers(self) -> dict[str, str]:
        """What was said, by item."""
        return {item.key: getattr(self, item.key) for item in STAKEHOLDER.items}
