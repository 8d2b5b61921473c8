"""What is taken away with a person."""

from __future__ import annotations

from datetime import datetime

from adoption.tenancy.models import Person
from pods.models import Attendance, FollowUp, Invitee, Move, Question, Remedy, Seat, Session, Showing
from pods.rules import SessionKind


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    FollowUp.objects.filter(person=person).delete()
    Invitee.objects.filter(person=person).delete()
    Showing.objects.filter(person=person).delete()
    Move.objects.filter(person=person).delete()
    # What was finished in a one-to-one is theirs; that there was one is the pod's.
    alone = Session.objects.filter(kind=SessionKind.ONE_TO_ONE, attendances__person=person)
    Session.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(finished="", written_down="")
    Attendance.objects.filter(person=person).delete()
    Seat.objects.filter(person=person).delete()
    Question.objects.filter(person=person).delete()
    Remedy.objects.filter(person=person).delete()
