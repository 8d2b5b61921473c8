"""Closing the organisation, or a place of it, for some days; and opening it again.

What lies before this week is counted: people were asked about it, or were let be. So a closure is noted no later than in its
own week, and taking one back leaves the days before as they are. Nothing is computed anew, and what is frozen never changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

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
    wanted = rules.Closing(name=name, starts_on=starts_on, ends_on=ends_on, location=location)
    _check([wanted], organization, at)
    closure, is_new = Closure.objects.get_or_create(
        starts_on=starts_on, ends_on=ends_on, location=location, defaults={"name": name, "created_at": at}
    )
    if is_new:
        days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        audit.record("closure.noted", by=by, at=at, subject=closure, **days)
        _move(starts_on, ends_on, at)
    return closure


@transaction.atomic
def close_several(
    *, organization: Organization, closings: Sequence[rules.Closing], by: Person | None, at: datetime
) -> list[Closure]:
    """Note several closures at once, in one transaction; what moves with them moves once. What is noted already stays as it is.

    Returns those that are new, in their order. Raises Refused as `close_days` does, and notes none then.
    """
    _check(closings, organization, at)
    rows = [
        Closure(name=one.name, starts_on=one.starts_on, ends_on=one.ends_on, location=one.location, created_at=at)
        for one in closings
    ]
    Closure.objects.bulk_create(rows, ignore_conflicts=True)
    # Those that somebody has noted meanwhile were left out, and are not found by the ids they would have had.
    made = list(Closure.objects.filter(public_id__in=[row.public_id for row in rows]).in_order())
    if made:
        first, last = _span(made)
        days: dict[str, Any] = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
        audit.record("closures.noted", by=by, at=at, closures=len(made), **days)
        _move(first, last, at)
    return made


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


@transaction.atomic
def open_several_again(
    *, organization: Organization, closures: Collection[UUID], by: Person | None, at: datetime
) -> int:
    """Take several closures back at once, by their public ids, and say how many. One that began before this week stays."""
    first = rules.first_open_to_change(rules.local_date(at, organization.zone))
    rows = list(Closure.objects.filter(public_id__in=closures, starts_on__gte=first).select_for_update())
    if rows:
        begins, ends = _span(rows)
        Closure.objects.filter(pk__in=[row.pk for row in rows]).delete()
        days: dict[str, Any] = {"starts_on": begins.isoformat(), "ends_on": ends.isoformat()}
        audit.record("closures.withdrawn", by=by, at=at, closures=len(rows), **days)
        _move(begins, ends, at)
    return len(rows)


def _check(closings: Sequence[rules.Closing], organization: Organization, at: datetime) -> None:
    """Refuse what cannot be noted. One query where places are named."""
    first = rules.first_open_to_change(rules.local_date(at, organization.zone))
    for one in closings:
        if one.starts_on < first:
            raise Refused("starts_on", "counted")
        if one.ends_on < one.starts_on:
            raise Refused("ends_on", "ends_before_start")
        if (one.ends_on - one.starts_on).days >= rules.MOST_CLOSED_DAYS:
            raise Refused("ends_on", "too_long")
    named = {one.location for one in closings if one.location}
    if named and named - set(Person.objects.filter(location__in=named).values_list("location", flat=True).distinct()):
        raise Refused("location", "nobody_there")


def _span(closures: Sequence[Closure]) -> rules.Span:
    """From the first to the last day of some closures."""
    return min(one.starts_on for one in closures), max(one.ends_on for one in closures)


def _move(first: date, last: date, at: datetime) -> None:
    for entry in rules.CLOSINGS:
        entry.load()(first=first, last=last, at=at)
