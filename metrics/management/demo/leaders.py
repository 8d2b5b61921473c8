"""Two partners of the demo: both have sat down with the lead on their own work. For one it held; with the other it is planned again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from adoption.programs.models import Program
from adoption.programs.rules import State
from adoption.tenancy.models import Person
from metrics.management.demo.history import Life
from pods.actions import answer_follow_up
from pods.actions.leaders import log_with_leader, plan_with_leader
from pods.models import FollowUp
from pods.rules import Cause, LeaderWork, Used

WITH_HER = {
    "work": LeaderWork.CLIENT_STATUS,
    "doing_minutes": 38,
    "explaining_minutes": 10,
    "finished": "The status for our largest client, sent the same evening",
    "written_down": "Last month’s status and my notes in, five sentences out, every figure checked against the plan.",
    "worked": "Her own words as an example",
    "did_not": "The first try was too polite to say that we are late",
}
WITH_HIM = {
    "work": LeaderWork.BRIEFING,
    "doing_minutes": 35,
    "explaining_minutes": 15,
    "finished": "The first page of the briefing for the transport bid",
    "written_down": "The tender’s questions in, one paragraph for each out, what we do not know marked.",
    "worked": "Gaps marked instead of filled",
    "did_not": "It asked for things that every one of our briefings has",
}


def sit_down(life: Life, *, office: Mapping[str, Person]) -> None:
    """In the programme that runs: two one-to-ones, each with its day 7, and another that is planned.

    For whom it did not hold, day 7 has put back on the lead's list by itself.
    """
    running = [one for one in Program.objects.running().newest_first() if one.state is State.LAUNCHED]
    seen, absent = office["executive"], office.get("executive2")
    if absent is None or not running:
        return
    program, lead, today = running[0], office["lead"], life.now.date()
    held_on = _working_day(today - timedelta(days=12), back=True)
    kept = _hold(program, seen, held_on, WITH_HER, lead=lead, life=life)
    answer_follow_up(
        follow_up=kept,
        used=Used.YES,
        what_happened="Twice: for the status of the week after, and for a letter.",
        what_failed="",
        cause=None,
        fixed=None,
        by=lead,
        at=kept.due_at + timedelta(hours=1),
    )
    given_up = _hold(program, absent, held_on, WITH_HIM, lead=lead, life=life)
    answer_follow_up(
        follow_up=given_up,
        used=Used.STOPPED,
        what_happened="Opened it once, on the train.",
        what_failed="It knows nothing of how we brief a client, so that he wrote it himself.",
        cause=Cause.CONTEXT_PACK,
        fixed=False,
        by=lead,
        at=given_up.due_at + timedelta(hours=2),
    )
    plan_with_leader(
        program=program,
        leader=absent,
        work=LeaderWork.BRIEFING,
        day=_working_day(today + timedelta(days=3)),
        hour=time(8, 30),
        minutes=50,
        place="His office",
        by=lead,
        at=life.now,
    )


def _hold(
    program: Program, leader: Person, held_on: date, said: Mapping[str, Any], *, lead: Person, life: Life
) -> FollowUp:
    session = log_with_leader(
        program=program,
        leader=leader,
        held_on=held_on,
        is_unfinished=False,
        next_time="",
        form_key=uuid4(),
        by=lead,
        at=life.at(held_on),
        **said,
    )
    return FollowUp.objects.get(session=session)


def _working_day(day: date, *, back: bool = False) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=-1 if back else 1)
    return day
