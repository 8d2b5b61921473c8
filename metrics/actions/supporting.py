"""What supports the headline figures, frozen once with the end of the phase. Only workers import this room: it brings scipy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from adoption.disclosure.rules import (
    Block,
    Facts,
    Kind,
    Measure,
    Release,
    Thresholds,
    arrange,
    publish,
)
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.bulk import read
from adoption.tenancy.rules import Role
from champions.queries.asks import modelling_of_each
from champions.queries.kit import in_charge
from champions.queries.prompts import shelf
from champions.rules import MODELLING as KINDS
from champions.rules import Shipping
from metrics import statistics
from metrics.actions.told import Told
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.curve import whole_arms
from metrics.queries.told import said_aside, sharers, solved_alone, trained
from metrics.queries.weeks import CohortMember
from metrics.rules import COUNTED_BESIDE, WENT_TO, Category, Metric
from surveys.rules import WENT_TO as WENT_TO_ITEM
from surveys.rules import WaveKind

WINDOW = "phase"
EXAMPLES = Measure(Kind.MEAN, 0, len(KINDS))
LEADERS = "leaders"
USES = 100
# Known only of who did something, or said something that is optional.
_OF_WHO_SAID = frozenset({Metric.ERRORS_CAUGHT, Metric.OTHER_TASKS, Metric.SELF_SERVED})
# Adopters of an earlier look who were none when the phase ended: how many are again, of those of whom it is known.
RETURNING = f"""
SELECT l.arm, v.category, count(*) FROM looked_at l JOIN verdict v ON v.known = l.known
 WHERE NOT l.adopted AND v.category <> '{Category.NOT_EXPECTED}' AND EXISTS (
       SELECT FROM metrics_snapshotmember m
        WHERE m.organization_id = %(organization)s AND m.run_id = ANY(%(runs)s) AND m.key = l.key
          AND m.category = '{Category.GENUINE}')
 GROUP BY 1, 2
"""  # noqa: S608 - put together from names of our own


class Supporting:
    """Everything that is said beside the headline of a phase that has ended: counted from the facts, once."""

    def __init__(
        self, program: Program, members: Sequence[CohortMember], thresholds: Thresholds, *, at: datetime
    ) -> None:
        self.program, self.thresholds, self.at = program, thresholds, at
        self.arms = {member.person_id: member.arm for member in members}
        self.sizes = Counter(self.arms.values())
        self.whole = whole_arms(thresholds)
        choices = {WENT_TO_ITEM: WENT_TO}
        self.told = Told(program, members, thresholds, later=WaveKind.POST, window=WINDOW, choices=choices)
        self.aside = {person: one for person, one in said_aside(program).items() if person in self.arms}
        self.counted = dict(self._counted())
        leaders = in_charge(Role.EXECUTIVE)
        # Below the smallest group nothing is said of them, so nothing is looked up either.
        enough = len(leaders) >= thresholds.group
        shown = modelling_of_each([one.pk for one in leaders], on=program.ends_on) if enough else {}
        self.leaders = [one.shown for one in shown.values()]

    def _counted(self) -> Iterator[tuple[Metric, Mapping[int, bool]]]:
        """Yes or no, by person, of those of whom it is known."""
        until = self.program.ends_on
        in_pods = [person for person, arm in self.arms.items() if arm is Arm.PODS]
        were_there = trained(self.program, in_pods, until=until)
        solvers = solved_alone(self.program, until=until)
        unprompted, asked_for = sharers(self.program, until=until)
        # Nobody writes down what the comparison group went to: of them it is not known.
        yield Metric.TRAINED, {person: person in were_there for person in in_pods}
        caught = {person: one.errors for person, one in self.aside.items() if one.errors is not None}
        elsewhere = {person: one.elsewhere for person, one in self.aside.items() if one.elsewhere is not None}
        yield Metric.ERRORS_CAUGHT, {person: errors > 0 for person, errors in caught.items()}
        yield Metric.OTHER_TASKS, {person: uses > 0 for person, uses in elsewhere.items()}
        yield Metric.SELF_SERVED, {person: alone for person, alone in solvers.items() if person in self.arms}
        yield Metric.WINS_UNPROMPTED, {person: person in unprompted for person in self.arms}
        yield Metric.WINS_ASKED_FOR, {person: person in asked_for for person in self.arms}

    # --- as computed

    def figures(self) -> Iterable[SnapshotMetric]:
        yield from self.told.figures()
        for metric in COUNTED_BESIDE:
            for arm, yes in self._by_arm(self.counted[metric]).items():
                known = {"x": sum(yes), "observed": len(yes), "eligible": self._eligible(metric, arm, len(yes))}
                yield SnapshotMetric(metric=metric, group=arm, method="share", **known)
        yield from self._error_rates()
        yield shipped(self.program, at=self.at)
        if self.leaders:
            mean, known = sum(self.leaders) / len(self.leaders), {"observed": len(self.leaders)}
            yield SnapshotMetric(metric=Metric.MODELLING, group=LEADERS, estimate=mean, method="mean", **known)

    def _error_rates(self) -> Iterable[SnapshotMetric]:
        for arm in Arm:
            ours = [(one.errors, one.uses) for person, one in self.aside.items() if self.arms[person] is arm]
            said = [(errors, uses) for errors, uses in ours if errors is not None]
            errors, uses = sum(errors for errors, _ in said), sum(uses for _, uses in said)
            if uses:
                rate = statistics.count_interval(errors, uses / USES)
                yield SnapshotMetric(
                    metric=Metric.ERROR_RATE,
                    group=arm,
                    x=errors,
                    observed=len(said),
                    estimate=rate.estimate,
                    low=rate.low,
                    high=rate.high,
                    method="Garwood",
                    detail={"uses": uses},
                )

    # --- through the gate

    def releases(self) -> Iterable[Release]:
        yield from self.told.releases()
        for metric in COUNTED_BESIDE:
            blocks = [
                Block(arm, "", "", self._eligible(metric, arm, len(yes)), len(yes), sum(yes))
                for arm, yes in self._by_arm(self.counted[metric]).items()
            ]
            yield self._publish(metric, blocks, Measure())
        if self.leaders:
            block = Block(LEADERS, "", "", len(self.leaders), len(self.leaders), sum(self.leaders))
            facts = Facts(Metric.MODELLING, WINDOW, (block,), EXAMPLES)
            yield publish(facts, arrangement=arrange([block], self.thresholds), thresholds=self.thresholds)

    def _publish(self, metric: Metric, blocks: Iterable[Block], measure: Measure) -> Release:
        facts = Facts(metric, WINDOW, tuple(blocks), measure)
        return publish(facts, arrangement=self.whole, thresholds=self.thresholds)

    # --- counting

    def _by_arm(self, values: Mapping[int, int]) -> dict[Arm, list[int]]:
        found: dict[Arm, list[int]] = {arm: [] for arm in Arm}
        for person, value in values.items():
            found[self.arms[person]].append(value)
        return found

    def _eligible(self, metric: Metric, arm: Arm, observed: int) -> int:
        """Of whom: everybody of the arm; of what is only known of who did something, those who did."""
        return observed if metric in _OF_WHO_SAID else self.sizes[arm]


def shipped(program: Program, *, at: datetime) -> SnapshotMetric:
    """Workflows that were shipped, and how many are in use: of things, each of whose states everybody can read."""
    kept = [one.shipping for one in shelf(workflow=program.workflow.public_id, at=at, zone=program.organization.zone)]
    finished = [one for one in kept if one is not Shipping.UNFINISHED]
    in_use = finished.count(Shipping.SHIPPED)
    return SnapshotMetric(
        metric=Metric.SHIPPED, group="", x=in_use, observed=len(finished), eligible=len(kept), method="count"
    )


class Returning:
    """Who had stopped when the phase ended, and uses it again ninety days later. Call while the look can be read."""

    def __init__(self, program: Program, earlier: Iterable[SnapshotRun], thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        found: dict[Arm, Counter[Category]] = {arm: Counter() for arm in Arm}
        named = {"organization": program.organization_id, "runs": [run.pk for run in earlier]}
        for arm, category, people in read(RETURNING, named):
            found[Arm(arm)][Category(category)] += people
        self.blocks = [
            Block(arm, "", "", one.total(), one.total() - one[Category.MISSING], one[Category.GENUINE])
            for arm, one in found.items()
        ]

    def figures(self) -> Iterable[SnapshotMetric]:
        for block in self.blocks:
            yield SnapshotMetric(
                metric=Metric.RETURNED,
                group=block.arm,
                x=block.total,
                observed=block.observed,
                eligible=block.eligible,
                method="share",
            )

    def release(self) -> Release:
        facts = Facts(Metric.RETURNED, WINDOW, tuple(self.blocks))
        return publish(facts, arrangement=whole_arms(self.thresholds), thresholds=self.thresholds)
