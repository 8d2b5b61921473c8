"""What people said in a later survey beside minutes, of whole groups: how sure they are, and what they chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from adoption.disclosure.rules import (
    Block,
    Cell,
    Display,
    Facts,
    Kind,
    Margin,
    Measure,
    Reason,
    Release,
    Thresholds,
    publish,
)
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from metrics.models import SnapshotMetric
from metrics.queries.curve import whole_arms
from metrics.queries.told import said_in_surveys
from metrics.queries.weeks import CohortMember
from metrics.rules import SURE, Metric, item_of, option_of
from surveys.rules import SCALE_TOP, Item, WaveKind, silent_options

SCALE = Measure(Kind.MEAN, 1, SCALE_TOP)


class Told:
    """Confidence before and later, of the same people, and questions of which each person chose one answer."""

    def __init__(
        self,
        program: Program,
        members: Sequence[CohortMember],
        thresholds: Thresholds,
        *,
        later: WaveKind,
        window: str,
        choices: Mapping[Item, Sequence[Metric]],
    ) -> None:
        self.thresholds, self.window = thresholds, window
        self.arms = {member.person_id: member.arm for member in members}
        self.sizes = Counter(self.arms.values())
        said = [one for one in said_in_surveys(program, later=later) if one.person_id in self.arms]
        self.sure: dict[Metric, Mapping[int, int]] = {}
        for metrics in SURE:
            pairs = {one.person_id: pair for one in said if (pair := one.sure(item_of(metrics[0])))}
            for place, metric in enumerate(metrics):
                self.sure[metric] = {person: pair[place] for person, pair in pairs.items()}
        # For each question its figures, and what was chosen by how many of each arm.
        self.chosen: list[tuple[Sequence[Metric], dict[Arm, Counter[str]]]] = []
        for item, metrics_of in choices.items():
            found: dict[Arm, Counter[str]] = {arm: Counter() for arm in Arm}
            for one in said:
                if option := one.chose(item.key):
                    found[self.arms[one.person_id]][option] += 1
            self.chosen.append((metrics_of, found))

    def figures(self) -> Iterable[SnapshotMetric]:
        for metric, sure in self.sure.items():
            for arm, values in self._by_arm(sure).items():
                mean = sum(values) / len(values) if values else None
                known = {"observed": len(values), "eligible": self.sizes[arm]}
                yield SnapshotMetric(metric=metric, group=arm, estimate=mean, method="mean", **known)
        for metrics, chosen in self.chosen:
            for metric in metrics:
                for arm, counts in chosen.items():
                    known = {"x": counts[option_of(metric)], "observed": counts.total(), "eligible": self.sizes[arm]}
                    yield SnapshotMetric(metric=metric, group=arm, method="share", **known)

    def releases(self) -> Iterable[Release]:
        for metric, sure in self.sure.items():
            blocks = [
                Block(arm, "", "", self.sizes[arm], len(values), sum(values))
                for arm, values in self._by_arm(sure).items()
            ]
            yield self._publish(metric, blocks, SCALE)
        for metrics, chosen in self.chosen:
            yield from self._choice(metrics, chosen)

    def _choice(self, metrics: Sequence[Metric], chosen: Mapping[Arm, Counter[str]]) -> Iterable[Release]:
        """Each answer on its own, and silent where it would follow from the others: each person gave one of them."""
        silent = {
            arm: silent_options([counts[option_of(metric)] for metric in metrics], self.thresholds.band)
            for arm, counts in chosen.items()
        }
        for place, metric in enumerate(metrics):
            blocks = [
                Block(arm, "", "", self.sizes[arm], counts.total(), counts[option_of(metric)])
                for arm, counts in chosen.items()
            ]
            hidden = {arm for arm, places in silent.items() if places is None or place in places}
            yield _without(self._publish(metric, blocks, Measure()), hidden)

    def _publish(self, metric: Metric, blocks: Iterable[Block], measure: Measure) -> Release:
        facts = Facts(metric, self.window, tuple(blocks), measure)
        return publish(facts, arrangement=whole_arms(self.thresholds), thresholds=self.thresholds)

    def _by_arm(self, values: Mapping[int, int]) -> dict[Arm, list[int]]:
        found: dict[Arm, list[int]] = {arm: [] for arm in Arm}
        for person, value in values.items():
            found[self.arms[person]].append(value)
        return found


def _without(release: Release, arms: set[Arm]) -> Release:
    """The same with silence on some arms, for everybody."""

    def hide(cell: Cell) -> Cell:
        hidden = Cell(Margin.ARM, cell.arm, (), Display.NOT_SHOWN, Reason.PROTECTED)
        return hidden if cell.arm in arms else cell

    tables = tuple(replace(table, cells=tuple(hide(cell) for cell in table.cells)) for table in release.tables)
    return replace(release, tables=tables)
