"""What supports the headline: frozen with the end of the phase, through the gate, the same on page, by API and as a table."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.disclosure.rules import Audience
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm, Checkpoint
from adoption.tenancy.rules import permissions_of
from champions.actions.wins import share_win
from champions.models import Need
from metrics.actions.supporting import Supporting
from metrics.models import CheckIn, SnapshotMetric
from metrics.queries.due import next_actions
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Figure
from metrics.queries.portfolio import portfolio
from metrics.queries.weeks import CohortMember
from metrics.rules import SURE, WENT_TO, Metric
from surveys.models import Answer, Ask, Wave
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
TABLE = "/o/meridian/p/client-reports/evidence.csv"
API = "/api/v1/o/meridian/p/client-reports/evidence/"
ALL = "/o/meridian/evidence/"
ALL_API = "/api/v1/o/meridian/evidence/"
NEXT_API = "/api/v1/o/meridian/evidence/next/"
CHARTS = ("weeks", "difference", "minutes", "time", "retention", "people")
SVG = "{http://www.w3.org/2000/svg}"


def answer(trial: Trial) -> None:
    """Before 2 of 5, after 4 of 5 on drafting; the pods' time went to quality but for five and four, the teams' to one thing."""
    at = trial.at(trial.program.ends_on)
    told = {WaveKind.BASELINE: "2", WaveKind.POST: "4"}
    for kind, sure in told.items():
        wave = Wave.objects.create(
            program=trial.program, kind=kind, opened_at=at - timedelta(days=14), closes_at=at - timedelta(days=1)
        )
        for groups in (trial.pods, trial.teams):
            for place, person in enumerate(person for group in groups for person in group):
                ask = Ask.objects.create(wave=wave, person=person, asked_at=at - timedelta(days=14))
                given = {"sure_drafting": sure}
                if kind is WaveKind.POST:
                    pods = "better_quality" if place >= 9 else "higher_value" if place >= 4 else "other"
                    given["went_to"] = pods if groups is trial.pods else "more_of_the_same"
                for item, choice in given.items():
                    known = {"item_version": 1, "version": 1, "valid_at": at, "recorded_at": at}
                    Answer.objects.create(ask=ask, item=item, choice=choice, **known)


def catch(trial: Trial, week: date) -> None:
    """Every other one of the pods caught two mistakes in a week, the others none: each says so anew.

    Eighteen also say whether they used AI for other work: six did.
    """
    people = {person.pk: place for place, person in enumerate(person for pod in trial.pods for person in pod)}
    rows = list(CheckIn.objects.filter(person__in=people, week=week))
    for row in rows:
        row.pk, row.version, row.errors_caught = None, row.version + 1, 2 if people[row.person_id] % 2 else 0
        row.other_tasks = 1 if people[row.person_id] < 6 else 0 if people[row.person_id] < 18 else None
    CheckIn.objects.bulk_create(rows)


@pytest.fixture
def ended(meridian: World, enter: Enter) -> Iterator[Trial]:
    """A phase that has ended: surveys answered, mistakes caught, wins told."""
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        answer(made)
        made.look(Checkpoint.S56, (6, 6, 5), (2, 2, 1))
        week = made.program.starts_on + timedelta(weeks=7)
        catch(made, week)
        for place, person in enumerate(made.pods[0]):
            share_win(
                task="A report",
                minutes_now=20,
                minutes_before=60,
                output="It went out.",
                workflow=made.program.workflow,
                prompt=None,
                asked_for=place >= 5,
                hides_name=False,
                by=person,
                at=made.at(week),
            )
        made.look(Checkpoint.SE, (6, 6, 5), (2, 2, 1))
        made.look(Checkpoint.S90, (5, 5, 4), (2, 1, 1))
        yield made


def read(trial: Trial, audience: Audience = Audience.EXECUTIVE) -> Evidence:
    return evidence(trial.program, audience, at=AT)


def one(found: Evidence, measure: Metric, arm: str = Arm.PODS) -> Figure:
    return next(figure for figure in found.figures if (figure.measure, figure.arm) == (measure, arm))


def test_what_supports_the_headline_is_counted_over_whole_groups(ended: Trial) -> None:
    found = read(ended)
    before, after = one(found, Metric.SURE_DRAFTING_BEFORE), one(found, Metric.SURE_DRAFTING_AFTER)
    assert (before.said, before.value, after.said, after.n) == ("2.0", 20, "4.0", 24)
    assert one(found, Metric.SURE_CHECKING_AFTER).why
    # The smallest is silent, too: else two answers of which nobody gave one would follow from the total.
    assert (one(found, Metric.WENT_TO_BETTER_QUALITY).said, one(found, Metric.WENT_TO_OTHER).said) == (
        "15 of 24",
        "not shown",
    )
    assert one(found, Metric.ERRORS_CAUGHT).said == "12 of 24"
    assert one(found, Metric.OTHER_TASKS).said == "6 of 18"
    rate = one(found, Metric.ERROR_RATE)
    assert rate.value
    assert rate.low is not None
    assert rate.low < rate.value < (rate.high or 0)
    assert one(found, Metric.WINS_UNPROMPTED).said == "5 of 24"
    assert one(found, Metric.WINS_ASKED_FOR).said == "3 of 24"
    assert one(found, Metric.WINS_UNPROMPTED, Arm.COMPARISON).said == "fewer than 3"
    assert one(found, Metric.LAPSED).said == "under 25%"
    assert one(read(ended, Audience.LEAD), Metric.LAPSED).x == 3
    assert found.supporting
    assert {figure.margin for figure in found.supporting.figures} == {"arm", ""}


def test_an_answer_that_would_follow_from_the_others_stays_silent(ended: Trial) -> None:
    found = read(ended)
    # All of the comparison group said the same: no other answer of theirs may be told as a number.
    assert {one(found, metric, Arm.COMPARISON).x for metric in WENT_TO} == {None}


def test_nobody_trained_nobody_asked_and_few_leaders_are_said_as_such(ended: Trial) -> None:
    found = read(ended)
    assert one(found, Metric.TRAINED).said == "fewer than 3"
    assert one(found, Metric.SELF_SERVED).why
    example = one(found, Metric.MODELLING, "")
    assert (example.said, example.n) == ("not shown", None)
    assert "for their own eyes" in example.why
    assert (one(found, Metric.SHIPPED, "").said, one(found, Metric.SHIPPED, "").value) == ("none finished yet", None)


def test_page_api_and_table_say_the_same_of_it(ended: Trial, meridian: World, client_as: ClientAs) -> None:
    client = client_as(meridian.executive)
    text = " ".join(client.get(PAGE).content.decode().split())
    figures = client.get(API).json()["figures"]
    table = list(csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))
    measures = {metric.value for pair in SURE for metric in pair} | {metric.value for metric in WENT_TO}
    assert measures | {"error_rate", "lapsed", "returned", "faster", "trained"} <= {row["measure"] for row in table}
    for row, figure in zip(table, figures, strict=True):
        assert (row["measure"], row["figure"]) == (figure["measure"], figure["said"])
        assert figure["said"] in text
    for words in ("Where the time went", "Signs that it takes root", "Trained is not yet working differently"):
        assert words in text, words


def test_later_versions_repeat_what_was_published_once(ended: Trial) -> None:
    before = read(ended).supporting
    Answer.objects.filter(item="went_to").delete()
    ended.look(Checkpoint.SE, (6, 6, 5), (2, 2, 1), reason="Late answers")
    after = read(ended).supporting
    assert before
    assert after
    assert [figure.said for figure in after.figures] == [figure.said for figure in before.figures]


def test_freezing_it_takes_the_same_queries_however_many_people_there_are(ended: Trial) -> None:
    members = [
        CohortMember(person.pk, arm, "", "", None)
        for arm, groups in ((Arm.PODS, ended.pods), (Arm.COMPARISON, ended.teams))
        for group in groups
        for person in group
    ]
    counts = []
    for some in (members[:1], members[:3], members):
        program = Program.objects.select_related("organization", "workflow").get(pk=ended.program.pk)
        with CaptureQueriesContext(connection) as asked:
            supporting = Supporting(program, some, program.thresholds, at=AT)
            assert len(list(supporting.figures())) > len(list(supporting.releases())) > 0
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert SnapshotMetric.objects.filter(metric=Metric.SHIPPED).count() == 2


# --- pictures --------------------------------------------------------------------------------------------------------


def test_each_picture_leaves_as_a_file_that_needs_nothing_else(
    ended: Trial, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.executive)
    whole = list(csv.DictReader(io.StringIO(client.get(TABLE).content.decode("utf-8-sig"))))
    for chart in CHARTS:
        answer = client.get(f"{PAGE}{chart}.svg")
        assert answer["Content-Type"].startswith("image/svg+xml")
        assert "sha256-" in answer["Content-Security-Policy"]
        picture = ET.fromstring(answer.content)
        assert picture.find(f"{SVG}title") is not None
        assert picture.find(f"{SVG}desc") is not None
        assert b'href="http' not in answer.content
        rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}{chart}.csv").content.decode("utf-8-sig"))))
        assert all(row in whole for row in rows)
    assert client.get(f"{PAGE}nothing.svg").status_code == 404
    assert client_as(meridian.member).get(f"{PAGE}weeks.svg").status_code == 403


def test_without_figures_a_picture_says_so(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        launched(meridian, pods=(3,), teams=(3,))
    for chart in CHARTS:
        answer = client_as(meridian.executive).get(f"{PAGE}{chart}.svg")
        assert b"There are no figures for this picture" in answer.content


# --- over all programmes ---------------------------------------------------------------------------------------------


def test_programmes_stand_side_by_side_only_where_that_is_fair(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        for name in ("Client reports", "Proposals"):
            launched(meridian, name=name).look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        early = launched(meridian, name="Early", pods=(8, 8, 8), teams=(8, 8, 8))
        early.look(Checkpoint.S30, (6, 6, 5), (2, 2, 1))
        launched(meridian, name="Draft", pods=(3,), teams=(3,), is_launched=False)
    client = client_as(meridian.executive)
    found = client.get(ALL_API).json()
    assert [(group["look"], group["programs"]) for group in found["side_by_side"]] == [
        ("S56", ["client-reports", "proposals"])
    ]
    by_slug = {entry["program"]: entry for entry in found["programs"]}
    assert "before its main look" in by_slug["early"]["stands_alone_because"]
    assert by_slug["draft"]["figures"] == []
    assert found["people"] == 336
    text = " ".join(client.get(ALL).content.decode().split())
    assert "Three programmes have begun." in text
    for entry in found["programs"]:
        for figure in entry["figures"]:
            assert figure["said"] in text
    own = client.get("/api/v1/o/meridian/p/proposals/evidence/").json()
    assert by_slug["proposals"]["headline"] == own["headline"]
    assert by_slug["proposals"]["figures"][0] in own["figures"]


def test_the_list_takes_the_same_queries_for_one_programme_and_for_three(meridian: World, enter: Enter) -> None:
    counts = []
    with enter(meridian):
        for name in ("Client reports", "Proposals", "Briefs"):
            launched(meridian, name=name, pods=(3,), teams=(3,)).freeze(Checkpoint.S56)
            with CaptureQueriesContext(connection) as asked:
                assert portfolio(meridian.organization, Audience.EXECUTIVE, at=AT).entries
            counts.append(len(asked))
    assert len(set(counts)) == 1


def test_an_executives_home_says_what_each_programme_has_shown_and_a_leads_what_is_to_be_done(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    home = reverse("waiting-programs", args=["meridian"])
    executive, lead = client_as(meridian.executive), client_as(meridian.lead)
    counts, said = [], []
    for name in ("Client reports", "Proposals", "Briefs"):
        with enter(meridian):
            launched(meridian, name=name, pods=(8,) * 3, teams=(8,) * 3).look(Checkpoint.S56, (8, 7, 6), (3, 2, 1))
        with CaptureQueriesContext(connection) as asked:
            page = " ".join(html.unescape(executive.get(home).content.decode()).split())
        counts.append(len(asked))
        slug = name.lower().replace(" ", "-")
        said.append(executive.get(f"/api/v1/o/meridian/p/{slug}/evidence/").json()["headline"])
        assert all(one in page for one in said)
    assert counts[0] == counts[-1]
    assert "21 of 24" in said[0]
    assert said[0] not in html.unescape(lead.get(home).content.decode())
    with enter(meridian):
        launched(meridian, name="Minutes", pods=(8,), teams=(8,))
    # Launched and not yet looked at: the question, and nothing in place of an answer.
    page = " ".join(executive.get(home).content.decode().split())
    assert page.count("Is behaviour changing, compared with whom, and how sure are we?") == 1


def test_whoever_was_in_two_programmes_is_counted_once_among_all(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        first = launched(meridian, pods=(8, 8), teams=(8,))
        second = launched(meridian, name="Proposals", pods=(8,), teams=(8,))
        # Six of the first sit in the second, too: in the other group, which makes them no second people.
        for row in Assignment.objects.filter(program=first.program, person__in=first.pods[0][:6]):
            Assignment.objects.create(
                program=second.program,
                person=row.person,
                arm=Arm.COMPARISON,
                cluster="Team 01",
                from_on=row.from_on,
                recorded_at=AT,
            )
        assert Assignment.objects.of_cohorts().count() == 46
        assert portfolio(meridian.organization, Audience.EXECUTIVE, at=AT).people == 40
    assert client_as(meridian.executive).get(ALL_API).json()["people"] == 40
    assert "40 people were in one at its launch" in client_as(meridian.lead).get(ALL).content.decode()


def test_an_organisation_without_programmes_says_what_fills_the_page(harbour: World, client_as: ClientAs) -> None:
    assert "No evidence yet" in client_as(harbour.executive).get("/o/harbour/evidence/").content.decode()
    assert client_as(harbour.member).get("/o/harbour/evidence/").status_code == 403
    assert client_as(harbour.lead).get(ALL).status_code == 404


# --- what an executive does next -------------------------------------------------------------------------------------


def test_an_executive_reads_at_most_three_things_to_do_the_overdue_first(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(3,), teams=(3,))
        Program.objects.filter(pk=made.program.pk).update(ended_at=AT - timedelta(days=3))
        executive = meridian.executive.person
        for days in (20, 2):
            asked_at = AT - timedelta(days=days)
            Need.objects.create(
                wanted=f"Thursdays, {days}",
                owner=executive,
                asked_by=meridian.champion.person,
                asked_on=asked_at.date(),
                due_on=asked_at.date() + timedelta(days=14),
                asked_at=asked_at,
            )
        with CaptureQueriesContext(connection) as asked:
            due = next_actions(executive, permissions_of(meridian.executive.roles), at=AT)
        assert len(asked) <= 8
    assert [item.place for item in due] == ["asks", "deed-new"]
    assert due[0].late == "6 days past the 14 agreed"
    client, lead = client_as(meridian.executive), client_as(meridian.lead)
    page = client.get(PAGE).content.decode()
    assert "Your next two actions" in page
    assert "Your next" not in lead.get(PAGE).content.decode()
    # By API the same, in the same order, with the address behind each button.
    items = client.get(NEXT_API).json()["items"]
    assert [(one["what"], one["why"], one["late"]) for one in items] == [(one.what, one.why, one.late) for one in due]
    for one in items:
        assert f'href="{one["page"]}"' in page
    assert lead.get(NEXT_API).json() == {"items": []}
    assert client_as(meridian.member).get(NEXT_API).status_code == 403


def test_a_phase_that_has_just_ended_waits_for_a_decision_and_an_answered_ask_for_nothing(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(3,), teams=(3,))
        after = made.at(made.program.ends_on + timedelta(days=5))
        Program.objects.filter(pk=made.program.pk).update(ended_at=after)
        permissions = permissions_of(meridian.executive.roles)
        found = next_actions(meridian.executive.person, permissions, at=after)
        assert [item.place for item in found] == ["evidence", "deed-new"]
        assert found[0].about == ("client-reports",)
        later = next_actions(meridian.executive.person, permissions, at=after + timedelta(days=40))
        assert [item.place for item in later] == ["deed-new"]
