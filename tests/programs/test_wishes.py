"""What a lead wants of the calendar before it is written: moved, left out, brought back, and heeded by the launch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from adoption.programs import actions, queries
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.calendar import promise
from adoption.programs.actions.design import draft_program
from adoption.programs.actions.stopping import stop, take_up_again
from adoption.programs.models import Program, Step, Wish
from adoption.programs.queries.calendar import step_called
from adoption.programs.rules import Mode, Template
from adoption.tenancy.models import Agenda, AuditEvent
from tests.factories import AT, World
from tests.practice import make_program
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

STARTS_ON = date(2026, 8, 24)
SURVEY, REMINDER = "post-survey", "post-survey-reminder"
# Eight weeks after the start.
SURVEY_ON = date(2026, 10, 19)


@pytest.fixture
def draft(meridian: World, enter: Enter) -> Iterator[Program]:
    """A draft inside its company."""
    with enter(meridian):
        made = make_program(meridian, name="letters")
        Program.objects.filter(pk=made.pk).update(starts_on=STARTS_ON)
        yield Program.objects.select_related("organization", "workflow").get(pk=made.pk)


def step(program: Program, key: str) -> Step:
    found = step_called(program, key)
    assert found
    return found


def move(program: Program, key: str, days: int) -> Step:
    one = step(program, key)
    return actions.move_step(step=one, to=one.due_on + timedelta(days=days), by=None, at=AT)


def skip(program: Program, key: str) -> Step:
    return actions.skip_step(step=step(program, key), reason="The company is closed", by=None, at=AT)


def at(program: Program, name: str, *args: str) -> str:
    return reverse(name, args=[program.organization.slug, program.slug, *args])


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_planned_step_is_moved_left_out_and_brought_back_as_a_written_one_is(draft: Program) -> None:
    moved = move(draft, SURVEY, 2)
    assert (moved.pk, moved.due_on, moved.moved_from) == (None, SURVEY_ON + timedelta(days=2), SURVEY_ON)
    skip(draft, SURVEY)
    with pytest.raises(WrongState, match="step_skipped"):
        move(draft, SURVEY, 3)
    # As afterwards: first it is back, then on its day.
    back = actions.restore_step(step=step(draft, SURVEY), by=None, at=AT)
    assert (back.skipped_at, back.due_on) == (None, SURVEY_ON + timedelta(days=2))
    back = actions.restore_step(step=step(draft, SURVEY), by=None, at=AT)
    assert (back.due_on, back.moved_from, Wish.objects.count()) == (SURVEY_ON, None, 0)
    with pytest.raises(WrongState, match="step_as_promised"):
        actions.restore_step(step=step(draft, SURVEY), by=None, at=AT)
    verbs = AuditEvent.objects.filter(verb__startswith="program.step_").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "program.step_moved",
        "program.step_skipped",
        "program.step_restored",
        "program.step_restored",
    ]
    assert not Step.objects.exists()
    assert not Agenda.objects.exists()


@pytest.mark.parametrize(
    ("key", "days", "code"),
    [
        ("freeze-S0", 1, "step_fixed"),
        ("freeze-S56", 1, "step_fixed"),
        ("end", 1, "step_fixed"),
        (SURVEY, 15, "outside_leeway"),
        (SURVEY, 4, "before_survey"),
        (REMINDER, -4, "outside_leeway"),
        # Still before the launch.
        ("baseline-survey", 14, "outside_leeway"),
    ],
)
def test_what_the_launch_fixes_or_makes_no_sense_is_refused_before_it_too(
    draft: Program, key: str, days: int, code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        move(draft, key, days)
    assert refusal.value.code == code
    if code == "step_fixed":
        with pytest.raises(Refused, match="step_fixed"):
            skip(draft, key)
    assert not Wish.objects.exists()


def test_a_reminder_comes_after_a_survey_that_is_moved_or_is_free_of_one_left_out(draft: Program) -> None:
    move(draft, SURVEY, 3)
    with pytest.raises(Refused, match="after_survey"):
        move(draft, REMINDER, -1)
    skip(draft, SURVEY)
    assert move(draft, REMINDER, -1).due_on == SURVEY_ON + timedelta(days=3)


def test_the_calendar_is_written_as_it_was_wished_and_can_be_put_back_afterwards(draft: Program) -> None:
    move(draft, SURVEY, 2)
    skip(draft, "week-2026-09-07")
    skip(draft, "baseline-survey-reminder")
    promise(draft, draft.baseline_plan)
    # What the launch writes is still only wished.
    assert set(Wish.objects.values_list("key", flat=True)) == {SURVEY, "week-2026-09-07"}
    assert Step.objects.get(key="baseline-survey-reminder").skip_reason == "The company is closed"
    promise(draft, draft.active_plan)
    assert not Wish.objects.exists()
    survey, week = Step.objects.get(key=SURVEY), Step.objects.get(key="week-2026-09-07")
    assert (survey.due_on, survey.moved_from) == (SURVEY_ON + timedelta(days=2), SURVEY_ON)
    due_at = Agenda.objects.get(task=survey.task, row_id=survey.pk).due_at
    assert due_at.date() == survey.due_on
    assert (week.skipped_at, week.skip_reason) == (AT, "The company is closed")
    back = actions.restore_step(step=week, by=None, at=AT)
    assert back.skipped_at is None
    assert Agenda.objects.open().filter(task=week.task, row_id=week.pk).exists()
    assert actions.restore_step(step=survey, by=None, at=AT).due_on == SURVEY_ON


def test_what_was_planned_on_an_open_page_and_written_meanwhile_is_not_changed_from_there(draft: Program) -> None:
    seen = step(draft, SURVEY)
    Program.objects.filter(pk=draft.pk).update(baseline_opened_at=AT, launched_at=AT, fixed={})
    promise(draft, draft.active_plan)
    with pytest.raises(WrongState, match="step_written"):
        actions.skip_step(step=seen, reason="Too late", by=None, at=AT)


# --- the draft changes -----------------------------------------------------------------------------------------------


def change(draft: Program, **changes: Any) -> Program:
    said = {
        "name": draft.name,
        "workflow": draft.workflow.name,
        "starts_on": draft.starts_on,
        "weeks": draft.weeks,
        "comparison": draft.comparison,
    }
    return actions.change_draft(program=draft, **{**said, **changes}, by=None, at=AT)


def test_a_wish_is_dropped_with_the_day_it_was_about_and_kept_with_it(draft: Program) -> None:
    move(draft, SURVEY, 2)
    # The question about this week is asked on the same day, whenever the programme starts.
    skip(draft, "week-2026-09-07")
    change(draft, name="Letters")
    assert Wish.objects.count() == 2
    change(draft, starts_on=STARTS_ON + timedelta(weeks=1))
    assert [one.key for one in Wish.objects.all()] == ["week-2026-09-07"]
    dropped = AuditEvent.objects.get(verb="program.wishes_dropped")
    assert dropped.detail == {"steps": SURVEY}


@pytest.mark.parametrize("to", ["template", "mode"])
def test_another_template_or_way_of_counting_plans_anew(draft: Program, to: str) -> None:
    move(draft, SURVEY, 2)
    # Ninety days on, work that comes up seldom is asked about over four weeks.
    actions.choose_mode(program=draft, mode=Mode.OPPORTUNITY, by=None, at=AT)
    draft.refresh_from_db()
    last = next(one.key for one in reversed(draft.active_plan) if one.key.startswith("week-"))
    first = min(one.key for one in draft.active_plan if one.key.startswith("week-") and one.key > "week-2026-12")
    skip(draft, first)
    skip(draft, last)
    if to == "mode":
        actions.choose_mode(program=draft, mode=Mode.WEEKLY, by=None, at=AT)
        assert set(Wish.objects.values_list("key", flat=True)) == {SURVEY, last}
    else:
        actions.choose_template(program=draft, template=Template.REPLACEMENT, by=None, at=AT)
        assert SURVEY not in Wish.objects.values_list("key", flat=True)


def test_a_duplicate_takes_no_days_along_and_a_discarded_draft_comes_back_with_them(draft: Program) -> None:
    move(draft, SURVEY, 2)
    copy = draft_program(
        name="Letters again",
        workflow=draft.workflow.name,
        aim="",
        obstacle="",
        finding=None,
        starts_on=STARTS_ON,
        comparison="",
        form_key=uuid4(),
        like=draft,
        by=None,
        at=AT,
    )
    assert queries.wished(copy) == {}
    stop(program=draft, reason="", by=None, at=AT)
    draft.refresh_from_db()
    assert step_called(draft, SURVEY) is None
    take_up_again(program=draft, by=None, at=AT)
    draft.refresh_from_db()
    assert step(draft, SURVEY).moved_from == SURVEY_ON


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_lead_changes_the_plan_before_the_launch_and_sees_it_everywhere(
    meridian: World, draft: Program, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    before = client.get(at(draft, "program-launch")).content.decode()
    assert at(draft, "step", SURVEY) in before
    page = client.get(at(draft, "step", SURVEY)).content.decode()
    for words in ("holds when the programme is launched", "From 12 October to 2 November", "What is sent"):
        assert words in page
    moved = client.post(at(draft, "step-move", SURVEY), {"to": "2026-10-21"}, follow=True)
    assert moved.redirect_chain[-1][0] == at(draft, "program-launch")
    told = moved.content.decode()
    for words in ("comes on Wednesday 21 October", at(draft, "step-back", SURVEY), "moved from 19 Oct"):
        assert words in told
    reason = {"reason": "Nobody is there"}
    out = client.post(at(draft, "step-skip", "week-2026-09-07"), reason, follow=True).content.decode()
    assert "Left out: Nobody is there" in out
    early = client.post(at(draft, "step-move", "baseline-survey"), {"to": "2026-08-11"}, follow=True)
    assert early.redirect_chain[-1][0] == at(draft, "program-baseline")
    assert "Moved from 10 August" in early.content.decode()
    review = client.get(at(draft, "program-step", "review")).content.decode()
    for words in ("on Wed 21 October instead of 19 October", "left out: Nobody is there"):
        assert words in " ".join(review.split())
    fixed = client.get(at(draft, "step", "freeze-S56")).content.decode()
    assert "The launch fixes this" in fixed
    refused = client.post(at(draft, "step-skip", "freeze-S56"), {"reason": "Looks bad"}, follow=True).content.decode()
    assert "fixed by the launch" in refused
    assert client.get(at(draft, "step", "week-1999-01-04")).status_code == HTTPStatus.NOT_FOUND


def test_whoever_changes_the_dates_is_told_what_no_longer_fits(
    meridian: World, draft: Program, client_as: ClientAs
) -> None:
    move(draft, SURVEY, 2)
    client = client_as(meridian.lead)
    form = {
        "starts_on": "2026-08-31",
        "weeks": 10,
        "comparison": "The vendor",
        "mode": "weekly",
        "primary_look": "S56",
        "pods": 4,
        "pod_size": 8,
        "teams": 4,
        "least_icc": "0.05",
        "leave": "1",
    }
    said = client.post(at(draft, "program-step", "dates"), form, follow=True).content.decode()
    assert "no longer moved or left out: Second survey." in said
    assert not Wish.objects.exists()


@pytest.mark.parametrize("who", ["member", "executive", "admin", "champion"])
@pytest.mark.parametrize("name", ["step-move", "step-skip", "step-back"])
def test_only_a_lead_changes_the_plan(
    meridian: World, draft: Program, client_as: ClientAs, who: str, name: str
) -> None:
    given = {"to": "2026-10-21", "reason": "Closed"}
    answer = client_as(getattr(meridian, who)).post(at(draft, name, SURVEY), given)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert not Wish.objects.exists()


def test_another_company_finds_no_plan_here(meridian: World, harbour: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        slug = make_program(meridian, name="letters").slug
    client = client_as(harbour.lead)
    places = [
        f"/o/meridian/p/{slug}/calendar/{SURVEY}/",
        f"/api/v1/o/meridian/p/{slug}/calendar/",
        # Its own address, and the other's programme.
        f"/o/harbour/p/{slug}/calendar/{SURVEY}/",
        f"/api/v1/o/harbour/p/{slug}/calendar/",
    ]
    assert {client.get(place).status_code for place in places} == {HTTPStatus.NOT_FOUND}


# --- machines --------------------------------------------------------------------------------------------------------


def test_machines_read_the_plan_and_change_it_as_the_pages_do(
    meridian: World, draft: Program, client_as: ClientAs
) -> None:
    client, json = client_as(meridian.lead), {"content_type": "application/json"}
    root = f"/api/v1/o/meridian/p/{draft.slug}"
    place = f"{root}/calendar/{SURVEY}"
    listed = {one["key"]: one for one in client.get(f"{root}/calendar/").json()["items"]}
    assert {"baseline-survey", SURVEY, "close"} <= set(listed)
    assert (listed[SURVEY]["is_planned"], listed[SURVEY]["may_change"]) == (True, True)
    assert (listed[SURVEY]["first"], listed[SURVEY]["last"]) == ("2026-10-12", "2026-11-02")
    assert (listed["freeze-S56"]["may_change"], listed["freeze-S56"]["first"]) == (False, None)
    moved = client.put(f"{place}/day/", {"to": "2026-10-21"}, **json)
    assert (moved.status_code, moved.json()["moved_from"]) == (HTTPStatus.OK, "2026-10-19")
    wrong = client.put(f"{place}/day/", {"to": "2026-12-21"}, **json)
    assert wrong.status_code == HTTPStatus.CONFLICT
    assert wrong.json()["errors"][0]["detail"] == "Please choose a day from 12 October to 2 November."
    out = client.put(f"{root}/calendar/week-2026-09-07/omission/", {"reason": "Closed"}, **json)
    assert out.json()["left_out_because"] == "Closed"
    preview = client.get(f"{root}/launch/").json()
    assert preview["left_out"] == ["week-2026-09-07"]
    assert {one["moved_from"] for one in preview["rows"] if one["key"] == SURVEY} == {"2026-10-19"}
    assert client.delete(f"{root}/calendar/week-2026-09-07/omission/").status_code == HTTPStatus.OK
    assert client.delete(f"{place}/day/").json()["due_on"] == "2026-10-19"
    assert client.delete(f"{place}/day/").status_code == HTTPStatus.CONFLICT
    fixed = client.put(f"{root}/calendar/freeze-S0/omission/", {"reason": "No"}, **json)
    assert fixed.json()["errors"][0]["code"] == "step_fixed"
    assert client.put(f"{root}/calendar/nothing/day/", {"to": "2026-10-21"}, **json).status_code == HTTPStatus.NOT_FOUND
    for who in (meridian.executive, meridian.champion):
        assert client_as(who).get(f"{root}/calendar/").status_code == HTTPStatus.FORBIDDEN
        answer = client_as(who).put(f"{place}/day/", {"to": "2026-10-21"}, **json)
        assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("number", [0, 1, 3])
def test_wishes_are_read_in_one_query(draft: Program, django_assert_num_queries: Any, number: int) -> None:
    for key in ("week-2026-09-07", "week-2026-09-14", SURVEY)[:number]:
        skip(draft, key)
    with django_assert_num_queries(1):
        look = queries.planned(draft, draft.plan_ahead, on=AT.date())
        assert len(look.changed) == len(look.skipped) == number
    with django_assert_num_queries(2):
        assert len([one.words for one in queries.whole_calendar(draft, on=AT.date())]) == len(draft.plan_ahead)
