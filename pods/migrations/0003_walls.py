"""Walls in every tenant table of this floor."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("pods", "0001_initial"), ("champions", "0003_walls")]

    operations = [
        Protect("Pod"),
        Protect("Seat"),
        Protect("Session"),
        Protect("Attendance"),
        Protect("FollowUp"),
    ]
