"""What comes off a champion's plate: who pays for it, what was agreed, and where it is done without."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet
from champions.models.champion import Champion
from champions.rules import agreements as rules


class Sponsorship(TenantModel):
    """Who stands for a programme's champions having time, and the line of the budget that pays for it."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # None once erased: the line stays.
    sponsor = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    budget_line = models.CharField(max_length=rules.BUDGET_LENGTH)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program"], name="sponsorship_once"),
            models.CheckConstraint(name="sponsorship_budget_line", condition=~Q(budget_line="")),
        ]
        indexes = [models.Index(fields=["organization", "sponsor"], name="sponsorship_by_sponsor")]

    def __str__(self) -> str:
        return self.budget_line


class AgreementQuerySet(TenantQuerySet):
    """Named filters."""

    def agreed(self) -> Self:
        """Versions to which both have agreed."""
        return self.filter(champion_agreed_at__isnull=False, manager_agreed_at__isnull=False)

    def standing_on(self, day: date) -> Self:
        """Agreed versions that cover a day."""
        return self.agreed().filter(from_on__lte=day, to_on__gte=day)

    def newest_first(self) -> Self:
        return self.order_by("-version")


class Agreement(TenantModel):
    """One version of what a champion and their manager agree: named work off the plate, and hours a week kept free.

    Whoever proposes it agrees to it; it stands once the other one does. What it says never changes: a change is a new version.
    """

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    champion = TenantForeignKey(Champion, on_delete=models.CASCADE, related_name="agreements")
    version = models.PositiveSmallIntegerField()
    # None once erased.
    manager = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    work = models.CharField(max_length=rules.WORK_LENGTH)
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    # The contracted hours a week it was measured against.
    contracted = models.DecimalField(max_digits=4, decimal_places=1)
    # Why it is less or more than 10 to 15 % of them.
    outside_because = models.CharField(max_length=rules.REASON_LENGTH, blank=True, default="")
    from_on = models.DateField()
    to_on = models.DateField()
    proposed_by_side = models.CharField(max_length=10)
    proposed_at = models.DateTimeField()
    champion_agreed_at = models.DateTimeField(null=True)
    manager_agreed_at = models.DateTimeField(null=True)

    objects: ClassVar = TenantManager.of(AgreementQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="agreement_public_id"),
            models.UniqueConstraint(fields=["organization", "champion", "version"], name="agreement_version"),
            models.CheckConstraint(name="agreement_work", condition=~Q(work="")),
            models.CheckConstraint(name="agreement_hours", condition=Q(hours__gt=0, contracted__gt=0)),
            models.CheckConstraint(name="agreement_in_order", condition=Q(to_on__gte=models.F("from_on"))),
            models.CheckConstraint(
                name="agreement_side", condition=Q(proposed_by_side__in=[side.value for side in rules.Side])
            ),
            models.CheckConstraint(
                name="agreement_proposer_agrees",
                condition=Q(champion_agreed_at__isnull=False) | Q(manager_agreed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organization", "manager"], name="agreement_by_manager")]

    def __str__(self) -> str:
        return f"agreement {self.version} of {self.champion_id}"

    @property
    def is_agreed(self) -> bool:
        return self.champion_agreed_at is not None and self.manager_agreed_at is not None


class Waiver(TenantModel):
    """Why a champion starts without an agreement. Somebody wrote it down before the launch."""

    champion = TenantForeignKey(Champion, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=rules.REASON_LENGTH)
    waived_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "champion"], name="waiver_once"),
            models.CheckConstraint(name="waiver_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.reason
