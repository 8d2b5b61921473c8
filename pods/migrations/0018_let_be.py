"""Somebody who objects or has left is invited to nothing, their calendar included."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pods", "0017_versions_of_day_seven")]

    operations = [migrations.AddField(model_name="invitee", name="let_be", field=models.BooleanField(default=False))]
