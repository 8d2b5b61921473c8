"""Who leads, beside every look and in no group of it, frozen with its first version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from adoption.disclosure.rules import Block, Facts, Release, Thresholds, arrange, publish
from adoption.programs.models import Program
from adoption.programs.rules import Checkpoint
from metrics.models import SnapshotMetric
from metrics.queries.leading import leading_in
from metrics.rules import USING, Metric, adoption, audit_by

CHAMPIONS = "champions"


class Leading:
    """Champions with one unprompted use a week or more in a look: they used AI before anybody taught them, so they are told apart."""

    def __init__(self, program: Program, checkpoint: Checkpoint, weeks: Sequence[date], thresholds: Thresholds) -> None:
        self.checkpoint, self.thresholds = checkpoint, thresholds
        audits = [audit_by(program.mode, known) for known in leading_in(program, weeks)]
        counted = adoption(audits)
        using = sum(one.category in USING for one in audits)
        self.block = Block(CHAMPIONS, "", "", counted.eligible, counted.observed, using)

    def figures(self) -> Iterable[SnapshotMetric]:
        if self.block.eligible:
            yield SnapshotMetric(
                metric=Metric.CHAMPIONS,
                group=CHAMPIONS,
                x=self.block.total,
                observed=self.block.observed,
                eligible=self.block.eligible,
                method="share",
            )

    def releases(self) -> Iterable[Release]:
        if self.block.eligible:
            facts = Facts(Metric.CHAMPIONS, self.checkpoint, (self.block,))
            yield publish(facts, arrangement=arrange([self.block], self.thresholds), thresholds=self.thresholds)
