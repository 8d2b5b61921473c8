"""A pod that nobody leads any more wants attention."""

from django.db import migrations, models

Q = models.Q
OF_PROGRAM = ["no_champion", "plateau", "target_missed"]
KINDS = [
    "below_threshold",
    "follow_up_due",
    "stuck",
    "silent",
    "not_begun",
    "champion_time",
    "champion_stopped",
    "plateau",
    "target_missed",
    "no_champion",
]


class Migration(migrations.Migration):
    dependencies = [("programs", "0015_exemption_reason")]

    operations = [
        migrations.RemoveConstraint("attention", "attention_of_whom"),
        migrations.RemoveConstraint("attention", "attention_kind"),
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
    ]
