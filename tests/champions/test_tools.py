"""Evaluations of tools: a verdict for one task, red lines, and a day on which somebody has to look again."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from adoption.programs.actions import Refused
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import AuditEvent
from champions.actions.tools import evaluate_tool
from champions.models import Tool
from champions.queries.privacy.kit import export_kit
from champions.queries.tools import tools
from champions.rules import ToolVerdict
from tests.factories import AT, World
from tests.stock import an_evaluation, make_champion
from tests.worlds import ClientAs, Enter, asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


def evaluated(world: World, *, found: Tool | None = None, at: Any = AT, **changes: Any) -> Tool:
    return evaluate_tool(says=an_evaluation(**changes), found=found, by=world.champion.person, at=at)


@pytest.mark.parametrize(("days", "overdue"), [(90, False), (91, True)])
def test_a_verdict_holds_until_its_day(meridian: World, enter: Enter, days: int, overdue: bool) -> None:
    with enter(meridian):
        evaluated(meridian)
        [row] = tools(at=AT + timedelta(days=days), zone="Europe/London")
        assert row.is_overdue is overdue


def test_a_tool_is_evaluated_once_for_a_task_and_looked_at_again(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        first = evaluated(meridian)
        with pytest.raises(Refused, match="evaluated_already"):
            evaluated(meridian)
        with pytest.raises(Refused, match="look_ahead"):
            evaluated(meridian, task="Slides", review_on=AT.date())
        later = AT + timedelta(days=100)
        evaluated(meridian, found=first, verdict=ToolVerdict.GOOD, review_on=later.date() + timedelta(days=9), at=later)
        [row] = Tool.objects.all()
        assert (row.verdict, row.evaluated_at) == (ToolVerdict.GOOD, later)
        verbs = AuditEvent.objects.filter(verb__startswith="tool.").order_by("id").values_list("verb", flat=True)
        assert list(verbs) == ["tool.evaluated", "tool.looked_at_again"]


def test_a_champion_or_a_lead_evaluates_and_everybody_reads(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        make_champion(meridian)
    given = {**vars(an_evaluation()), "verdict": "no", "review_on": "2026-09-01"}
    place = reverse("tool-new", args=["meridian"])
    for somebody in (meridian.member, meridian.executive, meridian.admin):
        assert client_as(somebody).post(place, given).status_code == HTTPStatus.NOT_FOUND
    wrong = client_as(meridian.lead).post(place, {**given, "data_forbidden": ""})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "It mixes up names" in wrong.content.decode()
    assert client_as(meridian.lead).post(place, given).status_code == HTTPStatus.FOUND
    page = client_as(meridian.member).get(reverse("tools", args=["meridian"])).content.decode()
    assert "Calls with clients" in page
    assert "Look at it again" not in page
    with enter(meridian):
        tool = Tool.objects.get()
    again = reverse("tool", args=["meridian", tool.public_id])
    champion = client_as(meridian.champion)
    assert 'value="Scribe"' in champion.get(again).content.decode()
    assert champion.post(again, {**given, "verdict": "good"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        tool.refresh_from_db()
        assert (tool.verdict, tool.evaluated_by) == ("good", meridian.champion.person)


def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client, place = client_as(meridian.member), reverse("tools", args=["meridian"])

    with enter(meridian):
        evaluated(meridian)
    one = asked(client, place)
    with enter(meridian):
        for task in ("Slides", "Tables"):
            evaluated(meridian, task=task)
    assert asked(client, place) == one


def test_the_database_refuses_nonsense(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        kept = evaluated(meridian)
        row = {**vars(an_evaluation(task="Slides")), "evaluated_at": AT}
        for name, changes in (
            ("tool_public_id", {"public_id": kept.public_id}),
            ("tool_once_a_task", {"task": kept.task}),
            ("tool_verdict", {"verdict": "fine"}),
            ("tool_has_red_lines", {"data_forbidden": ""}),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Tool.objects.create(**{**row, **changes})


def test_erased_somebodys_evaluation_stays_without_their_name(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        evaluated(meridian)
        assert export_kit(person=meridian.champion.person)["tools_evaluated"][0]["tool"] == "Scribe"
        erase_person(person=meridian.champion.person, by=None, at=AT)
        assert Tool.objects.get().evaluated_by_id is None
