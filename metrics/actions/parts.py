"""What is everybody's own to decide: whether they are asked in a programme."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import object_to, take_back_objection
from adoption.tenancy.models import Person
from champions.actions.weekly import ask_no_weeks, ask_weeks_again
from metrics.queries.asking import Part


def be_asked_no_more(*, part: Part, person: Person, at: datetime) -> None:
    """Whoever takes part is asked nothing more; whoever leads is not asked about their weeks, and leads on. Nobody is told."""
    (ask_no_weeks if part.leads else object_to)(program=part.program, person=person, at=at)


@transaction.atomic
def be_asked_again(*, part: Part, person: Person, at: datetime) -> None:
    """From the next time on."""
    ask_weeks_again(program=part.program, person=person)
    take_back_objection(program=part.program, person=person, at=at)
