"""When a workflow counts as shipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

USERS_OF_SHIPPED = 3
USED_WITHIN = timedelta(days=28)


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
    users = {person for person, day in uses if on - USED_WITHIN < day <= on}
    return Shipping.SHIPPED if len(users) >= USERS_OF_SHIPPED else Shipping.STALE
