"""How long use lasts, frozen once with the look after ninety days. Only workers import this room: it brings scipy with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from adoption.disclosure.rules import Audience, Block, Facts, Release, Thresholds, arrange, publish
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint, baseline_starts_on
from adoption.tenancy.actions.bulk import in_bulk, read
from metrics import statistics
from metrics.models import SnapshotMetric
from metrics.queries.weeks import CohortMember
from metrics.rules import DEVELOPING_FROM, GENUINE_FROM, Metric, Spell, Week, WeekState, spell

GRID = 4  # weeks between the steps that are said
# Week by week until somebody left, by arm: what a spell asks of a week, a letter each; leave has none, for it stops the clock.
KINDS = """
SELECT kind.arm, kind.marks, count(*) FROM (
    SELECT p.arm, coalesce(string_agg(
               CASE WHEN u.state = 'not_expected' THEN '' WHEN u.unprompted >= %(genuine)s THEN 'g'
                    WHEN u.unprompted >= %(developing)s THEN 'd' WHEN u.state IN ('positive', 'zero') THEN 'n' ELSE '?' END,
               '' ORDER BY w.week), '') AS marks
      FROM unnest(%(people)s::bigint[], %(arms)s::text[], %(left)s::date[]) AS p (person_id, arm, left_on)
      JOIN unnest(%(weeks)s::date[]) AS w (week) ON p.left_on IS NULL OR w.week < p.left_on
      LEFT JOIN metrics_useweek u ON u.organization_id = %(organization)s AND u.workflow_id = %(workflow)s
            AND u.person_id = p.person_id AND u.week = w.week
     GROUP BY p.person_id, p.arm
) AS kind
 GROUP BY kind.arm, kind.marks ORDER BY kind.arm, kind.marks
"""
MARKS = {
    "g": Week(WeekState.POSITIVE, unprompted=int(GENUINE_FROM)),
    "d": Week(WeekState.POSITIVE, unprompted=int(DEVELOPING_FROM)),
    "n": Week(WeekState.ZERO, unprompted=0),
    "?": Week(WeekState.MISSING),
}


class Lasting:
    """The curve of each arm, and what of it may be read: a proportion at each step, through the gate."""

    def __init__(
        self, program: Program, members: Sequence[CohortMember], last_week: date, thresholds: Thresholds
    ) -> None:
        self.members, self.thresholds = members, thresholds
        self.spells = spells_of(program, members, last_week)
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


def spells_of(program: Program, members: Sequence[CohortMember], last_week: date) -> Mapping[Arm, list[Spell]]:
    """Each one's spell of use, from the baseline on. A week without a row is one of which nothing is known.

    Most people's weeks are alike as far as a spell goes, so each kind of them is decided once. One query.
    """
    first = baseline_starts_on(program.starts_on)
    weeks = [first + timedelta(weeks=number) for number in range((last_week - first).days // 7 + 1)]
    facts = {
        "organization": program.organization_id,
        "workflow": program.workflow_id,
        "people": [member.person_id for member in members],
        "arms": [member.arm.value for member in members],
        "left": [member.left_on for member in members],
        "weeks": weeks,
        "genuine": GENUINE_FROM,
        "developing": DEVELOPING_FROM,
    }
    found: dict[Arm, list[Spell]] = {arm: [] for arm in Arm}
    with in_bulk(len(members)):
        kinds = read(KINDS, facts)
    for arm, marks, people in kinds:
        if one := spell([MARKS[mark] for mark in marks]):
            found[Arm(arm)] += [one] * people
    return found
