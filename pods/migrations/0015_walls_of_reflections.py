"""Walls around what a pod learned."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("pods", "0014_reflections")]

    operations = [
        Protect("Reflection"),
    ]
