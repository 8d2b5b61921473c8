"""Walls in every tenant table of this floor."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("champions", "0001_initial"), ("programs", "0002_walls")]

    operations = [
        Protect("Champion"),
    ]
