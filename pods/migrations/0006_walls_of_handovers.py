"""Walls around who led a pod when."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("pods", "0005_handovers")]

    operations = [
        Protect("Handover"),
    ]
