"""Looks at the log, which nobody rewrites."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0005_usage_imports"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="WeekReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("week", models.DateField()),
                ("reviewed_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("lines", models.PositiveIntegerField()),
                ("discrepant", models.PositiveIntegerField()),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("form_key", models.UUIDField(default=uuid.uuid4)),
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
                    "reviewed_by",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "week"], name="week_review_by_week"),
                    models.Index(fields=["organization", "reviewed_by"], name="week_review_by_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="week_review_public_id"),
                    models.UniqueConstraint(fields=("organization", "form_key"), name="week_review_said_once"),
                    models.CheckConstraint(condition=models.Q(("week__iso_week_day", 1)), name="week_review_monday"),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 1), ("minutes__lte", 480)), name="week_review_minutes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discrepant__lte", models.F("lines"))), name="week_review_within"
                    ),
                ],
            },
        ),
        Protect("WeekReview"),
        Freeze("WeekReview"),
    ]
