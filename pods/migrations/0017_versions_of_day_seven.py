"""A day 7 counts how often what calendars hold of it has changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pods", "0016_contents_of_meetings")]

    operations = [
        migrations.AddField(model_name="followup", name="sequence", field=models.PositiveSmallIntegerField(default=0)),
    ]
