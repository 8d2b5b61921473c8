"""Whoever has put the list of first steps away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_people_imports")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="guide_put_away_at",
            field=models.DateTimeField(blank=True, null=True),
        )
    ]
