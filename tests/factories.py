"""Rows for tests, one factory a model, and the two companies that always exist.

Factories of tenant rows are called inside `organization(...)`; the row then belongs to the organisation entered. Times
are given or the fixed `AT`, never the clock.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from adoption.outbox.models import Envelope, Link, LinkHash, Message, Preference, Suppression
from adoption.outbox.rules import MessageClass, Reason
from adoption.outbox.rules import Outcome as Fate
from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.models import (
    Alias,
    ApiToken,
    Erasure,
    IdempotencyRecord,
    Identity,
    ImportRow,
    Invitation,
    Leave,
    Membership,
    MembershipIndex,
    Organization,
    Outcome,
    PeopleImport,
    Person,
    RememberedMapping,
    RoleGrant,
)
from adoption.tenancy.rules import Permission, Role, people_file
from adoption.tenancy.walls import organization

# A Wednesday morning, in working hours everywhere in Europe.
AT = datetime(2026, 7, 8, 9, 0, tzinfo=UTC)


class OrganizationFactory(DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"company-{n}")
    name = factory.Sequence(lambda n: f"Company {n}")
    zone = "Europe/London"
    created_at = AT


class IdentityFactory(DjangoModelFactory[Identity]):
    """Somebody who can sign in by mailed code; without a password unless one is given."""

    class Meta:
        model = Identity

    email = factory.Sequence(lambda n: f"someone-{n}@example.com")
    created_at = AT

    @classmethod
    def _create(cls, model_class: type[Identity], *args: Any, **fields: Any) -> Identity:
        identity = model_class.objects.create_user(*args, **fields)
        EmailAddress.objects.create(user=identity, email=identity.email, verified=True, primary=True)
        return identity


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    sort_name = factory.LazyAttribute(lambda person: rules.sort_name(person.name))
    mail = factory.Sequence(lambda n: f"person-{n}@example.com")
    created_at = AT


class AliasFactory(DjangoModelFactory[Alias]):
    class Meta:
        model = Alias

    person = factory.SubFactory(PersonFactory)
    address = factory.Sequence(lambda n: f"alias-{n}@example.com")
    created_at = AT


class LeaveFactory(DjangoModelFactory[Leave]):
    class Meta:
        model = Leave

    person = factory.SubFactory(PersonFactory)
    starts_on = AT.date()
    ends_on = AT.date() + timedelta(days=6)
    created_at = AT


class MembershipFactory(DjangoModelFactory[Membership]):
    """A membership with its entry in the global index. `roles` are granted with it."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    identity = factory.SubFactory(IdentityFactory, email=factory.SelfAttribute("..person.mail"))
    since = AT

    @factory.post_generation
    def roles(self: Membership, create: bool, extracted: Iterable[Role] | None, **_: Any) -> None:  # type: ignore[misc]
        MembershipIndex.objects.create(identity=self.identity, organization_id=self.organization_id)
        for role in extracted or (Role.MEMBER,):
            RoleGrantFactory.create(membership=self, role=role)


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    membership = factory.SubFactory(MembershipFactory)
    role = Role.MEMBER
    granted_at = AT


class InvitationFactory(DjangoModelFactory[Invitation]):
    class Meta:
        model = Invitation

    person = factory.SubFactory(PersonFactory)
    roles = factory.LazyFunction(lambda: [Role.MEMBER])
    invited_at = AT
    expires_at = AT + rules.INVITATION_LASTS


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """A token whose secret the test knows: `ApiTokenFactory(secret=...)`. Scopes are everything unless given."""

    class Meta:
        model = ApiToken

    class Params:
        secret = factory.LazyFunction(lambda: rules.TOKEN_PREFIX + rules.mint_secret())

    name = factory.Sequence(lambda n: f"Token {n}")
    hash = factory.LazyAttribute(lambda token: rules.hash_secret(token.secret))
    hint = factory.LazyAttribute(lambda token: token.secret[:12])
    scopes = factory.LazyFunction(lambda: [permission.value for permission in Permission])
    membership = factory.SubFactory(MembershipFactory)
    created_at = AT


class IdempotencyRecordFactory(DjangoModelFactory[IdempotencyRecord]):
    class Meta:
        model = IdempotencyRecord

    membership = factory.SubFactory(MembershipFactory)
    key = factory.Sequence(lambda n: f"key-{n}")
    request_hash = factory.LazyAttribute(lambda record: rules.hash_secret(record.key))
    status = 201
    body = factory.LazyFunction(dict)
    recorded_at = AT


class PeopleImportFactory(DjangoModelFactory[PeopleImport]):
    """A file that was read and compared: its preview is ready. `content` is the file; its lines have no rows yet."""

    class Meta:
        model = PeopleImport

    class Params:
        file = "Employee number,Name,Work email\n7,Ada Example,ada@example.com\n"

    file_name = "people.csv"
    content = factory.LazyAttribute(lambda people_import: zlib.compress(people_import.file.encode()))
    size = factory.LazyAttribute(lambda people_import: len(people_import.file))
    file_hash = factory.LazyAttribute(lambda people_import: rules.hash_secret(people_import.file))
    uploaded_at = mapped_at = staged_at = AT
    staged_on = AT.date()
    shape = people_file.Shape.OTHER
    encoding = "utf-8"
    delimiter = ","
    header = factory.LazyAttribute(lambda people_import: people_import.file.partition("\n")[0].split(","))
    mapping = factory.LazyAttribute(lambda people_import: people_file.propose(people_import.header).mapping)
    counts = factory.LazyFunction(
        lambda: {"lines": 1, "absent": 0, "problems": 0, "erasures": 1} | dict.fromkeys(Outcome.values, 0)
    )


class ImportRowFactory(DjangoModelFactory[ImportRow]):
    """A line about somebody new."""

    class Meta:
        model = ImportRow

    people_import = factory.SubFactory(PeopleImportFactory)
    line = factory.Sequence(lambda n: n + 2)
    outcome = Outcome.NEW
    target = factory.Sequence(lambda n: 2**40 + n)
    external_id = factory.Sequence(lambda n: f"number-{n}")
    name = factory.Sequence(lambda n: f"Newcomer {n}")
    sort_name = factory.LazyAttribute(lambda row: rules.sort_name(row.name))


class RememberedMappingFactory(DjangoModelFactory[RememberedMapping]):
    class Meta:
        model = RememberedMapping

    signature = factory.Sequence(lambda n: rules.hash_secret(f"header {n}"))
    mapping = factory.LazyFunction(lambda: {"name": [1]})
    remembered_at = AT


class ErasureFactory(DjangoModelFactory[Erasure]):
    class Meta:
        model = Erasure

    public_id = factory.LazyFunction(uuid.uuid4)
    erased_at = AT


class EnvelopeFactory(DjangoModelFactory[Envelope]):
    """A mail that was sent, on its own."""

    class Meta:
        model = Envelope

    person = factory.SubFactory(PersonFactory)
    day = AT.date()
    alone = True
    address = factory.LazyAttribute(lambda envelope: envelope.person.mail or "")
    claimed_at = AT
    attempts = 1
    closed_at = AT
    outcome = Fate.SENT


class MessageFactory(DjangoModelFactory[Message]):
    """A message that waits to be sent."""

    class Meta:
        model = Message

    person = factory.SubFactory(PersonFactory)
    kind = "invitation"
    message_class = MessageClass.TRANSACTIONAL
    subject_key = factory.Sequence(lambda n: f"invitation:{n}")
    day = AT.date()
    said_at = AT
    due_at = AT


class LinkFactory(DjangoModelFactory[Link]):
    """A mailed link whose secret the test knows: `LinkFactory(secret=...)`."""

    class Meta:
        model = Link
        skip_postgeneration_save = True

    purpose = "invitation"
    row_id = factory.Sequence(lambda n: n)
    person = factory.SubFactory(PersonFactory)
    address = factory.LazyAttribute(lambda link: link.person.mail or "")
    made_at = AT
    expires_at = AT + timedelta(days=30)

    @factory.post_generation
    def secret(self: Link, create: bool, extracted: str | None, **_: Any) -> None:  # type: ignore[misc]
        LinkHash.objects.create(
            hash=rules.hash_secret(extracted or rules.mint_secret()),
            organization_id=self.organization_id,
            link_row=self.pk,
            expires_at=self.expires_at,
        )


class PreferenceFactory(DjangoModelFactory[Preference]):
    """Somebody who stopped a class of messages."""

    class Meta:
        model = Preference

    person = factory.SubFactory(PersonFactory)
    message_class = MessageClass.NUDGE
    stopped_at = AT
    changed_at = AT


class SuppressionFactory(DjangoModelFactory[Suppression]):
    class Meta:
        model = Suppression

    address_hash = factory.LazyFunction(lambda: rules.hash_secret(rules.mint_secret()))
    since = AT


# --- two companies ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Somebody:
    """A person of a company who can sign in."""

    identity: Identity
    person: Person
    membership: Membership
    roles: frozenset[Role]

    @property
    def organization(self) -> Organization:
        return self.membership.organization


@dataclass(frozen=True)
class World:
    """A company with one member of each role, and three people of its directory who never sign in.

    Everything in it that is text - names, addresses, departments, tokens - contains `canary`, and nothing of another
    company does: found anywhere it should not be, it is a leak. Every tenant table has a row in it (a test insists).
    """

    organization: Organization
    canary: str
    admin: Somebody
    lead: Somebody
    executive: Somebody
    owner: Somebody
    member: Somebody
    champion: Somebody
    manager: Person
    away: Person
    gone: Person
    invitation: Invitation
    token: ApiToken
    secret: str

    @property
    def everybody(self) -> dict[str, Somebody]:
        """Those who can sign in, by what they are called here."""
        return {name: getattr(self, name) for name in ("admin", "lead", "executive", "owner", "member", "champion")}

    @property
    def canaries(self) -> frozenset[str]:
        """Texts of this company alone. Compared without regard to case."""
        return frozenset({self.canary})


_CAST = {
    "admin": ("Ada", "Information technology", "Platform manager", {Role.ADMINISTRATOR}),
    "lead": ("Lena", "Learning", "Learning lead", {Role.LEAD}),
    "executive": ("Edith", "Board", "Managing director", {Role.EXECUTIVE}),
    "owner": ("Oskar", "Operations", "Systems owner", {Role.SYSTEM_OWNER}),
    "member": ("Mira", "Delivery", "Consultant", {Role.MEMBER}),
    "champion": ("Chidi", "Delivery", "Senior consultant", {Role.MEMBER}),
}


def make_world(slug: str, *, canary: str, zone: str, at: datetime = AT) -> World:
    """A whole company as it is at a time. `canary` is a word that nothing else contains."""
    company = OrganizationFactory.create(slug=slug, name=f"{slug.title()} {canary.title()}", zone=zone)

    def person(first: str, department: str = "Delivery", job_role: str = "Consultant", **more: Any) -> Person:
        return PersonFactory.create(
            name=f"{first} {canary.title()}",
            mail=f"{first.lower()}.{canary}@{slug}.example",
            external_id=f"{canary.upper()}-{first.upper()}",
            department=f"{department} {canary}",
            job_role=f"{job_role} {canary}",
            location=f"{canary.title()} House",
            **more,
        )

    with organization(company.pk):
        manager = person("Greta", "Delivery", "Head of delivery")
        cast = {}
        for part, (first, department, job_role, roles) in _CAST.items():
            one = person(first, department, job_role, manager=manager)
            # The instance is handed over rather than fetched again: `membership.organization` costs tests no query.
            membership = MembershipFactory.create(
                person=one, identity__email=one.mail, organization=company, roles=roles
            )
            cast[part] = Somebody(membership.identity, one, membership, frozenset(roles))
        away, gone = person("Ines"), person("Tomas", left_on=at.date() - timedelta(days=30))
        AliasFactory.create(person=away, address=f"i.{canary}@{slug}.example")
        LeaveFactory.create(person=away, starts_on=at.date(), ends_on=None)
        invitation = InvitationFactory.create(
            person=away, invited_by=cast["admin"].person, invited_at=at, expires_at=at + rules.INVITATION_LASTS
        )
        secret = f"{rules.TOKEN_PREFIX}{canary}-{rules.mint_secret()}"
        IdempotencyRecordFactory.create(membership=cast["admin"].membership, body={"name": f"Ines {canary.title()}"})
        ErasureFactory.create(hashes=[f"{canary}-hash"])
        audit.record("person.added", by=cast["admin"].person, at=at, subject=away, source=canary)
        staged = PeopleImportFactory.create(
            file_name=f"{canary}.csv",
            file=f"Employee number,Name,Work email\n{canary}-7,Nora {canary.title()},nora.{canary}@{slug}.example\n",
            uploaded_by=cast["lead"].person,
            counts={"lines": 1, "absent": 0, "problems": 0, "erasures": 1}
            | dict.fromkeys(Outcome.values, 0)
            | {Outcome.NEW: 1},
            uploaded_at=at,
            mapped_at=at,
            staged_at=at,
            staged_on=at.date(),
        )
        ImportRowFactory.create(people_import=staged, name=f"Nora {canary.title()}", external_id=f"{canary}-7")
        RememberedMappingFactory.create(mapping={"name": [1], "mail": [2]})
        letter = EnvelopeFactory.create(person=away, outcome=Fate.FAILED, answer=f"550 nobody called {canary}")
        MessageFactory.create(
            person=away,
            row_id=invitation.pk,
            subject_key=f"invitation:{canary}",
            context={"note": canary},
            envelope=letter,
            settled_at=at,
            outcome=Fate.FAILED,
            reason=Reason.REFUSED,
        )
        LinkFactory.create(person=away, row_id=invitation.pk, expires_at=at + rules.INVITATION_LASTS)
        PreferenceFactory.create(person=away)
        SuppressionFactory.create(answer=f"550 nobody called {canary}")
        token = ApiTokenFactory.create(name=f"Payroll {canary}", secret=secret, membership=cast["admin"].membership)
    return World(
        organization=company,
        canary=canary,
        **cast,
        manager=manager,
        away=away,
        gone=gone,
        invitation=invitation,
        token=token,
        secret=secret,
    )


def make_meridian(at: datetime = AT) -> World:
    """The company most tests are about."""
    return make_world("meridian", canary="quokka", zone="Europe/London", at=at)


def make_harbour(at: datetime = AT) -> World:
    """The other company, whose data must never be seen."""
    return make_world("harbour", canary="narwhal", zone="America/New_York", at=at)
