"""Walls in every tenant table of this floor."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial"), ("tenancy", "0002_walls")]

    operations = [
        Protect("Workflow"),
        Protect("Program"),
        Protect("Attention"),
        Protect("Assignment"),
        Protect("Step"),
    ]
