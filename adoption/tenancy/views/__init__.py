"""The ground floor's pages, one room a subject."""

from adoption.tenancy.views.audit import audit, audit_export
from adoption.tenancy.views.demo import demo_enter
from adoption.tenancy.views.home import home, start, switch
from adoption.tenancy.views.members import (
    invitation_resend,
    invitation_withdraw,
    invite,
    invite_person,
    member,
    member_end,
    roles,
)
from adoption.tenancy.views.privacy import me, me_export, person_erase
from adoption.tenancy.views.settings import organization_settings
from adoption.tenancy.views.tokens import token_revoke, tokens

__all__ = [
    "audit",
    "audit_export",
    "demo_enter",
    "home",
    "invitation_resend",
    "invitation_withdraw",
    "invite",
    "invite_person",
    "me",
    "me_export",
    "member",
    "member_end",
    "organization_settings",
    "person_erase",
    "roles",
    "start",
    "switch",
    "token_revoke",
    "tokens",
]
