"""Week 8's target behaviour from the second survey, frozen once. Only workers import this room: it brings scipy with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from adoption.disclosure.rules import Block, Facts, Release, Thresholds, publish
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from metrics.actions.clusters import share_of
from metrics.models import SnapshotMetric
from metrics.queries.curve import whole_arms
from metrics.queries.occasions import asked_weeks_of, occasions_told
from metrics.queries.weeks import CohortMember
from metrics.rules import Metric, met_target

WINDOW = "post-survey"


class TargetBehaviour:
    """Who used AI unprompted on half of their own occasions or more, of those who told us of any."""

    def __init__(self, program: Program, members: Sequence[CohortMember], thresholds: Thresholds) -> None:
        self.program, self.thresholds = program, thresholds
        told = occasions_told(program)
        last = asked_weeks_of(program)[-1]
        # Who met it, of whom it is known, of how many: in each cluster.
        counts: dict[Arm, dict[str, list[int]]] = {arm: defaultdict(lambda: [0, 0, 0]) for arm in Arm}
        for member in members:
            found = told.get(member.person_id)
            gone = member.left_on is not None and member.left_on <= last
            # Whose work did not come up had nothing to use AI for.
            if gone or (found is not None and found.occasions == 0):
                continue
            met = met_target(found.occasions, found.unprompted) if found else None
            place = counts[member.arm][member.cluster]
            place[0] += bool(met)
            place[1] += met is not None
            place[2] += 1
        self.counts = {arm: [one for _, one in sorted(clusters.items())] for arm, clusters in counts.items()}

    def figures(self) -> Iterable[SnapshotMetric]:
        least = self.program.measure.least_icc
        for arm, clusters in self.counts.items():
            known = [(x, n) for x, n, _ in clusters if n]
            eligible = sum(people for _, _, people in clusters)
            yield share_of(Metric.TARGET_BEHAVIOUR, arm, known, eligible, least_icc=least)

    def release(self) -> Release:
        blocks = tuple(
            Block(
                arm, "", "", sum(n for *_, n in clusters), sum(n for _, n, _ in clusters), sum(x for x, *_ in clusters)
            )
            for arm, clusters in self.counts.items()
        )
        facts = Facts(Metric.TARGET_BEHAVIOUR, WINDOW, blocks)
        return publish(facts, arrangement=whole_arms(self.thresholds), thresholds=self.thresholds)
