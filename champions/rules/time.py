"""Whether a champion has time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from champions.rules.agreements import Side

# Hours a week in the sustain phase; in the active phase it is a share of the contracted ones.
SUSTAIN_FROM, SUSTAIN_TO = 2, 4
CHECKED_WEEK = 3  # a champion without time stops by then
TEXT_LENGTH = 500
MOST_HOURS_KEPT = 60
# Of 1 to 5, on whether it can be kept up: so low twice in a row is a warning.
LOW, LOW_TIMES = 2, 2
# A check can be answered and changed for so long: then the next one has come.
ANSWERED_WITHIN = timedelta(days=14)
MORNING = time(9)
# So many follow-ups of a champion's that are so late say that there is no time for them.
SLIPPING, LATE = 2, timedelta(days=2)


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


class Todo(StrEnum):
    """What a champion can do for their own time, the first that applies."""

    # They are asked about it and have not answered.
    ANSWER = "answer"
    # Their manager has proposed something.
    AGREE = "agree"
    # Nothing stands and nothing is proposed.
    PROPOSE = "propose"
    # Their manager has their proposal.
    WAIT = "wait"
    RENEW = "renew"
    # Fewer hours were kept than they are owed.
    TALK = "talk"
    # Hours were kept, on top of everything.
    NAME = "name"
    NOTHING = "nothing"


def what_to_do(
    *,
    is_asked: bool,
    proposed_to: Side | None,
    has_agreement: bool,
    is_ending: bool,
    last: ProtectedWeek | None,
) -> Todo:
    """What a champion can do for their own time. `proposed_to` is who has to answer a proposal; `last` the newest check."""
    kept = last.kept if last else Kept.UNKNOWN
    found = [
        (Todo.ANSWER, is_asked),
        (Todo.AGREE, proposed_to is Side.CHAMPION),
        (Todo.WAIT, proposed_to is Side.MANAGER),
        (Todo.PROPOSE, not has_agreement),
        (Todo.RENEW, is_ending),
        (Todo.TALK, kept is Kept.SHORT),
        (Todo.NAME, last is not None and kept in {Kept.KEPT, Kept.OVER} and not last.displaced),
    ]
    return next((todo for todo, applies in found if applies), Todo.NOTHING)


class Sign(StrEnum):
    """What warns that a champion is about to stop."""

    LOW_ANSWERS = "low_answers"
    SILENCE = "silence"
    SLIPPING = "slipping"


def warning_signs(
    can_keep: Sequence[int | None], *, asked: int, is_active: bool, late_follow_ups: int
) -> frozenset[Sign]:
    """What warns before a champion stops.

    `can_keep` are the answers of 1 to 5 in order, None where that question was left out; `asked` is how many checks there
    were. Silence is a check or more without any answer, and nothing done in the pod either.
    """
    said = [one for one in can_keep if one is not None]
    found = set()
    if len(said) >= LOW_TIMES and all(one <= LOW for one in said[-LOW_TIMES:]):
        found.add(Sign.LOW_ANSWERS)
    if asked and not can_keep and not is_active:
        found.add(Sign.SILENCE)
    if late_follow_ups >= SLIPPING:
        found.add(Sign.SLIPPING)
    return frozenset(found)


def weeks_of(first: date, until: date) -> list[date]:
    """The Mondays of a champion's whole weeks from the first one on that ended before a day."""
    return [first + timedelta(weeks=number) for number in range(max((until - first).days // 7, 0))]
