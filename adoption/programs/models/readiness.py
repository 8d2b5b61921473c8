"""What has to be there before a launch: who sees to it, what shows it, or why it is done without; and the policy."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from adoption.programs import rules
from adoption.programs.models.programs import Program
from adoption.programs.rules.readiness import EVIDENCE_LENGTH, Item
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class PreparationQuerySet(TenantQuerySet):
    """Named filters."""

    def waived(self) -> Self:
        """Done without, for a reason."""
        return self.filter(waived_at__isnull=False)

    def shown(self) -> Self:
        """With evidence of somebody's own."""
        return self.filter(given_at__isnull=False)


class Preparation(TenantModel):
    """One thing that must be there before a programme is launched: whose it is, by when, what shows it, or why not."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=20)
    owner = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    due_on = models.DateField(null=True)
    # A sentence, or where it can be seen.
    evidence = models.CharField(max_length=EVIDENCE_LENGTH, blank=True, default="")
    given_at = models.DateTimeField(null=True)
    waived_because = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    waived_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(PreparationQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "item"], name="preparation_once"),
            models.CheckConstraint(name="preparation_item", condition=Q(item__in=[item.value for item in Item])),
            models.CheckConstraint(
                name="preparation_shown_with_evidence", condition=Q(given_at__isnull=True) | ~Q(evidence="")
            ),
            models.CheckConstraint(
                name="preparation_waived_with_reason", condition=Q(waived_at__isnull=True) | ~Q(waived_because="")
            ),
        ]
        indexes = [models.Index(fields=["organization", "owner"], name="preparation_by_owner")]

    def __str__(self) -> str:
        return self.item


class PolicyQuerySet(TenantQuerySet):
    """Named filters."""

    def newest_first(self) -> Self:
        return self.order_by("-version")


class Policy(TenantModel):
    """A version of what an organisation allows and never allows of AI. Never changed: another word is another version."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField()
    words = models.TextField()
    # What is never done, one a line.
    red_lines = models.TextField()
    published_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(PolicyQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="policy_public_id"),
            models.UniqueConstraint(fields=["organization", "version"], name="policy_version"),
            models.CheckConstraint(name="policy_says_something", condition=~Q(words="") & ~Q(red_lines="")),
        ]

    def __str__(self) -> str:
        return f"policy {self.version}"

    @property
    def lines(self) -> list[str]:
        """The red lines one by one."""
        return [line.strip() for line in self.red_lines.splitlines() if line.strip()]


class AcknowledgementQuerySet(TenantQuerySet):
    """Named filters."""

    def given(self) -> Self:
        return self.filter(acknowledged_at__isnull=False)

    def waiting(self) -> Self:
        """Not acknowledged, of the newest version."""
        newer = Policy.objects.filter(version__gt=OuterRef("policy__version"))
        return self.filter(~Exists(newer), acknowledged_at__isnull=True)


class Acknowledgement(TenantModel):
    """Somebody is asked to read a version of the policy, or has done so of their own accord; acknowledged once they said so."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    policy = TenantForeignKey(Policy, on_delete=models.CASCADE, related_name="acknowledgements")
    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(AcknowledgementQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="acknowledgement_public_id"),
            models.UniqueConstraint(fields=["organization", "policy", "person"], name="acknowledgement_once"),
            models.CheckConstraint(
                name="acknowledgement_in_order",
                condition=Q(acknowledged_at__isnull=True) | Q(acknowledged_at__gte=F("asked_at")),
            ),
        ]
        indexes = [models.Index(fields=["organization", "person"], name="acknowledgement_by_person")]

    def __str__(self) -> str:
        return f"acknowledgement {self.public_id}"
