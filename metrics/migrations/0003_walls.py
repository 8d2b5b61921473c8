"""Walls in every tenant table of this floor, and facts that nobody can rewrite."""

from django.db import migrations

from adoption.tenancy.walls import Freeze, Protect


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial"), ("programs", "0002_walls")]

    operations = [
        Protect("WeekAsk"),
        Protect("CheckIn"),
        Protect("VendorFile"),
        Protect("VendorWeek"),
        Protect("DirtyWeek"),
        Protect("UseWeek"),
        Protect("ArmWeek"),
        Protect("SnapshotRun"),
        Protect("SnapshotMember"),
        Protect("SnapshotMetric"),
        Protect("SnapshotKey"),
        Freeze("CheckIn"),
        Freeze("VendorWeek"),
        Freeze("SnapshotRun"),
        Freeze("SnapshotMember"),
        Freeze("SnapshotMetric"),
    ]
