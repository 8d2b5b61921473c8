"""The ground floor's pages, one room a subject."""

from adoption.tenancy.views.audit import audit, audit_export
from adoption.tenancy.views.closures import closure_back, closures_back, closures_holidays, organization_closures
from adoption.tenancy.views.demo import demo_enter
from adoption.tenancy.views.guide import guide_away, guide_back
from adoption.tenancy.views.home import home, start, switch
from adoption.tenancy.views.imports import (
    people_import,
    people_import_absent,
    people_import_commit,
    people_import_discard,
    people_import_mapping,
    people_import_problems,
    people_import_show,
    people_import_undo,
)
from adoption.tenancy.views.members import (
    invitation_resend,
    invitation_withdraw,
    invite,
    invite_person,
    invite_several,
    member,
    member_end,
    roles,
)
from adoption.tenancy.views.people import (
    people,
    people_find,
    person,
    person_add,
    person_alias,
    person_departure,
    person_edit,
    person_leave,
)
from adoption.tenancy.views.privacy import me, me_export, person_erase
from adoption.tenancy.views.settings import organization_promises, organization_settings
from adoption.tenancy.views.starting import organization_new, request_code
from adoption.tenancy.views.tokens import token_revoke, tokens

__all__ = [
    "audit",
    "audit_export",
    "closure_back",
    "closures_back",
    "closures_holidays",
    "demo_enter",
    "guide_away",
    "guide_back",
    "home",
    "invitation_resend",
    "invitation_withdraw",
    "invite",
    "invite_person",
    "invite_several",
    "me",
    "me_export",
    "member",
    "member_end",
    "organization_closures",
    "organization_new",
    "organization_promises",
    "organization_settings",
    "people",
    "people_find",
    "people_import",
    "people_import_absent",
    "people_import_commit",
    "people_import_discard",
    "people_import_mapping",
    "people_import_problems",
    "people_import_show",
    "people_import_undo",
    "person",
    "person_add",
    "person_alias",
    "person_departure",
    "person_edit",
    "person_erase",
    "person_leave",
    "request_code",
    "roles",
    "start",
    "switch",
    "token_revoke",
    "tokens",
]
