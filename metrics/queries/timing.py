"""Minutes before and after, person by person, from the surveys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from metrics.queries.weeks import CohortMember
from metrics.rules import whole
from surveys.models import Answer
from surveys.rules import BY_THE_CLOCK, MINUTES, MOST_TIMES, TIMED, TIMES, WEEKS_ASKED_ABOUT, WaveKind


@dataclass(frozen=True)
class Pair:
    """One person's minutes for the task before and after, and how often a week they do it now."""

    person_id: int
    cluster: str
    before: int
    after: int
    times_a_week: float
    # Whether they timed both, rather than estimated.
    by_the_clock: bool = False

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


def pairs(program: Program, members: Sequence[CohortMember], *, later: WaveKind = WaveKind.POST) -> list[Pair]:
    """Members of the cohort who gave minutes before and in a later survey, and said there how often they do the task now."""
    answers: dict[tuple[str, int, str], tuple[int | None, str]] = {}
    rows = (
        Answer.objects.filter(
            ask__wave__program=program,
            ask__wave__kind__in=[WaveKind.BASELINE, later],
            item__in=[MINUTES.key, TIMES.key, TIMED.key],
        )
        .order_by("version")
        .values_list("ask__wave__kind", "ask__person_id", "item", "number", "choice")
    )
    # The newest version counts, also where it takes the answer back.
    for kind, person, item, number, choice in rows:
        answers[kind, person, item] = number, choice
    found = []
    for member in members:
        who = member.person_id
        before, after, times = (
            answers.get(key, (None, ""))[0]
            for key in ((WaveKind.BASELINE, who, MINUTES.key), (later, who, MINUTES.key), (later, who, TIMES.key))
        )
        if before is not None and after is not None and times is not None:
            timed = {answers.get((kind, who, TIMED.key), (None, ""))[1] for kind in (WaveKind.BASELINE, later)}
            found.append(
                Pair(
                    who, member.cluster, before, after, times / WEEKS_ASKED_ABOUT, by_the_clock=timed == {BY_THE_CLOCK}
                )
            )
    return found
