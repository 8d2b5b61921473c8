"""Champions who are about to stop, or have."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.models import Attention, Program
from adoption.programs.rules import LET_BE, OF_CHAMPIONS, Kind, State
from adoption.tenancy.rules import local_date
from champions.actions.time import warn_sponsor
from champions.models import Champion
from pods.queries import champion_looks


@transaction.atomic
def look_at_champions(*, program: Program, at: datetime, only: Champion | None = None) -> None:
    """Put champions on the attention list who are about to stop, and tell the sponsor; and those who have stopped.

    Whose reason has ended comes off. Whoever was seen to is let be for three weeks. Outside the active phase nothing happens.
    """
    if program.state is not State.LAUNCHED:
        return
    handled = set(
        Attention.objects.filter(program=program, kind__in=OF_CHAMPIONS)
        .handled_since(at - LET_BE)
        .values_list("person_id", "kind")
    )
    known = set(
        Attention.objects.open().filter(program=program, kind=Kind.CHAMPION_TIME).values_list("person_id", flat=True)
    )
    today = local_date(at, program.organization.zone)
    for one in champion_looks(program, at=at):
        if only is not None and one.champion.pk != only.pk:
            continue
        person = one.champion.person
        for kind, holds in ((Kind.CHAMPION_TIME, bool(one.signs)), (Kind.CHAMPION_STOPPED, one.has_stopped)):
            if not holds:
                programs.settle_attention(program=program, person=person, kind=kind, at=at)
            elif (person.pk, kind) not in handled:
                programs.raise_attention(program=program, person=person, kind=kind, since=today, detail={}, at=at)
                if kind is Kind.CHAMPION_TIME and person.pk not in known:
                    warn_sponsor(champion=one.champion, at=at)
