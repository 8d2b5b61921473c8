"""Quality as the figure beside time: paired, frozen once, through the gate, and the same on page, in API and in table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from adoption.disclosure.rules import Audience, Release
from adoption.programs.rules import Arm, Checkpoint
from adoption.tenancy.models import Person
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Ratings
from metrics.rules import JUDGED, Metric
from metrics.statistics import mean_in_clusters, weighted_kappa
from surveys.models import Allotment, Output, Rater, Rating, RatingRound
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
API = "/api/v1/o/meridian/p/client-reports/evidence/"


def pods(trial: Trial) -> list[Person]:
    return [person for pod in trial.pods for person in pod]


def teams(trial: Trial) -> list[Person]:
    return [person for team in trial.teams for person in team]


def judge(
    trial: Trial, said: Sequence[tuple[Person, int, int]], *, twice: int = 0, apart: int = 0, is_closed: bool = True
) -> None:
    """A round in which each person's work of before and of later got these judgements; the first outputs by two raters.

    The second rater differs by `apart` on every second output.
    """
    opened = trial.at(trial.program.starts_on + timedelta(days=50))
    closes = opened + timedelta(days=10 if is_closed else 400)
    number = RatingRound.objects.count() + 1
    round_ = RatingRound.objects.create(
        program=trial.program, number=number, seed=1, opened_at=opened, closes_at=closes
    )
    first, second = (Rater.objects.create(round=round_, invited_at=opened) for _ in range(2))
    made: list[tuple[Output, int]] = []
    for person, before, later in said:
        for days, worth in ((-3, before), (20, later)):
            row = Output.objects.create(
                program=trial.program,
                person=person,
                title="A report",
                produced_on=trial.program.starts_on + timedelta(days=days),
                registered_at=opened,
            )
            made.append((row, worth))
    for place, (row, worth) in enumerate(made, start=1):
        say(first, row, worth, place)
        if place <= twice:
            say(second, row, min(5, worth + apart * (place % 2)), place)


def say(rater: Rater, output: Output, worth: int, place: int, mistakes: str = "0") -> None:
    given = Allotment.objects.create(rater=rater, output=output, place=place)
    at = rater.invited_at
    said = {"usable": str(worth), "correct": str(worth), "fits": str(worth), "mistakes": mistakes}
    Rating.objects.create(allotment=given, version=1, instrument_version=1, valid_at=at, recorded_at=at, **said)


def read(trial: Trial, audience: Audience = Audience.LEAD) -> Evidence:
    return evidence(trial.program, audience, at=AT)


def ratings(trial: Trial, audience: Audience = Audience.LEAD) -> Ratings:
    found = read(trial, audience).ratings
    assert found
    return found


CHANGES = (0, 0, 0, 1, 0, -1, 0, 0, 1, 0, 0, 0)


def varied(people: Sequence[Person]) -> list[tuple[Person, int, int]]:
    return [(person, 3 + n % 2, 3 + n % 2 + CHANGES[n % len(CHANGES)]) for n, person in enumerate(people)]


def test_without_ratings_quality_is_not_yet_rated(trial: Trial, client_as: ClientAs) -> None:
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    found = read(trial)
    assert (found.ratings, found.quality, found.blinding) == (None, "not yet rated", "")
    assert "Not yet rated" in client_as(trial.world.lead).get(PAGE).content.decode()


@pytest.fixture
def six(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Six pods and six teams: what three can show of a change of the whole is little."""
    with enter(meridian):
        yield launched(meridian, pods=(8,) * 6, teams=(8,) * 6)


def test_the_change_is_paired_within_people_and_frozen_with_an_interval_that_allows_for_pods(six: Trial) -> None:
    trial = six
    said = varied(pods(trial))
    judge(trial, [*said, *varied(teams(trial))])
    run = trial.look(Checkpoint.SE, (6,) * 6, (2,) * 6)
    row = SnapshotMetric.objects.get(run=run, metric=Metric.QUALITY_CHANGE, group=Arm.PODS)
    changes = [float(later - before) for _, before, later in said]
    expected = mean_in_clusters([changes[at : at + 8] for at in range(0, 48, 8)])
    assert (row.observed, row.estimate, row.low, row.high) == (48, expected.estimate, expected.low, expected.high)
    assert row.detail == {"icc": expected.icc, "design_effect": expected.design_effect, "df": 5}
    change = ratings(trial).pods.change
    # 2 of 12 people rose and 1 of 12 fell: +4/48 = 0.08 of a point.
    assert (change.said, change.value, change.unit, change.n) == ("+0.08", 8, "hundredths", 48)
    assert expected.low is not None
    assert expected.low >= -0.25
    assert read(trial).quality == "maintained"
    assert ratings(trial).sentence.startswith(
        "Quality of the pods’ work, by its recipients: maintained (+0.08, 95% CI −"
    )


def test_mistakes_that_recipients_found_in_later_work_stand_beside_those_that_people_caught(trial: Trial) -> None:
    said = varied(pods(trial))
    judge(trial, [*said, *varied(teams(trial))])
    # Everybody's later work had none; half of the pods have another piece, in which one rater found two and one could not say.
    opened = RatingRound.objects.get().opened_at
    later = RatingRound.objects.create(
        program=trial.program, number=2, seed=1, opened_at=opened, closes_at=opened + timedelta(days=10)
    )
    first, second = (Rater.objects.create(round=later, invited_at=opened) for _ in range(2))
    for place, person in enumerate(pods(trial)[::2], start=1):
        row = Output.objects.create(
            program=trial.program,
            person=person,
            title="Another",
            produced_on=trial.program.starts_on + timedelta(days=30),
            registered_at=opened,
        )
        say(first, row, 4, place, "2")
        say(second, row, 4, place, "none")
    run = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    row = SnapshotMetric.objects.get(run=run, metric=Metric.MISTAKES_FOUND, group=Arm.PODS)
    # Twelve of 24 people: none in one piece and two in the other, one a piece.
    assert (row.observed, row.estimate, row.detail) == (24, 0.5, {"outputs": 36})
    supporting = read(trial).supporting
    assert supporting
    errors = next(one for one in supporting.beside if one.key == "errors")
    pods_found, _teams_found = errors.lines[-1][1]
    assert (pods_found.measure, pods_found.said, pods_found.n) == (Metric.MISTAKES_FOUND, "0.50", 24)
    assert "neither is a share of the other" in str(errors.notes)
    # Frozen once: a later version repeats it.
    Rating.objects.all().delete()
    again = trial.freeze(Checkpoint.SE, reason="A late answer")
    assert SnapshotMetric.objects.get(run=again, metric=Metric.MISTAKES_FOUND, group=Arm.PODS).estimate == 0.5


def test_46_an_interval_that_reaches_below_a_quarter_of_a_point_is_not_shown_to_be_maintained(six: Trial) -> None:
    trial = six
    said = [(person, 4, 4 - (n % 3 == 0)) for n, person in enumerate(pods(trial))]
    judge(trial, [*said, *varied(teams(trial))])
    trial.look(Checkpoint.SE, (6,) * 6, (2,) * 6)
    assert read(trial).quality == "not yet shown to be maintained"
    assert ratings(trial).arms[1].words == "maintained"


def test_below_ten_people_there_is_no_interval_and_below_the_threshold_nothing(trial: Trial) -> None:
    judge(trial, [*varied(pods(trial))[:9], *varied(teams(trial))[:4]])
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    lead = ratings(trial)
    assert (lead.pods.change.value is not None, lead.pods.change.low) == (True, None)
    assert lead.pods.words == "not yet shown to be maintained"
    assert lead.arms[1].change.why
    executive = ratings(trial, Audience.EXECUTIVE)
    assert all(figure.value is None for figure in executive.figures)
    assert executive.pods.words == "not shown"


def test_44_somebody_rated_on_one_side_alone_is_left_out_and_missing_is_never_zero(trial: Trial) -> None:
    judge(trial, varied(pods(trial))[:12])
    Output.objects.filter(person=pods(trial)[0], produced_on__lt=trial.program.starts_on).delete()
    run = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    row = SnapshotMetric.objects.get(run=run, metric=Metric.QUALITY_CHANGE, group=Arm.PODS)
    assert (row.observed, row.eligible) == (11, 12)
    comparison = SnapshotMetric.objects.get(run=run, metric=Metric.QUALITY_CHANGE, group=Arm.COMPARISON)
    assert (comparison.observed, comparison.estimate) == (0, None)


def test_agreement_is_said_from_ten_outputs_of_enough_people(trial: Trial) -> None:
    judge(trial, varied(pods(trial)), twice=20, apart=1)
    run = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    found = ratings(trial)
    worths = [worth for _, before, later in varied(pods(trial))[:10] for worth in (before, later)]
    others = [min(5, worth + place % 2) for place, worth in enumerate(worths, start=1)]
    expected = weighted_kappa([float(one) for one in worths], [float(one) for one in others])
    row = SnapshotMetric.objects.get(run=run, metric=Metric.AGREEMENT)
    assert (row.estimate, row.x) == (expected.estimate, 20)
    assert expected.estimate is not None
    assert found.agreement.value == round(100 * expected.estimate)
    assert (found.twice.said, found.twice.x, found.twice.n) == ("42%", 20, 48)
    # Ten people made what was rated twice: as many as an executive's figure needs.
    assert ratings(trial, Audience.EXECUTIVE).agreement.value == found.agreement.value


def test_few_outputs_rated_twice_say_nothing_of_agreement(trial: Trial) -> None:
    judge(trial, varied(pods(trial)), twice=9)
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    found = ratings(trial)
    assert (found.agreement.value, found.twice.value) == (None, None)
    assert "Too few outputs were rated by two people." in dict(found.notes)["Agreement"]


def test_ratings_are_published_once_and_stand_in_later_versions(trial: Trial) -> None:
    judge(trial, varied(pods(trial)))
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    first = ratings(trial).pods.change.said
    judge(trial, [(person, 1, 5) for person in pods(trial)])
    trial.freeze(Checkpoint.SE, reason="Late weeks")
    trial.freeze(Checkpoint.S90)
    assert ratings(trial).pods.change.said == first
    kinds = {
        (run.kind, run.version)
        for run in SnapshotRun.objects.all()
        if any(one["metric"] in JUDGED for one in run.releases)
    }
    assert kinds == {("SE", 1), ("SE", 2)}


def test_a_round_that_is_open_at_the_end_is_counted_with_the_last_look(trial: Trial) -> None:
    judge(trial, varied(pods(trial)), is_closed=False)
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    assert read(trial).ratings is None
    RatingRound.objects.update(closes_at=trial.at(trial.program.ends_on + timedelta(days=30)))
    trial.freeze(Checkpoint.S90)
    assert ratings(trial).pods.change.look == "S90"


def test_what_is_released_is_of_whole_arms_alone(trial: Trial) -> None:
    judge(trial, [*varied(pods(trial)), *varied(teams(trial))])
    run = trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    released = [Release.from_dict(one) for one in run.releases if one["metric"] in JUDGED]
    assert len(released) == len(JUDGED)
    assert {cell.margin for one in released for cell in one.table(Audience.LEAD).cells} == {"arm"}


def test_page_api_and_table_say_the_same(trial: Trial, client_as: ClientAs) -> None:
    judge(trial, [*varied(pods(trial)), *varied(teams(trial))], twice=24, apart=1)
    trial.look(Checkpoint.SE, (6, 6, 6), (2, 2, 2))
    found = ratings(trial, Audience.EXECUTIVE)
    client = client_as(trial.world.executive)
    page = client.get(PAGE).content.decode()
    said = client.get(API).json()
    assert (said["quality"], said["blinding"]) == (found.pods.words, "partial")
    table = list(csv.DictReader(io.StringIO(client.get(f"{PAGE[:-1]}.csv").content.decode("utf-8-sig"))))
    for figure in found.figures:
        assert figure.said in page
        (in_api,) = (
            one for one in said["figures"] if (one["measure"], one["arm"]) == (figure.measure, str(figure.arm))
        )
        (in_table,) = (one for one in table if (one["measure"], one["arm"]) == (figure.measure, str(figure.arm)))
        assert (in_api["value"], in_api["low"], in_api["high"], in_api["said"]) == (
            figure.value,
            figure.low,
            figure.high,
            figure.said,
        )
        assert in_table["figure"].lstrip("'") == figure.said
        assert in_table["value"].lstrip("'") == ("" if figure.value is None else str(figure.value))
    assert "Blinding: partial" in page
