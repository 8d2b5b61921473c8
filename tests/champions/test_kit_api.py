"""The kit for machines: the same doors, facts and refusals as its pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from champions.actions.tools import evaluate_tool
from champions.models import Champion, Need, PromptTry, Win
from tests.factories import AT, World
from tests.pods.test_api import Machine
from tests.practice import make_program
from tests.stock import a_prompt, a_win, an_ask, an_evaluation, make_champion
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture(autouse=True)
def champion(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        make_champion(meridian)


@pytest.fixture
def machine(meridian: World, client_as: ClientAs) -> Any:
    return lambda somebody: Machine(client_as(None), meridian, somebody)


def fields(answer: Any) -> dict[str, str]:
    """Which field of a refused request is wrong, and how."""
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def test_the_library_and_a_word_on_a_prompt(meridian: World, machine: Any, enter: Enter) -> None:
    with enter(meridian):
        prompt = a_prompt(meridian)
    member = machine(meridian.member)
    [row] = member.get("/kit/prompts/").json()["items"]
    assert (row["title"], row["version"], row["gaps"]) == ("Report from notes", 1, ["client", "notes"])
    assert (row["state"], row["reviewed"], row["owner"]["name"]) == ("stale", False, meridian.champion.person.name)
    assert member.get(f"/kit/prompts/{prompt.public_id}/").json() == row
    tries = f"/kit/prompts/{prompt.public_id}/tries/"
    refused = member.send("post", tries, {"worked": False})
    assert (refused.status_code, fields(refused)) == (400, {"because": "required"})
    key = str(uuid4())
    answers = [member.send("post", tries, {"worked": True}, **{"Idempotency-Key": key}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == {"worked": True, "because": "", "version": 1}
    assert fields(member.send("post", tries, {"worked": True, "version": 2})) == {"version": "no_such_version"}
    with enter(meridian):
        assert PromptTry.objects.get().person == meridian.member.person
    assert member.get(f"/kit/prompts/{uuid4()}/").status_code == 404


def test_a_win_is_shared_and_read_without_a_name_where_it_is_hidden(
    meridian: World, machine: Any, enter: Enter
) -> None:
    with enter(meridian):
        a_win(meridian.owner.person, hides_name=True)
    member = machine(meridian.member)
    given = {"task": "sum up a call", "minutes_now": 5, "minutes_before": 30, "output": "Ten lines"}
    assert member.send("post", "/kit/wins/", given).json()["person"] == meridian.member.person.name
    assert [one["person"] for one in member.get("/kit/wins/").json()["items"]] == [None, meridian.member.person.name]
    wrong = member.send("post", "/kit/wins/", {**given, "prompt": str(uuid4()), "minutes_now": 0, "extra": 1})
    assert fields(wrong) == {"prompt": "unknown_prompt", "minutes_now": "min_value", "extra": "unknown"}
    with enter(meridian):
        assert Win.objects.count() == 2


def test_champions_ask_and_whoever_owns_it_answers_once(meridian: World, machine: Any, enter: Enter) -> None:
    given = {"wanted": "A room", "owner": str(meridian.executive.person.public_id)}
    member, champion = machine(meridian.member), machine(meridian.champion)
    assert fields(member.send("post", "/kit/asks/", given)) == {"": "not_a_champion"}
    asked = champion.send("post", "/kit/asks/", given)
    assert asked.status_code == 201
    at = f"/kit/asks/{asked.json()['id']}/"
    assert member.get("/kit/asks/").json()["items"] == []
    assert member.get(at).status_code == 404
    said = {"answer": "done", "words": "The small one, from Monday."}
    # Another champion reads it and does not answer it; nor does who asked.
    assert champion.get(at).json()["acted_on"] is False
    assert champion.send("put", at, said).status_code == 404
    executive = machine(meridian.executive)
    assert executive.send("put", at, said).json()["acted_on"] is True
    assert executive.send("put", at, said).status_code == 409
    wrong = champion.send("post", "/kit/asks/", {**given, "owner": str(meridian.member.person.public_id)})
    assert fields(wrong) == {"owner": "unknown_person"}
    with enter(meridian):
        assert Need.objects.count() == 1


def test_evaluations_of_tools_are_listed(meridian: World, machine: Any, enter: Enter) -> None:
    with enter(meridian):
        evaluate_tool(says=an_evaluation(), found=None, by=meridian.champion.person, at=AT)
        an_ask(meridian)
    [row] = machine(meridian.member).get("/kit/tools/").json()["items"]
    assert (row["tool"], row["data_forbidden"], row["verdict"]) == ("Scribe", "Calls with clients", "with_care")
    assert len(machine(meridian.lead).get("/kit/asks/").json()["items"]) == 1


def test_another_champion_reviews_the_version_they_have_read(meridian: World, machine: Any, enter: Enter) -> None:
    with enter(meridian):
        prompt = a_prompt(meridian)
        program = make_program(meridian, name="notices")
        Champion.objects.create(program=program, person=meridian.executive.person, named_at=AT)
    at = f"/kit/prompts/{prompt.public_id}/reviews/"
    given = {"version": 1, "verdict": "change", "note": "It forgets the red lines."}
    member, author, nadia = machine(meridian.member), machine(meridian.champion), machine(meridian.executive)
    assert member.send("post", at, given).status_code == 404
    assert fields(author.send("post", at, given)) == {"": "own_version"}
    assert fields(nadia.send("post", at, {**given, "note": " "})) == {"note": "required"}
    assert fields(nadia.send("post", at, {**given, "version": 2})) == {"version": "not_newest"}
    made = nadia.send("post", at, given)
    assert (made.status_code, made.json()["reviewer"]["name"]) == (201, meridian.executive.person.name)
    nadia.send("post", at, {"version": 1, "verdict": "good"})
    [row] = member.get(at).json()["items"]
    assert (row["version"], row["verdict"], row["note"]) == (1, "good", "")
    assert member.get(f"/kit/prompts/{prompt.public_id}/").json()["reviewed"] is True


def test_thanks_are_said_once_and_taken_back_and_a_win_by_its_author_alone(
    meridian: World, machine: Any, enter: Enter
) -> None:
    with enter(meridian):
        win = a_win(meridian.owner.person, hides_name=True)
    at = f"/kit/wins/{win.public_id}/"
    member, owner = machine(meridian.member), machine(meridian.owner)
    thanked = [member.send("put", f"{at}thanks/", None).json() for _ in range(2)]
    assert [(one["thanks"], one["thanked"], one["person"]) for one in thanked] == 2 * [(1, True, None)]
    assert fields(owner.send("put", f"{at}thanks/", None)) == {"": "own_win"}
    [row] = owner.get("/kit/wins/").json()["items"]
    assert (row["thanks"], row["thanked"]) == (1, False)
    assert member.send("delete", f"{at}thanks/", None).json()["thanks"] == 0
    assert member.send("delete", at, None).status_code == 404
    assert [owner.send("delete", at, None).status_code for _ in range(2)] == [204, 204]
    assert owner.get("/kit/wins/").json()["items"] == []
    assert member.send("put", f"{at}thanks/", None).status_code == 404


def test_champions_share_improve_and_set_aside_and_nobody_writes_over_another(
    meridian: World, machine: Any, enter: Enter
) -> None:
    champion, member = machine(meridian.champion), machine(meridian.member)
    with enter(meridian):
        workflow = make_program(meridian, name="figures").workflow.name
    body = {"workflow": workflow, "title": "Three figures", "text": "From {{notes}}\r\nthree"}
    assert member.send("post", "/kit/prompts/", body).status_code == 404
    assert fields(champion.send("post", "/kit/prompts/", {**body, "workflow": "None"})) == {
        "workflow": "unknown_workflow"
    }
    made = champion.send("post", "/kit/prompts/", body)
    assert (made.status_code, made.json()["gaps"], made.json()["needs"]) == (201, ["notes"], [])
    assert fields(champion.send("post", "/kit/prompts/", body)) == {"title": "title_taken"}
    path = f"/kit/prompts/{made.json()['id']}/"
    assert made["Location"].endswith(path)
    better = {"upon": 1, "text": "From {{notes}} three figures", "reason": "It counted words"}
    assert member.send("post", f"{path}versions/", better).status_code == 404
    assert champion.send("post", f"{path}versions/", better).json()["version"] == 2
    late = champion.send("post", f"{path}versions/", {**better, "text": "Otherwise"})
    assert (late.status_code, fields(late)) == (409, {"upon": "changed_meanwhile"})
    versions = member.get(f"{path}versions/").json()["items"]
    assert [(one["version"], one["reason"]) for one in versions] == [(2, "It counted words"), (1, "")]
    assert versions[1]["text"] == "From {{notes}}\nthree"
    assert member.send("put", f"{path}aside/", {}).status_code == 404
    assert champion.send("put", f"{path}aside/", {}).status_code == 204
    assert member.get(path).status_code == 404
    assert champion.send("delete", f"{path}aside/", {}).status_code == 204
    assert member.get(path).json()["version"] == 2
