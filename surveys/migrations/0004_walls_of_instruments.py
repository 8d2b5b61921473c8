"""Walls around a lead's own questions, anonymous replies and findings; what was published is never rewritten."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_instruments")]

    operations = [
        Protect("Question"),
        Protect("PulseReply"),
        Protect("Finding"),
        Freeze("Finding"),
    ]
