"""Naming champions, and taking a naming back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions import Refused, refuse_settled
from adoption.programs.models import Assignment, Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions.actions.inviting import let_in
from champions.models import Champion


@transaction.atomic
def name_champion(*, program: Program, person: Person, by: Person | None, at: datetime) -> Champion:
    """Make a person a champion of a programme that has not been launched.

    Champions know how already, so they belong to neither arm. Who cannot sign in yet is invited: a pod's pages lie behind
    the sign-in. Raises WrongState, and Refused for one in an arm and for somebody who has left. Named twice, it stays one
    row.
    """
    # First of all, because inviting takes the lock that comes before any other.
    let_in(person, by=by, at=at)
    program = Program.objects.select_for_update().get(pk=program.pk)
    refuse_settled(program)
    if person.has_left(at):
        raise Refused("has_left")
    if Assignment.objects.current().filter(program=program, person=person).exists():
        raise Refused("in_an_arm")
    champion: Champion
    champion, made = Champion.objects.serving().get_or_create(program=program, person=person, defaults={"named_at": at})
    if made:
        audit.record("champion.named", by=by, at=at, subject=person)
    return champion


@transaction.atomic
def withdraw_champion(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """Take a naming back, as if it had not been. Raises WrongState after the launch."""
    program = Program.objects.select_for_update().get(pk=champion.program_id)
    refuse_settled(program)
    audit.record("champion.withdrawn", by=by, at=at, subject=champion.person)
    champion.delete()


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    Champion.objects.filter(person=person).delete()
