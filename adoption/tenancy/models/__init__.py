"""What a row of the ground floor is."""

from adoption.tenancy.models.access import (
    ApiToken,
    IdempotencyRecord,
    Identity,
    Invitation,
    Membership,
    MembershipIndex,
    RoleGrant,
)
from adoption.tenancy.models.agenda import Agenda
from adoption.tenancy.models.audit import AuditEvent, Erasure
from adoption.tenancy.models.imports import ImportRow, Outcome, PeopleImport, RememberedMapping
from adoption.tenancy.models.organization import Organization
from adoption.tenancy.models.person import Alias, Closure, Leave, Person

__all__ = [
    "Agenda",
    "Alias",
    "ApiToken",
    "AuditEvent",
    "Closure",
    "Erasure",
    "IdempotencyRecord",
    "Identity",
    "ImportRow",
    "Invitation",
    "Leave",
    "Membership",
    "MembershipIndex",
    "Organization",
    "Outcome",
    "PeopleImport",
    "Person",
    "RememberedMapping",
    "RoleGrant",
]
