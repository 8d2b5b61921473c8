"""Programmes whose weeks are known exactly: in each pod and team so many use AI, and so many say nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from adoption.disclosure.rules import Thresholds
from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import (
    OCCASION_WEEKS,
    SPEC_VERSION,
    Arm,
    Checkpoint,
    Mode,
    baseline_starts_on,
    looks_at,
)
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant
from metrics.actions.snapshots import freeze
from metrics.actions.weeks import Line, drain, record_history
from metrics.models import SnapshotRun
from tests.factories import World

# Cases 18 and 19 of the specification: E is 15 March 2026, and everything is over on the tests' fixed instant.
STARTS_ON = date(2026, 1, 5)
POD_ADOPTERS = (8, 7, 6, 5, 5, 3)
TEAM_ADOPTERS = (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0)


@dataclass(frozen=True)
class Trial:
    """A launched programme and the people of each of its clusters, in a fixed order."""

    world: World
    program: Program
    pods: tuple[tuple[Person, ...], ...]
    teams: tuple[tuple[Person, ...], ...]

    def at(self, day: date, hour: time = time(12)) -> datetime:
        return instant(day, hour, self.program.organization.zone)

    def say(self, week: date, uses: Mapping[Person, int]) -> None:
        """People say how often they used AI unprompted in a week, at its end, and it is decided."""
        self.say_in([week], uses)

    def say_in(self, weeks: Collection[date], uses: Mapping[Person, int]) -> None:
        """The same of several weeks."""
        at = self.at(max(weeks) + timedelta(days=8))
        lines = [Line(person.pk, week, count, count) for person, count in uses.items() for week in weeks]
        record_history(program=self.program, lines=lines, by=None, at=at)
        drain(at=at)

    def tell(self, week: date, told: Mapping[Person, tuple[int, int]]) -> None:
        """People say how often their work came up in a week, and in how many of those they used AI unprompted."""
        at = self.at(week + timedelta(days=8))
        lines = [Line(person.pk, week, uses, uses, times) for person, (times, uses) in told.items()]
        record_history(program=self.program, lines=lines, by=None, at=at)
        drain(at=at)

    def look(
        self,
        checkpoint: Checkpoint,
        pods: Iterable[int],
        teams: Iterable[int],
        *,
        silent: Iterable[Person] = (),
        reason: str = "",
    ) -> SnapshotRun:
        """In both weeks of a checkpoint the first so many of each cluster use AI thrice, the others never; freeze."""
        quiet = set(silent)
        uses = {
            person: 3 if place < adopters else 0
            for groups, counts in ((self.pods, pods), (self.teams, teams))
            for people, adopters in zip(groups, counts, strict=True)
            for place, person in enumerate(people)
            if person not in quiet
        }
        self.say_in(looks_at(checkpoint, self.program.starts_on, self.program.weeks), uses)
        return self.freeze(checkpoint, reason=reason)

    def freeze(self, checkpoint: Checkpoint, *, reason: str = "") -> SnapshotRun:
        last = looks_at(checkpoint, self.program.starts_on, self.program.weeks)[1]
        return freeze(program=self.program, checkpoint=checkpoint, at=self.at(last + timedelta(days=14)), reason=reason)


def launched(
    world: World,
    *,
    pods: Iterable[int] = (8,) * 6,
    teams: Iterable[int] = (8,) * 12,
    departments: int = 1,
    name: str = "Client reports",
    starts_on: date = STARTS_ON,
    thresholds: Thresholds | None = None,
    exempt: Collection[tuple[int, int]] = (),
    is_launched: bool = True,
    mode: Mode = Mode.WEEKLY,
    primary_look: Checkpoint = Checkpoint.S56,
) -> Trial:
    """A programme with clusters of these sizes, launched on its first Monday. Call inside the company.

    `exempt` are seats, as (pod, seat), of whom it is written down before the launch that they have no suitable workflow.
    """
    at = instant(baseline_starts_on(starts_on), time(7), world.organization.zone)
    program = programs.create_program(
        name=name,
        workflow=f"{name} drafting",
        starts_on=starts_on,
        weeks=10,
        comparison="The vendor’s training",
        mode=mode,
        by=world.lead.person,
        at=at,
    )
    groups: dict[Arm, list[tuple[Person, ...]]] = {Arm.PODS: [], Arm.COMPARISON: []}
    for arm, sizes, what in ((Arm.PODS, pods, "Pod"), (Arm.COMPARISON, teams, "Team")):
        for number, size in enumerate(sizes):
            people = Person.objects.bulk_create(
                [
                    Person(
                        name=f"{what} {number} {seat}",
                        sort_name=f"{what} {number} {seat}".lower(),
                        mail=f"{name[:2].lower()}-{what.lower()}-{number}-{seat}@example.com",
                        department=f"Department {number % departments + 1}",
                        created_at=at,
                    )
                    for seat in range(size)
                ]
            )
            programs.assign(
                program=program, arm=arm, cluster=f"{what} {number + 1:02}", people=people, by=world.lead.person, at=at
            )
            groups[arm].append(tuple(people))
    for pod, seat in exempt:
        programs.exempt(
            program=program, person=groups[Arm.PODS][pod][seat], reason="No such work", by=world.lead.person, at=at
        )
    if not is_launched:
        program = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
        return Trial(world, program, tuple(groups[Arm.PODS]), tuple(groups[Arm.COMPARISON]))
    # What a launch fixes; that it is ready to launch is proved elsewhere.
    Program.objects.filter(pk=program.pk).update(
        baseline_opened_at=at,
        launched_at=instant(starts_on, time(8), world.organization.zone),
        fixed={
            "spec_version": SPEC_VERSION,
            "primary": "adoption",
            "primary_look": primary_look,
            **({"mode": mode, "occasion_weeks": OCCASION_WEEKS} if mode is Mode.OPPORTUNITY else {}),
            "thresholds": (thresholds or Thresholds()).as_dict(),
        },
    )
    program = Program.objects.select_related("organization", "workflow").get(pk=program.pk)
    return Trial(world, program, tuple(groups[Arm.PODS]), tuple(groups[Arm.COMPARISON]))
