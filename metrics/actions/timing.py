"""Minutes before and after, frozen once after each survey that asks again. Only workers import this room: it brings scipy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from adoption.disclosure.rules import Arrangement, Block, Facts, Kind, Measure, Release, Thresholds, publish
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from metrics import statistics
from metrics.actions.clusters import figure_of, in_clusters, median_of, ratio_of
from metrics.models import SnapshotMetric
from metrics.queries.timing import pairs
from metrics.queries.weeks import CohortMember, Place
from metrics.rules import Metric, whole
from surveys.rules import WaveKind

MINUTES = Measure(Kind.MEDIAN, 0, None)


class Timing:
    """Minutes before and in a later survey, of those who gave both.

    Whoever says that it took no minutes at all is counted and left out, of every figure alike: none is of other people.
    """

    def __init__(
        self,
        program: Program,
        members: Sequence[CohortMember],
        *,
        later: WaveKind = WaveKind.POST,
        whole: bool = False,
    ) -> None:
        """With `whole`, of whole arms and of nothing within them."""
        self.program, self.later = program, later
        told = pairs(program, members, later=later)
        self.pairs = [pair for pair in told if pair.has_ratio]
        self.zeros = [pair for pair in told if not pair.has_ratio]
        self.places: dict[int, Place] = {
            member.person_id: (member.arm, "", "") if whole else member.place for member in members
        }
        self.arms = {member.person_id: member.arm for member in members}

    def figures(self, seed: int) -> Iterable[SnapshotMetric]:
        for arm in Arm:
            ours = [pair for pair in self.pairs if self.arms[pair.person_id] is arm]
            eligible = sum(one is arm for one in self.arms.values())
            asked_back = {
                "unusual": sum(pair.is_unusual for pair in ours),
                "zeros": sum(self.arms[pair.person_id] is arm for pair in self.zeros),
            }
            least = self.program.measure.least_icc
            by_cluster = in_clusters([(pair.cluster, pair) for pair in ours])
            for metric, values in (
                (Metric.MINUTES_BEFORE, [[pair.before for pair in some] for some in by_cluster]),
                (Metric.MINUTES_AFTER, [[pair.after for pair in some] for some in by_cluster]),
                (Metric.WEEKLY_SAVING, [[pair.weekly_saving for pair in some] for some in by_cluster]),
            ):
                yield median_of(metric, arm, values, eligible, least_icc=least)
            ratios = [[(pair.before, pair.after) for pair in some] for some in by_cluster]
            ratio = ratio_of(Metric.TIME_RATIO, arm, ratios, eligible, least_icc=least)
            ratio.detail |= asked_back
            yield ratio
            # Of these people alone, for whoever computes it again.
            mean = statistics.mean_interval([pair.weekly_saving for pair in ours], seed)
            yield figure_of(Metric.WEEKLY_SAVING_MEAN, arm, mean, "BCa", None, len(ours), eligible)

    def releases(self, arrangement: Arrangement, thresholds: Thresholds) -> Iterable[Release]:
        for metric, measure, values in (
            (Metric.MINUTES_BEFORE, MINUTES, [(pair.person_id, pair.before) for pair in self.pairs]),
            (Metric.MINUTES_AFTER, MINUTES, [(pair.person_id, pair.after) for pair in self.pairs]),
            (Metric.WEEKLY_SAVING, MINUTES, [(pair.person_id, whole(pair.weekly_saving)) for pair in self.pairs]),
            (Metric.SLOWER, Measure(), [(pair.person_id, int(pair.weekly_saving < 0)) for pair in self.pairs]),
            (Metric.FASTER, Measure(), [(pair.person_id, int(pair.weekly_saving > 0)) for pair in self.pairs]),
            (Metric.BY_THE_CLOCK, Measure(), [(pair.person_id, int(pair.by_the_clock)) for pair in self.pairs]),
        ):
            facts = Facts(metric, f"{self.later}-survey", tuple(self._blocks(dict(values), measure)), measure)
            yield publish(facts, arrangement=arrangement, thresholds=thresholds)

    def _blocks(self, values: Mapping[int, int], measure: Measure) -> Iterable[Block]:
        given: dict[Place, list[int | None]] = defaultdict(list)
        for person, place in self.places.items():
            given[place].append(values.get(person))
        for place, answers in sorted(given.items()):
            said = tuple(sorted(answer for answer in answers if answer is not None))
            kept = said if measure.kind is Kind.MEDIAN else ()
            yield Block(*place, len(answers), len(said), sum(said), kept)
