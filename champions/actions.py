"""Every write of the champions' floor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import Refused, WrongState
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions.models import Champion


@transaction.atomic
def name_champion(*, program: Program, person: Person, by: Person | None, at: datetime) -> Champion:
    """Make a person a champion of a programme that has not been launched.

    Champions know how already, so they belong to neither arm. Raises WrongState, and Refused for one in an arm.
    """
    if program.launched_at:
        raise WrongState("launched")
    if Assignment.objects.current().filter(program=program, person=person).exists():
        raise Refused("in_an_arm")
    champion, made = Champion.objects.serving().get_or_create(program=program, person=person, defaults={"named_at": at})
    if made:
        audit.record("champion.named", by=by, at=at, subject=person)
    return champion


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    Champion.objects.filter(person=person).delete()
