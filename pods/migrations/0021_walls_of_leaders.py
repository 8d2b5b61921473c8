"""Walls around what is planned with leaders; their one-to-ones stay within the organisation."""

from django.db import migrations

from adoption.tenancy.walls import Protect, Tie


class Migration(migrations.Migration):
    dependencies = [("pods", "0020_with_leaders")]

    operations = [
        Protect("LeaderPlan"),
        Tie("Session", "program"),
        Tie("Session", "leader"),
        Tie("Session", "held_by"),
    ]
