"""Champions, who use AI before anybody else does: asked like everybody, told apart, and in no figure of the two groups."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from adoption.disclosure.rules import Audience
from adoption.outbox.models import Message
from adoption.programs.actions import object_to
from adoption.programs.rules import Checkpoint, Mode, looks_at
from adoption.tenancy.actions.people import record_leave
from adoption.tenancy.models import Person
from champions.actions.weekly import ask_no_weeks, ask_weeks_again
from champions.models import Champion
from metrics.actions.weeks import Refused, ask_week, drain, record_check_in
from metrics.models import SnapshotMember, SnapshotRun, UseWeek, WeekAsk
from metrics.queries.analyst import analysis
from metrics.queries.asking import open_weeks, week_wanted
from metrics.queries.evidence import evidence
from metrics.queries.figures import Figure
from metrics.queries.leading import leading_in
from metrics.queries.released import released
from metrics.rules import Metric, Via
from tests.factories import AT, PersonFactory, World
from tests.metrics.trials import POD_ADOPTERS, STARTS_ON, TEAM_ADOPTERS, Trial, launched
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

PAGE = "/o/meridian/p/client-reports/evidence/"
TABLE = "/o/meridian/p/client-reports/{}.csv"
API = "/api/v1/o/meridian/p/client-reports/{}/"
CHAMPIONS = Metric.CHAMPIONS


def named(trial: Trial, people: list[Person]) -> list[Champion]:
    """They lead from before the baseline on."""
    at = trial.at(STARTS_ON - timedelta(weeks=3))
    return [Champion.objects.create(program=trial.program, person=one, named_at=at) for one in people]


def led_by(trial: Trial, number: int) -> list[Person]:
    people = [PersonFactory() for _ in range(number)]
    named(trial, people)
    return people


def say(trial: Trial, person: Person, week: date, uses: int, occurrences: int | None = None) -> None:
    record_check_in(
        person=person,
        workflow=trial.program.workflow,
        week=week,
        total=uses,
        unprompted=uses,
        occurrences=occurrences,
        via=Via.PAGE,
        at=trial.at(week + timedelta(days=8)),
    )


def looked_at(trial: Trial, people: list[Person], using: int, *, checkpoint: Checkpoint = Checkpoint.S56) -> None:
    """The first so many say twice a week, the others none; then the look of everybody else is frozen."""
    for week in looks_at(checkpoint, trial.program.starts_on, trial.program.weeks):
        for place, person in enumerate(people):
            say(trial, person, week, 2 if place < using else 0)
    drain(at=trial.at(STARTS_ON + timedelta(weeks=12)))
    trial.look(checkpoint, POD_ADOPTERS, TEAM_ADOPTERS)


def told(trial: Trial, audience: Audience = Audience.LEAD) -> Figure | None:
    found = evidence(trial.program, audience, at=AT)
    assert found.opening
    return found.opening.look.champions


def rows(client: Client, name: str) -> list[dict[str, Any]]:
    text = client.get(TABLE.format(name)).content.decode("utf-8-sig")
    return [row for row in csv.DictReader(io.StringIO(text)) if row["measure"] == CHAMPIONS]


def test_champions_are_told_apart_to_the_digit_and_in_nothing_else(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian)
        made.freeze(Checkpoint.S0)
        people = led_by(made, 12)
        # One says nothing of these weeks.
        looked_at(made, people[:11], 7)
        found = told(made)
        assert found
        assert (found.said, found.x, found.n, found.eligible, found.value) == ("7 of 11", 7, 11, 12, 64)
        assert (found.worst, found.best, found.response, found.interval) == (58, 67, 92, "")
        assert (found.group, found.arm, found.margin) == ("Champions", "", "")
        assert told(made, Audience.EXECUTIVE) == found
        lead = evidence(made.program, Audience.LEAD, at=AT)
        assert lead.opening
        assert lead.opening.look.pods.said == "34 of 48"
        assert "hampion" not in lead.opening.lead.text + lead.opening.finding
        run = SnapshotRun.objects.get(kind=Checkpoint.S56)
        assert SnapshotMember.objects.filter(run=run).count() == 48 + 96
        line = next(one for one in analysis(made.program, at=AT).lines if one.figure.measure == CHAMPIONS)
        assert (line.figure, line.entry.name) == (found, "Champions: one use a week or more")
        assert [one["name"] for one in released() if one["name"].endswith("champions")] == [
            "client-reports S56 champions"
        ]
    call_command("attack", organization="meridian")
    for person in (meridian.lead, meridian.executive):
        client = client_as(person)
        page = " ".join(client.get(PAGE).content.decode().split())
        assert "Champions, who are in neither group, at least one use a week: <b>7 of 11</b> (64%)" in page
        assert found.meaning in page
        (figure,) = [one for one in client.get(API.format("evidence")).json()["figures"] if one["measure"] == CHAMPIONS]
        (row,) = rows(client, "evidence")
        assert [figure[name] for name in ("said", "x", "n", "eligible", "value")] == ["7 of 11", 7, 11, 12, 64]
        assert [row[name] for name in ("figure", "x", "n", "eligible", "value")] == ["7 of 11", "7", "11", "12", "64"]
    lead_client = client_as(meridian.lead)
    (row,) = rows(lead_client, "analyst")
    (line,) = [
        one for one in lead_client.get(API.format("analyst")).json()["lines"] if one["figure"]["measure"] == CHAMPIONS
    ]
    assert (row["figure"], line["figure"]["said"], line["figure"]["n"]) == ("7 of 11", "7 of 11", 11)


def test_of_a_handful_nothing_is_said_and_of_nobody_there_is_no_line(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = launched(meridian)
        looked_at(made, led_by(made, 4), 4)
        other = launched(meridian, name="Other work", starts_on=STARTS_ON)
        other.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS)
        found = told(made)
        assert found
        assert (found.said, found.x, found.n, found.value) == ("not shown", None, None, None)
        assert told(other) is None
    page = " ".join(client_as(meridian.lead).get(PAGE).content.decode().split())
    assert 'neither group, at least one use a week: <span class="mm-not-shown">not shown' in page


def test_nearly_all_of_them_are_said_in_words_and_executives_read_ten_and_more(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian)
        looked_at(made, led_by(made, 7), 6)
        lead, executive = told(made), told(made, Audience.EXECUTIVE)
        assert lead
        assert executive
        assert (lead.said, lead.n, lead.x) == ("all but fewer than 3", 7, None)
        assert (executive.said, executive.n) == ("not shown", None)


def test_late_answers_leave_what_was_told_of_them(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian)
        people = led_by(made, 12)
        looked_at(made, people[:11], 7)
        for week in looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks):
            say(made, people[11], week, 3)
        made.freeze(Checkpoint.S56, reason="Late answers")
        found = told(made)
        assert found
        assert (found.said, found.version, found.before) == ("7 of 11", 2, "")
    call_command("attack", organization="meridian")


def test_who_takes_a_pod_over_stays_in_their_group_and_who_is_away_or_stepped_down_is_not_counted(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian)
        people = led_by(made, 3)
        away, gone, late = people
        first, last = looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks)
        record_leave(person=away, starts_on=first, ends_on=last + timedelta(days=6), by=None, at=made.at(first))
        Champion.objects.filter(person=gone).update(stepped_down_at=made.at(first))
        Champion.objects.filter(person=late).update(named_at=made.at(last + timedelta(weeks=1)))
        named(made, [made.pods[0][0]])
        ((one, other),) = leading_in(made.program, (first, last))
        assert (one.state, other.state) == ("not_expected", "not_expected")
        Champion.objects.filter(person=late).update(named_at=made.at(last + timedelta(days=6)))
        assert len(leading_in(made.program, (first, last))) == 2


def test_of_work_that_comes_up_now_and_then_it_is_one_of_its_occasions(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, mode=Mode.OPPORTUNITY)
        people = led_by(made, 12)
        week = looks_at(Checkpoint.S56, made.program.starts_on, made.program.weeks)[1]
        for place, person in enumerate(people):
            say(made, person, week, int(place < 6), occurrences=4)
        drain(at=made.at(week + timedelta(weeks=2)))
        made.freeze(Checkpoint.S56)
        (row,) = SnapshotRun.objects.get(kind=Checkpoint.S56).metrics.filter(metric=CHAMPIONS)
        assert (row.x, row.observed, row.eligible) == (6, 12, 12)


# --- being asked -----------------------------------------------------------------------------------------------------


def test_a_champion_is_asked_like_everybody_until_they_step_down(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian)
        (person, objecting) = led_by(made, 2)
        object_to(program=made.program, person=objecting, at=made.at(STARTS_ON))
        monday = STARTS_ON + timedelta(weeks=1)
        at = made.at(monday)
        ask_week(program=made.program, week=STARTS_ON, at=at)
        asked = set(WeekAsk.objects.values_list("person", flat=True))
        assert person.pk in asked
        assert objecting.pk not in asked
        assert len(asked) == 48 + 96 + 1
        assert [one.program for one in open_weeks(person, at=at)] == [made.program]
        assert open_weeks(objecting, at=at) == []
        message = WeekAsk.objects.get(person=person)
        assert week_wanted(message=_mail_of(message), at=at)
        Champion.objects.filter(person=person).update(stepped_down_at=at)
        assert not week_wanted(message=_mail_of(message), at=at)
        assert open_weeks(person, at=at) == []
        with pytest.raises(Refused) as refusal:
            say(made, person, STARTS_ON, 3)
        assert refusal.value.code == "not_asked"


def test_one_who_would_rather_not_be_asked_stays_counted_as_somebody_who_did_not_say(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian)
        made.freeze(Checkpoint.S0)
        people = led_by(made, 12)
        quiet = people[11]
        asked_at = made.at(STARTS_ON + timedelta(weeks=1))
        ask_week(program=made.program, week=STARTS_ON, at=asked_at)
        mail = _mail_of(WeekAsk.objects.get(person=quiet))
        ask_no_weeks(program=made.program, person=quiet, at=asked_at)
        # Also a mail that was already said does not go any more.
        assert not week_wanted(message=mail, at=asked_at)
        later = made.at(STARTS_ON + timedelta(weeks=2))
        ask_week(program=made.program, week=STARTS_ON + timedelta(weeks=1), at=later)
        asked = WeekAsk.objects.filter(week=STARTS_ON + timedelta(weeks=1)).values_list("person", flat=True)
        assert set(asked) & {one.pk for one in people} == {one.pk for one in people[:11]}
        looked_at(made, people[:11], 7)
        found = told(made)
        assert found
        assert (found.said, found.n, found.eligible) == ("7 of 11", 11, 12)
        ask_weeks_again(program=made.program, person=quiet)
        assert [one.week for one in open_weeks(quiet, at=later)] == [STARTS_ON + timedelta(weeks=1)]


def _mail_of(ask: WeekAsk) -> Message:
    found: Message = Message.objects.get(kind="week", row_id=ask.pk)
    return found


def test_what_a_champion_says_is_in_no_sum_of_a_group(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        (person,) = led_by(made, 1)
        made.say(STARTS_ON, {one: 3 for pod in made.pods for one in pod})
        before = evidence(made.program, Audience.LEAD, at=AT).weeks
        say(made, person, STARTS_ON, 5)
        drain(at=made.at(STARTS_ON + timedelta(days=9)))
        assert UseWeek.objects.get(person=person).unprompted == 5
        assert evidence(made.program, Audience.LEAD, at=AT).weeks == before
