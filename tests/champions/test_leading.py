"""Leaders whom nobody has seen use it: noticed after four weeks, for leads alone, once, and let be as soon as they are seen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.programs import actions as programs
from adoption.programs.models import Attention, Program, Step
from adoption.programs.queries import told_of
from adoption.programs.rules import LOOK_AT_CHAMPIONS, Kind
from adoption.tenancy.actions import agenda
from adoption.tenancy.models import Agenda, AuditEvent, Leave, RoleGrant
from adoption.tenancy.rules import Role
from champions import rules
from champions.actions.asks import confirm_deed, note_deed
from champions.actions.leaders import look_at_leaders
from champions.models import LeaderDeed
from champions.queries.leaders import leader_looks, one_leader
from champions.rules import LeaderAct
from pods.tasks import look_at_champions
from tests.factories import MembershipFactory, PersonFactory, World
from tests.practice import make_program
from tests.running import STARTS_ON, Running, under_way
from tests.worlds import ClientAs, Enter

DAY = STARTS_ON + timedelta(days=28)


# --- rules -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", list(LeaderAct))
def test_only_own_hands_show_that_a_leader_uses_it(act: LeaderAct) -> None:
    own = {LeaderAct.JOINED_AS_LEARNER, LeaderAct.SHARED_A_FAILURE, LeaderAct.CHANGED_OWN_WORKFLOW}
    assert (rules.used_on([(act, DAY)], DAY) == DAY) is (act in own)


def test_what_was_seen_counts_for_28_days_and_not_before_its_day() -> None:
    def seen(back: int) -> bool:
        return rules.used_on([(LeaderAct.JOINED_AS_LEARNER, DAY - timedelta(days=back))], DAY) is not None

    assert [seen(back) for back in (-1, 0, 27, 28)] == [False, True, True, False]
    assert rules.used_on([], DAY) is None
    twice = [(LeaderAct.JOINED_AS_LEARNER, DAY - timedelta(days=back)) for back in (3, 2, 40)]
    assert rules.used_on(twice, DAY) == DAY - timedelta(days=2)


def test_days_away_are_counted_once_and_within_the_28_days_alone() -> None:
    first = DAY - timedelta(days=27)
    assert rules.days_away([], DAY) == 0
    assert rules.days_away([(first - timedelta(days=9), first)], DAY) == 1
    assert rules.days_away([(first, first + timedelta(days=6)), (first + timedelta(days=3), first)], DAY) == 7
    assert rules.days_away([(DAY, None)], DAY) == 1
    assert rules.days_away([(first - timedelta(days=40), None)], DAY) == 28


@pytest.mark.parametrize(
    ("uses", "expected_for", "away", "wanted"),
    [
        (False, 28, 0, True),
        (False, 27, 0, False),
        (True, 60, 0, False),
        (False, 60, 13, True),
        (False, 60, 14, False),
    ],
)
def test_a_word_is_wanted_after_28_days_in_which_they_could_have_and_did_not(
    uses: bool, expected_for: int, away: int, wanted: bool
) -> None:
    since = DAY - timedelta(days=expected_for)
    assert rules.wants_a_word(uses=uses, expected_since=since, away=away, on=DAY) is wanted


# --- noticing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme that runs, in a company whose executive has been one for long."""
    with enter(meridian):
        made = under_way(meridian)
        RoleGrant.objects.update(granted_at=made.at(STARTS_ON - timedelta(days=90)))
        return made


@pytest.fixture
def look(running: Running) -> Any:
    """Somebody looks, on a day."""
    return lambda day=DAY: look_at_leaders(program=running.program, at=running.at(day))


def rows() -> list[Attention]:
    return list(Attention.objects.open().filter(kind=Kind.LEADER_ABSENT).select_related("person", "program"))


def deed(running: Running, world: World, act: LeaderAct, day: date = DAY) -> LeaderDeed:
    given: dict[str, Any] = {"leader": world.executive.person, "act": act, "done_on": day, "note": ""}
    return note_deed(**given, by=world.champion.person, at=running.at(day))


pytestmark = pytest.mark.django_db


def test_after_28_days_without_an_example_a_leader_stands_on_the_leads_list_once(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        look(DAY - timedelta(days=1))
        assert rows() == []
        look()
        look(DAY + timedelta(days=7))
        (row,) = rows()
        assert (row.person, row.since) == (meridian.executive.person, DAY)
        told = told_of(row)
        assert "People do what they see leaders do" in str(told.why)
        assert "alone" in str(told.step)


def test_the_weekly_look_at_champions_looks_at_leaders_too(meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        step = Step.objects.create(
            program=running.program, task=LOOK_AT_CHAMPIONS, key="a-look", due_on=DAY, hour=running.at(DAY).time()
        )
        agenda.schedule(task=LOOK_AT_CHAMPIONS, row_id=step.pk, due_at=running.at(DAY))
        promise = Agenda.objects.get(task=LOOK_AT_CHAMPIONS, row_id=step.pk)
    look_at_champions(promise.pk, at=running.at(DAY).isoformat())
    with enter(meridian):
        assert len(rows()) == 1


@pytest.mark.parametrize("act", [LeaderAct.VIDEO, LeaderAct.MAIL, LeaderAct.SPONSORED, LeaderAct.ACTED_ON_FEEDBACK])
def test_what_is_done_without_own_hands_changes_nothing(
    meridian: World, running: Running, look: Any, enter: Enter, act: LeaderAct
) -> None:
    with enter(meridian):
        confirm_deed(deed=deed(running, meridian, act), by=meridian.lead.person, at=running.at(DAY))
        look()
        assert len(rows()) == 1


def test_whoever_was_seen_is_let_be_and_comes_off_at_once(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        look()
        seen = deed(running, meridian, LeaderAct.SHARED_A_FAILURE)
        assert len(rows()) == 1
        confirm_deed(deed=seen, by=meridian.lead.person, at=running.at(DAY))
        assert rows() == []
        assert Attention.objects.get(kind=Kind.LEADER_ABSENT).handled_at is None
        look(DAY + timedelta(days=27))
        assert rows() == []
        look(DAY + timedelta(days=28))
        assert len(rows()) == 1


def test_a_deed_of_long_ago_that_is_confirmed_today_takes_nobody_off(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        look()
        old = deed(running, meridian, LeaderAct.SHARED_A_FAILURE, DAY - timedelta(days=28))
        confirm_deed(deed=old, by=meridian.lead.person, at=running.at(DAY))
        assert len(rows()) == 1


def test_nobody_is_noticed_because_somebody_else_has_not_confirmed_it_yet(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        deed(running, meridian, LeaderAct.JOINED_AS_LEARNER)
        look()
        assert rows() == []


def test_whoever_is_away_was_away_for_long_objects_or_has_just_become_one_is_let_be(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    leader = meridian.executive.person
    with enter(meridian):
        leave = Leave.objects.create(person=leader, starts_on=DAY, ends_on=None, created_at=running.at(DAY))
        look()
        assert rows() == []
        Leave.objects.filter(pk=leave.pk).update(starts_on=DAY - timedelta(days=20), ends_on=DAY - timedelta(days=7))
        look()
        assert rows() == []
        leave.delete()
        programs.object_to(program=running.program, person=leader, at=running.at(DAY))
        look()
        assert rows() == []
        programs.take_back_objection(program=running.program, person=leader, at=running.at(DAY))
        RoleGrant.objects.update(granted_at=running.at(DAY - timedelta(days=27)))
        look()
        assert rows() == []
        look(DAY + timedelta(days=1))
        assert len(rows()) == 1


def test_whoever_takes_part_or_leads_programmes_is_seen_to_as_everybody(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        part = MembershipFactory.create(
            person=PersonFactory.create(), organization=meridian.organization, roles={Role.EXECUTIVE}
        )
        lead = MembershipFactory.create(
            person=PersonFactory.create(), organization=meridian.organization, roles={Role.EXECUTIVE, Role.LEAD}
        )
        RoleGrant.objects.update(granted_at=running.at(STARTS_ON - timedelta(days=90)))
        running.program.assignments.filter(person=running.members[0]).update(person=part.person)
        look()
        assert [row.person for row in rows()] == [meridian.executive.person]
        for one in (part, lead):
            assert one_leader(one.person.public_id, on=DAY) is None
        assert one_leader(meridian.executive.person.public_id, on=DAY) == meridian.executive.person
        assert one_leader(meridian.member.person.public_id, on=DAY) is None


def test_one_programme_speaks_for_all_and_whoever_was_spoken_with_is_let_be_for_four_weeks(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        other = make_program(meridian, name="minutes")
        Program.objects.filter(pk=other.pk).update(
            baseline_opened_at=running.at(STARTS_ON), launched_at=running.at(STARTS_ON), starts_on=STARTS_ON, fixed={}
        )
        other.refresh_from_db()
        look()
        look_at_leaders(program=other, at=running.at(DAY))
        (row,) = rows()
        programs.handle_attention(attention=row, by=meridian.lead.person, at=running.at(DAY))
        # The trail tells that a reason was seen to, and not that it was this one.
        (told,) = AuditEvent.objects.filter(verb="attention.handled")
        assert told.detail == {}
        for day in (DAY + timedelta(days=7), DAY + timedelta(days=27)):
            look(day)
            look_at_leaders(program=other, at=running.at(day))
        assert rows() == []
        look(DAY + timedelta(days=29))
        assert len(rows()) == 1


def test_it_rests_while_it_is_put_off_and_ends_with_the_phase(
    meridian: World, running: Running, look: Any, enter: Enter
) -> None:
    with enter(meridian):
        look()
        (row,) = rows()
        until = DAY + timedelta(days=14)
        programs.put_off_attention(
            attention=row, until=until, reason="Quarter’s end", by=meridian.lead.person, at=running.at(DAY)
        )
        look(DAY + timedelta(days=7))
        assert [one.pk for one in rows()] == [row.pk]
        assert not Attention.objects.wanting(DAY + timedelta(days=7)).filter(pk=row.pk).exists()
        assert Attention.objects.wanting(until).filter(pk=row.pk).exists()
        programs.end(program=running.program, at=running.at(DAY + timedelta(days=60)))
        assert rows() == []
        running.program.refresh_from_db()
        look(DAY + timedelta(days=61))
        assert rows() == []


def test_leads_alone_read_it(meridian: World, running: Running, look: Any, enter: Enter, client_as: ClientAs) -> None:
    leader, slug = meridian.executive.person, running.program.slug
    with enter(meridian):
        look()
        (row,) = rows()
        # Even where the leader sits in a pod, its champion is told nothing.
        running.pod.seats.filter(person=running.members[0]).update(person=leader)
    words = "nobody has seen use it"
    with time_machine.travel(running.at(DAY), tick=False):
        page = client_as(meridian.lead).get(reverse("attention", args=["meridian", slug])).content.decode()
        assert words in page
        assert reverse("leader", args=["meridian", slug, leader.public_id]) in page
        assert reverse("attention-ask", args=["meridian", slug, row.public_id]) not in page
        for somebody in (meridian.champion, meridian.executive, meridian.member, meridian.admin, meridian.owner):
            client = client_as(somebody)
            for place in (
                reverse("home", args=["meridian"]),
                reverse("pods", args=["meridian"]),
                reverse("waiting-pods", args=["meridian"]),
                reverse("waiting-asks", args=["meridian"]),
                reverse("pod", args=["meridian", running.pod.public_id]),
                reverse("attention", args=["meridian", slug]),
                reverse("attention-everywhere", args=["meridian"]),
                reverse("leaders", args=["meridian", slug]),
                reverse("evidence", args=["meridian", slug]),
                reverse("program", args=["meridian", slug]),
                reverse("programs", args=["meridian"]),
                reverse("sponsor", args=["meridian"]),
                reverse("audit", args=["meridian"]),
            ):
                answer = client.get(place)
                assert words not in answer.content.decode()
                if "leaders" in place or "attention" in place:
                    assert answer.status_code in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def test_looking_asks_as_much_of_one_leader_as_of_many(meridian: World, running: Running, enter: Enter) -> None:
    def queries(at: datetime) -> int:
        with CaptureQueriesContext(connection) as asked:
            leader_looks(running.program, at=at)
        return len(asked)

    with enter(meridian):
        one = queries(running.at(DAY))
        for _ in range(2):
            MembershipFactory.create(
                person=PersonFactory.create(), organization=meridian.organization, roles={Role.EXECUTIVE}
            )
        assert queries(running.at(DAY)) == one == 6
