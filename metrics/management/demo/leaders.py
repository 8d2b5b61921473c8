"""Two partners of the demo: one has sat down with the lead on her own work, with the other it is planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from uuid import uuid4

from adoption.programs.models import Program
from adoption.programs.rules import State
from adoption.tenancy.models import Person
from metrics.management.demo.history import Life
from pods.actions import answer_follow_up
from pods.actions.leaders import log_with_leader, plan_with_leader
from pods.models import FollowUp
from pods.rules import LeaderWork, Used


def sit_down(life: Life, *, office: Mapping[str, Person]) -> None:
    """In the programme that runs: a one-to-one that was held, with its day 7, and another that is planned.

    Whom nobody has seen use it, the weekly look has put on the lead's list by itself.
    """
    running = [one for one in Program.objects.running().newest_first() if one.state is State.LAUNCHED]
    seen, absent = office["executive"], office.get("executive2")
    if absent is None or not running:
        return
    program, today = running[0], life.now.date()
    held_on = _working_day(today - timedelta(days=12), back=True)
    session = log_with_leader(
        program=program,
        leader=seen,
        work=LeaderWork.CLIENT_STATUS,
        held_on=held_on,
        doing_minutes=38,
        explaining_minutes=10,
        finished="The status for our largest client, sent the same evening",
        written_down="Last month’s status and my notes in, five sentences out, every figure checked against the plan.",
        is_unfinished=False,
        worked="Her own words as an example",
        did_not="The first try was too polite to say that we are late",
        next_time="",
        form_key=uuid4(),
        by=office["lead"],
        at=life.at(held_on),
    )
    follow_up = FollowUp.objects.get(session=session)
    answer_follow_up(
        follow_up=follow_up,
        used=Used.YES,
        what_happened="Twice: for the status of the week after, and for a letter.",
        what_failed="",
        cause=None,
        fixed=None,
        by=office["lead"],
        at=follow_up.due_at + timedelta(hours=1),
    )
    plan_with_leader(
        program=program,
        leader=absent,
        work=LeaderWork.BRIEFING,
        day=_working_day(today + timedelta(days=3)),
        hour=time(8, 30),
        minutes=50,
        place="His office",
        by=office["lead"],
        at=life.now,
    )


def _working_day(day: date, *, back: bool = False) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=-1 if back else 1)
    return day
