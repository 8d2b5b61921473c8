"""Erasing leaves nothing that says who somebody was; one's own data can be seen and taken home."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from adoption.outbox.actions import links
from adoption.outbox.actions.invitations import tell_invitation
from adoption.outbox.tasks import carry
from adoption.tenancy import rules
from adoption.tenancy.actions import members
from adoption.tenancy.actions.imports import begin_import, discard_import
from adoption.tenancy.actions.people import WasErased, add_person, was_erased
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.actions.tokens import make_token
from adoption.tenancy.models import (
    Agenda,
    ApiToken,
    AuditEvent,
    Erasure,
    IdempotencyRecord,
    Identity,
    Invitation,
    Leave,
    Membership,
    MembershipIndex,
    Organization,
    PeopleImport,
    Person,
)
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.queries.privacy import export_person
from adoption.tenancy.rules import Permission, Role
from adoption.tenancy.walls import as_owner, organization
from tests.factories import (
    AT,
    AliasFactory,
    IdempotencyRecordFactory,
    LeaveFactory,
    MembershipFactory,
    PersonFactory,
    World,
    make_harbour,
    make_meridian,
)
from tests.worlds import ClientAs, Clock, Enter

# Words that stand nowhere but in what belongs to one person.
NAME, FIRST, MAIL = "Zephyrine Wobblethwaite", "Zephyrine", "zephyrine@wobble.example"
ALIAS, NUMBER, OTHER = "z.wobble", "ZW-99173", "zeph@elsewhere.example"
TRACES = (FIRST, "Wobblethwaite", "wobble", NUMBER, OTHER)


def write_to(invitation: Invitation) -> None:
    """The outbox tells the person that they are invited: message, mail, link. Outside the organisation."""
    with organization(invitation.organization.pk):
        tell_invitation(invitation=invitation, at=AT)
    with time_machine.travel(AT, tick=False):
        carry(Agenda.objects.get(organization=invitation.organization, task="outbox.carry").pk)


FILE = f"""Name,Email,Employee ID,Department
{NAME},{MAIL},{NUMBER},Sales
Somebody Else,else@meridian.example,E-1,Delivery
"""


def somebody(world: World) -> Person:
    """A person with everything a person can have on these floors. Inside the organisation."""
    person = add_person(
        name=NAME,
        mail=MAIL,
        external_id=NUMBER,
        department="Delivery",
        manager=world.manager,
        by=world.admin.person,
        at=AT,
    )
    AliasFactory.create(person=person, address=ALIAS)
    LeaveFactory.create(person=person)
    invitation = members.invite(person=person, roles=[Role.LEAD, Role.ADMINISTRATOR], by=world.admin.person, at=AT)
    identity = members.make_identity(mail=MAIL, at=AT)
    membership = members.accept_invitation(invitation=invitation, identity=identity, at=AT)
    EmailAddress.objects.create(user=identity, email=OTHER, verified=True)
    Authenticator.objects.create(user=identity, type="totp", data={"secret": "x"})
    make_token(
        name=f"{FIRST}'s script",
        scopes=[Permission.ENTER],
        membership=membership,
        expires_at=None,
        by=person,
        at=AT,
    )
    IdempotencyRecordFactory.create(membership=world.admin.membership, body={"people": [{"name": NAME, "mail": MAIL}]})
    IdempotencyRecordFactory.create(membership=membership, body={"id": 1})
    PersonFactory.create(name="Reports To Them", manager=person)
    members.invite(person=PersonFactory.create(), roles=[], by=person, at=AT)
    return person


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def everything() -> str:
    """Every row of every table as text, with sessions opened. Read by whoever may read all tenants."""
    text = []
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{table}" t')
            text += [f"{table}: {row}" for (row,) in cursor.fetchall()]
    text += [json.dumps(session.get_decoded(), ensure_ascii=False) for session in Session.objects.all()]
    return "\n".join(text)


def traces(text: str) -> list[str]:
    return [line[:200] for line in text.splitlines() if any(trace.lower() in line.lower() for trace in TRACES)]


@pytest.mark.django_db(transaction=True)
def test_after_erasing_no_table_and_no_session_says_who_it_was() -> None:
    meridian, harbour = make_meridian(), make_harbour()
    with organization(meridian.organization.pk):
        person = somebody(meridian)
        another = members.invite(person=PersonFactory.create(name=NAME, mail=OTHER), roles=[], by=None, at=AT)
        for waiting in PeopleImport.objects.open():
            discard_import(people_import=waiting, by=None, at=AT)
        begin_import(file_name="people.csv", content=FILE.encode(), by=meridian.admin.person, at=AT)
    write_to(another)
    browser, half = Client(), Client()
    with time_machine.travel(AT, tick=False):
        browser.force_login(Identity.objects.get(email=MAIL))
        assert browser.get("/o/meridian/").status_code == HTTPStatus.OK
        # A sign-in begun elsewhere and never finished: the session knows the address, nobody is signed in.
        half.post(reverse("account_request_login_code"), {"email": MAIL})
    with as_owner():
        found = traces(everything())
    assert {line.split(":")[0] for line in found} >= {
        "tenancy_person",
        "tenancy_alias",
        "tenancy_identity",
        "tenancy_apitoken",
        "tenancy_idempotencyrecord",
        "account_emailaddress",
        "tenancy_importrow",
        "outbox_envelope",
    }
    with organization(meridian.organization.pk):
        erase_person(person=person, by=meridian.admin.person, at=AT)
        erase_person(person=another.person, by=meridian.admin.person, at=AT)
        assert not PeopleImport.objects.open().exists()
    with as_owner():
        assert traces(everything()) == []
    with time_machine.travel(AT, tick=False):
        assert browser.get("/o/meridian/")["Location"].startswith(reverse("account_login"))
    with organization(harbour.organization.pk):
        assert Person.objects.count() == len(harbour.everybody) + 3


def test_what_hung_on_the_person_goes_and_what_did_not_stays(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        person = somebody(meridian)
        report = Person.objects.get(name="Reports To Them")
        public_id, version = person.public_id, report.version
        invited = Invitation.objects.get(invited_by=person)
        kept = (
            IdempotencyRecord.objects.filter(membership=meridian.admin.membership)
            .exclude(body__has_key="people")
            .count()
        )
        erase_person(person=person, by=meridian.admin.person, at=AT)
        report.refresh_from_db()
        invited.refresh_from_db()
        assert (report.manager, report.version) == (None, version + 1)
        assert invited.invited_by is None
        assert IdempotencyRecord.objects.count() == kept
        assert not Membership.objects.filter(identity__email=MAIL).exists()
        assert not ApiToken.objects.filter(name__contains=FIRST).exists()
        event = AuditEvent.objects.filter(verb="person.erased").get()
        assert (event.verb, event.subject, event.actor) == ("person.erased", public_id, meridian.admin.person.public_id)
        assert Erasure.objects.get(public_id=public_id).erased_at == AT
    assert not Identity.objects.filter(email=MAIL).exists()
    assert not EmailAddress.objects.filter(email__in=[MAIL, OTHER]).exists()
    assert not Authenticator.objects.exists()


def test_twice_is_refused_by_name_and_changes_nothing(meridian: World, enter: Enter) -> None:
    with enter(meridian):
        erase_person(person=meridian.manager, by=None, at=AT)
        before = AuditEvent.objects.count()
        with pytest.raises(Person.DoesNotExist):
            erase_person(person=meridian.manager, by=None, at=AT)
        assert AuditEvent.objects.count() == before


def test_an_identity_that_is_needed_elsewhere_stays_and_goes_with_its_last_membership(
    meridian: World, harbour: World, enter: Enter
) -> None:
    identity = meridian.lead.identity
    with enter(harbour):
        there = MembershipFactory.create(identity=identity, person=PersonFactory.create(mail=identity.email))
    with enter(meridian):
        erase_person(person=meridian.lead.person, by=None, at=AT)
    identity.refresh_from_db()
    assert list(MembershipIndex.objects.filter(identity=identity).values_list("organization", flat=True)) == [
        harbour.organization.pk
    ]
    with enter(harbour):
        erase_person(person=there.person, by=None, at=AT)
    assert not Identity.objects.filter(pk=identity.pk).exists()


def test_an_identity_that_an_ended_membership_elsewhere_refers_to_is_emptied_instead(
    meridian: World, harbour: World, enter: Enter
) -> None:
    identity = meridian.lead.identity
    mail = identity.email
    with enter(harbour):
        there = MembershipFactory.create(identity=identity, person=PersonFactory.create(mail=mail))
        members.end_membership(membership=there, by=None, at=AT)
    with enter(meridian):
        erase_person(person=meridian.lead.person, by=None, at=AT)
        connection.check_constraints()
    identity.refresh_from_db()
    assert identity.email.endswith("@erased.invalid")
    assert not identity.is_active
    assert not identity.has_usable_password()
    assert not EmailAddress.objects.filter(email=mail).exists()
    # Harbour may invite the person again: they come back with an identity of their own.
    with enter(harbour):
        fresh = members.make_identity(mail=mail, at=AT)
        back = members.admit(identity=fresh, person=there.person, roles=[], by=None, at=AT)
        assert (back.pk, back.identity) == (there.pk, fresh)


def test_sessions_of_others_stay(meridian: World, enter: Enter, client_as: ClientAs, frozen_clock: Clock) -> None:
    other = client_as(meridian.member)
    assert other.get("/o/meridian/").status_code == HTTPStatus.OK
    with enter(meridian):
        erase_person(person=meridian.lead.person, by=None, at=AT)
    assert other.get("/o/meridian/").status_code == HTTPStatus.OK


def test_addresses_and_numbers_of_somebody_erased_are_known_again_but_cannot_be_read(
    meridian: World, enter: Enter
) -> None:
    with enter(meridian):
        person = somebody(meridian)
        erasure = erase_person(person=person, by=None, at=AT)
        for value in (MAIL, ALIAS, NUMBER, f" {MAIL.upper()} "):
            assert was_erased(value)
        assert not was_erased("somebody.else@wobble.example", None)
        assert len(erasure.hashes) == 3
        assert all(len(one) == 64 for one in erasure.hashes)
        with pytest.raises(WasErased):
            add_person(name="x", mail=MAIL, by=None, at=AT)


def test_an_eraser_that_fails_leaves_everything_as_it_was(
    meridian: World, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Failing:
        name = "failing"

        def load(self) -> Any:
            def fail(*, person: Person, at: datetime) -> None:
                raise RuntimeError(person.pk)

            return fail

    monkeypatch.setattr(rules.ERASERS, "_entries", {"failing": Failing(), **rules.ERASERS._entries})
    with enter(meridian):
        with pytest.raises(RuntimeError):
            erase_person(person=meridian.manager, by=None, at=AT)
        assert Person.objects.filter(pk=meridian.manager.pk).exists()
        assert not Erasure.objects.filter(public_id=meridian.manager.public_id).exists()


# --- the page that asks ----------------------------------------------------------------------------------------------


def test_erasing_is_asked_once_naming_the_person_what_goes_and_what_stays(
    meridian: World, client_as: ClientAs, enter: Enter, frozen_clock: Clock
) -> None:
    with enter(meridian):
        person = somebody(meridian)
    admin = client_as(meridian.admin)
    page = reverse("person-erase", kwargs={"org": "meridian", "person": person.public_id})
    asked = admin.get(page).text
    for part in (
        f"Erase {NAME}?",
        "1 other address",
        "1 leave",
        "1 API token",
        "membership and roles",
        "1 person has no manager",
    ):
        assert part in asked
    answer = admin.post(page)
    assert answer.status_code == HTTPStatus.FOUND
    with enter(meridian):
        assert not Person.objects.filter(pk=person.pk).exists()
    assert FIRST not in answer.cookies.output()
    assert admin.post(page).status_code == HTTPStatus.NOT_FOUND


def test_who_erases_themselves_is_signed_out(
    meridian: World, client_as: ClientAs, enter: Enter, frozen_clock: Clock
) -> None:
    with enter(meridian):
        members.grant_role(membership=meridian.lead.membership, role=Role.ADMINISTRATOR, by=None, at=AT)
    admin = client_as(meridian.admin)
    page = reverse("person-erase", kwargs={"org": "meridian", "person": meridian.admin.person.public_id})
    assert admin.post(page)["Location"] == reverse("account_login")
    assert admin.get("/o/meridian/").status_code == HTTPStatus.FOUND


def test_the_last_administrator_cannot_be_erased_and_reads_why(
    meridian: World, client_as: ClientAs, frozen_clock: Clock
) -> None:
    admin = client_as(meridian.admin)
    page = reverse("person-erase", kwargs={"org": "meridian", "person": meridian.admin.person.public_id})
    answer = admin.post(page)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "only administrator who stays" in answer.text


def test_only_administrators_erase_and_never_somebody_of_another_company(
    meridian: World, harbour: World, client_as: ClientAs, frozen_clock: Clock
) -> None:
    page = reverse("person-erase", kwargs={"org": "meridian", "person": meridian.manager.public_id})
    assert client_as(meridian.lead).post(page).status_code == HTTPStatus.FORBIDDEN
    assert client_as(harbour.admin).post(page).status_code == HTTPStatus.NOT_FOUND
    for person in (harbour.manager.public_id, uuid4()):
        page = reverse("person-erase", kwargs={"org": "meridian", "person": person})
        assert client_as(meridian.admin).post(page).status_code == HTTPStatus.NOT_FOUND


# --- one's own data --------------------------------------------------------------------------------------------------


def test_everybody_sees_their_own_data_and_who_else_can(
    meridian: World, client_as: ClientAs, frozen_clock: Clock
) -> None:
    for one in meridian.everybody.values():
        page = client_as(one).get(reverse("me", kwargs={"org": "meridian"}))
        assert page.status_code == HTTPStatus.OK
        assert str(one.person.mail) in page.text
        assert "Administrator (1)" in page.text
        assert "Nobody" in page.text
        others = [other.person.mail for other in meridian.everybody.values() if other.person != one.person]
        assert not any(str(mail) in page.text for mail in others)


def test_every_floor_that_holds_something_says_who_sees_it(
    meridian: World, client_as: ClientAs, frozen_clock: Clock
) -> None:
    assert {entry.name for entry in rules.SEEN} == {entry.name for entry in rules.EXPORTERS}
    page = client_as(meridian.member).get(reverse("me", kwargs={"org": "meridian"})).text
    for words in ("Your weeks", "Your survey answers", "Sessions you were in", "day-7 follow-ups", "The frozen looks"):
        assert words in page


def test_the_page_says_what_champions_see_as_the_organisation_has_chosen(
    meridian: World, client_as: ClientAs, frozen_clock: Clock
) -> None:
    page = reverse("me", kwargs={"org": "meridian"})
    assert "the number unasked week by week" in client_as(meridian.member).get(page).text
    Organization.objects.filter(pk=meridian.organization.pk).update(champion_view=ChampionView.SHARED_ONLY)
    assert "only what you share" in client_as(meridian.member).get(page).text


@pytest.mark.parametrize(("purpose", "path"), [("week", "/w/"), ("survey", "/s/")])
def test_who_sees_what_is_read_behind_a_mailed_link_without_an_account(
    meridian: World, enter: Enter, frozen_clock: Clock, purpose: str, path: str
) -> None:
    with enter(meridian):
        address = links.mint(
            purpose=purpose,
            row_id=1,
            person=meridian.manager,
            address="somebody@meridian.example",
            expires_at=AT + timedelta(days=1),
            at=AT,
        )
    client = Client()
    arrived = client.get(address[address.index(path) :])["Location"]
    page = client.get(f"{arrived}who/")
    assert page.status_code == HTTPStatus.OK
    assert "Your weeks" in page.text
    assert f'href="{arrived}"' in page.text
    # Without the pass there is nothing, as for the page itself.
    assert Client().get(f"{arrived}who/").status_code == HTTPStatus.NOT_FOUND


def test_ones_data_asks_the_same_of_the_database_with_one_row_and_with_three(
    meridian: World,
    client_as: ClientAs,
    enter: Enter,
    frozen_clock: Clock,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client, page = client_as(meridian.lead), reverse("me", kwargs={"org": "meridian"})
    client.get(page)
    for _ in range(2):
        with enter(meridian):
            LeaveFactory.create(person=meridian.lead.person, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
            AliasFactory.create(person=meridian.lead.person)
        with django_assert_num_queries(21):
            client.get(page)


def test_the_download_holds_what_every_floor_holds_and_nobody_else(
    meridian: World, client_as: ClientAs, enter: Enter, frozen_clock: Clock
) -> None:
    with enter(meridian):
        person = somebody(meridian)
        held = export_person(person=person)
    assert list(held) == [entry.name for entry in rules.EXPORTERS]
    client = client_as(Identity.objects.get(email=MAIL))
    answer = client.get(reverse("me-export", kwargs={"org": "meridian"}))
    assert answer["Content-Disposition"] == 'attachment; filename="my-data-meridian.json"'
    body = json.loads(answer.content)
    mine = body["held"]["tenancy"]
    assert mine["directory"]["name"] == NAME
    assert mine["directory"]["known_as"] == [ALIAS]
    assert mine["membership"]["sign_in"]["other_mail"] == [OTHER]
    assert mine["membership"]["roles"] == ["administrator", "lead"]
    assert [event["act"] for event in mine["acts"]].count("invitation.accepted") == 1
    assert body["asked_at"] == AT.isoformat()
    for other in meridian.everybody.values():
        assert str(other.person.mail) not in answer.text
    assert "hash" not in answer.text
    assert meridian.manager.name not in answer.text


# --- the ledger ------------------------------------------------------------------------------------------------------


def ledger() -> str:
    out = io.StringIO()
    call_command("list_erasures", stdout=out)
    return out.getvalue()


def replay(file: Path) -> str:
    out = io.StringIO()
    call_command("replay_erasures", str(file), stdout=out)
    return out.getvalue()


def test_the_ledger_replayed_after_a_restore_erases_again_whom_the_backup_brought_back(
    meridian: World, harbour: World, enter: Enter, tmp_path: Path
) -> None:
    with enter(meridian):
        person = somebody(meridian)
        public_id = person.public_id
        hashes = erase_person(person=person, by=None, at=AT).hashes
    file = tmp_path / "ledger.jsonl"
    file.write_text(ledger())
    assert traces(file.read_text()) == []
    # The backup is older than the erasure: the person is back, and nobody knows.
    with enter(meridian):
        Erasure.objects.filter(public_id=public_id).delete()
        back = PersonFactory.create(name=NAME, mail=MAIL, public_id=public_id)
    assert replay(file).startswith("1 erased again, 2 were erased in this database, 0 belong")
    with enter(meridian):
        assert not Person.objects.filter(pk=back.pk).exists()
        assert set(Erasure.objects.get(public_id=public_id).hashes) <= set(hashes)
        assert was_erased(MAIL)
    assert replay(file).startswith("0 erased again, 3 were erased")


def test_a_ledger_tells_of_those_whose_row_the_backup_never_had(meridian: World, enter: Enter, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    line = {
        "organization": str(meridian.organization.public_id),
        "person": str(uuid4()),
        "hashes": ["a" * 64],
        "erased_at": AT.isoformat(),
    }
    file.write_text(f"{json.dumps(line)}\n{json.dumps({**line, 'organization': str(uuid4())})}\n")
    assert "1 were erased in this database, 1 belong to organisations that are not here" in replay(file)
    with enter(meridian):
        assert Erasure.objects.get(public_id=line["person"]).hashes == ["a" * 64]


@pytest.mark.parametrize("text", ["{", "[]", '{"organization": "x"}', "null", "\x00"])
def test_a_file_that_is_no_ledger_erases_nobody(meridian: World, enter: Enter, tmp_path: Path, text: str) -> None:
    file = tmp_path / "ledger.jsonl"
    good = {
        "organization": str(meridian.organization.public_id),
        "person": str(meridian.manager.public_id),
        "hashes": [],
        "erased_at": AT.isoformat(),
    }
    file.write_text(f"{json.dumps(good)}\n{text}\n")
    with pytest.raises(CommandError, match="Line 2"):
        replay(file)
    file.write_text(
        json.dumps({**good, "erased_at": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None).isoformat()})
    )
    with pytest.raises(CommandError, match="without a zone"):
        replay(file)
    with pytest.raises(CommandError, match="cannot be read"):
        replay(tmp_path / "nowhere")
    with enter(meridian):
        assert Person.objects.filter(pk=meridian.manager.pk).exists()
        assert Leave.objects.exists()


def test_somebody_who_is_the_only_administrator_after_a_restore_is_reported(
    meridian: World, enter: Enter, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.jsonl"
    line = {
        "organization": str(meridian.organization.public_id),
        "person": str(meridian.admin.person.public_id),
        "hashes": [],
        "erased_at": AT.isoformat(),
    }
    file.write_text(json.dumps(line))
    with pytest.raises(CommandError, match="only administrator"):
        replay(file)
