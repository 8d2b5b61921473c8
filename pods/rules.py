"""Numbers, enums and pure functions of the practice floor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from adoption.tenancy.rules import instant, working_instant

FOLLOW_UP_DAYS = 7
FOLLOW_UP_HOUR = time(10)
MOST_MINUTES = 600
TEXT_LENGTH = 2000
NAME_LENGTH = 60


class SessionKind(StrEnum):
    """What kind of time was spent together."""

    KICKOFF = "kickoff"
    WORKSHOP = "workshop"
    ONE_TO_ONE = "one_to_one"
    REFLECTION = "reflection"
    OFFICE_HOURS = "office_hours"
    SHOWCASE = "showcase"


class Used(StrEnum):
    """The answer to: did you use it on real work?"""

    YES = "yes"
    STOPPED = "stopped"
    NO = "no"


class Cause(StrEnum):
    """Why somebody does not use it, in the order in which the first match counts."""

    CONTEXT_PACK = "context_pack"
    NO_SUITABLE_WORKFLOW = "no_suitable_workflow"
    PRINCIPLE = "principle"
    NO_OWN_WORKFLOW = "no_own_workflow"
    OBSTACLE = "obstacle"
    GENERIC_EXAMPLES = "generic_examples"
    NO_PEER_SEEN = "no_peer_seen"


def follow_up_due(held_on: date, zone: str) -> datetime:
    """The instant of a person's follow-up: their local day 7 after the session, in working hours. In UTC.

    Where day 7 falls on a weekend it is the Monday after it.
    """
    return working_instant(instant(held_on + timedelta(days=FOLLOW_UP_DAYS), FOLLOW_UP_HOUR, zone), zone)
