"""The 62 cases of the measurement specification, by its numbers.

What a definition decides stands in tables; what needs facts, a frozen look or a reader has a function of its own. The
last test counts them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from adoption.disclosure.rules import (
    Audience,
    Block,
    Cell,
    Display,
    Earlier,
    Facts,
    Margin,
    Movement,
    Reason,
    Release,
    Thresholds,
    arrange,
    publish,
)
from adoption.programs import actions as programs
from adoption.programs.actions import object_to
from adoption.programs.models import Assignment, Program, Specification
from adoption.programs.rules import (
    CLOSES_AFTER,
    FREEZES_AFTER,
    NEVER_SUCCESS,
    Arm,
    Checkpoint,
    NeverSuccess,
    Outcome,
    Place,
    analysed_in,
    is_contaminated,
    is_exempt,
    looks_at,
    open_window,
    operated_in,
    outcome,
    plan_active,
)
from adoption.tenancy.actions import closures
from adoption.tenancy.actions.closures import close_days, open_again
from adoption.tenancy.actions.people import record_departure, record_leave
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent, Closure, Person
from adoption.tenancy.rules import local_date
from champions.rules import DropOff, Kept, LeaderAct, Phase, drop_off, modelling, protected_week
from metrics import statistics
from metrics.actions.imports import begin_import, import_usage, says_something_new
from metrics.actions.weeks import Refused, record_check_in
from metrics.models import SnapshotKey, SnapshotMember, SnapshotMetric, SnapshotRun, VendorWeek
from metrics.queries import sentences
from metrics.queries.evidence import evidence
from metrics.queries.timing import Pair, pairs
from metrics.queries.weeks import cohort
from metrics.rules import (
    Activity,
    Adoption,
    Audit,
    Category,
    Event,
    Headline,
    Metric,
    NoComparison,
    Quality,
    SelfReport,
    Source,
    Target,
    Vendor,
    Via,
    Week,
    WeekFacts,
    WeekState,
    adoption,
    audit,
    count_uses,
    decide_week,
    is_plateau,
    iso_week,
    many_opted_out,
    quality_of,
    target_of,
    why_no_comparison,
)
from metrics.statistics import clustered_difference, survival
from pods.rules import practice
from surveys import actions as surveys
from surveys.models import Ask
from surveys.rules import WaveKind
from tests.factories import AT, World
from tests.metrics.trials import POD_ADOPTERS, TEAM_ADOPTERS, Trial, launched
from tests.metrics.usage import COVERED_WEEK, idle
from tests.running import with_baseline
from tests.worlds import ClientAs, Enter

MONDAY = date(2026, 1, 5)
DAY_20 = MONDAY + timedelta(days=20)
PODS = [(x, 8) for x in POD_ADOPTERS]
TEAMS = [(x, 8) for x in TEAM_ADOPTERS]


def said(total: int, unprompted: int | None = None) -> Week:
    """A week as somebody told it, all of it unprompted unless said."""
    return decide_week(WeekFacts(self_report=SelfReport(total, total if unprompted is None else unprompted)))


SILENT = decide_week(WeekFacts())
AWAY = decide_week(WeekFacts(expected=False))


# --- 1 to 9: two weeks and what they make of somebody ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        pytest.param([said(1), said(1)], Audit(Category.DEVELOPING, 1, 2, 2), id="1: one use a week is developing"),
        pytest.param([said(0), said(0)], Audit(Category.NON_ADOPTER, 0, 2, 2), id="2: none is a non-adopter"),
        pytest.param([said(3), said(2)], Audit(Category.DEVELOPING, 2.5, 2, 2), id="3: three and two are developing"),
        pytest.param(
            [said(1), said(0)], Audit(Category.NON_ADOPTER, 0.5, 2, 2), id="4: one and none are a non-adopter"
        ),
        pytest.param(
            [said(4, 0), said(4, 0)],
            Audit(Category.NON_ADOPTER, 0, 2, 2, prompted_only=True),
            id="5: four asked for and none of one's own are a non-adopter, flagged",
        ),
        pytest.param(
            [said(3), SILENT],
            Audit(Category.GENUINE, 3, 1, 2, thin=True),
            id="8: three and silence are a genuine adopter, thinly known",
        ),
        pytest.param([SILENT, SILENT], Audit(Category.MISSING, None, 0, 2), id="9: silence is no non-adopter"),
        pytest.param([AWAY, AWAY], Audit(Category.NOT_EXPECTED, None, 0, 0), id="21: away throughout is not expected"),
        pytest.param(
            [AWAY, said(3)],
            Audit(Category.GENUINE, 3, 1, 1, thin=True),
            id="22: away for one week leaves the other, thinly known",
        ),
    ],
)
def test_what_two_weeks_make_of_somebody(weeks: list[Week], expected: Audit) -> None:
    assert audit(weeks) == expected


MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("events", "uses"),
    [
        pytest.param([Event(MORNING + timedelta(hours=n), "memo") for n in range(6)], 1, id="6: six prompts, one memo"),
        pytest.param([Event(MORNING, activity=Activity.EXERCISE)], 0, id="7: a training exercise is no use"),
    ],
)
def test_what_is_a_use(events: list[Event], uses: int) -> None:
    assert count_uses(events) == uses


# --- 10 to 13: sources -----------------------------------------------------------------------------------------------

LEADING, PARTIAL = (lambda count: Vendor(count, complete=True)), (lambda count: Vendor(count, complete=False))


@pytest.mark.parametrize(
    ("facts", "state", "total", "source", "discrepant"),
    [
        pytest.param(
            WeekFacts(vendor=LEADING(0)),
            WeekState.ZERO,
            0,
            Source.VENDOR,
            False,
            id="10: a complete tool's nothing is zero",
        ),
        pytest.param(
            WeekFacts(vendor=PARTIAL(0)),
            WeekState.MISSING,
            None,
            Source.NONE,
            False,
            id="11: a partial tool's nothing is silence",
        ),
        pytest.param(
            WeekFacts(vendor=LEADING(5), self_report=SelfReport(2, 2)),
            WeekState.POSITIVE,
            5,
            Source.VENDOR,
            True,
            id="12: a complete tool leads, and the difference is flagged",
        ),
        pytest.param(
            WeekFacts(vendor=PARTIAL(2), self_report=SelfReport(4, 4)),
            WeekState.POSITIVE,
            4,
            Source.SELF,
            False,
            id="12: a tool that knows days never lowers what somebody says",
        ),
        pytest.param(
            WeekFacts(vendor=LEADING(2), self_report=SelfReport(4, 4), champion_count=1),
            WeekState.POSITIVE,
            2,
            Source.VENDOR,
            False,
            id="13: of three sources the complete tool leads",
        ),
        pytest.param(
            WeekFacts(vendor=PARTIAL(2), self_report=SelfReport(4, 4), champion_count=1),
            WeekState.POSITIVE,
            4,
            Source.SELF,
            False,
            id="13: of three sources a partial tool leads nothing",
        ),
    ],
)
def test_which_source_counts(
    facts: WeekFacts, state: WeekState, total: int | None, source: Source, discrepant: bool
) -> None:
    found = decide_week(facts)
    assert (found.state, found.total, found.source, found.discrepant) == (state, total, source, discrepant)


@pytest.mark.django_db
def test_14_the_same_file_twice_changes_nothing(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        content = idle(running.members[0].mail)
        at = running.at(COVERED_WEEK + timedelta(days=14))
        import_usage(file_name="june.csv", content=content, covers_all_tools=True, by=None, at=at)
        before = list(VendorWeek.objects.order_by("pk").values())
        assert before
        again = begin_import(file_name="june.csv", content=content, by=None, at=at + timedelta(hours=1))
        again.refresh_from_db()
        assert not says_something_new(again)
        assert list(VendorWeek.objects.order_by("pk").values()) == before


# --- 15 to 20: weeks and looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "week"),
    [
        pytest.param("Pacific/Auckland", "2026-W14", id="15: Monday already in Auckland"),
        pytest.param("America/New_York", "2026-W13", id="15: still Sunday in New York"),
    ],
)
def test_15_a_use_belongs_to_the_week_of_its_place(zone: str, week: str) -> None:
    assert iso_week(local_date(datetime(2026, 3, 29, 23, 30, tzinfo=UTC), zone)) == week


@pytest.mark.parametrize(
    ("day", "week"),
    [
        pytest.param(date(2027, 1, 1), "2026-W53", id="16: New Year's Day in the old year's last week"),
        pytest.param(date(2024, 12, 30), "2025-W01", id="17: two days before New Year in the new year's first week"),
    ],
)
def test_weeks_are_those_of_the_iso_calendar(day: date, week: str) -> None:
    assert iso_week(day) == week


@pytest.mark.parametrize(
    ("look", "weeks"),
    [
        pytest.param(Checkpoint.S30, ("2026-W04", "2026-W05"), id="18: day 30"),
        pytest.param(Checkpoint.S56, ("2026-W08", "2026-W09"), id="18: week 8"),
        pytest.param(Checkpoint.S90, ("2026-W22", "2026-W23"), id="19: ninety days after an end on 15 March"),
        pytest.param(Checkpoint.S0, ("2025-W52", "2026-W01"), id="20: the baseline, before its closure is known"),
    ],
)
def test_a_look_sees_the_last_two_whole_weeks(look: Checkpoint, weeks: tuple[str, str]) -> None:
    assert tuple(iso_week(week) for week in looks_at(look, MONDAY, 10)) == weeks


def test_20_a_closure_is_not_expected_and_earlier_open_weeks_stand_in() -> None:
    christmas = {date(2025, 12, 22), date(2025, 12, 29)}
    assert {iso_week(week) for week in christmas} == {"2025-W52", "2026-W01"}
    assert audit([AWAY, AWAY]).category is Category.NOT_EXPECTED
    assert [iso_week(week) for week in open_window(MONDAY - timedelta(days=1), christmas)] == ["2025-W50", "2025-W51"]


@pytest.mark.django_db
def test_20_a_baseline_in_which_the_company_was_closed_rests_on_the_open_weeks_before_it(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        everybody = [one for group in (*made.pods, *made.teams) for one in group]
        for person in everybody:
            record_leave(
                person=person, starts_on=date(2025, 12, 20), ends_on=date(2026, 1, 4), by=None, at=made.at(MONDAY)
            )
        made.say_in([date(2025, 12, 8), date(2025, 12, 15)], dict.fromkeys(made.pods[0], 4))
        run = made.freeze(Checkpoint.S0)
        assert (iso_week(run.first_week), iso_week(run.last_week)) == ("2025-W50", "2025-W51")
        assert SnapshotMember.objects.filter(run=run, category=Category.GENUINE).count() == 8


@pytest.mark.django_db
def test_20_closed_days_say_so_once_for_everybody_and_later_ones_change_nothing_that_is_frozen(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        company: dict[str, Any] = {"organization": made.program.organization, "name": "Christmas", "by": None}
        # In the first of their weeks, which is when they can still be noted.
        days = {"starts_on": date(2025, 12, 22), "ends_on": date(2026, 1, 4)}
        close_days(**company, **days, at=made.at(date(2025, 12, 23)))
        made.say_in([date(2025, 12, 8), date(2025, 12, 15)], dict.fromkeys(made.pods[0], 4))
        run = made.freeze(Checkpoint.S0)
        assert (iso_week(run.first_week), iso_week(run.last_week)) == ("2025-W50", "2025-W51")
        frozen = list(SnapshotMember.objects.filter(run=run).order_by("pk").values_list())
        later = made.at(MONDAY + timedelta(days=14))
        with pytest.raises(closures.Refused, match="counted"):
            close_days(**company, starts_on=date(2025, 12, 8), ends_on=date(2025, 12, 19), at=later)
        christmas = Closure.objects.get()
        with pytest.raises(closures.Refused, match="counted"):
            open_again(organization=made.program.organization, closure=christmas, by=None, at=later)
        close_days(**company, starts_on=MONDAY + timedelta(days=14), ends_on=MONDAY + timedelta(days=25), at=later)
        again = made.freeze(Checkpoint.S0, reason="Something was mended")
        assert (again.first_week, again.last_week) == (run.first_week, run.last_week)
        assert list(SnapshotMember.objects.filter(run=run).order_by("pk").values_list()) == frozen


@pytest.mark.django_db
def test_20_the_baseline_is_frozen_when_both_of_its_weeks_are_closed(meridian: World, enter: Enter) -> None:
    frozen_on = next(step.due_on for step in plan_active(MONDAY, 10) if step.key == "freeze-S0")
    last = looks_at(Checkpoint.S0, MONDAY, 10)[1]
    assert frozen_on == last + FREEZES_AFTER > last + CLOSES_AFTER
    with enter(meridian):
        made = launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))
        made.say(last - timedelta(weeks=1), dict.fromkeys(made.pods[0], 4))
        # Told on the last day on which it can be.
        record_check_in(
            person=made.pods[0][0],
            workflow=made.program.workflow,
            week=last,
            total=1,
            unprompted=1,
            via=Via.PAGE,
            at=made.at(last + CLOSES_AFTER),
        )
        made.freeze(Checkpoint.S0)
        row = SnapshotMember.objects.get(key=SnapshotKey.objects.get(person=made.pods[0][0]).key)
        assert (row.observed_weeks, row.unprompted, row.category) == (2, 5, Category.DEVELOPING)


# --- 21 to 29: who is counted, and where -----------------------------------------------------------------------------


def arm_of(run: SnapshotRun, arm: Arm = Arm.PODS, audience: Audience = Audience.EXECUTIVE) -> Cell:
    """An arm's adoption as the gate gives it."""
    release = next(Release.from_dict(one) for one in run.releases if one["metric"] == Metric.ADOPTION)
    return release.table(audience).arm(arm)


def counts(run: SnapshotRun) -> tuple[int | None, int | None, int | None]:
    found = arm_of(run)
    return found.x, found.n, found.eligible


def aside_of(run: SnapshotRun, metric: Metric, arm: Arm = Arm.PODS) -> int | None:
    """How many of an arm are not counted, or counted although."""
    found: int | None = SnapshotMetric.objects.get(run=run, metric=metric, group=arm).eligible
    return found


def place_of(run: SnapshotRun, person: Person) -> tuple[str, str]:
    row = SnapshotMember.objects.get(run=run, key=SnapshotKey.objects.get(person=person).key)
    return row.arm, row.cluster


def moved(trial: Trial, person: Person, arm: Arm, cluster: str, on: date) -> None:
    """Somebody is in another place from a day on."""
    Assignment.objects.filter(program=trial.program, person=person).update(to_on=on - timedelta(days=1))
    Assignment.objects.create(
        program=trial.program, person=person, arm=arm, cluster=cluster, from_on=on, recorded_at=trial.at(on)
    )


@pytest.mark.django_db
def test_21_away_for_all_of_the_window_is_one_fewer(trial: Trial) -> None:
    first, last = looks_at(Checkpoint.S56, MONDAY, 10)
    away = trial.pods[0][7]
    record_leave(person=away, starts_on=first, ends_on=last + timedelta(days=6), by=None, at=trial.at(first))
    assert counts(trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[away])) == (18, 23, 23)


@pytest.mark.django_db
def test_22_away_for_one_week_is_counted_by_the_other(trial: Trial) -> None:
    first, _ = looks_at(Checkpoint.S56, MONDAY, 10)
    away = trial.pods[0][0]
    record_leave(person=away, starts_on=first, ends_on=first + timedelta(days=6), by=None, at=trial.at(first))
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    assert counts(run) == (18, 24, 24)
    row = SnapshotMember.objects.get(run=run, key=SnapshotKey.objects.get(person=away).key)
    assert (row.category, row.observed_weeks, row.expected_weeks) == (Category.GENUINE, 1, 1)


@pytest.mark.django_db
def test_23_a_leaver_on_day_40_is_out_of_week_8_and_in_the_sensitivity_line(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    gone, on = trial.pods[0][0], MONDAY + timedelta(days=40)
    record_departure(person=gone, left_on=on, by=None, at=trial.at(on))
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[gone])
    assert counts(run) == (17, 23, 23)
    assert Adoption(17, 23, 23).with_leavers(1) == Adoption(17, 24, 24)
    assert aside_of(run, Metric.LEFT) == 1


@pytest.mark.django_db
def test_23_the_sensitivity_line_is_read_with_the_leavers_as_non_adopters(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian)
        made.freeze(Checkpoint.S0)
        gone = [pod[0] for pod in made.pods]
        for person in gone:
            record_departure(
                person=person,
                left_on=MONDAY + timedelta(days=40),
                by=None,
                at=made.at(MONDAY + timedelta(days=40)),
            )
        run = made.look(Checkpoint.S56, POD_ADOPTERS, TEAM_ADOPTERS, silent=gone)
        assert (counts(run), aside_of(run, Metric.LEFT)) == ((28, 42, 42), 6)
        lines = [
            one for one in evidence(made.program, Audience.LEAD, at=AT).figures if one.measure == Metric.WITH_LEAVERS
        ]
    assert [(one.said, one.value) for one in lines if one.arm == Arm.PODS] == [("28 of 48", 58)]


@pytest.mark.django_db
def test_24_who_joins_on_day_20_is_in_no_comparison(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    late = Person.objects.create(name="Late", sort_name="late", created_at=trial.at(DAY_20))
    Assignment.objects.create(
        program=trial.program, person=late, arm=Arm.PODS, cluster="Pod 01", from_on=DAY_20, recorded_at=trial.at(DAY_20)
    )
    assert late.pk not in {member.person_id for member in cohort(trial.program)}
    assert counts(trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))) == (18, 24, 24)
    assert analysed_in([Place(Arm.PODS, "Pod 01", DAY_20)], MONDAY) is None


@pytest.mark.django_db
def test_25_who_changes_pods_on_day_20_counts_in_the_first(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    moved(trial, trial.pods[0][0], Arm.PODS, "Pod 02", DAY_20)
    assert place_of(trial.look(Checkpoint.S56, (8, 4, 4), (2, 2, 2)), trial.pods[0][0]) == ("pods", "Pod 01")
    places = [
        Place(Arm.PODS, "A", MONDAY - timedelta(weeks=2), DAY_20 - timedelta(days=1)),
        Place(Arm.PODS, "B", DAY_20),
    ]
    launched_in, now_in = analysed_in(places, MONDAY), operated_in(places, MONDAY + timedelta(weeks=3))
    assert launched_in
    assert now_in
    assert (launched_in.cluster, now_in.cluster) == ("A", "B")


@pytest.mark.django_db
def test_26_who_is_helped_by_a_pod_stays_in_the_comparison_group_and_is_flagged(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    moved(trial, trial.teams[0][0], Arm.PODS, "Pod 01", DAY_20)
    run = trial.look(Checkpoint.S56, (6, 6, 6), (8, 0, 0))
    assert place_of(run, trial.teams[0][0]) == ("comparison", "Team 01")
    places = [
        Place(Arm.COMPARISON, "T", MONDAY - timedelta(weeks=2), DAY_20 - timedelta(days=1)),
        Place(Arm.PODS, "A", DAY_20),
    ]
    assert (aside_of(run, Metric.CONTAMINATED, Arm.COMPARISON), aside_of(run, Metric.CONTAMINATED)) == (1, 0)
    assert is_contaminated(places, MONDAY)
    assert not is_contaminated(places[:1], MONDAY)


def test_27_who_opts_out_on_day_10_stays_in_the_denominator() -> None:
    """Nothing of an objection reaches the audit: a person who objects says no more, and is silent."""
    everybody = adoption([audit([said(3), said(3)]), audit([said(0), said(0)]), audit([SILENT, SILENT])])
    assert everybody == Adoption(1, 2, 3)
    assert everybody.without(Adoption(0, 0, 1)) == Adoption(1, 2, 2)


@pytest.mark.django_db
def test_27_an_objection_of_day_10_takes_nobody_out_of_a_look(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    object_to(program=trial.program, person=trial.pods[0][0], at=trial.at(MONDAY + timedelta(days=9)))
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2), silent=[trial.pods[0][0]])
    assert counts(run) == (17, 23, 24)
    assert aside_of(run, Metric.OBJECTED) == 1


@pytest.mark.django_db
def test_28_a_reader_is_warned_of_six_objectors_of_48_and_not_of_four(meridian: World, enter: Enter) -> None:
    said = []
    with enter(meridian):
        for number, name in ((6, "Reports"), (4, "Letters")):
            made = launched(meridian, name=name)
            made.freeze(Checkpoint.S0)
            objecting = [pod[7] for pod in made.pods][:number]
            for person in objecting:
                object_to(program=made.program, person=person, at=made.at(MONDAY + timedelta(days=9)))
            made.look(Checkpoint.S56, (7, 7, 6, 5, 5, 3), TEAM_ADOPTERS, silent=objecting)
            said.append(evidence(made.program, Audience.LEAD, at=AT).warnings)
    assert said == [
        (
            (
                "Champion pods: 6 of 48 (13%) would rather not take part. With more than one in ten, read the figure beside the "
                "line without them."
            ),
        ),
        (),
    ]


def test_28_six_of_48_who_opt_out_are_a_warning() -> None:
    assert 6 / 48 == 0.125
    assert many_opted_out(6, 48)
    assert not many_opted_out(4, 40)


def test_29_no_suitable_workflow_counts_only_when_recorded_by_the_launch() -> None:
    assert not is_exempt(MONDAY + timedelta(days=12), MONDAY)
    assert is_exempt(MONDAY, MONDAY)


@pytest.mark.django_db
def test_29_who_was_written_down_by_the_launch_is_in_no_arm_and_who_was_later_is(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(9, 8, 8), teams=(8, 8, 8), exempt=[(0, 8)])
        out, later = made.pods[0][8], made.pods[1][0]
        programs.exempt(
            program=made.program, person=later, reason="Another task", by=None, at=made.at(MONDAY + timedelta(days=12))
        )
        run = made.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
        assert counts(run) == (18, 24, 24)
        assert aside_of(run, Metric.EXEMPT) == 1
        keys = set(SnapshotKey.objects.values_list("person_id", flat=True))
        assert (out.pk in keys, later.pk in keys) == (False, True)
        # Twice is once, and the first day stands.
        again = programs.exempt(
            program=made.program, person=later, reason="Again", by=None, at=made.at(MONDAY + timedelta(days=30))
        )
        assert again.recorded_on == MONDAY + timedelta(days=12)
        with pytest.raises(programs.WrongState):
            programs.withdraw_exemption(exemption=again, by=None, at=made.at(MONDAY + timedelta(days=31)))


# --- 30 to 37: rates, targets and plateaus ---------------------------------------------------------------------------


def test_30_of_nobody_eligible_there_is_no_data_and_no_exception() -> None:
    found = adoption([])
    assert (found.rate, found.worst, found.best, found.response, found.headline) == (None,) * 4 + (Headline.NONE,)
    assert statistics.proportion(0, 0).reason is statistics.Reason.NO_DATA
    assert target_of(found) is Target.NO_RATE


@pytest.mark.django_db
def test_30_nobody_expected_in_a_whole_arm_is_frozen_without_a_figure(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    for pod in trial.pods:
        for person in pod:
            record_departure(person=person, left_on=MONDAY + timedelta(days=7), by=None, at=trial.at(MONDAY))
    run = trial.look(Checkpoint.S56, (0, 0, 0), (2, 2, 2), silent=[person for pod in trial.pods for person in pod])
    gap = SnapshotMetric.objects.get(run=run, metric=Metric.DIFFERENCE)
    assert (gap.estimate, gap.low, gap.high, gap.detail["reason"]) == (None, None, None, "no data")


def test_31_silence_is_bounded_from_both_sides() -> None:
    found = Adoption(34, 40, 48)
    shares = (found.worst, found.rate, found.best, found.response)
    assert shares == pytest.approx((0.708, 0.85, 0.875, 0.833), abs=0.0005)
    assert found.headline is Headline.OBSERVED


@pytest.mark.parametrize(
    ("observed", "headline"),
    [
        pytest.param(59, Headline.NONE, id="32: of 59 percent there is no rate"),
        pytest.param(75, Headline.RANGE, id="33: of 75 percent the bounds are the headline"),
    ],
)
def test_the_response_decides_what_heads_a_page(observed: int, headline: Headline) -> None:
    assert Adoption(30, observed, 100).headline is headline


@pytest.mark.parametrize(
    ("counted", "target"),
    [
        pytest.param(Adoption(68, 94, 100), Target.MET_ON_RETURNS, id="34: worst 68, observed 72 percent"),
        pytest.param(Adoption(70, 94, 100), Target.MET, id="34: whoever the silent are"),
        pytest.param(Adoption(65, 94, 100), Target.MISSED, id="34: neither"),
        pytest.param(Adoption(81, 94, 100), Target.ABOVE_RANGE, id="34: above what programmes reach"),
        pytest.param(Adoption(59, 59, 100), Target.NO_RATE, id="34: too few answers"),
    ],
)
def test_34_a_target_is_met_by_all_or_on_returns_received(counted: Adoption, target: Target) -> None:
    assert target_of(counted) is target


@pytest.mark.parametrize(
    ("weeks", "plateau"),
    [
        pytest.param([(10, 48), (11, 48), (11, 48), (12, 48)], True, id="35: 4.2 points over four weeks"),
        pytest.param([(3, 12)] * 4, False, id="36: twelve people are too few"),
        pytest.param([(22, 100), (25, 100), (29, 100), (34, 100)], False, id="37: twelve points are a rise"),
    ],
)
def test_a_plateau_stands_still_low(weeks: list[tuple[int, int]], plateau: bool) -> None:
    assert is_plateau([Adoption(x, n, n) for x, n in weeks]) is plateau


# --- 38 to 42: practice, and champions' time -------------------------------------------------------------------------


def test_38_doing_is_held_against_explaining_over_all_sessions() -> None:
    sessions = [(60, 20), (30, 5), (90, 40)]
    found = practice(sessions)
    assert (found.doing, found.explaining) == (180, 65)
    assert found.ratio == pytest.approx(2.77, abs=0.005)
    assert found.enough is False
    assert sum(doing / explaining for doing, explaining in sessions) / 3 == pytest.approx(3.75)


def test_39_without_explaining_nothing_is_divided() -> None:
    found = practice([(60, 0)])
    assert (found.doing, found.ratio, found.enough) == (60, None, None)


@pytest.mark.parametrize(
    ("hours", "displaced", "kept", "adherent"),
    [
        pytest.param(4, "", Kept.KEPT, False, id="40: four of forty with nothing displaced"),
        pytest.param(4, "The weekly report", Kept.KEPT, True, id="40: four of forty with the report displaced"),
        pytest.param(3.5, "The weekly report", Kept.SHORT, False, id="41: three and a half of forty are short"),
        pytest.param(7, "The weekly report", Kept.OVER, True, id="41: seven of forty are over"),
    ],
)
def test_time_is_protected_with_hours_and_work_removed(
    hours: float, displaced: str, kept: Kept, adherent: bool
) -> None:
    found = protected_week(hours=hours, contracted=40, displaced=displaced, phase=Phase.ACTIVE)
    assert (found.kept, found.adherent) == (kept, adherent)


@pytest.mark.parametrize(
    ("weeks", "dropped"),
    [
        pytest.param([True, True, False, False], DropOff.CONFIRMED, id="42: silent in weeks three and four"),
        pytest.param([True, True, None, False], DropOff.NONE, id="42: on leave in week three"),
    ],
)
def test_a_champion_drops_off_by_week_three(weeks: list[bool | None], dropped: DropOff) -> None:
    assert drop_off(weeks) is dropped


# --- 43 to 49: time, quality, retention, leaders ---------------------------------------------------------------------


def test_43_a_loss_of_time_is_kept_with_its_sign() -> None:
    pair = Pair(1, "A", before=60, after=90, times_a_week=2)
    assert pair.weekly_saving == -60
    assert statistics.median_interval([pair.weekly_saving]).estimate == -60
    ratio = statistics.paired_ratio([60, 60], [90, 120]).estimate
    assert ratio is not None
    assert ratio > 1


@pytest.mark.django_db
def test_44_who_answers_only_afterwards_is_no_pair_and_counted(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        whole = launched(meridian, pods=(3,), teams=(3,))
        both, only_after = whole.pods[0][:2]
        for kind, people, on in (
            (WaveKind.BASELINE, [both], MONDAY - timedelta(days=14)),
            (WaveKind.POST, [both, only_after], MONDAY + timedelta(days=56)),
        ):
            surveys.open_wave(program=whole.program, kind=kind, at=whole.at(on))
            for person in people:
                ask = Ask.objects.get(person=person, wave__kind=kind)
                surveys.answer(ask=ask, given={"minutes": 90, "times": 4}, at=whole.at(on + timedelta(days=1)))
        found = pairs(whole.program, cohort(whole.program))
        assert [pair.person_id for pair in found] == [both.pk]
        figure = SnapshotMetric.objects.get(
            run=whole.freeze(Checkpoint.SE), metric=Metric.WEEKLY_SAVING, group=Arm.PODS
        )
        assert (figure.observed, figure.eligible) == (1, 3)


def test_45_of_identical_differences_there_is_no_variation() -> None:
    for found in (
        statistics.mean_interval([30.0] * 10, seed=1),
        statistics.paired_ratio([100] * 10, [70] * 10),
        statistics.paired_change([100] * 10, [70] * 10),
        statistics.difference_in_differences([0.5] * 6, [0.25] * 12),
    ):
        assert (found.low, found.high, found.reason) == (None, None, statistics.Reason.NO_VARIATION)


def test_46_quality_whose_interval_reaches_below_is_not_shown_to_be_maintained() -> None:
    assert quality_of(-0.26, 30) is Quality.NOT_SHOWN
    assert quality_of(-0.25, 30) is Quality.MAINTAINED


def test_47_retention_is_told_with_the_missing_counted_both_ways() -> None:
    found = Adoption(26, 31, 34)
    assert (found.rate, found.worst, found.best) == pytest.approx((0.839, 0.765, 0.853), abs=0.0005)
    assert pytest.approx(0.542, abs=0.0005) == 26 / 48


@pytest.mark.django_db
def test_47_retention_is_frozen_so(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        whole = launched(meridian)
        whole.look(Checkpoint.SE, POD_ADOPTERS, TEAM_ADOPTERS)
        silent = [whole.pods[0][0], whole.pods[0][1], whole.pods[1][0]]
        run = whole.look(Checkpoint.S90, (8, 7, 4, 4, 3, 3), TEAM_ADOPTERS, silent=silent)
        kept = SnapshotMetric.objects.get(run=run, metric=Metric.RETENTION, group=Arm.PODS)
        assert (kept.x, kept.observed, kept.eligible) == (26, 31, 34)
        of_all = SnapshotMetric.objects.get(run=run, metric=Metric.RETENTION_OF_ALL, group=Arm.PODS)
        assert of_all.estimate == pytest.approx(26 / 48)


def test_48_when_nobody_lapsed_all_survive_and_the_median_is_not_reached() -> None:
    found = survival([3, 7, 12], [False, False, False])
    assert found.at(12).survivors == 1
    assert (found.median, found.reason) == (None, statistics.Reason.NOT_REACHED)


def test_49_a_leaders_video_models_nothing() -> None:
    assert modelling([(LeaderAct.VIDEO, MONDAY)], MONDAY) == 0


# --- 50 to 53: what may be published ---------------------------------------------------------------------------------


def released(*blocks: Block) -> Release:
    return publish(Facts("adoption", "S56", blocks), arrangement=arrange(blocks, Thresholds()), thresholds=Thresholds())


def block(department: str, pod: str, people: int, adopters: int) -> Block:
    return Block("pods", department, pod, people, people, adopters)


def row(found: Release, audience: Audience, margin: Margin, *members: str) -> Cell:
    return next(one for one in found.table(audience).cells if one.margin is margin and one.members == members)


def test_50_an_executive_sees_no_pod_of_eight() -> None:
    found = released(*(block("D", f"P{number}", 8, adopters) for number, adopters in enumerate((4, 3, 5, 4))))
    assert not [one for one in found.table(Audience.EXECUTIVE).cells if one.margin is Margin.POD]
    assert row(found, Audience.LEAD, Margin.POD, "P2").x == 5
    assert released(block("D", "P1", 8, 7)).table(Audience.EXECUTIVE).arm("pods").display is Display.NOT_SHOWN


def test_51_a_department_of_twenty_adopters_reads_all_but_fewer_than_three() -> None:
    found = released(block("North", "", 20, 20), block("South", "", 20, 19), block("West", "", 30, 15))
    north = row(found, Audience.EXECUTIVE, Margin.DEPARTMENT, "North")
    assert (north.display, north.band, north.x, north.percent) == (Display.ALL_BUT_FEWER, 3, None, None)


def test_52_a_row_of_three_merges_with_its_next_smallest_sibling() -> None:
    found = released(block("A", "", 12, 5), block("B", "", 3, 1), block("C", "", 25, 10))
    others = row(found, Audience.LEAD, Margin.DEPARTMENT, "A", "B")
    assert (others.merged, others.n) == (True, 15)
    assert found.table(Audience.LEAD).arm("pods").n == 40


def test_53_the_organisation_without_a_team_of_four_is_refused() -> None:
    rest = (block("A", "", 20, 9), block("B", "", 24, 12))
    everybody = (*rest, block("T", "", 4, 1))
    again = publish(
        Facts("adoption", "S56", rest, version=2),
        arrangement=arrange(everybody, Thresholds()),
        thresholds=Thresholds(),
        earlier=[Earlier(released(*everybody), (Movement("pods", "T", "", left=4),))],
    )
    for audience in Audience:
        assert {one.reason for one in again.table(audience).cells} == {Reason.EARLIER_RELEASE}


# --- 54 to 58: what is fixed stays fixed -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_54_an_edit_after_the_freeze_leaves_the_first_version_and_makes_a_restated_one(trial: Trial) -> None:
    first = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    before = [
        list(table.objects.filter(run=first).order_by("pk").values()) for table in (SnapshotMetric, SnapshotMember)
    ]
    second = trial.look(Checkpoint.S56, (8, 1, 1), (2, 2, 2), reason="A tool's logs came late")
    after = [
        list(table.objects.filter(run=first).order_by("pk").values()) for table in (SnapshotMetric, SnapshotMember)
    ]
    assert after == before
    assert (first.version, second.version, second.reason) == (1, 2, "A tool's logs came late")
    assert counts(first) == (18, 24, 24)
    with time_machine.travel(AT, tick=False):
        pods = evidence(trial.program, Audience.EXECUTIVE, at=AT).looks[-1].pods
    assert (pods.version, pods.x) == (2, 10)
    assert "18" in pods.before


@pytest.mark.django_db
def test_55_a_threshold_changed_after_the_launch_changes_no_look(trial: Trial) -> None:
    trial.freeze(Checkpoint.S0)
    trial.program.organization.smallest_group = 24
    trial.program.organization.smallest_group_executive = 40
    trial.program.organization.save(update_fields=["smallest_group", "smallest_group_executive"])
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    assert Thresholds.from_dict(run.params["thresholds"]) == Thresholds()
    assert counts(run) == (18, 24, 24)
    launch = SnapshotRun.objects.get(kind=Checkpoint.S0)
    assert (launch.spec_version, run.spec_version) == ("1.0", "1.0")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        SnapshotRun.objects.filter(pk=launch.pk).update(spec_version="1.1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "values"),
    [
        pytest.param("fixed = jsonb_set(fixed, '{primary_look}', '\"S30\"')", [], id="the main look"),
        pytest.param("fixed = NULL, launched_at = NULL", [], id="the launch itself"),
        pytest.param("starts_on = starts_on + 7", [], id="its first week"),
        pytest.param("weeks = 12", [], id="its length"),
    ],
)
def test_55_no_statement_changes_what_was_fixed_at_launch(trial: Trial, changes: str, values: list[object]) -> None:
    before = Program.objects.values().get()
    with pytest.raises(DatabaseError, match="fixed at launch"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE programs_program SET {changes}", values)
    assert Program.objects.values().get() == before


@pytest.mark.django_db
def test_55_another_version_of_the_specification_has_its_reason_and_holds_from_then_on(trial: Trial) -> None:
    early = trial.look(Checkpoint.S30, (6, 6, 6), (2, 2, 2))
    with pytest.raises(programs.Refused) as refused:
        respecify(trial, reason=" ")
    assert refused.value.code == "no_reason"
    made = respecify(trial, reason="The release moved the work of week 8")
    assert (made.version, AuditEvent.objects.filter(verb="program.respecified").count()) == (2, 1)
    program = Program.objects.select_related("organization", "workflow").get()
    assert (program.fixed, program.measure.primary_look) == (trial.program.fixed, Checkpoint.SE)
    later = replace(trial, program=program).look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    early.refresh_from_db()
    assert (early.spec_version, later.spec_version) == ("1.0", "1.0/2")
    gaps = [SnapshotMetric.objects.get(run=run, metric=Metric.DIFFERENCE) for run in (early, later)]
    assert gaps[1].low is not None
    assert gaps[0].low is not None
    assert gaps[1].low < gaps[0].low
    assert evidence(program, Audience.LEAD, at=AT).spec_version == "1.0/2"
    with pytest.raises(programs.Refused) as same:
        respecify(trial, reason="Once more")
    assert same.value.code == "nothing_different"
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Specification.objects.update(reason="Nicer words")


def respecify(trial: Trial, *, reason: str) -> Specification:
    return programs.respecify(
        program=trial.program,
        primary_look=Checkpoint.SE,
        least_icc=Decimal("0.2"),
        reason=reason,
        by=trial.world.lead.person,
        at=trial.at(MONDAY + timedelta(days=50)),
    )


@pytest.mark.django_db
def test_55_page_and_api_leave_what_was_fixed_alone(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        made = launched(meridian, pods=(3,), teams=(3,))
    lead = client_as(meridian.lead)
    where = "/o/meridian/p/client-reports/measure/"
    with time_machine.travel(AT, tick=False):
        refused = lead.post(where, {"primary_look": "SE", "least_icc": "0.01", "reason": "Because"})
        assert (refused.status_code, "from 0.05 to 0.5" in refused.content.decode()) == (422, True)
        assert 'value="Because"' in refused.content.decode()
        assert lead.post(where, {"primary_look": "SE", "least_icc": "0.05", "reason": "Because"}).status_code == 302
        assert "Because" in lead.get(where).content.decode()
        for method in (lead.put, lead.patch, lead.delete):
            assert method("/api/v1/o/meridian/p/client-reports/").status_code == 405
        assert client_as(meridian.executive).post(where, {}).status_code == 403
        assert client_as(meridian.member).get(where).status_code == 403
    with enter(meridian):
        assert Program.objects.get().fixed == made.program.fixed
        assert [row.reason for row in Specification.objects.all()] == ["Because"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(NEVER_SUCCESS))
def test_56_by_api_attendance_and_its_like_are_no_outcome_of_a_programme(
    name: str, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    body = {
        "name": "Letters",
        "workflow": "Letters",
        "comparison": "Nothing",
        "starts_on": "2026-08-03",
        "outcome": name,
    }
    with time_machine.travel(AT, tick=False):
        answer = client_as(meridian.lead).post(
            "/api/v1/o/meridian/p/", body, content_type="application/json", headers={"Idempotency-Key": "x" * 20}
        )
    assert answer.status_code == 400
    assert "never an outcome" in answer.content.decode()
    with enter(meridian):
        assert not Program.objects.exists()


@pytest.mark.parametrize(
    "name", ["attendance", "completion", "hours", "certificates", "satisfaction", "tokens", "seats"]
)
def test_56_attendance_and_its_like_are_refused_as_an_outcome(name: str) -> None:
    with pytest.raises(NeverSuccess):
        outcome(name)
    assert outcome("adoption") is Outcome.ADOPTION


@pytest.mark.django_db
def test_57_what_is_one_companys_is_nowhere_in_another(
    meridian: World, harbour: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        launched(meridian, pods=(3,), teams=(3,))
    client = client_as(harbour.lead)
    for where in ("o/{}/p/client-reports/evidence/", "api/v1/o/{}/p/client-reports/evidence/"):
        assert [client.get(f"/{where.format(slug)}").status_code for slug in ("meridian", "harbour")] == [404, 404]
    assert client_as(meridian.lead).get("/o/meridian/p/client-reports/evidence/").status_code == 200


@pytest.mark.django_db
def test_58_erasing_somebody_leaves_the_figures_and_takes_the_way_back(trial: Trial) -> None:
    run = trial.look(Checkpoint.S56, (6, 6, 6), (2, 2, 2))
    before = list(SnapshotMetric.objects.filter(run=run).order_by("pk").values())
    somebody = trial.pods[0][0]
    erase_person(person=somebody, by=None, at=trial.at(date(2026, 4, 1), time(9)))
    assert list(SnapshotMetric.objects.filter(run=run).order_by("pk").values()) == before
    assert SnapshotMember.objects.filter(run=run).count() == 48
    # Nobody can be found for one of the rows: it cannot be computed again.
    assert SnapshotKey.objects.count() == 47
    pods = evidence(trial.program, Audience.LEAD, at=AT).looks[-1].pods
    assert (pods.x, pods.n, pods.eligible, pods.recomputable) == (18, 24, 24, False)


# --- 59 to 62 --------------------------------------------------------------------------------------------------------


def test_59_a_negative_icc_counts_as_five_hundredths() -> None:
    found = clustered_difference([(4, 8)] * 6, [(2, 8)] * 12)
    assert found.icc is not None
    assert found.icc < 0
    assert (found.icc_used, found.design_effect) == (0.05, pytest.approx(1.35))


def test_60_two_pods_are_not_compared() -> None:
    found = clustered_difference(PODS[:2], TEAMS)
    assert (found.low, found.high, found.reason) == (None, None, statistics.Reason.TOO_FEW)
    assert why_no_comparison(Adoption(15, 24, 24), Adoption(22, 96, 96), clusters=2) is NoComparison.FEW_PODS


def test_61_a_look_on_day_30_may_be_called_clear_when_99_9_percent_leave_out_zero() -> None:
    found = clustered_difference(PODS, TEAMS, level=0.999)
    assert (found.low, found.high) == pytest.approx((0.0750, 0.7194), abs=0.00005)
    words = sentences.early(48, found.low or 0, found.high or 0, date(2026, 3, 16))
    assert words.startswith("A clear difference already: 48 points, 99.9% CI")
    assert sentences.early(10, -0.05, 0.25, date(2026, 3, 16)) == "No verdict before 16 March 2026."


@pytest.mark.django_db
def test_62_more_unprompted_than_there_were_is_rejected(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        week = running.program.starts_on - timedelta(weeks=2)
        with pytest.raises(Refused) as refused:
            record_check_in(
                person=running.members[0],
                workflow=running.program.workflow,
                week=week,
                total=3,
                unprompted=4,
                via=Via.PAGE,
                at=running.at(week + timedelta(days=8)),
            )
        assert (refused.value.field, refused.value.code) == ("unprompted", "more_than_total")


def test_every_case_of_the_specification_is_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    tried = {int(number) for number in re.findall(r'id="(\d+): |def test_(\d+)_', text) for number in number if number}
    assert tried == set(range(1, 63))
