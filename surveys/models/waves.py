"""Waves: what people are asked, what they said, and what of it was published."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.programs.rules import NAME_LENGTH, Arm
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from surveys import rules
from surveys.rules import SAFETY, SCALE_TOP, ItemKind, WaveKind

# What a lead's own question can be.
OWN_KINDS = [kind.value for kind in (ItemKind.CHOICE, ItemKind.NUMBER, ItemKind.SCALE, ItemKind.TEXT)]


class WaveQuerySet(TenantQuerySet):
    """Named filters."""

    def open(self, at: datetime) -> Self:
        """Waves that still take answers."""
        return self.filter(opened_at__lte=at, closes_at__gt=at)


class Wave(TenantModel):
    """One asking of one programme's survey to everybody in both arms."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="waves")
    kind = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    # When it stops taking answers: earlier than planned once somebody closed it, later once it was reopened.
    closes_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    # Why somebody closed it early, and why it was opened once more.
    closed_because = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    reopened_because = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    # When its figures were published. They are published once.
    published_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(WaveQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="wave_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "kind"], name="wave_once"),
            models.CheckConstraint(name="wave_kind", condition=Q(kind__in=[kind.value for kind in WaveKind])),
            models.CheckConstraint(name="wave_in_order", condition=Q(closes_at__gt=models.F("opened_at"))),
            models.CheckConstraint(name="wave_reminders", condition=Q(reminders__lte=rules.MOST_REMINDERS)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.program_id}"


class AskQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(completed_at__isnull=True)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def of_person(self, person: Person) -> Self:
        return self.filter(person=person)

    def still_open(self, at: datetime) -> Self:
        """Asks of waves that still take answers."""
        return self.filter(wave__opened_at__lte=at, wave__closes_at__gt=at)


class Ask(TenantModel):
    """A person is asked in a wave; completed once they sent it off, and changeable until the wave closes."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    wave = TenantForeignKey(Wave, on_delete=models.CASCADE, related_name="asks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # The version of the survey's words this person was asked with. All waves of a programme ask with the baseline's.
    instrument_version = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    # That somebody sent the anonymous part, so that they send it once. What they said is kept apart, without a trace.
    pulse_taken = models.BooleanField(default=False)

    objects: ClassVar = TenantManager.of(AskQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="ask_public_id"),
            models.UniqueConstraint(fields=["organization", "wave", "person"], name="ask_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="ask_by_person")]

    def __str__(self) -> str:
        return f"ask {self.public_id}"


class Answer(TenantModel):
    """What a person said to one item. A mend is a new version; the newest counts."""

    ask = TenantForeignKey(Ask, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=40)
    item_version = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    # A number for number items, a choice's key for choices, a text for texts; all empty when an answer was taken back.
    number = models.IntegerField(null=True)
    choice = models.CharField(max_length=40, blank=True, default="")
    text = models.TextField(blank=True, default="")
    valid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ask", "item", "version"], name="answer_version"),
            models.CheckConstraint(
                name="answer_one_value",
                condition=Q(number__isnull=True, choice="") | Q(number__isnull=True, text="") | Q(choice="", text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} v{self.version}"


class QuestionQuerySet(TenantQuerySet):
    """Named filters."""

    def asked_in(self, program: Program, kind: WaveKind) -> Self:
        """A lead's own questions of one survey of a programme, in their order."""
        return self.filter(program=program, wave=kind).order_by("place", "id")


class Question(TenantModel):
    """A lead's own question at the end of one survey of a programme. Fixed once the survey is open; never a headline."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    wave = models.CharField(max_length=12)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    words = models.CharField(max_length=rules.WORDS_LENGTH)
    # The words of a choice's options, in their order; empty for other kinds.
    options = models.JSONField(default=list)
    # What language the words are in, so that they are read out and written in the right direction.
    language = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(QuestionQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="question_public_id"),
            models.CheckConstraint(name="question_wave", condition=Q(wave__in=[kind.value for kind in WaveKind])),
            models.CheckConstraint(name="question_kind", condition=Q(kind__in=OWN_KINDS)),
            models.CheckConstraint(name="question_words", condition=~Q(words="")),
        ]
        indexes = [models.Index(fields=["organization", "program", "wave"], name="question_by_survey")]

    def __str__(self) -> str:
        return self.words


class PulseReply(TenantModel):
    """What somebody said to the anonymous part. No person, token, time or order: its number is drawn by lot."""

    wave = TenantForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    arm = models.CharField(max_length=12)
    cluster = models.CharField(max_length=NAME_LENGTH)
    instrument_version = models.PositiveSmallIntegerField()
    not_knowing = models.PositiveSmallIntegerField(null=True)
    learning = models.PositiveSmallIntegerField(null=True)
    held_against = models.PositiveSmallIntegerField(null=True)
    questioning = models.PositiveSmallIntegerField(null=True)
    asking = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="pulse_arm", condition=Q(arm__in=[arm.value for arm in Arm])),
            *(
                models.CheckConstraint(
                    name=f"pulse_{item.key}",
                    condition=Q(**{f"{item.key}__isnull": True}) | Q(**{f"{item.key}__range": (1, SCALE_TOP)}),
                )
                for item in SAFETY.items
            ),
        ]
        indexes = [models.Index(fields=["organization", "wave"], name="pulse_by_wave")]

    def __str__(self) -> str:
        return "a reply"


class Finding(TenantModel):
    """What the gate let through of one question of a closed wave. Never changed: what is out is out."""

    wave = TenantForeignKey(Wave, on_delete=models.CASCADE, related_name="findings")
    # A lead's own question by its key, or the safety pulse.
    item = models.CharField(max_length=60)
    # Cells of the gate by option and arm, and texts; nothing else was ever counted out.
    shown = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "wave", "item"], name="finding_once"),
        ]

    def __str__(self) -> str:
        return self.item
