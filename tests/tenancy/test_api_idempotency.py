"""A write that is sent twice happens once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from adoption.tenancy.actions import idempotency as actions
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, AuditEvent, IdempotencyRecord, Person
from adoption.tenancy.tasks import forget_answers
from tests.factories import AT, ApiTokenFactory, World
from tests.tenancy.test_api import Machine, assert_problem, fields
from tests.worlds import Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def machine(meridian: World) -> Machine:
    return Machine(meridian)


def test_the_first_answer_is_given_again(machine: Machine, meridian: World, enter: Enter) -> None:
    first, again = (machine.call("POST", "", {"name": "Nils"}, key="k1") for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    for name in ("ETag", "Location", "Content-Type", "Cache-Control"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    with enter(meridian):
        assert Person.objects.filter(name="Nils").count() == 1


def test_each_kind_of_write_happens_once(machine: Machine, meridian: World, enter: Enter) -> None:
    address = f"{meridian.member.person.public_id}/"
    for number, (method, below, body, status) in enumerate(
        (
            ("PATCH", "", {"location": "Oslo"}, 200),
            ("POST", "leaves/", {"starts_on": "2026-08-03"}, 201),
            ("DELETE", "leaves/2026-08-03/", None, 204),
            ("PUT", "departure/", {"left_on": "2026-09-01"}, 200),
            ("DELETE", "departure/", None, 200),
        )
    ):
        calls = [machine.call(method, address + below, body, if_match='"1"', key=f"k{number}") for _ in range(2)]
        assert [one.status_code for one in calls] == [status, status]
        assert status == 204 or calls[0].json() == calls[1].json()
        assert "Idempotency-Replayed" in calls[1].headers
    with enter(meridian):
        acts = AuditEvent.objects.naming(meridian.member.person.public_id).order_by("id").values_list("verb", flat=True)
        assert list(acts)[-5:] == [
            "person.changed",
            "leave.recorded",
            "leave.withdrawn",
            "person.departed",
            "person.departure_undone",
        ]
        assert len(acts) == len(set(acts))


def test_a_key_belongs_to_one_request(machine: Machine, meridian: World) -> None:
    machine.call("POST", "", {"name": "Nils"}, key="k1")
    one = f"{meridian.member.person.public_id}/"
    for method, address, body, more in (
        ("POST", "", {"name": "Nora"}, {}),
        ("POST", "", b'{"name":"Nils"}', {}),
        ("POST", f"{one}leaves/", {"name": "Nils"}, {}),
        ("PATCH", one, {"name": "Nils"}, {"if_match": '"1"'}),
    ):
        assert_problem(machine.call(method, address, body, key="k1", **more), "key-reused")
    assert machine.call("POST", "", {"name": "Nils"}, key='"k1"').headers["Idempotency-Replayed"] == "true"


def test_a_change_from_another_version_is_another_request(machine: Machine, meridian: World) -> None:
    address = f"{meridian.member.person.public_id}/"
    machine.call("PATCH", address, {"location": "Oslo"}, if_match='"1"', key="k1")
    assert_problem(machine.call("PATCH", address, {"location": "Oslo"}, if_match='"2"', key="k1"), "key-reused")


def test_a_refused_request_may_be_mended_and_sent_with_the_same_key(
    machine: Machine, meridian: World, enter: Enter
) -> None:
    assert fields(machine.call("POST", "", {"name": ""}, key="k1")) == {"name": "blank"}
    made = machine.call("POST", "", {"name": "Nils"}, key="k1")
    assert made.status_code == 201
    assert "Idempotency-Replayed" not in made.headers


@pytest.mark.parametrize("key", ["", " ", '""', "a b", "x" * 201, "kläge", "a\tb"])
def test_what_is_no_key_is_refused(machine: Machine, key: str) -> None:
    answer = machine.call("POST", "", {"name": "Nils"}, key=key)
    assert_problem(answer, "invalid")
    assert answer.json()["errors"][0]["in"] == "header"
    assert fields(answer) == {"Idempotency-Key": "invalid"}


def test_reading_takes_no_notice_of_keys(machine: Machine, meridian: World, enter: Enter) -> None:
    assert machine.call("GET", key="k1").status_code == 200
    with enter(meridian):
        assert not IdempotencyRecord.objects.filter(key="k1").exists()


def test_the_same_key_of_another_member_and_of_another_company_is_another_key(
    meridian: World, harbour: World, enter: Enter
) -> None:
    with enter(meridian):
        ApiTokenFactory.create(secret="mmt_lead", membership=meridian.lead.membership)
    callers = [Machine(meridian), Machine(meridian, "mmt_lead"), Machine(harbour)]
    ids = [caller.call("POST", "", {"name": "Nils"}, key="k1").json()["id"] for caller in callers]
    assert len(set(ids)) == 3


def test_an_answer_given_again_still_passes_the_door(machine: Machine, meridian: World, enter: Enter) -> None:
    machine.call("POST", "", {"name": "Nils"}, key="k1")
    with enter(meridian):
        meridian.token.scopes = ["see_directory"]
        meridian.token.save()
    assert_problem(machine.call("POST", "", {"name": "Nils"}, key="k1"), "forbidden")


def test_after_a_day_a_key_is_fresh(machine: Machine) -> None:
    first = machine.call("POST", "", {"name": "Nils"}, key="k1").json()
    with time_machine.travel(AT + timedelta(hours=24, seconds=-1), tick=False):
        assert machine.call("POST", "", {"name": "Nils"}, key="k1").json() == first
    with time_machine.travel(AT + timedelta(hours=24), tick=False):
        assert machine.call("POST", "", {"name": "Nils"}, key="k1").json()["id"] != first["id"]


def test_answers_are_forgotten_after_a_day_by_the_agenda(machine: Machine, meridian: World, enter: Enter) -> None:
    with enter(meridian):
        IdempotencyRecord.objects.all().delete()
    machine.call("POST", "", {"name": "Nils"}, key="k1")
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        machine.call("POST", "", {"name": "Nora"}, key="k2")
    promise = Agenda.objects.get(task=actions.FORGET, organization=meridian.organization)
    assert promise.due_at == AT + timedelta(hours=24)
    for hours, left, due in ((24, {"k2"}, AT + timedelta(hours=25)), (25, set(), None)):
        with time_machine.travel(AT + timedelta(hours=hours), tick=False):
            forget_answers(promise.pk)
        promise.refresh_from_db()
        with enter(meridian):
            assert set(IdempotencyRecord.objects.values_list("key", flat=True)) == left
        assert (promise.due_at if due else None, promise.done_at is None) == (due, due is not None)
    machine.call("POST", "", {"name": "Nina"}, key="k3")
    promise.refresh_from_db()
    assert promise.done_at is None
    assert promise.due_at == AT + timedelta(hours=24)


def test_erasing_a_person_forgets_answers_about_them(machine: Machine, meridian: World, enter: Enter) -> None:
    made = machine.call("POST", "", {"name": "Nils Ægir", "mail": "nils@meridian.example"}, key="k1").json()
    machine.call("PATCH", f"{made['id']}/", {"location": "Oslo"}, if_match='"1"', key="k2")
    machine.call("POST", "", {"name": "Nora"}, key="k3")
    with enter(meridian):
        erase_person(person=Person.objects.get(public_id=made["id"]), by=None, at=AT)
        assert set(IdempotencyRecord.objects.filter(key__in=["k1", "k2", "k3"]).values_list("key", flat=True)) == {"k3"}


# --- at the same moment ----------------------------------------------------------------------------------------------


def at_once(work: list[Any]) -> list[Any]:
    """The results of calls that begin together, each on a connection of its own."""
    together = Barrier(len(work))

    def run(one: Any) -> Any:
        together.wait()
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


@pytest.mark.django_db(transaction=True)
def test_the_same_request_eight_times_at_once_happens_once(meridian: World, enter: Enter) -> None:
    for _ in range(3):
        key, name = str(uuid4()), f"Nils {uuid4()}"

        def call(key: str = key, name: str = name) -> Any:
            return Machine(meridian).call("POST", "", {"name": name}, key=key)

        answers = at_once([call] * 8)
        assert {one.status_code for one in answers} == {201}
        assert len({one.json()["id"] for one in answers}) == 1
        assert sum("Idempotency-Replayed" not in one.headers for one in answers) == 1
        with enter(meridian):
            assert Person.objects.filter(name=name).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_cannot_wait_for_the_first_any_longer_is_told_so(meridian: World, enter: Enter) -> None:
    def call() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20ms'")
        return Machine(meridian).call("POST", "", {"name": "Nils"}, key="k1")

    with enter(meridian):
        actions.claim_key(membership=meridian.admin.membership, key="k1", request_hash="", at=AT)
        (answer,) = at_once([call])
    assert_problem(answer, "in-progress")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_one_mail_address_at_once_one_is_refused_beside_the_field(
    meridian: World, enter: Enter
) -> None:
    def call() -> Any:
        return Machine(meridian).call("POST", "", {"name": "Nils", "mail": "nils@meridian.example"})

    answers = at_once([call] * 6)
    assert sorted(one.status_code for one in answers) == [201] + [409] * 5
    for refused in (one for one in answers if one.status_code == 409):
        assert fields(refused) == {"mail": "mail_taken"}


@pytest.mark.django_db(transaction=True)
def test_of_several_changes_from_one_version_one_is_made(meridian: World) -> None:
    address = f"{meridian.member.person.public_id}/"

    def call(place: str) -> Any:
        return Machine(meridian).call("PATCH", address, {"location": place}, if_match='"1"')

    answers = at_once([lambda place=place: call(place) for place in ("Oslo", "Bergen", "Turku", "Umeå")])
    assert sorted(one.status_code for one in answers) == [200, 412, 412, 412]
    made = next(one for one in answers if one.status_code == 200).json()
    assert Machine(meridian).call("GET", address).json() == made
