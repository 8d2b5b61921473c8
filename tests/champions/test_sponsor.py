"""A sponsor sees the time they stand for, who runs out of it and what they can do; nobody else finds the page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.programs import actions as programs
from adoption.programs.models import Program
from adoption.programs.rules import Kind
from adoption.tenancy.models import Person
from champions.actions.agreements import record_sponsorship
from champions.models import Champion, LeaderDeed
from champions.queries.asks import modelling_of, modelling_of_each
from champions.queries.sponsor import sponsored, sponsorships_of
from champions.rules import LeaderAct
from metrics.actions.weeks import record_check_in
from metrics.rules import Via
from tests.agreeing import agree_on_time
from tests.champions.test_time import say
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program
from tests.running import STARTS_ON, Running, under_way
from tests.stock import an_ask
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

DAY = STARTS_ON + timedelta(days=10)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme in its second week, which the executive sponsors; its champion says that one of four hours is kept."""
    with enter(meridian):
        made = under_way(meridian)
        at = made.at(STARTS_ON)
        Person.objects.filter(pk=meridian.champion.person.pk).update(manager=meridian.manager)
        sponsor = meridian.executive.person
        record_sponsorship(program=made.program, sponsor=sponsor, budget_line="Learning, 4711", by=None, at=at)
        say(made, DAY, 1, hours="1")
        return made


def warn(running: Running, person: Person) -> None:
    programs.raise_attention(
        program=running.program, person=person, kind=Kind.CHAMPION_TIME, since=DAY, detail={}, at=running.at(DAY)
    )


def test_the_page_says_what_is_agreed_and_kept_and_what_to_do(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    address = reverse("sponsor", args=["meridian"])
    with enter(meridian):
        warn(running, meridian.champion.person)
        need = an_ask(meridian)
    with time_machine.travel(running.at(DAY), tick=False):
        page = client_as(meridian.executive).get(address).content.decode()
        home = client_as(meridian.executive).get(reverse("waiting-asks", args=["meridian"])).content.decode()
    assert "One champion is running out of time" in page
    assert "Learning, 4711" in page
    assert "4 hours a week, with 1 of one champion" in page
    assert "1 of 4 hours a week, as 1 champion said last" in page
    assert f"A word to {meridian.manager.name}" in page
    assert need.wanted in page
    assert "None of four kinds" in page or "0 of four kinds" in page or "Zero of four kinds" in page
    # Never the 1 to 5.
    assert "can_keep" not in page
    assert address in home
    assert "One champion is running out of time" in home


def test_a_stranger_a_manager_another_champion_and_a_lead_find_no_such_page(
    meridian: World, harbour: World, running: Running, client_as: ClientAs
) -> None:
    with time_machine.travel(running.at(DAY), tick=False):
        for other in (meridian.champion, meridian.lead, meridian.member, meridian.admin, meridian.owner):
            assert client_as(other).get(reverse("sponsor", args=["meridian"])).status_code == HTTPStatus.NOT_FOUND
        assert (
            client_as(harbour.executive).get(reverse("sponsor", args=["meridian"])).status_code == HTTPStatus.NOT_FOUND
        )
        assert (
            client_as(harbour.executive).get(reverse("sponsor", args=["harbour"])).status_code == HTTPStatus.NOT_FOUND
        )
        home = client_as(meridian.lead).get(reverse("waiting-asks", args=["meridian"])).content.decode()
    assert "for which you stand" not in home


def test_who_said_nothing_is_not_zero_and_who_was_not_asked_is_not_unknown(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        silent = PersonFactory.create(name="Nadia", manager=meridian.manager)
        named = Champion.objects.create(program=running.program, person=silent, named_at=AT)
        agree_on_time(
            Champion.objects.select_related("program", "organization", "person__manager").get(pk=named.pk),
            at=running.at(STARTS_ON),
        )
        [one] = sponsored(sponsorships_of(meridian.executive.person), on=DAY)
        assert (one.agreed, one.with_agreement, len(one.said)) == (Decimal(8), 2, 1)
        assert (one.kept, one.agreed_with_them) == (Decimal(1), Decimal(4))
        Program.objects.filter(pk=running.program.pk).update(ended_at=AT, followed_at=AT, closed_at=AT)
        assert sponsorships_of(meridian.executive.person) == []


@pytest.mark.parametrize("count", [1, 3])
def test_many_programmes_are_as_many_queries_as_one(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, count: int
) -> None:
    with enter(meridian):
        for number in range(count - 1):
            program = make_program(meridian, name=f"notices {number}", at=AT)
            record_sponsorship(program=program, sponsor=meridian.executive.person, budget_line="4711", by=None, at=AT)
            for _ in range(count):
                Champion.objects.create(program=program, person=PersonFactory.create(), named_at=AT)
        rows = sponsorships_of(meridian.executive.person)
        with CaptureQueriesContext(connection) as asked:
            assert len(sponsored(rows, on=DAY)) == count
    # Champions, their agreements and waivers, checks and answers, and who is warned of.
    assert len(asked) == 6


def test_a_leaders_own_weeks_count_without_anybodys_word(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    leader: Any = meridian.executive.person
    with enter(meridian):
        # A leader takes part as everybody else does.
        running.program.assignments.filter(person=running.compared[0]).update(person=leader)
        leader = Person.objects.select_related("organization").get(pk=leader.pk)

        def seen(weeks: int) -> tuple[int, bool]:
            last = STARTS_ON + timedelta(weeks=weeks)
            own = modelling_of(leader, on=last)
            return own.shown, any(one.from_weeks for one in own.kinds)

        for number, uses in enumerate((3, 5, 4)):
            week = STARTS_ON + timedelta(weeks=number)
            assert seen(number) == (0, False)
            record_check_in(
                person=leader,
                workflow=running.program.workflow,
                week=week,
                total=6,
                unprompted=uses,
                via=Via.PAGE,
                at=running.at(week + timedelta(days=7)),
            )
        assert seen(3) == (1, True)
        # Four weeks later it is over again.
        assert seen(6) == (0, False)
    with time_machine.travel(running.at(STARTS_ON + timedelta(weeks=3)), tick=False):
        page = client_as(meridian.executive).get(reverse("asks", args=["meridian"])).content.decode()
    assert "seen in your own weeks" in page


def test_of_several_leaders_it_is_read_at_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        leaders = PersonFactory.create_batch(3)
        for leader in leaders[:2]:
            LeaderDeed.objects.create(
                leader=leader,
                act=LeaderAct.SHARED_A_FAILURE,
                done_on=DAY,
                noted_by=meridian.champion.person,
                noted_at=AT,
                confirmed_by=meridian.lead.person,
                confirmed_at=AT,
            )
        for some in (leaders[:1], leaders):
            with CaptureQueriesContext(connection) as asked:
                found = modelling_of_each([one.pk for one in some], on=DAY)
            assert len(asked) == 3
        assert [found[one.pk].shown for one in leaders] == [1, 1, 0]
