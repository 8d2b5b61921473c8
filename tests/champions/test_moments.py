"""Two weeks after their own start whoever uses AI unasked is invited to tell of a win: once, in working hours."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.outbox.rules import KINDS
from adoption.programs import actions as programs
from adoption.programs.models import Program, Step
from adoption.programs.rules import TELL_WINS, plan_active
from adoption.tenancy.actions.people import record_leave
from adoption.tenancy.models import Agenda, Person
from champions.actions.moments import LOOK, begin_to_look, invite_to_tell
from champions.queries.moments import TELL_WIN, facts_of_moment, moment_wanted
from champions.rules.winning import Beginning, is_moment
from metrics.actions.weeks import record_check_in
from metrics.rules import Via
from pods.rules import SessionKind
from tests.champions.test_time import session
from tests.factories import AT, MembershipFactory, World
from tests.running import STARTS_ON, Running, under_way
from tests.stock import a_win
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

MONDAY = STARTS_ON + timedelta(weeks=2)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme in its third week; its three members sign in and have told of both weeks: four, one and no use."""
    with enter(meridian):
        made = under_way(meridian)
        for person, uses in zip(made.members, (4, 1, 0), strict=True):
            MembershipFactory.create(person=person)
            for week in (STARTS_ON, STARTS_ON + timedelta(weeks=1)):
                log(made, person, week, uses)
        return made


def log(running: Running, person: Person, week: date, uses: int) -> None:
    record_check_in(
        person=Person.objects.select_related("organization").get(pk=person.pk),
        workflow=running.program.workflow,
        week=week,
        total=uses,
        unprompted=uses,
        via=Via.PAGE,
        at=running.at(week + timedelta(days=7)),
    )


def invite(running: Running, day: date) -> Any:
    program = Program.objects.select_related("organization", "workflow").get(pk=running.program.pk)
    return invite_to_tell(program=program, at=running.at(day))


def invited() -> list[int]:
    return list(Message.objects.filter(kind=TELL_WIN).order_by("pk").values_list("person_id", flat=True))


@pytest.mark.parametrize(
    ("day", "uses", "asked"),
    [(13, True, False), (14, True, True), (14, False, False), (20, True, True), (21, True, False)],
)
def test_the_moment_is_a_week_that_begins_on_day_14(day: int, uses: bool, asked: bool) -> None:
    assert is_moment(Beginning(MONDAY, uses), MONDAY + timedelta(days=day)) is asked


def test_whoever_uses_it_unasked_is_invited_once_and_nobody_else(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        assert invite(running, MONDAY - timedelta(days=3)) is not None
        assert invited() == []
        again_at = invite(running, MONDAY)
        assert again_at == running.at(MONDAY + timedelta(days=1))
        # The adopter and the developing one, not who does not use it.
        assert invited() == [one.pk for one in running.members[:2]]
        for day in range(1, 30):
            invite(running, MONDAY + timedelta(days=day))
        assert len(invited()) == 2
        message = Message.objects.filter(kind=TELL_WIN)[0]
        assert facts_of_moment(message=message, at=AT)["address"].endswith(
            f"/o/meridian/kit/wins/new/?asked=1&workflow={running.program.workflow.public_id}"
        )


def test_a_week_that_is_told_of_late_is_not_too_late(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        late = running.members[2]
        invite(running, MONDAY)
        log(running, late, STARTS_ON + timedelta(weeks=1), 5)
        invite(running, MONDAY + timedelta(days=2))
        assert late.pk in invited()


def test_their_own_start_counts_and_not_the_programmes(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        session(running, STARTS_ON + timedelta(days=8), SessionKind.ONE_TO_ONE)
        invite(running, MONDAY)
        assert invited() == [running.members[1].pk]
        invite(running, STARTS_ON + timedelta(days=22))
        assert invited() == [running.members[1].pk, running.members[0].pk]


def test_nobody_is_invited_who_objects_is_away_cannot_come_in_or_has_told_already(
    meridian: World, running: Running, enter: Enter
) -> None:
    first, second, _ = running.members
    with enter(meridian):
        programs.object_to(program=running.program, person=first, at=running.at(MONDAY))
        record_leave(person=second, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=1), by=None, at=AT)
        invite(running, MONDAY)
        assert invited() == []
        programs.take_back_objection(program=running.program, person=first, at=running.at(MONDAY))
        a_win(first, at=running.at(MONDAY))
        invite(running, MONDAY + timedelta(days=2))
        # Back again, and still within the week.
        assert invited() == [second.pk]
        message = Message.objects.get(kind=TELL_WIN)
        assert moment_wanted(message=message, at=AT)
        a_win(second, at=running.at(MONDAY))
        assert not moment_wanted(message=message, at=AT)


def test_whoever_cannot_sign_in_is_not_sent_to_a_page_behind_the_sign_in(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        running.members[0].memberships.update(ended_at=AT)
        invite(running, MONDAY)
        assert invited() == [running.members[1].pk]


def test_somebody_looks_every_working_day_until_the_phase_ends(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        friday = MONDAY + timedelta(days=4)
        assert invite(running, friday).date() == friday + timedelta(days=3)
        assert invite(running, running.program.ends_on + timedelta(days=1)) is None
        Program.objects.filter(pk=running.program.pk).update(ended_at=AT)
        assert invite(running, MONDAY) is None
        message = Message(person=running.members[0], row_id=running.program.pk)
        assert not moment_wanted(message=message, at=AT)
        assert KINDS[TELL_WIN].lasts == timedelta(days=7)


def test_the_calendar_begins_it(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        programs.calendar.promise(running.program, plan_active(STARTS_ON, 10))
        assert Step.objects.get(task=TELL_WINS).due_on == MONDAY
        begin_to_look(program=running.program, at=AT)
        begin_to_look(program=running.program, at=AT)
        assert Agenda.objects.filter(task=LOOK, row_id=running.program.pk).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_as_many_queries_as_one(
    meridian: World, running: Running, enter: Enter, django_assert_num_queries: Any, count: int
) -> None:
    with enter(meridian):
        for one in running.members[count:]:
            one.memberships.update(ended_at=AT)
        for one in running.members[:count]:
            log(running, one, STARTS_ON + timedelta(weeks=1), 6)
        with django_assert_num_queries(19):
            invite(running, MONDAY)
        assert len(invited()) == count


def test_the_form_comes_with_the_work_filled_in(
    meridian: World, harbour: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    address = reverse("win-new", args=["meridian"])
    work = {"asked": 1, "workflow": str(running.program.workflow.public_id)}
    with time_machine.travel(running.at(MONDAY), tick=False):
        page = client_as(meridian.member).get(address, work).content.decode()
        assert 'value="Client report drafting"' in page
        assert "checked" in page
        # Another company's work is no work.
        assert client_as(harbour.member).get(reverse("win-new", args=["harbour"]), work).status_code == HTTPStatus.OK
        other = client_as(harbour.member).get(reverse("win-new", args=["harbour"]), work).content.decode()
    assert "Client report drafting" not in other
