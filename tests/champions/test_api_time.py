"""Candidates and champions' time for machines: bands and agreements, for leads alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus

import pytest
import time_machine

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
