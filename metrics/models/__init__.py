"""What a row of evidence is: facts, what follows from them, and frozen looks."""

from metrics.models.exports import Digest, EvidenceLink, Export
from metrics.models.facts import CheckIn, VendorWeek, WeekAsk
from metrics.models.imports import VendorFile, VendorOutcome, VendorRow
from metrics.models.money import Prices
from metrics.models.review import WeekReview
from metrics.models.snapshots import KeyLoss, SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun
from metrics.models.weeks import ArmWeek, DirtyWeek, UseWeek

__all__ = [
    "ArmWeek",
    "CheckIn",
    "Digest",
    "DirtyWeek",
    "EvidenceLink",
    "Export",
    "KeyLoss",
    "Prices",
    "SnapshotKey",
    "SnapshotMember",
    "SnapshotMetric",
    "SnapshotRun",
    "UseWeek",
    "VendorFile",
    "VendorOutcome",
    "VendorRow",
    "VendorWeek",
    "WeekAsk",
    "WeekReview",
]
