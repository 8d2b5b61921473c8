"""Whether a champion has time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Hours a week in the sustain phase; in the active phase it is a share of the contracted ones.
SUSTAIN_FROM, SUSTAIN_TO = 2, 4
CHECKED_WEEK = 3  # a champion without time stops by then


class Phase(StrEnum):
    """How much time a champion is owed: while the programme is active, and afterwards."""

    ACTIVE = "active"
    SUSTAIN = "sustain"


class Kept(StrEnum):
    """Whether a champion's time was kept free."""

    UNKNOWN = "unknown"
    SHORT = "short"
    KEPT = "kept"
    # So much that it is no longer a part of somebody's job.
    OVER = "over"


@dataclass(frozen=True)
class ProtectedWeek:
    """One champion's week: the hours, and whether it is said what came off the plate for them."""

    kept: Kept
    displaced: bool

    @property
    def adherent(self) -> bool:
        """Enough hours, and work named that they replace. Hours on top of everything are no protected time."""
        return self.kept in {Kept.KEPT, Kept.OVER} and self.displaced


def protected_week(*, hours: float | None, contracted: float, displaced: str, phase: Phase) -> ProtectedWeek:
    """Judge a week's hours actually kept free: 10 to 15 % of the contracted ones, or 2 to 4 in the sustain phase.

    `hours` is None where nobody said. Raises ValueError without contracted hours, and for negative ones.
    """
    if contracted <= 0 or (hours is not None and hours < 0):
        raise ValueError("Hours are not negative, and a contract has some.")
    named = bool(displaced.strip())
    if hours is None:
        return ProtectedWeek(Kept.UNKNOWN, named)
    if phase is Phase.ACTIVE:
        # In whole numbers of hours: 0.15 x 36 is not quite 5.4.
        enough, over = hours * 10 >= contracted, hours * 20 > contracted * 3
    else:
        enough, over = hours >= SUSTAIN_FROM, hours > SUSTAIN_TO
    return ProtectedWeek(Kept.OVER if over else Kept.KEPT if enough else Kept.SHORT, named)


class DropOff(StrEnum):
    """Whether a champion has stopped by week three."""

    NONE = "none"
    DROPPED = "dropped"
    CONFIRMED = "confirmed"


def drop_off(weeks: Sequence[bool | None]) -> DropOff:
    """From the first weeks of a champion, in order: whether there was any activity, None where away.

    Active in week one or two and expected but silent in week three; confirmed by a silent week four. Counts only: who
    never began has not dropped off.
    """
    if len(weeks) < CHECKED_WEEK or weeks[CHECKED_WEEK - 1] is not False or True not in weeks[: CHECKED_WEEK - 1]:
        return DropOff.NONE
    return DropOff.CONFIRMED if weeks[CHECKED_WEEK : CHECKED_WEEK + 1] == [False] else DropOff.DROPPED
