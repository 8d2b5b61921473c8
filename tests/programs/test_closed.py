"""Closed days are named where a programme's dates are chosen: beside the baseline, and to machines. Nothing is refused for them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from django.urls import reverse

from adoption.programs.models import Program
from adoption.programs.queries import planned
from adoption.programs.queries.closed import on_closed_days, warnings_of
from adoption.tenancy.actions.closures import close_days
from tests.factories import AT, PersonFactory, World
from tests.practice import make_program
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

JSON: dict[str, Any] = {"content_type": "application/json"}
ROOT = "/api/v1/o/meridian/p/"
DRAFT = {
    "name": "Reports",
    "workflow": "Report drafting",
    "comparison": "A book",
    "starts_on": "2026-08-24",
    "weeks": 8,
}


def close(world: World, name: str, first: date, last: date, location: str = "") -> None:
    days = {"starts_on": first, "ends_on": last, "location": location}
    close_days(organization=world.organization, name=name, **days, by=None, at=AT)


def draft(world: World) -> Program:
    """Its baseline begins on Monday, 10 August 2026."""
    made = make_program(world, name="reports")
    Program.objects.filter(pk=made.pk).update(starts_on=date(2026, 8, 24))
    return Program.objects.select_related("organization").get(pk=made.pk)


def named(program: Program) -> dict[str, str]:
    plan = planned(program, program.baseline_plan, on=AT.date()).coming
    return {one.step.step.key: one.said for one in on_closed_days(program, plan)}


def test_the_survey_and_the_weeks_that_are_asked_about_are_named(
    meridian: World, enter: Enter, django_assert_num_queries: Any
) -> None:
    with enter(meridian):
        program = draft(meridian)
        plan = planned(program, program.baseline_plan, on=AT.date()).coming
        with django_assert_num_queries(1):
            assert on_closed_days(program, plan) == []
        with django_assert_num_queries(0):
            assert on_closed_days(program, []) == []
        close(meridian, "Holidays", date(2026, 8, 10), date(2026, 8, 13))
        close(meridian, "Bridge day", date(2026, 8, 14), date(2026, 8, 14))
        close(meridian, "Outing", date(2026, 8, 18), date(2026, 8, 18))
        with django_assert_num_queries(1):
            assert len(on_closed_days(program, plan)) == 3
        assert named(program) == {
            "baseline-survey": "Closed: Holidays. Its mails go out on Monday 17 August.",
            "baseline-survey-reminder": "Closed: Bridge day. Its mails go out on Monday 17 August.",
            "week-2026-08-10": "Most of the week that it asks about is closed: Holidays, Bridge day.",
        }


def test_of_a_place_alone_only_where_many_of_the_groups_are(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        program = draft(meridian)
        PersonFactory(location="Leeds")
        close(meridian, "Fair", date(2026, 8, 10), date(2026, 8, 10), "Leeds")
        assert named(program) == {}


def test_the_page_of_the_baseline_names_them_and_opens_all_the_same(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        program = draft(meridian)
    client, page = client_as(meridian.lead), reverse("program-baseline", args=["meridian", program.slug])
    assert "Falls into closed days" not in client.get(page).content.decode()
    with enter(meridian):
        close(meridian, "Holidays", date(2026, 8, 10), date(2026, 8, 13))
    told = " ".join(client.get(page).content.decode().split())
    assert "Falls into closed days" in told
    assert "Closed: Holidays. Its mails go out on Friday 14 August." in told
    assert reverse("program-step", args=["meridian", program.slug, "dates"]) in told
    assert "Open the baseline" in told


def test_machines_are_told_where_they_choose_dates(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.lead)
    free = client.post(ROOT, {**DRAFT, "name": "Free"}, **JSON)
    assert (free.status_code, free.json()["warnings"]) == (HTTPStatus.CREATED, [])
    with enter(meridian):
        close(meridian, "Holidays", date(2026, 8, 10), date(2026, 8, 13))
        close(meridian, "Bank holiday", date(2026, 8, 24), date(2026, 8, 24))
    made = client.post(ROOT, DRAFT, **JSON)
    assert made.status_code == HTTPStatus.CREATED
    told = made.json()["warnings"]
    assert told[0] == (
        "Baseline survey, Monday 10 August 2026. Closed: Holidays. Its mails go out on Friday 14 August."
    )
    assert "Monday 24 August 2026 falls into closed days: the launch." in told
    assert told[-1] == "A start on 31 August 2026 falls into fewer of them, or into none."
    design = f"{made['Location']}design/"
    assert client.get(design).json()["warnings"] == told
    template = client.put(f"{made['Location']}template/", {"template": "exploratory"}, **JSON)
    assert told[0] in template.json()["warnings"]
    # Once launched nothing of it can be chosen any more.
    with enter(meridian):
        program = Program.objects.get(slug="reports")
        program.launched_at = AT
        assert warnings_of(program, on=AT.date()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_warnings_take_as_many_queries_for_one_closure_as_for_three(
    meridian: World, enter: Enter, django_assert_num_queries: Any, number: int
) -> None:
    with enter(meridian):
        program = draft(meridian)
        for one in range(number):
            close(meridian, "Holidays", date(2026, 8, 10 + one), date(2026, 8, 10 + one))
        with django_assert_num_queries(2):
            assert warnings_of(program, on=AT.date())
