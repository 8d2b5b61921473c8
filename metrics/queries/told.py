"""What people told us beside minutes, person by person: for freezing, and for nobody's eyes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Q, Sum

from adoption.programs.models import Program
from adoption.tenancy.rules import instant
from champions.models import Win
from metrics.models import CheckIn
from metrics.rules import SURE, item_of
from pods.models import Attendance, Question
from pods.rules import SELF_SERVED, SolvedBy
from surveys.models import Answer
from surveys.rules import HOW, WENT_TO, WaveKind

# What somebody presses whose work has none of that task.
DOES_NOT_APPLY = "none"


@dataclass(frozen=True)
class Said:
    """One person's answers that have options: (survey, item) to the option's key."""

    person_id: int
    answers: dict[tuple[str, str], str]
    # The survey after the first one: after week 8, or 90 days after the end.
    later: WaveKind

    def sure(self, item: str) -> tuple[int, int] | None:
        """1 to 5 before and later, of who said both of this task."""
        pair = [self.answers.get((wave, item), "") for wave in (WaveKind.BASELINE, self.later)]
        if not all(pair) or DOES_NOT_APPLY in pair:
            return None
        return int(pair[0]), int(pair[1])

    def chose(self, item: str) -> str:
        """What they said later of where the time went, or of how they do the task; "" where they did not."""
        return self.answers.get((self.later, item), "")


def said_in_surveys(program: Program, *, later: WaveKind = WaveKind.POST) -> list[Said]:
    """What counts of everybody's answers about confidence, where the time went and how the task is done. One query."""
    items = [item_of(before) for before, _ in SURE]
    rows = Answer.objects.filter(
        Q(ask__wave__kind=later, item__in=[WENT_TO.key, HOW.key]) | Q(item__in=items),
        ask__wave__program=program,
        ask__wave__kind__in=[WaveKind.BASELINE, later],
    )
    found: dict[int, dict[tuple[str, str], str]] = {}
    # The newest version counts, also where it takes the answer back.
    for person, wave, item, choice in rows.order_by("version").values_list(
        "ask__person_id", "ask__wave__kind", "item", "choice"
    ):
        found.setdefault(person, {})[wave, item] = choice
    return [Said(person, answers, later) for person, answers in found.items()]


@dataclass(frozen=True)
class Aside:
    """What one person said beside the numbers of their weeks. None where they never did."""

    # Mistakes of the tools that they caught, and the uses of the weeks of which they said so.
    errors: int | None
    uses: int
    # Uses for other work.
    elsewhere: int | None


def said_aside(program: Program) -> dict[int, Aside]:
    """By the person's id, over the weeks of the active phase, of who said any of it. One query."""
    newest = CheckIn.objects.filter(
        workflow=program.workflow, week__gte=program.starts_on, week__lte=program.ends_on
    ).newest_per_week()
    told = Q(errors_caught__isnull=False)
    said = CheckIn.objects.filter(told | Q(other_tasks__isnull=False), pk__in=newest.values("pk"))
    rows = said.order_by().values_list("person_id")
    sums = rows.annotate(
        errors=Sum("errors_caught"), uses=Sum("total", filter=told, default=0), elsewhere=Sum("other_tasks")
    )
    return {person: Aside(*rest) for person, *rest in sums}


def solved_alone(program: Program, *, until: date) -> dict[int, bool]:
    """Who asked a question that has an answer by a day, by id, and whether one was found without champion or expert.

    By people: whoever asks often counts once. One query.
    """
    rows = Question.objects.answered().filter(pod__program=program, answered_on__lte=until)
    found: dict[int, bool] = {}
    for person, solved_by in rows.values_list("person_id", "solved_by"):
        found[person] = found.get(person, False) or SolvedBy(solved_by) in SELF_SERVED
    return found


def sharers(program: Program, *, until: date) -> tuple[set[int], set[int]]:
    """Ids of who told of a win since the start: of themselves, and after being asked. One query."""
    zone = program.organization.zone
    begin, end = (instant(day, time(0), zone) for day in (program.starts_on, until + timedelta(days=1)))
    rows = Win.objects.shown().filter(shared_at__gte=begin, shared_at__lt=end)
    told = set(rows.values_list("person_id", "asked_for"))
    return {person for person, asked in told if not asked}, {person for person, asked in told if asked}


def trained(program: Program, people: Collection[int], *, until: date) -> set[int]:
    """Ids of those of some people who were in a session of the programme's pods by a day. One query."""
    rows = Attendance.objects.filter(session__pod__program=program, session__held_on__lte=until, person__in=people)
    return set(rows.values_list("person_id", flat=True))
