"""Walls around how champions are chosen, agreed with and given time; what they said of it is never rewritten."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("champions", "0006_time_and_choice")]

    operations = [
        Protect("Selection"),
        Protect("Candidacy"),
        Protect("Offer"),
        Protect("Sponsorship"),
        Protect("Agreement"),
        Protect("Waiver"),
        Protect("TimeCheck"),
        Protect("TimeAnswer"),
        Freeze("TimeAnswer"),
    ]
