"""Work that comes up less than weekly: asked by its occasions, decided, summed, frozen and said by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction
from django.test import Client

from adoption.disclosure.rules import Audience
from adoption.outbox.actions.links import mint
from adoption.outbox.models import Message
from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import (
    Arm,
    Checkpoint,
    Mode,
    asked_weeks,
    baseline_starts_on,
    looks_at,
    occasion_window,
    plan_active,
    weeks_looked_at,
)
from adoption.tenancy.actions.people import record_leave
from adoption.tenancy.models import AuditEvent, Person
from adoption.tenancy.rules import Permission, Role, instant
from metrics.actions import weeks
from metrics.actions.weeks import Refused, drain
from metrics.models import ArmWeek, CheckIn, SnapshotMember, SnapshotMetric, SnapshotRun, UseWeek, WeekAsk
from metrics.queries.analyst import analysis
from metrics.queries.asking import facts_of_week, own_curve
from metrics.queries.attention import needs
from metrics.queries.evidence import evidence
from metrics.queries.pod import pod_weeks
from metrics.queries.privacy import export_person
from metrics.queries.review import LogLine, ReviewAsked, log_page
from metrics.queries.weeks import cohort, decide_weeks
from metrics.rules import Category, Metric, Source, Via, adoption, audit_opportunities
from pods.models import Pod
from tests.factories import AT, MembershipFactory, World
from tests.metrics.test_api import machine_of
from tests.metrics.trials import STARTS_ON, Trial, launched
from tests.running import Running, draft
from tests.tenancy.test_api import assert_problem, fields
from tests.worlds import ClientAs, Enter

BASELINE_WEEK = date(2026, 6, 8)
SEVEN, EIGHT = looks_at(Checkpoint.S56, STARTS_ON, 10)
MONTH = occasion_window(EIGHT)


def seldom(world: World) -> Running:
    """A programme on work that comes up now and then, with its baseline open. Call inside the company."""
    running = draft(world)
    at = instant(baseline_starts_on(running.program.starts_on), time(8), world.organization.zone)
    programs.choose_mode(program=running.program, mode=Mode.OPPORTUNITY, by=world.lead.person, at=at)
    program = programs.open_baseline(program=running.program, by=world.lead.person, at=at)
    return Running(program, running.pod, running.members, running.compared)


def say(running: Running, person: Person, times: int, total: int, unprompted: int) -> CheckIn:
    return weeks.record_check_in(
        person=person,
        workflow=running.program.workflow,
        week=BASELINE_WEEK,
        total=total,
        unprompted=unprompted,
        occurrences=times,
        via=Via.PAGE,
        at=running.at(BASELINE_WEEK + timedelta(weeks=1)),
    )


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Any:
    with enter(meridian):
        yield launched(meridian, mode=Mode.OPPORTUNITY)


def month(trial: Trial, pods: tuple[int, ...], teams: tuple[int, ...], *, idle: int = 0) -> None:
    """In the four weeks of week 8's look each one's work comes up twice, in two of the weeks.

    The first so many of each cluster use AI for one of the two. Of each pod the last `idle` have no occasion at all.
    """
    told: list[dict[Person, tuple[int, int]]] = [{}, {}, {}, {}]
    for groups, counts, without in ((trial.pods, pods, idle), (trial.teams, teams, 0)):
        for people, adopters in zip(groups, counts, strict=True):
            for place, person in enumerate(people):
                has = place < len(people) - without
                told[0][person] = (1 if has else 0, 0)
                told[1][person] = (0, 0)
                told[2][person] = (1 if has else 0, 1 if has and place < adopters else 0)
                told[3][person] = (0, 0)
    for week, said in zip(MONTH, told, strict=True):
        trial.tell(week, said)


# --- which weeks -----------------------------------------------------------------------------------------------------


def test_a_look_takes_four_weeks_and_the_baseline_its_two() -> None:
    for look in Checkpoint:
        usual = looks_at(look, STARTS_ON, 10)
        assert weeks_looked_at(look, STARTS_ON, 10) == usual
        long = weeks_looked_at(look, STARTS_ON, 10, Mode.OPPORTUNITY)
        assert (len(long), long[-1]) == (2 if look is Checkpoint.S0 else 4, usual[-1])
        assert all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(long))


def test_every_week_that_a_look_takes_is_asked_about() -> None:
    for mode in Mode:
        asked = asked_weeks(STARTS_ON, 10, mode)
        assert all(set(weeks_looked_at(look, STARTS_ON, 10, mode)) <= set(asked) for look in Checkpoint)
        planned = {step.about for step in plan_active(STARTS_ON, 10, mode) if step.key.startswith("week-")}
        assert planned == {week.isoformat() for week in asked if week >= STARTS_ON}
    assert set(asked_weeks(STARTS_ON, 10)) < set(asked_weeks(STARTS_ON, 10, Mode.OPPORTUNITY))


# --- chosen before anything is asked -----------------------------------------------------------------------------------


def test_it_is_chosen_in_the_draft_and_never_again(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        assert AuditEvent.objects.filter(verb="program.mode_chosen").count() == 1
        with pytest.raises(programs.WrongState):
            programs.choose_mode(program=running.program, mode=Mode.WEEKLY, by=None, at=AT)
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            Program.objects.update(mode=Mode.WEEKLY)
        with pytest.raises(IntegrityError), transaction.atomic():
            Program.objects.create(
                slug="x", name="x", workflow=running.program.workflow, starts_on=STARTS_ON, created_at=AT, mode="x"
            )


def test_the_same_word_again_is_no_second_choice(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = draft(meridian).program
        for mode in (Mode.WEEKLY, Mode.OPPORTUNITY, Mode.OPPORTUNITY):
            programs.choose_mode(program=program, mode=mode, by=meridian.lead.person, at=AT)
        assert AuditEvent.objects.filter(verb="program.mode_chosen").count() == 1


def test_two_programmes_on_the_same_work_count_it_alike(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        other = launched(meridian, name="Second", is_launched=False).program
        Program.objects.filter(pk=other.pk).update(workflow=running.program.workflow)
        at = instant(baseline_starts_on(other.starts_on), time(8), meridian.organization.zone)
        with pytest.raises(programs.Refused) as refused:
            programs.open_baseline(program=other, by=None, at=at)
        assert refused.value.code == "mode_differs"
        programs.choose_mode(program=other, mode=Mode.OPPORTUNITY, by=None, at=at)
        assert programs.open_baseline(program=other, by=None, at=at).mode == Mode.OPPORTUNITY


def test_the_launch_fixes_it_and_says_nothing_of_the_usual(meridian: World, enter: Enter, trial: Trial) -> None:
    assert trial.program.measure.mode is Mode.OPPORTUNITY
    assert Program(fixed={}).mode == Mode.WEEKLY
    made = programs.respecify(
        program=trial.program,
        primary_look=Checkpoint.SE,
        least_icc=Decimal("0.05"),
        reason="The work of week 8 was moved.",
        by=None,
        at=AT,
    )
    assert (made.fixed["mode"], made.fixed["occasion_weeks"]) == ("opportunity", 4)


def test_a_lead_chooses_it_on_the_page_of_the_draft(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        running = draft(meridian)
    page = f"/o/meridian/p/{running.program.slug}/measure/"
    lead = client_as(meridian.lead)
    assert "How often the work comes up" in lead.get(page).content.decode()
    refused = lead.post(f"{page}mode/", {"mode": "now and then"})
    assert refused.status_code == 422
    done = lead.post(f"{page}mode/", {"mode": "opportunity"}, follow=True).content.decode()
    assert "half or more of the occasions" in done
    assert "half or more of the occasions" not in client_as(meridian.executive).get(page).content.decode()
    at = instant(baseline_starts_on(running.program.starts_on), time(8), meridian.organization.zone)
    with enter(meridian):
        programs.open_baseline(program=running.program, by=None, at=at)
    late = lead.post(f"{page}mode/", {"mode": "weekly"}, follow=True).content.decode()
    assert "The baseline is open already." in late
    assert "How often the work comes up" not in late
    with enter(meridian):
        assert Program.objects.get().mode == Mode.OPPORTUNITY


# --- asked -----------------------------------------------------------------------------------------------------------


def test_three_taps_say_how_often_it_came_up_how_often_with_ai_and_how_often_unasked(
    meridian: World, enter: Enter, client: Client
) -> None:
    monday = BASELINE_WEEK + timedelta(weeks=1)
    with enter(meridian):
        running = seldom(meridian)
        person, now = running.members[0], running.at(monday)
        weeks.ask_week(program=running.program, week=BASELINE_WEEK, at=now)
        ask = WeekAsk.objects.get(person=person)
        assert facts_of_week(message=Message.objects.get(person=person, kind=weeks.WEEK), at=now)["by_occasion"] is True
        address = mint(
            purpose=weeks.WEEK,
            row_id=ask.pk,
            person=person,
            address=str(person.mail),
            expires_at=now + timedelta(days=9),
            at=now,
        )
    with time_machine.travel(now, tick=False):
        first = client.get("/w/" + address.split("/w/")[1] + "?o=3", follow=True)
        assert "How often did this work come up" in first.content.decode()
        assert "You tapped 3 in the mail" in first.content.decode()
        here, about = first.request["PATH_INFO"], first.context["form"].asked.key
        second = client.post(here, {"about": about, "o": "3"})
        assert "In how many of the 3 did you use AI?" in second.content.decode()
        for nonsense in ({"o": "7"}, {"o": "x"}, {"o": "3", "n": "4"}, {"o": "3", "n": "x"}, {"n": "2", "u": "1"}):
            assert client.post(here, {"about": about, **nonsense}).status_code == 422
        third = client.post(here, {"about": about, "o": "3", "n": "2"})
        assert "How many of the 2 did you start" in third.content.decode()
        done = client.post(here, {"about": about, "o": "3", "n": "2", "u": "1"}, follow=True)
        assert "The work came up 3 times." in done.content.decode()
    with enter(meridian):
        row = CheckIn.objects.get()
        assert (row.occurrences, row.total, row.unprompted) == (3, 2, 1)
        assert export_person(person=person)["weeks"][0]["occurrences"] == 3


def test_work_that_did_not_come_up_is_one_tap(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        running = seldom(meridian)
        somebody = MembershipFactory.create(person=running.members[0], roles={Role.MEMBER})
    with time_machine.travel(running.at(BASELINE_WEEK + timedelta(weeks=1)), tick=False):
        signed_in = client_as(somebody.identity)
        about = signed_in.get("/o/meridian/week/").context["form"].asked.key
        done = signed_in.post("/o/meridian/week/", {"about": about, "o": "0"}, follow=True)
        assert "The work came up 0 times." in done.content.decode()
    with enter(meridian):
        assert CheckIn.objects.values_list("occurrences", "total", "unprompted").get() == (0, 0, 0)


@pytest.mark.parametrize(("times", "total", "field"), [(2, 3, "total"), (7, 1, "occurrences"), (-1, 0, "occurrences")])
def test_more_uses_than_occasions_are_refused_by_name(
    meridian: World, enter: Enter, times: int, total: int, field: str
) -> None:
    with enter(meridian):
        running = seldom(meridian)
        with pytest.raises(Refused) as refused:
            say(running, running.members[0], times, total, 0)
        assert refused.value.field == field


def test_the_database_refuses_more_uses_than_occasions_too(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        row = say(running, running.members[0], 2, 1, 1)
        for times in (0, 7):
            row.pk, row.version, row.occurrences = None, 9, times
            with pytest.raises(IntegrityError), transaction.atomic():
                row.save(force_insert=True)
        drain(at=running.at(BASELINE_WEEK + timedelta(weeks=1)))
        with pytest.raises(IntegrityError), transaction.atomic():
            UseWeek.objects.filter(total=1).update(occurrences=0)


def test_a_mend_of_how_often_it_came_up_is_a_new_version(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        person = running.members[0]
        assert [say(running, person, *said).version for said in ((2, 1, 1), (2, 1, 1), (3, 1, 1))] == [1, 1, 2]


def test_machines_say_it_where_it_is_asked_and_nowhere_else(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        person = running.members[0]
        owner = machine_of(meridian, meridian.owner.membership, {Permission.IMPORT_USAGE})
        own = machine_of(meridian, MembershipFactory.create(person=person, roles={Role.MEMBER}))
    root = "/api/v1/o/meridian"
    week = BASELINE_WEEK.isoformat()
    line = {"person": str(person.public_id), "week": week, "total": 1, "unprompted": 1}
    with time_machine.travel(running.at(BASELINE_WEEK + timedelta(weeks=1)), tick=False):
        missing = owner.call("post", f"{root}/p/client-reports/weeks/", {"weeks": [line]})
        assert_problem(missing, "invalid")
        assert fields(missing) == {"weeks.0.occurrences": "occurrences_missing"}
        assert owner.call(
            "post", f"{root}/p/client-reports/weeks/", {"weeks": [{**line, "occurrences": 2}]}
        ).json() == {
            "received": 1,
            "written": 1,
            "own": 0,
            "unchanged": 0,
        }
        (open_week,) = own.call("get", f"{root}/weeks/open/").json()["items"]
        assert (open_week["mode"], open_week["said"]["occurrences"]) == ("opportunity", 2)
        mine = {"program": "client-reports", "week": week, "total": 3, "unprompted": 1, "occurrences": 2}
        assert fields(own.call("post", f"{root}/weeks/", mine)) == {"total": "more_than_occurrences"}
        assert own.call("post", f"{root}/weeks/", {**mine, "total": 2}).json()["occurrences"] == 2


def test_the_weekly_log_says_beside_the_uses_how_often_the_work_came_up(
    meridian: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        running = seldom(meridian)
        first, second, third = running.members[:3]
        for person, times, uses in ((first, 3, 2), (second, 0, 0), (third, 1, 1)):
            say(running, person, times, uses, 0)
        at = running.at(BASELINE_WEEK + timedelta(weeks=1))
        drain(at=at)
        lines = {line.person: line.occasions_words for line in log_page(BASELINE_WEEK, ReviewAsked()).lines}
        assert lines == {
            first: "of 3 times it came up",
            second: "it did not come up",
            third: "of the one time it came up",
        }
    with time_machine.travel(at, tick=False):
        page = client_as(meridian.owner).get(f"/o/meridian/usage/review/?week={BASELINE_WEEK}")
        assert "of 3 times it came up" in page.content.decode()


def test_a_line_without_occasions_says_so_where_they_count_and_nowhere_else() -> None:
    line = LogLine(Person(), "Reports", 0, Source.VENDOR, False, None, "", by_occasions=True)
    assert line.occasions_words == "how often it came up is not known"
    assert replace(line, occasions=6).occasions_words == "of 6+ times it came up"
    assert replace(line, by_occasions=False, occasions=3).occasions_words == ""


# --- decided, summed and frozen ------------------------------------------------------------------------------------------


def test_weeks_keep_how_often_the_work_came_up(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        say(running, running.members[0], 3, 2, 1)
        drain(at=running.at(BASELINE_WEEK + timedelta(weeks=1)))
        row = UseWeek.objects.get(person=running.members[0])
        assert (row.occurrences, row.total, row.unprompted) == (3, 2, 1)
        shown = pod_weeks(Pod.objects.get(), at=running.at(BASELINE_WEEK + timedelta(weeks=1)))
        assert {(cell.unprompted, cell.occurrences) for one in shown.rows for cell in one.cells} == {
            (1, 3),
            (None, None),
        }
        assert (shown.used, shown.by_occasion) == (1, True)


def test_week_8_is_the_share_of_occasions_over_four_weeks(trial: Trial) -> None:
    month(trial, (8, 7, 6, 5, 5, 3), (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0))
    run = trial.freeze(Checkpoint.S56)
    assert (run.first_week, run.last_week, run.params["mode"]) == (MONTH[0], MONTH[-1], "opportunity")
    rows = SnapshotMember.objects.filter(run=run)
    assert set(rows.values_list("occurrences", "expected_weeks", "observed_weeks")) == {(2, 4, 4)}
    arm = SnapshotMetric.objects.get(run=run, metric=Metric.ADOPTION, group=Arm.PODS)
    assert (arm.x, arm.observed, arm.eligible) == (34, 48, 48)
    read = evidence(trial.program, Audience.LEAD, at=AT)
    assert read.opening is not None
    assert read.opening.text.startswith(
        "34 of 48 pod members (71%) used AI unprompted on at least half of the occasions on which the work came up, "
        "against 22 of 96 (23%) in the control group: a difference of 48 points"
    )
    assert "four audit weeks" in read.opening.look.pods.meaning
    assert any("Half or more of the occasions" in words for _name, words in read.opening.look.notes)


def test_who_had_no_occasion_is_not_counted_and_told_beside(trial: Trial) -> None:
    month(trial, (6,) * 6, (2,) * 12, idle=1)
    run = trial.freeze(Checkpoint.S56)
    arm = SnapshotMetric.objects.get(run=run, metric=Metric.ADOPTION, group=Arm.PODS)
    assert (arm.x, arm.observed, arm.eligible) == (36, 42, 42)
    said = {
        row.metric: row.eligible
        for row in SnapshotMetric.objects.filter(run=run, group=Arm.PODS, metric__in=["away", "left", "no_occasion"])
    }
    assert said == {"away": 0, "left": 0, "no_occasion": 6}
    look = evidence(trial.program, Audience.LEAD, at=AT).looks[0]
    (beside,) = [one for one in look.beside if one.measure == Metric.NO_OCCASION and one.arm == Arm.PODS]
    assert (beside.said, beside.value) == ("6", 6)
    (hidden,) = [
        one
        for one in evidence(trial.program, Audience.EXECUTIVE, at=AT).looks[0].beside
        if one.measure == Metric.NO_OCCASION and one.arm == Arm.PODS
    ]
    assert hidden.value is None


def test_silence_in_a_month_without_a_known_occasion_is_missing(trial: Trial) -> None:
    heard, quiet, away = trial.pods[0][:3]
    first = MONTH[0]
    record_leave(
        person=away, starts_on=first, ends_on=MONTH[-1] + timedelta(days=6), by=None, at=trial.at(first, time(8))
    )
    for week in MONTH:
        trial.tell(week, {heard: (0, 0)})
    trial.tell(MONTH[1], {quiet: (0, 0)})
    decided = decide_weeks(trial.program.workflow, [one.pk for one in (heard, quiet, away)], MONTH)
    found = [audit_opportunities([decided[one.pk, week] for week in MONTH]) for one in (heard, quiet, away)]
    assert [one.category for one in found] == [Category.NOT_EXPECTED, Category.MISSING, Category.NOT_EXPECTED]
    assert [one.observed_weeks for one in found] == [4, 1, 0]


def test_the_curve_is_the_same_share_over_four_weeks_at_a_time(trial: Trial) -> None:
    month(trial, (8, 7, 6, 5, 5, 3), (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0), idle=1)
    member, silent = trial.pods[1][:2]
    record_leave(person=member, starts_on=MONTH[2], ends_on=None, by=None, at=trial.at(MONTH[2], time(8)))
    trial.tell(MONTH[3] + timedelta(weeks=1), {silent: (2, 2)})
    at = trial.at(MONTH[3] + timedelta(weeks=3))
    drain(at=at)
    asked = set(asked_weeks(trial.program.starts_on, trial.program.weeks, Mode.OPPORTUNITY))
    members = cohort(trial.program)
    people = [one.pk for pod in (*trial.pods, *trial.teams) for one in pod]
    rows = list(ArmWeek.objects.filter(program=trial.program))
    assert len(rows) >= 2 * 5
    for row in rows:
        window = [week for week in occasion_window(row.week) if week in asked]
        decided = decide_weeks(trial.program.workflow, people, window)
        audits = [
            audit_opportunities([decided[one.person_id, week] for week in window])
            for one in members
            if one.arm == row.arm
        ]
        counted = adoption(audits)
        assert (row.three_or_more, row.observed, row.eligible) == (
            counted.adopters,
            counted.observed,
            counted.eligible,
        )
    week_8 = next(week for week in evidence(trial.program, Audience.LEAD, at=at).weeks if week.monday == MONTH[-1])
    assert week_8.pods.x is not None
    assert "four weeks up to this one" in week_8.pods.meaning


def test_ones_own_curve_leaves_out_the_weeks_in_which_the_work_did_not_come_up(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        person, workflow = running.members[0], running.program.workflow
        say(running, person, 0, 0, 0)
        assert own_curve(person, workflow) == []
        say(running, person, 3, 2, 1)
        assert [(dot.occurrences, dot.unprompted) for dot in own_curve(person, workflow)] == [(3, 1)]


def test_minutes_that_nobody_gave_are_not_said_to_be_occasions(trial: Trial) -> None:
    trial.freeze(Checkpoint.SE)
    why = {one.measure: one.why for one in evidence(trial.program, Audience.LEAD, at=AT).figures if one.arm == Arm.PODS}
    assert why[Metric.ADOPTION] == "Of nobody is an occasion known: 0 of 48."
    assert why[Metric.WEEKLY_SAVING] == "Nobody has answered: 0 of 48."


def test_ninety_days_later_the_same_occasions_count_and_there_is_no_curve_of_spells(trial: Trial) -> None:
    for look in (Checkpoint.SE, Checkpoint.S90):
        for week in weeks_looked_at(look, STARTS_ON, 10, Mode.OPPORTUNITY):
            trial.tell(week, {person: (1, 1) for pod in trial.pods for person in pod[:7]})
            trial.tell(week, {person: (1, 0) for team in trial.teams for person in team})
    trial.freeze(Checkpoint.SE)
    run = trial.freeze(Checkpoint.S90)
    kept = SnapshotMetric.objects.get(run=run, metric=Metric.RETENTION, group=Arm.PODS)
    assert (kept.x, kept.observed, kept.eligible) == (42, 42, 42)
    assert not SnapshotMetric.objects.filter(run=run, metric=Metric.SURVIVAL).exists()
    read = evidence(trial.program, Audience.LEAD, at=AT)
    assert any("last four weeks" in words for _name, words in read.retention_notes)
    whole = analysis(trial.program, at=AT)
    assert not whole.curves
    assert Metric.SURVIVAL not in {entry.measure for entry in whole.dictionary}
    fixed = {one.name: one.value for one in whole.defaults if one.is_fixed}
    assert fixed["Weeks whose occasions are counted together"] == "4"


def test_the_usual_programme_freezes_as_it_always_did(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        usual = launched(meridian)
        run = usual.look(Checkpoint.S56, (8, 7, 6, 5, 5, 3), (4, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0))
        assert "mode" not in run.params
        assert not SnapshotMetric.objects.filter(metric=Metric.NO_OCCASION).exists()
        assert set(SnapshotMember.objects.values_list("occurrences", flat=True)) == {None}
        assert SnapshotRun.objects.filter(kind=Checkpoint.S56).count() == 1


def test_below_the_threshold_is_told_by_occasions(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = seldom(meridian)
        few, half, none, *_ = running.members
        monday = running.program.starts_on + timedelta(weeks=4)
        for back, told in enumerate(
            ({few: (3, 1), half: (2, 1), none: (0, 0)}, {few: (0, 0), half: (0, 0), none: (0, 0)})
        ):
            for person, (times, uses) in told.items():
                for week in (monday - timedelta(weeks=1 + back), monday - timedelta(weeks=3 + back)):
                    weeks.record_history(
                        program=running.program,
                        lines=[weeks.Line(person.pk, week, uses, uses, times)],
                        by=None,
                        at=running.at(monday),
                    )
        found = needs(running.program, at=running.at(monday + timedelta(days=2)))
        assert {person for person, need in found.items() if need.is_below} == {few.pk}
        assert not found[none.pk].is_unknown
