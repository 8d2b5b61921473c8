"""What a lead opens every morning: what comes next and to how many, what remains, and the parts that upper floors bring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adoption.programs import actions
from adoption.programs.actions.calendar import promise
from adoption.programs.models import Preparation
from adoption.programs.queries import look_at
from adoption.programs.queries.cockpit import cockpit
from adoption.programs.queries.programs import UPCOMING
from adoption.programs.rules import ASK_WEEK, FREEZE, Kind, plan_active
from adoption.programs.rules.curriculum import Phase
from adoption.programs.rules.readiness import Item, Standing
from champions.actions.asks import ask_for
from tests.factories import AT, World
from tests.metrics.trials import Trial, launched
from tests.practice import practise
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(meridian: World, enter: Enter) -> Iterator[Trial]:
    """Three pods and three teams of eight."""
    with enter(meridian):
        yield launched(meridian, pods=(8, 8, 8), teams=(8, 8, 8))


def place(name: str, trial: Trial) -> str:
    return reverse(name, args=["meridian", trial.program.slug])


def test_the_morning_says_what_comes_next_to_whom_and_to_how_many(
    meridian: World, trial: Trial, client_as: ClientAs
) -> None:
    program = trial.program
    promise(program, plan_active(program.starts_on, program.weeks))
    at = trial.at(program.starts_on + timedelta(days=1))
    morning = cockpit(look_at(program, at=at), at=at)
    assert (morning.look.week, morning.phase, morning.look.attention) == (1, Phase.WORKSHOPS, 0)
    assert len(morning.coming) == UPCOMING
    asks = next(one for one in morning.coming if one.step.task == ASK_WEEK)
    assert (asks.people, str(asks.to)) == (48, "everybody in the groups who is at work")
    freezes = next(one for one in morning.coming if one.step.task == FREEZE)
    assert freezes.people is None
    with time_machine.travel(at, tick=False):
        page = " ".join(client_as(meridian.lead).get(place("program", trial)).content.decode().split())
        told = client_as(meridian.lead).get(f"/api/v1/o/meridian/p/{trial.program.slug}/cockpit/").json()
        for other in (meridian.executive, meridian.champion):
            address = f"/api/v1/o/meridian/p/{trial.program.slug}/cockpit/"
            assert client_as(other).get(address).status_code == HTTPStatus.FORBIDDEN
    assert "To 48 people: everybody in the groups who is at work." in page
    assert "Nothing is sent at that moment." in page
    for part in ("time-kept", "adoption-so-far", "program-asks"):
        assert f'hx-get="{place(part, trial)}"' in page
        assert f'href="{place(part, trial)}"' in page
    assert (told["week"], told["weeks"], told["phase"], told["attention"]) == (1, 10, "workshops", 0)
    assert [one["key"] for one in told["next"]] == [one.key for one in morning.coming]


def test_what_remains_of_readiness_is_what_is_open_and_what_was_done_without(
    meridian: World, trial: Trial, client_as: ClientAs
) -> None:
    at, owner = trial.at(trial.program.starts_on), meridian.lead.person
    Preparation.objects.create(
        program=trial.program, item=Item.SPONSOR, waived_because="She is chosen in May", waived_at=at
    )
    Preparation.objects.create(program=trial.program, item=Item.PACKS, owner=owner, due_on=at.date())
    Preparation.objects.create(program=trial.program, item=Item.SHOWCASE, evidence="12 May", given_at=at)
    morning = cockpit(look_at(trial.program, at=at), at=at)
    remaining = {line.item: line.standing for line in morning.remains}
    assert (remaining[Item.SPONSOR], remaining[Item.PACKS]) == (Standing.WAIVED, Standing.OPEN)
    assert Item.SHOWCASE not in remaining
    assert morning.shown + len(morning.remains) == len(morning.lines)
    with time_machine.travel(at, tick=False):
        page = " ".join(client_as(meridian.lead).get(place("program", trial)).content.decode().split())
    assert "Launched without: She is chosen in May" in page
    assert f"{owner.name}, due 5 January" in page


def test_a_programme_that_has_not_been_launched_has_none_of_it(meridian: World, client_as: ClientAs) -> None:
    program = practise(meridian).program
    with time_machine.travel(AT, tick=False):
        page = client_as(meridian.lead).get(reverse("program", args=["meridian", program.slug])).content.decode()
    for part in ("time-kept", "adoption-so-far", "program-asks"):
        assert f'id="{part}"' not in page
    assert reverse("curriculum", args=["meridian", program.slug]) in page


def test_the_page_asks_as_much_for_three_who_want_attention_as_for_one(
    meridian: World, trial: Trial, client_as: ClientAs, enter: Enter
) -> None:
    at, client, counts = trial.at(trial.program.starts_on + timedelta(days=15)), client_as(meridian.lead), []
    with time_machine.travel(at, tick=False):
        for people in (trial.pods[0][:1], trial.pods[0][1:3]):
            for person in people:
                actions.raise_attention(
                    program=trial.program, person=person, kind=Kind.STUCK, since=at.date(), detail={}, at=at
                )
            client.get(place("program", trial))
            with CaptureQueriesContext(connection) as asked:
                client.get(place("program", trial))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_adoption_so_far_has_bounds_and_no_verdict_before_its_look(
    meridian: World, trial: Trial, client_as: ClientAs
) -> None:
    at = trial.at(trial.program.starts_on + timedelta(days=1))
    with time_machine.travel(at, tick=False):
        nothing = client_as(meridian.lead).get(place("adoption-so-far", trial)).content.decode()
    assert "No week can be shown yet" in nothing
    week = trial.program.starts_on
    trial.say(week, {person: 3 if number < 3 else 0 for pod in trial.pods for number, person in enumerate(pod[:7])})
    trial.say(week, {person: 0 for team in trial.teams for person in team})
    with time_machine.travel(trial.at(week + timedelta(days=10)), tick=False):
        for reader in (meridian.lead, meridian.executive):
            page = " ".join(client_as(reader).get(place("adoption-so-far", trial)).content.decode().split())
            assert "9 of 21 (43%); 38 to 50%, whoever the silent are." in page
            assert "No verdict before" in page
        assert client_as(meridian.champion).get(place("adoption-so-far", trial)).status_code == HTTPStatus.FORBIDDEN
        fragment = client_as(meridian.lead).get(place("adoption-so-far", trial), headers={"HX-Request": "true"})
        assert fragment.content.decode().strip().startswith("<section")


def test_time_and_asks_are_fragments_with_their_own_empty_states(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    program = practise(meridian).program
    time_kept, asks = (reverse(name, args=["meridian", program.slug]) for name in ("time-kept", "program-asks"))
    with time_machine.travel(AT, tick=False):
        assert "not asked yet" in client_as(meridian.lead).get(time_kept).content.decode()
        assert client_as(meridian.executive).get(time_kept).status_code == HTTPStatus.FORBIDDEN
        assert "Nothing waits for leadership" in client_as(meridian.executive).get(asks).content.decode()
        with enter(meridian):
            # What a champion of it asks without naming a programme is among it.
            for wanted, about in (("A quiet hour", program), ("A second licence", None)):
                ask_for(
                    wanted=wanted,
                    why="",
                    program=about,
                    owner=meridian.executive.person,
                    by=meridian.champion.person,
                    at=AT - timedelta(days=20),
                )
        for reader in (meridian.lead, meridian.executive):
            page = " ".join(client_as(reader).get(asks).content.decode().split())
            assert "A quiet hour" in page
            assert "A second licence" in page
            assert page.count("6 days over") == 2
        assert client_as(harbour.lead).get(asks).status_code == HTTPStatus.NOT_FOUND
        assert client_as(meridian.member).get(asks).status_code == HTTPStatus.FORBIDDEN
