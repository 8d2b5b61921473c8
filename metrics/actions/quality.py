"""What recipients said of people's work, before the start and later, frozen once. Only workers import this room: it brings scipy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from math import fsum

from adoption.disclosure.rules import Block, Facts, Kind, Measure, Release, Thresholds, arrange, publish
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from metrics import statistics
from metrics.actions.clusters import change_of, in_clusters
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.weeks import CohortMember
from metrics.rules import JUDGED, Metric, Rated, quality_pairs, whole
from surveys.queries import Found, Scored, mistakes_of, scores_of
from surveys.rules import MOST_MISTAKES, SCALE_TOP

WINDOW = "ratings"
# Scores are published in hundredths of a point on the scale of 1 to 5.
HUNDREDTHS = 100
SCORE = Measure(Kind.MEAN, HUNDREDTHS, HUNDREDTHS * SCALE_TOP)
# Mistakes a piece of work, in hundredths; three stands for more.
MISTAKES = Measure(Kind.MEAN, 0, HUNDREDTHS * MOST_MISTAKES)
CHANGE = Measure(Kind.MEAN, -HUNDREDTHS * (SCALE_TOP - 1), HUNDREDTHS * (SCALE_TOP - 1))


def published_in(program: Program) -> SnapshotRun | None:
    """The frozen look in which the ratings were published first."""
    rows = SnapshotMetric.objects.filter(run__program=program, metric=Metric.QUALITY_CHANGE)
    first = rows.select_related("run").order_by("run__frozen_at", "run_id").first()
    return first.run if first else None


class Judgement:
    """The scores of closed rounds, as pairs of each arm: averaged within each output, then within the person."""

    def __init__(
        self, program: Program, members: Sequence[CohortMember], thresholds: Thresholds, *, at: datetime
    ) -> None:
        self.thresholds, self.least_icc = thresholds, program.measure.least_icc
        arms = {member.person_id: member.arm for member in members}
        cluster = {member.person_id: member.cluster for member in members}
        self.scores = [one for one in scores_of(program, at=at) if one.person_id in arms]
        self.people = {arm: {one.person_id for one in self.scores if arms[one.person_id] is arm} for arm in Arm}
        # (Before, later) of each person who has both, cluster by cluster.
        self.clusters: dict[Arm, list[list[tuple[float, float]]]] = {}
        for arm in Arm:
            rated = in_clusters(
                (cluster[one.person_id], Rated(one.person_id, one.output_id, one.of_before, one.score))
                for one in self.scores
                if arms[one.person_id] is arm
            )
            found = [list(zip(*quality_pairs(some), strict=True)) for some in rated]
            self.clusters[arm] = [some for some in found if some]
        self.pairs = {
            arm: ([before for some in found for before, _ in some], [later for some in found for _, later in some])
            for arm, found in self.clusters.items()
        }
        self.found = [one for one in mistakes_of(program, at=at) if one.person_id in arms]
        each = _mistakes(self.found)
        self.mistakes = {arm: [each[person] for person in sorted(each) if arms[person] is arm] for arm in Arm}
        self.arms = arms

    @property
    def is_any(self) -> bool:
        """Whether anybody's work was rated both of before and of later."""
        return any(before for before, _later in self.pairs.values())

    def figures(self) -> Iterable[SnapshotMetric]:
        if not self.is_any:
            return
        for arm, (before, later) in self.pairs.items():
            known = {"group": arm, "observed": len(before), "eligible": len(self.people[arm])}
            yield SnapshotMetric(metric=Metric.QUALITY_BEFORE, estimate=_mean(before), method="mean", **known)
            yield SnapshotMetric(metric=Metric.QUALITY_LATER, estimate=_mean(later), method="mean", **known)
            people = len(self.people[arm])
            yield change_of(Metric.QUALITY_CHANGE, arm, self.clusters[arm], people, least_icc=self.least_icc)
            yield SnapshotMetric(
                metric=Metric.MISTAKES_FOUND,
                group=arm,
                observed=len(self.mistakes[arm]),
                eligible=len(self.mistakes[arm]),
                estimate=_mean(self.mistakes[arm]),
                method="mean",
                detail={"outputs": len({one.output_id for one in self.found if self.arms[one.person_id] is arm})},
            )
        yield from self._agreement()

    def _agreement(self) -> Iterable[SnapshotMetric]:
        """How many outputs were rated by two, and how far the two agree."""
        by_output: dict[int, list[Scored]] = defaultdict(list)
        for one in self.scores:
            by_output[one.output_id].append(one)
        twice = [rows for rows in by_output.values() if len(rows) > 1]
        people = {rows[0].person_id for rows in twice}
        known = {"group": "", "x": len(twice), "observed": len(by_output), "detail": {"people": len(people)}}
        share = len(twice) / len(by_output)
        yield SnapshotMetric(metric=Metric.RATED_TWICE, estimate=share, method="share", **known)
        kappa = statistics.weighted_kappa([rows[0].score for rows in twice], [rows[1].score for rows in twice])
        yield SnapshotMetric(
            metric=Metric.AGREEMENT,
            estimate=kappa.estimate,
            low=kappa.low,
            high=kappa.high,
            method="kappa, quadratic weights",
            **known,
        )

    def releases(self) -> Iterable[Release]:
        """What of the means may be read: of whole arms, and of nothing smaller."""
        if not self.is_any:
            return
        arrangement = arrange([Block(arm, "", "", self.thresholds.executive, 0) for arm in Arm], self.thresholds)
        sides = {
            Metric.QUALITY_BEFORE: (SCORE, {arm: before for arm, (before, _) in self.pairs.items()}),
            Metric.QUALITY_LATER: (SCORE, {arm: later for arm, (_, later) in self.pairs.items()}),
            Metric.QUALITY_CHANGE: (
                CHANGE,
                {
                    arm: [then - once for once, then in zip(before, later, strict=True)]
                    for arm, (before, later) in self.pairs.items()
                },
            ),
        }
        for metric in JUDGED:
            measure, values = sides[metric]
            blocks = tuple(
                Block(arm, "", "", len(values[arm]), len(values[arm]), sum(whole(HUNDREDTHS * v) for v in values[arm]))
                for arm in Arm
            )
            yield publish(Facts(metric, WINDOW, blocks, measure), arrangement=arrangement, thresholds=self.thresholds)
        blocks = tuple(
            Block(arm, "", "", len(found), len(found), sum(whole(HUNDREDTHS * one) for one in found))
            for arm, found in self.mistakes.items()
        )
        facts = Facts(Metric.MISTAKES_FOUND, WINDOW, blocks, MISTAKES)
        yield publish(facts, arrangement=arrangement, thresholds=self.thresholds)


def _mistakes(found: Iterable[Found]) -> dict[int, float]:
    """Mistakes a piece of work of each person: averaged over its raters, then over the person's work."""
    works: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        works[one.person_id][one.output_id].append(one.mistakes)
    return {
        person: fsum(fsum(raters) / len(raters) for raters in outputs.values()) / len(outputs)
        for person, outputs in works.items()
    }


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None
