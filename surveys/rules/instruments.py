"""What an instrument is: questions as data, in versions that never change once somebody has been asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The survey asks how often something was done in so many weeks.
WEEKS_ASKED_ABOUT = 2
# Beyond these a number is asked back, never deleted: minutes for a piece of work, and how often a week.
LEAST_MINUTES, MOST_MINUTES = 1, 600
MOST_TIMES = 50
HIGHEST_NUMBER = 9999
TEXT_LENGTH = 1000


def gettext_noop(text: str) -> str:
    """Mark a wording for the translators. It stays as it is here and is translated where it is read."""
    return text


class WaveKind(StrEnum):
    """When the survey is asked. Baseline and later waves are paired person by person."""

    BASELINE = "baseline"
    POST = "post"
    RETENTION = "retention"


class Privacy(StrEnum):
    """Who an answer leads to. The two are kept in different tables and never blurred."""

    # Linked to the person, who can change it; read by nobody else.
    CONFIDENTIAL = "confidential"
    # Kept with no person, token, time or order; nobody can find it again, not even whoever gave it.
    ANONYMOUS = "anonymous"


class ItemKind(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    NUMBER = "number"
    SCALE = "scale"
    TEXT = "text"
    # Colleagues by name, at most so many, never oneself. Only instruments ask so, never a lead's own question.
    PERSON = "person"
    # Hours a week, with a decimal.
    HOURS = "hours"


@dataclass(frozen=True)
class Option:
    """One answer of a choice or a scale: its key, which is stored, and its words."""

    key: str
    words: str


@dataclass(frozen=True)
class Item:
    """One question. A changed wording is a new version of it, in a new version of its instrument."""

    key: str
    kind: ItemKind
    words: str
    options: tuple[Option, ...] = ()
    version: int = 1
    most: int = HIGHEST_NUMBER
    # From where to where a number is usual. Any other is asked back, and counts as it was said.
    usual: tuple[int, int] = (0, HIGHEST_NUMBER)
    # The answer may not be larger than this earlier item's.
    at_most: str = ""
    # Pairs of an earlier item and an answer to it: after one of them this is not asked. "" stands for no answer.
    left_out_after: tuple[tuple[str, str], ...] = ()
    waves: tuple[WaveKind, ...] = tuple(WaveKind)
    # Agreement counts against: 5 is scored as 1.
    is_reversed: bool = False
    # Set for a lead's own question, whose words are not translated.
    language: str = ""

    def is_usual(self, number: int) -> bool:
        """Whether a number needs no asking back."""
        least, most = self.usual
        return least <= number <= most

    @property
    def choices(self) -> tuple[str, ...]:
        """The keys of its options."""
        return tuple(option.key for option in self.options)


@dataclass(frozen=True)
class Instrument:
    """A set of questions asked together, in one version. Nothing in it is ever required: missing is missing."""

    key: str
    version: int
    privacy: Privacy
    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        known: set[str] = set()
        for item in self.items:
            earlier = {name for name, _ in item.left_out_after} | ({item.at_most} if item.at_most else set())
            if item.key in known or not earlier <= known:
                raise ValueError(f"{self.key} {self.version}: {item.key} is asked twice, or looks ahead")
            known.add(item.key)
