"""The calendar: seen before it happens, moved, left out for a reason, brought back; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from adoption.programs import actions, queries, rules
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Program, Step
from adoption.programs.rules import room_to_move
from adoption.tenancy.models import Agenda, AuditEvent
from tests.factories import AT, World
from tests.practice import STARTS_ON, practise, promise_step
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def program(meridian: World, enter: Enter) -> Iterator[Program]:
    """A programme with its whole calendar, inside its company."""
    practise(meridian)
    with enter(meridian):
        found = Program.objects.select_related("workflow", "organization").get()
        promise(found, rules.plan_baseline(found.starts_on, found.weeks))
        promise(found, rules.plan_active(found.starts_on, found.weeks))
        yield found


def step_of(program: Program, key: str) -> Step:
    found: Step = Step.objects.select_related("program__organization", "program__workflow").get(
        program=program, key=key
    )
    return found


def at(world: World, name: str, *args: str) -> str:
    return reverse(name, args=[world.organization.slug, practise(world).program.slug, *args])


def everything(program: Program, *, but: str) -> list[tuple[Any, ...]]:
    """Every other promise: the step, and what the agenda makes of it."""
    steps = Step.objects.filter(program=program).exclude(key=but).order_by("pk")
    agenda = Agenda.objects.exclude(row_id=step_of(program, but).pk).order_by("pk")
    return [*steps.values_list(), *agenda.values_list()]


# --- moved -----------------------------------------------------------------------------------------------------------


def test_a_step_is_moved_with_its_promise_and_no_other_changes(program: Program) -> None:
    key = "post-survey"
    before = everything(program, but=key)
    step = actions.move_step(step=step_of(program, key), to=date(2026, 9, 23), by=None, at=AT)
    assert (step.due_on, step.moved_from) == (date(2026, 9, 23), date(2026, 9, 21))
    row = Agenda.objects.get(task=step.task, row_id=step.pk)
    assert row.due_at == row.promised_at == datetime(2026, 9, 23, 8, tzinfo=UTC)
    assert everything(program, but=key) == before
    assert AuditEvent.objects.get(verb="program.step_moved").detail == {
        "step": key,
        "before": "2026-09-21",
        "to": "2026-09-23",
    }
    back = actions.restore_step(step=step, by=None, at=AT)
    assert (back.due_on, back.moved_from) == (date(2026, 9, 21), None)
    with pytest.raises(WrongState, match="step_as_promised"):
        actions.restore_step(step=back, by=None, at=AT)


@pytest.mark.parametrize(
    ("key", "to", "code"),
    [
        ("freeze-S56", date(2026, 10, 6), "step_fixed"),
        ("end", date(2026, 10, 6), "step_fixed"),
        ("week-2026-07-27", date(2026, 8, 2), "outside_leeway"),
        ("week-2026-07-27", date(2026, 8, 10), "outside_leeway"),
        ("baseline-survey", AT.date(), "outside_leeway"),
        # After the launch there is no baseline.
        ("baseline-survey", STARTS_ON, "outside_leeway"),
        ("post-survey", date(2026, 9, 25), "before_survey"),
        ("post-survey-reminder", date(2026, 9, 21), "outside_leeway"),
    ],
)
def test_what_was_fixed_or_makes_no_sense_is_refused(program: Program, key: str, to: date, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        actions.move_step(step=step_of(program, key), to=to, by=None, at=AT)
    assert refusal.value.code == code


def test_a_reminder_comes_after_its_survey_however_either_is_moved(program: Program) -> None:
    actions.move_step(step=step_of(program, "post-survey-reminder"), to=date(2026, 9, 30), by=None, at=AT)
    actions.move_step(step=step_of(program, "post-survey"), to=date(2026, 9, 25), by=None, at=AT)
    with pytest.raises(Refused, match="after_survey"):
        actions.move_step(step=step_of(program, "post-survey-reminder"), to=date(2026, 9, 25), by=None, at=AT)
    with pytest.raises(Refused, match="after_survey"):
        actions.restore_step(step=step_of(program, "post-survey-reminder"), by=None, at=AT + timedelta(days=75))


def test_on_the_last_day_of_its_leeway_no_day_is_left() -> None:
    promised = date(2026, 7, 6)
    assert room_to_move(rules.ASK_WEEK, "", promised, STARTS_ON, promised) == (date(2026, 7, 7), date(2026, 7, 12))
    assert room_to_move(rules.ASK_WEEK, "", promised, STARTS_ON, date(2026, 7, 12)) is None
    assert room_to_move(rules.FREEZE, "", promised, STARTS_ON, promised) is None


# --- left out, and back ----------------------------------------------------------------------------------------------


def test_what_is_left_out_does_not_happen_and_nothing_else_changes(program: Program, celery_runs_at_once: None) -> None:
    key = "week-2026-07-27"
    before = everything(program, but=key)
    step = actions.skip_step(step=step_of(program, key), reason="Closed that week", by=None, at=AT)
    assert everything(program, but=key) == before
    assert [one.step for one in queries.calendar_of(program, on=AT.date()).skipped] == [step]
    with pytest.raises(WrongState, match="step_skipped"):
        actions.skip_step(step=step, reason="again", by=None, at=AT)
    with pytest.raises(WrongState, match="step_skipped"):
        actions.move_step(step=step, to=date(2026, 8, 4), by=None, at=AT)
    back = actions.restore_step(step=step, by=None, at=AT)
    assert (back.skipped_at, back.skip_reason) == (None, "")


def test_brought_back_after_its_day_it_comes_at_once_unless_its_week_is_closed(program: Program) -> None:
    late = datetime(2026, 9, 30, 9, tzinfo=UTC)
    for key in ("post-survey", "week-2026-07-27"):
        step = actions.skip_step(step=step_of(program, key), reason="No time", by=None, at=AT)
        # The day came and went: the agenda found nothing to do.
        Agenda.objects.filter(task=step.task, row_id=step.pk).update(done_at=late)
    survey = actions.restore_step(step=step_of(program, "post-survey"), by=None, at=late)
    row = Agenda.objects.get(task=survey.task, row_id=survey.pk)
    assert (row.done_at, row.due_at) == (None, late)
    with pytest.raises(Refused, match="week_closed"):
        actions.restore_step(step=step_of(program, "week-2026-07-27"), by=None, at=late)


@pytest.mark.parametrize("act", ["skip", "move", "restore"])
def test_what_has_happened_cannot_be_changed(program: Program, act: str) -> None:
    step = step_of(program, "post-survey")
    actions.do_step(step, at=AT)
    acts = {
        "skip": lambda: actions.skip_step(step=step, reason="x", by=None, at=AT),
        "move": lambda: actions.move_step(step=step, to=date(2026, 9, 22), by=None, at=AT),
        "restore": lambda: actions.restore_step(step=step, by=None, at=AT),
    }
    with pytest.raises(WrongState, match="step_done"):
        acts[act]()


def test_nothing_that_was_fixed_is_left_out(program: Program) -> None:
    fixed = [one for one in queries.coming(program, on=AT.date()) if not one.may_change]
    assert {one.step.task for one in fixed} == {rules.FREEZE, rules.END, rules.FOLLOWED, rules.CLOSE}
    with pytest.raises(Refused, match="step_fixed"):
        actions.skip_step(step=step_of(program, "freeze-S56"), reason="Looks bad", by=None, at=AT)


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("baseline-survey", ["to 5 people at most", "five minutes about", "a link of their own"]),
        ("post-survey-reminder", ["to 5 people at most", "Nobody sees who that is"]),
        ("week-2026-07-27", ["to 6 people at most", "your week of 27 July"]),
        ("look-after-2026-08-10", ["Nothing is sent"]),
        ("freeze-S56", ["fixed at launch", "Nothing is sent"]),
    ],
)
def test_each_step_shows_what_it_would_send_and_to_how_many(
    meridian: World, program: Program, client_as: ClientAs, key: str, words: list[str]
) -> None:
    page = " ".join(client_as(meridian.lead).get(at(meridian, "step", key)).content.decode().split())
    for one in words:
        assert one in page


def test_a_lead_moves_leaves_out_and_brings_back(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    step, client = promise_step(meridian), client_as(meridian.lead)
    moved = client.post(at(meridian, "step-move", step.key), {"to": "2026-07-15"}, follow=True).content.decode()
    assert "comes on Wednesday 15 July" in moved
    assert at(meridian, "step-back", step.key) in moved
    skipped = client.post(at(meridian, "step-skip", step.key), {"reason": "Company closed"}, follow=True)
    assert "Left out: Company closed" in skipped.content.decode()
    client.post(at(meridian, "step-back", step.key))
    again = client.post(at(meridian, "step-back", step.key), follow=True).content.decode()
    assert "is back as it was" in again
    last = client.post(at(meridian, "step-back", step.key), follow=True).content.decode()
    assert "stands as it was promised" in last
    with enter(meridian):
        found = Step.objects.get()
        assert (found.due_on, found.moved_from, found.skipped_at) == (step.due_on, None, None)
        assert AuditEvent.objects.filter(verb__startswith="program.step_").count() == 4


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("step-move", {"to": "2026-08-30"}, "choose a day from 13 July to 19 July"),
        ("step-move", {"to": "soon"}, "not a date"),
        ("step-move", {}, "required"),
        ("step-skip", {"reason": " "}, "required"),
        ("step-skip", {"reason": "y" * 201}, "at most 200"),
    ],
)
def test_a_refusal_stands_beside_its_field(
    meridian: World, client_as: ClientAs, enter: Enter, name: str, given: dict[str, str], words: str
) -> None:
    step = promise_step(meridian)
    answer = client_as(meridian.lead).post(at(meridian, name, step.key), given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    with enter(meridian):
        assert Step.objects.get().due_on == step.due_on


@pytest.mark.parametrize("who", ["member", "executive", "admin", "champion"])
@pytest.mark.parametrize("name", ["calendar", "step"])
def test_only_a_lead_opens_the_calendar(meridian: World, client_as: ClientAs, who: str, name: str) -> None:
    given = [promise_step(meridian).key] if name == "step" else []
    assert client_as(getattr(meridian, who)).get(at(meridian, name, *given)).status_code == HTTPStatus.FORBIDDEN


def test_before_the_baseline_the_calendar_says_why_it_is_empty(meridian: World, client_as: ClientAs) -> None:
    assert "Nothing happens by itself yet" in client_as(meridian.lead).get(at(meridian, "calendar")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_calendar_takes_as_many_queries_for_one_step_as_for_three(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    practise(meridian)
    with enter(meridian):
        program = Program.objects.get()
        promise(program, rules.plan_active(program.starts_on, program.weeks)[:number])
        with django_assert_num_queries(1):
            look = queries.calendar_of(program, on=AT.date())
            assert len([(one.words, one.room) for one in look.coming]) == number
