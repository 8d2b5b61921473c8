"""What evidence holds about a person, and taking it away. Frozen looks stay: only the key that leads to the person goes."""

from __future__ import annotations

from datetime import datetime

from adoption.outbox.actions.links import end
from adoption.tenancy.models import Person
from metrics.actions.imports import erase_from_imports
from metrics.actions.review import erase_from_reviews
from metrics.models import CheckIn, DirtyWeek, Export, KeyLoss, SnapshotKey, UseWeek, VendorWeek, WeekAsk


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person, and every export that may name them and is not imported yet."""
    asks = list(WeekAsk.objects.filter(person=person).values_list("pk", flat=True))
    end(purpose="week", row_ids=asks, at=at)
    _note_losses(person, at=at)
    for model in (WeekAsk, CheckIn, VendorWeek, UseWeek, DirtyWeek, SnapshotKey):
        model.objects.filter(person=person).delete()
    Export.objects.filter(asked_by=person).delete()
    erase_from_reviews(person=person)
    erase_from_imports(at=at)


def _note_losses(person: Person, *, at: datetime) -> None:
    """That what was frozen of their programmes cannot be computed again. It says of nobody who it was."""
    programs = SnapshotKey.objects.filter(person=person).values_list("program_id", flat=True)
    KeyLoss.objects.bulk_create(
        [KeyLoss(program_id=program, lost_at=at) for program in programs],
        update_conflicts=True,
        unique_fields=["organization", "program"],
        update_fields=["lost_at"],
    )
