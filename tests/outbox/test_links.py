"""Mailed links: a GET shows and changes nothing, a POST acts, and no secret is kept anywhere."""

from __future__ import annotations

import io
import logging
import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from adoption.outbox.actions import invitations, links
from adoption.outbox.actions.messages import say
from adoption.outbox.models import Link, LinkHash, Message, Preference
from adoption.outbox.queries.links import find_link
from adoption.outbox.tasks import tell_invitation
from adoption.tenancy.actions.members import invite, revoke_invitation
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Agenda, Identity, Invitation, Membership, Person
from adoption.tenancy.rules import Role, mint_secret
from adoption.tenancy.walls import current_organization_id
from tests.factories import AT, PersonFactory, World
from tests.outbox.conftest import CarryAt
from tests.outbox.speech import MailServer
from tests.worlds import ClientAs, Enter

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(LATER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def invited(meridian: World, enter: Enter) -> Person:
    """Somebody of the directory with an invitation that was mailed."""
    with enter(meridian):
        person: Person = PersonFactory.create(name="Ben Okafor", mail="ben@meridian.example")
        invite(person=person, roles=[Role.MEMBER], by=meridian.admin.person, at=AT)
    return person


@pytest.fixture
def mailed_link(invited: Person, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> str:
    """The path of the link in the mail that the invitation caused."""
    with enter(meridian):
        invitation = Invitation.objects.get(person=invited)
        invitations.tell_invitation(invitation=invitation, at=AT)
    carry_at(meridian, AT)
    return path_in(server, "/i/")


def path_in(server: MailServer, start: str) -> str:
    text = server.mails[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"https://murmuration\.example({start}[A-Za-z0-9_-]{{43}}/)", text)
    assert found, text
    return found[1]


def arrive(client: Client, path: str) -> str:
    """Follow a mailed link to its page; returns the page's path."""
    response = client.get(path)
    assert response.status_code == 302, response.content
    return str(response["Location"])


def every_row() -> dict[str, int]:
    """A fingerprint of every table, read by the owner: the sum of hashes of its rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM "{table}" t')
            found[table] = cursor.fetchone()
    return found


# --- scanners --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_follows_every_link_three_times_changes_nothing(
    method: str, mailed_link: str, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    with enter(meridian):
        say(kind="test_nudge", person=meridian.member.person, subject_key="x", context={"title": "X"}, at=AT)
    carry_at(meridian, AT)
    stop = path_in(server, "/u/")
    with enter(meridian):
        before = every_row()
    for path in (mailed_link, stop):
        for _ in range(3):
            scanner = Client()
            page = getattr(scanner, method)(path)
            assert page.status_code == 302
            shown = getattr(scanner, method)(page["Location"])
            assert shown.status_code == 200
            assert method == "head" or b"<form" in shown.content
            assert getattr(scanner, method)(path, follow=True).status_code == 200
    with enter(meridian):
        assert every_row() == before


def test_the_secret_leaves_the_address_bar_and_its_stand_in_opens_one_page_only(mailed_link: str) -> None:
    client = Client()
    response = client.get(f"{mailed_link}?n=3&away=1")
    path, _, query = response["Location"].partition("?")
    assert query == "n=3&away=1"
    token = mailed_link.split("/")[2]
    cookie: SimpleCookie = response.cookies
    held = cookie["mm_link"]
    assert held["path"] == path
    assert held["httponly"]
    assert held["samesite"] == "Lax"
    assert token not in held.value + path
    assert token not in client.get(path).content.decode()
    # Without the cookie, and with another page's, the address alone opens nothing.
    assert Client().get(path).status_code == 404
    stranger = Client()
    stranger.cookies["mm_link"] = "forged"
    assert stranger.get(path).status_code == 404


def test_the_stand_in_ends(mailed_link: str, clock: Any) -> None:
    client = Client()
    path = arrive(client, mailed_link)
    clock.shift(timedelta(hours=12, seconds=1))
    assert client.get(path).status_code == 404
    assert arrive(client, mailed_link) == path


def test_no_secret_is_stored(mailed_link: str, meridian: World, enter: Enter) -> None:
    token = mailed_link.split("/")[2]
    with enter(meridian), connection.cursor() as cursor:
        for table in every_row():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])
            assert cursor.fetchone() == (0,), table


def test_no_secret_is_logged(mailed_link: str) -> None:
    token = mailed_link.split("/")[2]
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logging.getLogger().handlers[0].formatter)
    logging.getLogger().addHandler(handler)
    try:
        Client().get(mailed_link, follow=True)
        Client().get(mailed_link.replace(token, mint_secret()))
    finally:
        logging.getLogger().removeHandler(handler)
    assert "/i/…/" in lines.getvalue()
    assert not re.search(r"/i/[A-Za-z0-9_-]{43}", lines.getvalue())


# --- links that open nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/i/", "/u/"])
@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "a" * 4000, "é" * 43, "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_link_says_so_kindly(path: str, token: str) -> None:
    response = Client().get(f"{path}{token}/")
    assert response.status_code == 404
    assert b"once more" in response.content


def test_a_link_works_only_for_its_purpose(mailed_link: str) -> None:
    token = mailed_link.split("/")[2]
    assert Client().get(f"/u/{token}/").status_code == 404
    assert Client().post(f"/u/{token}/").status_code == 404
    assert find_link(token, "survey", at=LATER) is None
    found = find_link(token, "invitation", at=LATER)
    assert found is not None
    assert current_organization_id() is None


def test_another_companys_link_leads_to_that_company_and_no_further(
    mailed_link: str, meridian: World, harbour: World, enter: Enter, client_as: ClientAs
) -> None:
    page = arrive(client := client_as(harbour.member), mailed_link)
    text = client.get(page).content.decode()
    assert "quokka" in text.lower()
    # Only somebody who holds both secrets sees both names.
    assert text.lower().count("narwhal") == text.count(f"{harbour.member.identity.email}")
    with enter(harbour):
        assert Link.objects.filter(address="ben@meridian.example").count() == 0


def test_a_link_that_has_had_its_time_says_which(mailed_link: str, meridian: World, enter: Enter, clock: Any) -> None:
    with enter(meridian):
        link = Link.objects.get(address="ben@meridian.example")
    client = Client()
    page = arrive(client, mailed_link)
    with enter(meridian):
        assert links.end(purpose="invitation", row_ids=[link.row_id], at=LATER) == 1
    assert "was closed" in (ended := client.get(page)).content.decode()
    assert ended.status_code == 410
    with enter(meridian):
        Link.objects.filter(pk=link.pk).update(ended_at=None)
        assert links.use(link=link, at=LATER)
        assert not links.use(link=link, at=LATER)
    assert "done its work" in client.get(page).content.decode()
    with enter(meridian):
        Link.objects.filter(pk=link.pk).update(used_at=None)
    clock.shift(timedelta(days=15))
    assert "too old" in Client().get(mailed_link, follow=True).content.decode()


def test_several_mails_may_carry_one_link_until_it_goes_to_another_address(meridian: World, enter: Enter) -> None:
    def mint(address: str) -> str:
        with enter(meridian):
            return links.mint(
                purpose="invitation", row_id=7, person=meridian.manager, address=address, expires_at=AT, at=AT
            ).split("/")[-2]

    first, second = mint("a@example.com"), mint("a@example.com")
    assert all(find_link(token, "invitation", at=LATER) for token in (first, second))
    third = mint("b@example.com")
    assert [bool(find_link(token, "invitation", at=LATER)) for token in (first, second, third)] == [False, False, True]
    with enter(meridian):
        assert Link.objects.filter(person=meridian.manager).count() == 1


# --- the invitation --------------------------------------------------------------------------------------------------


def test_an_invitation_is_mailed_by_the_task_and_once(
    invited: Person, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    row = Agenda.objects.get(task="outbox.tell_invitation", organization=meridian.organization)
    tell_invitation(agenda_id=row.pk)
    tell_invitation(agenda_id=row.pk)
    carry_at(meridian, LATER)
    carry_at(meridian, LATER)
    assert server.recipients == ["ben@meridian.example"]
    assert server.mails[0]["Subject"] == "Ben, your way into Murmuration at Meridian Quokka"
    assert server.mails[0]["From"] == "Ada Quokka via Murmuration <hello@murmuration.example>"
    assert server.mails[0]["List-Unsubscribe"] is None


def test_a_withdrawn_invitation_is_not_mailed_and_its_page_says_so(
    mailed_link: str, invited: Person, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    client = Client()
    page = arrive(client, mailed_link)
    with enter(meridian):
        invitation = Invitation.objects.get(person=invited)
        revoke_invitation(invitation=invitation, by=meridian.admin.person, at=LATER)
        say(kind="invitation", person=invited, subject_key="again", row_id=invitation.pk, at=LATER)
    carry_at(meridian, LATER)
    assert len(server.mails) == 1
    for response in (client.get(page), client.post(page)):
        assert response.status_code == 410
        assert "This invitation is over" in response.content.decode()
    assert not Identity.objects.filter(email="ben@meridian.example").exists()


def test_accepting_makes_somebody_a_member_and_signs_them_in(
    mailed_link: str, invited: Person, meridian: World, enter: Enter
) -> None:
    client = Client()
    page = arrive(client, mailed_link)
    shown = client.get(page).content.decode()
    assert "Ada Quokka invites you" in shown
    assert "Never for performance, pay or dismissal" in shown
    before = client.session.session_key
    response = client.post(page)
    assert (response.status_code, response["Location"]) == (302, "/o/meridian/")
    identity = Identity.objects.get(email="ben@meridian.example")
    assert identity.emailaddress_set.filter(verified=True, primary=True).exists()  # type: ignore[attr-defined]
    assert client.session["_auth_user_id"] == str(identity.pk)
    assert client.session.session_key != before
    with enter(meridian):
        assert Membership.objects.get(person=invited).identity_id == identity.pk
        assert Link.objects.get(person=invited).used_at == LATER
    # The link has done its work, in this browser and in every other.
    assert client.get(page).status_code == 404
    assert Client().get(mailed_link, follow=True).status_code == 410


def test_accepting_needs_the_forms_own_token(mailed_link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = arrive(client, mailed_link)
    assert client.post(page).status_code == 403
    assert not Identity.objects.filter(email="ben@meridian.example").exists()


def test_somebody_signed_in_as_another_is_told_and_may_choose(
    mailed_link: str, invited: Person, meridian: World, client_as: ClientAs
) -> None:
    client = client_as(meridian.lead)
    page = arrive(client, mailed_link)
    text = client.get(page).content.decode()
    assert f"You are signed in as {meridian.lead.identity.email}" in text
    assert f"Stay as {meridian.lead.identity.email}" in text
    assert client.post(page).status_code == 302
    assert client.session["_auth_user_id"] == str(Identity.objects.get(email="ben@meridian.example").pk)


def test_an_identity_with_a_second_factor_is_asked_for_it(mailed_link: str, invited: Person) -> None:
    identity = Identity.objects.create_user("ben@meridian.example", created_at=AT)
    Authenticator.objects.create(user=identity, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    response = client.post(arrive(client, mailed_link))
    assert response["Location"].startswith("/sign-in/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_a_mailbox_that_is_no_longer_the_persons_proves_nothing(
    mailed_link: str, invited: Person, meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        Person.objects.filter(pk=invited.pk).update(mail="ben.new@meridian.example")
    client = Client()
    response = client.post(arrive(client, mailed_link))
    assert response.status_code == 409
    assert "has changed" in response.content.decode()
    assert not Identity.objects.filter(email__startswith="ben").exists()


# --- stopping mails --------------------------------------------------------------------------------------------------


@pytest.fixture
def stop(meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt) -> str:
    """The path of the unsubscribe link in a mail with a nudge."""
    with enter(meridian):
        say(kind="test_nudge", person=meridian.member.person, subject_key="1", context={"title": "One"}, at=AT)
    carry_at(meridian, AT)
    assert server.mails[-1]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    header = str(server.mails[-1]["List-Unsubscribe"]).replace("\n", "").replace(" ", "")
    path = path_in(server, "/u/")
    assert header == f"<https://murmuration.example{path}>"
    return path


def test_one_click_stops_what_the_mail_was_without_cookie_or_token(
    stop: str, meridian: World, enter: Enter, server: MailServer, carry_at: CarryAt
) -> None:
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = client.post(stop, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not response.cookies
    with enter(meridian):
        assert [row.message_class for row in Preference.objects.filter(person=meridian.member.person)] == ["nudge"]
        for kind in ("test_nudge", "test_digest"):
            tell = {"subject_key": kind, "context": {"title": kind}, "at": AT + timedelta(days=1)}
            say(kind=kind, person=meridian.member.person, **tell)
    carry_at(meridian, AT + timedelta(days=1))
    assert [mail["Subject"] for mail in server.mails] == ["One", "test_digest"]


def test_the_page_stops_and_brings_back(stop: str, meridian: World, enter: Enter) -> None:
    client = Client()
    page = arrive(client, stop)
    assert "Nobody is told what you choose" in client.get(page).content.decode()
    for wanted, stopped in (("no", True), ("no", True), ("yes", False)):
        response = client.post(page, {"messages": "nudge", "wanted": wanted}, follow=True)
        assert response.status_code == 200
        with enter(meridian):
            row = Preference.objects.get(person=meridian.member.person)
        assert (row.stopped_at is not None) is stopped
    for nonsense in ({}, {"messages": "transactional", "wanted": "no"}, {"messages": "x" * 5000}):
        assert client.post(page, nonsense).status_code == 302
    with enter(meridian):
        assert Preference.objects.filter(person=meridian.member.person).count() == 1


def test_the_page_needs_the_forms_own_token(stop: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(arrive(client, stop), {"messages": "nudge", "wanted": "no"}).status_code == 403


def test_links_end_with_the_person(stop: str, meridian: World, enter: Enter) -> None:
    token = stop.split("/")[2]
    assert find_link(token, "unsubscribe", at=LATER)
    with enter(meridian):
        erase_person(person=meridian.member.person, by=meridian.admin.person, at=LATER)
        assert Message.objects.filter(kind="test_nudge").count() == 0
    assert find_link(token, "unsubscribe", at=LATER) is None
    assert LinkHash.objects.filter(organization=meridian.organization).count() == 1
    assert Client().get(stop).status_code == 404
