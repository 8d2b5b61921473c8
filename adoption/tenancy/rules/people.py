"""What a person in a directory is made of."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

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
