"""What stands beside the headline of every look: one use a week or more; and week 8's target behaviour, as it was told."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import call_command

from adoption.disclosure.rules import Audience
from adoption.programs.rules import Arm, Checkpoint, Mode, looks_at
from adoption.tenancy.models import Person
from metrics.actions.weeks import Line, drain, record_history
from metrics.exports import told
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Figure
from metrics.queries.occasions import Occasions, asked_weeks_of, occasions_told
from metrics.queries.released import released
from metrics.rules import Metric
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
TABLE = "/o/meridian/p/client-reports/evidence.csv"
API = "/api/v1/o/meridian/p/client-reports/evidence/"
ANALYST = "/api/v1/o/meridian/p/client-reports/analyst/"


def uses(trial: Trial, *, once: int) -> dict[Person, int]:
    """In each cluster the first use it three times a week, so many after them once, the others never."""
    return {
        person: 3 if place < adopters else 1 if place < adopters + once else 0
        for groups, counts in ((trial.pods, POD_ADOPTERS), (trial.teams, TEAM_ADOPTERS))
        for people, adopters in zip(groups, counts, strict=True)
        for place, person in enumerate(people)
    }


def used(trial: Trial, checkpoint: Checkpoint, *, once: int = 1, reason: str = "") -> None:
    trial.say_in(looks_at(checkpoint, trial.program.starts_on, trial.program.weeks), uses(trial, once=once))
    trial.freeze(checkpoint, reason=reason)


def read(trial: Trial, audience: Audience = Audience.EXECUTIVE) -> Evidence:
    return evidence(trial.program, audience, at=AT)


def one(found: Evidence, measure: Metric, arm: Arm = Arm.PODS) -> Figure:
    later = (figure for figure in found.figures if figure.look != Checkpoint.S0)
    return next(figure for figure in later if (figure.measure, figure.arm) == (measure, arm))


# --- one use a week or more ------------------------------------------------------------------------------------------


def test_one_use_a_week_stands_beside_the_headline_on_the_page_in_files_and_by_api(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    said = "At least one unprompted use a week: 39 of 48 pod members (81%); 34 of 96 (35%) in the control group."
    with enter(meridian):
        made = launched(meridian)
        used(made, Checkpoint.S56)
        found = read(made)
        assert said in told.beneath(found)
    pods, teams = one(found, Metric.ANY_USE), one(found, Metric.ANY_USE, Arm.COMPARISON)
    assert [(figure.x, figure.n, figure.value, figure.look) for figure in (pods, teams)] == [
        (39, 48, 81, "S56"),
        (34, 96, 35, "S56"),
    ]
    # Of this arm alone, allowing for its pods.
    assert pods.low is not None
    assert pods.high is not None
    assert pods.low < pods.value < pods.high  # type: ignore[operator]
    client = client_as(meridian.executive)
    page = " ".join(client.get(PAGE).text.split())
    assert said in page
    assert f"At least one use a week: 39 of 48 (81%), {pods.interval}" in page
    told_by_api = client.get(API).json()["figures"]
    in_api = [one for one in told_by_api if (one["measure"], one["look"]) == ("any_use", "S56")]
    rows = csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig")))
    in_table = [row for row in rows if (row["measure"], row["look"]) == ("any_use", "S56")]
    for figure, row, own in zip(in_api, in_table, (pods, teams), strict=True):
        assert (figure["said"], figure["low"], figure["high"]) == (own.said, own.low, own.high)
        assert (row["figure"], row["low"], row["high"]) == (own.said, str(own.low), str(own.high))
    lines = [line["figure"] for line in client_as(meridian.lead).get(ANALYST).json()["lines"]]
    said_there = [figure["said"] for figure in lines if (figure["measure"], figure["look"]) == ("any_use", "S56")]
    assert said_there == ["39 of 48", "34 of 96"]
    call_command("attack", organization="meridian")


def test_where_only_a_few_lie_between_it_is_not_told_for_it_would_follow_from_both(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian)
        weeks = looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks)
        said = uses(made, once=0) | {made.pods[5][7]: 1, made.pods[5][6]: 2} | {team[7]: 1 for team in made.teams}
        made.say_in(weeks, said)
        made.freeze(Checkpoint.S56)
        found = read(made, Audience.LEAD)
        assert one(found, Metric.ADOPTION).said == "34 of 48"
        assert one(found, Metric.ANY_USE).why
        assert one(found, Metric.ANY_USE, Arm.COMPARISON).said == "34 of 96"
        assert found.opening
        assert found.opening.look.any_use_words == (
            "At least one unprompted use a week: 34 of 96 (35%) in the control group."
        )
        # Whoever takes one figure from the other is attacked too, and has nothing to take.
        between = next(target for target in released() if target["name"] == "client-reports S56 between")
        assert {cell["arm"] for cells in between["releases"][0]["tables"].values() for cell in cells} == {"comparison"}
    call_command("attack", organization="meridian")


def test_late_answers_restate_it_with_the_headline(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian)
        used(made, Checkpoint.S56)
        # One more of each team uses it once, and of half of them who did does not: nobody's answer follows from both.
        in_pods = {person for pod in made.pods for person in pod}
        late = {person: n for person, n in uses(made, once=2).items() if person not in in_pods}
        for team, adopters in list(zip(made.teams, TEAM_ADOPTERS, strict=True))[::2]:
            late[team[adopters]] = 0
        made.say_in(looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks), late)
        made.freeze(Checkpoint.S56, reason="Late answers")
        figure = one(read(made), Metric.ANY_USE, Arm.COMPARISON)
        assert (figure.said, figure.version, figure.before) == ("40 of 96", 2, "34 of 96")
        assert len(next(one for one in released() if one["name"].endswith("S56 any_use"))["releases"]) == 2
    call_command("attack", organization="meridian")


def test_of_work_that_comes_up_now_and_then_it_is_one_of_its_occasions(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), mode=Mode.OPPORTUNITY)
        everybody = [person for group in (*made.pods, *made.teams) for person in group]
        week = looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks)[1]
        for back in range(4):
            # Of four occasions in the pods four or one with AI, in the teams one or none.
            made.tell(
                week - timedelta(weeks=back),
                {
                    person: (1, int(place % 2 == 0 or back == 0) if place < 24 else int(place % 2 == 0 and back == 0))
                    for place, person in enumerate(everybody)
                },
            )
        made.freeze(Checkpoint.S56)
        look = read(made).opening
        assert look
        assert (look.look.pods.said, look.look.comparison.x) == ("12 of 24", None)
        assert (
            "At least one unprompted use when the work came up: All but fewer than 3 of 24" in look.look.any_use_words
        )
        assert one(read(made), Metric.ANY_USE, Arm.COMPARISON).said == "12 of 24"


# --- the target behaviour --------------------------------------------------------------------------------------------


def answer(trial: Trial, given: dict[Person, dict[str, int | str]]) -> None:
    """The second survey, as people answered it."""
    at = trial.at(trial.program.starts_on + timedelta(days=57))
    wave = Wave.objects.create(
        program=trial.program, kind=WaveKind.POST, opened_at=at, closes_at=at + timedelta(days=14)
    )
    for person, answers in given.items():
        ask = Ask.objects.create(wave=wave, person=person, asked_at=at)
        for item, value in answers.items():
            known = {"number": value} if isinstance(value, int) else {"choice": value}
            Answer.objects.create(ask=ask, item=item, item_version=1, version=1, valid_at=at, recorded_at=at, **known)


def test_the_target_behaviour_is_half_of_ones_own_occasions_without_what_was_asked_for(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8,), teams=(8,))
        met, asked, never, not_mine, silent, half, *_ = made.pods[0]
        answer(
            made,
            {
                met: {"how": "ai_some", "times": 4, "with_ai": 2},
                asked: {"how": "ai_most", "times": 4, "with_ai": 3},
                never: {"how": "by_hand", "times": 0},
                not_mine: {"how": "not_mine"},
                half: {"how": "template", "times": 6},
            },
        )
        at = made.at(made.program.starts_on + timedelta(days=60))
        # Two of their uses in those weeks were asked for, so that one of four is left.
        lines = [Line(asked.pk, week, 2, 1) for week in asked_weeks_of(made.program)]
        record_history(program=made.program, lines=lines, by=None, at=at)
        drain(at=at)
        assert occasions_told(made.program) == {
            met.pk: Occasions(4, 2),
            asked.pk: Occasions(4, 1),
            never.pk: Occasions(0, 0),
            not_mine.pk: Occasions(0, 0),
            half.pk: Occasions(6, None),
        }
        assert silent.pk not in occasions_told(made.program)


def test_the_target_behaviour_is_frozen_once_with_the_end_of_the_phase_and_told_everywhere(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8,) * 4, teams=(8,) * 4)
        given: dict[Person, dict[str, int | str]] = {}
        for groups, some in ((made.pods, 6), (made.teams, 2)):
            for group in groups:
                for place, person in enumerate(group):
                    given[person] = {"how": "ai_some", "times": 4, "with_ai": 2 if place < some else 1}
        # Whose work did not come up is not counted, and who is silent is.
        given[made.pods[0][7]] = {"how": "by_hand", "times": 0}
        del given[made.pods[1][7]]
        answer(made, given)
        made.look(Checkpoint.S56, (6,) * 4, (2,) * 4)
        assert read(made).target is None
        made.look(Checkpoint.SE, (6,) * 4, (2,) * 4)
        made.look(Checkpoint.SE, (3,) * 4, (2,) * 4, reason="Late answers")
        found = read(made)
        pods, teams = one(found, Metric.TARGET_BEHAVIOUR), one(found, Metric.TARGET_BEHAVIOUR, Arm.COMPARISON)
        assert (pods.x, pods.n, pods.eligible, pods.value, pods.worst, pods.best) == (24, 30, 31, 80, 77, 81)
        assert (teams.said, teams.value, pods.version) == ("8 of 32", 25, 2)
        assert pods.low is not None
        assert [figure.days for figure in (pods, teams)] == ["16 February to 1 March 2026"] * 2
        assert found.target
        assert found.target.arms == (pods, teams)
    client = client_as(meridian.executive)
    page = " ".join(client.get(PAGE).text.split())
    assert "told in the second survey" in page
    assert "<b>24 of 30</b> (80%)" in page
    api = [figure for figure in client.get(API).json()["figures"] if figure["measure"] == "target_behaviour"]
    rows = csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig")))
    table = [row for row in rows if row["measure"] == "target_behaviour"]
    assert [figure["said"] for figure in api] == [row["figure"] for row in table] == ["24 of 30", "8 of 32"]
    with enter(meridian):
        assert any(target["name"] == "client-reports SE target_behaviour" for target in released())
    call_command("attack", organization="meridian")


def test_where_weeks_hold_the_occasions_adoption_is_the_target_behaviour(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8), mode=Mode.OPPORTUNITY)
        answer(made, {made.pods[0][0]: {"how": "ai_some", "times": 4, "with_ai": 2}})
        made.freeze(Checkpoint.SE)
        assert read(made).target is None
