"""What a lead has changed in a programme's plan of what is learnt."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("programs", "0012_lessons"), ("tenancy", "0003_people_imports")]

    operations = [
        migrations.CreateModel(
            name="PlannedContent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, default="", max_length=120)),
                ("key", models.CharField(max_length=40)),
                ("place", models.PositiveSmallIntegerField()),
                ("phase", models.CharField(max_length=12)),
                ("kind", models.CharField(blank=True, default="", max_length=20)),
                ("delivery", models.CharField(max_length=12)),
                ("doing", models.PositiveSmallIntegerField()),
                ("explaining", models.PositiveSmallIntegerField()),
                ("times", models.PositiveSmallIntegerField(default=1)),
                ("words", models.CharField(blank=True, default="", max_length=120)),
                ("left_out", models.CharField(blank=True, default="", max_length=200)),
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
                    models.UniqueConstraint(
                        fields=("organization", "program", "role", "key"), name="planned_content_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(("phase__in", ["alignment", "workshops", "embedding", "network"])),
                        name="planned_content_phase",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            (
                                "kind__in",
                                [
                                    "",
                                    "kickoff",
                                    "workshop",
                                    "one_to_one",
                                    "reflection",
                                    "office_hours",
                                    "showcase",
                                    "peer_moment",
                                ],
                            )
                        ),
                        name="planned_content_kind",
                    ),
                    models.CheckConstraint(
                        condition=Q(("delivery__in", ["live", "hybrid", "webinar", "on_demand"])),
                        name="planned_content_delivery",
                    ),
                    models.CheckConstraint(
                        condition=Q(kind="", delivery="on_demand") | (~Q(kind="") & ~Q(delivery="on_demand")),
                        name="planned_content_with_session",
                    ),
                    models.CheckConstraint(
                        condition=Q(doing__lte=600, explaining__lte=600) & (Q(doing__gte=1) | Q(explaining__gte=1)),
                        name="planned_content_minutes",
                    ),
                    models.CheckConstraint(
                        condition=Q(("times__gte", 1), ("times__lte", 30)), name="planned_content_times"
                    ),
                ]
            },
        ),
        Protect("PlannedContent"),
    ]
