"""Another version of what a programme is measured by; who is left out of it; what was fixed at launch stays so."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Freeze, Protect

# What is measured, of whom and when is fixed at launch: no page, no API and no statement changes it afterwards.
FIXED = """
CREATE FUNCTION programs_fixed_at_launch() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what was fixed at launch is never changed' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER fixed_at_launch BEFORE UPDATE ON programs_program FOR EACH ROW
WHEN (OLD.fixed IS NOT NULL AND (OLD.fixed, OLD.launched_at, OLD.starts_on, OLD.weeks, OLD.workflow_id)
      IS DISTINCT FROM (NEW.fixed, NEW.launched_at, NEW.starts_on, NEW.weeks, NEW.workflow_id))
EXECUTE FUNCTION programs_fixed_at_launch();
"""
UNFIXED = "DROP TRIGGER fixed_at_launch ON programs_program; DROP FUNCTION programs_fixed_at_launch();"


class Migration(migrations.Migration):
    dependencies = [
        ("programs", "0005_champions_want_attention"),
        ("tenancy", "0003_people_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("recorded_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["organization", "person"], name="exemption_by_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "public_id"), name="exemption_public_id"),
                    models.UniqueConstraint(fields=("organization", "program", "person"), name="exemption_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Specification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("fixed", models.JSONField()),
                ("made_at", models.DateTimeField()),
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
                        related_name="specifications",
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "program", "version"), name="specification_version"
                    ),
                    models.CheckConstraint(condition=models.Q(("version__gte", 2)), name="specification_after_launch"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="specification_with_reason"
                    ),
                ],
            },
        ),
        Protect("Exemption"),
        Protect("Specification"),
        Freeze("Specification"),
        migrations.RunSQL(FIXED, UNFIXED),
    ]
