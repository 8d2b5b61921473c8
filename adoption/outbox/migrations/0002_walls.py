"""Walls in every tenant table of the outbox."""

from django.db import migrations

from adoption.tenancy.walls import Protect


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_speech")]

    operations = [Protect(name) for name in ("Envelope", "Message", "Link", "Preference", "Suppression")]
