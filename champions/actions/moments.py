"""Inviting people to tell of a win, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.models import Program
from adoption.programs.rules import State
from adoption.tenancy.actions import agenda
from adoption.tenancy.rules import local_date, working_instant
from champions.queries.moments import TELL_WIN, moments, subject_of

LOOK = "champions.look_for_wins"  # the agenda's task; its row is the programme


def begin_to_look(*, program: Program, at: datetime) -> None:
    """From now on to the end of the phase somebody looks every working day who is to be invited."""
    agenda.wake(task=LOOK, row_id=program.pk, due_at=at)


@transaction.atomic
def invite_to_tell(*, program: Program, at: datetime) -> datetime | None:
    """Invite whoever's day it is, and say when to look again: the next working day, until the phase ends."""
    if program.state is not State.LAUNCHED:
        return None
    zone = program.organization.zone
    today = local_date(at, zone)
    if today > program.ends_on:
        return None
    say_many(
        kind=TELL_WIN,
        sayings=[Saying(person, subject_of(program), row_id=program.pk) for person in moments(program, at=at)],
        at=at,
    )
    return working_instant(at + timedelta(days=1), zone)
