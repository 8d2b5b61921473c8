"""Programmes, pods, sessions and follow-ups for machines: the same doors and facts as the pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from adoption.programs.models import Program
from adoption.tenancy.rules import Permission
from adoption.tenancy.walls import organization
from champions.actions import name_champion
from pods.models import FollowUp, Session
from tests.factories import AT, ApiTokenFactory, PersonFactory, Somebody, World
from tests.practice import Practice, make_program, practise
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
ROOT = "/api/v1/o/meridian"


@pytest.fixture
def practice(meridian: World) -> Practice:
    return practise(meridian)


class Machine:
    """A client with a token of somebody's."""

    def __init__(self, client: Any, world: World, somebody: Somebody) -> None:
        secret = f"mmt_{somebody.person.pk}"
        with organization(world.organization.pk):
            scopes = [one.value for one in Permission]
            ApiTokenFactory.create(secret=secret, membership=somebody.membership, scopes=scopes)
        self.client, self.headers = client, {"Authorization": f"Bearer {secret}"}

    def get(self, path: str) -> Any:
        return self.client.get(ROOT + path, headers=self.headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        return getattr(self.client, method)(
            ROOT + path, body, content_type="application/json", headers={**self.headers, **headers}
        )


@pytest.fixture
def lead(meridian: World, client_as: ClientAs) -> Machine:
    return Machine(client_as(None), meridian, meridian.lead)


@pytest.fixture
def champion(meridian: World, client_as: ClientAs) -> Machine:
    return Machine(client_as(None), meridian, meridian.champion)


def a_session(practice: Practice, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "one_to_one",
        "held_on": "2026-07-07",
        "people": [str(practice.members[1].public_id)],
        "doing_minutes": 40,
        "explaining_minutes": 10,
        **changes,
    }


def test_programmes_come_page_by_page_and_one_by_its_address(
    meridian: World, practice: Practice, lead: Machine, enter: Enter
) -> None:
    with enter(meridian):
        make_program(meridian, name="notices")
    first = lead.get("/p/?limit=1").json()
    assert [one["slug"] for one in first["items"]] == ["meridian-reports"]
    second = lead.client.get(first["next"], headers=lead.headers).json()
    assert [one["slug"] for one in second["items"]] == ["meridian-notices"]
    assert second["next"] is None
    one = lead.get("/p/meridian-reports/").json()
    assert (one["state"], one["starts_on"], one["ends_on"], one["weeks"]) == ("draft", "2026-07-27", "2026-10-04", 10)
    assert lead.get("/p/nothing/").json()["code"] == "not-found"


def test_pods_of_a_programme(practice: Practice, lead: Machine, champion: Machine) -> None:
    (pod,) = lead.get("/p/meridian-reports/pods/").json()["items"]
    assert (pod["name"], pod["members"]) == (practice.pod.name, 3)
    assert pod["champion"]["name"] == practice.champion.person.name
    assert champion.get("/p/meridian-reports/pods/").json()["code"] == "forbidden"


def test_a_champion_logs_a_session_once_however_often_it_is_sent(
    meridian: World, practice: Practice, champion: Machine, enter: Enter
) -> None:
    path, body, key = f"/pods/{practice.pod.public_id}/sessions/", a_session(practice), str(uuid4())
    answers = [champion.send("post", path, body, **{"Idempotency-Key": key}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    with enter(meridian):
        assert Session.objects.count() == FollowUp.objects.count() == 2
    listed = champion.get(path).json()["items"]
    assert [one["people"] for one in listed] == [
        [str(practice.follow_up.person.public_id)],
        [str(practice.members[1].public_id)],
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"people": []}, "people"),
        ({"people": [str(uuid4())]}, "people"),
        ({"held_on": "2026-07-09"}, "held_on"),
        ({"held_on": "2020-07-09"}, "held_on"),
        ({"kind": "party"}, "kind"),
        ({"doing_minutes": 601}, "doing_minutes"),
        ({"note": 7}, "note"),
        ({"mood": "good"}, "mood"),
    ],
)
def test_what_is_no_session_is_a_problem_that_names_the_field(
    practice: Practice, champion: Machine, changes: dict[str, Any], field: str
) -> None:
    answer = champion.send("post", f"/pods/{practice.pod.public_id}/sessions/", a_session(practice, **changes))
    assert answer.status_code == 400
    assert field in answer.json()["errors"][0]["field"]


def test_a_pod_one_does_not_lead_is_not_there(practice: Practice, lead: Machine, harbour: World) -> None:
    other = practise(harbour)
    for pod in (practice.pod.public_id, other.pod.public_id, uuid4()):
        assert lead.get(f"/pods/{pod}/sessions/").status_code == 404
        assert lead.send("post", f"/pods/{pod}/sessions/", a_session(practice)).status_code == 404


def test_a_day_7_is_answered_once_and_its_words_stay_out(
    practice: Practice, champion: Machine, lead: Machine, enter: Enter, meridian: World
) -> None:
    path = f"/follow-ups/{practice.follow_up.public_id}/"
    (row,) = champion.get("/follow-ups/?open=true").json()["items"]
    assert row["person"]["name"] == practice.follow_up.person.name
    assert lead.send("put", path, {"used": "yes"}).status_code == 404
    body = {"used": "stopped", "what_failed": "Rewrote it all", "cause": "obstacle", "fixed": False}
    done = champion.send("put", path, body)
    assert (done.status_code, done.json()["cause"], done.json()["fixed"]) == (200, "obstacle", False)
    assert champion.send("put", path, body).json()["code"] == "conflict"
    (seen,) = lead.get("/follow-ups/?open=false").json()["items"]
    assert seen["cause"] == "obstacle"
    assert "Rewrote" not in str(seen)
    assert lead.get("/follow-ups/?open=true").json()["items"] == []
    with enter(meridian):
        assert FollowUp.objects.get().what_failed == "Rewrote it all"


def test_a_member_who_leads_nothing_lists_nothing(meridian: World, practice: Practice, client_as: ClientAs) -> None:
    machine = Machine(client_as(None), meridian, meridian.member)
    assert machine.get("/follow-ups/").json() == {"items": [], "next": None}
    assert machine.get("/p/").json()["code"] == "forbidden"


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_as_many_queries_for_one_as_for_three(
    meridian: World, practice: Practice, champion: Machine, django_assert_num_queries: Any, number: int
) -> None:
    path = f"/pods/{practice.pod.public_id}/sessions/"
    for person in practice.members[1:number]:
        champion.send("post", path, a_session(practice, people=[str(person.public_id)]))
    with django_assert_num_queries(10):
        assert len(champion.get(path).json()["items"]) == number
    with django_assert_num_queries(8):
        assert len(champion.get("/follow-ups/").json()["items"]) == number


def test_a_champion_finds_the_pod_its_members_and_a_session_by_its_address(
    practice: Practice, champion: Machine, lead: Machine
) -> None:
    (pod,) = champion.get("/pods/").json()["items"]
    assert pod["id"] == str(practice.pod.public_id)
    one = champion.get(f"/pods/{pod['id']}/").json()
    assert (one["program"], one["members"]) == ("meridian-reports", 3)
    assert [person["id"] for person in one["people"]] == [str(person.public_id) for person in practice.members]
    made = champion.send("post", f"/pods/{pod['id']}/sessions/", a_session(practice))
    found = champion.client.get(made.headers["Location"], headers=champion.headers)
    assert found.json() == made.json()
    assert lead.get("/pods/").json()["items"] == []
    for path in (f"/pods/{pod['id']}/", f"/pods/{pod['id']}/sessions/{practice.session.public_id}/"):
        assert lead.get(path).json()["code"] == "not-found"
    assert champion.get(f"/pods/{pod['id']}/sessions/{uuid4()}/").status_code == 404


def test_a_lead_drafts_a_programme_and_forms_a_pod(
    meridian: World, practice: Practice, lead: Machine, champion: Machine, enter: Enter
) -> None:
    draft = {
        "name": "Client reports",
        "workflow": "Client report drafting",
        "comparison": "Training",
        "starts_on": "2026-07-27",
    }
    made = lead.send("post", "/p/", draft)
    assert (made.status_code, made.json()["state"], made.json()["weeks"]) == (201, "draft", 10)
    assert lead.client.get(made.headers["Location"], headers=lead.headers).json() == made.json()
    for changes, code, field in (
        ({}, "conflict", "name"),
        ({"name": "…"}, "invalid", "name"),
        ({"starts_on": "2026-07-28"}, "invalid", "starts_on"),
        ({"starts_on": "2026-07-13"}, "invalid", "starts_on"),
        ({"weeks": 13}, "invalid", "weeks"),
        ({"mood": "good"}, "invalid", "mood"),
    ):
        refused = lead.send("post", "/p/", {**draft, **changes}).json()
        assert (refused["code"], refused["errors"][0]["field"]) == (code, field)
    assert champion.send("post", "/p/", draft).json()["code"] == "forbidden"
    with enter(meridian):
        leader = name_champion(
            program=Program.objects.get(slug="client-reports"), person=meridian.manager, by=None, at=AT
        )
    people = [str(person.public_id) for person in practice.members]
    pod = {"name": "Elbe", "champion": str(leader.person.public_id), "people": people}
    path = "/p/client-reports/pods/"
    for changes, code, field in (
        ({"champion": people[0]}, "invalid", "champion"),
        ({"people": []}, "invalid", "people"),
        ({"people": [str(uuid4())]}, "invalid", "people"),
        ({"people": [*people, pod["champion"]]}, "conflict", "people"),
    ):
        refused = lead.send("post", path, {**pod, **changes}).json()
        assert (refused["code"], refused["errors"][0]["field"]) == (code, field)
    formed = lead.send("post", path, pod)
    assert (formed.status_code, formed.json()["members"]) == (201, 3)
    assert lead.send("post", path, pod).json()["errors"][0] == {
        "in": "body",
        "field": "name",
        "code": "pod_name_taken",
        "detail": "Another pod of this programme has this name.",
    }
    assert lead.get(path).json()["items"] == [formed.json()]


def test_a_naming_is_taken_back_before_the_launch_by_whoever_leads_no_pod(
    meridian: World, practice: Practice, lead: Machine, champion: Machine, enter: Enter
) -> None:
    root = f"/p/{practice.program.slug}/champions"
    with enter(meridian):
        other = name_champion(program=practice.program, person=PersonFactory.create(), by=None, at=AT)
    at = f"{root}/{other.public_id}/"
    assert champion.send("delete", at, None).status_code == 403
    refused = lead.send("delete", f"{root}/{practice.champion.public_id}/", None)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "leads_a_pod")
    assert lead.send("delete", at, None).status_code == 204
    assert lead.send("delete", at, None).status_code == 404
