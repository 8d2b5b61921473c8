"""A programme that runs, made by its own actions, for the tests of every floor above programmes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import Arm, baseline_starts_on
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant
from champions.actions import name_champion
from pods.actions import form_pod
from pods.models import Pod
from tests.agreeing import agree_on_time
from tests.factories import PersonFactory, World

# The Monday of week 1; tests' fixed instant lies in its third week.
STARTS_ON = date(2026, 6, 22)


@dataclass(frozen=True)
class Running:
    """A programme with one pod and one comparison team, and the people in it."""

    program: Program
    pod: Pod
    members: list[Person]
    compared: list[Person]

    def at(self, day: date, hour: time = time(12)) -> datetime:
        """A local time of the company."""
        return instant(day, hour, self.program.organization.zone)


def draft(world: World, *, members: int = 3, compared: int = 3, starts_on: date = STARTS_ON) -> Running:
    """A draft with its people in place. Call inside the company."""
    at = instant(baseline_starts_on(starts_on), time(7), world.organization.zone)
    program = programs.create_program(
        name="Client reports",
        workflow="Client report drafting",
        starts_on=starts_on,
        weeks=10,
        comparison="The vendor’s training",
        by=world.lead.person,
        at=at,
    )
    champion = name_champion(program=program, person=world.champion.person, by=world.lead.person, at=at)
    agree_on_time(champion, at=at)
    in_pod = [PersonFactory(department="Advisory") for _ in range(members)]
    team = [PersonFactory(department="Tax") for _ in range(compared)]
    pod = form_pod(program=program, champion=champion, name="Elbe", members=in_pod, by=world.lead.person, at=at)
    programs.assign(program=program, arm=Arm.COMPARISON, cluster="Tax", people=team, by=world.lead.person, at=at)
    return Running(program, pod, in_pod, team)


def under_way(world: World) -> Running:
    """A programme launched on its first Monday; how that goes is told elsewhere. Call inside the company."""
    running = draft(world)
    at = running.at(running.program.starts_on)
    Program.objects.filter(pk=running.program.pk).update(baseline_opened_at=at, launched_at=at, fixed={})
    running.program.refresh_from_db()
    return running


def with_baseline(world: World, **numbers: int) -> Running:
    """A programme whose baseline is open since its first Monday, 08:00. Call inside the company."""
    running = draft(world, **numbers)
    at = instant(baseline_starts_on(running.program.starts_on), time(8), world.organization.zone)
    program = programs.open_baseline(program=running.program, by=world.lead.person, at=at)
    return Running(program, running.pod, running.members, running.compared)
