"""Reads of who belongs to an organisation, what their roles mean, and what waits today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Model, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models import (
    ApiToken,
    Invitation,
    Leave,
    Membership,
    Organization,
    PeopleImport,
    Person,
    RoleGrant,
)
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization

PAGE_SIZE = 50

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class RoleWords:
    """A role as people read it: what it is called, what whoever holds it sees, and what they never see."""

    name: str | Promise
    sees: str | Promise
    never: str | Promise


ROLE_WORDS: dict[Role, RoleWords] = {
    Role.ADMINISTRATOR: RoleWords(
        _("Administrator"),
        _("Looks after the directory, roles, API tokens, settings and erasure, and reads the audit trail."),
        _("Never sees an answer or a week somebody logged."),
    ),
    Role.LEAD: RoleWords(
        _("L&D lead"),
        _("Runs programmes: sees who needs a follow-up and why, mail that did not arrive, and all published figures."),
        _("Never sees who answered what."),
    ),
    Role.EXECUTIVE: RoleWords(
        _("Executive"),
        _("Sees published figures of groups of ten or more, and the hours agreed with champions they sponsor."),
        _("Never sees one person's or one pod's figures, nor a ranking."),
    ),
    Role.SYSTEM_OWNER: RoleWords(
        _("System owner"),
        _("Brings in the AI tools' own usage figures and reviews the weekly log: names with a count and its source."),
        _("Never sees an answer."),
    ),
    Role.MEMBER: RoleWords(
        _("Member"),
        _("Sees their own data, who else can see it, and the published figures of their own programme."),
        _("Never sees anything about another person."),
    ),
}


def role_name(role: str) -> str:
    """What a role is called."""
    return str(ROLE_WORDS[Role(role)].name)


def role_names(roles: Iterable[str]) -> str:
    """What several roles are called, in the order in which roles are explained."""
    held = set(roles)
    return ", ".join(str(words.name) for role, words in ROLE_WORDS.items() if role in held)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a long list. `previous` and `next` are the public ids to go on from, None at the ends."""

    rows: list[Row]
    previous: UUID | None
    next: UUID | None


def keyset_page(
    rows: QuerySet[Row],
    *,
    by: tuple[str, str],
    after: Row | None = None,
    before: Row | None = None,
    name: Callable[[Row], UUID],
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """The rows behind (or in front of) one of them, in the order of two fields of which the second is unique."""
    start, backwards = (before, True) if before is not None else (after, False)
    if start is not None:
        first, second = (_value(start, field) for field in by)
        way = "lt" if backwards else "gt"
        rows = rows.filter(Q(**{f"{by[0]}__{way}": first}) | Q(**{by[0]: first, f"{by[1]}__{way}": second}))
    found = list(rows.order_by(*(f"-{field}" if backwards else field for field in by))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    earlier, later = (more, True) if backwards else (start is not None, more)
    return Page(found, name(found[0]) if found and earlier else None, name(found[-1]) if found and later else None)


def _value(row: Model, field: str) -> Any:
    value: Any = row
    for part in field.split("__"):
        value = getattr(value, part)
    return value


def find_membership(person: UUID | None) -> Membership | None:
    """The current membership of the person with that public id."""
    if person is None:
        return None
    membership: Membership | None = Membership.objects.current().filter(person__public_id=person).first()
    return membership


def members_page(
    *, search: str = "", role: Role | None = None, after: UUID | None = None, before: UUID | None = None
) -> Page[Membership]:
    """Current members in the order of their names, with their person and grants. Two queries, however many rows."""
    rows = Membership.objects.current().select_related("person")
    rows = rows.prefetch_related(Prefetch("grants", queryset=RoleGrant.objects.order_by("role")))
    if role is not None:
        rows = rows.filter(grants__role=role)
    if search:
        rows = rows.filter(person__in=Person.objects.in_file_of_name(search))
    return keyset_page(
        rows,
        by=("person__sort_name", "id"),
        after=find_membership(after),
        before=find_membership(before),
        name=lambda membership: membership.person.public_id,
    )


def role_counts() -> dict[Role, int]:
    """How many current members hold each role. A role nobody holds counts 0."""
    held = RoleGrant.objects.filter(membership__ended_at__isnull=True).values_list("role").annotate(Count("id"))
    counts = dict(held)
    return {role: counts.get(role, 0) for role in Role}


def not_yet_members(search: str, *, on: date, most: int = 20) -> list[Person]:
    """People of the directory whose entry contains the text, who have an address, have not left and are no members."""
    members = Membership.objects.current().values("person")
    found = Person.objects.here(on).filter(mail__isnull=False).exclude(pk__in=members).in_file_of_name(search)
    return list(found.in_name_order()[:most])


def pending_invitations() -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn, the latest first, with the person and who invited them."""
    found: QuerySet[Invitation] = Invitation.objects.pending().select_related("person", "invited_by")
    return found.order_by("-invited_at", "-id")


def tokens() -> list[ApiToken]:
    """Every key of the organisation with the member it acts for, the latest first."""
    return list(ApiToken.objects.select_related("membership__person").order_by("-id"))


def nobody_leads() -> bool:
    """Whether no member is a lead and nobody is invited to be one."""
    leads = RoleGrant.objects.filter(role=Role.LEAD, membership__ended_at__isnull=True)
    invited = Invitation.objects.pending().filter(roles__contains=[Role.LEAD.value])
    return not (leads.exists() or invited.exists())


def named_role_counts() -> list[tuple[str, int]]:
    """How many hold each role, by what the role is called."""
    return [(role_name(role), number) for role, number in role_counts().items()]


@dataclass(frozen=True)
class DirectoryCounts:
    """How many are in the directory on a day."""

    people: int
    on_leave: int
    without_mail: int


def directory_counts(on: date) -> DirectoryCounts:
    """Counts of those who have not left by that day. Two queries."""
    here = Person.objects.here(on)
    counted = here.aggregate(people=Count("id"), without_mail=Count("id", filter=Q(mail__isnull=True)))
    on_leave = (
        Leave.objects.covering(on).filter(person__in=here).aggregate(people=Count("person", distinct=True))["people"]
    )
    return DirectoryCounts(on_leave=on_leave, **counted)


def open_import() -> PeopleImport | None:
    """The import that somebody began and that nobody has committed or discarded. One query."""
    waiting: PeopleImport | None = PeopleImport.objects.open().without_file().first()
    return waiting


@dataclass(frozen=True)
class InvitationCounts:
    """Offers that nobody has taken yet: those still good, and those whose time is over."""

    open: int
    expired: int


def invitation_counts(at: datetime) -> InvitationCounts:
    """One query."""
    return InvitationCounts(
        **Invitation.objects.pending().aggregate(
            open=Count("id", filter=Q(expires_at__gt=at)), expired=Count("id", filter=Q(expires_at__lte=at))
        )
    )


# --- the demo --------------------------------------------------------------------------------------------------------

DEMO_COMPANIES = ("meridian", "harbour")
PERSONAS: dict[str, tuple[str | Promise, str | Promise]] = {
    "lead": (_("L&D lead"), _("Picks champions, forms pods, sees every day who needs what")),
    "champion": (_("champion"), _("A pod of eight, between meetings")),
    "employee": (_("pod member"), _("Twenty seconds a week")),
    "executive": (_("executive"), _("One screen, five minutes a month")),
    "owner": (_("system owner"), _("Imports usage exports, twenty minutes a week")),
    "admin": (_("administrator"), _("People, roles, privacy, audit trail")),
}


def persona_mail(persona: str, slug: str) -> str:
    """The address of a persona: how the demo command and the entry find each other."""
    return f"{persona}@{slug}.example"


def demo_personas() -> list[dict[str, str]]:
    """Who one may become in a demo, one company after the other, as the sign-in page reads them."""
    found = []
    for company in sorted(
        Organization.objects.filter(slug__in=DEMO_COMPANIES), key=lambda one: DEMO_COMPANIES.index(one.slug)
    ):
        with organization(company.pk):
            mails = {persona_mail(persona, company.slug): persona for persona in PERSONAS}
            people = {mails[str(person.mail)]: person for person in Person.objects.filter(mail__in=mails)}
        found += [
            {
                "persona": persona,
                "name": people[persona].name,
                "role": str(role),
                "line": str(line),
                "initials": rules.initials(people[persona].name),
                "organization": company.slug,
                "organization_name": company.name,
            }
            for persona, (role, line) in PERSONAS.items()
            if persona in people
        ]
    return found
