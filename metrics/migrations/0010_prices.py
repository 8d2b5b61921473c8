"""What the customer says that an hour and a programme cost."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

Q = models.Q
PRICES = ("champion_hour", "hour", "licences", "other")


def price() -> models.DecimalField:
    """One end of a price."""
    return models.DecimalField(decimal_places=2, max_digits=12, null=True)


def in_order(name: str) -> models.CheckConstraint:
    """Both ends or neither, the low one first."""
    low, high = f"{name}_low", f"{name}_high"
    return models.CheckConstraint(
        condition=Q(**{f"{low}__isnull": True, f"{high}__isnull": True})
        | Q(**{f"{low}__gte": 0, f"{high}__gte": models.F(low), f"{low}__isnull": False, f"{high}__isnull": False}),
        name=f"prices_{name}",
    )


class Migration(migrations.Migration):
    dependencies = [("metrics", "0009_key_losses"), ("programs", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Prices",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                *((f"{name}_{end}", price()) for name in PRICES for end in ("low", "high")),
                ("other_what", models.CharField(blank=True, default="", max_length=200)),
                ("changed_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        default=adoption.tenancy.walls.current_organization_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "program",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "program"), name="prices_of_program"),
                    models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="prices_currency"),
                    *map(in_order, PRICES),
                ]
            },
        ),
        Protect("Prices"),
    ]
