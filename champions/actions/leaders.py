"""Noticing leaders who do not use it, for leads alone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions import rules
from champions.queries.asks import acts_of_each
from champions.queries.leaders import leader_looks


@transaction.atomic
def look_at_leaders(*, program: Program, at: datetime) -> None:
    """Put leaders on the lead's list whom nobody has seen use it for four weeks, and take off whoever was seen.

    One programme speaks for all of them: who stands on the list of another, or was spoken with in the last four weeks, is let
    be. Whoever is away stays where they are until they are back. Outside the active phase nothing happens.
    """
    if program.state is not State.LAUNCHED:
        return
    looks = {one.person.pk: one for one in leader_looks(program, at=at)}
    rows = Attention.objects.filter(kind=Kind.LEADER_ABSENT)
    today = local_date(at, program.organization.zone)
    for row in rows.open().filter(program=program).of_people_there(today).select_related("person"):
        if row.person_id not in looks or _is_met(row, looks[row.person_id].used_on):
            programs.settle_attention(program=program, person=row.person, kind=Kind.LEADER_ABSENT, at=at)
    let_be = {
        *rows.open().values_list("person_id", flat=True),
        *rows.handled_since(at - rules.LOOKED_BACK).values_list("person_id", flat=True),
    }
    wanting = [
        (one.person, Kind.LEADER_ABSENT, today)
        for one in looks.values()
        if one.wants_a_word and one.person.pk not in let_be
    ]
    programs.raise_many(program=program, wanting=wanting, at=at)


def let_be_once_seen(*, leader: Person, at: datetime) -> None:
    """Somebody has confirmed what a leader did: whoever was seen to use it comes off the lead's list at once."""
    rows = Attention.objects.open().filter(person=leader, kind=Kind.LEADER_ABSENT)
    today = local_date(at, leader.local_zone())
    for row in rows.select_related("program"):
        if _is_met(row, rules.used_on(acts_of_each([leader.pk], on=today)[leader.pk].all, today)):
            programs.settle_attention(program=row.program, person=leader, kind=Kind.LEADER_ABSENT, at=at)


def _is_met(row: Attention, used_on: date | None) -> bool:
    """Whether a leader was seen to use it; of one for whom day 7 did not hold, since: the session before it is no answer to it."""
    return used_on is not None and (not row.detail or used_on > row.since)
