"""Candidates and champions' time for machines: bands and agreements, for leads alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.test import Client

from adoption.programs.models import Program
from champions.actions.agreements import record_sponsorship
from champions.actions.time import ask_time
from champions.models import TimeCheck
from champions.rules.selection import Tries
from surveys.actions import answer_check
from tests.champions.test_selection import a_candidate
from tests.factories import World
from tests.practice import make_program
from tests.running import STARTS_ON, draft
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db


def test_candidates_are_told_in_bands(meridian: World, enter: Enter, client_as: ClientAs) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports")
        address = f"/api/v1/o/meridian/p/{program.slug}/candidates/"
        nothing = client_as(meridian.lead).get(address).json()
        row = a_candidate(program, meridian.champion.person, nominators=4)
    assert nothing == {"counted_at": None, "wanted": None, "too_few": False, "items": []}
    [told] = client_as(meridian.lead).get(address).json()["items"]
    assert (told["name"], told["sought_out"], told["tries_ai"]) == (row.person.name, "several", Tries.SAYS_SO)
    assert "nominators" not in str(told)


def test_champions_are_told_with_what_is_agreed_and_kept(
    meridian: World, harbour: World, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        running = draft(meridian)
        day = STARTS_ON + timedelta(days=3)
        at = running.at(day)
        ask_time(program=running.program, due_on=day, version=1, at=at)
        check = TimeCheck.objects.select_related("champion__program").get()
        answer_check(check=check, displaced="Minutes", hours=Decimal(4), can_keep=1, to_fix="", at=at)
    address = f"/api/v1/o/meridian/p/{running.program.slug}/champions/"
    with time_machine.travel(at, tick=False):
        [told] = client_as(meridian.lead).get(address).json()["items"]
        for other in (meridian.champion, meridian.executive, meridian.admin):
            assert client_as(other).get(address).status_code == HTTPStatus.FORBIDDEN
        assert client_as(harbour.lead).get(address).status_code == HTTPStatus.NOT_FOUND
    assert (told["ready"], told["hours"], told["from"]) == (True, "4.00", STARTS_ON.isoformat())
    assert [(one["kept"], one["adherent"]) for one in told["time"]] == [("kept", True)]
    assert "can_keep" not in str(told)


def test_a_champion_answers_for_their_time_by_machine_and_the_sponsor_reads_the_sum(
    meridian: World, harbour: World, enter: Enter, client_as: ClientAs
) -> None:
    day = STARTS_ON + timedelta(days=3)
    with enter(meridian):
        running = draft(meridian)
        at = running.at(day)
        Program.objects.filter(pk=running.program.pk).update(baseline_opened_at=at, launched_at=at, fixed={})
        running.program.refresh_from_db()
        sponsor = meridian.executive.person
        record_sponsorship(program=running.program, sponsor=sponsor, budget_line="4711", by=None, at=at)
        ask_time(program=running.program, due_on=day, version=1, at=at)
    root = "/api/v1/o/meridian"
    champion = client_as(meridian.champion)

    def put(client: Client, path: str, body: dict[str, object]) -> Any:
        return client.put(f"{root}{path}", body, content_type="application/json")

    with time_machine.travel(at, tick=False):
        [check] = champion.get(f"{root}/checks/").json()["items"]
        path = f"/checks/{check['id']}/"
        assert champion.get(f"{root}{path}").json() == {"displaced": "", "hours": None, "can_keep": None, "to_fix": ""}
        assert put(champion, path, {"hours": "61"}).status_code == HTTPStatus.BAD_REQUEST
        for other in (meridian.lead, meridian.member, meridian.executive):
            assert put(client_as(other), path, {"hours": "1"}).status_code == HTTPStatus.NOT_FOUND
            assert client_as(other).get(f"{root}/checks/").json()["items"] == []
        said = {"displaced": "Minutes", "hours": "1.50", "can_keep": 4, "to_fix": ""}
        assert put(champion, path, said).json() == said == champion.get(f"{root}{path}").json()
        assert champion.get(f"{root}/checks/").json()["items"] == []
        [row] = client_as(meridian.executive).get(f"{root}/sponsor/").json()["programs"]
        for other in (meridian.lead, meridian.champion, harbour.executive):
            assert client_as(other).get(f"{root}/sponsor/").status_code == HTTPStatus.NOT_FOUND
    assert (row["budget_line"], row["champions"], row["said"]) == ("4711", 1, 1)
    assert (row["agreed_hours"], row["kept_hours"], row["agreed_with_them"]) == ("4.00", "1.50", "4.00")
    assert "can_keep" not in str(row)
    with time_machine.travel(at + timedelta(days=14), tick=False):
        assert put(champion, path, said).json()["errors"][0]["code"] == "check_over"
