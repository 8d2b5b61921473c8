"""A session ends with something finished or a word that it did not, and with three lines for the next one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pods", "0018_let_be")]

    operations = [
        migrations.AddField(model_name="session", name="is_unfinished", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="session", name="worked", field=models.CharField(blank=True, default="", max_length=500)
        ),
        migrations.AddField(
            model_name="session", name="did_not", field=models.CharField(blank=True, default="", max_length=500)
        ),
        migrations.AddField(
            model_name="session", name="next_time", field=models.CharField(blank=True, default="", max_length=500)
        ),
    ]
