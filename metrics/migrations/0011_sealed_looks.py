"""Frozen looks that nobody can take away: what was shown stays to be held against what is said later."""

from django.db import migrations

from adoption.tenancy.walls import Seal


class Migration(migrations.Migration):
    dependencies = [("metrics", "0010_prices")]

    operations = [Seal("SnapshotRun"), Seal("SnapshotMember"), Seal("SnapshotMetric")]
