"""What the organisation holds about a person."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from adoption.tenancy import rules
from adoption.tenancy.models import Alias, ApiToken, AuditEvent, Invitation, Leave, Membership, Person, RoleGrant


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything every floor of the organisation entered holds about a person, by floor: values that JSON can carry."""
    return {exporter.name: exporter.load()(person=person) for exporter in rules.EXPORTERS}


def export_directory_entry(*, person: Person) -> dict[str, Any]:
    """The ground floor's exporter: directory entry, way in, invitations, keys and the acts on record. No secret, no other person."""
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
