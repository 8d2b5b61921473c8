"""What is taken away with a person."""

from __future__ import annotations

from datetime import datetime

from adoption.tenancy.models import Person
from pods.models import Attendance, FollowUp, Invitee, Move, Seat, Showing


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    FollowUp.objects.filter(person=person).delete()
    Invitee.objects.filter(person=person).delete()
    Showing.objects.filter(person=person).delete()
    Move.objects.filter(person=person).delete()
    Attendance.objects.filter(person=person).delete()
    Seat.objects.filter(person=person).delete()
