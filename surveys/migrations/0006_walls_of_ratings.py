"""Walls around outputs and their ratings; what was said of an output, and whether AI was used for it, is never rewritten."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("surveys", "0005_ratings"), ("outbox", "0004_walls_of_guests")]

    operations = [
        Protect("Output"),
        Protect("OutputMark"),
        Protect("RatingRound"),
        Protect("Rater"),
        Protect("Allotment"),
        Protect("Rating"),
        Freeze("OutputMark"),
        Freeze("Rating"),
    ]
