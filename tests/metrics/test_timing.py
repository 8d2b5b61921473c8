"""Minutes before and after: unusual numbers count and are said, and of nothing there is no ratio."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adoption.disclosure.rules import Audience
from adoption.programs.rules import Arm, Checkpoint
from metrics.models import SnapshotMetric
from metrics.queries.evidence import evidence
from metrics.rules import TIMED, Metric
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.worlds import Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def tell(trial: Trial, now: dict[int, tuple[int, int]]) -> None:
    """Everybody in pods took 100 minutes before, and takes 50 now, four times in two weeks; but for those by place."""
    at = trial.at(trial.program.ends_on)
    people = [person for pod in trial.pods for person in pod]
    for kind in (WaveKind.BASELINE, WaveKind.POST):
        wave = Wave.objects.create(program=trial.program, kind=kind, opened_at=at - timedelta(days=14), closes_at=at)
        for place, person in enumerate(people):
            ask = Ask.objects.create(wave=wave, person=person, asked_at=at - timedelta(days=14))
            minutes, times = (100, 4) if kind is WaveKind.BASELINE else now.get(place, (50, 4))
            for item, number in (("minutes", minutes), ("times", times)):
                known = {"item_version": 1, "version": 1, "valid_at": at, "recorded_at": at}
                Answer.objects.create(ask=ask, item=item, number=number, **known)


def test_unusual_numbers_count_as_they_were_said_and_zero_minutes_are_counted_as_left_out(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        trial = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        long, often, nothing = range(3), range(3, 5), range(5, 10)
        tell(
            trial,
            {
                **dict.fromkeys(long, (9999, 4)),
                **dict.fromkeys(often, (50, 101)),
                **dict.fromkeys(nothing, (0, 4)),
            },
        )
        run = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
        rows = {row.metric: row for row in SnapshotMetric.objects.filter(run=run, group=Arm.PODS, metric__in=TIMED)}
        assert {row.observed for row in rows.values()} == {19}
        ratio = rows[Metric.TIME_RATIO]
        assert (ratio.detail["unusual"], ratio.detail["zeros"]) == (5, 5)
        # Three in nineteen take a hundred times as long, and are in it.
        assert ratio.estimate == pytest.approx((99.99**3 * 0.5**16) ** (1 / 19))
        lead = dict(evidence(trial.program, Audience.LEAD, at=AT).time_notes)
        assert "5 among these people" in lead["Asked back"]
        executive = dict(evidence(trial.program, Audience.EXECUTIVE, at=AT).time_notes)
        assert "none or a few among these people" in executive["Asked back"]
