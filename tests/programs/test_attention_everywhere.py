"""The one list of a lead: every programme, narrowed, a page at a time, and the same for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.programs import actions, queries
from adoption.programs.models import Program
from adoption.programs.queries import Narrowed
from adoption.programs.rules import Kind
from adoption.tenancy.models import Person
from adoption.tenancy.queries.members import PAGE_SIZE
from tests.factories import AT, World
from tests.pods.test_api import Machine
from tests.practice import HELD_ON, make_program, practise, some_people, want_attention
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TODAY = AT.date()
PLACE = "attention-everywhere"


def launch(program: Program) -> Program:
    at = datetime(2026, 6, 29, 7, tzinfo=UTC)
    Program.objects.filter(pk=program.pk).update(baseline_opened_at=at, launched_at=at, fixed={})
    return program


def raise_for(program: Program, people: list[Person], kind: Kind = Kind.SILENT) -> None:
    actions.raise_many(program=program, wanting=[(person, kind, HELD_ON) for person in people], at=AT)


def names(page: str, world: World) -> list[str]:
    return [
        f"Person {n} {world.canary.title()}" for n in range(60) if f"<h3>Person {n} {world.canary.title()} " in page
    ]


def test_every_programme_stands_in_it_by_name_and_it_is_narrowed_by_programme_and_reason(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        first, second = launch(practise(meridian).program), launch(make_program(meridian, name="notices"))
        stuck, (silent,) = want_attention(meridian), some_people(meridian, 1)
        raise_for(second, [silent])
        detail = {"team": 30, "target": 21}
        actions.raise_of_program(program=second, kind=Kind.PLATEAU, since=TODAY, detail=detail, at=AT)
    client, place = client_as(meridian.lead), reverse(PLACE, args=["meridian"])
    page = " ".join(client.get(place).content.decode().split())
    assert "Three things wait" in page
    assert first.name in page
    # What is about a programme comes first, though it is the latest.
    assert page.index("21 of all 30") < min(page.index(stuck.somebody.name), page.index(silent.name))
    for narrowed, there, gone in (
        (f"?program={first.slug}", stuck.somebody.name, silent.name),
        ("?kind=silent", silent.name, stuck.somebody.name),
    ):
        page = client.get(place + narrowed).content.decode()
        assert there in page
        assert f"<h3>{gone}" not in page
    assert "Nothing of what you chose" in client.get(f"{place}?kind=champion_time").content.decode()
    assert client.get(f"{place}?kind=nonsense&show=nonsense&after=1&before=x").status_code == HTTPStatus.OK
    assert place in client.get(reverse("waiting-programs", args=["meridian"])).content.decode()


def test_done_and_later_lead_back_to_it_and_each_can_be_brought_back(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        launch(practise(meridian).program)
    row, client, place = (
        want_attention(meridian, Kind.SILENT),
        client_as(meridian.lead),
        reverse(PLACE, args=["meridian"]),
    )
    given = ["meridian", row.program.slug, row.public_id]
    answer = client.post(reverse("attention-done", args=given), {"back": "everywhere"})
    assert answer["Location"] == place
    assert "Nobody waits for you just now" in client.get(place).content.decode()
    assert "Done on 8 July" in " ".join(client.get(f"{place}?show=done").content.decode().split())
    client.post(reverse("attention-back", args=given), {"back": "everywhere"})
    until = {"until": str(TODAY + timedelta(days=3)), "reason": "Abroad", "back": "everywhere"}
    client.post(reverse("attention-later", args=given), until)
    assert "Until 11 July: Abroad" in " ".join(client.get(f"{place}?show=later").content.decode().split())


def test_it_goes_on_a_page_at_a_time_with_as_many_queries_at_one_row_as_at_a_full_page(
    meridian: World, client_as: ClientAs, enter: Enter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        program = launch(practise(meridian).program)
        people = some_people(meridian, PAGE_SIZE + 2)
        asked = {"on": TODAY, "at": AT, "after": None, "before": None}
        raise_for(program, people[:1])
        with django_assert_num_queries(5):
            queries.everywhere(Narrowed(), **asked)  # type: ignore[arg-type]
        raise_for(program, people[1:])
        with django_assert_num_queries(5):
            look = queries.everywhere(Narrowed(), **asked)  # type: ignore[arg-type]
        assert (len(look.people), look.number) == (PAGE_SIZE, PAGE_SIZE + 2)
    client, place = client_as(meridian.lead), reverse(PLACE, args=["meridian"])
    page = client.get(place).content.decode()
    onward = (
        page[: page.index('rel="next"') + 200].rsplit('rel="next" href="', 1)[1].split('"')[0].replace("&amp;", "&")
    )
    second = client.get(onward).content.decode()
    assert (len(names(page, meridian)), len(names(second, meridian))) == (PAGE_SIZE, 2)
    assert 'rel="prev"' in second


def test_before_anything_is_launched_it_says_what_will_stand_there_and_only_leads_read_it(
    meridian: World, harbour: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(harbour):
        launch(practise(harbour).program)
    want_attention(harbour)
    place = reverse(PLACE, args=["meridian"])
    page = client_as(meridian.lead).get(place).content.decode()
    assert "Nothing can wait yet" in page
    assert harbour.canary not in page
    for somebody in (meridian.champion, meridian.member, meridian.executive):
        assert client_as(somebody).get(place).status_code == HTTPStatus.FORBIDDEN


def test_machines_read_it_and_say_done_later_and_back(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        program = launch(practise(meridian).program)
        actions.raise_of_program(
            program=program, kind=Kind.PLATEAU, since=TODAY, detail={"team": 30, "target": 21}, at=AT
        )
    row, machine = want_attention(meridian), Machine(client_as(None), meridian, meridian.lead)
    items = machine.get(f"/attention/?program={program.slug}").json()["items"]
    assert {(one["kind"], one["about"], one["person"]) for one in items} == {
        ("plateau", program.name, None),
        ("stuck", row.somebody.name, str(row.somebody.public_id)),
    }
    assert machine.get("/attention/?kind=silent").json()["items"] == []
    # Nobody has found what keeps them.
    assert {one["cause"] for one in items} == {None}
    done, later = (f"/attention/{row.public_id}/{what}/" for what in ("done", "later"))
    asked = f"/attention/{row.public_id}/asked/"
    for _twice in range(2):
        assert machine.send("put", asked, {}).json()["asked_at"]
    assert machine.send("delete", asked, {}).json()["asked_at"] is None
    [team] = [one["id"] for one in items if one["person"] is None]
    nobody = machine.send("put", f"/attention/{team}/asked/", {})
    assert (nobody.status_code, nobody.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "nobody_to_ask")
    # Whoever is stuck gets a step: no word closes it.
    stuck = machine.send("put", done, {})
    assert (stuck.status_code, stuck.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "step_to_agree_on")
    done = f"/attention/{want_attention(meridian, Kind.SILENT).public_id}/done/"
    assert machine.send("put", done, {}).json()["done_at"]
    refused = machine.send("put", done, {})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (HTTPStatus.CONFLICT, "attention_settled")
    assert machine.send("delete", done, {}).json()["done_at"] is None
    far = machine.send("put", later, {"until": "2027-01-01", "reason": "Abroad"})
    assert (far.status_code, far.json()["errors"][0]["field"]) == (HTTPStatus.CONFLICT, "until")
    near = machine.send("put", later, {"until": "2026-07-20", "reason": "Abroad"})
    assert near.json()["put_off_until"] == "2026-07-20"
    drafted = machine.send("post", f"/p/{program.slug}/replacement/", {})
    assert (drafted.status_code, drafted.json()["template"]) == (HTTPStatus.CREATED, "replacement")
    assert machine.get(f"/attention/?program={program.slug}&kind=plateau").json()["items"] == []
