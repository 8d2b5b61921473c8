"""What stands beside the figures: who is not counted, who objects, second lines, and what an erasure leaves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
import time_machine

from adoption.disclosure.rules import Audience
from adoption.programs.actions import object_to, take_back_objection
from adoption.programs.models import Assignment, Objection
from adoption.programs.rules import Arm, Checkpoint, looks_at
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Person
from metrics.actions.weeks import ask_week
from metrics.models import SnapshotRun, WeekAsk
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Figure
from metrics.rules import Metric
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
TABLE = "/o/meridian/p/client-reports/evidence.csv"
API = "/api/v1/o/meridian/p/client-reports/evidence/"
WEEK = "/o/meridian/week/"


@pytest.fixture
def whole(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Six pods and twelve teams of eight."""
    with enter(meridian):
        made = launched(meridian)
        made.freeze(Checkpoint.S0)
        yield made


def read(trial: Trial, audience: Audience = Audience.LEAD) -> Evidence:
    return evidence(trial.program, audience, at=AT)


def line(found: Evidence, measure: Metric, arm: Arm = Arm.PODS) -> Figure:
    return next(one for one in found.figures if (one.measure, one.look, one.arm) == (measure, "S56", arm))


def has(found: Evidence, measure: Metric) -> bool:
    return any(one.measure == measure for one in found.figures)


def object_all(trial: Trial, people: Sequence[Person]) -> None:
    for person in people:
        object_to(program=trial.program, person=person, at=trial.at(trial.program.starts_on + timedelta(days=9)))


def test_27_and_28_objectors_stay_counted_and_more_than_one_in_ten_is_said_aloud(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    object_all(whole, whole.pods[5][:6])
    # They fall silent, as nobody asks them any more; three of them would have been adopters.
    whole.look(Checkpoint.S56, (8, 7, 6, 5, 5, 0), TEAM_ADOPTERS, silent=whole.pods[5][:6])
    lead = read(whole)
    assert lead.opening
    assert (lead.looks[0].pods.x, lead.looks[0].pods.n, lead.looks[0].pods.eligible) == (31, 42, 48)
    assert (line(lead, Metric.OBJECTED).said, line(lead, Metric.OBJECTED, Arm.COMPARISON).said) == (
        "6",
        "none or a few",
    )
    without = line(lead, Metric.WITHOUT_OBJECTORS)
    assert (without.said, without.value, without.n, without.eligible) == ("31 of 42", 74, 42, 42)
    assert line(lead, Metric.WITHOUT_OBJECTORS, Arm.COMPARISON).said == "not shown"
    warning = "Champion pods: 6 of 48 (13%) would rather not take part."
    assert lead.warnings[0].startswith(warning)
    client = client_as(meridian.lead)
    text = " ".join(client.get(PAGE).content.decode().split())
    answer = client.get(API).json()
    rows = list(csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))
    assert warning in text
    assert "31 of 42 (74%)" in text
    assert answer["warnings"][0].startswith(warning)
    for figures, said in ((answer["figures"], "said"), (rows, "figure")):
        found = next(one for one in figures if one["measure"] == Metric.WITHOUT_OBJECTORS and one["arm"] == "pods")
        assert (found[said], str(found["value"]), str(found["n"])) == ("31 of 42", "74", "42")


def test_executives_hear_of_fewer_than_ten_that_they_are_a_few(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    object_all(whole, whole.pods[5][:6])
    whole.look(Checkpoint.S56, (8, 7, 6, 5, 5, 0), TEAM_ADOPTERS, silent=whole.pods[5][:6])
    found = read(whole, Audience.EXECUTIVE)
    assert (line(found, Metric.OBJECTED).said, line(found, Metric.OBJECTED).value) == ("none or a few", None)
    assert not has(found, Metric.WITHOUT_OBJECTORS)
    assert found.warnings == ()
    page = client_as(meridian.executive).get(PAGE).content.decode()
    assert "would rather not take part. With" not in page
    object_all(whole, [*whole.pods[4][4:], *whole.pods[3][4:]])
    whole.freeze(Checkpoint.S56, reason="Objections came late")
    assert line(read(whole, Audience.EXECUTIVE), Metric.OBJECTED).value in {None, 14}


def test_what_objectors_answered_is_told_to_nobody(whole: Trial) -> None:
    objecting = whole.pods[0][:6]
    object_all(whole, objecting)
    whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    all_adopt = line(read(whole), Metric.WITHOUT_OBJECTORS)
    # From all six adopters to none of them: the line is what follows from the first one, whoever they are.
    assert (all_adopt.said, all_adopt.value, all_adopt.worst, all_adopt.best) == ("28 to 34 of 42", None, 67, 81)


def test_an_objection_taken_back_is_none(whole: Trial) -> None:
    object_all(whole, whole.pods[0][:6])
    for person in whole.pods[0][:2]:
        take_back_objection(
            program=whole.program, person=person, at=whole.at(whole.program.starts_on, AT.time()) + timedelta(days=20)
        )
    whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    assert line(read(whole), Metric.OBJECTED).said == "none or a few"
    assert not has(read(whole), Metric.WITHOUT_OBJECTORS)


def test_23_leavers_are_left_out_counted_and_in_the_second_line_non_adopters(whole: Trial) -> None:
    gone = [team[7] for team in whole.teams[:10]]
    left_on = whole.program.starts_on + timedelta(days=40)
    for person in gone:
        record_departure(person=person, left_on=left_on, by=None, at=whole.at(left_on))
    weeks = looks_at(Checkpoint.S56, whole.program.starts_on, whole.program.weeks)
    record_leave(
        person=whole.pods[5][7],
        starts_on=weeks[0],
        ends_on=weeks[1] + timedelta(days=6),
        by=None,
        at=whole.at(weeks[0]),
    )
    whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS, silent=[*gone, whole.pods[5][7]])
    for audience in (Audience.LEAD, Audience.EXECUTIVE):
        found = read(whole, audience)
        assert (found.looks[0].comparison.x, found.looks[0].comparison.n) == (22, 86)
        assert line(found, Metric.LEFT, Arm.COMPARISON).said == "10"
        second = line(found, Metric.WITH_LEAVERS, Arm.COMPARISON)
        assert (second.said, second.value) == ("22 of 96", 23)
        assert line(found, Metric.LEFT).said == line(found, Metric.AWAY).said == "none or a few"
        assert line(found, Metric.WITH_LEAVERS).said == "not shown"


def test_58_after_an_erasure_the_figures_stand_and_are_marked(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    whole.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
    client = client_as(meridian.executive)
    before = read(whole)
    assert {one.recomputable for one in before.figures} == {True}
    assert "not recomputable" not in client.get(PAGE).content.decode()
    releases = SnapshotRun.objects.values_list("releases", flat=True)
    stood = list(releases)
    erase_person(person=whole.pods[0][0], by=None, at=whole.at(date(2026, 3, 15)))
    after = read(whole)
    assert list(releases.all()) == stood
    assert {one.recomputable for one in after.figures if one.version} == {False}
    said = [(one.said, one.value, one.low, one.high, one.n) for one in before.figures]
    assert [(one.said, one.value, one.low, one.high, one.n) for one in after.figures] == said
    assert client.get(PAGE).content.decode().count("not recomputable") == 3
    frozen = [one for one in client.get(API).json()["figures"] if one["version"]]
    assert {one["recomputable"] for one in frozen} == {False}
    rows = csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig")))
    assert {row["recomputable"] for row in rows if row["version"]} == {"no"}
    # What is frozen afterwards holds only people who can still be found.
    whole.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS, silent=[whole.pods[0][0]])
    assert {(one.look, one.recomputable) for one in read(whole).figures if one.version} == {
        ("S0", False),
        ("S56", False),
        ("SE", True),
    }


# --- saying it -------------------------------------------------------------------------------------------------------


def test_one_click_ends_the_asking_and_another_brings_it_back(
    whole: Trial, meridian: World, client_as: ClientAs
) -> None:
    somebody = meridian.member
    began = whole.program.starts_on
    Assignment.objects.create(
        program=whole.program,
        person=somebody.person,
        arm=Arm.PODS,
        cluster="Pod 01",
        from_on=began,
        recorded_at=whole.at(began),
    )
    with time_machine.travel(whole.at(whole.program.starts_on + timedelta(days=8)), tick=False):
        client = client_as(somebody)
        assert "Take no part" in client.get(WEEK).content.decode()
        assert client.post(WEEK, {"part": "out.client-reports"}).status_code == 302
        # A second tap of the same button finds nothing to do.
        assert client.post(WEEK, {"part": "out.client-reports"}).status_code == 422
        page = client.get(WEEK).content.decode()
        assert "You take no part in Client reports" in page
        assert "How many times" not in page
        ask_week(
            program=whole.program,
            week=whole.program.starts_on,
            at=whole.at(whole.program.starts_on + timedelta(days=8)),
        )
        assert not WeekAsk.objects.filter(person=somebody.person).exists()
        # Administrators read the trail.
        assert not AuditEvent.objects.filter(verb__contains="object").exists()
        assert client.post(WEEK, {"part": "in.client-reports"}).status_code == 302
        assert "How many times" in client.get(WEEK).content.decode()
        assert Objection.objects.get().taken_back_at
        ask_week(
            program=whole.program,
            week=whole.program.starts_on,
            at=whole.at(whole.program.starts_on + timedelta(days=8)),
        )
        assert WeekAsk.objects.filter(person=somebody.person).exists()
