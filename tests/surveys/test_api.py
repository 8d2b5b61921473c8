"""Surveys for machines: one's own, and how far a programme's have come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, Role
from surveys.actions import answer, open_wave
from surveys.models import Ask
from surveys.rules import WaveKind
from tests.factories import AT, ApiTokenFactory, MembershipFactory, World
from tests.running import Running, with_baseline
from tests.tenancy.test_api import Machine, assert_problem
from tests.worlds import Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

ROOT = "/api/v1/o/meridian"
SURVEYS = f"{ROOT}/p/client-reports/surveys/"
OPENED = AT - timedelta(days=5)


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        made = with_baseline(meridian, members=8, compared=4)
        open_wave(program=made.program, kind=WaveKind.BASELINE, at=OPENED)
        return made


def machine_of(world: World, membership: Any) -> Machine:
    secret = f"mmt_{uuid4()}"
    ApiTokenFactory.create(secret=secret, membership=membership, scopes=sorted(Permission))
    return Machine(world, secret)


@pytest.fixture
def lead(meridian: World, enter: Enter) -> Machine:
    with enter(meridian):
        return machine_of(meridian, meridian.lead.membership)


def answered(people: list[Person], *, at: Any = OPENED) -> None:
    for person in people:
        answer(ask=Ask.objects.get(person=person), given={"minutes": 40}, at=at)


def test_a_lead_reads_counts_of_an_arm_that_is_large_enough(
    lead: Machine, meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        answered([*running.members[:4], *running.compared[:3]])
    (wave,) = lead.call("GET", SURVEYS).json()["items"]
    assert (wave["kind"], wave["open"], wave["counted_until"]) == ("baseline", True, "2026-07-08T00:00:00+01:00")
    comparison, pods = wave["arms"]
    assert pods == {"arm": "pods", "asked": 8, "answered": 4, "percent": 50, "said": "4 of 8", "why": ""}
    # Four people are too few, whatever they did.
    assert (comparison["asked"], comparison["answered"], comparison["percent"]) == (None, None, None)
    assert comparison["why"]


@pytest.mark.parametrize(("count", "said"), [(0, "fewer than 3"), (2, "fewer than 3"), (8, "all but fewer than 3")])
def test_where_nearly_all_agree_no_count_tells_who(
    lead: Machine, meridian: World, running: Running, enter: Enter, count: int, said: str
) -> None:
    with enter(meridian):
        answered(running.members[:count])
    pods = lead.call("GET", SURVEYS).json()["items"][0]["arms"][1]
    assert (pods["answered"], pods["percent"], pods["said"]) == (None, None, said)


def test_nobody_sees_an_answer_arrive(lead: Machine, meridian: World, running: Running, enter: Enter) -> None:
    with enter(meridian):
        answered(running.members[:4])
        before = lead.call("GET", SURVEYS).json()
        answered(running.members[4:5], at=AT)
    assert lead.call("GET", SURVEYS).json() == before
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        assert lead.call("GET", SURVEYS).json()["items"][0]["arms"][1]["answered"] == 5


def test_the_status_of_surveys_is_for_leads_and_of_the_own_company(
    lead: Machine, meridian: World, harbour: World, running: Running, enter: Enter
) -> None:
    for who in (meridian.owner, meridian.admin, meridian.executive, meridian.member):
        with enter(meridian):
            machine = machine_of(meridian, who.membership)
        assert_problem(machine.call("GET", SURVEYS), "forbidden")
    with enter(harbour):
        stranger = machine_of(harbour, harbour.lead.membership)
    assert_problem(stranger.call("GET", SURVEYS), "unauthenticated")
    assert_problem(stranger.call("GET", "/api/v1/o/harbour/p/client-reports/surveys/"), "not-found")
    assert_problem(lead.call("GET", f"{ROOT}/p/nothing/surveys/"), "not-found")


def test_one_reads_what_one_was_asked_oneself_and_never_what_anybody_said(
    meridian: World, running: Running, enter: Enter
) -> None:
    with enter(meridian):
        person = running.members[0]
        own = machine_of(meridian, MembershipFactory.create(person=person, roles={Role.MEMBER}))
        answered([person])
    page = own.call("GET", f"{ROOT}/surveys/").json()
    assert page == {
        "items": [
            {
                "program": "client-reports",
                "kind": "baseline",
                "asked_at": "2026-07-03T10:00:00+01:00",
                "closes_at": "2026-07-24T10:00:00+01:00",
                "answered_at": "2026-07-03T10:00:00+01:00",
                "open": True,
            }
        ],
        "next": None,
    }
    with enter(meridian):
        nobody = machine_of(meridian, meridian.member.membership)
    assert nobody.call("GET", f"{ROOT}/surveys/").json()["items"] == []
