"""What is in people's calendars follows what is known of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from adoption.tenancy.rules import local_date
from pods.actions.follow_ups import keep_day_sevens
from pods.actions.leaders import keep_plans_with_leaders
from pods.actions.meetings import keep_plans


@transaction.atomic
def keep_calendars(*, people: Collection[int], first: date | None, last: date | None, at: datetime) -> None:
    """What was promised to people (by id) who are away, leave or object, or come back, is in calendars as it is now.

    Facts about days that have passed change nothing of what is still to come.
    """
    if last is None or last > local_date(at, "UTC"):
        keep_day_sevens(people=people, at=at)
        keep_plans(people=people, at=at)
        keep_plans_with_leaders(people=people, at=at)
