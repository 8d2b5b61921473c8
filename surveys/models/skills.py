"""The skills matrix: what a role does, what it needs for it, what people say they can, and what takes most of their time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from adoption.programs.models import Workflow
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from surveys.rules.skills import LEVEL_TOP, WHY_LENGTH, Fit, Hours


class RoleWorkQuerySet(TenantQuerySet):
    """Named filters."""

    def current(self) -> Self:
        """Of workflows that are not retired."""
        return self.filter(workflow__retired_at__isnull=True)

    def asked_about(self) -> Self:
        """What people of the role are asked about: no question is put about what is taken off."""
        return self.current().filter(fit=Fit.SUITABLE)

    def in_role_order(self) -> Self:
        return self.order_by("role", "workflow__name", "id")


class RoleWork(TenantModel):
    """A workflow is part of a role: what skill it needs, as its lead sees it, and whether AI has a place in it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # A job role as the directory writes it.
    role = models.CharField(max_length=TEXT_LENGTH)
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    needed = models.PositiveSmallIntegerField()
    # The lead's own view, which stands where people have not been asked or are too few.
    seen_level = models.PositiveSmallIntegerField(null=True)
    seen_hours = models.CharField(max_length=10, blank=True, default="")
    # Whether its data may enter tools that are approved.
    data_allowed = models.BooleanField(default=True)
    fit = models.CharField(max_length=12, default=Fit.SUITABLE)
    # Why it is taken off.
    because = models.CharField(max_length=WHY_LENGTH, blank=True, default="")
    set_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(RoleWorkQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="role_work_public_id"),
            models.UniqueConstraint(fields=["organization", "workflow", "role"], name="role_work_once"),
            models.CheckConstraint(name="role_work_has_role", condition=~Q(role="")),
            models.CheckConstraint(
                name="role_work_levels",
                condition=Q(needed__lte=LEVEL_TOP) & (Q(seen_level__isnull=True) | Q(seen_level__lte=LEVEL_TOP)),
            ),
            models.CheckConstraint(
                name="role_work_hours", condition=Q(seen_hours__in=["", *(one.value for one in Hours)])
            ),
            models.CheckConstraint(name="role_work_fit", condition=Q(fit__in=[fit.value for fit in Fit])),
            models.CheckConstraint(name="role_work_off_with_reason", condition=Q(fit=Fit.SUITABLE) | ~Q(because="")),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.workflow_id}"


class SkillsWaveQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-opened_at", "-id")

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class SkillsWave(TenantModel):
    """One asking of everybody about their own work and skills."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    instrument_version = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    # When its figures were published. They are published once.
    published_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(SkillsWaveQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="skills_wave_public_id"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(published_at__isnull=True), name="skills_wave_one_open"
            ),
            models.CheckConstraint(name="skills_wave_in_order", condition=Q(closes_at__gt=F("opened_at"))),
        ]

    def __str__(self) -> str:
        return f"skills of {self.opened_at:%Y-%m-%d}"


class SkillsAskQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered(self) -> Self:
        return self.filter(completed_at__isnull=True)

    def completed(self) -> Self:
        return self.filter(completed_at__isnull=False)

    def still_open(self, at: datetime) -> Self:
        """Asks of waves that still take answers."""
        return self.filter(wave__opened_at__lte=at, wave__closes_at__gt=at, wave__published_at__isnull=True)


class SkillsAsk(TenantModel):
    """A person is asked about their own work; completed once they sent it off, and changeable until the wave closes."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    wave = TenantForeignKey(SkillsWave, on_delete=models.CASCADE, related_name="asks")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # The job role of that day, under which the answers count.
    role = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    asked_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    # The one task that takes the most time and produces the least satisfaction.
    anchor = models.TextField(blank=True, default="")

    objects: ClassVar = TenantManager.of(SkillsAskQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="skills_ask_public_id"),
            models.UniqueConstraint(fields=["organization", "wave", "person"], name="skills_ask_once"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="skills_ask_by_person")]

    def __str__(self) -> str:
        return f"ask {self.public_id}"


class SkillAnswer(TenantModel):
    """What a person says of one workflow: how well they can do it with AI, and how many hours a week it takes them."""

    ask = TenantForeignKey(SkillsAsk, on_delete=models.CASCADE, related_name="answers")
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)
    hours = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "ask", "workflow"], name="skill_answer_once"),
            models.CheckConstraint(
                name="skill_answer_level", condition=Q(level__isnull=True) | Q(level__lte=LEVEL_TOP)
            ),
            models.CheckConstraint(
                name="skill_answer_hours", condition=Q(hours__in=["", *(one.value for one in Hours)])
            ),
        ]
        indexes = [models.Index(fields=["organization", "workflow"], name="skill_answer_by_workflow")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class SkillFinding(TenantModel):
    """What the gate let through of one workflow once a wave was closed, role by role. Never changed: what is out is out."""

    wave = TenantForeignKey(SkillsWave, on_delete=models.CASCADE, related_name="findings")
    workflow = TenantForeignKey(Workflow, on_delete=models.CASCADE, related_name="+")
    # Cells of the gate: of the level, and of the hours a week in minutes.
    levels = models.JSONField()
    minutes = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "wave", "workflow"], name="skill_finding_once"),
        ]
        indexes = [models.Index(fields=["organization", "workflow"], name="skill_finding_by_workflow")]

    def __str__(self) -> str:
        return f"finding of {self.workflow_id}"


class Anchor(TenantModel):
    """A task in somebody's own words. No person, time or order: its number is drawn by lot. A lead says which workflow it is."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    wave = TenantForeignKey(SkillsWave, on_delete=models.CASCADE, related_name="anchors")
    words = models.TextField()
    workflow = TenantForeignKey(Workflow, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="anchor_public_id"),
            models.CheckConstraint(name="anchor_words", condition=~Q(words="")),
        ]
        indexes = [
            models.Index(fields=["organization", "wave"], name="anchor_by_wave"),
            models.Index(fields=["organization", "workflow"], name="anchor_by_workflow"),
        ]

    def __str__(self) -> str:
        return "a task"
