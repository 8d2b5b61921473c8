"""Walls around the advice network."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_nominations")]

    operations = [
        Protect("NominationWave"),
        Protect("NominationAsk"),
        Protect("Nomination"),
    ]
