"""What a leader does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from adoption.tenancy.rules import Registry

ANSWERED_WITHIN = timedelta(days=14)  # how soon a leader acts on what champions ask for
OWN_USES, OWN_WEEKS = 3, 3  # in each of so many weeks: a leader who has changed the own workflow
LOOKED_BACK = timedelta(days=28)
MOST_AWAY = 14  # days of those 28: whoever was away for so many of them could not show much

# own_use_x(*, people, after, until) -> dict[int, list[int]]: by the ids of some leaders, their unprompted uses in each week
# of their own log that ends within a span.
OWN_USE = Registry("leader's own use")
# learned_x(*, people, after, until) -> dict[int, list[date]]: by the ids of some leaders, the days within a span on which they
# sat down to learn it, as whoever sat with them has written down.
LEARNED = Registry("leader as learner")


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

# What nobody does who does not use it: to tell what went wrong one has to have tried.
WITH_OWN_HANDS = frozenset({LeaderAct.JOINED_AS_LEARNER, LeaderAct.SHARED_A_FAILURE, LeaderAct.CHANGED_OWN_WORKFLOW})


def modelling(acts: Iterable[tuple[LeaderAct, date]], on: date) -> int:
    """0 to 4: how many of the four kinds of modelling a leader showed in the 28 days that end on a day."""
    return len({act for act, day in acts if act in MODELLING and on - LOOKED_BACK < day <= on})


def has_changed_own_workflow(uses_a_week: Iterable[int]) -> bool:
    """Whether a leader uses AI on the own work: three times a week, in three weeks."""
    return sum(uses >= OWN_USES for uses in uses_a_week) >= OWN_WEEKS


def was_acted_on(asked_on: date, acted_on: date | None) -> bool:
    """Whether what champions asked for was acted on within 14 days."""
    return acted_on is not None and acted_on - asked_on <= ANSWERED_WITHIN


def used_on(acts: Iterable[tuple[LeaderAct, date]], on: date) -> date | None:
    """When a leader last used it with their own hands in the 28 days that end on a day. A video shows nothing of the kind."""
    return max((day for act, day in acts if act in WITH_OWN_HANDS and on - LOOKED_BACK < day <= on), default=None)


def days_away(leaves: Iterable[tuple[date, date | None]], on: date) -> int:
    """On how many of the 28 days that end on a day somebody was away; None is an open end."""
    window = [on - timedelta(days=back) for back in range(LOOKED_BACK.days)]
    spans = list(leaves)
    return sum(any(first <= day and (last is None or day <= last) for first, last in spans) for day in window)


def wants_a_word(*, uses: bool, expected_since: date, away: int, on: date) -> bool:
    """Whether somebody should speak with a leader alone: 28 days in which they could have, and were not seen to use it."""
    return not uses and on - expected_since >= LOOKED_BACK and away < MOST_AWAY
