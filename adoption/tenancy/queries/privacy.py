"""What the organisation holds about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models import (
    Alias,
    ApiToken,
    AuditEvent,
    Invitation,
    Leave,
    Membership,
    Organization,
    Person,
    RoleGrant,
)
from adoption.tenancy.queries.members import role_counts, role_name
from adoption.tenancy.rules import GRANTS, Holding, Permission, Role


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything every floor of the organisation entered holds about a person, by floor: values that JSON can carry."""
    return {exporter.name: exporter.load()(person=person) for exporter in rules.EXPORTERS}


def export_directory_entry(*, person: Person) -> dict[str, Any]:
    """The ground floor's exporter: entry, way in, invitations, keys and acts on record. No secret, no other person."""
    membership = Membership.objects.filter(person=person).select_related("identity").first()
    return {
        "directory": {
            "id": str(person.public_id),
            "external_id": person.external_id,
            "name": person.name,
            "mail": person.mail,
            "known_as": list(Alias.objects.filter(person=person).order_by("address").values_list("address", flat=True)),
            "department": person.department,
            "job_role": person.job_role,
            "location": person.location,
            "zone": person.local_zone(),
            "has_manager": person.manager_id is not None,
            "contracted_hours": None if person.contracted_hours is None else float(person.contracted_hours),
            "left_on": person.left_on and person.left_on.isoformat(),
            "entered_at": person.created_at.isoformat(),
        },
        "leave": [
            {"starts_on": leave.starts_on.isoformat(), "ends_on": leave.ends_on and leave.ends_on.isoformat()}
            for leave in Leave.objects.filter(person=person).order_by("starts_on")
        ],
        "membership": membership and _membership(membership),
        "invitations": [
            {
                "invited_at": row.invited_at.isoformat(),
                "expires_at": row.expires_at.isoformat(),
                "accepted_at": row.accepted_at and row.accepted_at.isoformat(),
                "withdrawn_at": row.revoked_at and row.revoked_at.isoformat(),
                "roles": row.roles,
            }
            for row in Invitation.objects.filter(person=person).order_by("invited_at")
        ],
        "acts": [
            {
                "at": event.at.isoformat(),
                "act": event.verb,
                "by_you": event.actor == person.public_id,
                "about_you": event.subject == person.public_id,
            }
            for event in AuditEvent.objects.naming(person.public_id).order_by("id")
        ],
    }


def _membership(membership: Membership) -> dict[str, Any]:
    identity = membership.identity
    return {
        "since": membership.since.isoformat(),
        "ended_at": membership.ended_at and membership.ended_at.isoformat(),
        "first_steps_put_away_at": membership.guide_put_away_at and membership.guide_put_away_at.isoformat(),
        "roles": sorted(RoleGrant.objects.filter(membership=membership).values_list("role", flat=True)),
        "tokens": [
            {"name": token.name, "scopes": token.scopes, "made_at": token.created_at.isoformat()}
            for token in ApiToken.objects.filter(membership=membership).order_by("id")
        ],
        "sign_in": {
            "mail": identity.email,
            "other_mail": sorted(
                EmailAddress.objects.filter(user=identity).exclude(email=identity.email).values_list("email", flat=True)
            ),
            "made_at": identity.created_at.isoformat(),
            "last_at": identity.last_login and identity.last_login.isoformat(),
            "second_steps": sorted(Authenticator.objects.filter(user=identity).values_list("type", flat=True)),
        },
    }


@dataclass(frozen=True)
class Seen:
    """Something held about a person, and who else sees it: roles with the number of their holders, others in words."""

    what: str | Promise
    roles: list[tuple[str, int]]
    also: str | Promise
    remark: str | Promise


def seen_on_the_ground(*, organization: Organization) -> list[Holding]:
    """What the ground floor holds of everybody, and who else sees it."""
    return [
        Holding(_("Your entry in the directory, leave and departure"), Permission.SEE_DIRECTORY),
        Holding(_("Your roles and invitations"), Permission.MANAGE_ROLES),
        Holding(
            _("What you changed here"),
            Permission.SEE_AUDIT,
            remark=_("With your name as long as you are in the directory."),
        ),
        Holding(_("How you sign in"), remark=_("It belongs to you, not to the organisation.")),
    ]


def who_sees(organization: Organization) -> list[Seen]:
    """What every floor holds about people, and who else can see it today, from the ground upwards. One query."""
    counts = role_counts()
    entries = [entry.load()(organization=organization) for entry in rules.SEEN]
    return [
        Seen(
            held.what,
            [(role_name(role), counts[role]) for role in Role if held.permission in GRANTS[role]],
            held.also,
            held.remark,
        )
        for floor in reversed(entries)
        for held in floor
    ]


@dataclass(frozen=True)
class Goes:
    """What would go with a person, in numbers."""

    addresses: int
    leaves: int
    reports: int
    tokens: int
    is_member: bool
    is_invited: bool


def what_goes(person: Person, *, at: datetime) -> Goes:
    """What erasing a person would take with it."""
    return Goes(
        addresses=Alias.objects.filter(person=person).count(),
        leaves=Leave.objects.filter(person=person).count(),
        reports=Person.objects.filter(manager=person).count(),
        tokens=ApiToken.objects.live(at).filter(membership__person=person).count(),
        is_member=Membership.objects.current().filter(person=person).exists(),
        is_invited=Invitation.objects.pending().filter(person=person).exists(),
    )
