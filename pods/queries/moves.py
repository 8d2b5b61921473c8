"""Moves of a programme that runs, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from pods.models import Move
from pods.queries.words import Words
from pods.rules import MoveKind

MOST_MOVES = 20


@dataclass(frozen=True)
class Moved:
    """A move, what happened, and where the person counts in the comparison."""

    move: Move
    what: Words
    counts: Words


def moves_of(program: Program) -> list[Moved]:
    """The latest moves of a programme that stand. Two queries."""
    rows = list(
        Move.objects.standing()
        .filter(program=program)
        .select_related("person", "before", "after", "program")
        .newest_first()[:MOST_MOVES]
    )
    launched = launch_places(program, [row.person for row in rows])
    return [Moved(row, what_happened(row), counts_where(launched.get(row.person_id))) for row in rows]


def what_happened(move: Move) -> str:
    """A move as a sentence."""
    names = {
        "name": move.person.name,
        "before": move.before.name if move.before else _("a pod"),
        "after": move.after.name if move.after else _("a pod"),
    }
    words = {
        MoveKind.TRANSFER: _("%(name)s went from %(before)s to %(after)s"),
        MoveKind.JOIN: _("%(name)s joined %(after)s"),
        MoveKind.LEAVE: _("%(name)s left %(before)s"),
        MoveKind.HELPED: _("%(name)s was helped by %(after)s"),
    }
    return words[MoveKind(move.kind)] % names


def launch_places(program: Program, people: list[Person]) -> dict[int, Assignment]:
    """Where some people were on the day of the launch, by their ids. One query."""
    rows = Assignment.objects.at_launch().filter(program=program, person__in=people)
    return {row.person_id: row for row in rows}


def counts_where(place: Assignment | None) -> str:
    """Where somebody counts in every comparison, whatever moves."""
    if place is None:
        return _("In no cohort: joined after the launch, so in no headline figure.")
    if place.arm == Arm.COMPARISON:
        return _("Counts in the comparison group as at the launch, flagged as helped by a pod.")
    return _("Counts in %(pod)s as at the launch.") % {"pod": place.cluster}
