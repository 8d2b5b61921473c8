"""Walls around planned sessions, moves and what members offer to show."""

from django.db import migrations

from adoption.tenancy.walls import Protect, Tie


class Migration(migrations.Migration):
    dependencies = [("pods", "0009_meetings")]

    operations = [
        Protect("Meeting"),
        Protect("Invitee"),
        Protect("Move"),
        Protect("Showing"),
        Tie("Session", "meeting"),
    ]
