"""Walls in every tenant table of this floor, and facts that nobody can rewrite."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial"), ("programs", "0002_walls")]

    operations = [
        Protect("Wave"),
        Protect("Ask"),
        Protect("Answer"),
        Freeze("Answer"),
    ]
