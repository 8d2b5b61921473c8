"""What of a programme's champions stands on its own page: what they ask of leadership."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date
from champions.models import Champion
from champions.queries.asks import AskRow, ask_row, visible
from champions.queries.kit import Standing


def asks_of(program: Program, person: Person, permissions: frozenset[Permission], *, at: datetime) -> list[AskRow]:
    """What waits in a programme for an answer, the longest first, for whoever may read its evidence. One query.

    What its champions ask without naming a programme is among it.
    """
    manages = Permission.MANAGE_PROGRAMS in permissions
    standing = Standing(is_champion=False, manages=manages, leads_people=not manages, owns_asks=True)
    today = local_date(at, person.organization.zone)
    champions = Champion.objects.serving().filter(program=program).values("person")
    theirs = Q(program=program) | Q(program__isnull=True, asked_by__in=champions)
    rows = visible(person, standing).waiting().filter(theirs).longest_first()
    return [ask_row(one, person, standing, today) for one in rows]
