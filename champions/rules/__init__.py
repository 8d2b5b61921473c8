"""Who may be a champion, whether a champion has time, and what a leader does: numbers, enums, pure functions."""

from champions.rules.choosing import Credibility, credibility, may_lead, reporting_line
from champions.rules.leading import (
    ANSWERED_WITHIN,
    LOOKED_BACK,
    MODELLING,
    OWN_USES,
    LeaderAct,
    has_changed_own_workflow,
    modelling,
    was_acted_on,
)
from champions.rules.shipping import USED_WITHIN, USERS_OF_SHIPPED, Shipping, shipping
from champions.rules.time import CHECKED_WEEK, DropOff, Kept, Phase, ProtectedWeek, drop_off, protected_week

__all__ = [
    "ANSWERED_WITHIN",
    "CHECKED_WEEK",
    "LOOKED_BACK",
    "MODELLING",
    "OWN_USES",
    "USED_WITHIN",
    "USERS_OF_SHIPPED",
    "Credibility",
    "DropOff",
    "Kept",
    "LeaderAct",
    "Phase",
    "ProtectedWeek",
    "Shipping",
    "credibility",
    "drop_off",
    "has_changed_own_workflow",
    "may_lead",
    "modelling",
    "protected_week",
    "reporting_line",
    "shipping",
    "was_acted_on",
]
