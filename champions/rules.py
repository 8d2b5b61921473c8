"""Who may be a champion, whether a champion has time, and what a leader does: numbers, enums, pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LOOKED_BACK = timedelta(days=28)
ANSWERED_WITHIN = timedelta(days=14)  # how soon a leader acts on what champions ask for
OWN_USES = 3  # in a week: a leader who has changed the own workflow
USERS_OF_SHIPPED = 3
# Hours a week in the sustain phase; in the active phase it is a share of the contracted ones.
SUSTAIN_FROM, SUSTAIN_TO = 2, 4
CHECKED_WEEK = 3  # a champion without time stops by then


# --- selection -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Credibility:
    """How many people outside the reporting line come to somebody, of how many who could have said so."""

    nominators: int
    eligible: int

    @property
    def share(self) -> float | None:
        """None where nobody could have."""
        return self.nominators / self.eligible if self.eligible else None


def reporting_line(person: int, managers: Mapping[int, int | None]) -> frozenset[int]:
    """Everybody above a person and below, however far, by id. `managers` has each one's own; circles do no harm."""
    above: set[int] = set()
    boss = managers.get(person)
    while boss is not None and boss not in above and boss != person:
        above.add(boss)
        boss = managers.get(boss)
    reports: dict[int, list[int]] = defaultdict(list)
    for somebody, manager in managers.items():
        if manager is not None:
            reports[manager].append(somebody)
    below: set[int] = set()
    waiting = [person]
    while waiting:
        for somebody in reports[waiting.pop()]:
            if somebody not in below:
                below.add(somebody)
                waiting.append(somebody)
    return frozenset(above | below) - {person}


def credibility(
    nominations: Iterable[tuple[int, int]], *, managers: Mapping[int, int | None], eligible: Collection[int]
) -> dict[int, Credibility]:
    """Each nominated person's credibility, from (nominator id, nominee id) pairs.

    Only people in `eligible` nominate; oneself and the own reporting line count nothing, on either side of the division.
    """
    may = set(eligible)
    said: dict[int, set[int]] = defaultdict(set)
    for nominator, nominee in nominations:
        said[nominee].add(nominator)
    found = {}
    for nominee, nominators in said.items():
        others = may - reporting_line(nominee, managers) - {nominee}
        found[nominee] = Credibility(len(nominators & others), len(others))
    return found


def may_lead(found: Credibility, *, uses_ai: bool) -> bool:
    """Both criteria: colleagues come to them, and they use AI already. A title is none."""
    return uses_ai and found.nominators > 0


# --- protected time --------------------------------------------------------------------------------------------------


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


# --- leaders ---------------------------------------------------------------------------------------------------------


class LeaderAct(StrEnum):
    """What a leader did. Only the first four are modelling."""

    JOINED_AS_LEARNER = "joined_as_learner"
    SHARED_A_FAILURE = "shared_a_failure"
    CHANGED_OWN_WORKFLOW = "changed_own_workflow"
    ACTED_ON_FEEDBACK = "acted_on_feedback"
    VIDEO = "video"
    MAIL = "mail"
    SPONSORED = "sponsored"


MODELLING = frozenset(
    {
        LeaderAct.JOINED_AS_LEARNER,
        LeaderAct.SHARED_A_FAILURE,
        LeaderAct.CHANGED_OWN_WORKFLOW,
        LeaderAct.ACTED_ON_FEEDBACK,
    }
)


def modelling(acts: Iterable[tuple[LeaderAct, date]], on: date) -> int:
    """0 to 4: how many of the four kinds of modelling a leader showed in the 28 days that end on a day."""
    return len({act for act, day in acts if act in MODELLING and on - LOOKED_BACK < day <= on})


def has_changed_own_workflow(uses_a_week: Iterable[int]) -> bool:
    """Whether a leader uses AI on the own work: three times in any one week."""
    return any(uses >= OWN_USES for uses in uses_a_week)


def was_acted_on(asked_on: date, acted_on: date | None) -> bool:
    """Whether what champions asked for was acted on within 14 days."""
    return acted_on is not None and acted_on - asked_on <= ANSWERED_WITHIN


# --- what comes out of it --------------------------------------------------------------------------------------------


class Shipping(StrEnum):
    """Whether a workflow with AI in it is part of the work."""

    UNFINISHED = "unfinished"
    STALE = "stale"
    SHIPPED = "shipped"


def shipping(*, owner: str, version: str, review_step: str, uses: Iterable[tuple[int, date]], on: date) -> Shipping:
    """A workflow is shipped that has an owner, a version, a review step, and three distinct users in 28 days.

    `uses` are (person id, day). Without the first three it is unfinished; without the users it is stale.
    """
    if not (owner.strip() and version.strip() and review_step.strip()):
        return Shipping.UNFINISHED
    users = {person for person, day in uses if on - LOOKED_BACK < day <= on}
    return Shipping.SHIPPED if len(users) >= USERS_OF_SHIPPED else Shipping.STALE
