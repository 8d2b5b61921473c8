"""How often people's own work came up around week 8 and how often they used AI, as far as the facts go. For freezing alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from adoption.programs.models import Program
from adoption.programs.rules import looks_at, main_look_of
from metrics.models import UseWeek
from surveys.models import Answer
from surveys.rules import HOW, NOT_MINE, TIMES, WITH_AI, WaveKind


@dataclass(frozen=True)
class Occasions:
    """What one person told: occasions in two weeks, and in how many of them AI was used unasked. None where not told."""

    occasions: int | None
    unprompted: int | None


def asked_weeks_of(program: Program) -> tuple[date, date]:
    """The two weeks that end when the second survey opens: of week 8, of a replacement of day 30."""
    return looks_at(main_look_of(program.template), program.starts_on, program.weeks)


def occasions_told(program: Program) -> dict[int, Occasions]:
    """By the person's id, of whoever answered the second survey. Two queries.

    The survey asks how often the work came up in two weeks and in how many of those with AI, and not who had asked for it:
    the uses that people's weeks say were asked for are taken off.
    """
    answers: dict[int, dict[str, tuple[int | None, str]]] = {}
    rows = Answer.objects.filter(
        ask__wave__program=program, ask__wave__kind=WaveKind.POST, item__in=[HOW.key, TIMES.key, WITH_AI.key]
    )
    # The newest version counts, also where it takes the answer back.
    for person, item, number, choice in rows.order_by("version").values_list(
        "ask__person_id", "item", "number", "choice"
    ):
        answers.setdefault(person, {})[item] = number, choice
    asked_for = _asked_for(program)
    found = {}
    for person, said in answers.items():
        times, _ = said.get(TIMES.key, (None, ""))
        with_ai, _ = said.get(WITH_AI.key, (None, ""))
        if said.get(HOW.key, (None, ""))[1] == NOT_MINE:
            times = 0
        if times == 0:
            with_ai = 0
        # None is not told; whoever has no occasion was not asked for more.
        unasked = None if with_ai is None else max(0, with_ai - asked_for.get(person, 0))
        # An answer that was changed may say more uses than occasions.
        found[person] = Occasions(times, unasked if times is None or unasked is None else min(unasked, times))
    return found


def _asked_for(program: Program) -> dict[int, int]:
    """Uses of the two weeks that somebody had asked for, by the person's id."""
    rows = UseWeek.objects.filter(
        workflow=program.workflow, week__in=asked_weeks_of(program), total__gt=F("unprompted")
    )
    sums = rows.order_by().values("person_id").annotate(asked_for=Sum(F("total") - F("unprompted")))
    return {row["person_id"]: row["asked_for"] for row in sums}
