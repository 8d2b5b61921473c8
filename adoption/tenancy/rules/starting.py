"""Who may bring an organisation aboard, and what it may be called in addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from adoption.tenancy.rules.people import NAME_LENGTH, one_line, sort_name

SLUG_LENGTH = 60
# Nobody runs more by hand; it keeps an open door from being emptied into the database.
MOST_ORGANIZATIONS = 20
# Words that are addresses, here or by custom: an organisation called so could pose as the installation itself.
RESERVED_SLUGS = frozenset(
    "about account accounts admin administrator api app auth billing blog contact demo docs favicon healthz help home imprint "
    "legal login logout mail mailbox me murmuration new privacy root security settings sign-in sign-out signin signup start "
    "static status support switch system terms www".split()
) | frozenset("abcdefghijklmnopqrstuvwxyz")

# What the database holds everybody to: no organisation promises its people less company than this.
LEAST_GROUPS = {"smallest_group": 5, "smallest_group_executive": 10}
MOST_GROUP = 1000
# Invitations of one list.
MOST_INVITED = 50

_ADDRESS = re.compile(r"[^\s<>(),;:\"']+@[^\s<>(),;:\"']+")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def is_allowed(mail: str, allowed: Iterable[str]) -> bool:
    """Whether an address is among the allowed ones: itself, its whole domain ("@company.com"), or everybody ("*")."""
    name, _at, domain = mail.lower().rpartition("@")
    named = {entry.strip().lower() for entry in allowed}
    return bool(name) and not named.isdisjoint({"*", f"{name}@{domain}", f"@{domain}"})


def slug_of(name: str) -> str:
    """The address a name suggests: 'Öresund & Söhne' -> 'oresund-sohne'. Empty where it has no Latin letter or digit."""
    return _BETWEEN.sub("-", sort_name(name)).strip("-")[:SLUG_LENGTH].strip("-")


def name_of_mail(mail: str) -> str:
    """The name an address suggests: 'noor.haddad@company.com' -> 'Noor Haddad'. Somebody can put it right later."""
    words = re.split(r"[._\s]+", mail.partition("@")[0].partition("+")[0])
    return " ".join(word[:1].upper() + word[1:] for word in words if word)[:NAME_LENGTH]


def read_list(text: str) -> list[tuple[str, str]]:
    """Names and addresses of a pasted list, one a line: 'Noor <noor@x.com>', 'Noor; noor@x.com' or 'noor@x.com'.

    A line without an address keeps its words as a name, so that whoever pasted it sees what is missing.
    """
    found = []
    for line in text.splitlines():
        if words := one_line(line):
            address = _ADDRESS.search(words)
            mail = address[0].rstrip(".") if address else ""
            rest = words.replace(address[0], " ", 1) if address else words
            found.append((one_line(rest.strip(" \t,;:<>()\"'").replace("<>", "")), mail))
    return found
