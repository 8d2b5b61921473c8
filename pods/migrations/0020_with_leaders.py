"""A one-to-one with a leader, who sits in no pod: planned on its own, and logged like everybody's."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls

Q = models.Q
CASCADE, SET_NULL = django.db.models.deletion.CASCADE, django.db.models.deletion.SET_NULL


def _key(to, on_delete, **options):
    given = {"db_constraint": False, "db_index": False, "related_name": "+"}
    return adoption.tenancy.walls.TenantForeignKey(to=to, on_delete=on_delete, **given | options)


class Migration(migrations.Migration):
    dependencies = [
        ("pods", "0019_ends_of_sessions"),
        ("programs", "0018_leader_absent"),
        ("tenancy", "0004_guide"),
    ]

    operations = [
        migrations.AddField("session", "program", _key("programs.program", CASCADE, null=True)),
        migrations.AddField("session", "leader", _key("tenancy.person", CASCADE, null=True)),
        migrations.AddField("session", "held_by", _key("tenancy.person", SET_NULL, null=True)),
        migrations.AddField("session", "work", models.CharField(blank=True, default="", max_length=200)),
        migrations.AlterField("session", "pod", _key("pods.pod", CASCADE, null=True, related_name="sessions")),
        migrations.AddIndex("session", models.Index(fields=["organization", "program"], name="session_by_program")),
        migrations.AddIndex("session", models.Index(fields=["organization", "held_by"], name="session_by_holder")),
        migrations.AddConstraint(
            "session",
            models.UniqueConstraint(fields=["organization", "leader", "form_key"], name="session_with_leader_once"),
        ),
        migrations.AddConstraint(
            "session",
            models.CheckConstraint(
                condition=Q(pod__isnull=False, program__isnull=True, leader__isnull=True, held_by__isnull=True, work="")
                | Q(pod__isnull=True, program__isnull=False, leader__isnull=False, kind="one_to_one") & ~Q(work=""),
                name="session_of_pod_or_leader",
            ),
        ),
        migrations.CreateModel(
            name="LeaderPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("work", models.CharField(max_length=200)),
                ("day", models.DateField()),
                ("hour", models.TimeField()),
                ("zone", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("planned_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
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
                ("program", _key("programs.program", CASCADE)),
                ("leader", _key("tenancy.person", CASCADE)),
                ("held_by", _key("tenancy.person", SET_NULL, null=True)),
                ("session", _key("pods.session", SET_NULL, null=True, related_name="leader_plans")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "program"], name="leader_plan_by_program"),
                    models.Index(fields=["organization", "leader"], name="leader_plan_by_leader"),
                    models.Index(fields=["organization", "held_by"], name="leader_plan_by_holder"),
                    models.Index(fields=["organization", "session"], name="leader_plan_by_session"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["organization", "public_id"], name="leader_plan_public_id"),
                    models.CheckConstraint(condition=~Q(work=""), name="leader_plan_work"),
                    models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=600), name="leader_plan_minutes"),
                    models.CheckConstraint(
                        condition=Q(cancelled_at__isnull=True) | ~Q(reason=""),
                        name="leader_plan_cancelled_with_reason",
                    ),
                ],
            },
        ),
    ]
