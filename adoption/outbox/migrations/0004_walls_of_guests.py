"""The wall around guests, and what is theirs tied to them within the organisation."""

from django.db import migrations

from adoption.tenancy.walls import Protect, Tie


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_guests")]

    operations = [
        Protect("Guest"),
        Tie("Envelope", "guest"),
        Tie("Message", "guest"),
        Tie("Link", "guest"),
    ]
