"""What is taken away with a person."""

from __future__ import annotations

from datetime import datetime

from adoption.tenancy.models import Person
from pods.actions.champions import look_where_they_lead
from pods.actions.follow_ups import take_away_day_sevens
from pods.actions.leaders import forget_leader
from pods.actions.meetings import call_off_alone
from pods.models import Attendance, Invitee, Move, Question, Remedy, Seat, Session, Showing
from pods.rules import SessionKind


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person. A pod they lead stays, and its lead is told that nobody leads it."""
    look_where_they_lead(people=[person.pk], at=at)
    take_away_day_sevens(person=person, at=at)
    call_off_alone(person=person, at=at)
    forget_leader(person=person, at=at)
    Invitee.objects.filter(person=person).delete()
    Showing.objects.filter(person=person).delete()
    Move.objects.filter(person=person).delete()
    # What was finished in a one-to-one is theirs; that there was one is the pod's.
    alone = Session.objects.filter(kind=SessionKind.ONE_TO_ONE, attendances__person=person)
    Session.objects.filter(pk__in=list(alone.values_list("pk", flat=True))).update(
        note="", finished="", written_down="", worked="", did_not="", next_time=""
    )
    Attendance.objects.filter(person=person).delete()
    Seat.objects.filter(person=person).delete()
    Question.objects.filter(person=person).delete()
    Remedy.objects.filter(person=person).delete()
