"""A planned session says which contents of the programme's plan it carries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pods", "0015_walls_of_reflections"), ("programs", "0013_curriculum")]

    operations = [
        migrations.AddField(model_name="meeting", name="contents", field=models.JSONField(default=list)),
    ]
