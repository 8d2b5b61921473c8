"""Every figure with what belongs to it: to the digit on page, in the table and by API, for leads alone, through the gate."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from adoption.disclosure.rules import Audience
from adoption.programs.models import Assignment
from adoption.programs.rules import Arm, Checkpoint, Mode, is_contaminated, looks_at
from adoption.programs.rules import Place as Held
from metrics.actions.privacy import erase_person
from metrics.actions.weeks import Line as Said
from metrics.actions.weeks import drain, record_history
from metrics.models import SnapshotMetric, SnapshotRun
from metrics.queries.analyst import Analysis, Line, analysis
from metrics.queries.dictionary import dictionary, fact_tables
from metrics.queries.evidence import evidence
from metrics.rules import Metric
from tests.factories import AT, World
from tests.house.test_look_browser import DESK, PHONE, faults, reader
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/analyst/"
TABLE = "/o/meridian/p/client-reports/analyst.csv"
API = "/api/v1/o/meridian/p/client-reports/analyst/"


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    with enter(meridian):
        yield launched(meridian, departments=2)


@pytest.fixture
def whole(trial: Trial) -> Trial:
    """A programme with all of its looks, whose adopters use AI every week from the third on."""
    trial.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
    for number in range(2, 10):
        week = trial.program.starts_on + timedelta(weeks=number)
        trial.say(week, {person: 4 for pod, x in zip(trial.pods, POD_ADOPTERS, strict=True) for person in pod[:x]})
    trial.look(Checkpoint.S30, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.look(Checkpoint.START_90, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.look(Checkpoint.S90, (8, 7, 4, 4, 3, 3), (2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0))
    return trial


def read(trial: Trial, **asked: str) -> Analysis:
    return analysis(trial.program, at=AT, **asked)


def lines(trial: Trial, measure: Metric, look: Checkpoint | None = None) -> list[Line]:
    return [one for one in read(trial, measure=measure, look=look or "").shown if one.figure.margin in {"arm", ""}]


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(TABLE + query).content.decode("utf-8-sig"))))


# --- what stands there -----------------------------------------------------------------------------------------------


def test_every_checkpoint_stands_with_its_numbers_bounds_interval_method_and_version(whole: Trial) -> None:
    found = read(whole)
    assert [one.run.kind for one in found.versions] == ["S0", "S30", "S56", "SE", "start+90", "S90"]
    (pods,) = [one for one in lines(whole, Metric.ADOPTION, Checkpoint.S56) if one.figure.arm == "pods"]
    figure = pods.figure
    assert (figure.x, figure.n, figure.eligible, figure.value) == (34, 48, 48, 71)
    assert (pods.bounds, pods.interval) == ("71", "95% CI 53 to 84")
    assert pods.method == "Wilson, clustered"
    (gap,) = lines(whole, Metric.DIFFERENCE, Checkpoint.S56)
    assert (gap.figure.value, gap.interval, gap.method) == (48, "95% CI 27 to 64", "Newcombe, clustered")
    # Before the main look the stricter interval alone, as on the evidence page.
    (early,) = lines(whole, Metric.DIFFERENCE, Checkpoint.S30)
    assert (early.figure.level, early.method) == ("99.9", "Newcombe, clustered, 99.9%")
    assert [(one.figure.arm, one.figure.value) for one in lines(whole, Metric.COHORT)] == [
        ("pods", 48),
        ("comparison", 96),
    ]


def test_whatever_the_evidence_page_says_to_a_lead_stands_here_to_the_digit(whole: Trial) -> None:
    here = {
        (one.measure, one.look, one.version, one.margin, one.arm, one.group): one
        for one in (line.figure for line in read(whole).lines)
    }
    said = evidence(whole.program, Audience.LEAD, at=AT).figures
    assert said
    for figure in said:
        key = (figure.measure, figure.look, figure.version, figure.margin, figure.arm, figure.group)
        assert here[key] == figure


def test_no_figure_stands_twice_and_open_weeks_are_marked_as_open(whole: Trial) -> None:
    found = read(whole)
    keys = [
        (one.measure, one.look, one.version, one.margin, one.arm, one.group)
        for one in (line.figure for line in found.lines)
    ]
    assert len(keys) == len(set(keys))
    assert {line.figure.measure for line in found.lines if line.is_open} == {Metric.WEEKLY, Metric.WEEKLY_ANY_USE}
    assert all(line.figure.frozen_on is None for line in found.lines if line.is_open)
    assert found.groups[-1].name == "Week by week, not frozen"


def test_page_table_and_api_say_the_same_to_the_digit(whole: Trial, meridian: World, client_as: ClientAs) -> None:
    lead = client_as(meridian.lead)
    page = " ".join(lead.get(PAGE).content.decode().split())
    rows, answer = table(lead), lead.get(API).json()
    assert len(rows) == len(answer["lines"]) == len(read(whole).lines)
    for row, line in zip(rows, answer["lines"], strict=True):
        figure = line["figure"]
        for column, name in (
            ("value", "value"),
            ("low", "low"),
            ("high", "high"),
            ("worst", "worst"),
            ("best", "best"),
        ):
            assert row[column] == ("" if figure[name] is None else str(figure[name]))
        for column in ("x", "n", "eligible", "version"):
            assert row[column] == ("" if figure[column] is None else str(figure[column]))
        assert (row["method"], row["source"], row["definition"]) == (line["method"], line["source"], figure["meaning"])
        assert (row["figure"], row["not_shown_because"]) == (figure["said"], figure["why"])
        assert f"<b>{figure['said']}</b>" in page or f">{figure['said']}</span>" in page
    run = answer["versions"][2]
    assert (run["checkpoint"], run["version"], run["reason"]) == ("S56", 1, "")
    assert run["input_hash"] in page
    assert str(run["seed"]) in page
    assert {row["input_hash"] for row in rows if row["look"] == "S56"} == {run["input_hash"]}


def test_lines_are_narrowed_and_ordered_by_plain_links(whole: Trial, meridian: World, client_as: ClientAs) -> None:
    lead = client_as(meridian.lead)
    for query, kept in (
        ("?look=S56", lambda row: row["look"] == "S56"),
        ("?measure=adoption", lambda row: row["measure"] == "adoption"),
        ("?look=weeks", lambda row: row["open"] == "yes"),
        ("?look=S90&measure=survival", lambda row: (row["look"], row["measure"]) == ("S90", "survival")),
    ):
        assert table(lead, query) == [row for row in table(lead) if kept(row)]
        assert table(lead, query)
    assert f'{TABLE}?look=S56&amp;by=measure"' in lead.get(f"{PAGE}?look=S56&by=measure").text
    by_measure = [group.name for group in read(whole, by="measure").groups]
    assert by_measure.index("Adoption") < by_measure.index("Retention after 90 days")
    assert len(by_measure) == len(set(by_measure))
    # Nonsense is as if it were not there; the API refuses it by name.
    assert table(lead, "?look=nonsense&measure=attendance") == table(lead)
    assert lead.get(f"{API}?measure=attendance").status_code == HTTPStatus.BAD_REQUEST


def test_a_formula_in_a_name_is_no_formula_in_the_table(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        made = launched(meridian, departments=2)
        Assignment.objects.filter(cluster="Pod 01").update(cluster="=cmd|' /C calc'!A0")
        made.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
        made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    groups = {row["group"] for row in table(client_as(meridian.lead))}
    assert "'=cmd|' /C calc'!A0" in groups
    assert "=cmd|' /C calc'!A0" not in groups


# --- versions --------------------------------------------------------------------------------------------------------


def test_an_earlier_version_stays_beside_the_restated_one_with_its_reason(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    trial.look(Checkpoint.S56, (3, 3, 3, 8, 8, 8), TEAM_ADOPTERS, reason="Late check-ins of five pods")
    found = [one for one in lines(trial, Metric.ADOPTION, Checkpoint.S56) if one.figure.arm == "pods"]
    assert [(one.figure.version, one.figure.x) for one in found] == [(1, 34), (2, 33)]
    page = client_as(meridian.lead).get(PAGE).text
    assert "Restated: Late check-ins of five pods" in page
    assert {row["reason"] for row in table(client_as(meridian.lead)) if row["version"] == "2"} == {
        "Late check-ins of five pods"
    }


def test_a_version_that_would_point_at_somebody_is_named_and_gives_nothing(trial: Trial) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    # One person mends one week: the difference would be theirs.
    trial.look(Checkpoint.S56, (7, *POD_ADOPTERS[1:]), TEAM_ADOPTERS, reason="One late mend")
    found = read(trial)
    assert [one.is_read for one in found.versions if one.run.kind == "S56"] == [True, False]
    second = [line.figure for line in found.lines if line.figure.look == "S56" and line.figure.version == 2]
    pods = [one for one in second if one.arm == "pods"]
    assert [(one.x, one.value, one.why) for one in pods] == [
        (None, None, "The figure published first stands, to protect people.")
    ]
    assert {one.measure for one in second} == {Metric.ADOPTION}


def test_after_an_erasure_figures_stand_and_say_that_they_cannot_be_computed_again(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    before = [(one.figure.measure, one.figure.arm, one.figure.said) for one in read(trial).lines]
    erase_person(person=trial.pods[0][0], at=AT)
    found = read(trial)
    assert [(one.figure.measure, one.figure.arm, one.figure.said) for one in found.lines] == before
    assert not any(one.recomputable for one in found.versions)
    assert "not recomputable" in client_as(meridian.lead).get(PAGE).text


# --- how long it lasts -----------------------------------------------------------------------------------------------


def test_survival_is_said_in_steps_of_four_weeks_with_of_how_many_it_is_known(whole: Trial) -> None:
    pods, comparison = read(whole).curves
    # Everybody who adopted began in week 3 and went on to the end of the phase, eight weeks later.
    assert (pods.began, comparison.began) == (34, 22)
    assert [step.weeks for step in pods.steps] == [4, 8]
    figure = pods.steps[0].figure
    # All of them still do: said in words, and without the share.
    assert (figure.said, figure.value, figure.x, figure.n) == ("all but fewer than 3", None, None, 34)


def test_a_survival_step_is_the_published_curve_of_frozen_weeks(trial: Trial) -> None:
    start = trial.program.starts_on
    pods = [person for pod in trial.pods for person in pod]
    for number in range(10):
        # Thirty begin at once; ten of them stop after three weeks.
        uses = {person: 4 if place >= 10 or number < 3 else 0 for place, person in enumerate(pods[:30])}
        trial.say(start + timedelta(weeks=number), uses)
    trial.look(Checkpoint.S90, (0,) * 6, (0,) * 12)
    curve = read(trial).curves[0]
    assert curve.began == 30
    assert [(step.weeks, step.figure.said, step.figure.x, step.figure.n) for step in curve.steps] == [
        (4, "67%", 20, 30),
        (8, "67%", 20, 30),
    ]
    assert curve.steps[0].figure.interval == "95% CI 47 to 80"
    # Weeks that are mended later change nothing: what is frozen is read.
    trial.say(start + timedelta(weeks=5), dict.fromkeys(pods, 0))
    assert read(trial).curves[0] == curve
    trial.freeze(Checkpoint.S90, reason="Late weeks")
    assert read(trial).curves[0] == curve
    assert len([one for one in lines(trial, Metric.SURVIVAL) if one.figure.arm == "pods"]) == 2


def test_few_survivors_are_never_counted_aloud(trial: Trial) -> None:
    start = trial.program.starts_on
    few = dict.fromkeys(trial.pods[0][:4], 5)
    for number in range(10):
        trial.say(start + timedelta(weeks=number), few)
    trial.look(Checkpoint.S90, (0,) * 6, (0,) * 12)
    pods = read(trial).curves[0]
    assert (pods.began, pods.steps) == (None, ())


def test_nobody_but_leads_has_survival_in_a_release(whole: Trial) -> None:
    run = SnapshotRun.objects.get(kind=Checkpoint.S90)
    released = [one for one in run.releases if one["metric"] == Metric.SURVIVAL]
    assert released
    assert {audience for one in released for audience in one["tables"]} == {"lead"}
    assert not any(one.measure == Metric.SURVIVAL for one in evidence(whole.program, Audience.EXECUTIVE, at=AT).figures)


# --- who counts where, and what it rests on --------------------------------------------------------------------------


def test_who_was_helped_joined_or_left_is_counted_from_as_many_as_may_be_said(trial: Trial) -> None:
    trial.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
    later = trial.program.starts_on + timedelta(days=20)

    def helped(count: int) -> None:
        for person in [one for team in trial.teams for one in team][:count]:
            Assignment.objects.filter(person=person, arm=Arm.COMPARISON, to_on=None).update(
                to_on=later - timedelta(days=1)
            )
            Assignment.objects.get_or_create(
                program=trial.program,
                person=person,
                arm=Arm.PODS,
                cluster="Pod 01",
                from_on=later,
                defaults={"recorded_at": AT},
            )

    helped(4)
    assert {one.said for one in read(trial).asides} == {"none or a few"}
    helped(6)
    told = {one.name: (one.said, one.value) for one in read(trial).asides}
    assert told["Of the comparison group, in a pod since"] == ("6", 6)
    # The rule says the same of the same people.
    places: dict[int, list[Held]] = {}
    for row in Assignment.objects.filter(program=trial.program):
        places.setdefault(row.person_id, []).append(Held(Arm(row.arm), row.cluster, row.from_on, row.to_on))
    assert sum(is_contaminated(one, trial.program.starts_on) for one in places.values()) == 6


def test_whose_category_rests_on_one_week_or_on_being_asked_is_counted_for_leads(trial: Trial) -> None:
    weeks = looks_at(Checkpoint.S56, trial.program.starts_on, trial.program.weeks)
    everybody = [person for group in (*trial.pods, *trial.teams) for person in group]
    once, asked, others = everybody[:6], everybody[6:13], everybody[13:]
    trial.say(weeks[0], dict.fromkeys(once, 3))
    trial.say_in(weeks, dict.fromkeys(others, 3))
    at = trial.at(weeks[1] + timedelta(days=8))
    said = [Said(person.pk, week, 3, 0) for person in asked for week in weeks]
    record_history(program=trial.program, lines=said, by=None, at=at)
    drain(at=at)
    trial.freeze(Checkpoint.S56)
    told = {one.name: one.value for one in read(trial).asides}
    assert told["One known week alone: Week 8"] == len(once)
    assert told["Used AI only when asked: Week 8"] == len(asked)


def test_what_was_fixed_at_launch_is_told_apart_from_the_specification(trial: Trial) -> None:
    trial.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
    found = {one.name: (one.value, one.is_fixed) for one in read(trial).defaults}
    assert found["Main look"] == ("Week 8", True)
    assert found["People behind any figure, for leads"] == ("5", True)
    assert found["A genuine adopter, unprompted uses a week from"] == ("3", False)


@pytest.mark.parametrize(
    ("mode", "others"),
    [(Mode.WEEKLY, {Metric.NO_OCCASION}), (Mode.OPPORTUNITY, {Metric.SURVIVAL, Metric.TARGET_BEHAVIOUR})],
)
def test_the_dictionary_has_each_measure_once_and_tables_that_exist(mode: Mode, others: set[Metric]) -> None:
    entries = dictionary(mode)
    assert sorted(entry.measure for entry in entries) == sorted(set(Metric) - others)
    assert all(
        [entry.name, entry.definition, entry.unit, entry.denominator, entry.source, entry.missing] for entry in entries
    )
    assert len({entry.name for entry in entries}) == len(entries)
    existing = {model._meta.db_table for model in apps.get_models()}
    assert {one.table for one in fact_tables()} <= existing


def test_every_frozen_figure_has_a_line_or_belongs_to_one(whole: Trial) -> None:
    kept = set(SnapshotMetric.objects.values_list("run__kind", "metric").distinct())
    told = {(line.figure.look, line.figure.measure) for line in read(whole).lines}
    # The cohort is that of the launch; of the two intervals each look reads one.
    untold = {(look, metric) for look, metric in kept - told if metric not in {Metric.COHORT, Metric.DIFFERENCE_EARLY}}
    assert untold == set()


# --- who may see it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["executive", "owner", "member", "champion", "admin"])
def test_the_page_opens_to_leads_alone(trial: Trial, meridian: World, client_as: ClientAs, who: str) -> None:
    client = client_as(getattr(meridian, who))
    for path in (PAGE, TABLE, API):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN


def test_another_companys_lead_finds_nothing(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        launched(meridian, pods=(8,), teams=(8,))
    for path in (PAGE, TABLE, API):
        assert client_as(harbour.lead).get(path).status_code == HTTPStatus.NOT_FOUND
        assert client_as(harbour.lead).get(path.replace("meridian", "harbour")).status_code == HTTPStatus.NOT_FOUND


def test_a_lead_finds_it_from_the_programme_and_from_its_evidence(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    trial.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    for path in ("/o/meridian/p/client-reports/", "/o/meridian/p/client-reports/evidence/"):
        assert f'href="{PAGE}"' in client_as(meridian.lead).get(path).text
    assert PAGE not in client_as(meridian.executive).get("/o/meridian/p/client-reports/evidence/").text


# --- nothing, and nothing to show ------------------------------------------------------------------------------------


def test_before_anything_is_frozen_the_page_says_when_and_keeps_its_dictionary(
    trial: Trial, meridian: World, client_as: ClientAs
) -> None:
    page = client_as(meridian.lead).get(PAGE).text
    assert "Nothing is frozen yet" in page
    assert "Data dictionary" in page
    assert table(client_as(meridian.lead)) == []


def test_where_everything_is_protected_no_number_of_people_stands(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(3,), teams=(3,))
        for checkpoint in (Checkpoint.S0, Checkpoint.S56, Checkpoint.SE, Checkpoint.S90):
            made.look(checkpoint, (2,), (1,))
    answer: dict[str, Any] = client_as(meridian.lead).get(API).json()
    for line in answer["lines"]:
        for name in ("value", "x", "n", "eligible", "low", "high", "worst", "best"):
            assert line["figure"][name] is None, line["figure"]["measure"]
    assert {one["said"] for one in answer["asides"]} == {"none or a few"}
    assert client_as(meridian.lead).get(PAGE).status_code == HTTPStatus.OK


@pytest.mark.parametrize("looks", [1, 3])
def test_the_page_asks_the_same_of_the_database_with_one_look_and_with_three(
    trial: Trial, meridian: World, client_as: ClientAs, looks: int
) -> None:
    for checkpoint in (Checkpoint.S30, Checkpoint.S56, Checkpoint.SE)[:looks]:
        trial.look(checkpoint, POD_ADOPTERS, TEAM_ADOPTERS)
    lead = client_as(meridian.lead)
    lead.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        lead.get(PAGE)
    assert len(asked) == 17


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [(PHONE, "dark"), (DESK, "light")])
def test_the_page_can_be_used_by_everybody_and_be_printed(
    browser: Browser,
    live_server: LiveServer,
    client_as: ClientAs,
    meridian: World,
    enter: Enter,
    width: int,
    theme: str,
) -> None:
    with time_machine.travel(AT, tick=True):
        with enter(meridian):
            made = launched(meridian, departments=2)
            made.look(Checkpoint.S0, (0,) * 6, (0,) * 12)
            made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
            made.look(Checkpoint.S90, POD_ADOPTERS, TEAM_ADOPTERS)
            launched(meridian, pods=(3,), teams=(3,), name="Proposals", starts_on=date(2026, 6, 1))
        with reader(browser, live_server, client_as, meridian.lead, width, theme) as (_, page, complaints):
            empty = PAGE.replace("client-reports", "proposals")
            assert [fault for path in (PAGE, empty) for fault in faults(page, path, width)] == []
            page.goto(PAGE)
            page.get_by_label("Measure", exact=True).select_option("adoption")
            page.get_by_role("button", name="Show", exact=True).click()
            page.wait_for_url("**measure=adoption*")
            page.get_by_role("link", name="By measure").click()
            page.wait_for_url("**by=measure*")
            assert faults(page, page.url, width) == []
            page.emulate_media(media="print")
            assert not page.get_by_role("link", name="Export as CSV").is_visible()
            assert page.get_by_role("heading", name="Data dictionary").is_visible()
            assert complaints == []
