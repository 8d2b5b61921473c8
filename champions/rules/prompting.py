"""Prompts with gaps to fill, and whether anybody still works with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from champions.rules.shipping import USED_WITHIN

STALE_AFTER = USED_WITHIN
MOST_GAPS = 20

_GAP = re.compile(r"\{\{\s*([^\W\d_][\w \-]{0,39}?)\s*\}\}")


class PackElement(StrEnum):
    """Parts of a role's context pack that a prompt relies on."""

    ROLE = "role"
    AUDIENCE = "audience"
    EXAMPLES = "examples"
    STRUCTURE = "structure"
    TONE = "tone"
    SOURCES = "sources"
    RED_LINES = "red_lines"


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
