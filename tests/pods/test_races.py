"""Two at once: one follow-up with one answer, one reminder, one draft. Real connections, real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from adoption.outbox.models import Message
from adoption.programs.actions import raise_of_program
from adoption.programs.models import Attention, Program
from adoption.programs.rules import Kind, Template
from adoption.tenancy.models import Agenda, AuditEvent
from adoption.tenancy.walls import organization
from pods import actions
from pods.actions import FOLLOW_UP, AlreadyAnswered
from pods.actions.replacement import start_replacement
from pods.models import FollowUp, Session
from pods.rules import Cause, SessionKind, Used
from pods.tasks import follow_up_due
from tests.factories import AT, World, make_meridian
from tests.house.processes import PATIENCE_SECONDS
from tests.practice import Practice, practise

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(world: World, *works: Callable[[], object]) -> list[object]:
    """Carry out several things in the company at the same moment, each with a connection of its own."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            with organization(world.organization.pk):
                start.wait(timeout=PATIENCE_SECONDS)
                return work()
        except AlreadyAnswered:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def answer(practice: Practice, used: Used, cause: Cause | None) -> FollowUp:
    return actions.answer_follow_up(
        follow_up=practice.follow_up,
        used=used,
        what_happened=str(used),
        what_failed="",
        cause=cause,
        fixed=False if cause else None,
        by=practice.champion.person,
        at=AT,
    )


def test_a_follow_up_closed_by_two_at_once_has_the_answer_of_one() -> None:
    world = make_meridian()
    practice = practise(world)
    done = at_once(
        world,
        lambda: answer(practice, Used.YES, None),
        lambda: answer(practice, Used.STOPPED, Cause.OBSTACLE),
    )
    assert sum(one is not None for one in done) == 1
    (first,) = (one for one in done if isinstance(one, FollowUp))
    with organization(world.organization.pk):
        row = FollowUp.objects.get()
        assert (row.used, row.what_happened, row.cause) == (first.used, first.what_happened, first.cause)
        assert AuditEvent.objects.filter(verb="follow_up.answered").count() == 1
        assert Attention.objects.open().count() == (row.used == Used.STOPPED)


def test_a_session_pressed_twice_at_once_is_one_with_one_day_7() -> None:
    world = make_meridian()
    practice = practise(world)
    form_key = uuid4()

    def log() -> Session:
        return actions.log_session(
            pod=practice.pod,
            kind=SessionKind.ONE_TO_ONE,
            held_on=AT.date(),
            attendees=[practice.members[1]],
            doing_minutes=40,
            explaining_minutes=10,
            note="",
            form_key=form_key,
            by=practice.champion.person,
            at=AT,
        )

    first, second = at_once(world, log, log)
    assert first == second
    with organization(world.organization.pk):
        assert Session.objects.filter(form_key=form_key).count() == 1
        promised = FollowUp.objects.get(session=first)
        assert promised.person == practice.members[1]
        assert Agenda.objects.filter(task=actions.FOLLOW_UP_DUE, row_id=promised.pk).count() == 1


def test_the_task_of_day_7_delivered_twice_at_once_reminds_once() -> None:
    world = make_meridian()
    practice = practise(world)
    with organization(world.organization.pk):
        row = Agenda.objects.get(task=actions.FOLLOW_UP_DUE, row_id=practice.follow_up.pk)
    at = row.due_at.isoformat()
    start = threading.Barrier(2)

    def deliver(_number: int) -> None:
        try:
            start.wait(timeout=PATIENCE_SECONDS)
            follow_up_due(agenda_id=row.pk, at=at)  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(deliver, range(2)))
    follow_up_due(agenda_id=row.pk, at=(row.due_at + timedelta(hours=1)).isoformat())  # type: ignore[operator]
    with organization(world.organization.pk):
        assert Message.objects.filter(kind=FOLLOW_UP).count() == 1
        assert Attention.objects.open().filter(kind=Kind.FOLLOW_UP_DUE).count() == 1


def test_a_replacement_drafted_by_two_at_once_is_one() -> None:
    world = make_meridian()
    practice = practise(world)
    with organization(world.organization.pk):
        Program.objects.update(
            starts_on=AT.date() - timedelta(days=16, weeks=5), baseline_opened_at=AT, launched_at=AT, fixed={}
        )
        program = Program.objects.select_related("organization").get(pk=practice.program.pk)
        detail = {"team": 20, "target": 14}
        raise_of_program(program=program, kind=Kind.PLATEAU, since=AT.date(), detail=detail, at=AT)

    def start() -> Program:
        return start_replacement(program=program, name="Again", by=world.lead.person, at=AT)

    first, second = at_once(world, start, start)
    assert first == second
    with organization(world.organization.pk):
        assert Program.objects.filter(template=Template.REPLACEMENT).count() == 1
        assert AuditEvent.objects.filter(verb="attention.handled").count() == 1
