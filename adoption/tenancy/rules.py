"""Numbers, enums and pure functions of the ground floor."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

# --- who may do what -------------------------------------------------------------------------------------------------


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
        {Permission.ENTER, Permission.SEE_DIRECTORY, Permission.EDIT_DIRECTORY, Permission.IMPORT_PEOPLE, Permission.SEE_DELIVERIES}
    ),
    Role.EXECUTIVE: frozenset({Permission.ENTER}),
    Role.SYSTEM_OWNER: frozenset({Permission.ENTER}),
    Role.MEMBER: frozenset({Permission.ENTER}),
}


def permissions_of(roles: frozenset[Role] | set[Role]) -> frozenset[Permission]:
    """The union of what the roles grant."""
    return frozenset[Permission]().union(*(GRANTS[role] for role in roles))


# --- secrets ---------------------------------------------------------------------------------------------------------

TOKEN_PREFIX = "mmt_"  # noqa: S105 - a marker that secret scanners can look for, not a secret
TOKEN_BYTES = 32  # 256 random bits
INVITATION_LASTS = timedelta(days=14)


def mint_secret() -> str:
    """A fresh secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_secret(secret: str) -> str:
    """SHA-256 in hexadecimal (64 characters): what is stored of a secret that has 256 bits of its own."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_hash(key: str, value: str) -> str:
    """HMAC-SHA-256 in hexadecimal: remembers a mail address one must not keep."""
    return hmac.new(key.encode(), value.casefold().strip().encode(), hashlib.sha256).hexdigest()


# --- people ----------------------------------------------------------------------------------------------------------

MOST_CONTRACTED_HOURS = Decimal(80)
NAME_LENGTH = 200
TEXT_LENGTH = 120


def sort_name(name: str) -> str:
    """The name as lists sort and search it: no case, no accents, single spaces. 'Ørsted' -> 'orsted'."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_MAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\[\]\\]{1,64}@[^@\s\x00-\x1f\x7f<>\"(),:;\[\]\\/]{1,253}")


def clean_mail(address: str) -> str | None:
    """The address in small letters without space around it, or None when it cannot be one."""
    address = unicodedata.normalize("NFC", address).strip().lower()
    return address if len(address) <= 254 and _MAIL.fullmatch(address) and ".." not in address else None


def initials(name: str) -> str:
    """One or two letters for a face without a picture."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


# --- time ------------------------------------------------------------------------------------------------------------

WORK_STARTS = time(9)
WORK_ENDS = time(17)


def local_date(at: datetime, zone: str) -> date:
    """The calendar day of an aware instant in an IANA zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def instant(day: date, hour: time, zone: str) -> datetime:
    """The UTC instant of a local date and hour. An hour that daylight saving skips becomes the same distance after the gap."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def working_instant(not_before: datetime, zone: str) -> datetime:
    """The first instant at or after `not_before` that lies on Monday to Friday, 09:00 to 17:00, in the zone. In UTC."""
    local = not_before.astimezone(ZoneInfo(zone))
    day = local.date()
    if local.weekday() < 5 and WORK_STARTS <= local.time() < WORK_ENDS:
        return not_before.astimezone(ZoneInfo("UTC"))
    if local.weekday() >= 5 or local.time() >= WORK_ENDS:
        day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return instant(day, WORK_STARTS, zone)


# --- the agenda ------------------------------------------------------------------------------------------------------

LEASE = timedelta(hours=1)  # a claimed row that nobody finished is due again after this
CLAIM_AT_MOST = 500
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failure: doubling from 30 seconds, an hour at most."""
    return min(FIRST_RETRY * 2 ** min(attempts, 16), LAST_RETRY)


# --- what every floor registers by name ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Registered:
    """A floor's entry in a registry."""

    name: str
    path: str

    def load(self) -> Any:
        """The callable behind the dotted path. Raises ImportError or AttributeError for a wrong one."""
        module, _, attribute = self.path.rpartition(".")
        return getattr(import_module(module), attribute)


class Registry:
    """Callables of upper floors that a lower one calls by name, so that nothing low imports anything high."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Registered] = {}

    def register(self, name: str, path: str) -> None:
        """Enter a dotted path under a name. The same pair twice is harmless; another path raises ValueError."""
        if self._entries.get(name, Registered(name, path)) != Registered(name, path):
            raise ValueError(f"{self.what} {name!r} is registered already")
        self._entries[name] = Registered(name, path)

    def __iter__(self) -> Iterator[Registered]:
        # The highest floors first: what stands on others goes before what it stands on.
        return iter(reversed(list(self._entries.values())))

    def __getitem__(self, name: str) -> Registered:
        return self._entries[name]


# erase_x(*, person, at) -> None: takes everything the floor holds about a person away.
ERASERS = Registry("eraser")
# export_x(*, person) -> dict[str, JSON]: everything the floor holds about a person.
EXPORTERS = Registry("exporter")
# probe_x(*, programme, at) -> an answer for the readiness board.
PROBES = Registry("readiness probe")
