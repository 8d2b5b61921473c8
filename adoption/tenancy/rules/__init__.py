"""Numbers, enums and pure functions of the ground floor."""

from adoption.tenancy.rules.agenda import (
    CLAIM_AT_MOST,
    FIRST_RETRY,
    LAST_RETRY,
    LEASE,
    retry_after,
)
from adoption.tenancy.rules.clock import (
    WORK_ENDS,
    WORK_STARTS,
    instant,
    local_date,
    working_instant,
)
from adoption.tenancy.rules.people import (
    MAIL_LENGTH,
    MOST_CONTRACTED_HOURS,
    NAME_LENGTH,
    TEXT_LENGTH,
    clean_hours,
    clean_login,
    clean_mail,
    initials,
    is_zone,
    one_line,
    sort_name,
)
from adoption.tenancy.rules.registries import (
    ERASERS,
    EXPORTERS,
    PROBES,
    Registered,
    Registry,
)
from adoption.tenancy.rules.roles import (
    GRANTS,
    Permission,
    Role,
    permissions_of,
)
from adoption.tenancy.rules.secrets import (
    INVITATION_LASTS,
    TOKEN_BYTES,
    TOKEN_PREFIX,
    hash_secret,
    keyed_hash,
    mint_secret,
)

__all__ = [
    "CLAIM_AT_MOST",
    "ERASERS",
    "EXPORTERS",
    "FIRST_RETRY",
    "GRANTS",
    "INVITATION_LASTS",
    "LAST_RETRY",
    "LEASE",
    "MAIL_LENGTH",
    "MOST_CONTRACTED_HOURS",
    "NAME_LENGTH",
    "PROBES",
    "TEXT_LENGTH",
    "TOKEN_BYTES",
    "TOKEN_PREFIX",
    "WORK_ENDS",
    "WORK_STARTS",
    "Permission",
    "Registered",
    "Registry",
    "Role",
    "clean_hours",
    "clean_login",
    "clean_mail",
    "hash_secret",
    "initials",
    "instant",
    "is_zone",
    "keyed_hash",
    "local_date",
    "mint_secret",
    "one_line",
    "permissions_of",
    "retry_after",
    "sort_name",
    "working_instant",
]
