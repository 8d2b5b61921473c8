"""Days on which an organisation, or one of its places, is closed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_guide")]

    operations = [
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(max_length=120)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("location", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="closure_public_id"),
                    models.UniqueConstraint(
                        fields=("organization", "starts_on", "ends_on", "location"), name="closure_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ends_on__gte=models.F("starts_on")), name="closure_in_order"
                    ),
                    models.CheckConstraint(condition=~models.Q(name=""), name="closure_has_name"),
                ]
            },
        ),
        Protect("Closure"),
    ]
