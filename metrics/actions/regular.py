"""Who uses AI once a week or more, beside the headline of every look. Only workers import this room: it brings scipy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from adoption.disclosure.rules import (
    Block,
    Earlier,
    Facts,
    Movement,
    Release,
    Thresholds,
    publish,
)
from adoption.programs.models import Program
from adoption.programs.rules import Arm, Checkpoint
from metrics.actions.clusters import share_of
from metrics.actions.looks import Differing, Sight
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.curve import whole_arms, without_few_between
from metrics.rules import USING, Category, Metric


class Regular:
    """One unprompted use a week or more in a look, of whole arms. Call while the look can be read."""

    def __init__(self, program: Program, checkpoint: Checkpoint, sight: Sight, thresholds: Thresholds) -> None:
        self.program, self.checkpoint, self.sight, self.thresholds = program, checkpoint, sight, thresholds
        self.known = [one for one in sight.tallies if one.category is not Category.NOT_EXPECTED]
        self.clusters = {arm: self._clusters(arm) for arm in Arm}

    def figures(self) -> Iterable[SnapshotMetric]:
        for arm in Arm:
            least = self.program.measure.least_icc
            yield share_of(Metric.ANY_USE, arm, self.clusters[arm], self._eligible(arm), least_icc=least)

    def release(self, adoption: Release, before: Sequence[SnapshotRun], *, version: int) -> Release:
        """What may be read of it beside adoption and beside the versions that are out."""
        facts = Facts(Metric.ANY_USE, self.checkpoint, tuple(self._block(arm) for arm in Arm), version=version)
        earlier = [
            Earlier(Release.from_dict(stored), tuple(_movements(self.sight.differing(run, among_adopters=False))))
            for run in before
            for stored in run.releases
            if stored["metric"] == Metric.ANY_USE
        ]
        found = publish(facts, arrangement=whole_arms(self.thresholds), thresholds=self.thresholds, earlier=earlier)
        return without_few_between(adoption, found, self.thresholds.band)

    def _block(self, arm: Arm) -> Block:
        clusters = self.clusters[arm]
        return Block(arm, "", "", self._eligible(arm), sum(n for _, n in clusters), sum(x for x, _ in clusters))

    def _eligible(self, arm: Arm) -> int:
        return sum(one.people for one in self.known if one.arm is arm)

    def _clusters(self, arm: Arm) -> list[tuple[int, int]]:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for one in (one for one in self.known if one.arm is arm and one.category is not Category.MISSING):
            counts[one.cluster][0] += one.people * (one.category in USING)
            counts[one.cluster][1] += one.people
        return [(x, n) for _, (x, n) in sorted(counts.items())]


def _movements(differing: Iterable[Differing]) -> Iterable[Movement]:
    """Who differs between a version that is out and now, counted by arms."""
    moves: dict[Arm, Counter[str]] = defaultdict(Counter)
    for one in differing:
        old, new = _value(one.before), _value(one.now)
        if old != new:
            what = "joined" if old is None else "left" if new is None else "changed"
            moves[one.place[0]][what] += one.people
    for arm, counts in sorted(moves.items()):
        yield Movement(arm, "", "", joined=counts["joined"], left=counts["left"], changed=counts["changed"])


def _value(category: Category | None) -> bool | None:
    silent = category is None or category in {Category.NOT_EXPECTED, Category.MISSING}
    return None if silent else category in USING
