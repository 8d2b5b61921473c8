"""How often the work came up, where a programme asks: said, decided and frozen. Null wherever nobody was asked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_week_reviews")]

    operations = [
        migrations.AddField(
            model_name="checkin", name="occurrences", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="useweek", name="occurrences", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField(
            model_name="snapshotmember", name="occurrences", field=models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddConstraint(
            model_name="checkin",
            constraint=models.CheckConstraint(
                condition=models.Q(occurrences__isnull=True)
                | models.Q(occurrences__gte=models.F("total"), occurrences__lte=6),
                name="check_in_within_occurrences",
            ),
        ),
        migrations.AddConstraint(
            model_name="useweek",
            constraint=models.CheckConstraint(
                condition=models.Q(occurrences__isnull=True) | models.Q(occurrences__gte=models.F("total")),
                name="use_week_within_occurrences",
            ),
        ),
    ]
