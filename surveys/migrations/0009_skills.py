"""The skills matrix: what roles do, what people say of it, and what of that was published."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
import surveys.rules.skills
from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0010_ready"),
        ("surveys", "0008_walls_of_nominations"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleWork",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("role", models.CharField(max_length=120)),
                ("needed", models.PositiveSmallIntegerField()),
                ("seen_level", models.PositiveSmallIntegerField(null=True)),
                ("seen_hours", models.CharField(blank=True, default="", max_length=10)),
                ("data_allowed", models.BooleanField(default=True)),
                ("fit", models.CharField(default=surveys.rules.skills.Fit["SUITABLE"], max_length=12)),
                ("because", models.CharField(blank=True, default="", max_length=200)),
                ("set_at", models.DateTimeField()),
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
                    "workflow",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.workflow",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="role_work_public_id"),
                    models.UniqueConstraint(fields=("organization", "workflow", "role"), name="role_work_once"),
                    models.CheckConstraint(condition=models.Q(("role", ""), _negated=True), name="role_work_has_role"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needed__lte", 4),
                            models.Q(("seen_level__isnull", True), ("seen_level__lte", 4), _connector="OR"),
                        ),
                        name="role_work_levels",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seen_hours__in", ["", "none", "under_1", "1_to_3", "3_to_6", "over_6"])),
                        name="role_work_hours",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fit__in", ["suitable", "unsuitable", "red_line"])), name="role_work_fit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fit", surveys.rules.skills.Fit["SUITABLE"]),
                            models.Q(("because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="role_work_off_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillsWave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("instrument_version", models.PositiveSmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
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
                    models.UniqueConstraint(fields=("organization", "public_id"), name="skills_wave_public_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("organization",),
                        name="skills_wave_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opened_at"))), name="skills_wave_in_order"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillsAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("role", models.CharField(blank=True, default="", max_length=120)),
                ("asked_at", models.DateTimeField()),
                ("completed_at", models.DateTimeField(null=True)),
                ("anchor", models.TextField(blank=True, default="")),
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
                    "wave",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="surveys.skillswave",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "person"], name="skills_ask_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="skills_ask_public_id"),
                    models.UniqueConstraint(fields=("organization", "wave", "person"), name="skills_ask_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("hours", models.CharField(blank=True, default="", max_length=10)),
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
                    "workflow",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.workflow",
                    ),
                ),
                (
                    "ask",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="surveys.skillsask",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "workflow"], name="skill_answer_by_workflow")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "ask", "workflow"), name="skill_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__isnull", True), ("level__lte", 4), _connector="OR"),
                        name="skill_answer_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__in", ["", "none", "under_1", "1_to_3", "3_to_6", "over_6"])),
                        name="skill_answer_hours",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkillFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("levels", models.JSONField()),
                ("minutes", models.JSONField()),
                ("published_at", models.DateTimeField()),
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
                    "workflow",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="programs.workflow",
                    ),
                ),
                (
                    "wave",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="surveys.skillswave",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organization", "workflow"], name="skill_finding_by_workflow")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "wave", "workflow"), name="skill_finding_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("words", models.TextField()),
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
                    "workflow",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="programs.workflow",
                    ),
                ),
                (
                    "wave",
                    adoption.tenancy.walls.TenantForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anchors",
                        to="surveys.skillswave",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organization", "wave"], name="anchor_by_wave"),
                    models.Index(fields=["organization", "workflow"], name="anchor_by_workflow"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="anchor_public_id"),
                    models.CheckConstraint(condition=models.Q(("words", ""), _negated=True), name="anchor_words"),
                ],
            },
        ),
        Protect("RoleWork"),
        Protect("SkillsWave"),
        Protect("SkillsAsk"),
        Protect("SkillAnswer"),
        Protect("SkillFinding"),
        Protect("Anchor"),
        Freeze("SkillFinding"),
    ]
