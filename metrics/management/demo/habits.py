"""How often people of the demo use AI, week by week: invented, always the same, and exact where a checkpoint looks.

Nothing here knows a database or a date of today, so that the figures of the demo can be proved for every day it may
start on. Habits change one person at a time; single weeks go up and down around them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from adoption.programs.rules import Arm, Checkpoint, looks_at, week_number

CHECKED = (Checkpoint.S30, Checkpoint.S56, Checkpoint.SE, Checkpoint.S90)
# The week in which those who come to work differently have got there: weeks 2 to 6, most in the middle.
BEGIN = (2, 2, 2, 3, 3, 4, 4, 5, 5, 6)
# What is said of two weeks that are looked at together: three or more on average, or less.
ABOVE = ((3, 3), (3, 4), (4, 3), (4, 4), (5, 3), (3, 5), (4, 5), (6, 4), (5, 5), (3, 3), (4, 4), (2, 5), (5, 2), (4, 4))
BELOW = (
    (0, 0),
    (0, 0),
    (0, 0),
    (1, 0),
    (0, 1),
    (1, 0),
    (0, 1),
    (1, 1),
    (1, 1),
    (2, 1),
    (1, 2),
    (0, 2),
    (2, 0),
    (2, 2),
    (3, 1),
    (1, 3),
)
USUAL = (3, 3, 4, 4, 5, 5, 6, 4, 2)
SELDOM = (0, 0, 1, 1, 2, 0, 1, 2, 0, 1, 3)
# Where nothing moves: whoever uses it does from the first week on, and nobody begins.
ALWAYS = (3, 3, 4, 4, 5)
NEVER = (0, 0, 0, 1, 1, 2)
SILENT_SHARE = 0.08
SESSIONS = 2  # weeks of one-to-ones


@dataclass(frozen=True)
class Course:
    """What becomes of a programme's people."""

    starts_on: date
    weeks: int
    # Who says nothing at a checkpoint, by arm: how many of those who do not come to work differently, and how many who do.
    silent: Mapping[tuple[Checkpoint, Arm], tuple[int, int]] = field(default_factory=dict)
    # How many of the end's adopters still are, ninety days later, by arm.
    retained: Mapping[Arm, int] = field(default_factory=dict)
    # Whether it stands still from the first week on: a plateau.
    stands_still: bool = False


@dataclass(frozen=True)
class Habit:
    """Somebody in a group, and what becomes of them."""

    # What their dice are thrown with: the same for the same seat in every demo.
    seat: str
    arm: Arm
    adopts: bool
    # Their place among the adopters, or among the others, of their arm.
    rank: int
    # Somebody who is away now and then: one week alone may have to speak for two.
    steady: bool = False


def habits(groups: Sequence[tuple[str, Arm, int, int]]) -> list[list[Habit]]:
    """For each group (name, arm, people, how many of them come to work differently) its people's habits, seat by seat."""
    ranks = {(arm, adopts): 0 for arm in Arm for adopts in (True, False)}
    found: list[list[Habit]] = []
    for name, arm, people, adopters in groups:
        # The seats of those who adopt differ from group to group, so that no list gives them away.
        chosen = set(_dice(name).sample(range(people), adopters))
        found.append([])
        for seat in range(people):
            adopts = seat in chosen
            found[-1].append(Habit(f"{name}/{seat}", arm, adopts, ranks[arm, adopts]))
            ranks[arm, adopts] += 1
    return found


def said(course: Course, habit: Habit, week: date) -> tuple[int, int] | None:
    """(uses, uses unprompted) somebody tells of a week, by its Monday; None if they say nothing."""
    dice = _dice(habit.seat, str(week_number(week, course.starts_on)))
    look = _look(course, week)
    silent = habit.rank < _silent(course, habit, look) if look else dice.random() < SILENT_SHARE
    # Of twenty people two who say nothing would look like a movement.
    if silent and not (course.stands_still and habit.adopts):
        return None
    unprompted = _unprompted(course, habit, week, look, dice)
    # Colleagues remind each other where there are pods.
    asked = dice.choice((0, 0, 0, 1, 1) if habit.arm is Arm.PODS else (0, 0, 0, 0, 1))
    if habit.arm is Arm.PODS and 1 <= week_number(week, course.starts_on) <= SESSIONS:
        asked = 1  # the output that a one-to-one ends with
    return min(unprompted + asked, 6), unprompted


def said_by_champion(name: str, number: int) -> tuple[int, int] | None:
    """The same of who leads, and used it before: two to five times a week, all but now and then."""
    dice = _dice(name, str(number), "leads")
    uses = dice.choice((2, 3, 3, 4, 5))
    return None if dice.random() < SILENT_SHARE else (uses, uses)


def _unprompted(course: Course, habit: Habit, week: date, look: Checkpoint | None, dice: random.Random) -> int:
    number = week_number(week, course.starts_on)
    if number < 1:
        return dice.choice((0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3))
    if look in {Checkpoint.S56, Checkpoint.SE}:
        return _of_two(course, habit, week, look, above=habit.adopts)
    if look is Checkpoint.S90:
        return _of_two(course, habit, week, look, above=habit.adopts and lasts(course, habit))
    if number > course.weeks:
        return dice.choice(USUAL if habit.adopts and (lasts(course, habit) or dice.random() < 0.8) else SELDOM)
    if course.stands_still:
        return dice.choice(ALWAYS if habit.adopts else NEVER)
    begins = _dice(habit.seat, "begins").choice(BEGIN)
    if not habit.adopts or number < begins - 1:
        return dice.choice(SELDOM)
    return dice.choice(USUAL if number >= begins else (1, 2, 2, 3))


def lasts(course: Course, habit: Habit) -> bool:
    """Whether an adopter still is one ninety days after the end; the silent are not among those who are seen to be."""
    _, silent = course.silent.get((Checkpoint.S90, habit.arm), (0, 0))
    return habit.rank - silent < course.retained.get(habit.arm, 0)


def _of_two(course: Course, habit: Habit, week: date, look: Checkpoint, *, above: bool) -> int:
    """One week of two that are looked at together."""
    place = looks_at(look, course.starts_on, course.weeks).index(week)
    pairs: tuple[tuple[int, int], ...] = ABOVE if above else BELOW
    if habit.steady:
        pairs = tuple(pair for pair in pairs if pair[0] == pair[1])
    return _dice(habit.seat, look).choice(pairs)[place]


def _look(course: Course, week: date) -> Checkpoint | None:
    """The checkpoint that looks at a week, of those at which it is settled who answers."""
    if not course.silent:
        return None
    return next((look for look in CHECKED if week in looks_at(look, course.starts_on, course.weeks)), None)


def _silent(course: Course, habit: Habit, look: Checkpoint) -> int:
    others, adopters = course.silent.get((look, habit.arm), (0, 0))
    return adopters if habit.adopts else others


def _dice(*about: str) -> random.Random:
    return random.Random("/".join(about))  # noqa: S311 - the demo's dice, the same every time
