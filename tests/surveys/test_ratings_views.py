"""Rating by link and signed in, registering outputs, the lead's rounds; for people and for machines."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from adoption.outbox.actions.links import mint
from adoption.tenancy.rules import Permission
from surveys import actions
from surveys.models import Allotment, Output, OutputMark, Rater, Rating, RatingRound
from surveys.queries import Named, to_rate
from tests.factories import AT, ApiTokenFactory, MembershipFactory, Somebody, World
from tests.running import Running, with_baseline
from tests.surveys.judging import GOOD, give_out, launch, output
from tests.tenancy.test_api import Machine, assert_problem
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

OUTPUTS = "/o/meridian/outputs/"
RATINGS = "/o/meridian/p/client-reports/ratings/"


@pytest.fixture
def running(meridian: World, enter: Enter) -> Running:
    with enter(meridian):
        return launch(with_baseline(meridian), meridian)


@pytest.fixture
def round_(running: Running, meridian: World, enter: Enter) -> RatingRound:
    with enter(meridian):
        for number, person in enumerate(running.members):
            output(running, person, f"Report {number}", before=False)
        return give_out(running)


def member(world: World, running: Running, enter: Enter) -> Somebody:
    with enter(world):
        membership = MembershipFactory.create(person=running.members[0], organization=world.organization)
        return Somebody(membership.identity, membership.person, membership, frozenset())


def mailed(world: World, enter: Enter, number: int = 0) -> tuple[Client, str, Rater]:
    """A browser that came by the mail of a guest, and the page it came to."""
    with enter(world):
        rater = Rater.objects.select_related("guest", "round").order_by("pk")[number]
        assert rater.guest
        address = mint(
            purpose=actions.RATING,
            row_id=rater.pk,
            person=rater.guest,
            address=rater.guest.mail,
            expires_at=rater.round.closes_at,
            at=AT,
        )
    client = Client()
    return client, client.get(address)["Location"], rater


# --- raters ----------------------------------------------------------------------------------------------------------


def test_a_guest_rates_one_output_a_view_and_is_thanked(
    meridian: World, running: Running, round_: RatingRound, enter: Enter
) -> None:
    client, page, rater = mailed(meridian, enter)
    with enter(meridian):
        titles = [one.title for one in to_rate(rater)]
    for number, title in enumerate(titles, start=1):
        shown = client.get(page).content.decode()
        assert title in shown
        assert f"{number} of {len(titles)}" in shown
        # Nothing of who made it, when, how, or in which group.
        hidden = [*(person.name for person in running.members), "Elbe", "comparison", "baseline", AT.strftime("%j F")]
        assert not any(word in shown for word in hidden)
        answer = client.post(page, {"output": str(number), **GOOD})
        assert answer.status_code == HTTPStatus.FOUND
    thanks = client.get(page).content.decode()
    assert "Thank you, Ada Brenner." in thanks or "Thank you, Tim Castell." in thanks
    with enter(meridian):
        assert Rating.objects.filter(allotment__rater=rater).count() == len(titles)
    # What was said can be changed until the end.
    assert "checked" in client.get(f"{page}?at=1").content.decode()


def test_what_is_left_out_is_asked_for_once_more_and_the_rest_is_kept(
    meridian: World, round_: RatingRound, enter: Enter
) -> None:
    client, page, rater = mailed(meridian, enter)
    answer = client.post(page, {"output": "1", "usable": "3", "fits": "9", "send": "1"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.content.decode().count("Please choose one.") >= 2
    assert "Please choose one of the answers." in answer.content.decode()
    with enter(meridian):
        assert Rating.objects.get(allotment__rater=rater).usable == "3"
    kept = client.post(page, {"output": "1", "usable": "4", "keep": "1"})
    assert kept.status_code == HTTPStatus.OK
    assert "Kept at 10:00." in kept.content.decode()


def test_looking_changes_nothing_and_a_closed_round_says_so(meridian: World, round_: RatingRound, enter: Enter) -> None:
    client, page, _ = mailed(meridian, enter)
    for _ in range(3):
        assert client.get(page).status_code == HTTPStatus.OK
    with enter(meridian):
        assert Rating.objects.count() == 0
        actions.close_round(round_=round_, by=None, at=AT)
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        answer = client.get(page)
        assert answer.status_code == HTTPStatus.GONE
        assert "This round is closed" in answer.content.decode()
        assert client.post(page, {"output": "1", **GOOD}).status_code == HTTPStatus.GONE
    assert Client().get(page).status_code == HTTPStatus.NOT_FOUND
    assert Client().get(f"/r/{'x' * 43}/").status_code == HTTPStatus.NOT_FOUND


def test_whoever_would_rather_not_is_let_be_and_can_come_back(
    meridian: World, round_: RatingRound, enter: Enter
) -> None:
    client, page, rater = mailed(meridian, enter)
    assert client.post(page, {"decline": "1"})["Location"] == page
    assert "You are not asked again." in client.get(page).content.decode()
    with enter(meridian):
        assert Rater.objects.get(pk=rater.pk).declined_at == AT
    assert client.get(f"{page}?at=1").status_code == HTTPStatus.OK


def test_what_was_taken_back_meanwhile_is_no_longer_asked(
    meridian: World, running: Running, round_: RatingRound, enter: Enter
) -> None:
    client, page, rater = mailed(meridian, enter)
    client.get(page)
    with enter(meridian):
        gone = Allotment.objects.select_related("output").get(rater=rater, place=1).output
        actions.take_output_back(output=gone, by=None, at=AT)
    assert client.post(page, {"output": "1", **GOOD})["Location"] == page
    assert "taken it back" in client.get(page).content.decode()


def test_the_page_of_a_mailed_guest_tells_who_sees_what(meridian: World, round_: RatingRound, enter: Enter) -> None:
    client, page, _ = mailed(meridian, enter)
    assert "deleted 30 days after the round" in client.get(page).content.decode()
    assert client.get(f"{page}who/").status_code == HTTPStatus.OK


def test_somebody_of_the_directory_rates_signed_in_and_nobody_else_can(
    meridian: World, harbour: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        output(running, running.members[0], "Quarterly report", before=False)
        give_out(running, raters=[Named(person=meridian.owner.person), Named(name="Ada", mail="ada@client.example")])
        rater = Rater.objects.get(person=meridian.owner.person)
    page = f"/o/meridian/ratings/{rater.public_id}/"
    assert "Quarterly report" in client_as(meridian.owner).get(page).content.decode()
    assert page in client_as(meridian.owner).get("/o/meridian/waiting/surveys/").content.decode()
    for stranger in (meridian.lead, meridian.champion):
        assert client_as(stranger).get(page).status_code == HTTPStatus.NOT_FOUND
    assert client_as(harbour.owner).get(page).status_code == HTTPStatus.NOT_FOUND


# --- outputs ---------------------------------------------------------------------------------------------------------


def registered(running: Running, **given: str) -> dict[str, str]:
    place = f"client-reports:{running.members[0].public_id}"
    return {"place": place, "title": "Quarterly report", "produced_on": "2026-07-01", "used_ai": "yes", **given}


def test_a_member_registers_an_output_and_takes_it_back(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(member(meridian, running, enter))
    assert client.post(OUTPUTS, registered(running)).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made = Output.objects.get()
        assert OutputMark.objects.get(output=made).used_ai is True
    assert "Quarterly report" in client.get(OUTPUTS).content.decode()
    assert client_as(meridian.lead).post(f"{OUTPUTS}{made.public_id}/back/").status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{OUTPUTS}{made.public_id}/back/").status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert not Output.objects.standing().exists()


def test_a_champion_registers_for_a_member_and_others_cannot(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    assert client_as(meridian.champion).post(OUTPUTS, registered(running)).status_code == HTTPStatus.FOUND
    with enter(meridian):
        made = Output.objects.get()
        assert (made.person, made.registered_by) == (running.members[0], meridian.champion.person)
    answer = client_as(meridian.lead).post(OUTPUTS, registered(running))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "This field is required."),
        ({"produced_on": "2026-06-01"}, "had to be registered before the launch"),
        ({"produced_on": "2026-08-01"}, "This day is still to come."),
        ({"produced_on": "soon"}, "This is not a date."),
        ({"used_ai": ""}, "This field is required."),
        ({"title": "x" * 161}, "at most 160 characters"),
    ],
)
def test_what_cannot_be_registered_is_said_beside_the_field_and_nothing_typed_is_lost(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, wrong: dict[str, str], words: str
) -> None:
    given = registered(running, found_at="Mail of 3 June") | wrong
    answer = client_as(member(meridian, running, enter)).post(OUTPUTS, given)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    assert "Mail of 3 June" in answer.content.decode()


# --- the lead --------------------------------------------------------------------------------------------------------


def test_a_lead_opens_a_round_with_clients_and_colleagues_sees_how_far_it_is_and_closes_it(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    with enter(meridian):
        made = [output(running, person, f"Report {n}", before=False) for n, person in enumerate(running.members)]
    client = client_as(meridian.lead)
    assert "3 outputs, 0 of them of before the start" in client.get(RATINGS).content.decode()
    shown = client.get(f"{RATINGS}new/").content.decode()
    assert shown.count("checked") == len(made)
    lines = f"Ada Brenner <ada@brenner.example>\n{meridian.owner.person.mail}\n"
    answer = client.post(f"{RATINGS}new/", {"outputs": [str(one.public_id) for one in made], "raters": lines})
    assert answer["Location"] == RATINGS
    page = client.get(RATINGS).content.decode()
    assert "Ada Brenner" in page
    assert "0 of 4 ratings have come in" in page
    with enter(meridian):
        round_ = RatingRound.objects.get()
    close = f"{RATINGS}{round_.public_id}/close/"
    assert "take no more ratings" in client.get(close).content.decode()
    assert client.post(close)["Location"] == RATINGS


@pytest.mark.parametrize(
    ("raters", "words"),
    [
        ("", "This field is required."),
        ("nobody at all", "has no mail address we can read"),
        ("stranger@client.example", "is not in the directory"),
        ("Ada <ada@client.example>", "One output in five is rated twice"),
    ],
)
def test_raters_that_cannot_be_read_are_said_and_nothing_typed_is_lost(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, raters: str, words: str
) -> None:
    with enter(meridian):
        one = output(running, running.members[0], "Report", before=False)
    answer = client_as(meridian.lead).post(f"{RATINGS}new/", {"outputs": [str(one.public_id)], "raters": raters})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.content.decode()
    with enter(meridian):
        assert RatingRound.objects.count() == 0


@pytest.mark.parametrize("who", ["member", "champion", "owner", "executive", "admin"])
def test_rounds_are_the_leads_alone(meridian: World, running: Running, client_as: ClientAs, who: str) -> None:
    client = client_as(getattr(meridian, who))
    assert client.get(RATINGS).status_code == HTTPStatus.FORBIDDEN
    assert client.get(f"{RATINGS}new/").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("path", [RATINGS, f"{RATINGS}new/"])
def test_the_leads_pages_ask_the_same_of_the_database_with_one_output_and_with_three(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs, path: str
) -> None:
    client = client_as(meridian.lead)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    with enter(meridian):
        output(running, running.members[0], "One", before=False)
        if path == RATINGS:
            actions.close_round(round_=give_out(running), by=None, at=AT + timedelta(seconds=1))
    queries()
    one = queries()
    with enter(meridian):
        for number, person in enumerate(running.members):
            output(running, person, f"More {number}", before=False)
        if path == RATINGS:
            give_out(running, at=AT + timedelta(seconds=2))
    assert queries() == one


def test_a_member_s_page_asks_the_same_with_one_output_and_with_three(
    meridian: World, running: Running, enter: Enter, client_as: ClientAs
) -> None:
    client = client_as(member(meridian, running, enter))
    seen = []
    for more in (1, 2):
        with enter(meridian):
            for number in range(more):
                output(running, running.members[0], f"{more} {number}", before=False)
        client.get(OUTPUTS)
        with CaptureQueriesContext(connection) as queries:
            client.get(OUTPUTS)
        seen.append(len(queries))
    assert seen[0] == seen[1]


# --- machines --------------------------------------------------------------------------------------------------------


def machine_of(world: World, membership: Any) -> Machine:
    secret = f"mmt_{uuid4()}"
    ApiTokenFactory.create(secret=secret, membership=membership, scopes=sorted(Permission))
    return Machine(world, secret)


def test_a_machine_registers_and_lists_its_members_outputs(meridian: World, running: Running, enter: Enter) -> None:
    somebody = member(meridian, running, enter)
    with enter(meridian):
        machine = machine_of(meridian, somebody.membership)
    given = {"program": "client-reports", "title": "Report", "produced_on": "2026-07-01", "used_ai": False}
    made = machine.call("POST", "/api/v1/o/meridian/outputs/", given)
    assert made.status_code == HTTPStatus.CREATED
    assert "used_ai" not in made.json()
    (listed,) = machine.call("GET", "/api/v1/o/meridian/outputs/").json()["items"]
    assert listed == made.json()
    late = machine.call("POST", "/api/v1/o/meridian/outputs/", given | {"produced_on": "2026-06-01"})
    assert_problem(late, "invalid")
    assert late.json()["errors"][0]["code"] == "of_before"


def test_a_lead_s_machine_reads_how_far_rounds_are_and_no_name(
    meridian: World, round_: RatingRound, enter: Enter
) -> None:
    with enter(meridian):
        machine = machine_of(meridian, meridian.lead.membership)
    (one,) = machine.call("GET", "/api/v1/o/meridian/p/client-reports/ratings/").json()["items"]
    assert (one["number"], one["open"], one["outputs"], one["outputs_for_two"]) == (1, True, 3, 1)
    assert (one["raters"], one["ratings_asked"], one["ratings_given"]) == (2, 4, 0)
    assert "Brenner" not in str(one)
