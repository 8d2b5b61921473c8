"""What is planned in the demo's pods: a weekly reflection in calendars, a one-to-one this week, and something to show."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import UUID

from adoption.programs.models import Program
from adoption.programs.rules import State, monday
from adoption.tenancy.rules import local_date
from metrics.management.demo.history import Life
from pods.actions import plan_meeting
from pods.actions.showings import offer_showing
from pods.models import Pod
from pods.queries import members_of
from pods.queries.showings import could_show
from pods.rules import SessionKind


def plan_ahead(life: Life) -> None:
    """In each running pod a reflection every Thursday until the phase ends; in the first also a one-to-one this week."""
    today = local_date(life.now, life.organization.zone)
    for program in Program.objects.running().select_related("organization", "workflow"):
        if program.state is not State.LAUNCHED:
            continue
        pods = Pod.objects.filter(program=program).select_related("champion__person", "organization", "program")
        for place, pod in enumerate(pods.in_name_order()):
            _plan(pod, today, life, is_first=place == 0)


def _plan(pod: Pod, today: date, life: Life, *, is_first: bool) -> None:
    by = pod.champion.person if pod.champion else None
    people = members_of(pod, on=today)
    thursday = monday(today) + timedelta(days=3)
    first = thursday if thursday > today else thursday + timedelta(weeks=1)
    plan_meeting(
        pod=pod,
        kind=SessionKind.REFLECTION,
        day=first,
        hour=time(14),
        minutes=15,
        people=people,
        place="",
        topics="One example each: what worked, what did not, what you will try differently.",
        weekly=True,
        form_key=UUID(int=pod.pk * 10 + 1),
        contents=["reflection"],
        by=by,
        at=life.now - timedelta(hours=1),
    )
    for person in sorted(could_show(pod.program, {one.pk for one in people}, at=life.now))[:1]:
        one = next(member for member in people if member.pk == person)
        task = f"{pod.program.workflow.name}: the first draft from my notes"
        offer_showing(pod=pod, person=one, task=task, minutes_now=45, minutes_before=150, at=life.now)
    if is_first and people:
        tomorrow = today + timedelta(days=1 if today.weekday() < 4 else 7 - today.weekday())
        plan_meeting(
            pod=pod,
            kind=SessionKind.ONE_TO_ONE,
            day=tomorrow,
            hour=time(10, 30),
            minutes=50,
            people=people[-1:],
            place="Your desk",
            topics="Your next piece of work, with your own last one as the example.",
            weekly=False,
            form_key=UUID(int=pod.pk * 10 + 2),
            contents=["one-piece"],
            by=by,
            at=life.now - timedelta(hours=1),
        )
