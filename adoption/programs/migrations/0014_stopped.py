"""A programme can be stopped before it was followed to its ninety days."""

from django.db import migrations, models

Q = models.Q


class Migration(migrations.Migration):
    dependencies = [("programs", "0013_curriculum")]

    operations = [
        migrations.AddField(
            model_name="program",
            name="stopped_because",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.RemoveConstraint(model_name="program", name="program_states_in_order"),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.CheckConstraint(
                name="program_states_in_order",
                condition=(Q(launched_at__isnull=True) | Q(baseline_opened_at__isnull=False))
                & (Q(ended_at__isnull=True) | Q(launched_at__isnull=False))
                & (Q(followed_at__isnull=True) | Q(ended_at__isnull=False))
                & (
                    Q(closed_at__isnull=True)
                    | Q(followed_at__isnull=False)
                    | Q(baseline_opened_at__isnull=True)
                    | ~Q(stopped_because="") & (Q(launched_at__isnull=True) | Q(ended_at__isnull=False))
                ),
            ),
        ),
    ]
