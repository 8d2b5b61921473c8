"""When an organisation is closed: as a list, as days, and as whole weeks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.tenancy import rules
from adoption.tenancy.models import Closure, Person
from adoption.tenancy.models.person import PersonQuerySet

MOST_PLACES = 200


@dataclass(frozen=True)
class Closures:
    """Closures that are not over, and those that are, the latest first. `first`: the first day that can still be changed."""

    ahead: tuple[Closure, ...]
    past: tuple[Closure, ...]
    first: date


def closures(*, on: date) -> Closures:
    """Every closure, seen from a day. One query."""
    rows, first = list(Closure.objects.in_order()), rules.first_open_to_change(on)
    return Closures(
        ahead=tuple(one for one in rows if one.ends_on >= first),
        past=tuple(one for one in reversed(rows) if one.ends_on < first),
        first=first,
    )


def closed_everywhere(first: date, last: date) -> frozenset[date]:
    """The days on which the whole organisation is closed, of those closures that touch a span. One query."""
    found = Closure.objects.everywhere().overlapping(first, last)
    return rules.days_of(found.values_list("starts_on", "ends_on"))


@dataclass(frozen=True)
class ClosedDays:
    """Days that are closed everywhere, and by place those that hold there: with everybody's."""

    everywhere: frozenset[date]
    places: dict[str, frozenset[date]]

    def at(self, place: str) -> frozenset[date]:
        """Those that hold at a place."""
        return self.places.get(place, self.everywhere)


def closed_by_place(first: date, last: date) -> ClosedDays:
    """The same by place. One query."""
    spans: dict[str, list[rules.Span]] = defaultdict(list)
    for place, *span in Closure.objects.overlapping(first, last).values_list("location", "starts_on", "ends_on"):
        spans[place].append((span[0], span[1]))
    everywhere = spans.pop("", [])
    found = {place: rules.days_of([*own, *everywhere]) for place, own in spans.items()}
    return ClosedDays(rules.days_of(everywhere), found)


def closed_since(first: date) -> ClosedDays:
    """The closed days from a day on, of those noted for the year that follows it. One query."""
    return closed_by_place(first, first + timedelta(days=365))


def covering(first: date, last: date, *, location: str) -> dict[date, Closure]:
    """The days of a span that are closed at a place, or everywhere where none is named, each with what closes it. One query."""
    rows = Closure.objects.overlapping(first, last).felt_at(location).in_order()
    return {day: one for one in reversed(rows) for day in rules.days_of([one.span])}


def at_work_in(people: PersonQuerySet, week: date) -> PersonQuerySet:
    """Those of some people whose place is open on a working day of a week at least. One query."""
    closed = closed_by_place(week, week + timedelta(days=rules.WORKING_DAYS - 1))
    if rules.is_shut(week, closed.everywhere):
        return people.none()
    shut = [place for place, days in closed.places.items() if rules.is_shut(week, days)]
    return people.exclude(location__in=shut) if shut else people


def places() -> list[str]:
    """The places of the directory, in order; at most 200."""
    found = Person.objects.exclude(location="").order_by("location").values_list("location", flat=True)
    return list(found.distinct()[:MOST_PLACES])


def is_place(name: str) -> bool:
    """Whether somebody in the directory is of a place. One query."""
    found: bool = Person.objects.filter(location=name).exists()
    return found
