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
    QUALITY_BEFORE = "quality_before"
    QUALITY_LATER = "quality_later"
    QUALITY_CHANGE = "quality_change"
    AGREEMENT = "agreement"
    RATED_TWICE = "rated_twice"
    WEEKLY = "weekly"
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
)
# What recipients said of people's work, as it is released.
JUDGED = (Metric.QUALITY_BEFORE, Metric.QUALITY_LATER, Metric.QUALITY_CHANGE)


def percent(share: float) -> int:
    """A share as whole percent, halves upwards."""
    return int((Decimal(str(share)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(number: float | Decimal) -> int:
    """The nearest whole number, halves away from zero."""
    return int(Decimal(str(number)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def audience_of(roles: Collection[Role]) -> Audience:
    """As whom somebody reads evidence: a lead sees groups that an executive does not."""
    return Audience.LEAD if Role.LEAD in roles else Audience.EXECUTIVE
