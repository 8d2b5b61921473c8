"""Where one arrives, today by role, going from one organisation to another, and the one-click entry of a demo."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from adoption.tenancy.actions import members
from adoption.tenancy.actions.people import record_departure
from adoption.tenancy.models import Agenda, Identity, Invitation, Organization, PeopleImport, Person
from adoption.tenancy.queries.members import PERSONAS, demo_personas, persona_mail
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization
from tests.factories import AT, IdentityFactory, MembershipFactory, OrganizationFactory, PersonFactory, Somebody, World
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.usefixtures("frozen_clock")


def joins(somebody: Somebody, world: World, *roles: Role) -> None:
    """The same identity becomes a member of another company."""
    with organization(world.organization.pk):
        person = PersonFactory.create(name=somebody.person.name, mail=somebody.identity.email)
        MembershipFactory.create(person=person, identity=somebody.identity, roles=roles)


# --- the start -------------------------------------------------------------------------------------------------------


def test_nobody_signed_in_is_sent_to_sign_in(db: None) -> None:
    assert Client().get("/")["Location"] == "/sign-in/login/?next=/"


def test_with_one_organization_one_is_there_at_once(meridian: World, client_as: ClientAs) -> None:
    assert client_as(meridian.lead).get("/")["Location"] == "/o/meridian/"


def test_with_several_one_chooses(meridian: World, harbour: World, client_as: ClientAs) -> None:
    joins(meridian.lead, harbour, Role.MEMBER)
    text = client_as(meridian.lead).get("/").text
    assert 'value="meridian"' in text
    assert 'value="harbour"' in text


def test_with_none_one_reads_why_and_what_to_do(db: None, client_as: ClientAs) -> None:
    page = client_as(IdentityFactory.create()).get("/")
    assert page.status_code == HTTPStatus.OK
    assert "You are not a member anywhere yet" in page.text


@pytest.mark.parametrize(("days", "inside"), [(0, False), (-3, False), (1, True)])
def test_who_has_left_is_refused_from_that_day_on_where_they_are(
    meridian: World, client_as: ClientAs, enter: Enter, days: int, inside: bool
) -> None:
    client = client_as(meridian.lead)
    with enter(meridian):
        record_departure(person=meridian.lead.person, left_on=AT.date() + timedelta(days=days), by=None, at=AT)
    assert client.get("/o/meridian/").status_code == (HTTPStatus.OK if inside else HTTPStatus.NOT_FOUND)
    assert client.get("/").status_code == (HTTPStatus.FOUND if inside else HTTPStatus.OK)


def test_the_day_of_leaving_begins_in_the_persons_own_zone(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    client = client_as(meridian.lead)
    with enter(meridian):
        Person.objects.filter(pk=meridian.lead.person.pk).update(
            zone="Pacific/Auckland", left_on=AT.date() + timedelta(days=1)
        )
    assert client.get("/o/meridian/").status_code == HTTPStatus.OK
    # 13:00 in London; the next day has begun in Auckland.
    with time_machine.travel(AT + timedelta(hours=3), tick=False):
        assert client.get("/o/meridian/").status_code == HTTPStatus.NOT_FOUND


# --- going from one to another ---------------------------------------------------------------------------------------


def test_switching_takes_nothing_along_but_who_one_is(meridian: World, harbour: World, client_as: ClientAs) -> None:
    joins(meridian.lead, harbour, Role.MEMBER)
    client = client_as(meridian.lead)
    session = client.session
    session["said_in_meridian"] = meridian.canary
    session.save()
    before = client.session.session_key
    answer = client.post("/switch/", {"organization": "harbour"})
    assert answer["Location"] == "/o/harbour/"
    assert client.session.session_key != before
    assert "said_in_meridian" not in client.session
    assert not client.session.exists(str(before))
    home = client.get("/o/harbour/")
    assert home.status_code == HTTPStatus.OK
    assert home.wsgi_request.roles == {Role.MEMBER}  # type: ignore[attr-defined]
    # And one is still a lead in the other, for whoever opens that address.
    assert client.get("/o/meridian/").wsgi_request.roles == {Role.LEAD}  # type: ignore[attr-defined]


@pytest.mark.parametrize("slug", ["harbour", "nowhere", "", "\x00", "m" * 5000])
def test_one_switches_only_to_where_one_belongs(
    meridian: World, harbour: World, client_as: ClientAs, slug: str
) -> None:
    client = client_as(meridian.lead)
    before = client.session.session_key
    assert client.post("/switch/", {"organization": slug}).status_code == HTTPStatus.NOT_FOUND
    assert client.session.session_key == before


def test_switching_is_a_post_by_somebody_signed_in(meridian: World, client_as: ClientAs) -> None:
    assert client_as(meridian.lead).get("/switch/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Client().post("/switch/", {"organization": "meridian"})["Location"].startswith("/sign-in/")
    assert Client(enforce_csrf_checks=True).post("/switch/").status_code == HTTPStatus.FORBIDDEN


def test_a_session_of_one_organization_opens_nothing_in_another(
    meridian: World, harbour: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.admin)
    for where in ("", "roles/", "tokens/", "audit/", "settings/", "me/"):
        assert client.get(f"/o/harbour/{where}").status_code == HTTPStatus.NOT_FOUND


# --- today -----------------------------------------------------------------------------------------------------------


def home(world: World, client: Client) -> str:
    page = client.get(reverse("home", kwargs={"org": world.organization.slug}))
    assert page.status_code == HTTPStatus.OK
    return page.text


def test_a_lead_sees_the_directory_in_numbers(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        PersonFactory.create(mail=None)
    text = home(meridian, client_as(meridian.lead))
    # Nine who are there and one without an address; Tomas has left, Ines is on leave.
    assert "In the directory" in text
    assert ">9</b>" in text
    assert text.count(">1</b>") == 2
    assert "Who may come in" not in text


def test_a_lead_without_people_sees_the_one_next_step(client_as: ClientAs, db: None) -> None:
    empty = OrganizationFactory.create(slug="empty")
    with organization(empty.pk):
        lead = MembershipFactory.create(roles=[Role.LEAD])
    text = client_as(lead.identity).get("/o/empty/").text
    assert "everything starts with it" in text
    assert text.count("btn btn-primary") == 1


def test_an_administrator_sees_who_waits_to_come_in(meridian: World, client_as: ClientAs, enter: Enter) -> None:
    with enter(meridian):
        Invitation.objects.create(
            person=meridian.manager, roles=["member"], invited_at=AT, expires_at=AT - timedelta(days=1)
        )
    text = home(meridian, client_as(meridian.admin))
    assert "1 invitation is waiting for an answer." in text
    assert "1 has run out" in text
    assert "<dt>L&amp;D lead</dt>" in text


@pytest.mark.parametrize("who", ["member", "executive", "owner"])
def test_everybody_else_finds_what_waits_by_address_and_their_own_data(
    meridian: World, client_as: ClientAs, who: str
) -> None:
    text = home(meridian, client_as(meridian.everybody[who]))
    for name in ("waiting-week", "waiting-pods", "waiting-programs"):
        # Twice: for the script, and as a link without one.
        assert text.count(f'"{reverse(name, args=["meridian"])}"') == 2
    assert reverse("me", kwargs={"org": "meridian"}) in text
    assert "in the directory" not in text
    assert "will be here" not in text


@pytest.mark.parametrize("who", ["lead", "admin", "executive", "owner", "member"])
def test_there_is_one_primary_button_at_most(meridian: World, client_as: ClientAs, who: str) -> None:
    assert home(meridian, client_as(meridian.everybody[who])).count("btn-primary") <= 1


def test_an_administrator_is_told_that_nobody_leads_until_somebody_is_invited(
    meridian: World, client_as: ClientAs, enter: Enter
) -> None:
    client, words = client_as(meridian.admin), "Next, invite your L&amp;D lead"
    assert words not in home(meridian, client)
    with enter(meridian):
        members.end_membership(membership=meridian.lead.membership, by=None, at=AT)
        PeopleImport.objects.all().delete()
    assert words in home(meridian, client)
    with enter(meridian):
        members.invite(person=PersonFactory.create(mail="next@meridian.example"), roles=[Role.LEAD], by=None, at=AT)
    assert words not in home(meridian, client)


@pytest.mark.parametrize("more", [1, 3])
def test_today_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World, client_as: ClientAs, enter: Enter, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with enter(meridian):
        for _ in range(more):
            members.invite(person=PersonFactory.create(), roles=[], by=None, at=AT)
        members.grant_role(membership=meridian.admin.membership, role=Role.LEAD, by=None, at=AT)
    client = client_as(meridian.admin)
    home(meridian, client)
    with django_assert_num_queries(20):
        home(meridian, client)


# --- the demo --------------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings: Settings, meridian: World, harbour: World) -> None:
    settings.DEMO = True
    for world in (meridian, harbour):
        with organization(world.organization.pk):
            for persona in PERSONAS:
                mail = persona_mail(persona, world.organization.slug)
                person = PersonFactory.create(name=f"{persona.title()} {world.canary}", mail=mail)
                MembershipFactory.create(person=person, identity__email=mail)


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("org", [None, "meridian", "harbour"])
def test_one_click_enters_as_a_persona_of_a_company(demo: None, persona: str, org: str | None) -> None:
    client = Client()
    client.get("/sign-in/login/")
    answer = client.post(f"/demo/enter/{persona}/", {"org": org} if org else {})
    assert answer["Location"] == f"/o/{org or 'meridian'}/"
    assert client.get(answer["Location"]).status_code == HTTPStatus.OK
    assert client.get("/").wsgi_request.user.email == f"{persona}@{org or 'meridian'}.example"  # type: ignore[union-attr]


def test_entering_makes_a_fresh_session_and_leaves_the_former_person(demo: None) -> None:
    client = Client()
    client.post("/demo/enter/lead/")
    session = client.session
    session["of_the_lead"] = 1
    session.save()
    before = session.session_key
    client.post("/demo/enter/executive/", {"org": "harbour"})
    assert client.session.session_key != before
    assert "of_the_lead" not in client.session
    assert not client.session.exists(str(before))
    assert client.get("/o/meridian/").status_code == HTTPStatus.NOT_FOUND
    assert list(get_messages(client.get("/o/harbour/").wsgi_request)) == []


@pytest.mark.parametrize(
    ("persona", "form"),
    [("nobody", {}), ("lead", {"org": "nowhere"}), ("lead", {"org": "\x00"}), ("lead", {"org": "9" * 99})],
)
def test_nobody_else_can_be_entered(demo: None, persona: str, form: dict[str, str]) -> None:
    assert Client().post(f"/demo/enter/{persona}/", form).status_code == HTTPStatus.NOT_FOUND


def test_entering_is_a_post_from_our_own_page(demo: None) -> None:
    assert Client().get("/demo/enter/lead/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Client(enforce_csrf_checks=True).post("/demo/enter/lead/").status_code == HTTPStatus.FORBIDDEN


def test_outside_a_demo_there_is_no_such_thing(meridian: World, settings: Settings) -> None:
    settings.DEMO = False
    for client in (Client(), Client(enforce_csrf_checks=True)):
        for method in ("get", "post", "head", "options"):
            assert getattr(client, method)("/demo/enter/lead/").status_code == HTTPStatus.NOT_FOUND
    assert "demo/enter" not in Client().get("/sign-in/login/").text


def test_the_sign_in_page_of_a_demo_offers_everybody_of_both_companies(demo: None) -> None:
    text = Client().get("/sign-in/login/").text
    for persona in PERSONAS:
        assert f"/demo/enter/{persona}/" in text
    assert len(demo_personas()) == 12
    assert [one["organization"] for one in demo_personas()] == ["meridian"] * 6 + ["harbour"] * 6


def test_a_demo_without_its_companies_offers_nobody(db: None, settings: Settings) -> None:
    settings.DEMO = True
    assert "demo/enter" not in Client().get("/sign-in/login/").text
    assert Client().post("/demo/enter/lead/").status_code == HTTPStatus.NOT_FOUND


# --- the operator ----------------------------------------------------------------------------------------------------


def test_an_operator_brings_an_organization_aboard_with_its_first_administrator(db: None) -> None:
    given = {"administrator": "Noor Haddad", "mail": "Noor@Acme.example", "zone": "Europe/Berlin"}
    call_command("create_organization", "acme", "Acme", **given)
    acme = Organization.objects.get(slug="acme")
    with organization(acme.pk):
        invitation = Invitation.objects.get()
        assert invitation.person.mail == "noor@acme.example"
        assert invitation.roles == ["administrator"]
    assert Agenda.objects.filter(organization=acme, task=members.TELL_INVITATION).exists()
    with pytest.raises(CommandError, match="choose another slug"):
        call_command("create_organization", "acme", "Acme", **given)


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Not A Slug"},
        {"slug": "a--b"},
        {"name": ""},
        {"name": "x" * 500},
        {"zone": "Mars/Phobos"},
        {"mail": "nobody"},
        {"administrator": ""},
    ],
    ids=str,
)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(db: None, wrong: dict[str, str]) -> None:
    given = {
        "slug": "acme",
        "name": "Acme",
        "administrator": "Noor",
        "mail": "noor@acme.example",
        "zone": "Europe/Berlin",
    }
    given |= wrong
    with pytest.raises(CommandError):
        call_command("create_organization", given.pop("slug"), given.pop("name"), **given)
    assert not Organization.objects.exists()
    assert not Identity.objects.exists()
