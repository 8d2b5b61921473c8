"""Who may do what."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """What a door asks for. Each organisation address names exactly one."""

    ENTER = "enter"
    SEE_DIRECTORY = "see_directory"
    EDIT_DIRECTORY = "edit_directory"
    IMPORT_PEOPLE = "import_people"
    ERASE_PEOPLE = "erase_people"
    SEE_DELIVERIES = "see_deliveries"
    MANAGE_ROLES = "manage_roles"
    MANAGE_TOKENS = "manage_tokens"
    MANAGE_ORGANIZATION = "manage_organization"
    SEE_AUDIT = "see_audit"
    MANAGE_PROGRAMS = "manage_programs"
    SEE_EVIDENCE = "see_evidence"
    IMPORT_USAGE = "import_usage"


class Role(StrEnum):
    """What somebody is in an organisation. Being a champion is a fact of a programme, not a role."""

    ADMINISTRATOR = "administrator"
    LEAD = "lead"
    EXECUTIVE = "executive"
    SYSTEM_OWNER = "system_owner"
    MEMBER = "member"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_DIRECTORY,
            Permission.EDIT_DIRECTORY,
            Permission.IMPORT_PEOPLE,
            Permission.ERASE_PEOPLE,
            Permission.MANAGE_ROLES,
            Permission.MANAGE_TOKENS,
            Permission.MANAGE_ORGANIZATION,
            Permission.SEE_AUDIT,
        }
    ),
    Role.LEAD: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_DIRECTORY,
            Permission.EDIT_DIRECTORY,
            Permission.IMPORT_PEOPLE,
            Permission.SEE_DELIVERIES,
            Permission.MANAGE_PROGRAMS,
            Permission.SEE_EVIDENCE,
        }
    ),
    Role.EXECUTIVE: frozenset({Permission.ENTER, Permission.SEE_EVIDENCE}),
    Role.SYSTEM_OWNER: frozenset({Permission.ENTER, Permission.IMPORT_USAGE}),
    Role.MEMBER: frozenset({Permission.ENTER}),
}


def permissions_of(roles: frozenset[Role] | set[Role]) -> frozenset[Permission]:
    """The union of what the roles grant."""
    return frozenset[Permission]().union(*(GRANTS[role] for role in roles))
