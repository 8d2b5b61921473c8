"""What pages of the champions' floor can do, machines can do: the same people, the same words, nothing more."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from champions.models import Agreement, Card, Champion, Expert, LeaderDeed, Need, Offer, Selection, Story, Talk, Tool
from champions.models import Waiver as Without
from tests.champions.test_selection import a_candidate
from tests.factories import AT, PersonFactory, World
from tests.pods.test_api import Machine
from tests.practice import make_program
from tests.stock import another_champion, make_champion
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

TODAY = AT.date().isoformat()
LATER = (AT.date() + timedelta(days=90)).isoformat()


@pytest.fixture
def champion(meridian: World, enter: Enter) -> Champion:
    """`world.champion` leads a draft; their manager is `world.manager`, who signs in as the executive here."""
    with enter(meridian):
        make_champion(meridian)
        manager = meridian.executive.person
        Person.objects.filter(pk=meridian.champion.person.pk).update(manager=manager, contracted_hours=40)
        found: Champion = Champion.objects.select_related("program").get()
        return found


@pytest.fixture
def machine(meridian: World, client_as: ClientAs) -> Any:
    return lambda somebody: Machine(client_as(None), meridian, somebody)


def code(answer: Any) -> tuple[int, dict[str, str]]:
    """The status of a refused request, and which field is wrong how."""
    return answer.status_code, {error["field"]: error["code"] for error in answer.json().get("errors", [])}


def test_deeds_are_written_down_confirmed_by_others_and_taken_back(
    meridian: World, champion: Champion, machine: Any, enter: Enter
) -> None:
    leader = str(meridian.executive.person.public_id)
    given = {"leader": leader, "act": "shared_a_failure", "done_on": TODAY, "note": "The offer"}
    chidi, lead, edith, mira = (
        machine(one) for one in (meridian.champion, meridian.lead, meridian.executive, meridian.member)
    )
    assert mira.send("post", "/kit/deeds/", given).status_code == HTTPStatus.NOT_FOUND
    wrong = {**given, "leader": str(meridian.member.person.public_id), "act": "acted_on_feedback"}
    assert code(chidi.send("post", "/kit/deeds/", wrong)) == (
        400,
        {"leader": "unknown_person", "act": "invalid_choice"},
    )
    late = {**given, "done_on": (AT.date() + timedelta(days=1)).isoformat()}
    assert code(chidi.send("post", "/kit/deeds/", late)) == (409, {"done_on": "not_yet"})
    key = {"Idempotency-Key": str(uuid4())}
    made, again = (chidi.send("post", "/kit/deeds/", given, **key).json() for _ in range(2))
    assert made == again
    at = f"/kit/deeds/{made['id']}/"
    assert code(chidi.send("put", f"{at}confirmation/", None)) == (409, {"": "not_by_oneself"})
    assert edith.send("put", f"{at}confirmation/", None).status_code == HTTPStatus.NOT_FOUND
    assert lead.send("put", f"{at}confirmation/", None).json()["counts"] is True
    assert code(chidi.send("delete", at, None)) == (409, {"": "deed_stands"})
    # A leader writes down their own alone, reads their own alone, and takes it back.
    own = edith.send("post", "/kit/deeds/", {**given, "act": "video"}).json()
    assert [one["id"] for one in edith.get("/kit/deeds/").json()["items"]] == [made["id"], own["id"]]
    assert mira.get("/kit/deeds/").json()["items"] == []
    assert chidi.send("delete", f"/kit/deeds/{own['id']}/", None).status_code == HTTPStatus.NOT_FOUND
    assert edith.send("delete", f"/kit/deeds/{own['id']}/", None).status_code == HTTPStatus.NO_CONTENT
    with enter(meridian):
        assert LeaderDeed.objects.count() == 1


def test_an_ask_is_for_a_programme_and_withdrawn_by_who_asked(
    meridian: World, champion: Champion, machine: Any, enter: Enter
) -> None:
    given = {"wanted": "A room", "owner": str(meridian.executive.person.public_id), "program": champion.program.slug}
    chidi, edith = machine(meridian.champion), machine(meridian.executive)
    assert code(chidi.send("post", "/kit/asks/", given)) == (400, {"program": "unknown_program"})
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT)
    made = chidi.send("post", "/kit/asks/", given).json()
    at = f"/kit/asks/{made['id']}/"
    assert edith.send("delete", at, None).status_code == HTTPStatus.NOT_FOUND
    assert chidi.send("delete", at, None).status_code == HTTPStatus.NO_CONTENT
    assert chidi.send("delete", at, None).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        assert Need.objects.get().program == champion.program


def test_a_tool_is_evaluated_once_for_a_task_and_looked_at_again(
    meridian: World, champion: Champion, machine: Any, enter: Enter
) -> None:
    given = {
        "tool": "Scribe",
        "task": "Minutes",
        "verdict": "with_care",
        "why": "It mixes up names",
        "data_allowed": "Internal calls",
        "data_forbidden": "Calls with clients",
        "for_whom": "Everybody",
        "review_on": LATER,
    }
    chidi, lead, mira = machine(meridian.champion), machine(meridian.lead), machine(meridian.member)
    assert mira.send("post", "/kit/tools/", given).status_code == HTTPStatus.NOT_FOUND
    assert code(chidi.send("post", "/kit/tools/", {**given, "review_on": TODAY})) == (409, {"review_on": "look_ahead"})
    made = chidi.send("post", "/kit/tools/", given).json()
    assert code(lead.send("post", "/kit/tools/", given)) == (409, {"task": "evaluated_already"})
    at = f"/kit/tools/{made['id']}/"
    assert mira.get(at).json() == made
    assert mira.send("put", at, given).status_code == HTTPStatus.NOT_FOUND
    seen = lead.send("put", at, {**given, "verdict": "no"}).json()
    assert (seen["verdict"], seen["evaluated_by"]["name"]) == ("no", meridian.lead.person.name)
    with enter(meridian):
        assert Tool.objects.count() == 1


def test_stories_are_ones_own_and_talks_nobody_elses(
    meridian: World, champion: Champion, machine: Any, enter: Enter
) -> None:
    with enter(meridian):
        nadia = another_champion(meridian)
    chidi, lead, mira = machine(meridian.champion), machine(meridian.lead), machine(meridian.member)
    told = {"worried": "A name was wrong", "tried": "I read it aloud", "found": "I catch more", "published": True}
    for who in (lead, mira):
        assert who.send("put", "/kit/objections/blame/story/", told).status_code == HTTPStatus.NOT_FOUND
    assert chidi.send("put", "/kit/objections/nonsense/story/", told).status_code == HTTPStatus.NOT_FOUND
    assert chidi.send("put", "/kit/objections/blame/story/", told).json() == told
    [blame] = [one for one in lead.get("/kit/objections/").json()["items"] if one["worry"] == "blame"]
    assert (blame["own"], blame["others"][0]["found"]) == (None, "I catch more")
    assert mira.get("/kit/objections/").status_code == HTTPStatus.NOT_FOUND
    assert chidi.send("delete", "/kit/objections/blame/story/", None).status_code == HTTPStatus.NO_CONTENT
    talk = chidi.send("post", "/kit/talks/", {"worry": "quality"}).json()
    assert (talk["state"], talk["member"]) == ("heard", None)
    at = f"/kit/talks/{talk['id']}/"
    named = {"state": "open", "member": str(meridian.member.person.public_id), "next_step": "Two of her reports"}
    assert code(chidi.send("put", at, named)) == (409, {"agreed": "not_agreed"})
    assert code(chidi.send("put", at, {**named, "member": str(uuid4())})) == (400, {"member": "unknown_person"})
    kept = chidi.send("put", at, {**named, "agreed": True}).json()
    assert kept["member"]["name"] == meridian.member.person.name
    assert chidi.get("/kit/talks/").json()["items"] == [kept]
    # Another champion, a lead and whoever it is about find nothing.
    for who in (lead, mira):
        assert who.get(at).status_code == who.send("delete", at, None).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        Talk.objects.update(champion=nadia)
    assert chidi.get(at).status_code == HTTPStatus.NOT_FOUND
    with enter(meridian):
        Talk.objects.update(champion=meridian.champion.person)
    assert chidi.send("delete", at, None).status_code == HTTPStatus.NO_CONTENT
    with enter(meridian):
        assert not Talk.objects.exists()
        assert not Story.objects.exists()


def test_cards_and_experts(meridian: World, champion: Champion, machine: Any, enter: Enter) -> None:
    chidi, lead, mira, ada = (
        machine(one) for one in (meridian.champion, meridian.lead, meridian.member, meridian.admin)
    )
    card = {"solves": "Long tables", "office_hours": "Thursday"}
    assert lead.send("put", "/kit/network/me/", card).status_code == HTTPStatus.NOT_FOUND
    assert chidi.send("put", "/kit/network/me/", card).json() == card
    listed = {"person": str(meridian.member.person.public_id), "topic": "Contracts"}
    assert mira.send("post", "/kit/network/experts/", listed).status_code == HTTPStatus.NOT_FOUND
    made = lead.send("post", "/kit/network/experts/", listed).json()
    assert code(chidi.send("post", "/kit/network/experts/", listed)) == (409, {"topic": "listed_already"})
    found = ada.get("/kit/network/").json()
    assert (found["champions"][0]["card"], found["experts"]) == (card, [made])
    at = f"/kit/network/experts/{made['id']}/"
    assert ada.send("delete", at, None).status_code == HTTPStatus.NOT_FOUND
    # Whoever stands on it may leave it.
    assert mira.send("delete", at, None).status_code == HTTPStatus.NO_CONTENT
    assert ada.get("/kit/network/").json()["experts"] == []
    assert chidi.send("put", at, None).json() == made
    with enter(meridian):
        assert (Card.objects.count(), Expert.objects.listed().count()) == (1, 1)


def test_candidates_are_asked_and_the_shortlist_deleted_by_leads_alone(
    meridian: World, machine: Any, enter: Enter
) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports", at=AT)
        person = a_candidate(program, PersonFactory.create(), nominators=4).person
        Selection.objects.update(recorded_at=AT)
    lead, chidi = machine(meridian.lead), machine(meridian.champion)
    root = f"/p/{program.slug}"
    at = f"{root}/candidates/{person.public_id}/offer/"
    assert chidi.send("put", at, None).status_code == HTTPStatus.FORBIDDEN
    nobody = f"{root}/candidates/{meridian.member.person.public_id}/offer/"
    assert lead.send("put", nobody, None).status_code == HTTPStatus.NOT_FOUND
    assert [lead.send("put", at, None).status_code for _ in range(2)] == [HTTPStatus.NO_CONTENT] * 2
    assert lead.get(f"{root}/candidates/").json()["items"][0]["asked"] is True
    assert lead.send("delete", at, None).status_code == HTTPStatus.NO_CONTENT
    with enter(meridian):
        assert not Offer.objects.exists()
        Person.objects.filter(pk=person.pk).update(mail=None)
    assert code(lead.send("put", at, None)) == (409, {"": "no_mail"})
    assert lead.send("delete", f"{root}/candidates/", None).status_code == HTTPStatus.NO_CONTENT
    assert lead.get(f"{root}/candidates/").json()["items"] == []


def test_a_champion_is_named_and_the_sponsor_written_down(meridian: World, machine: Any, enter: Enter) -> None:
    with enter(meridian):
        program = make_program(meridian, name="reports", at=AT)
    lead, root = machine(meridian.lead), f"/p/{program.slug}"
    assert lead.get(f"{root}/sponsorship/").json() == {"sponsor": None, "budget_line": ""}
    given = {"sponsor": str(meridian.executive.person.public_id), "budget_line": "4711"}
    assert lead.send("put", f"{root}/sponsorship/", given).json() == lead.get(f"{root}/sponsorship/").json()
    named = {"person": str(meridian.champion.person.public_id)}
    made = lead.send("post", f"{root}/champions/", named).json()
    assert (made["name"], made["ready"], made["time"]) == (meridian.champion.person.name, False, [])
    assert lead.send("post", f"{root}/champions/", named).json()["id"] == made["id"]
    gone = {"person": str(meridian.gone.public_id)}
    assert code(lead.send("post", f"{root}/champions/", gone)) == (400, {"person": "unknown_person"})
    with enter(meridian):
        Program.objects.update(baseline_opened_at=AT, launched_at=AT, fixed={})
    assert code(lead.send("post", f"{root}/champions/", named)) == (409, {"": "launched"})


def test_the_two_agree_and_nobody_else_finds_the_agreement(
    meridian: World, champion: Champion, machine: Any, enter: Enter
) -> None:
    lead, chidi, edith, mira = (
        machine(one) for one in (meridian.lead, meridian.champion, meridian.executive, meridian.member)
    )
    at, begin, end = f"/champions/{champion.public_id}/agreement/", champion.program.starts_on, champion.program.ends_on
    given = {
        "work": "The minutes; Ines writes them.",
        "hours": "4",
        "contracted": 40,
        "from": begin.isoformat(),
        "to": end.isoformat(),
    }
    for who in (lead, mira):
        assert who.get(at).status_code == who.send("post", at, given).status_code == HTTPStatus.NOT_FOUND
    assert chidi.get(at).json() == {"stands": None, "proposed": None, "waits_for": None}
    assert code(chidi.send("post", at, {**given, "hours": "2"})) == (409, {"outside_because": "outside"})
    assert code(chidi.send("post", at, {**given, "to": "2026-01-01"})) == (409, {"to": "turned_round"})
    made = chidi.send("post", at, given)
    assert (made.status_code, made.json()["waits_for"]["name"]) == (201, meridian.executive.person.name)
    assert code(edith.send("put", at, {"version": 7})) == (409, {"version": "changed_meanwhile"})
    stands = edith.send("put", at, {"version": 1}).json()["stands"]
    assert (stands["agreed"], stands["hours"], stands["from"]) == (True, "4.00", begin.isoformat())
    root = f"/p/{champion.program.slug}/champions/{champion.public_id}"
    assert chidi.send("post", f"{root}/agreement/request/", None).status_code == HTTPStatus.FORBIDDEN
    assert lead.send("post", f"{root}/agreement/request/", None).status_code == HTTPStatus.NO_CONTENT
    assert lead.send("put", f"{root}/waiver/", {"reason": "Away"}).json() == {"reason": "Away"}
    with enter(meridian):
        assert (Agreement.objects.count(), Without.objects.count()) == (1, 1)
    assert lead.send("delete", f"{root}/waiver/", None).status_code == HTTPStatus.NO_CONTENT
    with enter(meridian):
        assert not Without.objects.exists()
        Person.objects.filter(pk=meridian.champion.person.pk).update(manager=None)
    assert code(lead.send("post", f"{root}/agreement/request/", None)) == (409, {"": "no_manager"})
    # Whoever was the manager finds nothing any more.
    assert edith.get(at).status_code == HTTPStatus.NOT_FOUND
