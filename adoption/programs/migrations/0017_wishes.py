"""What a lead wants of planned steps is kept, and the calendar is written so."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("programs", "0016_no_champion")]

    operations = [
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("planned_on", models.DateField()),
                ("moved_to", models.DateField(null=True)),
                ("skipped_at", models.DateTimeField(null=True)),
                ("skip_reason", models.CharField(blank=True, default="", max_length=200)),
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
                        related_name="wishes",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "program", "key"), name="wish_once"),
                    models.CheckConstraint(
                        condition=Q(moved_to__isnull=False) | Q(skipped_at__isnull=False), name="wish_of_something"
                    ),
                    models.CheckConstraint(
                        condition=Q(skipped_at__isnull=True) | ~Q(skip_reason=""), name="wish_skipped_with_reason"
                    ),
                ]
            },
        ),
        Protect("Wish"),
    ]
