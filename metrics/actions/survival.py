"""How long use lasts, frozen once with the look after ninety days. Only workers import this room: it brings scipy with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from adoption.disclosure.rules import Audience, Block, Facts, Release, Thresholds, arrange, publish
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm, Checkpoint, baseline_starts_on
from metrics import statistics
from metrics.models import SnapshotMetric, UseWeek
from metrics.queries.weeks import CohortMember
from metrics.rules import Metric, Spell, Week, WeekState, spell

GRID = 4  # weeks between the steps that are said


class Lasting:
    """The curve of each arm, and what of it may be read: a proportion at each step, through the gate."""

    def __init__(
        self, program: Program, members: Sequence[CohortMember], last_week: date, thresholds: Thresholds
    ) -> None:
        self.members, self.thresholds = members, thresholds
        self.spells = _spells(program, members, last_week)
        self.steps = {arm: list(self._steps(self.spells[arm])) for arm in Arm}

    def _steps(self, spells: Sequence[Spell]) -> Iterable[dict[str, Any]]:
        """The curve every four weeks, for as long as enough people are at risk."""
        curve = statistics.survival([float(one.weeks) for one in spells], [one.lapsed for one in spells])
        for step in curve.on_grid(GRID, self.thresholds.people(Audience.LEAD)):
            lapsed = sum(one.lapsed and one.weeks <= step.time for one in spells)
            still = sum(one.weeks > step.time or (one.weeks == step.time and not one.lapsed) for one in spells)
            yield {
                "weeks": int(step.time),
                "survivors": step.survivors,
                "low": step.low,
                "high": step.high,
                "still": still,
                "known": still + lapsed,
            }

    def figures(self) -> Iterable[SnapshotMetric]:
        for arm in Arm:
            yield SnapshotMetric(
                metric=Metric.SURVIVAL,
                group=arm,
                observed=len(self.spells[arm]),
                eligible=sum(member.arm is arm for member in self.members),
                method="Kaplan-Meier, log-log",
                detail={"steps": self.steps[arm]},
            )

    def releases(self) -> Iterable[Release]:
        """One release a step, for leads alone: nobody else is ever shown the curve."""
        arms = arrange([Block(arm, "", "", self.thresholds.executive, 0) for arm in Arm], self.thresholds)
        by_weeks: dict[int, list[Block]] = defaultdict(list)
        for arm in Arm:
            for step in self.steps[arm]:
                if step["weeks"]:
                    began = len(self.spells[arm])
                    by_weeks[step["weeks"]].append(Block(arm, "", "", began, step["known"], step["still"]))
        for weeks, blocks in sorted(by_weeks.items()):
            facts = Facts(Metric.SURVIVAL, f"{Checkpoint.S90} {weeks}", tuple(blocks))
            release = publish(facts, arrangement=arms, thresholds=self.thresholds)
            yield Release(release.metric, release.window, release.version, (release.table(Audience.LEAD),))


def _spells(program: Program, members: Sequence[CohortMember], last_week: date) -> Mapping[Arm, list[Spell]]:
    """Each one's spell of use, week by week from the baseline on. A week without a row is one of which nothing is known."""
    first = baseline_starts_on(program.starts_on)
    weeks = [first + timedelta(weeks=number) for number in range((last_week - first).days // 7 + 1)]
    decided: dict[tuple[int, date], Week] = {}
    rows = UseWeek.objects.filter(
        workflow=program.workflow_id,
        week__in=weeks,
        person__in=Assignment.objects.filter(program=program).values("person"),
    ).values_list("person_id", "week", "state", "unprompted")
    for person, week, state, unprompted in rows.iterator(chunk_size=5000):
        decided[person, week] = Week(WeekState(state), unprompted=unprompted)
    found: dict[Arm, list[Spell]] = {arm: [] for arm in Arm}
    for member in members:
        there = [week for week in weeks if member.left_on is None or week < member.left_on]
        one = spell([decided.get((member.person_id, week), Week(WeekState.MISSING)) for week in there])
        if one is not None:
            found[member.arm].append(one)
    return found
