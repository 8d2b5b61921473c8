"""Prompts with gaps to fill, and whether anybody still works with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from champions.rules.shipping import USED_WITHIN

STALE_AFTER = USED_WITHIN
MOST_GAPS = 20
MOST_NEEDS = 20

_GAP = re.compile(r"\{\{\s*([^\W\d_][\w \-]{0,39}?)\s*\}\}")
_WORDS = re.compile(r"\S+\s*|\s+")


class Shortcoming(StrEnum):
    """Why what a prompt needs from a context pack cannot be relied on."""

    # Taken out of its pack, or never in one: only its name is left.
    GONE = "gone"
    # Nobody knows where it lives, or nobody keeps it.
    INCOMPLETE = "incomplete"
    # The last real task that was run with the pack could have been anybody's.
    GENERIC = "generic"
    # Nobody has looked through the pack for half a year.
    OUT_OF_DATE = "out_of_date"


def shortcomings(
    *, is_there: bool, is_complete: bool, is_generic: bool, is_out_of_date: bool
) -> tuple[Shortcoming, ...]:
    """What keeps one from relying on something a prompt needs. Of what is gone nothing else is known."""
    if not is_there:
        return (Shortcoming.GONE,)
    lacking = {
        Shortcoming.INCOMPLETE: not is_complete,
        Shortcoming.GENERIC: is_generic,
        Shortcoming.OUT_OF_DATE: is_out_of_date,
    }
    return tuple(one for one, is_so in lacking.items() if is_so)


class ReviewVerdict(StrEnum):
    """What another champion says of a version."""

    GOOD = "good"
    CHANGE = "change"


def gaps(text: str) -> list[str]:
    """The names of what is to be filled in, {{client}}, each once, in the order of the text."""
    return list(dict.fromkeys(_GAP.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with what was filled in; a gap that was left empty stays as it stands."""
    return _GAP.sub(lambda gap: values.get(gap[1], "").strip() or gap[0], text)


def is_stale(last_used_on: date, on: date) -> bool:
    """Whether nobody has tried it for 28 days. Writing a version counts as its first use."""
    return on - last_used_on >= STALE_AFTER


class Part(StrEnum):
    """What became of a piece of text from one version to the next."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


def differences(before: str, after: str) -> list[tuple[Part, str]]:
    """Word by word, in the order of reading; what was replaced is gone first and new after it."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[tuple[Part, str]] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            found.append((Part.SAME, "".join(old[old_from:old_to])))
            continue
        if old_from < old_to:
            found.append((Part.GONE, "".join(old[old_from:old_to])))
        if new_from < new_to:
            found.append((Part.NEW, "".join(new[new_from:new_to])))
    return found
