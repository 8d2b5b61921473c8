"""Invitations, memberships and roles: the actions, and the pages on which an administrator does them."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.tenancy import rules
from adoption.tenancy.access import find_member
from adoption.tenancy.actions import members
from adoption.tenancy.actions.administrators import LastAdministrator
from adoption.tenancy.actions.people import record_departure
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.actions.tokens import make_token
from adoption.tenancy.models import (
    Agenda,
    AuditEvent,
    Invitation,
    Membership,
    MembershipIndex,
    Person,
    RoleGrant,
)
from adoption.tenancy.queries import members as queries
from adoption.tenancy.rules import Permission, Role
from adoption.tenancy.walls import organization
from tests.factories import AT, IdentityFactory, MembershipFactory, PersonFactory, World, make_meridian
from tests.house.processes import PATIENCE_SECONDS
from tests.worlds import ClientAs, Clock, Enter

NONSENSE = [
    "\x00",
    "a\x00b",
    str(2**63),
    "-1",
    "'; --",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "x" * 5000,
]


def address(world: World, name: str, **parts: Any) -> str:
    return reverse(name, kwargs={"org": world.organization.slug, **parts})


def verbs(world: World) -> list[str]:
    with organization(world.organization.pk):
        return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


# --- inviting and coming in ------------------------------------------------------------------------------------------


def test_an_invited_person_comes_in_with_the_roles_they_were_offered(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        person = PersonFactory.create(mail="noor@meridian.example")
        invitation = members.invite(person=person, roles=[Role.LEAD], by=meridian.admin.person, at=AT)
        identity = members.make_identity(mail="noor@meridian.example", at=AT)
        membership = members.accept_invitation(invitation=invitation, identity=identity, at=AT)
        member = find_member(identity, at=AT)
        assert member is not None
        assert (member.membership, member.person, member.roles) == (membership, person, frozenset({Role.LEAD}))
        invitation.refresh_from_db()
        assert invitation.accepted_at == AT
        assert Agenda.objects.filter(task=members.TELL_INVITATION, row_id=invitation.pk, due_at=AT).count() == 1
    assert MembershipIndex.objects.filter(identity=identity, organization=meridian.organization).count() == 1
    assert verbs(meridian)[-3:] == ["invitation.sent", "member.admitted", "invitation.accepted"]


def test_who_cannot_be_invited_is_said_by_name(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        for person, failure in [
            (PersonFactory.create(mail=None, name="Noor"), members.NoMail),
            (meridian.gone, members.HasLeft),
            (meridian.lead.person, members.AlreadyMember),
            (meridian.away, members.AlreadyInvited),
        ]:
            with pytest.raises(failure) as caught:
                members.invite(person=person, roles=[], by=None, at=AT)
            assert person.name in caught.value.message


def test_an_expired_invitation_is_replaced_and_its_link_is_closed(meridian: World, enter: Enter) -> None:
    later = AT + rules.INVITATION_LASTS
    with enter(meridian):
        fresh = members.invite(person=meridian.away, roles=[Role.MEMBER], by=None, at=later)
        identity = members.make_identity(mail=str(meridian.away.mail), at=later)
        with pytest.raises(members.InvitationClosed):
            members.accept_invitation(invitation=meridian.invitation, identity=identity, at=later)
        members.accept_invitation(invitation=fresh, identity=identity, at=later)


def test_an_invitation_opens_once_and_only_for_the_address_it_was_sent_to(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        with pytest.raises(members.OtherAddress):
            members.accept_invitation(invitation=meridian.invitation, identity=IdentityFactory.create(), at=AT)
        private = IdentityFactory.create(email="ines@home.example")
        EmailAddress.objects.create(user=private, email=str(meridian.away.mail), verified=False)
        with pytest.raises(members.OtherAddress):
            members.accept_invitation(invitation=meridian.invitation, identity=private, at=AT)
        EmailAddress.objects.update(verified=True)
        members.accept_invitation(invitation=meridian.invitation, identity=private, at=AT)
        with pytest.raises(members.InvitationClosed):
            members.accept_invitation(invitation=meridian.invitation, identity=private, at=AT)
        assert Membership.objects.filter(person=meridian.away).count() == 1


def test_a_withdrawn_or_expired_invitation_and_one_of_somebody_who_left_open_nothing(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        identity = members.make_identity(mail=str(meridian.away.mail), at=AT)
        with pytest.raises(members.InvitationClosed):
            members.accept_invitation(
                invitation=meridian.invitation, identity=identity, at=meridian.invitation.expires_at
            )
        record_departure(person=meridian.away, left_on=AT.date(), by=None, at=AT)
        with pytest.raises(members.HasLeft):
            members.accept_invitation(invitation=meridian.invitation, identity=identity, at=AT)
        members.revoke_invitation(invitation=meridian.invitation, by=None, at=AT)
        members.revoke_invitation(invitation=meridian.invitation, by=None, at=AT)
        with pytest.raises(members.InvitationClosed):
            members.accept_invitation(invitation=meridian.invitation, identity=identity, at=AT)
        with pytest.raises(members.InvitationClosed):
            members.resend_invitation(invitation=meridian.invitation, by=None, at=AT)
    assert verbs(meridian).count("invitation.withdrawn") == 1


def test_sending_again_starts_the_time_anew_and_wakes_the_outbox(meridian: World, enter: Enter) -> None:
    later = AT + timedelta(days=20)
    with enter(meridian):
        task = {
            "organization": meridian.organization,
            "task": members.TELL_INVITATION,
            "row_id": meridian.invitation.pk,
        }
        Agenda.objects.create(**task, promised_at=AT, due_at=AT, done_at=AT)
        again = members.resend_invitation(invitation=meridian.invitation, by=meridian.admin.person, at=later)
        assert again.expires_at == later + rules.INVITATION_LASTS
        assert Agenda.objects.get(**task).done_at is None
        assert Agenda.objects.get(**task).due_at == later


def test_inviting_by_mail_finds_who_is_there_and_adds_who_is_not(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        by_alias = members.invite_by_mail(name="Somebody else", mail="hr.noor@x.example", roles=[], by=None, at=AT)
        assert by_alias.person.name == "Somebody else"
        known = PersonFactory.create(mail="known@x.example", name="Known Already")
        found = members.invite_by_mail(name="Misspelt", mail="KNOWN@x.example", roles=[], by=None, at=AT)
        assert found.person == known
        assert Person.objects.filter(mail="known@x.example").get().name == "Known Already"


def test_the_same_identity_is_a_person_in_two_organizations(meridian: World, harbour: World, enter: Enter) -> None:
    identity = meridian.lead.identity
    with enter(harbour):
        person = PersonFactory.create(mail=identity.email)
        invitation = members.invite(person=person, roles=[Role.EXECUTIVE], by=None, at=AT)
        members.accept_invitation(invitation=invitation, identity=identity, at=AT)
        there = find_member(identity, at=AT)
    with enter(meridian):
        here = find_member(identity, at=AT)
    assert here
    assert there
    assert here.roles == {Role.LEAD}
    assert there.roles == {Role.EXECUTIVE}


# --- identities ------------------------------------------------------------------------------------------------------


def test_an_identity_is_made_once_for_an_address_and_found_by_any_it_has_proved(meridian: World) -> None:
    made = members.make_identity(mail="Noor@Example.com", at=AT)
    assert made.email == "noor@example.com"
    assert not made.has_usable_password()
    assert members.make_identity(mail="noor@example.com", at=AT) == made
    EmailAddress.objects.create(user=made, email="other@example.com", verified=True)
    assert members.make_identity(mail="other@example.com", at=AT) == made
    assert members.make_identity(mail=meridian.lead.identity.email, at=AT) == meridian.lead.identity


# --- roles -----------------------------------------------------------------------------------------------------------


def test_roles_are_given_and_taken_once_however_often_one_asks(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        membership = meridian.member.membership
        for _ in range(2):
            members.grant_role(membership=membership, role=Role.LEAD, by=meridian.admin.person, at=AT)
        for _ in range(2):
            members.revoke_role(membership=membership, role=Role.LEAD, by=meridian.admin.person, at=AT)
        assert set(membership.grants.values_list("role", flat=True)) == {Role.MEMBER}
        members.revoke_role(membership=membership, role=Role.MEMBER, by=None, at=AT)
        assert set(membership.grants.values_list("role", flat=True)) == {Role.MEMBER}
    assert [verb for verb in verbs(meridian) if verb.startswith("role.")] == ["role.granted", "role.revoked"]


def test_who_loses_the_only_role_stays_a_plain_member(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        members.revoke_role(membership=meridian.lead.membership, role=Role.LEAD, by=None, at=AT)
        member = find_member(meridian.lead.identity, at=AT)
        assert member
        assert member.roles == {Role.MEMBER}


def test_the_last_administrator_stays(meridian: World, enter: Enter) -> None:
    admin = meridian.admin.membership
    with enter(meridian):
        for act in (
            lambda: members.revoke_role(membership=admin, role=Role.ADMINISTRATOR, by=None, at=AT),
            lambda: members.end_membership(membership=admin, by=None, at=AT),
            lambda: erase_person(person=meridian.admin.person, by=None, at=AT),
        ):
            with pytest.raises(LastAdministrator) as caught:
                act()
            assert meridian.admin.person.name in caught.value.message
        members.grant_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
        # Somebody who goes at the end of the month cannot be the one who remains.
        record_departure(person=meridian.lead.person, left_on=AT.date() + timedelta(days=20), by=None, at=AT)
        with pytest.raises(LastAdministrator):
            members.end_membership(membership=admin, by=None, at=AT)
        members.grant_role(membership=meridian.owner.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
        members.end_membership(membership=admin, by=None, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_take_each_others_role_away_at_once_leave_one() -> None:
    world = make_meridian()
    with organization(world.organization.pk):
        members.grant_role(membership=world.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
    start = threading.Barrier(2)

    def take(membership: Membership) -> bool:
        try:
            with organization(world.organization.pk):
                start.wait(timeout=PATIENCE_SECONDS)
                members.revoke_role(membership=membership, role=Role.ADMINISTRATOR, by=None, at=AT)
        except LastAdministrator:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(take, [world.admin.membership, world.lead.membership]))
    assert sorted(done) == [False, True]
    with organization(world.organization.pk):
        assert RoleGrant.objects.filter(role=Role.ADMINISTRATOR).count() == 1


# --- the end of a membership -----------------------------------------------------------------------------------------


def test_a_membership_that_ended_is_over_at_once_and_its_tokens_stop(meridian: World, enter: Enter) -> None:
    lead = meridian.lead
    with enter(meridian):
        token, _ = make_token(
            name="x", scopes=[Permission.ENTER], membership=lead.membership, expires_at=None, by=None, at=AT
        )
        for _ in range(2):
            members.end_membership(membership=lead.membership, by=meridian.admin.person, at=AT)
        assert find_member(lead.identity, at=AT) is None
        token.refresh_from_db()
        assert token.revoked_at == AT
        assert Person.objects.filter(pk=lead.person.pk).exists()
    assert not MembershipIndex.objects.filter(identity=lead.identity).exists()
    assert verbs(meridian).count("member.ended") == 1


def test_who_comes_back_has_only_the_roles_offered_this_time(meridian: World, enter: Enter) -> None:
    lead = meridian.lead
    with enter(meridian):
        members.end_membership(membership=lead.membership, by=None, at=AT)
        invitation = members.invite(person=lead.person, roles=[Role.MEMBER], by=None, at=AT)
        back = members.accept_invitation(invitation=invitation, identity=lead.identity, at=AT)
        member = find_member(lead.identity, at=AT)
        assert member
        assert member.roles == {Role.MEMBER}
        assert back.pk == lead.membership.pk
        assert back.ended_at is None


def test_somebody_comes_back_with_another_identity_and_an_identity_as_another_entry(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        members.end_membership(membership=meridian.lead.membership, by=None, at=AT)
        other = IdentityFactory.create()
        again = members.admit(identity=other, person=meridian.lead.person, roles=[], by=None, at=AT)
        assert again.identity == other
        twin = PersonFactory.create()
        moved = members.admit(identity=meridian.lead.identity, person=twin, roles=[], by=None, at=AT)
        assert moved.person == twin
        with pytest.raises(members.AlreadyMember):
            members.admit(identity=meridian.lead.identity, person=PersonFactory.create(), roles=[], by=None, at=AT)


# --- the pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(meridian: World, client_as: ClientAs, frozen_clock: Clock) -> Client:
    return client_as(meridian.admin)


def test_the_roles_page_names_members_roles_and_invitations_and_says_what_each_role_sees(
    meridian: World, admin: Client
) -> None:
    page = admin.get(address(meridian, "roles"))
    assert page.status_code == HTTPStatus.OK
    for somebody in meridian.everybody.values():
        assert somebody.person.name in page.text
    assert meridian.away.name in page.text
    for words in queries.ROLE_WORDS.values():
        assert str(words.never).replace("'", "&#x27;") in page.text


@pytest.mark.parametrize("more", [1, 3])
def test_the_roles_page_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World,
    client_as: ClientAs,
    enter: Enter,
    more: int,
    django_assert_num_queries: DjangoAssertNumQueries,
    frozen_clock: Clock,
) -> None:
    with enter(meridian):
        for _ in range(more):
            MembershipFactory.create(roles=[Role.MEMBER, Role.LEAD])
            members.invite(person=PersonFactory.create(), roles=[Role.LEAD], by=meridian.admin.person, at=AT)
    client = client_as(meridian.admin)
    client.get(address(meridian, "roles"))
    with django_assert_num_queries(13):
        client.get(address(meridian, "roles"))


def test_members_are_found_by_name_and_role_and_paged_both_ways(
    meridian: World, admin: Client, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enter(meridian):
        for number in range(queries.PAGE_SIZE + 5):
            MembershipFactory.create(person=PersonFactory.create(name=f"Zoe {number:03}"))
    roles = address(meridian, "roles")
    first = admin.get(roles).text
    forward = re.search(r'rel="next" href="([^"]+)"', first)
    assert forward
    assert 'rel="prev"' not in first
    second = admin.get(roles + forward[1].replace("&amp;", "&")).text
    assert "Zoe 054" in second
    assert 'rel="next"' not in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back
    again = admin.get(roles + back[1].replace("&amp;", "&")).text
    assert re.findall(r"Zoe \d+", again) == re.findall(r"Zoe \d+", first)
    only = admin.get(roles, {"q": "zoe 011", "role": "member"}).text
    assert re.findall(r"Zoe \d+</a>", only) == ["Zoe 011</a>"]
    assert "Nobody fits" in admin.get(roles, {"q": "zoe", "role": "executive"}).text


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_in_an_address_or_a_form_is_answered(meridian: World, admin: Client, nonsense: str) -> None:
    for name in ("roles", "invite"):
        for key in ("q", "role", "after", "before"):
            assert admin.get(address(meridian, name), {key: nonsense}).status_code == HTTPStatus.OK
    person = meridian.member.person.public_id
    for name, parts, form in (
        ("invite", {}, {"name": nonsense, "mail": nonsense, "roles": nonsense}),
        ("invite", {}, {"name": nonsense, "mail": f"{nonsense}@example.com", "roles": ["lead"]}),
        ("invite-person", {"person": person}, {"roles": nonsense}),
        ("member", {"person": person}, {"role": nonsense, "act": nonsense}),
    ):
        answer = admin.post(address(meridian, name, **parts), form)
        assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FOUND}


def test_a_role_is_given_and_taken_on_the_members_page(meridian: World, admin: Client, enter: Enter) -> None:
    page = address(meridian, "member", person=meridian.member.person.public_id)
    assert "Give" in admin.get(page).text
    for _ in range(2):
        assert admin.post(page, {"role": "lead", "act": "grant"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert set(meridian.member.membership.grants.values_list("role", flat=True)) == {"lead", "member"}
    admin.post(page, {"role": "lead", "act": "revoke"})
    with enter(meridian):
        assert set(meridian.member.membership.grants.values_list("role", flat=True)) == {"member"}


def test_the_last_administrator_reads_why_the_role_stays(meridian: World, admin: Client) -> None:
    page = address(meridian, "member", person=meridian.admin.person.public_id)
    answer = admin.post(page, {"role": "administrator", "act": "revoke"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "only administrator who stays" in answer.text
    answer = admin.post(address(meridian, "member-end", person=meridian.admin.person.public_id))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "only administrator who stays" in answer.text


def test_who_gives_up_the_own_administration_is_shown_out_and_then_refused(
    meridian: World, admin: Client, enter: Enter
) -> None:
    with enter(meridian):
        members.grant_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
    page = address(meridian, "member", person=meridian.admin.person.public_id)
    answer = admin.post(page, {"role": "administrator", "act": "revoke"})
    assert answer["Location"] == address(meridian, "home")
    assert admin.get(page).status_code == HTTPStatus.FORBIDDEN


def test_ending_a_membership_names_the_person_and_refuses_them_at_their_next_click(
    meridian: World, admin: Client, client_as: ClientAs
) -> None:
    lead = client_as(meridian.lead)
    assert lead.get(address(meridian, "home")).status_code == HTTPStatus.OK
    page = address(meridian, "member-end", person=meridian.lead.person.public_id)
    asked = admin.get(page)
    assert f"End the membership of {meridian.lead.person.name}?" in asked.text
    assert "L&amp;D lead" in asked.text
    for _ in range(2):
        assert admin.post(page)["Location"] == address(meridian, "roles")
    assert lead.get(address(meridian, "home")).status_code == HTTPStatus.NOT_FOUND
    assert "not a member anywhere yet" in lead.get("/").text
    # A page that somebody still had open.
    stale = admin.post(
        address(meridian, "member", person=meridian.lead.person.public_id), {"role": "executive", "act": "grant"}
    )
    assert stale.status_code == HTTPStatus.NOT_FOUND


def test_an_invitation_by_mail_is_sent_once_and_a_second_one_says_so(
    meridian: World, admin: Client, enter: Enter
) -> None:
    form = {"name": "Noor Haddad", "mail": "noor@meridian.example", "roles": ["lead"]}
    assert admin.post(address(meridian, "invite"), form).status_code == HTTPStatus.FOUND
    again = admin.post(address(meridian, "invite"), form)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "still good" in again.text
    assert 'value="Noor Haddad"' in again.text
    with enter(meridian):
        assert Invitation.objects.filter(person__mail="noor@meridian.example").count() == 1


def test_a_refused_invitation_keeps_what_was_typed_and_adds_nobody(
    meridian: World, admin: Client, enter: Enter
) -> None:
    answer = admin.post(
        address(meridian, "invite"), {"name": "Noor Haddad", "mail": "not an address", "roles": ["lead"]}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is not a mail address" in answer.text
    assert 'value="not an address"' in answer.text
    assert re.search(r'value="lead"[^>]*checked', answer.text)
    with enter(meridian):
        assert not Person.objects.filter(name="Noor Haddad").exists()


def test_somebody_who_was_erased_is_invited_again_only_when_they_know(
    meridian: World, admin: Client, enter: Enter
) -> None:
    with enter(meridian):
        erase_person(person=meridian.manager, by=None, at=AT)
    form = {"name": "Greta", "mail": str(meridian.manager.mail), "roles": ["member"]}
    asked = admin.post(address(meridian, "invite"), form)
    assert asked.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "They know that they are entered again" in asked.text
    assert admin.post(address(meridian, "invite"), {**form, "despite_erasure": "on"}).status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert Person.objects.filter(mail=meridian.manager.mail, name="Greta").exists()


def test_people_of_the_directory_are_found_for_inviting(meridian: World, admin: Client, enter: Enter) -> None:
    found = admin.get(address(meridian, "invite"), {"q": "greta"}).text
    assert meridian.manager.name in found
    for hidden in (meridian.gone.name, meridian.lead.person.name):
        assert f"<h3>{hidden}" not in admin.get(address(meridian, "invite"), {"q": hidden}).text
    page = address(meridian, "invite-person", person=meridian.manager.public_id)
    assert admin.get(page).status_code == HTTPStatus.OK
    assert admin.post(page, {"roles": []}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert admin.post(page, {"roles": ["executive"]}).status_code == HTTPStatus.FOUND
    assert admin.post(page, {"roles": ["executive"]}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with enter(meridian):
        assert Invitation.objects.get(person=meridian.manager).roles == ["executive"]


def test_invitations_are_sent_again_and_withdrawn_from_the_page(meridian: World, admin: Client, enter: Enter) -> None:
    own = {"invitation": meridian.invitation.public_id}
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        assert admin.post(address(meridian, "invitation-resend", **own)).status_code == HTTPStatus.FOUND
    with enter(meridian):
        meridian.invitation.refresh_from_db()
    assert meridian.invitation.invited_at == AT + timedelta(days=1)
    page = address(meridian, "invitation-withdraw", **own)
    assert f"Withdraw the invitation of {meridian.away.name}?" in admin.get(page).text
    for _ in range(2):
        assert admin.post(page).status_code == HTTPStatus.FOUND
    assert (
        "accepted or withdrawn meanwhile" in admin.post(address(meridian, "invitation-resend", **own), follow=True).text
    )


def test_ids_of_another_company_are_as_good_as_random_ones(meridian: World, harbour: World, admin: Client) -> None:
    for person, invitation in (
        (harbour.lead.person.public_id, harbour.invitation.public_id),
        (uuid4(), uuid4()),
    ):
        for name, parts in (
            ("member", {"person": person}),
            ("member-end", {"person": person}),
            ("invite-person", {"person": person}),
            ("invitation-resend", {"invitation": invitation}),
            ("invitation-withdraw", {"invitation": invitation}),
        ):
            form = {"role": "lead", "act": "grant", "roles": "lead"}
            assert admin.post(address(meridian, name, **parts), form).status_code == HTTPStatus.NOT_FOUND


# --- several at once -------------------------------------------------------------------------------------------------


def several(*lines: tuple[str, str, str], **more: str) -> dict[str, str]:
    """The form with these lines: (address, name, role)."""
    sent = {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": str(len(lines)), **more}
    for place, (mail, name, role) in enumerate(lines):
        sent |= {f"form-{place}-mail": mail, f"form-{place}-name": name, f"form-{place}-role": role}
    return sent


def test_several_are_invited_at_once_each_as_what_the_line_says(meridian: World, admin: Client, enter: Enter) -> None:
    page = address(meridian, "invite-several")
    assert admin.get(page).text.count('type="email"') == 4
    lines = several(
        ("noor.haddad@x.example", "", "lead"),
        ("", "", "member"),
        ("BO@x.example", "Bo Berg 😀", "executive"),
        (str(meridian.manager.mail), "Another name", "member"),
    )
    # Pressed twice it is sent once.
    for _ in range(2):
        assert admin.post(page, lines)["Location"] == address(meridian, "roles")
    assert "They were invited already." in admin.get(address(meridian, "roles")).text
    with enter(meridian):
        found = Invitation.objects.exclude(pk=meridian.invitation.pk).order_by("person__name")
        assert {(one.person.name, one.person.mail, *one.roles) for one in found.select_related("person")} == {
            ("Noor Haddad", "noor.haddad@x.example", "lead"),
            ("Bo Berg 😀", "bo@x.example", "executive"),
            (meridian.manager.name, meridian.manager.mail, "member"),
        }


def test_while_one_line_has_a_mistake_nobody_is_invited_and_each_mistake_is_said_at_its_line(
    meridian: World, admin: Client, enter: Enter
) -> None:
    page = address(meridian, "invite-several")
    with enter(meridian):
        before = Person.objects.count(), Invitation.objects.count()
    member = str(meridian.member.person.mail)
    answer = admin.post(page, several(("good@x.example", "Good", "lead"), (member, "", "lead")))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Line 2: " in answer.text
    assert "is a member already" in answer.text
    assert 'value="good@x.example"' in answer.text
    for line, words in (
        (("not an address", "", "lead"), "This is not a mail address"),
        (("", "Name alone", "lead"), "Where shall the invitation go?"),
        (("good@x.example", "", "lead"), "stands on line 1 already"),
        (("other@x.example", "", "god"), "Line 2: "),
        (("other@x.example", "x" * 300, "lead"), "200"),
    ):
        answer = admin.post(page, several(("good@x.example", "Good", "lead"), line))
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert words in answer.text
    empty: dict[str, str]
    for empty in (several(("", "", "member")), {}, {"form-TOTAL_FORMS": "x"}):
        assert admin.post(page, empty).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with enter(meridian):
        assert (Person.objects.count(), Invitation.objects.count()) == before


def test_a_pasted_list_becomes_lines_behind_those_that_were_typed(meridian: World, admin: Client, enter: Enter) -> None:
    page = address(meridian, "invite-several")
    pasted = "Noor Haddad <noor@x.example>\nBo; bo@x.example"
    read = admin.post(page, several(("ada@x.example", "Ada", "lead"), read="1", pasted=pasted)).text
    for part in ('value="ada@x.example"', 'value="noor@x.example"', 'value="Noor Haddad"', 'value="bo@x.example"'):
        assert part in read
    longer = admin.post(page, several(("ada@x.example", "Ada", "lead"), more="1")).text
    assert longer.count('type="email"') == 5
    many = admin.post(page, several(read="1", pasted="\n".join(f"p{n}@x.example" for n in range(99)))).text
    assert many.count('type="email"') == rules.MOST_INVITED
    with enter(meridian):
        assert not Person.objects.filter(mail="noor@x.example").exists()
