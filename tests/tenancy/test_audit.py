"""The audit trail: every act has a sentence, names are those of today, and the table goes home safely."""

from __future__ import annotations

import ast
import re
from http import HTTPStatus
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.tenancy import rules
from adoption.tenancy.actions import audit as actions
from adoption.tenancy.actions.people import change_person
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Person
from adoption.tenancy.queries import audit as queries
from adoption.tenancy.rules import Registered
from tests.factories import AT, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("adoption", "champions", "pods", "surveys", "metrics")


def page(world: World) -> str:
    return reverse("audit", kwargs={"org": world.organization.slug})


def recorded_verbs() -> set[str]:
    """The first argument of every `audit.record(...)` in the code."""
    found = set()
    for floor in FLOORS:
        for file in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "record"} and node.args:
                    first = node.args[0]
                    assert isinstance(first, ast.Constant), f"{file}:{node.lineno}: a verb is written out"
                    found.add(str(first.value))
    return found


def test_every_act_there_is_can_be_told() -> None:
    verbs = recorded_verbs()
    assert verbs >= {"person.erased", "role.granted"}
    assert verbs - queries.sentences().keys() == set()


def test_two_floors_that_tell_the_same_act_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = {"one": Registered("one", "adoption.tenancy.queries.audit.SENTENCES")}
    monkeypatch.setattr(rules.ACTS, "_entries", {**rules.ACTS._entries, **twice})
    queries.sentences.cache_clear()
    with pytest.raises(ValueError, match="tells again"):
        queries.sentences()


def test_acts_are_told_with_the_names_of_today(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        admin, away = meridian.admin.person, meridian.away
        actions.record("role.granted", by=admin, at=AT, subject=away, role="lead")
        actions.record("person.changed", by=admin, at=AT, subject=away, fields=["job_role", "mail"])
        actions.record("token.made", by=admin, at=AT, subject=meridian.token, scopes=["enter"])
        actions.record("organization.created", by=None, at=AT, subject=meridian.organization)
        change_person(person=away, version=away.version, changes={"name": "Ines Renamed"}, by=admin, at=AT)
        told = {act.verb: act for act in queries.trail().acts}
    assert told["role.granted"].sentence == "gave Ines Renamed the role L&D lead"
    assert told["role.granted"].actor == admin.name
    assert told["token.made"].sentence == f"made the API token “{meridian.token.name}”"
    assert told["organization.created"].actor is None
    assert told["person.changed"].sentence.startswith("changed the entry of Ines Renamed: ")


def test_somebody_who_was_erased_is_named_nowhere(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        erase_person(person=meridian.away, by=meridian.admin.person, at=AT)
        acts = queries.trail().acts
    assert {"added somebody who was erased to the directory", "erased somebody who was erased"} <= {
        act.sentence for act in acts
    }
    assert not any("Ines" in act.sentence for act in acts)


def test_an_act_of_another_release_is_named_plainly(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        actions.record("pod.dissolved", by=None, at=AT, subject=meridian.away)
        act = queries.trail().acts[0]
        actions.record("person.added", by=None, at=AT, subject=Person(public_id=uuid4()))
        gone = queries.trail().acts[0]
    assert act.sentence == f"pod.dissolved {meridian.away.name}"
    assert gone.sentence == "added something that is no longer there to the directory"


def test_the_trail_is_read_in_pages_both_ways_and_nothing_is_read_twice(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        for number in range(25):
            actions.record("person.changed", by=None, at=AT, subject=meridian.away, fields=[f"n{number}"])
        everything = [act.id for act in queries.trail(size=1000).acts]
        read, older = [], None
        while True:
            trail = queries.trail(before=older, size=10)
            read += [act.id for act in trail.acts]
            older = trail.older
            if older is None:
                break
        assert read == everything
        last = queries.trail(before=everything[19], size=10)
        assert last.newer is not None
        back = queries.trail(after=last.newer, size=10)
        assert [act.id for act in back.acts] == everything[10:20]
        assert queries.trail(after=everything[0]).acts == []


def test_the_trail_is_narrowed_by_act_and_by_person(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        one = PersonFactory.create(name="Noor Haddad")
        actions.record("person.departed", by=one, at=AT, subject=meridian.away)
        actions.record("leave.recorded", by=meridian.admin.person, at=AT, subject=one)
    admin = client_as(meridian.admin)
    text = admin.get(page(meridian), {"q": "noor"}).text
    assert "recorded the departure" in text
    assert "recorded a leave of Noor Haddad" in text
    text = admin.get(page(meridian), {"q": "noor", "verb": "leave.recorded"}).text
    assert "recorded the departure of Ines" not in text
    assert "recorded a leave of Noor Haddad" in text
    text = admin.get(page(meridian), {"person": str(one.public_id)}).text
    assert "recorded a leave of Noor Haddad" in text
    assert "to the directory</td>" not in text
    assert "Nothing fits" in admin.get(page(meridian), {"q": "nobody at all"}).text


@pytest.mark.parametrize("nonsense", ["\x00", str(2**63), "9" * 40, "-1", "٣", "x", "'"])
def test_nonsense_in_the_address_is_answered(meridian: World, client_as: ClientAs, nonsense: str) -> None:
    admin = client_as(meridian.admin)
    for key in ("verb", "q", "person", "before", "after"):
        assert admin.get(page(meridian), {key: nonsense}).status_code == HTTPStatus.OK
        assert admin.get(f"{page(meridian)}export/", {key: nonsense}).status_code == HTTPStatus.OK


def test_the_table_for_a_spreadsheet_holds_the_same_and_no_formula(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    with enter(meridian):
        evil = PersonFactory.create(name='=HYPERLINK("http://evil.example")')
        actions.record("person.added", by=evil, at=AT, subject=meridian.away)
    answer = client_as(meridian.admin).get(f"{page(meridian)}export/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit-meridian.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "When,Who,Act,In words"
    assert lines[1].startswith("2026-07-08T10:00:00+01:00,\"'=HYPERLINK")
    assert not any(re.search(r'(^|,)"?[=+@-]', line) for line in lines)


def test_another_companys_acts_are_not_there(meridian: World, harbour: World, client_as: ClientAs) -> None:
    admin = client_as(meridian.admin)
    for given in ({}, {"person": str(harbour.away.public_id)}, {"q": "Tomas"}):
        for path in (page(meridian), f"{page(meridian)}export/"):
            assert harbour.canary not in admin.get(path, given).content.decode().lower()


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, client_as: ClientAs, enter: Enter, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        for _ in range(more):
            actions.record("person.added", by=PersonFactory.create(), at=AT, subject=PersonFactory.create())
    admin = client_as(meridian.admin)
    admin.get(page(meridian))
    with django_assert_num_queries(11):
        admin.get(page(meridian))
