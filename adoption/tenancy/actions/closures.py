"""Closing the organisation, or a place of it, for some days; and opening it again.

What lies before this week is counted: people were asked about it, or were let be. So a closure is noted no later than in its
own week, and taking one back leaves the days before as they are. Nothing is computed anew, and what is frozen never changes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Closure, Organization, Person


class Refused(ValueError):
    """It cannot be noted so. `field` names what to mend, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


@transaction.atomic
def close_days(
    *,
    organization: Organization,
    name: str,
    starts_on: date,
    ends_on: date,
    location: str = "",
    by: Person | None,
    at: datetime,
) -> Closure:
    """Note that nobody works from one day to another, both included: everybody, or those of one place. Twice is once.

    Raises Refused for days before this week, an end before its beginning and more than three months, and for a place that
    nobody in the directory is of.
    """
    first = rules.first_open_to_change(rules.local_date(at, organization.zone))
    if starts_on < first:
        raise Refused("starts_on", "counted")
    if ends_on < starts_on:
        raise Refused("ends_on", "ends_before_start")
    if (ends_on - starts_on).days >= rules.MOST_CLOSED_DAYS:
        raise Refused("ends_on", "too_long")
    if location and not Person.objects.filter(location=location).exists():
        raise Refused("location", "nobody_there")
    closure, is_new = Closure.objects.get_or_create(
        starts_on=starts_on, ends_on=ends_on, location=location, defaults={"name": name, "created_at": at}
    )
    if is_new:
        days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        audit.record("closure.noted", by=by, at=at, subject=closure, **days)
        _move(starts_on, ends_on, at)
    return closure


@transaction.atomic
def open_again(*, organization: Organization, closure: Closure, by: Person | None, at: datetime) -> None:
    """Take a closure back. Of one that began before this week the days up to last Sunday stay closed.

    Raises Refused for one that lies before this week as a whole.
    """
    first = rules.first_open_to_change(rules.local_date(at, organization.zone))
    closure = Closure.objects.select_for_update().get(pk=closure.pk)
    if closure.ends_on < first:
        raise Refused("", "counted")
    days = max(closure.starts_on, first), closure.ends_on
    if closure.starts_on < first:
        closure.ends_on = first - timedelta(days=1)
        closure.save(update_fields=["ends_on"])
    else:
        closure.delete()
    audit.record("closure.withdrawn", by=by, at=at, subject=closure)
    _move(*days, at)


def _move(first: date, last: date, at: datetime) -> None:
    for entry in rules.CLOSINGS:
        entry.load()(first=first, last=last, at=at)
