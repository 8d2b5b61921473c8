"""How long a survey is open, how often one is reminded, what a response is good for, and a lead's own questions."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from adoption.tenancy.rules import Registry

ANSWERED_WITHIN = timedelta(days=21)
LONGEST_REOPENING = timedelta(days=21)
MOST_REMINDERS = 2
REMIND_AGAIN_AFTER = timedelta(days=3)
REASON_LENGTH = 200
# What people wrote in their own words, after it was published.
TEXTS_LAST = timedelta(days=90)

# follow_x(*, wave, at) -> None: a survey has closed and what belongs to it is published, once; the floor above counts the rest.
PUBLISHED = Registry("after a survey")

# Percent of those asked, in each arm: below the first there is no figure, from the second on it is a single number.
ENOUGH_FOR_A_RANGE = 60
ENOUGH_FOR_A_NUMBER = 80

# Fewer who name somebody are not counted: whoever reads the list could tell who named whom.
LEAST_NOMINATORS = 5

MOST_OWN = 5
WORDS_LENGTH = 200
OPTION_LENGTH = 80
LEAST_OPTIONS, MOST_OPTIONS = 2, 8


class WaveState(StrEnum):
    """Where a wave is."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


def needed(asked: int, percent: int) -> int:
    """How many of those asked must answer for so many percent."""
    return -(-asked * percent // 100)
