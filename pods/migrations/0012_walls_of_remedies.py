"""Walls around steps for one person."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("pods", "0011_remedies")]

    operations = [
        Protect("Remedy"),
    ]
