"""The API's doors, its answers and its refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from adoption import urls as street_map
from adoption.tenancy.actions import people as actions
from adoption.tenancy.actions.members import end_membership, revoke_role
from adoption.tenancy.actions.tokens import revoke_token
from adoption.tenancy.api import errors, pagination
from adoption.tenancy.api import people as api_people
from adoption.tenancy.api.address import Address, Undeclared
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Alias, AuditEvent, Leave, Person
from adoption.tenancy.rules import Permission, Role
from tests.factories import AT, ApiTokenFactory, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")

PEOPLE = "/api/v1/o/{}/people/"


class Machine:
    """A program with a token."""

    def __init__(self, world: World, secret: str | None = None) -> None:
        self.world, self.client = world, Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret or world.secret}"}

    def call(self, method: str, address: str = "", body: Any = None, **headers: str) -> Any:
        if not address.startswith("/"):
            address = PEOPLE.format(self.world.organization.slug) + address
        sent = {
            **self.headers,
            **{
                {"if_match": "If-Match", "key": "Idempotency-Key"}.get(name, name): value
                for name, value in headers.items()
            },
        }
        content: Any = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kind = sent.pop("type", "application/json")
        return self.client.generic(method.upper(), address, content, content_type=kind if content else "", headers=sent)


@pytest.fixture
def machine(meridian: World) -> Machine:
    return Machine(meridian)


def fields(answer: Any) -> dict[str, str]:
    """Which fields a refusal names, with their codes."""
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


def assert_problem(answer: Any, code: str) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
    said = answer.json()
    assert said["code"] == code
    assert said["status"] == answer.status_code == errors.KINDS[code].status
    assert said["type"] == f"/api/v1/#{code}"
    assert said["title"]
    assert said["detail"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def apart_from_place(answer: Any) -> tuple[Any, ...]:
    return answer.status_code, sorted(answer.headers.items()), answer.content, sorted(answer.cookies)


# --- who may come in -------------------------------------------------------------------------------------------------


def test_nobody_learns_whether_an_organisation_exists(meridian: World, harbour: World, client_as: ClientAs) -> None:
    person = meridian.manager.public_id
    for client, expected in ((client_as(None), 401), (client_as(harbour.admin), 404)):
        for below in ("people/", f"people/{person}/", f"people/{person}/leaves/", f"people/{person}/departure/"):
            there, nowhere = (client.get(f"/api/v1/o/{org}/{below}") for org in ("meridian", "no-such-company"))
            assert there.status_code == expected
            assert apart_from_place(there) == apart_from_place(nowhere)
            assert there.headers.get("WWW-Authenticate") == ('Bearer realm="Murmuration"' if expected == 401 else None)


def test_a_token_of_another_organisation_opens_nothing_and_shows_nothing(meridian: World, harbour: World) -> None:
    stranger = Machine(meridian, harbour.secret)
    there, nowhere = stranger.call("GET"), stranger.call("GET", "/api/v1/o/no-such-company/people/")
    made_up = Machine(meridian, "mmt_" + "x" * 43).call("GET")
    assert apart_from_place(there) == apart_from_place(nowhere) == apart_from_place(made_up)
    assert_problem(there, "unauthenticated")
    assert there.headers["WWW-Authenticate"] == 'Bearer realm="Murmuration", error="invalid_token"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic bWU6bWU=",
        "bearer mmt_\xff",
        "Bearer mmt_ mmt_",
        "Bearer " + "mmt_" * 2000,
    ],
)
def test_what_is_no_token_is_refused(machine: Machine, header: str) -> None:
    assert_problem(machine.call("GET", Authorization=header), "unauthenticated")


def test_another_organisations_people_are_nowhere(machine: Machine, harbour: World) -> None:
    foreign, made_up = harbour.manager.public_id, uuid4()
    for method, below, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "Taken"}),
        ("POST", "leaves/", {"starts_on": "2026-08-03"}),
        ("DELETE", "leaves/2026-07-08/", None),
        ("PUT", "departure/", {"left_on": "2026-08-03"}),
        ("DELETE", "departure/", None),
    ):
        answers = [machine.call(method, f"{one}/{below}", body, if_match='"1"') for one in (foreign, made_up)]
        # The next request has one less left in its minute.
        for answer in answers:
            del answer.headers["RateLimit"]
        assert apart_from_place(answers[0]) == apart_from_place(answers[1])
        assert_problem(answers[0], "not-found")
    answer = machine.call("POST", "", {"name": "Nils", "manager": str(foreign)})
    assert fields(answer) == {"manager": "unknown_person"}


def test_a_member_without_the_grant_is_told_what_is_missing(meridian: World, client_as: ClientAs) -> None:
    answer = client_as(meridian.member).get(PEOPLE.format("meridian"))
    assert_problem(answer, "forbidden")
    assert answer.json()["permissions"] == ["see_directory"]


def test_each_role_may_do_through_the_api_what_it_may_do_elsewhere(meridian: World, client_as: ClientAs) -> None:
    may = {name: client_as(one).get(PEOPLE.format("meridian")).status_code for name, one in meridian.everybody.items()}
    assert may == {"admin": 200, "lead": 200, "executive": 403, "owner": 403, "member": 403, "champion": 403}


def test_a_session_writes_only_with_its_csrf_token(meridian: World, enter: Enter) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(meridian.lead.identity)
    address, body = PEOPLE.format("meridian"), json.dumps({"name": "Nils"})
    assert client.get(address).status_code == 200
    assert_problem(client.post(address, body, content_type="application/json"), "forbidden")
    token = "a" * 32
    client.cookies[settings.CSRF_COOKIE_NAME] = token
    assert (
        client.post(address, body, content_type="application/json", headers={"X-CSRFToken": token}).status_code == 201
    )
    with enter(meridian):
        assert Person.objects.filter(name="Nils").count() == 1


def test_a_token_may_do_what_its_scopes_and_its_member_may(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        reads = ApiTokenFactory.create(
            secret="mmt_reads", scopes=["see_directory", "gone_since"], membership=meridian.admin.membership
        )
        writes = ApiTokenFactory.create(
            secret="mmt_writes", scopes=["edit_directory"], membership=meridian.admin.membership
        )
        weak = ApiTokenFactory.create(secret="mmt_weak", membership=meridian.member.membership)
    assert {reads.scopes[0], writes.scopes[0], len(weak.scopes)} == {"see_directory", "edit_directory", len(Permission)}
    assert Machine(meridian, "mmt_reads").call("GET").status_code == 200
    refused = Machine(meridian, "mmt_reads").call("POST", "", {"name": "Nils"})
    assert_problem(refused, "forbidden")
    assert refused.json()["permissions"] == ["edit_directory"]
    assert Machine(meridian, "mmt_writes").call("POST", "", {"name": "Nils"}).json()["permissions"] == ["see_directory"]
    assert Machine(meridian, "mmt_weak").call("GET").status_code == 403


def test_a_token_is_refused_from_the_request_after_its_end(meridian: World, machine: Machine, enter: Enter) -> None:
    assert machine.call("GET").status_code == 200
    with enter(meridian):
        revoke_token(token=meridian.token, by=None, at=AT)
    assert_problem(machine.call("GET"), "unauthenticated")


def test_a_token_ends_at_its_time(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        ApiTokenFactory.create(
            secret="mmt_brief", membership=meridian.lead.membership, expires_at=AT + timedelta(hours=1)
        )
    brief = Machine(meridian, "mmt_brief")
    assert brief.call("GET").status_code == 200
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        assert_problem(brief.call("GET"), "unauthenticated")


@pytest.mark.parametrize("end", ["membership", "departure", "identity"])
def test_a_token_does_not_outlive_its_member(meridian: World, enter: Enter, end: str) -> None:
    with enter(meridian):
        ApiTokenFactory.create(secret="mmt_lead", membership=meridian.lead.membership)
        if end == "membership":
            end_membership(membership=meridian.lead.membership, by=meridian.admin.person, at=AT)
        elif end == "departure":
            actions.record_departure(person=meridian.lead.person, left_on=AT.date(), by=None, at=AT)
    if end == "identity":
        meridian.lead.identity.is_active = False
        meridian.lead.identity.save()
    assert_problem(Machine(meridian, "mmt_lead").call("GET"), "unauthenticated")


def test_a_right_that_was_taken_away_is_gone_at_once(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        ApiTokenFactory.create(secret="mmt_lead", membership=meridian.lead.membership)
    lead = Machine(meridian, "mmt_lead")
    assert lead.call("GET").status_code == 200
    with enter(meridian):
        meridian.lead.membership.grants.create(role=Role.MEMBER, granted_at=AT)
        revoke_role(membership=meridian.lead.membership, role=Role.LEAD, by=meridian.admin.person, at=AT)
    assert_problem(lead.call("GET"), "forbidden")


def test_an_address_says_who_may_come_in_and_that_its_writes_happen_once() -> None:
    with pytest.raises(Undeclared, match="names no permission"):
        type("Open", (Address,), {})
    with pytest.raises(Undeclared, match="permission to write"):
        type("Half", (Address,), {"permission": Permission.ENTER, "post": idempotent(lambda *_: Response())})
    rights = {"permission": Permission.ENTER, "permission_to_write": Permission.ENTER}
    with pytest.raises(Undeclared, match="not idempotent"):
        type("Twice", (Address,), {**rights, "post": lambda *_: Response()})


# --- how much --------------------------------------------------------------------------------------------------------


def rated(settings: Any, **rates: int) -> None:
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"requests": 600, "refusals": 60, **rates},
    }


def test_a_token_may_ask_so_often_a_minute(
    machine: Machine, meridian: World, client_as: ClientAs, settings: Any
) -> None:
    rated(settings, requests=2)
    first = machine.call("GET")
    assert first.headers["RateLimit"] == '"default";r=1;t=60'
    assert first.headers["RateLimit-Policy"] == '"default";q=2;w=60'
    assert machine.call("GET").headers["RateLimit"] == '"default";r=0;t=60'
    with time_machine.travel(AT + timedelta(seconds=20), tick=False):
        third = machine.call("GET")
    assert_problem(third, "too-many-requests")
    assert third.headers["Retry-After"] == "40"
    assert client_as(meridian.lead).get(PEOPLE.format("meridian")).status_code == 200
    with time_machine.travel(AT + timedelta(seconds=60), tick=False):
        assert machine.call("GET").status_code == 200


def test_guessing_tokens_is_slowed_down_and_real_tokens_are_not(
    machine: Machine, meridian: World, settings: Any
) -> None:
    rated(settings, refusals=2)
    guesser = Machine(meridian, "mmt_guess")
    # An address of its own: others guess from 127.0.0.1 in the same minute of the fixed clock.
    guesser.client.defaults["REMOTE_ADDR"] = machine.client.defaults["REMOTE_ADDR"] = str(uuid4())
    assert [guesser.call("GET").status_code for _ in range(3)] == [401, 401, 429]
    assert int(guesser.call("GET").headers["Retry-After"]) == 60
    assert machine.call("GET").status_code == 200


# --- people ----------------------------------------------------------------------------------------------------------

SHAPE = {
    *("id", "external_id", "name", "mail", "department", "job_role", "location", "zone", "manager"),
    *("contracted_hours", "state", "left_on", "leaves", "version"),
}


def test_people_are_listed_in_the_order_of_entry_with_what_is_documented_and_no_more(
    machine: Machine, meridian: World
) -> None:
    answer = machine.call("GET")
    items = answer.json()["items"]
    assert [set(item) for item in items] == [SHAPE] * 9
    assert [item["name"].split()[0] for item in items] == [
        "Greta",
        "Ada",
        "Lena",
        "Edith",
        "Oskar",
        "Mira",
        "Chidi",
        "Ines",
        "Tomas",
    ]
    assert items[0]["manager"] is None
    assert items[1]["manager"] == items[0]["id"] == str(meridian.manager.public_id)
    assert [item["state"] for item in items[-3:]] == ["working", "on_leave", "left"]
    assert items[7]["leaves"] == [{"starts_on": "2026-07-08", "ends_on": None}]
    assert items[8]["left_on"] == "2026-06-08"
    assert answer.json()["next"] is None
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_walk_through_the_pages_meets_everybody_once_while_people_come_go_and_are_renamed(
    machine: Machine, meridian: World, enter: Enter
) -> None:
    before = [item["id"] for item in machine.call("GET").json()["items"]]
    seen, address = [], f"{PEOPLE.format('meridian')}?limit=2"
    while address:
        page = machine.call("GET", address).json()
        seen += [item["id"] for item in page["items"]]
        assert len(page["items"]) <= 2
        if len(seen) == 4:
            with enter(meridian):
                # The one the cursor stands on is renamed to the end of the alphabet, one of the page before is erased.
                PersonFactory.create(name="Åse Quokka")
                Person.objects.filter(public_id=seen[3]).update(name="Zoe", sort_name="zoe")
                Person.objects.filter(public_id=meridian.gone.public_id).delete()
        address = page["next"]
    assert seen[:8] == before[:8]
    assert len(seen) == len(set(seen)) == 9


def test_a_cursor_tells_nothing_and_fits_its_own_list_alone(machine: Machine, harbour: World) -> None:
    onward = machine.call("GET", "?limit=2&state=working").json()["next"]
    cursor = onward.rpartition("=")[2]
    assert machine.call("GET", f"?state=working&cursor={cursor}").status_code == 200
    for bad in ("x", "", "é", "A" * 43, cursor[:-4] + "AAA=", cursor.swapcase(), "=" * 44, cursor[:20]):
        assert fields(machine.call("GET", f"?state=working&cursor={bad}")) == {"cursor": "unknown" if bad else "blank"}
    assert fields(machine.call("GET", f"?cursor={cursor}")) == {"cursor": "unknown"}
    assert fields(Machine(harbour).call("GET", f"?state=working&cursor={cursor}")) == {"cursor": "unknown"}


def test_positions_survive_sealing() -> None:
    for position in (1, 2**31, 2**63 - 1):
        assert pagination.unseal(pagination.seal(position, "here"), "here") == position
    assert pagination.seal(1, "here") != pagination.seal(1, "here")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", {"limit": "min_value"}),
        ("limit=-1", {"limit": "min_value"}),
        ("limit=201", {"limit": "max_value"}),
        (f"limit={2**63}", {"limit": "max_value"}),
        ("limit=x", {"limit": "invalid"}),
        ("limit=", {"limit": "invalid"}),
        ("limit=1e3", {"limit": "invalid"}),
        ("limit=" + "9" * 5000, {"limit": "max_string_length"}),
        ("limit=1&limit=2", {"limit": "repeated"}),
        ("q=%00", {"q": "null_characters_not_allowed"}),
        ("q=" + "x" * 201, {"q": "max_length"}),
        ("q=", {"q": "blank"}),
        ("state=busy", {"state": "invalid_choice"}),
        ("departement=Delivery", {"departement": "unknown"}),
        ("page=2&offset=3", {"page": "unknown", "offset": "unknown"}),
    ],
)
def test_a_bad_query_is_refused_by_name(machine: Machine, query: str, expected: dict[str, str]) -> None:
    answer = machine.call("GET", f"?{query}")
    assert_problem(answer, "invalid")
    assert fields(answer) == expected
    assert {error["in"] for error in answer.json()["errors"]} == {"query"}


def test_people_are_found_by_each_filter(machine: Machine, meridian: World) -> None:
    def found(query: str) -> list[str]:
        return [item["name"].split()[0] for item in machine.call("GET", f"?{query}").json()["items"]]

    assert found("q=ada") == ["Ada"]
    assert found("q=quokka%20lena") == ["Lena"]
    assert found("department=Learning%20quokka") == ["Lena"]
    assert found("department=learning") == []
    assert found("external_id=QUOKKA-ADA") == ["Ada"]
    assert found("mail=Ada.Quokka@Meridian.example") == ["Ada"]
    assert found("state=left") == ["Tomas"]
    assert found("state=on_leave") == ["Ines"]
    assert len(found("state=working")) == 7
    assert found("state=working&q=greta") == ["Greta"]
    assert found("q=narwhal") == []


def test_a_person_is_entered_fetched_and_changed(machine: Machine, meridian: World, enter: Enter) -> None:
    sent = {
        "name": "Nils  Holm",
        "mail": "Nils.Holm@Meridian.example",
        "external_id": "HR-7",
        "department": "Delivery",
        "job_role": "Consultant",
        "location": "Oslo",
        "zone": "Europe/Oslo",
        "manager": str(meridian.manager.public_id),
        "contracted_hours": 37.5,
    }
    made = machine.call("POST", "", sent)
    assert made.status_code == 201
    entry = made.json()
    cleaned = {"id": entry["id"], "name": "Nils Holm", "mail": "nils.holm@meridian.example"}
    assert entry == {**sent, **cleaned, "state": "working", "left_on": None, "leaves": [], "version": 1}
    assert made.headers["Location"] == f"/api/v1/o/meridian/people/{entry['id']}/"
    fetched = machine.call("GET", made.headers["Location"])
    assert fetched.json() == entry
    assert fetched.headers["ETag"] == made.headers["ETag"] == '"1"'
    changed = machine.call(
        "PATCH", f"{entry['id']}/", {"mail": "n.holm@meridian.example", "contracted_hours": None}, if_match='"1"'
    )
    assert changed.json() == {**entry, "mail": "n.holm@meridian.example", "contracted_hours": None, "version": 2}
    assert changed.headers["ETag"] == '"2"'
    with enter(meridian):
        assert Alias.objects.get(person__public_id=entry["id"]).address == "nils.holm@meridian.example"


def test_an_act_through_the_api_is_on_record_under_its_member(
    machine: Machine, meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    by_token = machine.call("POST", "", {"name": "Nils"}).json()["id"]
    client = client_as(meridian.lead)
    by_session = client.post(PEOPLE.format("meridian"), {"name": "Nora"}, content_type="application/json").json()["id"]
    with enter(meridian):
        events = AuditEvent.objects.filter(verb="person.added", subject__in=[by_token, by_session]).order_by("id")
        assert [event.actor for event in events] == [meridian.admin.person.public_id, meridian.lead.person.public_id]


def test_a_change_needs_the_version_it_was_made_from(machine: Machine, meridian: World) -> None:
    address = f"{meridian.member.person.public_id}/"
    assert_problem(machine.call("PATCH", address, {"location": "Oslo"}), "precondition-required")
    for stale in ('"2"', 'W/"1"', "1", "x", '""', '"1', f'"{2**63}"'):
        assert_problem(machine.call("PATCH", address, {"location": "Oslo"}, if_match=stale), "stale")
    assert machine.call("PATCH", address, {"location": "Oslo"}, if_match='"7", "1"').json()["version"] == 2
    assert machine.call("PATCH", address, {"location": "Bergen"}, if_match="*").json()["version"] == 3
    assert machine.call("PATCH", address, {"location": "Bergen"}, if_match='"3"').json()["version"] == 3
    assert_problem(machine.call("PATCH", address, {"location": "Oslo"}, if_match='"2"'), "stale")
    assert machine.call("GET", address).json()["location"] == "Bergen"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"name": "required"}),
        ({"name": ""}, {"name": "blank"}),
        ({"name": "  "}, {"name": "blank"}),
        ({"name": None}, {"name": "null"}),
        ({"name": 7}, {"name": "invalid"}),
        ({"name": ["Nils"]}, {"name": "invalid"}),
        ({"name": "x" * 201}, {"name": "max_length"}),
        ({"name": "Ni\x00ls"}, {"name": "null_characters_not_allowed"}),
        ({"name": "Ni\ud800ls"}, {"name": "surrogate_characters_not_allowed"}),
        ({"name": "\u0007"}, {"name": "invalid"}),
        ({"name": "Nils", "mail": "nowhere"}, {"mail": "invalid"}),
        ({"name": "Nils", "mail": "ada.quokka@meridian.example"}, {"mail": "mail_taken"}),
        ({"name": "Nils", "mail": "I.Quokka@meridian.example"}, {"mail": "mail_taken"}),
        ({"name": "Nils", "external_id": "QUOKKA-ADA"}, {"external_id": "external_id_taken"}),
        ({"name": "Nils", "external_id": ""}, {"external_id": "blank"}),
        ({"name": "Nils", "zone": "Mars/Olympus"}, {"zone": "invalid"}),
        ({"name": "Nils", "manager": "7"}, {"manager": "invalid"}),
        ({"name": "Nils", "manager": 7}, {"manager": "invalid"}),
        ({"name": "Nils", "manager": str(UUID(int=7))}, {"manager": "unknown_person"}),
        ({"name": "Nils", "contracted_hours": 0}, {"contracted_hours": "invalid"}),
        ({"name": "Nils", "contracted_hours": 80.1}, {"contracted_hours": "invalid"}),
        ({"name": "Nils", "contracted_hours": 38.25}, {"contracted_hours": "precise"}),
        ({"name": "Nils", "contracted_hours": "38"}, {"contracted_hours": "invalid"}),
        ({"name": "Nils", "contracted_hours": True}, {"contracted_hours": "invalid"}),
        ({"name": "Nils", "contracted_hours": 2**63}, {"contracted_hours": "invalid"}),
        ({"name": "Nils", "contracted_hours": 1e308}, {"contracted_hours": "invalid"}),
        (b'{"name": "Nils", "contracted_hours": 1e999}', {"contracted_hours": "invalid"}),
        ({"name": "Nils", "id": str(uuid4()), "version": 3}, {"id": "unknown", "version": "unknown"}),
        ({"nmae": "Nils"}, {"nmae": "unknown", "name": "required"}),
        ({"name": "Nils", "organization_id": 2}, {"organization_id": "unknown"}),
        ({"name": "Nils", "\ud800": 2}, {"?": "unknown"}),
        ([{"name": "Nils"}], {"": "invalid"}),
        (b"null", {"": "null"}),
        (b'"Nils"', {"": "invalid"}),
    ],
)
def test_what_cannot_be_entered_is_refused_beside_the_field(
    machine: Machine, meridian: World, enter: Enter, body: Any, expected: dict[str, str]
) -> None:
    answer = machine.call("POST", "", body)
    assert_problem(answer, "conflict" if any(code.endswith("_taken") for code in expected.values()) else "invalid")
    assert fields(answer) == expected
    with enter(meridian):
        assert Person.objects.count() == 9


def test_nobody_manages_their_own_manager(machine: Machine, meridian: World) -> None:
    change = {"manager": str(meridian.member.person.public_id)}
    answer = machine.call("PATCH", f"{meridian.manager.public_id}/", change, if_match="*")
    assert_problem(answer, "conflict")
    assert fields(answer) == {"manager": "manager_cycle"}


def test_every_refusal_of_the_directory_has_a_code() -> None:
    def all_of(failure: type[actions.Refused]) -> Iterator[type[actions.Refused]]:
        for below in failure.__subclasses__():
            yield below
            yield from all_of(below)

    known = {*api_people._WRONG, *api_people._UNFIT, actions.EditedMeanwhile}
    assert {one for one in all_of(actions.Refused) if one.__module__ == actions.__name__} <= known


def test_a_leave_is_noted_and_withdrawn(machine: Machine, meridian: World, enter: Enter) -> None:
    address = f"{meridian.member.person.public_id}/"
    made = machine.call("POST", f"{address}leaves/", {"starts_on": "2026-07-08", "ends_on": "2026-07-09"})
    assert made.status_code == 201
    assert made.json() == {"starts_on": "2026-07-08", "ends_on": "2026-07-09"}
    assert machine.call("GET", address).json()["state"] == "on_leave"
    overlapping = machine.call("POST", f"{address}leaves/", {"starts_on": "2026-07-09"})
    assert_problem(overlapping, "conflict")
    assert fields(overlapping) == {"starts_on": "leaves_overlap"}
    assert machine.call("DELETE", made.headers["Location"]).status_code == 204
    assert_problem(machine.call("DELETE", made.headers["Location"]), "not-found")
    assert machine.call("GET", address).json()["leaves"] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"starts_on": "required"}),
        ({"starts_on": "2026-02-30"}, {"starts_on": "invalid"}),
        ({"starts_on": "20260203"}, {"starts_on": "invalid"}),
        ({"starts_on": 20260203}, {"starts_on": "invalid"}),
        ({"starts_on": "0000-01-01"}, {"starts_on": "invalid"}),
        ({"starts_on": "2026-08-03", "ends_on": "2026-08-02"}, {"ends_on": "ends_before_start"}),
        ({"starts_on": "2026-08-03", "reason": "ill"}, {"reason": "unknown"}),
    ],
)
def test_a_leave_that_cannot_be_is_refused(
    machine: Machine, meridian: World, body: Any, expected: dict[str, str]
) -> None:
    answer = machine.call("POST", f"{meridian.member.person.public_id}/leaves/", body)
    assert_problem(answer, "invalid")
    assert fields(answer) == expected


def test_days_that_do_not_exist_are_addresses_that_do_not_exist(machine: Machine, meridian: World) -> None:
    for day in ("2026-02-30", "0000-00-00", "9999-99-99", "2026-2-3", "x"):
        assert_problem(machine.call("DELETE", f"{meridian.away.public_id}/leaves/{day}/"), "not-found")


def test_a_departure_is_noted_once_and_taken_back(machine: Machine, meridian: World) -> None:
    address = f"{meridian.member.person.public_id}/"
    for _ in range(2):
        gone = machine.call("PUT", f"{address}departure/", {"left_on": "2026-07-08"})
        assert (gone.status_code, gone.json()["state"], gone.json()["version"]) == (200, "left", 2)
    other = machine.call("PUT", f"{address}departure/", {"left_on": "2026-07-09"})
    assert_problem(other, "conflict")
    assert fields(other) == {"left_on": "already_left"}
    for _ in range(2):
        back = machine.call("DELETE", f"{address}departure/")
        assert (back.status_code, back.json()["state"], back.headers["ETag"]) == (200, "working", '"3"')
    ahead = machine.call("PUT", f"{address}departure/", {"left_on": "2026-07-09"})
    assert ahead.json()["state"] == "working"


def test_the_organisations_own_day_decides_where_somebody_stands(harbour: World) -> None:
    machine = Machine(harbour)
    machine.call("PUT", f"{harbour.member.person.public_id}/departure/", {"left_on": "2026-07-09"})
    for hour, state in ((3, "working"), (4, "left")):  # midnight in New York is four o'clock UTC
        with time_machine.travel(AT.replace(day=9, hour=hour), tick=False):
            assert machine.call("GET", f"{harbour.member.person.public_id}/").json()["state"] == state


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_queries_for_one_row_and_for_three(
    machine: Machine, meridian: World, enter: Enter, rows: int
) -> None:
    with enter(meridian):
        for _ in range(rows):
            person = PersonFactory.create(department="Counted", manager=meridian.manager)
            Leave.objects.create(person=person, starts_on=AT.date(), created_at=AT)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(machine.call("GET", "?department=Counted").json()["items"]) == rows
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL"))]
    # The organisation, the token, the member's roles, the people, their leaves.
    assert len(asked) == 5


# --- what is no proper request ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"name": "Nils",}',
        b"\x00",
        b'{"name": "\xff"}',
        b'\xef\xbb\xbf{"name": "Nils"}',
        '{"name": "Nils"}'.encode("utf-16"),
        b'{"name": "Nils", "name": "Nora"}',
        b'{"name": "Nils", "contracted_hours": NaN}',
        b'{"name": "Nils", "contracted_hours": -Infinity}',
        b'{"name": "Nils", "contracted_hours": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
    ],
)
def test_what_is_not_json_is_refused(machine: Machine, body: bytes) -> None:
    assert_problem(machine.call("POST", "", body), "unreadable")


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json; charset=bz2_codec",
        "x" * 300,
        "/",
    ],
)
def test_only_json_is_read(machine: Machine, kind: str) -> None:
    for key in ({}, {"key": "k"}):
        assert_problem(machine.call("POST", "", b'{"name": "Nils"}', type=kind, **key), "unsupported-media-type")


def test_a_form_that_falls_apart_is_refused(machine: Machine) -> None:
    answer = machine.call("POST", "", b"--x\r\nnothing", type="multipart/form-data; boundary=\xff")
    assert answer.status_code in {400, 415}
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("size", [6_000_000, 20_000_000, 22_000_000])
def test_what_is_too_large_is_refused_unread_whoever_asks(machine: Machine, size: int) -> None:
    body = b" " * size
    assert_problem(machine.call("POST", "", body), "too-large")
    assert_problem(Machine(machine.world, "mmt_x").call("POST", "/api/v1/o/no-such-company/people/", body), "too-large")


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "image/*", "x"])
def test_there_is_nothing_but_json(machine: Machine, accept: str) -> None:
    assert_problem(machine.call("GET", Accept=accept), "not-acceptable")


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "text/html,*/*;q=0.1", ";;q=,", "application/json;q=\xff"]
)
def test_json_is_for_everybody_who_can_take_it(machine: Machine, accept: str) -> None:
    answer = machine.call("GET", Accept=accept)
    assert answer.status_code in {200, 406}
    assert answer.headers["Content-Type"] in {"application/json", "application/problem+json"}


def test_a_head_is_a_get_without_its_body(machine: Machine, meridian: World) -> None:
    for address in ("", f"{meridian.manager.public_id}/"):
        answer = machine.call("HEAD", address)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUOKKA"])
def test_a_method_an_address_does_not_take_is_refused(machine: Machine, method: str) -> None:
    answer = machine.call(method)
    assert_problem(answer, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        "/api/v1",
        "/api/v2/",
        "/api/v1/o/",
        "/api/v1/o/meridian/",
        "/api/v1/o/meridian/people",
        "/api/v1/o/meridian/people/1/",
        "/api/v1/o/meridian/people/%00/",
        "/api/v1/o/meridian/people/%ED%A0%80/",
        "/api/v1/o/MERIDIAN/flocks/",
        "/api/v1/o/%2e%2e/people/x",
        "/api/v1/schema",
    ],
)
def test_an_address_that_is_none_says_so_as_a_problem(machine: Machine, address: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        assert_problem(machine.call(method, address), "not-found")


def test_a_forged_host_is_a_problem_too(machine: Machine) -> None:
    assert_problem(machine.call("GET", Host="evil.example"), "unreadable")


def test_pages_for_people_stay_pages() -> None:
    answer = Client().get("/no-such-page")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


# --- what fails leaves nothing behind --------------------------------------------------------------------------------


class Broken(Address):
    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @idempotent
    def post(self, request: Any, org: str, how: str) -> Response:
        actions.add_person(name="Half written", by=None, at=request.at)
        if how == "answer":
            return Response({}, status=409)
        raise {
            "api": APIException(),
            "none": Http404(),
            "gone": Person.DoesNotExist(),
            "crash": ZeroDivisionError("secret detail"),
        }[how]


urlpatterns = [path("api/v1/o/<slug:org>/broken/<str:how>/", Broken.as_view()), *street_map.urlpatterns]
handler400, handler403, handler404, handler500 = (
    street_map.handler400,
    street_map.handler403,
    street_map.handler404,
    street_map.handler500,
)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("how", "status"), [("api", 500), ("none", 404), ("gone", 404), ("crash", 500), ("answer", 409)]
)
@pytest.mark.parametrize("key", [{}, {"key": "once"}])
def test_whatever_goes_wrong_half_of_it_is_not_written(
    machine: Machine, meridian: World, enter: Enter, how: str, status: int, key: dict[str, str]
) -> None:
    answer = machine.call("POST", f"/api/v1/o/meridian/broken/{how}/", {}, **key)
    assert answer.status_code == status
    assert b"secret" not in answer.content
    if status == 500:
        assert_problem(answer, "internal")
    with enter(meridian):
        assert not Person.objects.filter(name="Half written").exists()
