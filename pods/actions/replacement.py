"""A replacement: drafted with the pods as they are, and begun with everybody one to one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.models import Attention, Objection, Program
from adoption.programs.rules import Kind, State
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions import actions as champions
from champions.actions.inviting import let_in
from champions.actions.weekly import ask_no_weeks
from pods.actions.forming import form_pod
from pods.models import Attendance, Pod, Seat
from pods.queries import left_alone
from pods.rules import SessionKind


@transaction.atomic
def start_replacement(*, program: Program, name: str, by: Person | None, at: datetime) -> Program:
    """Draft the thirty days that replace a programme, with its champions and its pods as they are now. Twice is once.

    Nobody is asked for anything by it. Whoever would rather take no part takes none in it either. What proposed it comes off the
    list. Raises WrongState before the launch, and Refused for a name that is taken.
    """
    today = local_date(at, program.organization.zone)
    here = Person.objects.here(today)
    pods = Pod.objects.filter(program=program, champion__stepped_down_at__isnull=True, champion__person__in=here)
    led = [(pod, pod.champion.person) for pod in pods.select_related("champion__person").in_name_order()]
    # First of all, because inviting takes the lock that comes before any other.
    for _pod, leader in led:
        let_in(leader, by=by, at=at)
    draft, is_new = programs.draft_replacement(program=program, name=name, by=by, at=at)
    if is_new:
        for pod, leader in led:
            champion = champions.name_champion(program=draft, person=leader, by=by, at=at)
            if pod.champion.unasked_since:
                ask_no_weeks(program=draft, person=leader, at=at)
            members = list(here.filter(pk__in=Seat.objects.current().filter(pod=pod).values("person")).in_name_order())
            if members:
                form_pod(program=draft, champion=champion, name=pod.name, members=members, by=by, at=at)
        for row in Objection.objects.standing().filter(program=program).select_related("person"):
            programs.object_to(program=draft, person=row.person, at=at)
    for row in Attention.objects.open().of_programs().filter(program=program, kind=Kind.PLATEAU):
        programs.handle_attention(attention=row, by=by, at=at)
    return draft


@transaction.atomic
def look_for_one_to_ones(*, program: Program, at: datetime) -> None:
    """A week into a replacement: whoever has had no one-to-one yet comes onto the lists, until they have had one."""
    if program.state is not State.LAUNCHED:
        return
    today = local_date(at, program.organization.zone)
    seats = Seat.objects.current().filter(pod__program=program).values("person")
    had = Attendance.objects.filter(session__pod__program=program, session__kind=SessionKind.ONE_TO_ONE).values(
        "person"
    )
    people = Person.objects.working(today).filter(pk__in=seats).exclude(pk__in=had).exclude(pk__in=left_alone(program))
    programs.raise_many(program=program, wanting=[(person, Kind.NOT_BEGUN, today) for person in people], at=at)
