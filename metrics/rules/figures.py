"""Names of the figures that are frozen, how numbers are rounded, and as whom somebody reads them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from adoption.disclosure.rules import Audience
from adoption.tenancy.rules import Role

SPEC_VERSION = "1.0"


class Metric(StrEnum):
    """The figures of a frozen look."""

    COHORT = "cohort"
    ADOPTION = "adoption"
    # Beside it in every look: one unprompted use a week or more.
    ANY_USE = "any_use"
    # Champions, who are in neither group: one unprompted use a week or more.
    CHAMPIONS = "champions"
    DIFFERENCE = "difference"
    DIFFERENCE_EARLY = "difference_early"
    RETENTION = "retention"
    RETENTION_OF_ALL = "retention_of_all"
    SURVIVAL = "survival"
    TIME_RATIO = "time_ratio"
    MINUTES_BEFORE = "minutes_before"
    MINUTES_AFTER = "minutes_after"
    WEEKLY_SAVING = "weekly_saving"
    WEEKLY_SAVING_MEAN = "weekly_saving_mean"
    SLOWER = "slower"
    FASTER = "faster"
    BY_THE_CLOCK = "by_the_clock"
    QUALITY_BEFORE = "quality_before"
    QUALITY_LATER = "quality_later"
    QUALITY_CHANGE = "quality_change"
    AGREEMENT = "agreement"
    RATED_TWICE = "rated_twice"
    MISTAKES_FOUND = "mistakes_found"
    WEEKLY = "weekly"
    WEEKLY_ANY_USE = "weekly_any_use"
    # Week 8's target behaviour, where the weeks themselves do not hold how often the work came up.
    TARGET_BEHAVIOUR = "target_behaviour"
    # Whether use lasts, beside retention.
    LAPSED = "lapsed"
    RETURNED = "returned"
    # What supports the headline figures, frozen with the end of the phase.
    TRAINED = "trained"
    ERRORS_CAUGHT = "errors_caught"
    ERROR_RATE = "error_rate"
    OTHER_TASKS = "other_tasks"
    SELF_SERVED = "self_served"
    WINS_UNPROMPTED = "wins_unprompted"
    WINS_ASKED_FOR = "wins_asked_for"
    SHIPPED = "shipped"
    MODELLING = "modelling"
    SURE_DRAFTING_BEFORE = "sure_drafting_before"
    SURE_DRAFTING_AFTER = "sure_drafting_after"
    SURE_SUMMARISING_BEFORE = "sure_summarising_before"
    SURE_SUMMARISING_AFTER = "sure_summarising_after"
    SURE_ANALYSING_BEFORE = "sure_analysing_before"
    SURE_ANALYSING_AFTER = "sure_analysing_after"
    SURE_CHECKING_BEFORE = "sure_checking_before"
    SURE_CHECKING_AFTER = "sure_checking_after"
    WENT_TO_MORE_OF_THE_SAME = "went_to_more_of_the_same"
    WENT_TO_BETTER_QUALITY = "went_to_better_quality"
    WENT_TO_HIGHER_VALUE = "went_to_higher_value"
    WENT_TO_BREATHING_SPACE = "went_to_breathing_space"
    WENT_TO_OTHER = "went_to_other"
    # How people do the task ninety days after the end.
    HOW_BY_HAND = "how_by_hand"
    HOW_TEMPLATE = "how_template"
    HOW_AI_SOME = "how_ai_some"
    HOW_AI_MOST = "how_ai_most"
    HOW_NOT_MINE = "how_not_mine"
    # Who is not counted in a look, and its second lines.
    LEFT = "left"
    AWAY = "away"
    NO_OCCASION = "no_occasion"
    OBJECTED = "objected"
    EXEMPT = "exempt"
    CONTAMINATED = "contaminated"
    WITH_LEAVERS = "adoption_with_leavers"
    WITHOUT_OBJECTORS = "adoption_without_objectors"


# Minutes before and after, and what follows from them: frozen with the end of the phase, and repeated by later versions.
TIMED = (
    Metric.MINUTES_BEFORE,
    Metric.MINUTES_AFTER,
    Metric.TIME_RATIO,
    Metric.WEEKLY_SAVING,
    Metric.WEEKLY_SAVING_MEAN,
    Metric.SLOWER,
    Metric.FASTER,
    Metric.BY_THE_CLOCK,
)
# What recipients said of people's work, as it is released.
JUDGED = (Metric.QUALITY_BEFORE, Metric.QUALITY_LATER, Metric.QUALITY_CHANGE)
# And beside it how many mistakes they found in later work: frozen and released with it.
RECEIVED = (*JUDGED, Metric.MISTAKES_FOUND)
# How sure people are, task by task, before and after: each pair is of the same people. By the survey's own keys.
SURE = (
    (Metric.SURE_DRAFTING_BEFORE, Metric.SURE_DRAFTING_AFTER),
    (Metric.SURE_SUMMARISING_BEFORE, Metric.SURE_SUMMARISING_AFTER),
    (Metric.SURE_ANALYSING_BEFORE, Metric.SURE_ANALYSING_AFTER),
    (Metric.SURE_CHECKING_BEFORE, Metric.SURE_CHECKING_AFTER),
)
# Where the time went: the answers of one question, of which each person gives one.
WENT_TO = (
    Metric.WENT_TO_MORE_OF_THE_SAME,
    Metric.WENT_TO_BETTER_QUALITY,
    Metric.WENT_TO_HIGHER_VALUE,
    Metric.WENT_TO_BREATHING_SPACE,
    Metric.WENT_TO_OTHER,
)
# How the task is done now: likewise.
HOW_NOW = (
    Metric.HOW_BY_HAND,
    Metric.HOW_TEMPLATE,
    Metric.HOW_AI_SOME,
    Metric.HOW_AI_MOST,
    Metric.HOW_NOT_MINE,
)
# Shares of people.
COUNTED_BESIDE = (
    Metric.TRAINED,
    Metric.ERRORS_CAUGHT,
    Metric.OTHER_TASKS,
    Metric.SELF_SERVED,
    Metric.WINS_UNPROMPTED,
    Metric.WINS_ASKED_FOR,
)
# What supports the headline figures: frozen with the end of the phase, and repeated by later versions.
SUPPORTING = (
    *(metric for pair in SURE for metric in pair),
    *WENT_TO,
    *COUNTED_BESIDE,
    Metric.ERROR_RATE,
    Metric.SHIPPED,
    Metric.MODELLING,
)


def item_of(metric: Metric) -> str:
    """The survey's key of what a figure of confidence is about."""
    return metric.removesuffix("_before").removesuffix("_after")


def option_of(metric: Metric) -> str:
    """The survey's key of the answer that a figure counts."""
    return metric.removeprefix("went_to_").removeprefix("how_")


def percent(share: float) -> int:
    """A share as whole percent, halves upwards."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(number: float | Decimal) -> int:
    """The nearest whole number, halves away from zero."""
    return int(Decimal(str(number)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def audience_of(roles: Collection[Role]) -> Audience:
    """As whom somebody reads evidence: a lead sees groups that an executive does not."""
    return Audience.LEAD if Role.LEAD in roles else Audience.EXECUTIVE
