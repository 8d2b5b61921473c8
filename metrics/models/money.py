"""What a customer says that an hour and a programme cost."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.walls import TenantForeignKey, TenantModel
from metrics.rules.money import WHAT_LENGTH

PRICES = ("champion_hour", "hour", "licences", "other")


def _price() -> models.DecimalField:
    return models.DecimalField(max_digits=12, decimal_places=2, null=True)


def _in_order(name: str) -> models.CheckConstraint:
    low, high = f"{name}_low", f"{name}_high"
    return models.CheckConstraint(
        name=f"prices_{name}",
        condition=Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
        | Q(**{f"{low}__gte": 0, f"{high}__gte": models.F(low), f"{low}__isnull": False, f"{high}__isnull": False}),
    )


class Prices(TenantModel):
    """What an hour of a champion's and of anybody's is worth, and what licences and the rest cost, of one programme.

    All of it is the customer's own word, each from a low to a high end; what they have not said is missing, and not zero.
    """

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    # By ISO 4217.
    currency = models.CharField(max_length=3)
    champion_hour_low, champion_hour_high = _price(), _price()
    hour_low, hour_high = _price(), _price()
    # For the whole of the programme.
    licences_low, licences_high = _price(), _price()
    other_low, other_high = _price(), _price()
    other_what = models.CharField(max_length=WHAT_LENGTH, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program"], name="prices_of_program"),
            models.CheckConstraint(name="prices_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")),
            *map(_in_order, PRICES),
        ]

    def __str__(self) -> str:
        return f"prices of {self.program_id}"
