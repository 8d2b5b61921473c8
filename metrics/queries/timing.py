"""Minutes before and after, person by person, from the surveys."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from metrics.queries.weeks import CohortMember
from metrics.rules import whole
from surveys.models import Answer
from surveys.rules import MINUTES, MOST_TIMES, TIMES, WEEKS_ASKED_ABOUT, WaveKind


@dataclass(frozen=True)
class Pair:
    """One person's minutes for the task before and after, and how often a week they do it now."""

    person_id: int
    cluster: str
    before: int
    after: int
    times_a_week: float

    @property
    def weekly_saving(self) -> float:
        """Minutes saved a week; negative where it takes longer now."""
        return (self.before - self.after) * self.times_a_week

    @property
    def has_ratio(self) -> bool:
        """Whether after can be a share of before: of nothing there is none, and nothing is no share with a logarithm."""
        return self.before > 0 and self.after > 0

    @property
    def is_unusual(self) -> bool:
        """Whether one of the numbers was asked back: it counts as it was said."""
        minutes = MINUTES.is_usual(self.before) and MINUTES.is_usual(self.after)
        return not minutes or self.times_a_week > MOST_TIMES


@dataclass(frozen=True)
class Gain:
    """What somebody said themselves: minutes before and now, and how often a week. None where they did not say."""

    before: int | None
    now: int | None
    times_a_week: float | None

    @property
    def each(self) -> int | None:
        """Minutes gained each time; negative where it takes longer now."""
        return self.before - self.now if self.before and self.now else None

    @property
    def a_week(self) -> int | None:
        """Minutes gained a week, whole."""
        return None if self.each is None or self.times_a_week is None else whole(self.each * self.times_a_week)


def own_gain(program: Program, person: Person) -> Gain:
    """One person's own minutes, for themselves. One query."""
    found: dict[tuple[str, str], int | None] = {}
    rows = Answer.objects.filter(
        ask__wave__program=program,
        ask__person=person,
        ask__wave__kind__in=[WaveKind.BASELINE, WaveKind.POST],
        item__in=[MINUTES.key, TIMES.key],
    )
    for kind, item, number in rows.order_by("version").values_list("ask__wave__kind", "item", "number"):
        found[kind, item] = number
    times = found.get((WaveKind.POST, TIMES.key))
    return Gain(
        before=found.get((WaveKind.BASELINE, MINUTES.key)),
        now=found.get((WaveKind.POST, MINUTES.key)),
        times_a_week=None if times is None else times / WEEKS_ASKED_ABOUT,
    )


def pairs(program: Program, members: list[CohortMember]) -> list[Pair]:
    """Members of the cohort who gave minutes in both surveys and said how often they do the task now."""
    answers: dict[tuple[str, int, str], int] = {}
    rows = (
        Answer.objects.filter(
            ask__wave__program=program,
            ask__wave__kind__in=[WaveKind.BASELINE, WaveKind.POST],
            item__in=[MINUTES.key, TIMES.key],
        )
        .order_by("version")
        .values_list("ask__wave__kind", "ask__person_id", "item", "number")
    )
    for kind, person, item, number in rows:
        if number is None:
            answers.pop((kind, person, item), None)
        else:
            answers[kind, person, item] = number
    found = []
    for member in members:
        before = answers.get((WaveKind.BASELINE, member.person_id, MINUTES.key))
        after = answers.get((WaveKind.POST, member.person_id, MINUTES.key))
        times = answers.get((WaveKind.POST, member.person_id, TIMES.key))
        if before is not None and after is not None and times is not None:
            found.append(Pair(member.person_id, member.cluster, before, after, times / WEEKS_ASKED_ABOUT))
    return found
