"""Frozen looks. Nobody changes them; late facts make a new version."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import OuterRef, Subquery

from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class SnapshotRunQuerySet(TenantQuerySet):
    """Named filters."""

    def of_kind(self, checkpoint: Checkpoint) -> Self:
        return self.filter(kind=checkpoint)

    def with_losses(self) -> Self:
        """Each with `lost_at`: when a key of its programme was last taken away, or None."""
        return self.annotate(lost_at=Subquery(KeyLoss.objects.filter(program=OuterRef("program")).values("lost_at")))

    def first_version_first(self) -> Self:
        return self.order_by("version")


class SnapshotRun(TenantModel):
    """One freezing of one checkpoint, with everything that is needed to repeat it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="snapshots")
    kind = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField()
    # Why there is another version of it.
    reason = models.CharField(max_length=200, blank=True, default="")
    # The two weeks it looks at, as their Mondays.
    first_week = models.DateField()
    last_week = models.DateField()
    frozen_at = models.DateTimeField()
    spec_version = models.CharField(max_length=10)
    seed = models.BigIntegerField()
    input_hash = models.CharField(max_length=64)
    # What it was computed with: thresholds and the merges of small groups.
    params = models.JSONField(default=dict)
    # Everything of it that was published, to everybody: a release of the gate for each metric.
    releases = models.JSONField(default=list)

    objects: ClassVar = TenantManager.of(SnapshotRunQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="snapshot_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "kind", "version"], name="snapshot_version"),
            models.CheckConstraint(
                name="snapshot_kind", condition=models.Q(kind__in=[kind.value for kind in Checkpoint])
            ),
            models.CheckConstraint(
                name="snapshot_restated_with_reason", condition=models.Q(version=1) | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} v{self.version}"


class SnapshotMember(TenantModel):
    """One person of the cohort in a frozen look, known only by a random key."""

    run = TenantForeignKey(SnapshotRun, on_delete=models.CASCADE, related_name="members")
    key = models.UUIDField()
    arm = models.CharField(max_length=12)
    cluster = models.CharField(max_length=120)
    department = models.CharField(max_length=120, blank=True, default="")
    expected_weeks = models.PositiveSmallIntegerField()
    observed_weeks = models.PositiveSmallIntegerField()
    uses = models.PositiveSmallIntegerField(null=True)
    unprompted = models.PositiveSmallIntegerField(null=True)
    # How often the work came up, where the programme is measured by that.
    occurrences = models.PositiveSmallIntegerField(null=True)
    category = models.CharField(max_length=14)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "run", "key"], name="snapshot_member_once")]

    def __str__(self) -> str:
        return f"{self.key}"


class SnapshotMetric(TenantModel):
    """One figure of a frozen look, as computed. What of it may be read is in the run's releases."""

    run = TenantForeignKey(SnapshotRun, on_delete=models.CASCADE, related_name="metrics")
    metric = models.CharField(max_length=40)
    group = models.CharField(max_length=40)
    x = models.IntegerField(null=True)
    observed = models.IntegerField(null=True)
    eligible = models.IntegerField(null=True)
    estimate = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    method = models.CharField(max_length=40, blank=True, default="")
    # How the interval came about: clusters, ICC, design effect, degrees of freedom; or why there is none.
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "run", "metric", "group"], name="snapshot_metric_once")
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.group}"


class SnapshotKey(TenantModel):
    """Which random key is which person in a programme's frozen looks. Erasing the person deletes this row alone."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "person"], name="snapshot_key_once"),
            models.UniqueConstraint(fields=["organization", "program", "key"], name="snapshot_key_distinct"),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="snapshot_key_by_person")]

    def __str__(self) -> str:
        return f"{self.key}"


class KeyLoss(TenantModel):
    """Since when a programme lacks a key: what was frozen before then cannot be computed again.

    Written down rather than counted: a page that counted keys would take the longer, the more people there are.
    Nothing that was released could erase anybody before there was this table, so that it lacks no loss.
    """

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # The newest one.
    lost_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "program"], name="key_loss_once")]

    def __str__(self) -> str:
        return f"{self.lost_at:%Y-%m-%d}"
