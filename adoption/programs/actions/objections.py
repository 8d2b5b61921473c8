"""Taking no part, and taking that back. Said by the person alone, and told to nobody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.models import Attention, Objection, Program
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def object_to(*, program: Program, person: Person, at: datetime) -> None:
    """A person would rather not be asked: nothing is from now on, and they come off the lists. Twice is once.

    Not audited: administrators read the trail, and this is nobody's but the person's.
    """
    Objection.objects.bulk_create([Objection(program=program, person=person, said_at=at)], ignore_conflicts=True)
    Attention.objects.open().filter(program=program, person=person).update(settled_at=at)
    reckon_again(people=[person.pk], first=local_date(at, person.local_zone()), at=at)


@transaction.atomic
def take_back_objection(*, program: Program, person: Person, at: datetime) -> None:
    """They would like to be asked again, from the next time on. Twice is once."""
    Objection.objects.standing().filter(program=program, person=person).update(taken_back_at=at)
    reckon_again(people=[person.pk], first=local_date(at, person.local_zone()), at=at)
