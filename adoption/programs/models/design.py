"""What a lead settles about a programme before its launch."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from adoption.programs import rules
from adoption.programs.models.programs import Program
from adoption.programs.rules import Arm
from adoption.programs.rules.design import MOST_PODS, WORDS_LENGTH, Eligible, Finding, Tier, eligible
from adoption.tenancy.walls import TenantForeignKey, TenantModel


class Design(TenantModel):
    """How a programme is meant: why, how far people should come, how many pods, who may take part, and how lots fell."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # The same on every press of one form, so that a second one makes no second draft.
    form_key = models.UUIDField(null=True)
    # Before AI is thought of: what is to come of the work, and what is in the way.
    aim = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    obstacle = models.CharField(max_length=WORDS_LENGTH, blank=True, default="")
    finding = models.CharField(max_length=12, blank=True, default="")
    tier = models.CharField(max_length=12, default=Tier.FLUENCY)
    # What is planned: how small a difference could be told depends on it.
    pods = models.PositiveSmallIntegerField(default=6)
    pod_size = models.PositiveSmallIntegerField(default=rules.POD_SIZE)
    teams = models.PositiveSmallIntegerField(default=6)
    # What the launch fixes. Empty is what is usual for the template.
    primary_look = models.CharField(max_length=10, blank=True, default="")
    least_icc = models.DecimalField(max_digits=3, decimal_places=2, default=rules.LEAST_ICC)
    # Rules, as `rules.design.Eligible`, and how many they found on the day they were last counted.
    eligible = models.JSONField(default=dict)
    eligible_people = models.PositiveIntegerField(null=True)
    counted_on = models.DateField(null=True)
    # How lots fell: the seed, the day, and the public ids of the managers whose teams drew each arm.
    drawn = models.JSONField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program"], name="design_of_program"),
            models.UniqueConstraint(fields=["organization", "form_key"], name="design_form_key"),
            models.CheckConstraint(
                name="design_finding", condition=Q(finding__in=["", *(finding.value for finding in Finding)])
            ),
            models.CheckConstraint(name="design_tier", condition=Q(tier__in=[tier.value for tier in Tier])),
            models.CheckConstraint(
                name="design_primary_look",
                condition=Q(primary_look__in=["", *(look.value for look in rules.MAIN_LOOKS)]),
            ),
            models.CheckConstraint(
                name="design_least_icc", condition=Q(least_icc__gte=rules.LEAST_ICC, least_icc__lte=rules.MOST_ICC)
            ),
            models.CheckConstraint(
                name="design_numbers",
                condition=Q(pods__gte=1, pods__lte=MOST_PODS, pod_size__gte=2, pod_size__lte=20, teams__lte=MOST_PODS),
            ),
            models.CheckConstraint(
                name="design_counted_on_a_day", condition=Q(eligible_people__isnull=True) | Q(counted_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"design of {self.program_id}"

    @property
    def who(self) -> Eligible:
        """Who may take part."""
        return eligible(self.eligible)

    def units_drawn(self, arm: str) -> list[str]:
        """The units that lots put into a group, by their keys: departments at a place whose people have no known manager."""
        units: dict[str, list[str]] = (self.drawn or {}).get("units", {})
        return units.get(arm, [])

    @property
    def drawn_by_arm(self) -> dict[str, int]:
        """How many teams and units lots put into each group."""
        return {arm: len((self.drawn or {}).get(arm, [])) + len(self.units_drawn(arm)) for arm in Arm}

    @property
    def drawn_on(self) -> date | None:
        """The day on which lots were drawn."""
        return date.fromisoformat(self.drawn["on"]) if self.drawn else None
