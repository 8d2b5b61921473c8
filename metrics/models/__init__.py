"""What a row of evidence is: facts, what follows from them, and frozen looks."""

from metrics.models.facts import CheckIn, VendorFile, VendorWeek, WeekAsk
from metrics.models.snapshots import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.models.weeks import ArmWeek, DirtyWeek, UseWeek

__all__ = [
    "ArmWeek",
    "CheckIn",
    "DirtyWeek",
    "SnapshotKey",
    "SnapshotMember",
    "SnapshotMetric",
    "SnapshotRun",
    "UseWeek",
    "VendorFile",
    "VendorWeek",
    "WeekAsk",
]
