"""Weeks of many people, decided kind by kind, are the weeks of each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, time, timedelta
from random import Random

import pytest
from django.db import connection, transaction

from adoption.programs.models import Workflow
from adoption.programs.rules import Arm, baseline_starts_on
from adoption.tenancy.models import Closure, Leave, Person
from metrics.actions import imports
from metrics.actions.survival import spells_of
from metrics.actions.weeks import Line, record_history
from metrics.models import UseWeek, VendorFile, VendorWeek
from metrics.queries.imports import Effect, effects_of
from metrics.queries.kinds import FACTS, week_of, window
from metrics.queries.weeks import CohortMember, decide_weeks
from metrics.rules import Source, Week, WeekState, spell
from pods.models import Attendance, Session
from pods.rules import SessionKind
from tests.factories import World
from tests.metrics.usage import export, line
from tests.running import STARTS_ON, Running, with_baseline
from tests.worlds import Enter

pytestmark = pytest.mark.django_db

FIRST = baseline_starts_on(STARTS_ON)
WEEKS = [FIRST + timedelta(weeks=number) for number in range(4)]
READ = f"""
WITH sought AS (
    SELECT person_id, week FROM unnest(%(people)s::bigint[]) AS one (person_id), unnest(%(weeks)s::date[]) AS w (week)
), {FACTS.strip()}
SELECT person_id, week, known FROM facts
"""


def kind_by_kind(workflow: Workflow, people: Iterable[int], weeks: Iterable[date]) -> dict[tuple[int, date], Week]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {**window(workflow, list(weeks)), "people": list(people)})
        return {(person, week): week_of(known) for person, week, known in cursor.fetchall()}


def everything_happens(running: Running, chance: Random) -> None:
    """Leaves, departures, versions, exports that supersede one another or were undone, and sessions, at random."""
    people = [*running.members, *running.compared]
    days = [FIRST + timedelta(days=number) for number in range(-7, 35)]
    at = running.at(WEEKS[-1] + timedelta(days=8))
    for version in range(3):
        lines = [
            Line(person.pk, week, total, chance.randint(0, total), chance.choice([None, total, 6]))
            for person in people
            for week in WEEKS
            if chance.random() < (0.6, 0.3, 0.1)[version]
            for total in [chance.choice([0, 1, 3, 6])]
        ]
        record_history(program=running.program, lines=lines, by=None, at=at + timedelta(hours=version))
    for person in people:
        begin = chance.choice(days)
        if chance.random() < 0.5:
            end = chance.choice([None, begin + timedelta(days=chance.choice([0, 4, 5, 11]))])
            Leave.objects.create(person=person, starts_on=begin, ends_on=end, created_at=at)
            if end and chance.random() < 0.5:
                after = end + timedelta(days=chance.choice([1, 2, 3]))
                Leave.objects.create(person=person, starts_on=after, ends_on=after + timedelta(days=4), created_at=at)
        if chance.random() < 0.15:
            Person.objects.filter(pk=person.pk).update(left_on=chance.choice(days))
    # A place that is closed to the Thursday, and everybody on the Friday; and a day of its own.
    Person.objects.filter(pk__in=[person.pk for person in people[::3]]).update(location="Harbour")
    shut = WEEKS[2]
    for place, first, last in (("Harbour", 0, 3), ("", 4, 4), ("", 7, 7)):
        begin, end = shut + timedelta(days=first), shut + timedelta(days=last)
        Closure.objects.create(name="Closed", starts_on=begin, ends_on=end, location=place, created_at=at)
    for number in range(6):
        file = VendorFile.objects.create(
            source="chatgpt",
            file_name="export.csv",
            file_hash=f"{number:064}",
            uploaded_at=at,
            covers_all_tools=chance.random() < 0.7,
            discarded_at=None,
            committed_at=at + timedelta(hours=chance.randint(0, 3)),
            undone_at=at + timedelta(hours=9) if number == 5 else None,
        )
        for person in people:
            # A vendor's week that begins on a Sunday, or ours; of four days now and then.
            for week in WEEKS:
                if chance.random() < 0.4:
                    begin = week - timedelta(days=chance.choice([0, 1]))
                    end = begin + timedelta(days=chance.choice([6, 6, 6, 3]))
                    active = [begin + timedelta(days=chance.randint(0, 3)) for _ in range(2)]
                    is_active = chance.random() < 0.4
                    if VendorWeek.objects.filter(file=file, person=person, period_start=begin).exists():
                        continue
                    VendorWeek.objects.create(
                        file=file,
                        person=person,
                        period_start=begin,
                        period_end=end,
                        is_active=is_active,
                        first_active_on=min(active) if is_active else None,
                        last_active_on=max(active) if is_active else None,
                    )
    for _ in range(12):
        session = Session.objects.create(
            pod=running.pod,
            kind=chance.choice([SessionKind.ONE_TO_ONE, SessionKind.ONE_TO_ONE, SessionKind.WORKSHOP]),
            held_on=chance.choice(days),
            doing_minutes=30,
            explaining_minutes=5,
            logged_at=running.at(WEEKS[-1], time(9)),
        )
        for person in chance.sample(people, 3):
            Attendance.objects.create(session=session, person=person)


def test_whatever_happened_a_week_is_the_same_decided_kind_by_kind_and_one_by_one(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        running = with_baseline(meridian, members=12, compared=12)
        everything_happens(running, Random(7))
        people = list(Person.objects.values_list("pk", flat=True))
        workflow = running.program.workflow
        for weeks in (WEEKS, WEEKS[1:3], WEEKS[3:]):
            assert kind_by_kind(workflow, people, weeks) == decide_weeks(workflow, people, weeks)
        found = kind_by_kind(workflow, people, WEEKS).values()
        # The test says something: every state and both sources are among them, with sessions and contradictions.
        assert {week.state for week in found} == set(WeekState)
        assert {week.source for week in found} >= {Source.SELF, Source.VENDOR}
        assert any(week.discrepant for week in found)
        assert any(week.occurrences is not None for week in found)


def test_what_a_preview_says_it_would_do_is_what_committing_it_does(meridian: World, enter: Enter) -> None:
    chance = Random(11)
    with enter(meridian):
        running = with_baseline(meridian, members=12, compared=12)
        everything_happens(running, chance)
        mine = Person.objects.filter(pk__in=[one.pk for one in (*running.members, *running.compared)])
        # In one order, so that chance falls on the same each time: rows that were written again lie elsewhere.
        people = list(mine.order_by("pk"))
        at = running.at(WEEKS[-1] + timedelta(days=9))
        rows = []
        for person in people:
            for week in WEEKS:
                sunday = week - timedelta(days=1)
                if chance.random() < 0.7:
                    days = [sunday + timedelta(days=chance.randint(0, 6))] if chance.random() < 0.3 else []
                    rows.append(line(str(person.mail), sunday, days=days))
        file = imports.begin_import(file_name="usage.csv", content=export(*rows), by=None, at=at)
        workflow, numbers = running.program.workflow, [one.pk for one in people]
        before = decide_weeks(workflow, numbers, WEEKS)
        for vouched, name in ((False, "plain"), (True, "vouched")):
            with transaction.atomic():
                imports.ask_commit(file=file, covers_all_tools=vouched, by=None, at=at)
                after = decide_weeks(workflow, numbers, WEEKS)
                transaction.set_rollback(True)
            file.refresh_from_db()
            expected = Effect()
            for key, week in before.items():
                expected.add(week, after[key], 1)
            assert effects_of(file)[name] == expected
            assert expected.reopened or expected.zeros
            assert expected.discrepant


def test_nobody_sought_is_no_week(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        running = with_baseline(meridian)
        assert kind_by_kind(running.program.workflow, [], WEEKS) == {}


def test_another_companys_facts_are_not_read(meridian: World, harbour: World, enter: Enter) -> None:
    with enter(harbour):
        theirs = with_baseline(harbour)
        everything_happens(theirs, Random(3))
        workflow, people = theirs.program.workflow, [person.pk for person in theirs.members]
    with enter(meridian):
        found = kind_by_kind(workflow, people, WEEKS)
        assert {week.state for week in found.values()} == {WeekState.MISSING}


def test_spells_told_kind_by_kind_are_those_of_each_person(meridian: World, enter: Enter) -> None:
    chance = Random(5)
    with enter(meridian):
        running = with_baseline(meridian, members=20, compared=20)
        weeks = [FIRST + timedelta(weeks=number) for number in range(14)]
        states = {0: WeekState.ZERO, None: WeekState.MISSING, -1: WeekState.NOT_EXPECTED}
        members, known = [], {}
        for person in [*running.members, *running.compared]:
            arm = Arm.PODS if person in running.members else Arm.COMPARISON
            left = chance.choice([None, None, *weeks, FIRST - timedelta(days=1)])
            members.append(CohortMember(person.pk, arm, "", "", left))
            steady = chance.choice([0.2, 0.6, 0.9])
            for week in weeks:
                uses = chance.choice([3, 4, 6]) if chance.random() < steady else chance.choice([0, 0, 1, 2, None, -1])
                # Of some nothing was ever written down.
                if chance.random() < 0.9:
                    counts = {"unprompted": uses, "total": uses} if uses is not None and uses >= 0 else {}
                    known[person.pk, week] = Week(
                        states.get(uses, WeekState.POSITIVE), unprompted=counts.get("unprompted")
                    )
                    UseWeek.objects.create(
                        person=person,
                        workflow=running.program.workflow,
                        week=week,
                        state=known[person.pk, week].state,
                        decided_at=running.at(weeks[-1]),
                        **counts,
                    )
        found = spells_of(running.program, members, weeks[-1])
        for arm in Arm:
            each = [
                spell(
                    [
                        known.get((one.person_id, week), Week(WeekState.MISSING))
                        for week in weeks
                        if one.left_on is None or week < one.left_on
                    ]
                )
                for one in members
                if one.arm is arm
            ]
            assert Counter(found[arm]) == Counter(filter(None, each))
            assert len(found[arm]) >= 5
