"""Champions who are about to stop, have, or are gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.models import Attention, Program
from adoption.programs.rules import LET_BE, MORNING, OF_CHAMPIONS, Kind, State
from adoption.tenancy.actions import agenda
from adoption.tenancy.rules import instant, local_date
from champions.actions.time import warn_sponsor
from champions.models import Champion
from pods.models import Pod
from pods.queries import champion_looks, pods_of

LONE_PODS = "pods.look_for_lone_pods"  # the agenda's task


@transaction.atomic
def look_at_champions(*, program: Program, at: datetime, only: Champion | None = None) -> None:
    """Put champions on the attention list who are about to stop, and tell the sponsor; and those who have stopped.

    Whose reason has ended comes off. Whoever was seen to is let be for three weeks. Outside the active phase nothing happens.
    """
    if program.state is not State.LAUNCHED:
        return
    look_for_lone_pods(program=program, at=at)
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


@transaction.atomic
def look_for_lone_pods(*, program: Program, at: datetime) -> datetime | None:
    """Tell the lead which pods nobody leads any more; the row goes by itself once each has a successor.

    Called done without one it rests for three weeks, unless another pod is left. Returns when the next champion leaves.
    """
    if program.state is not State.LAUNCHED:
        return None
    pods = pods_of(program)
    alone = [pod.name for pod in pods if pod.leader(at) is None]
    if alone:
        today, detail = local_date(at, program.organization.zone), {"pods": ", ".join(alone)}
        rows = Attention.objects.of_programs().filter(program=program, kind=Kind.NO_CHAMPION, detail=detail)
        if not rows.handled_since(at - LET_BE).exists():
            given: dict[str, Any] = {"program": program, "kind": Kind.NO_CHAMPION, "detail": detail}
            programs.raise_of_program(**given, since=today, at=at)
            programs.reword_of_program(**given)
    else:
        programs.settle_attention(program=program, person=None, kind=Kind.NO_CHAMPION, at=at)
    leaders = [leader for pod in pods if (leader := pod.leader(at)) and leader.left_on]
    return min((instant(one.left_on, MORNING, one.local_zone()) for one in leaders if one.left_on), default=None)


def look_where_they_lead(
    *, people: Collection[int], first: date | None = None, last: date | None = None, at: datetime
) -> None:
    """Champions among some people (by id) leave, come back or are erased: somebody looks at once, and on their last day."""
    if last is not None and last <= local_date(at, "UTC"):
        return
    running = Program.objects.filter(launched_at__isnull=False, ended_at__isnull=True)
    led = Pod.objects.filter(champion__person__in=people, program__in=running)
    for program in led.order_by("program").values_list("program", flat=True).distinct():
        agenda.wake(task=LONE_PODS, row_id=program, due_at=at)
