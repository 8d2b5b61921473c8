"""Rollups are what the facts come to: after any sequence of writes, however they are drained, and by how many."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from adoption.programs import actions as programs
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm, asked_weeks
from adoption.tenancy.actions.people import (
    Refused as Overlap,
)
from adoption.tenancy.actions.people import (
    record_departure,
    record_leave,
    undo_departure,
    withdraw_leave,
)
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.walls import organization
from metrics.actions.imports import NotReady, discard_import, import_usage, undo_import
from metrics.actions.weeks import Line, drain, record_check_in, record_history
from metrics.models import ArmWeek, CheckIn, DirtyWeek, UseWeek, VendorFile
from metrics.queries.weeks import cohort, decide_weeks
from metrics.rules import GENUINE_FROM, Via, Week, WeekState
from pods.actions import log_session
from pods.rules import SessionKind
from tests.factories import World
from tests.house.processes import PATIENCE_SECONDS
from tests.metrics.usage import export, line
from tests.running import STARTS_ON, Running, with_baseline
from tests.worlds import Enter

FIRST = STARTS_ON - timedelta(weeks=2)
PEOPLE = st.integers(0, 5)
BACK = st.integers(1, 4)


def fresh(program: Program, week: date) -> dict[str, tuple[int, int, int, int]]:
    """Each arm's sums of a week, from the facts."""
    members = cohort(program)
    decided = decide_weeks(program.workflow, [one.person_id for one in members], [week])
    sums = {}
    for arm in Arm:
        weeks = [decided[one.person_id, week] for one in members if one.arm is arm]
        expected = [one for one in weeks if one.state is not WeekState.NOT_EXPECTED]
        known = [one.unprompted or 0 for one in expected if one.state is not WeekState.MISSING]
        sums[arm.value] = (
            len(expected),
            len(known),
            sum(uses >= 1 for uses in known),
            sum(uses >= GENUINE_FROM for uses in known),
        )
    return sums


def assert_rollups_are_the_facts(program: Program) -> None:
    """Of every week that was ever summed, and of everybody whose week was ever decided."""
    assert not DirtyWeek.objects.exists()
    kept: dict[date, dict[str, tuple[int, int, int, int]]] = {}
    for row in ArmWeek.objects.filter(program=program):
        kept.setdefault(row.week, {})[row.arm] = (row.eligible, row.observed, row.any_use, row.three_or_more)
    assert kept == {week: fresh(program, week) for week in kept}
    everybody = list(Person.objects.values_list("pk", flat=True))
    weeks = asked_weeks(program.starts_on, program.weeks)
    decided = decide_weeks(program.workflow, everybody, weeks)
    for row in UseWeek.objects.filter(workflow=program.workflow):
        expected = decided[row.person_id, row.week]
        assert expected == Week(
            WeekState(row.state),
            row.total,
            row.prompted,
            row.unprompted,
            expected.source if row.source == expected.source else None,  # type: ignore[arg-type]
            row.discrepant,
            row.inferred,
        )
    # Whoever has no row said nothing, and was not away in a week that has been summed.
    rows = set(UseWeek.objects.values_list("person_id", "week"))
    in_cohort = {one.person_id for one in cohort(program)}
    for (person, week), one in decided.items():
        if week in kept and person in in_cohort and (person, week) not in rows:
            assert one.state is WeekState.MISSING
    said = set(CheckIn.objects.filter(workflow=program.workflow).values_list("week", flat=True))
    assert said <= set(kept)


class Facts(RuleBasedStateMachine):
    """Weeks pass; people say something, mend it, leave, come back; tools' exports come and go; some of it is drained."""

    def __init__(self, running: Running, world: World) -> None:
        super().__init__()
        self.running, self.world, self.program = running, world, running.program
        self.people = [*running.members, *running.compared]
        self.today = STARTS_ON + timedelta(days=3)
        self.before = transaction.atomic()
        self.before.__enter__()

    def teardown(self) -> None:
        try:
            self.drain_all()
        finally:
            transaction.set_rollback(True)
            self.before.__exit__(None, None, None)

    @property
    def at(self) -> Any:
        return self.running.at(self.today)

    def week(self, back: int) -> date:
        """A Monday of so many weeks ago, none before the baseline."""
        return max(self.today - timedelta(days=self.today.weekday(), weeks=back), FIRST)

    @initialize(said=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=6, max_size=6))
    def a_first_week(self, said: list[tuple[int, int]]) -> None:
        lines = [
            Line(one.pk, FIRST, max(uses), min(uses)) for one, uses in zip(self.people, said, strict=True) if sum(uses)
        ]
        record_history(program=self.program, lines=lines, by=None, at=self.at)

    @precondition(lambda self: self.today < STARTS_ON + timedelta(weeks=8))
    @rule(days=st.integers(2, 9))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(person=PEOPLE, total=st.integers(0, 6), prompted=st.integers(0, 6))
    def somebody_says_or_mends_a_week(self, person: int, total: int, prompted: int) -> None:
        record_check_in(
            person=self.people[person],
            workflow=self.program.workflow,
            week=self.week(1),
            total=total,
            unprompted=max(0, total - prompted),
            via=Via.PAGE,
            at=self.at,
        )

    @rule(person=PEOPLE, back=BACK, uses=st.integers(0, 6))
    def a_system_sends_weeks(self, person: int, back: int, uses: int) -> None:
        lines = [Line(one.pk, self.week(back), uses, uses) for one in self.people[person:]]
        record_history(program=self.program, lines=lines, by=None, at=self.at)

    @rule(person=PEOPLE, back=BACK, active=st.booleans(), covers=st.booleans())
    def a_tools_export_comes(self, person: int, back: int, active: bool, covers: bool) -> None:
        sundays = [self.week(back) + timedelta(days=days) for days in (-1, 6)]
        lines = [
            line(one.mail, sunday, days=[sunday + timedelta(days=2)] if active else [])
            for one in self.people[person:]
            for sunday in sundays
            if one.mail and sunday + timedelta(days=6) < self.today
        ]
        self.today += timedelta(days=0 if lines else 1)
        if lines:
            with suppress(NotReady):
                import_usage(file_name="x.csv", content=export(*lines), covers_all_tools=covers, by=None, at=self.at)
            for file in VendorFile.objects.open():
                discard_import(file=file, by=None, at=self.at)

    @precondition(lambda self: VendorFile.objects.counting().exists())
    @rule(newest=st.booleans())
    def an_export_is_taken_back(self, newest: bool) -> None:
        files = list(VendorFile.objects.counting().newest_first())
        undo_import(file=files[0 if newest else -1], by=None, at=self.at)

    @rule(person=PEOPLE, back=st.integers(-1, 3), off=st.integers(-2, 1), days=st.integers(2, 14) | st.none())
    def somebody_is_on_leave(self, person: int, back: int, off: int, days: int | None) -> None:
        first = self.week(back) + timedelta(days=off)
        with suppress(Overlap):
            record_leave(
                person=self.people[person],
                starts_on=first,
                ends_on=None if days is None else first + timedelta(days=days),
                by=None,
                at=self.at,
            )

    @precondition(lambda self: Leave.objects.exists())
    @rule()
    def a_leave_is_withdrawn(self) -> None:
        leave = Leave.objects.order_by("pk").last()
        assert leave
        withdraw_leave(leave=leave, by=None, at=self.at)

    @rule(person=PEOPLE, back=st.integers(-1, 3), off=st.integers(-2, 2))
    def somebody_leaves(self, person: int, back: int, off: int) -> None:
        with suppress(Overlap):
            left_on = self.week(back) + timedelta(days=off)
            record_departure(person=self.people[person], left_on=left_on, by=None, at=self.at)

    @rule(person=PEOPLE)
    def somebody_is_back(self, person: int) -> None:
        undo_departure(person=self.people[person], by=None, at=self.at)

    @rule(person=st.integers(0, 2), back=st.integers(0, 2))
    def a_champion_sits_with_somebody(self, person: int, back: int) -> None:
        log_session(
            pod=self.running.pod,
            kind=SessionKind.ONE_TO_ONE,
            held_on=min(self.week(back) + timedelta(days=1), self.today),
            attendees=[self.people[person]],
            doing_minutes=30,
            explaining_minutes=5,
            note="",
            form_key=uuid4(),
            by=self.world.champion.person,
            at=self.at,
        )

    @precondition(lambda self: self.program.launched_at is None)
    @rule(person=st.integers(3, 5), inside=st.booleans())
    def a_lead_changes_the_comparison_group(self, person: int, inside: bool) -> None:
        chosen = [self.people[person]]
        if inside:
            programs.assign(
                program=self.program, arm=Arm.COMPARISON, cluster="Legal", people=chosen, by=None, at=self.at
            )
        else:
            programs.unassign(program=self.program, people=chosen, by=None, at=self.at)

    @rule()
    def it_is_launched(self) -> None:
        Program.objects.filter(pk=self.program.pk, launched_at=None).update(launched_at=self.at, fixed={})
        self.program = Program.objects.select_related("organization", "workflow").get(pk=self.program.pk)

    @precondition(lambda self: self.program.launched_at is not None)
    @rule(person=PEOPLE)
    def somebody_moves_to_another_pod(self, person: int) -> None:
        current = Assignment.objects.current().filter(
            program=self.program, person=self.people[person], from_on__lt=self.today
        )
        if current.update(to_on=self.today):
            Assignment.objects.create(
                program=self.program,
                person=self.people[person],
                arm=Arm.PODS,
                cluster="Weser",
                from_on=self.today + timedelta(days=1),
                recorded_at=self.at,
            )

    @rule(person=PEOPLE, back=st.booleans())
    def somebody_would_rather_not_take_part(self, person: int, back: bool) -> None:
        act = programs.take_back_objection if back else programs.object_to
        act(program=self.program, person=self.people[person], at=self.at)

    @rule(most=st.integers(1, 4))
    def some_of_it_is_drained(self, most: int) -> None:
        drain(at=self.at, most=most)

    @rule()
    def drain_all(self) -> None:
        while drain(at=self.at, most=3):
            pass
        assert_rollups_are_the_facts(self.program)


@pytest.mark.django_db
def test_after_any_sequence_of_writes_rollups_are_what_the_facts_come_to(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        run_state_machine_as_test(
            lambda: Facts(running, meridian),  # type: ignore[arg-type]
            settings=settings(
                max_examples=40,
                stateful_step_count=20,
                deadline=None,
                # What fails is seen as it is: making it smaller would take minutes.
                phases=[Phase.generate],
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.django_db(transaction=True)
def test_two_who_drain_at_once_while_people_go_on_answering_leave_nothing_stale(meridian: World, enter: Enter) -> None:
    """Each of three tells the other two nothing; whoever sums a week last knew everything that was known by then."""
    with enter(meridian):
        running = with_baseline(meridian)
        everybody, program = [*running.members, *running.compared], running.program
        at = running.at(STARTS_ON + timedelta(days=3))
    done = Event()

    def answer() -> None:
        for number in range(30):
            with organization(meridian.organization.pk):
                person, week = everybody[number % 6], FIRST + timedelta(weeks=number % 2)
                line = Line(person.pk, week, number % 7, min(number % 7, number % 3))
                record_history(program=program, lines=[line], by=None, at=at)

    def work() -> None:
        while not done.is_set():
            with organization(meridian.organization.pk):
                drain(at=at, most=1)

    def by_itself(act: Callable[[], None]) -> None:
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as beside:
        workers = [beside.submit(by_itself, work) for _ in range(2)]
        try:
            beside.submit(by_itself, answer).result(timeout=PATIENCE_SECONDS)
        finally:
            done.set()
        for worker in workers:
            worker.result(timeout=PATIENCE_SECONDS)
    with enter(meridian):
        while drain(at=at):
            pass
        assert_rollups_are_the_facts(program)
        assert CheckIn.objects.count() > 10
