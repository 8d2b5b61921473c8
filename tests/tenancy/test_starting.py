"""An organisation brought aboard by somebody who works there: who may, what it may be called, and that twice is once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from adoption.tenancy import rules
from adoption.tenancy.actions.starting import start_organization
from adoption.tenancy.models import AuditEvent, Identity, Organization, Person, RoleGrant
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization
from tests.factories import AT, IdentityFactory, MembershipFactory, OrganizationFactory
from tests.house.addresses import addresses
from tests.worlds import ClientAs

pytestmark = pytest.mark.usefixtures("frozen_clock")

NEW = "/new/"
CODE = "/sign-in/login/code/"


@pytest.fixture
def open_door(settings: Settings) -> None:
    settings.ORGANIZATIONS_BY = ["@acme.example", "ada@elsewhere.example"]


@pytest.fixture
def noor(db: None, open_door: None) -> Identity:
    return IdentityFactory.create(email="noor@acme.example")


def form(**more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()),
        "name": "Acme & Söhne",
        "slug": "",
        "zone": "Europe/Berlin",
        "locale": "en-gb",
        "person": "Noor Haddad",
        "leads": "on",
        "smallest_group": "6",
        "smallest_group_executive": "12",
        "champion_view": "shared_only",
        **more,
    }


# --- who may ---------------------------------------------------------------------------------------------------------


def test_an_address_is_allowed_by_itself_by_its_domain_or_with_everybody() -> None:
    assert rules.is_allowed("Noor@Acme.example", ["@acme.example"])
    assert rules.is_allowed("noor@acme.example", [" NOOR@acme.example "])
    assert rules.is_allowed("anybody@anywhere.example", ["*"])
    for stranger in ("noor@sub.acme.example", "noor@evilacme.example", "acme.example", ""):
        assert not rules.is_allowed(stranger, ["@acme.example", ""])
    assert not rules.is_allowed("noor@acme.example", [])


def test_nobody_may_unless_the_installation_says_so() -> None:
    assert configured.ORGANIZATIONS_BY == []


def test_a_new_address_that_may_gets_a_code_and_others_get_the_same_page_and_no_identity(
    db: None, open_door: None, mailoutbox: list[Any]
) -> None:
    pages = []
    for mail in ("noor@acme.example", "noor@nowhere.example"):
        answer = Client().post(CODE, {"email": mail}, follow=True)
        pages.append((answer.status_code, answer.redirect_chain))
    assert pages[0] == pages[1]
    assert list(Identity.objects.values_list("email", flat=True)) == ["noor@acme.example"]
    # Until the code comes back the address proves nothing.
    assert not EmailAddress.objects.get().verified


def test_an_identity_that_was_closed_is_not_opened_by_asking(db: None, open_door: None) -> None:
    closed = IdentityFactory.create(email="gone@acme.example", is_active=False)
    Client().post(CODE, {"email": closed.email})
    assert not Identity.objects.get().is_active


def test_only_an_address_that_was_proved_opens_the_page(db: None, open_door: None, client_as: ClientAs) -> None:
    stranger, unproved = IdentityFactory.create(), IdentityFactory.create(email="ada@elsewhere.example")
    EmailAddress.objects.filter(user=unproved).update(verified=False)
    for identity in (stranger, unproved):
        for method in ("get", "post"):
            assert getattr(client_as(identity), method)(NEW).status_code == HTTPStatus.FORBIDDEN
        assert NEW not in client_as(identity).get("/").text
    assert Client().get(NEW)["Location"] == f"/sign-in/login/?next={NEW}"
    EmailAddress.objects.filter(user=unproved).update(verified=True)
    assert client_as(unproved).get(NEW).status_code == HTTPStatus.OK
    assert f'href="{NEW}"' in client_as(unproved).get("/").text


# --- setting it up ---------------------------------------------------------------------------------------------------


def test_whoever_sets_it_up_administers_and_leads_it_with_the_promises_they_chose(
    noor: Identity, client_as: ClientAs
) -> None:
    client = client_as(noor)
    assert 'value="5"' in client.get(NEW).text
    assert client.post(NEW, form())["Location"] == "/o/acme-sohne/"
    made = Organization.objects.get()
    assert (made.name, made.zone, made.smallest_group, made.smallest_group_executive, made.champion_view) == (
        "Acme & Söhne",
        "Europe/Berlin",
        6,
        12,
        "shared_only",
    )
    with organization(made.pk):
        assert set(RoleGrant.objects.values_list("role", flat=True)) == {Role.ADMINISTRATOR, Role.LEAD}
        assert Person.objects.get().mail == "noor@acme.example"
        assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == [
            "organization.created",
            "person.added",
            "member.admitted",
        ]
    assert client.get("/o/acme-sohne/").status_code == HTTPStatus.OK


def test_sent_twice_it_is_one_organization(noor: Identity, client_as: ClientAs) -> None:
    client, sent = client_as(noor), form()
    for _ in range(2):
        assert client.post(NEW, sent)["Location"] == "/o/acme-sohne/"
    assert Organization.objects.count() == 1
    # The page gone back to, changed and sent again is still the one that was made: it is changed in its settings.
    assert client.post(NEW, {**sent, "name": "Another"})["Location"] == "/o/acme-sohne/"
    assert Organization.objects.get().name == "Acme & Söhne"
    # A second tab was opened for itself: the same name asks for another address.
    second = client.post(NEW, form())
    assert second.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "for example acme-sohne-2" in second.text
    assert client.post(NEW, form(slug="acme-sohne-2", leads=""))["Location"] == "/o/acme-sohne-2/"
    assert "Set up another organisation" in client.get("/").text


def test_two_presses_at_once_make_one(transactional_db: None) -> None:
    identity, key = IdentityFactory.create(email="noor@acme.example"), uuid.uuid4()

    def start(_: int) -> int:
        try:
            said = {"slug": "acme", "name": "Acme", "zone": "Europe/London", "locale": "en-gb"}
            return start_organization(identity=identity, key=key, person="Noor", leads=True, at=AT, **said).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(start, range(2)))) == 1
    assert Organization.objects.count() == 1


def test_the_key_of_somebody_elses_organization_opens_nothing(noor: Identity, client_as: ClientAs) -> None:
    other = OrganizationFactory.create(slug="other")
    answer = client_as(noor).post(NEW, form(key=str(other.public_id)))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Organization.objects.get() == other


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"slug": "meridian"}, "for example meridian-2"),
        ({"slug": "API"}, "kept for Murmuration itself"),
        ({"name": "Sign In"}, "kept for Murmuration itself"),
        ({"slug": "not a slug"}, "For example: not-a-slug"),
        ({"slug": "a--b"}, "For example: a-b"),
        ({"slug": "a" * 61}, "Up to 60 small letters"),
        ({"slug": "../o/meridian"}, "For example: o-meridian"),
        ({"name": "😀😀"}, "no Latin letter"),
        ({"name": "شركة الاختبار"}, "no Latin letter"),
        ({"name": "x" * 300}, "120"),
        ({"name": "\x00"}, "to mend"),
        ({"name": ""}, "to mend"),
        ({"person": ""}, "to mend"),
        ({"person": "x" * 300}, "200"),
        ({"zone": "Mars/Phobos"}, "to mend"),
        ({"locale": "tlh"}, "to mend"),
        ({"smallest_group": "4"}, "at least 5"),
        ({"smallest_group_executive": "9"}, "at least 10"),
        ({"smallest_group": "30"}, "at least 30"),
        ({"key": "x"}, "to mend"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_and_makes_nothing(
    noor: Identity, client_as: ClientAs, wrong: dict[str, str], words: str
) -> None:
    OrganizationFactory.create(slug="meridian")
    answer = client_as(noor).post(NEW, form(**wrong))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.text
    assert Organization.objects.count() == 1
    for kept in (str(wrong.get("name", "Acme &amp; Söhne")), "Noor Haddad" if "person" not in wrong else ""):
        assert kept.replace("\x00", "") in answer.text


@pytest.mark.parametrize("name", ["😀 Acme", "شركة Acme", "ACME  \u202eevil\u202c GmbH"])
def test_any_name_that_has_a_latin_letter_finds_an_address(noor: Identity, client_as: ClientAs, name: str) -> None:
    answer = client_as(noor).post(NEW, form(name=name))
    assert answer.status_code == HTTPStatus.FOUND
    made = Organization.objects.get()
    assert made.slug.startswith("acme")
    assert "\u202e" not in made.name


def test_one_person_sets_up_only_so_many(noor: Identity, client_as: ClientAs) -> None:
    for _ in range(rules.MOST_ORGANIZATIONS):
        company = OrganizationFactory.create()
        with organization(company.pk):
            MembershipFactory.create(identity=noor)
    answer = client_as(noor).post(NEW, form())
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Ask the operator for more" in answer.text


def test_every_word_that_begins_an_address_is_kept_back(db: None) -> None:
    words = {str(address).strip("/").split("/")[0] for address in addresses()}
    assert {"o", "new", "api", "healthz", "sign-in", "mailbox", "w"} <= words
    assert {word for word in words if "%" not in word} - {""} <= rules.RESERVED_SLUGS
    with pytest.raises(CommandError, match="kept for Murmuration itself"):
        call_command("create_organization", "api", "Api", administrator="Noor", mail="noor@acme.example")


# --- what a list says ------------------------------------------------------------------------------------------------


def test_a_pasted_list_is_read_line_by_line() -> None:
    pasted = 'Noor Haddad <noor@x.com>\nbo@x.com\r\n"Berg, Bo"; b.berg@x.com\nnobody\n\n\tAda\tada@x.com.'
    assert rules.read_list(pasted) == [
        ("Noor Haddad", "noor@x.com"),
        ("", "bo@x.com"),
        ("Berg, Bo", "b.berg@x.com"),
        ("nobody", ""),
        ("Ada", "ada@x.com"),
    ]
    assert rules.name_of_mail("noor.haddad+work@x.com") == "Noor Haddad"
    assert rules.slug_of("Öresund & Söhne") == "oresund-sohne"
