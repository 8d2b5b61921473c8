"""A programme in each of the two companies, with a champion, a pod, a session and a day 7, for whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from adoption.programs.actions import assign, create_program, raise_attention
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Attention, Program, Step
from adoption.programs.rules import ASK_WEEK, MORNING, Arm, Kind, Planned
from adoption.tenancy.models import Person
from adoption.tenancy.walls import organization
from champions.actions import name_champion
from champions.models import Champion
from pods.actions import form_pod, log_session, plan_meeting
from pods.actions.leaders import log_with_leader, plan_with_leader
from pods.models import FollowUp, Meeting, Move, Pod, Session
from pods.rules import MoveKind, SessionKind
from tests.factories import AT, PersonFactory, World

# The session was on a Tuesday; day 7 is the Tuesday before AT.
HELD_ON = date(2026, 6, 30)
STARTS_ON = date(2026, 7, 27)
BEFORE = AT - timedelta(days=30)
FORM_KEY = UUID(int=7)
PLAN_KEY = UUID(int=8)


@dataclass(frozen=True)
class Practice:
    """What happened in the practice of a company. The programme is a draft with both arms."""

    program: Program
    champion: Champion
    pod: Pod
    members: list[Person]
    session: Session
    follow_up: FollowUp


def practise(world: World) -> Practice:
    """The company's programme; made when it is asked for first. Its champion is `world.champion`."""
    with organization(world.organization.pk):
        program = Program.objects.filter(slug=f"{world.organization.slug}-reports").first() or _make(world)
        pod = Pod.objects.select_related("champion__person", "organization", "program").get(program=program)
        follow_up = FollowUp.objects.select_related("session", "person__organization").get(session__pod=pod)
        members = [seat.person for seat in pod.seats.select_related("person__organization").in_name_order()]
        return Practice(program, pod.champion, pod, members, follow_up.session, follow_up)  # type: ignore[arg-type]


def want_attention(world: World, kind: Kind = Kind.STUCK) -> Attention:
    """Somebody in the company's pod wants attention, as a rule got stuck; put onto the list when it is asked for first."""
    person = practise(world).members[-1]
    with organization(world.organization.pk):
        program = Program.objects.get(slug=f"{world.organization.slug}-reports")
        raise_attention(program=program, person=person, kind=kind, since=HELD_ON, detail={}, at=AT)
        return Attention.objects.select_related("program__organization", "person").get(kind=kind)


def plan_ahead(world: World) -> Meeting:
    """A reflection planned in the company's pod; planned when it is asked for first."""
    practice = practise(world)
    with organization(world.organization.pk):
        return plan_meeting(
            pod=practice.pod,
            kind=SessionKind.REFLECTION,
            day=AT.date() + timedelta(days=8),
            hour=time(10),
            minutes=15,
            people=practice.members,
            place=f"{world.canary} room",
            topics=f"{world.canary} examples",
            weekly=False,
            form_key=PLAN_KEY,
            by=world.champion.person,
            at=AT,
        )[0]


def sit_down(world: World) -> Session:
    """A one-to-one of the lead with the executive, and the next one planned; held when it is asked for first."""
    practice = practise(world)
    leader, lead = world.executive.person, world.lead.person
    with organization(world.organization.pk):
        session = log_with_leader(
            program=practice.program,
            leader=leader,
            work=f"{world.canary} briefing",
            held_on=HELD_ON,
            doing_minutes=41,
            explaining_minutes=9,
            finished=f"The {world.canary} briefing of July",
            written_down=f"{world.canary} notes in, three sentences out",
            is_unfinished=False,
            worked="",
            did_not="",
            next_time=f"The {world.canary} figures first",
            form_key=FORM_KEY,
            by=lead,
            at=AT - timedelta(days=8),
        )
        plan_with_leader(
            program=practice.program,
            leader=leader,
            work=f"{world.canary} report",
            day=AT.date() + timedelta(days=8),
            hour=time(10),
            minutes=50,
            place=f"{world.canary} room",
            by=lead,
            at=AT,
        )
        return session


def move_somebody(world: World) -> Move:
    """Somebody left the company's pod; noted when it is asked for first."""
    practice = practise(world)
    with organization(world.organization.pk):
        return Move.objects.get_or_create(
            program=practice.program,
            person=practice.members[-1],
            defaults={"kind": MoveKind.LEAVE, "before": practice.pod, "moved_on": AT.date(), "moved_at": AT},
        )[0]


def promise_step(world: World) -> Step:
    """A question about a week in the company's calendar; promised when it is asked for first."""
    practise(world)
    with organization(world.organization.pk):
        program = Program.objects.get(slug=f"{world.organization.slug}-reports")
        week = AT.date() - timedelta(days=2)
        plan = Planned(f"week-{week}", week + timedelta(weeks=1), MORNING, ASK_WEEK, week.isoformat())
        promise(program, [plan])
        return Step.objects.select_related("program__organization").get(key=plan.key)


def some_people(world: World, count: int, *, manager: Person | None = None) -> list[Person]:
    """New people of a company, whose names say so."""
    return [
        PersonFactory.create(name=f"Person {number} {world.canary.title()}", manager=manager) for number in range(count)
    ]


def make_program(world: World, *, name: str, at: datetime = BEFORE) -> Program:
    """A draft without anybody."""
    return create_program(
        # Its address is made from its name, and addresses are what a stranger may know.
        name=f"{world.organization.slug.title()} {name}",
        workflow=f"{world.canary} {name}",
        starts_on=STARTS_ON,
        weeks=10,
        comparison=f"{world.canary} training",
        by=world.lead.person,
        at=at,
    )


def _make(world: World) -> Program:
    lead = world.lead.person
    program = make_program(world, name="reports")
    champion = name_champion(program=program, person=world.champion.person, by=lead, at=BEFORE)
    members = [world.member.person, *some_people(world, 2)]
    pod = form_pod(program=program, champion=champion, name=f"Pod {world.canary}", members=members, by=lead, at=BEFORE)
    others = some_people(world, 2)
    assign(program=program, arm=Arm.COMPARISON, cluster=f"Team {world.canary}", people=others, by=lead, at=BEFORE)
    log_session(
        pod=pod,
        kind=SessionKind.ONE_TO_ONE,
        held_on=HELD_ON,
        attendees=[world.member.person],
        doing_minutes=40,
        explaining_minutes=10,
        note=f"{world.canary} said it helped",
        form_key=FORM_KEY,
        by=world.champion.person,
        at=AT - timedelta(days=8),
    )
    return program
