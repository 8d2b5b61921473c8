"""What supports the figures of a programme of the demo that has ended: wins, questions that found answers, mistakes caught."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from champions.actions.wins import share_win
from metrics.actions.weeks import record_check_in
from metrics.management.demo.habits import Habit
from metrics.rules import Via
from pods.actions import questions
from pods.models import Pod
from pods.queries import members_of
from pods.rules import SolvedBy

# How many of a pod's members told of something unasked, and after they were asked.
UNASKED, WHEN_ASKED = 2, 1
WINS = (
    ("The quarterly report of a client, first draft", 55, 140, "Sent to the partner with two sentences changed."),
    ("The summary of a report of sixty pages", 20, 75, "One page that the client could read out."),
    ("The questions for a kick-off meeting", 15, 40, "Twelve questions; the client had not thought of three."),
    (
        "The comparison of two years in a client's figures",
        40,
        95,
        "A table and three sentences, each checked against the file.",
    ),
)
ASKED = (
    ("How do I keep our own tone in it?", SolvedBy.CHAMPION),
    ("Where is the prompt for the risk section?", SolvedBy.PROMPT),
    ("What do others do about the tables?", SolvedBy.PEER),
)


def show(program: Program, told: Sequence[tuple[Person, Habit, tuple[int, int]]], week: date, *, at: datetime) -> None:
    """In the middle of a phase. `told` is who said what of the week, as (uses, unprompted)."""
    for person, habit, (total, unprompted) in told:
        dice = random.Random(f"{habit.seat}-caught")  # noqa: S311 - the demo's dice
        if dice.random() < 0.6:
            caught = dice.choice((0, 1, 1, 2)) if total else None
            record_check_in(
                person=person,
                workflow=program.workflow,
                week=week,
                total=total,
                unprompted=unprompted,
                errors_caught=caught,
                other_tasks=dice.choice((0, 0, 0, 1, 2)),
                via=Via.PAGE,
                at=at,
            )
    for number, pod in enumerate(Pod.objects.filter(program=program).in_name_order()):
        members = members_of(pod, on=at.date())
        for place, member in enumerate(members[: UNASKED + WHEN_ASKED]):
            task, now, before, output = WINS[(number + place) % len(WINS)]
            share_win(
                task=task,
                minutes_now=now,
                minutes_before=before,
                output=output,
                workflow=program.workflow,
                prompt=None,
                asked_for=place >= UNASKED,
                hides_name=False,
                by=member,
                at=at + timedelta(days=number % 4),
            )
        for place, (words, solved_by) in enumerate(ASKED):
            _ask(pod, members[-1 - place], words, solved_by, at=at + timedelta(hours=number))


def _ask(pod: Pod, person: Person, words: str, solved_by: SolvedBy, *, at: datetime) -> None:
    asked = questions.ask(pod=pod, words=words, form_key=UUID(int=pod.pk * 1000 + person.pk), by=person, at=at)
    if solved_by is SolvedBy.CHAMPION:
        questions.answer_question(
            question=asked,
            solved_by=solved_by,
            answer="Put two pieces of ours beside it and say: write like these.",
            prompt=None,
            by=pod.champion.person if pod.champion else person,
            at=at + timedelta(days=1),
        )
    else:
        questions.solve_oneself(question=asked, solved_by=solved_by, by=person, at=at + timedelta(days=1))
