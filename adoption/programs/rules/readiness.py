"""What has to be there before a launch, what shows it, and what can be done without for a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

EVIDENCE_LENGTH = 500
POLICY_LENGTH = 6000
# Percent of those in the pods who have acknowledged the newest policy: above it somebody on leave holds nobody up.
ENOUGH_ACKNOWLEDGED = 80


class Item(StrEnum):
    """A line of the readiness board. Its value is the name of what answers it."""

    POLICY = "policy"
    SPONSOR = "sponsor"
    SHOWCASE = "showcase"
    PACKS = "packs"
    EARLY_ADOPTERS = "early_adopters"
    AGREEMENTS = "agreements"
    BASELINE = "baseline"


class Standing(StrEnum):
    """Where a line of the board is."""

    OPEN = "open"
    SHOWN = "shown"
    WAIVED = "waived"


# Nothing here knows of it, so somebody says what shows it. Everything else is answered by what was done.
BY_HAND = frozenset({Item.SHOWCASE})
# Done without champion by champion, on the agreements' own page.
WAIVED_ELSEWHERE = frozenset({Item.AGREEMENTS})


@dataclass(frozen=True)
class Answered:
    """What answers a line where more is to be said than yes or no: whether it is enough, and what there is, in words."""

    is_enough: bool
    tell: Callable[[], tuple[str, ...]]

    def __bool__(self) -> bool:
        return self.is_enough


def standing(*, is_met: bool, is_waived: bool) -> Standing:
    """Where a line is. What has come about meanwhile was not done without."""
    if is_met:
        return Standing.SHOWN
    return Standing.WAIVED if is_waived else Standing.OPEN


def is_enough_acknowledged(acknowledged: int, asked: int) -> bool:
    """Whether so many of so many are enough. Of nobody it is not."""
    return asked > 0 and 100 * acknowledged >= ENOUGH_ACKNOWLEDGED * asked


def is_link(evidence: str) -> bool:
    """Whether evidence says where it can be seen, and nothing else."""
    return evidence.startswith(("https://", "http://")) and not any(c.isspace() for c in evidence)
