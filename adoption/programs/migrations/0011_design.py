"""A programme may be a function's ninety days, and what a lead settles before its launch has a row of its own."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls
from adoption.tenancy.walls import Protect

Q = models.Q

# What is measured by is chosen before the launch; afterwards another version needs its reason.
FIXED = """
CREATE FUNCTION programs_design_fixed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (
        SELECT FROM programs_program
         WHERE organization_id = OLD.organization_id AND id = OLD.program_id AND launched_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'what was fixed at launch is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fixed_at_launch BEFORE UPDATE ON programs_design FOR EACH ROW
WHEN ((OLD.program_id, OLD.tier, OLD.primary_look, OLD.least_icc)
      IS DISTINCT FROM (NEW.program_id, NEW.tier, NEW.primary_look, NEW.least_icc))
EXECUTE FUNCTION programs_design_fixed();
"""
UNFIXED = "DROP TRIGGER fixed_at_launch ON programs_design; DROP FUNCTION programs_design_fixed();"


class Migration(migrations.Migration):
    dependencies = [("programs", "0010_ready"), ("tenancy", "0003_people_imports")]

    operations = [
        migrations.RemoveConstraint("program", "program_weeks"),
        migrations.RemoveConstraint("program", "program_template"),
        migrations.AddConstraint(
            "program",
            models.CheckConstraint(
                condition=Q(weeks__gte=8, weeks__lte=12) & ~Q(template__in=["replacement", "function_cohort"])
                | Q(weeks=5, template="replacement")
                | Q(weeks=13, template="function_cohort"),
                name="program_weeks",
            ),
        ),
        migrations.AddConstraint(
            "program",
            models.CheckConstraint(
                condition=Q(template__in=["peer_champions", "exploratory", "replacement", "function_cohort"]),
                name="program_template",
            ),
        ),
        migrations.CreateModel(
            name="Design",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form_key", models.UUIDField(null=True)),
                ("aim", models.CharField(blank=True, default="", max_length=300)),
                ("obstacle", models.CharField(blank=True, default="", max_length=300)),
                ("finding", models.CharField(blank=True, default="", max_length=12)),
                ("tier", models.CharField(default="fluency", max_length=12)),
                ("pods", models.PositiveSmallIntegerField(default=6)),
                ("pod_size", models.PositiveSmallIntegerField(default=8)),
                ("teams", models.PositiveSmallIntegerField(default=6)),
                ("primary_look", models.CharField(blank=True, default="", max_length=10)),
                ("least_icc", models.DecimalField(decimal_places=2, default=Decimal("0.05"), max_digits=3)),
                ("eligible", models.JSONField(default=dict)),
                ("eligible_people", models.PositiveIntegerField(null=True)),
                ("counted_on", models.DateField(null=True)),
                ("drawn", models.JSONField(null=True)),
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
                    models.UniqueConstraint(fields=("organization", "program"), name="design_of_program"),
                    models.UniqueConstraint(fields=("organization", "form_key"), name="design_form_key"),
                    models.CheckConstraint(
                        condition=Q(("finding__in", ["", "ai", "other", "unsure"])), name="design_finding"
                    ),
                    models.CheckConstraint(
                        condition=Q(("tier__in", ["literacy", "fluency", "competence"])), name="design_tier"
                    ),
                    models.CheckConstraint(
                        condition=Q(("primary_look__in", ["", "S30", "S56", "SE"])), name="design_primary_look"
                    ),
                    models.CheckConstraint(
                        condition=Q(("least_icc__gte", Decimal("0.05")), ("least_icc__lte", Decimal("0.5"))),
                        name="design_least_icc",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            ("pod_size__gte", 2),
                            ("pod_size__lte", 20),
                            ("pods__gte", 1),
                            ("pods__lte", 200),
                            ("teams__lte", 200),
                        ),
                        name="design_numbers",
                    ),
                    models.CheckConstraint(
                        condition=Q(("eligible_people__isnull", True), ("counted_on__isnull", False), _connector="OR"),
                        name="design_counted_on_a_day",
                    ),
                ]
            },
        ),
        Protect("Design"),
        migrations.RunSQL(FIXED, UNFIXED),
    ]
