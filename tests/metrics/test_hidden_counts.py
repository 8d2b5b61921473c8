"""A difference one of whose counts is too small to be told: what holds whatever it is, and nothing of it leaks."""

from __future__ import annotations

from typing import Any

import pytest

from adoption.disclosure.rules import Audience
from adoption.programs.rules import Arm, Checkpoint
from metrics.models import SnapshotMetric
from metrics.queries.analyst import analysis
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence
from metrics.rules import Metric
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

NOBODY = (0,) * 12
# Whatever of these is true, "fewer than 3 of 96" is what may be read.
MAY_BE = (NOBODY, (1, *NOBODY[1:]), (2, *NOBODY[1:]), (1, 1, *NOBODY[2:]))


def read(trial: Trial, audience: Audience = Audience.EXECUTIVE) -> Evidence:
    return evidence(trial.program, audience, at=AT)


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        yield launched(meridian)


def test_the_difference_lies_between_what_the_hidden_count_leaves_open(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, MAY_BE[1])
    for audience in (Audience.EXECUTIVE, Audience.LEAD):
        opening = read(trial, audience).opening
        assert opening is not None
        gap = opening.look.difference
        assert gap is not None
        assert (gap.value, gap.span, gap.said, gap.level) == (None, (69, 71), "between 69 and 71 points", "95")
        assert (gap.low, gap.high, gap.worst, gap.best) == (47, 85, 69, 71)
        assert opening.finding == (
            "A difference of between 69 and 71 points, whatever the hidden count, 95% CI 47 to 85, allowing for "
            "pod-to-pod variation."
        )
        assert "fewer than 3 of 96" in opening.text
    page = client_as(meridian.executive).get(f"/o/meridian/p/{trial.program.slug}/evidence/").content.decode()
    assert "Between 69 and 71 points" in page
    assert "whatever the hidden count" in page
    lines = [one.figure for one in analysis(trial.program, at=AT).lines if one.figure.measure == Metric.DIFFERENCE]
    spans = {one.look: one.span for one in lines}
    assert spans[Checkpoint.S56] == (69, 71)


def test_whatever_the_hidden_count_is_the_same_is_read(meridian: World, enter: Enter) -> None:
    said = []
    with enter(meridian):
        for number, hidden in enumerate(MAY_BE):
            trial = launched(meridian, name=f"{'abcd'[number]} reports")
            trial.look(Checkpoint.S30, POD_ADOPTERS, hidden)
            trial.look(Checkpoint.S56, POD_ADOPTERS, hidden)
            found = read(trial, Audience.LEAD)
            assert found.opening is not None
            figures = [
                (
                    one.measure,
                    one.look,
                    one.group,
                    one.said,
                    one.value,
                    one.low,
                    one.high,
                    one.exact,
                    one.worst,
                    one.best,
                )
                for one in found.figures
                if one.arm != Arm.COMPARISON or one.margin == "arm"
            ]
            said.append((found.opening.text, found.opening.look.method, figures))
    assert all(one == said[0] for one in said)


def test_before_the_main_look_the_stricter_ends_hold(trial: Trial) -> None:
    trial.look(Checkpoint.S30, POD_ADOPTERS, MAY_BE[2])
    opening = read(trial).opening
    assert opening is not None
    assert opening.finding.startswith(
        "A clear difference already: between 69 and 71 points, whatever the hidden count, 99.9% CI"
    )
    assert opening.look.difference is not None
    assert opening.look.difference.level == "99.9"


def test_where_next_to_nobody_uses_ai_in_either_arm_nothing_is_claimed(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (1, 0, 0, 0, 0, 0), MAY_BE[0])
    opening = read(trial).opening
    assert opening is not None
    assert opening.finding.startswith("The groups may not differ: a fall of")
    assert "whatever the hidden count" in opening.finding


def test_all_but_a_few_is_hidden_the_same_way(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (8, 8, 8, 8, 8, 7), TEAM_ADOPTERS)
    look = read(trial).looks[0]
    assert look.difference is not None
    assert look.difference.span == (73, 77)
    # How people resemble one another is measured in both arms: the told arm's ends are outermost ones too.
    row = SnapshotMetric.objects.get(run__kind=Checkpoint.S56, metric=Metric.DIFFERENCE)
    assert (look.comparison.low, look.comparison.high) == tuple(
        round(100 * end) for end in row.detail["hull"]["comparison"]
    )
    assert "outermost" in look.method


def test_where_both_counts_are_told_nothing_is_added(trial: Trial) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    assert "hull" not in SnapshotMetric.objects.get(run__kind=Checkpoint.S56, metric=Metric.DIFFERENCE).detail
    assert read(trial).looks[0].difference.span is None  # type: ignore[union-attr]


def test_where_nobody_answered_it_says_so_with_of_how_many(trial: Trial) -> None:
    everybody = [person for group in (*trial.pods, *trial.teams) for person in group]
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS, silent=everybody)
    for audience in (Audience.EXECUTIVE, Audience.LEAD):
        opening = read(trial, audience).opening
        assert opening is not None
        assert opening.text == (
            "Champion pods: Nobody has answered: 0 of 48. Comparison group: Nobody has answered: 0 of 96."
        )
        assert (opening.look.pods.said, opening.look.pods.n, opening.look.pods.eligible) == ("no answers", 0, 48)


def test_ninety_days_later_silence_is_named_as_such(trial: Trial) -> None:
    trial.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.freeze(Checkpoint.S90)
    kept = read(trial, Audience.LEAD).retention[0]
    assert (kept.of_checked.said, kept.of_checked.why) == ("no answers", "Nobody has answered: 0 of 34.")


def test_silence_of_an_arm_of_few_adopters_tells_nobody_how_few(trial: Trial) -> None:
    trial.look(Checkpoint.SE, POD_ADOPTERS, MAY_BE[2])
    trial.freeze(Checkpoint.S90)
    kept = {one.arm: one.of_checked for one in read(trial, Audience.LEAD).retention}
    assert kept[Arm.COMPARISON].said == "not shown"
    assert kept[Arm.COMPARISON].n is None
