"""How long the texts of a champion's kit may be, and after how many days what is in it is looked at again."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

TITLE_LENGTH = 120
LINE_LENGTH = 300
TEXT_LENGTH = 2_000
PROMPT_LENGTH = 8_000
MOST_MINUTES = 10_080  # a week
TOOL_LOOKED_AT_EVERY = timedelta(days=90)


class ToolVerdict(StrEnum):
    """What an evaluation of a tool for a task ends with."""

    GOOD = "good"
    WITH_CARE = "with_care"
    NO = "no"


class AskAnswer(StrEnum):
    """How somebody in charge answered what champions ask for."""

    DONE = "done"
    DECLINED = "declined"


class Worry(StrEnum):
    """What colleagues object. Heard and answered, never counted against anybody."""

    MORE_WORK = "more_work"
    BLAME = "blame"
    REPLACEMENT = "replacement"
    QUALITY = "quality"
    PRIVACY = "privacy"
    PRINCIPLE = "principle"
    OTHER = "other"


class TalkState(StrEnum):
    """Where a talk about a worry stands. None of them is a failure."""

    OPEN = "open"
    HEARD = "heard"
    RESOLVED = "resolved"
    RESPECTED = "respected"


class Load(StrEnum):
    """How many members a champion carries."""

    UNKNOWN = "unknown"
    FINE = "fine"
    HIGH = "high"
    TOO_HIGH = "too_high"


# Members per champion: 8 is the aim; above these it is said.
HIGH_ABOVE = 10
TOO_HIGH_ABOVE = 15


def load(members: int, champions: int) -> Load:
    """Whether so many members are too many for so many champions. Unknown without a champion."""
    if champions <= 0:
        return Load.UNKNOWN
    # In whole numbers: 31 members of 3 champions are above 10.
    if members > TOO_HIGH_ABOVE * champions:
        return Load.TOO_HIGH
    return Load.HIGH if members > HIGH_ABOVE * champions else Load.FINE


def needs_another_look(looked_at_by: date, on: date) -> bool:
    """Whether an evaluation has outlived the day until which it was good."""
    return on > looked_at_by
