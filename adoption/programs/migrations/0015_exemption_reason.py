"""Why somebody has no suitable workflow stands beside it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0014_stopped")]

    operations = [
        migrations.AddField(
            model_name="exemption",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
