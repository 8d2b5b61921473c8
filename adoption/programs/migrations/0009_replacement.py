"""A programme may be a replacement of thirty days, and what wants attention may be a programme and nobody in it."""

import django.db.models.deletion
from django.db import migrations, models

import adoption.tenancy.walls

Q = models.Q
OF_PROGRAM = ["plateau", "target_missed"]
KINDS = [
    "below_threshold",
    "follow_up_due",
    "stuck",
    "silent",
    "not_begun",
    "champion_time",
    "champion_stopped",
    *OF_PROGRAM,
]


class Migration(migrations.Migration):
    dependencies = [("programs", "0008_template"), ("tenancy", "0003_people_imports")]

    operations = [
        migrations.RemoveConstraint("attention", "attention_kind"),
        migrations.RemoveConstraint("program", "program_weeks"),
        migrations.RemoveConstraint("program", "program_template"),
        migrations.AlterField(
            model_name="attention",
            name="person",
            field=adoption.tenancy.walls.TenantForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenancy.person",
            ),
        ),
        migrations.AddConstraint(
            "attention",
            models.UniqueConstraint(
                fields=["organization", "program", "kind"],
                condition=Q(settled_at__isnull=True, person__isnull=True),
                name="attention_of_program_once_open",
            ),
        ),
        migrations.AddConstraint(
            "attention",
            models.CheckConstraint(
                condition=Q(person__isnull=True, kind__in=OF_PROGRAM)
                | (Q(person__isnull=False) & ~Q(kind__in=OF_PROGRAM)),
                name="attention_of_whom",
            ),
        ),
        migrations.AddConstraint(
            "attention", models.CheckConstraint(condition=Q(kind__in=KINDS), name="attention_kind")
        ),
        migrations.AddConstraint(
            "program",
            models.CheckConstraint(
                condition=Q(weeks__gte=8, weeks__lte=12) & ~Q(template="replacement")
                | Q(weeks=5, template="replacement"),
                name="program_weeks",
            ),
        ),
        migrations.AddConstraint(
            "program",
            models.CheckConstraint(
                condition=Q(template__in=["peer_champions", "exploratory", "replacement"]), name="program_template"
            ),
        ),
    ]
