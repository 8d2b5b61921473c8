"""What a person in a directory is made of."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import cache
from zoneinfo import available_timezones

MOST_CONTRACTED_HOURS = Decimal(80)
NAME_LENGTH = 200
TEXT_LENGTH = 120
MAIL_LENGTH = 254


def sort_name(name: str) -> str:
    """The name as lists sort and search it: no case, no accents, single spaces. 'Ørsted' -> 'orsted'."""
    if name.isascii():
        return " ".join(name.lower().split())[: NAME_LENGTH * 2]
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    # Some letters fall apart into eighteen: the end of such a name does not matter for sorting.
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())[: NAME_LENGTH * 2]


# Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

_MAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>\"(),:;\[\]\\]{1,64}@[^@\s\x00-\x1f\x7f<>\"(),:;\[\]\\/]{1,253}")


def clean_mail(address: str) -> str | None:
    """The address in small letters without space around it, or None when it cannot be one."""
    address = (address if address.isascii() else unicodedata.normalize("NFC", address)).strip().lower()
    return (
        address
        if len(address) <= MAIL_LENGTH and _MAIL.fullmatch(address) and ".." not in address and _known(address)
        else None
    )


def clean_login(login: str) -> str | None:
    """A login or address of another system in small letters, or None when it cannot be one."""
    login = (one_line(login) if login.isascii() else unicodedata.normalize("NFC", one_line(login))).lower()
    return login if 0 < len(login) <= MAIL_LENGTH and _known(login) else None


def one_line(text: str) -> str:
    """Text with single spaces, without line ends, control characters and halves of characters."""
    if not text.isprintable():
        text = "".join(
            " " if c.isspace() else c
            for c in text
            if c.isspace() or (c not in _DIRECTIONS and unicodedata.category(c) not in _UNWRITABLE)
        )
    return " ".join(text.split())


# Control characters, among them NUL which no database text can hold, and lone surrogates.
_UNWRITABLE = {"Cc", "Cs"}
# They turn what follows round, so that a name could pose as another.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _known(text: str) -> bool:
    # The database knows more letters than an older Python does, and insists on its own small ones.
    return text.isascii() or all(unicodedata.category(c) not in {"Cn", "Cs", "Cc"} for c in text)


def is_zone(name: str) -> bool:
    """Whether the name is one of the IANA time zones, spelled exactly."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def clean_hours(hours: Decimal) -> Decimal | None:
    """Contracted hours a week with one decimal place, or None when no week holds them."""
    try:
        hours = hours.quantize(Decimal("0.1"))
    except InvalidOperation:
        return None
    return hours if hours.is_finite() and 0 < hours <= MOST_CONTRACTED_HOURS else None


def initials(name: str) -> str:
    """One or two letters for a face without a picture."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
