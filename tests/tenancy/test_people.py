"""The directory: its writes and their refusals, its pages, and what a stranger sees of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.tenancy.actions import people as actions
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Alias, AuditEvent, Leave, Person
from adoption.tenancy.queries import people as queries
from adoption.tenancy.queries.people import PeopleAsked, State
from tests.factories import AT, AliasFactory, LeaveFactory, PersonFactory, World
from tests.worlds import ClientAs, Enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
TODAY = AT.date()


@pytest.fixture
def inside(meridian: World, enter: Enter) -> Iterator[World]:
    with enter(meridian):
        yield meridian


def add(**fields: Any) -> Person:
    return actions.add_person(**{"name": "Noor de Vries", "by": None, "at": AT, **fields})


def change(person: Person, **changes: Any) -> Person:
    return actions.change_person(person=person, version=person.version, changes=changes, by=None, at=AT)


def page(world: World, name: str, *parts: Any) -> str:
    return reverse(name, args=[world.organization.slug, *parts])


# --- writes ----------------------------------------------------------------------------------------------------------


def test_adding_cleans_what_was_typed(inside: World) -> None:
    noor = add(name="  Noor\x00 de\tVries ", mail=" Noor@X.de ", external_id=" ", contracted_hours=Decimal("38.54"))
    assert (noor.name, noor.sort_name, noor.mail, noor.external_id) == (
        "Noor de Vries",
        "noor de vries",
        "noor@x.de",
        None,
    )
    assert noor.contracted_hours == Decimal("38.5")
    event = AuditEvent.objects.get(verb="person.added", subject=noor.public_id)
    assert "Noor" not in str(event.detail)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " \x00 "),
        ("name", "x" * 201),
        ("mail", "no address"),
        ("department", "x" * 121),
        ("zone", "Europe/Nowhere"),
        ("contracted_hours", Decimal(385)),
        ("contracted_hours", Decimal(0)),
    ],
)
def test_a_value_the_directory_cannot_hold_names_its_field(inside: World, field: str, value: Any) -> None:
    with pytest.raises(actions.BadValue) as refusal:
        add(**{field: value})
    assert refusal.value.field == field
    assert str(refusal.value.message)


def test_an_address_belongs_to_one_person_also_as_an_alias(inside: World) -> None:
    niels = add(name="Niels", mail="n@x.de")
    AliasFactory.create(person=niels, address="niels@x.de")
    for address in ("N@x.de", "niels@x.de"):
        with pytest.raises(actions.MailTaken) as refusal:
            add(mail=address)
        assert refusal.value.other == niels
    with pytest.raises(actions.MailTaken):
        actions.add_alias(person=add(), address="n@x.de", by=None, at=AT)


def test_a_number_belongs_to_one_person(inside: World) -> None:
    niels = add(name="Niels", external_id="7")
    with pytest.raises(actions.ExternalIdTaken) as refusal:
        add(external_id="7")
    assert refusal.value.other == niels


def test_a_former_address_stays_known(inside: World) -> None:
    noor = add(mail="noor@x.de")
    changed = change(noor, mail="noor.new@x.de")
    assert queries.holder_of("noor@x.de") == changed
    # And back again: the alias makes way.
    back = change(changed, mail="noor@x.de")
    assert list(Alias.objects.filter(person=back).values_list("address", flat=True)) == ["noor.new@x.de"]


def test_who_was_erased_is_entered_again_only_knowingly(inside: World) -> None:
    erase_person(person=add(mail="noor@x.de", external_id="7"), by=None, at=AT)
    with pytest.raises(actions.WasErased):
        add(mail="NOOR@x.de")
    assert add(mail="noor@x.de", despite_erasure=True).pk


def test_two_who_edit_at_once_find_out(inside: World) -> None:
    noor = add()
    change(noor, location="Bonn")
    with pytest.raises(actions.EditedMeanwhile) as refusal:
        change(noor, location="Köln")
    assert refusal.value.current.location == "Bonn"


def test_saving_the_same_writes_nothing(inside: World) -> None:
    noor = add(location="Bonn")
    assert change(noor, location="Bonn ").version == 1
    assert not AuditEvent.objects.filter(verb="person.changed").exists()


def test_the_chain_of_managers_is_no_circle(inside: World) -> None:
    top = add(name="Top")
    middle = add(name="Middle", manager=top)
    bottom = add(name="Bottom", manager=middle)
    for person, manager in ((top, bottom), (top, top), (middle, bottom)):
        with pytest.raises(actions.ManagerCycle):
            change(person, manager=manager)


def test_leaves_do_not_overlap_and_end_after_they_begin(inside: World) -> None:
    noor = add()
    leave = actions.record_leave(person=noor, starts_on=TODAY, ends_on=TODAY, by=None, at=AT)
    with pytest.raises(actions.LeavesOverlap) as refusal:
        actions.record_leave(person=noor, starts_on=TODAY - timedelta(days=1), ends_on=None, by=None, at=AT)
    assert refusal.value.leave == leave
    with pytest.raises(actions.EndsBeforeStart):
        actions.record_leave(person=noor, starts_on=TODAY, ends_on=TODAY - timedelta(days=1), by=None, at=AT)
    actions.record_leave(person=noor, starts_on=TODAY + timedelta(days=1), ends_on=None, by=None, at=AT)
    actions.withdraw_leave(leave=leave, by=None, at=AT)
    assert Leave.objects.filter(person=noor).count() == 1


def test_a_departure_is_recorded_once_and_taken_back(inside: World) -> None:
    noor = add()
    gone = actions.record_departure(person=noor, left_on=TODAY, by=None, at=AT)
    assert gone.left_on == TODAY
    with pytest.raises(actions.AlreadyLeft):
        actions.record_departure(person=noor, left_on=TODAY, by=None, at=AT)
    for _ in range(2):
        assert actions.undo_departure(person=noor, by=None, at=AT).left_on is None
    assert AuditEvent.objects.filter(verb="person.departure_undone").count() == 1


def test_an_alias_is_added_once_and_removed(inside: World) -> None:
    noor = add(mail="noor@x.de")
    first = actions.add_alias(person=noor, address=" NdV ", by=None, at=AT)
    assert actions.add_alias(person=noor, address="ndv", by=None, at=AT) == first
    for address in ("", "\x00", "noor@x.de"):
        with pytest.raises(actions.BadValue):
            actions.add_alias(person=noor, address=address, by=None, at=AT)
    actions.remove_alias(alias=first, by=None, at=AT)
    assert not Alias.objects.filter(person=noor).exists()


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("person_mail_lower", {"mail": "A@x.de"}),
        ("person_name_not_empty", {"name": ""}),
        ("person_contracted_hours", {"contracted_hours": Decimal("80.1")}),
        ("person_contracted_hours", {"contracted_hours": Decimal(0)}),
        ("person_mail", {"mail": "taken@x.de"}),
        ("person_external_id", {"external_id": "taken"}),
    ],
)
def test_the_database_refuses_nonsense_people(inside: World, constraint: str, fields: dict[str, Any]) -> None:
    PersonFactory.create(mail="taken@x.de", external_id="taken")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PersonFactory.create(**fields)


def test_the_database_refuses_ones_own_manager_and_a_second_public_id(inside: World) -> None:
    noor = add()
    with pytest.raises(IntegrityError, match="person_not_own_manager"), transaction.atomic():
        Person.objects.filter(pk=noor.pk).update(manager=noor.pk)
    with pytest.raises(IntegrityError, match="person_public_id"), transaction.atomic():
        PersonFactory.create(public_id=noor.public_id)


def test_the_database_refuses_nonsense_aliases_and_leaves(inside: World) -> None:
    noor = add()
    AliasFactory.create(person=noor, address="ndv")
    for constraint, address in (("alias_address", "ndv"), ("alias_lower", "NDV")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            AliasFactory.create(person=noor, address=address)
    with pytest.raises(IntegrityError, match="leave_in_order"), transaction.atomic():
        LeaveFactory.create(person=noor, ends_on=AT.date() - timedelta(days=1))


# --- reads -----------------------------------------------------------------------------------------------------------


def test_pages_go_both_ways_through_people_of_one_name(inside: World) -> None:
    made = [PersonFactory.create(name="Alex Same", mail=f"same{n}@x.de").pk for n in range(queries.PAGE_SIZE * 2 + 10)]
    asked = PeopleAsked(search="alex same")
    seen: list[int] = []
    first = at = queries.people_page(asked, TODAY)
    seen += [one.pk for one in at.rows]
    while at.next:
        at = queries.people_page(PeopleAsked(search="alex same", after=at.next), TODAY)
        seen += [one.pk for one in at.rows]
    assert seen == made
    while at.previous:
        at = queries.people_page(PeopleAsked(search="alex same", before=at.previous), TODAY)
    assert at == first


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (PeopleAsked(search="åse"), ["Åse Lund"]),
        (PeopleAsked(search="ase lund"), ["Åse Lund"]),
        (PeopleAsked(search="ase@x"), ["Åse Lund"]),
        (PeopleAsked(search="gone"), []),
        (PeopleAsked(search="gone", state=State.GONE), ["Gone Person"]),
        (PeopleAsked(search="x.de", state=State.ALL), ["Åse Lund", "Away Person", "Gone Person"]),
        (PeopleAsked(state=State.AWAY, search="person"), ["Away Person"]),
        (PeopleAsked(department="Engines"), ["Åse Lund"]),
        (PeopleAsked(search="%"), []),
        (PeopleAsked(search="_"), []),
        (PeopleAsked(after=uuid4(), search="åse"), ["Åse Lund"]),
    ],
)
def test_a_list_is_searched_and_narrowed(inside: World, asked: PeopleAsked, names: list[str]) -> None:
    PersonFactory.create(name="Åse Lund", mail="ase@x.de", department="Engines")
    LeaveFactory.create(person=PersonFactory.create(name="Away Person", mail="away@x.de"), starts_on=TODAY)
    PersonFactory.create(name="Gone Person", mail="gone@x.de", left_on=TODAY)
    assert [one.name for one in queries.people_page(asked, TODAY).rows] == names


def test_counts_are_of_today(inside: World) -> None:
    before = queries.count_people(TODAY)
    LeaveFactory.create(person=PersonFactory.create(), starts_on=TODAY)
    PersonFactory.create(left_on=TODAY)
    PersonFactory.create(left_on=TODAY + timedelta(days=1))
    after = queries.count_people(TODAY)
    assert (after.here - before.here, after.away - before.away, after.gone - before.gone) == (2, 1, 1)


def test_departments_are_those_of_this_company(harbour: World, inside: World) -> None:
    found = queries.departments()
    assert found == sorted(set(Person.objects.exclude(department="").values_list("department", flat=True)))
    assert not any(harbour.canary in one for one in found)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("lena", ["Lena Quokka"]),
        ("Lena Quokka (lena.quokka@meridian.example)", ["Lena Quokka"]),
        ("LENA.quokka@meridian.example", ["Lena Quokka"]),
        ("QUOKKA-LENA", ["Lena Quokka"]),
        ("Quokka, Lena", ["Lena Quokka"]),
        ("i.quokka@meridian.example", ["Ines Quokka"]),
        ("nobody at all", []),
        ("", []),
        ("%", []),
    ],
)
def test_whom_somebody_means(inside: World, typed: str, names: list[str]) -> None:
    assert [one.name for one in queries.people_called(typed, TODAY)] == names


def test_a_page_begins_where_its_key_stands_in_the_index(inside: World) -> None:
    key = PersonFactory.create(name="M").public_id
    queries.people_page(PeopleAsked(after=key), TODAY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    rows = Person.objects.filter(sort_name__gte="m").in_name_order()[:50]
    plan = rows.explain()
    assert "person_by_name" in plan
    assert re.search(r"Index Cond: .*sort_name", plan)


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    meridian: World, client_as: ClientAs, enter: Enter, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        for n in range(people):
            PersonFactory.create(name=f"Zed {n}", manager=meridian.manager)
    lead = client_as(meridian.lead)
    lead.get(page(meridian, "people"))
    with django_assert_num_queries(LIST_QUERIES):
        lead.get(page(meridian, "people"), {"q": "zed"})


@pytest.mark.parametrize("reports", [1, 3])
def test_a_person_asks_the_same_number_of_questions(
    meridian: World, client_as: ClientAs, enter: Enter, reports: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        somebody = PersonFactory.create(manager=meridian.manager)
        for n in range(reports):
            PersonFactory.create(manager=somebody)
            AliasFactory.create(person=somebody)
            LeaveFactory.create(person=somebody, starts_on=date(2020 + n, 1, 1), ends_on=date(2020 + n, 1, 2))
    lead = client_as(meridian.lead)
    address = page(meridian, "person", somebody.public_id)
    lead.get(address)
    with django_assert_num_queries(PERSON_QUERIES):
        lead.get(address)


LIST_QUERIES = 16
# One of them asks whether mail to them comes back.
PERSON_QUERIES = 16


def test_the_list_narrows_as_one_types(meridian: World, client_as: ClientAs) -> None:
    lead = client_as(meridian.lead)
    fragment = lead.get(
        page(meridian, "people"), {"q": "lena"}, headers={"HX-Request": "true", "HX-Target": "people-list"}
    ).content.decode()
    assert "<html" not in fragment
    assert "Lena Quokka" in fragment
    assert "Ada Quokka" not in fragment
    assert "Nobody fits" in lead.get(page(meridian, "people"), {"q": "zzz"}).content.decode()


def test_an_empty_directory_says_what_fills_it(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    body = client_as(meridian.lead).get(page(meridian, "people")).content.decode()
    assert "on leave" in body
    assert page(meridian, "person-add") in body


def test_adding_somebody_with_two_mistakes_keeps_what_was_typed(meridian: World, client_as: ClientAs) -> None:
    lead = client_as(meridian.lead)
    typed = {
        "name": "Noor de Vries",
        "mail": meridian.member.person.mail,
        "contracted_hours": "385",
        "manager": "greta",
    }
    answer = lead.post(page(meridian, "person-add"), typed)
    body = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "One thing to mend. Nothing was lost." in body
    assert "385 is more than a week holds. Did you mean 38.5?" in body
    assert 'value="Noor de Vries"' in body
    again = lead.post(page(meridian, "person-add"), {**typed, "contracted_hours": "38,5"})
    body = again.content.decode()
    assert "Mira Quokka already has this address" in body
    assert page(meridian, "person", meridian.member.person.public_id) in body
    done = lead.post(
        page(meridian, "person-add"), {**typed, "contracted_hours": "38,5", "mail": "noor@x.de"}, follow=True
    )
    assert "Noor de Vries" in done.content.decode()
    assert "Greta Quokka" in done.content.decode()


def test_several_managers_of_one_name_are_offered(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    lead = client_as(meridian.lead)
    answer = lead.post(page(meridian, "person-add"), {"name": "Noor", "manager": "quokka"})
    body = answer.content.decode()
    assert "Several people fit" in body
    assert 'type="radio"' in body
    chosen = {"name": "Noor", "manager": "quokka", "manager_choice": str(meridian.lead.person.public_id)}
    assert lead.post(page(meridian, "person-add"), chosen).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Person.objects.get(name="Noor").manager == meridian.lead.person


def test_whoever_was_slower_loses_nothing(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    lead = client_as(meridian.lead)
    with enter(meridian):
        somebody = add(location="Bonn")
        change(somebody, location="Köln")
    address = page(meridian, "person-edit", somebody.public_id)
    typed = {"name": somebody.name, "location": "Trier", "version": "1"}
    answer = lead.post(address, typed)
    body = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert re.search(r"Location.*Köln.*Trier", body, re.DOTALL)
    assert 'value="Trier"' in body
    assert 'name="version" value="2"' in body
    assert lead.post(address, {**typed, "version": "2"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Person.objects.get(pk=somebody.pk).location == "Trier"


def test_leave_and_departure_on_pages(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    lead, somebody = client_as(meridian.lead), meridian.member.person
    leave = page(meridian, "person-leave", somebody.public_id)
    wrong = lead.post(leave, {"starts_on": "2026-07-08", "ends_on": "2026-07-01"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "The last day lies before the first" in wrong.content.decode()
    noted = lead.post(leave, {"starts_on": "08.07.2026"}, follow=True)
    assert "On leave since 8 July 2026" in noted.content.decode()
    lead.post(leave, {"withdraw": "2026-07-08"})
    departure = page(meridian, "person-departure", somebody.public_id)
    assert "They cannot sign in here any more" in lead.get(departure).content.decode()
    gone = lead.post(departure, {"left_on": "2026-07-08"}, follow=True)
    assert "Left on 8 July 2026" in gone.content.decode()
    assert f"{departure}?undo=1" in gone.content.decode()
    lead.post(f"{departure}?undo=1")
    with enter(meridian):
        assert not Leave.objects.filter(person=somebody).exists()
        assert Person.objects.get(pk=somebody.pk).left_on is None


@pytest.mark.parametrize("name", ["person", "person-edit", "person-departure"])
def test_another_companys_person_is_not_there(meridian: World, harbour: World, client_as: ClientAs, name: str) -> None:
    lead = client_as(meridian.lead)
    foreign = lead.get(page(meridian, name, harbour.member.person.public_id))
    random = lead.get(page(meridian, name, uuid4()))
    assert foreign.status_code == random.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("nonsense", ["\x00", "\ud800", str(2**63), "-1", "' OR 1=1 --", "x" * 5000, "%", "İ"])
def test_nonsense_is_answered_kindly(meridian: World, client_as: ClientAs, nonsense: str) -> None:
    lead = client_as(meridian.lead)
    text = nonsense.encode("utf-8", "surrogatepass").decode("latin-1") if nonsense == "\ud800" else nonsense
    asked = {"q": text, "state": text, "department": text, "after": text, "before": text, "manager": text}
    for name in ("people", "people-find"):
        assert lead.get(page(meridian, name), asked).status_code == HTTPStatus.OK
    fields = (
        "name",
        "mail",
        "external_id",
        "zone",
        "manager",
        "manager_choice",
        "contracted_hours",
        "version",
        "location",
    )
    typed = dict.fromkeys(fields, text)
    somebody = meridian.member.person.public_id
    for address in (page(meridian, "person-add"), page(meridian, "person-edit", somebody)):
        assert lead.post(address, typed).status_code in {302, 409, 422}
    for name in ("person-leave", "person-departure", "person-alias"):
        days = {"starts_on": text, "ends_on": text, "left_on": text, "address": text}
        assert lead.post(page(meridian, name, somebody), days).status_code in {302, 422}
    assert lead.post(page(meridian, "person-leave", somebody), {"withdraw": text}).status_code in {302, 404}
    assert lead.post(page(meridian, "person-alias", somebody), {"remove": text}).status_code in {302, 404}


def test_the_only_administrator_cannot_be_recorded_as_left(meridian: World, enter: Enter, at: datetime) -> None:
    with enter(meridian):
        with pytest.raises(actions.OnlyAdministrator) as refused:
            actions.record_departure(person=meridian.admin.person, left_on=at.date(), by=None, at=at)
        assert refused.value.field == "left_on"
        assert meridian.admin.person.name in str(refused.value.message)
        meridian.admin.person.refresh_from_db()
        assert meridian.admin.person.left_on is None
