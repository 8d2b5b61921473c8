"""A leader who does not use it wants a word alone."""

from django.db import migrations, models

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
    "leader_absent",
]


class Migration(migrations.Migration):
    dependencies = [("programs", "0017_wishes")]

    operations = [
        migrations.RemoveConstraint("attention", "attention_kind"),
        migrations.AddConstraint(
            "attention", models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="attention_kind")
        ),
    ]
