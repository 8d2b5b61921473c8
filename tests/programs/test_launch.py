"""What a launch sets going is said before it, and then happens so, row for row."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from http import HTTPStatus

import pytest
import time_machine
from celery import current_app
from django.urls import reverse

from adoption.outbox.models import Message
from adoption.programs import actions
from adoption.programs.models import Program, Step
from adoption.programs.queries.calendar import step_called
from adoption.programs.queries.launch import launch_preview
from adoption.programs.rules import ASK_CHAMPIONS, FREEZE, TELL_EVIDENCE
from adoption.tenancy.actions.closures import close_days
from adoption.tenancy.models import Agenda
from surveys.actions import answer
from surveys.models import Ask
from tests.factories import LeaveFactory, World
from tests.practice import make_program
from tests.readying import make_ready
from tests.running import Running, with_baseline
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    """A programme that may be launched, on the Thursday before its first week."""
    with enter(meridian):
        found = with_baseline(meridian)
        make_ready(found.program, at=found.program.baseline_opened_at)
    return found


def test_what_is_sent_after_the_launch_is_what_was_said_before_it_row_for_row(
    meridian: World, running: Running, enter: Enter
) -> None:
    program = running.program
    monday = program.starts_on - timedelta(days=14)
    with enter(meridian):
        # One of them is away for a while, which is known before.
        LeaveFactory(
            person=running.members[0],
            starts_on=program.starts_on + timedelta(weeks=3),
            ends_on=program.starts_on + timedelta(weeks=5),
        )
        live(program, running.at(monday + timedelta(days=10)))
        at = running.at(monday + timedelta(days=10), time(13))
        for ask in Ask.objects.all():
            answer(ask=ask, given={"minutes": 60, "times": 4}, at=at)
        # A survey a week later, its reminder two days later, a question on a Wednesday; and one question left out.
        wish(program, at, "post-survey-reminder", 9)
        wish(program, at, "post-survey", 7)
        wish(program, at, asked(program, 4), 2)
        wish(program, at, asked(program, 6))
        # Away as it was planned, there when it comes.
        LeaveFactory(
            person=running.members[1],
            starts_on=program.starts_on + timedelta(days=56),
            ends_on=program.starts_on + timedelta(days=57),
        )
        # A day on which mails wait; and a week of which nobody is asked, so long that nobody could still say anything of the one before.
        for name, first, last in (
            ("Outing", asked_on(program, 3), asked_on(program, 3)),
            ("Holidays", *closed(program)),
        ):
            close_days(organization=program.organization, name=name, starts_on=first, ends_on=last, by=None, at=at)
        said = launch_preview(program, at=at)
        goes_on = {row.key: row.goes_on for row in said.rows if row.goes_on and row.goes_on.weekday() != 0}
        assert goes_on[asked(program, 3)] == asked_on(program, 3) + timedelta(days=1)
        assert {row.key for row in said.rows if row.step.moved_from} == {
            "post-survey-reminder",
            "post-survey",
            asked(program, 4),
        }
        assert [row.step.key for row in said.skipped] == [asked(program, 6)]
        actions.launch(program=program, by=None, at=at)
        before = set(Message.objects.values_list("pk", flat=True))
        steps = {step.key: step for step in Step.objects.open().filter(program=program)}
        assert [(row.key, row.step.due_on, row.step.hour) for row in said.rows] == [
            (step.key, step.due_on, step.hour)
            for step in sorted(steps.values(), key=lambda one: (one.due_on, one.hour, one.key))
        ]
        live(program, running.at(program.ends_on + timedelta(days=125)))
        sent = Counter(Message.objects.exclude(pk__in=before).values_list("said_at", flat=True))
    # Nobody answers, so everybody is reminded; and nothing is frozen, so that no month has anything new to tell.
    told: Counter[datetime] = Counter()
    for row in said.rows:
        told[row.at] += 0 if row.step.task == TELL_EVIDENCE else row.people or 0
    assert +told == sent
    assert said.messages >= sent.total()
    assert {row.people for row in said.rows if row.step.task == ASK_CHAMPIONS} == {1}
    assert {row.people for row in said.rows if row.key.startswith("week-")} == {0, 6, 7}
    assert [row.key for row in said.rows if row.people == 0 and row.key.startswith("week-")] == [
        asked(program, 7),
        asked(program, 8),
    ]


def asked(program: Program, number: int) -> str:
    """The key of the question about a week of the programme."""
    return f"week-{program.starts_on + timedelta(weeks=number - 1)}"


def asked_on(program: Program, number: int) -> date:
    """The Monday on which that question goes out."""
    return program.starts_on + timedelta(weeks=number)


def closed(program: Program) -> tuple[date, date]:
    """A week and the Monday after it."""
    return asked_on(program, 7), asked_on(program, 8)


def wish(program: Program, at: datetime, key: str, days: int | None = None) -> None:
    """Move a step by some days before the launch, or leave it out."""
    step = step_called(program, key)
    assert step
    assert step.pk is None
    if days is None:
        actions.skip_step(step=step, reason="The company is closed", by=None, at=at)
    else:
        actions.move_step(step=step, to=step.due_on + timedelta(days=days), by=None, at=at)


def live(program: Program, until: datetime) -> None:
    """Let every step of the calendar happen that is due by then, each at its own time. What freezes figures writes to nobody."""
    current_app.loader.import_default_modules()
    steps = Step.objects.open().filter(program=program).exclude(task=FREEZE)
    tasks = {(step.task, step.pk) for step in steps}
    for row in Agenda.objects.open().filter(due_at__lte=until).order_by("due_at", "pk"):
        if (row.task, row.row_id) in tasks:
            current_app.tasks[row.task].apply(kwargs={"agenda_id": row.pk, "at": row.due_at.isoformat()})
            row.refresh_from_db()
            assert row.failure == ""


def test_the_page_before_the_launch_names_champions_days_and_numbers(
    meridian: World, running: Running, client_as: ClientAs
) -> None:
    address = reverse("program-launch", args=["meridian", running.program.slug])
    with time_machine.travel(running.at(running.program.starts_on - timedelta(days=3)), tick=False):
        page = client_as(meridian.lead).get(address).content.decode()
        assert client_as(meridian.executive).get(address).status_code == HTTPStatus.FORBIDDEN
    for words in (meridian.champion.person.name, "Second survey", "the champions who are at work", "Mon 17 Aug 2026"):
        assert words in page


def test_machines_open_the_baseline_and_launch_as_the_page_does(
    meridian: World, running: Running, client_as: ClientAs, enter: Enter
) -> None:
    root, json = "/api/v1/o/meridian/p", {"content_type": "application/json"}
    with enter(meridian):
        draft = make_program(meridian, name="reports")
        Program.objects.filter(pk=draft.pk).update(starts_on=running.program.starts_on + timedelta(weeks=8))
    client = client_as(meridian.lead)
    with time_machine.travel(running.at(running.program.starts_on - timedelta(days=3)), tick=False):
        for other in (meridian.executive, meridian.champion):
            for address in (f"{draft.slug}/baseline/", f"{running.program.slug}/launch/"):
                assert client_as(other).post(f"{root}/{address}", {}, **json).status_code == HTTPStatus.FORBIDDEN
        empty = client.post(f"{root}/{draft.slug}/baseline/", {}, **json)
        assert empty.status_code == HTTPStatus.CONFLICT
        assert {(one["field"], one["code"]) for one in empty.json()["errors"]} == {
            ("arm_pods", "missing"),
            ("arm_comparison", "missing"),
        }
        early = client.post(f"{root}/{draft.slug}/launch/", {}, **json)
        assert [one["code"] for one in early.json()["errors"]] == ["no_baseline"]
        again = client.post(f"{root}/{running.program.slug}/baseline/", {}, **json)
        assert again.status_code == HTTPStatus.CONFLICT
        missing = client.post(f"{root}/{running.program.slug}/launch/", {}, **json)
        assert missing.status_code == HTTPStatus.CONFLICT
        assert {one["field"] for one in missing.json()["errors"]} == {"baseline"}
        waiver = f"{root}/{running.program.slug}/readiness/baseline/waiver/"
        assert client.put(waiver, {"reason": "Few of them do it yet."}, **json).status_code == HTTPStatus.OK
        launched = client.post(f"{root}/{running.program.slug}/launch/", {}, **json)
        assert (launched.status_code, launched.json()["state"]) == (HTTPStatus.OK, "launched")
        assert client.post(f"{root}/{running.program.slug}/launch/", {}, **json).status_code == HTTPStatus.CONFLICT
