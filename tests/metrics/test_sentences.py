"""The sentences of the specification, word for word, also where figures are awkward."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.disclosure.rules import Audience, Cell, Display, Margin
from adoption.programs.rules import Arm, Assigned, Checkpoint, looks_at
from adoption.tenancy.actions.people import record_leave
from metrics.models import SnapshotMetric
from metrics.queries import sentences
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence
from metrics.rules import Adoption, Metric, percent
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import Enter

MAIN_LOOK = date(2026, 3, 16)
CAVEAT = "People were not assigned at random, so part may reflect who joined."


def cell(arm: Arm, x: int, n: int) -> Cell:
    return Cell(Margin.ARM, arm, (), Display.COUNT, x=x, n=n, eligible=n, percent=percent(x / n))


def test_the_headline_is_that_of_the_specification() -> None:
    assert sentences.headline(cell(Arm.PODS, 34, 48), cell(Arm.COMPARISON, 22, 96), 48, 0.26510, 0.63650) == (
        "34 of 48 pod members (71%) used AI unprompted at least three times a week, against 22 of 96 (23%) in the control "
        "group: a difference of 48 points, 95% CI 27 to 64, allowing for pod-to-pod variation. " + CAVEAT
    )


def test_where_lots_decided_nothing_is_said_of_who_joined() -> None:
    arms = cell(Arm.PODS, 34, 48), cell(Arm.COMPARISON, 22, 96)
    drawn = sentences.headline(*arms, 48, 0.26510, 0.63650, assigned=Assigned.LOTS)
    assert drawn.endswith("Lots decided which teams learnt in pods, so that it does not reflect who wanted to join.")
    assert "at random" not in drawn
    assert sentences.caveat(Assigned.MATCHED) == f"{CAVEAT} The groups were alike in their roles."


@pytest.mark.parametrize(
    ("points", "low", "high", "said"),
    [
        (
            8,
            -0.18,
            0.33,
            "The groups may not differ: a fall of 18 points to a rise of 33 points is compatible with the data.",
        ),
        (
            8,
            0.0,
            0.33,
            "The groups may not differ: a fall of 0 points to a rise of 33 points is compatible with the data.",
        ),
        (
            15,
            -0.003,
            0.30,
            "The groups may not differ: a fall of 0.3 points to a rise of 30 points is compatible with the data.",
        ),
        (15, 0.003, 0.30, "A difference of 15 points, 95% CI 0.3 to 30, allowing for pod-to-pod variation."),
        (15, 0.00002, 0.30, "A difference of 15 points, 95% CI 0.01 to 30, allowing for pod-to-pod variation."),
        (-15, -0.30, -0.0004, "A difference of −15 points, 95% CI −30 to −0.04, allowing for pod-to-pod variation."),
        (15, 0.005, 0.30, "A difference of 15 points, 95% CI 1 to 30, allowing for pod-to-pod variation."),
    ],
)
def test_whether_an_interval_spans_zero_is_decided_before_rounding_and_can_be_read(
    points: int, low: float, high: float, said: str
) -> None:
    assert sentences.difference(points, low, high) == said


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_what_is_said_of_zero_is_what_the_ends_show(one: float, other: float) -> None:
    """Nobody reads 'no difference is compatible' beside two ends of one sign, nor the other way round."""
    low, high = sorted((one, other))
    ends = [float(sentences.bound(end).replace("−", "-")) for end in (low, high)]
    assert sentences.spans_zero(low, high) == (ends[0] <= 0 <= ends[1])
    assert all(abs(end - 100 * exact) <= 0.5 for end, exact in zip(ends, (low, high), strict=True))


def test_an_early_look_is_clear_or_silent() -> None:
    assert sentences.early(40, 0.0750, 0.7194, MAIN_LOOK) == (
        "A clear difference already: 40 points, 99.9% CI 8 to 72. The main look is on 16 March 2026."
    )
    assert sentences.early(40, 0.001, 0.7194, MAIN_LOOK).startswith(
        "A clear difference already: 40 points, 99.9% CI 0.1"
    )
    assert sentences.early(40, -0.001, 0.7194, MAIN_LOOK) == "No verdict before 16 March 2026."


def test_silence_is_counted_both_ways() -> None:
    assert sentences.replies(Arm.PODS, Adoption(34, 40, 48)) == (
        "Champion pods: 40 of 48 replied. Counting the silent as non-users gives 71%; as users, 88%."
    )


def test_retention_is_told_from_everybody_who_started() -> None:
    assert sentences.retained(34, 26, 31, 48) == (
        "Of 34 adopters, 26 of 31 we could check still use it (84%). That is 54% of everyone who started."
    )


def test_minutes_are_told_with_who_lost_and_with_quality() -> None:
    assert sentences.time_saved(85, "2 of 10", quality="not yet shown to be maintained") == (
        "Self-reported: half saved 85 minutes a week or more; 2 of 10 lost time. Quality: not yet shown to be maintained."
    )


# --- of frozen looks -------------------------------------------------------------------------------------------------


def read(trial: Trial) -> Evidence:

    return evidence(trial.program, Audience.LEAD, at=AT)


@pytest.mark.django_db
def test_the_frozen_headline_is_read_in_one_breath(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        whole = launched(meridian)
        whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        opening = read(whole).opening
    assert opening
    assert opening.text == (
        "34 of 48 pod members (71%) used AI unprompted at least three times a week, against 22 of 96 (23%) in the control "
        "group: a difference of 48 points, 95% CI 27 to 64, allowing for pod-to-pod variation. " + CAVEAT
    )


@pytest.mark.django_db
def test_an_end_that_rounds_to_zero_reads_as_it_is_on_page_plot_and_table(trial: Trial) -> None:
    run = trial.look(Checkpoint.S56, (6, 5, 5), (2, 2, 2))
    row = SnapshotMetric.objects.get(run=run, metric=Metric.DIFFERENCE)
    assert row.low is not None
    found = read(trial)
    assert found.opening
    gap = found.looks[0].difference
    assert gap
    assert gap.exact == (row.low, row.high)
    assert gap.interval == f"95% CI {sentences.bound(row.low)} to {sentences.bound(row.high or 0)}"
    assert gap.interval in found.opening.text or "may not differ" in found.opening.text


@pytest.mark.django_db
def test_where_all_are_the_same_the_interval_still_has_a_width(trial: Trial) -> None:
    trial.look(Checkpoint.S56, (8, 8, 8), (8, 8, 8))
    opening = read(trial).opening
    assert opening
    assert opening.lead.text == (
        "All but fewer than 3 of 24 pod members used AI unprompted at least three times a week, against all but fewer than "
        "3 of 24 in the control group."
    )
    # Unanimity is not told apart from one or two others, so what is said holds whichever it is.
    assert opening.finding == (
        "The groups may not differ: a fall of 48 points to a rise of 48 points is compatible with the data, whatever the "
        "hidden count."
    )


@pytest.mark.django_db
def test_one_pod_is_not_compared(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        one = launched(meridian, pods=(24,), teams=(8, 8, 8))
        one.look(Checkpoint.S56, (17,), (2, 2, 2))
        opening = read(one).opening
    assert opening
    assert opening.finding == "There is no comparison with fewer than three pods: one strong pod would decide it."
    assert opening.caveat == ""


@pytest.mark.django_db
def test_where_nobody_is_eligible_nothing_is_said_and_nothing_fails(trial: Trial) -> None:

    first, last = looks_at(Checkpoint.S56, trial.program.starts_on, trial.program.weeks)
    for person in [one for pod in trial.pods for one in pod]:
        record_leave(person=person, starts_on=first, ends_on=last + timedelta(days=6), by=None, at=trial.at(first))
    run = trial.look(Checkpoint.S56, (0, 0, 0), (4, 4, 4))
    pods = SnapshotMetric.objects.get(run=run, metric=Metric.ADOPTION, group=Arm.PODS)
    assert (pods.x, pods.observed, pods.eligible, pods.estimate, pods.detail["reason"]) == (0, 0, 0, None, "no data")
    opening = read(trial).opening
    assert opening is None or opening.lead.text == "The groups are too small for a figure that points to nobody."
