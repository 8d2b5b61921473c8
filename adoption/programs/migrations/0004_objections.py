"""Who would rather not be asked."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0003_attention_acted_on"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
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
                    "person",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.person",
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
                "indexes": [
                    models.Index(fields=["organization", "person"], name="objection_by_person"),
                    models.Index(fields=["organization", "program"], name="objection_by_program"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("organization", "program", "person"),
                        name="objection_once_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_back_at__isnull", True),
                            ("taken_back_at__gte", models.F("said_at")),
                            _connector="OR",
                        ),
                        name="objection_in_order",
                    ),
                ],
            },
        ),
        Protect("Objection"),
    ]
