"""Reads of the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.models import Alias, Invitation, Leave, Membership, Person
from adoption.tenancy.models.person import PersonQuerySet
from adoption.tenancy.rules import people_file
from adoption.tenancy.walls import current_organization_id

PAGE_SIZE = 50
MOST_REPORTS = 50
MOST_SUGGESTIONS = 8
# A search that finds more than this is not counted to the end.
COUNT_TO = 1_000


class State(StrEnum):
    """Which people a list shows."""

    HERE = "here"
    AWAY = "away"
    GONE = "gone"
    ALL = "all"


STATE_WORDS: dict[State, str | Promise] = {
    State.HERE: _("Here"),
    State.AWAY: _("On leave"),
    State.GONE: _("Left"),
    State.ALL: _("Everybody"),
}

# UNION rather than UNION ALL: a cycle that two people closed at the same moment must not run for ever.
ABOVE = """
WITH RECURSIVE above (id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT person.manager_id FROM above
      JOIN tenancy_person person ON person.id = above.id AND person.organization_id = %(organization)s
     WHERE person.manager_id IS NOT NULL
)
SELECT EXISTS (SELECT FROM above WHERE id = %(wanted)s)
"""
# One index look-up a department, however many people it has.
DEPARTMENTS = """
WITH RECURSIVE each (department) AS (
    (SELECT department FROM tenancy_person WHERE organization_id = %(organization)s ORDER BY department LIMIT 1)
    UNION ALL
    SELECT (SELECT department FROM tenancy_person
             WHERE organization_id = %(organization)s AND department > each.department ORDER BY department LIMIT 1)
      FROM each WHERE each.department IS NOT NULL
)
SELECT department FROM each WHERE department <> '' LIMIT 1000
"""


def holder_of(address: str) -> Person | None:
    """Who is known by an address in small letters: as their mail address, else as an alias."""
    person: Person | None = Person.objects.filter(mail=address).first()
    if person is None:
        alias = Alias.objects.filter(address=address).select_related("person").first()
        person = alias.person if alias else None
    return person


def is_above(person: Person, start: Person) -> bool:
    """Whether `person` is `start`, or a manager of theirs at any distance."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"start": start.pk, "wanted": person.pk, "organization": current_organization_id()})
        return bool(cursor.fetchone()[0])


def departments() -> list[str]:
    """The names of all departments, in order; at most 1,000."""
    with connection.cursor() as cursor:
        cursor.execute(DEPARTMENTS, {"organization": current_organization_id()})
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class PeopleAsked:
    """What somebody wants to see of the directory. `after` and `before` are public ids of people."""

    search: str = ""
    state: State = State.HERE
    department: str = ""
    after: UUID | None = None
    before: UUID | None = None


@dataclass(frozen=True)
class PeoplePage:
    """One page of the directory. `previous` and `next` are the public ids to go on from, None at the ends."""

    rows: list[Person]
    previous: UUID | None
    next: UUID | None


@dataclass(frozen=True)
class Headcount:
    """How many people there are: here (with those on leave), on leave, and left."""

    here: int
    away: int
    gone: int


def count_people(on: date) -> Headcount:
    """How many people the directory has on a day. Three counts over indexes."""
    everybody = Person.objects.count()
    gone = Person.objects.gone(on).count()
    away = Leave.objects.covering(on).exclude(person__left_on__lte=on).values("person").distinct().count()
    return Headcount(everybody - gone, away, gone)


def people_page(asked: PeopleAsked, on: date) -> PeoplePage:
    """One page of the people asked for, by name, each with manager and `is_on_leave`. At most four queries."""
    rows: PersonQuerySet = {
        State.HERE: Person.objects.here,
        State.AWAY: Person.objects.on_leave,
        State.GONE: Person.objects.gone,
        State.ALL: lambda _on: Person.objects.all(),
    }[asked.state](on)
    if asked.search:
        rows = _searched(rows, asked.search)
    if asked.department:
        rows = rows.in_department(asked.department)
    key, backwards = asked.before or asked.after, asked.before is not None
    start = Person.objects.filter(public_id=key).values("sort_name", "id").first() if key else None
    if start is not None:
        # The first condition is where the index begins, the second takes away those of the same name.
        way = "lt" if backwards else "gt"
        rows = rows.filter(
            Q(**{f"sort_name__{way}": start["sort_name"]}) | Q(**{f"id__{way}": start["id"]}),
            **{f"sort_name__{way}e": start["sort_name"]},
        )
    ordered = rows.order_by("-sort_name", "-id") if backwards else rows.in_name_order()
    # Which rows first, and only then the rows: the search itself reads the index alone.
    keys = list(ordered.values_list("id", flat=True)[: PAGE_SIZE + 1])
    more, keys = len(keys) > PAGE_SIZE, keys[:PAGE_SIZE]
    found = list(Person.objects.filter(pk__in=keys).with_leave(on).select_related("manager").in_name_order())
    earlier, later = (more, start is not None) if backwards else (start is not None, more)
    return PeoplePage(
        found,
        found[0].public_id if found and earlier else None,
        found[-1].public_id if found and later else None,
    )


def _searched(rows: PersonQuerySet, text: str) -> PersonQuerySet:
    """People whose name, address or department contains every word. Departments are few: they are looked through once."""
    known = [(rules.sort_name(one), one) for one in departments()]
    for word in rules.sort_name(text).split():
        there = [department for folded, department in known if word in folded]
        rows = rows.filter(Q(sort_name__contains=word) | Q(mail__contains=word) | Q(department__in=there))
    return rows


def suggest_people(part: str, on: date) -> list[Person]:
    """A few people who are here and whose name or address contains the text, those whose name begins with it first."""
    wanted = rules.sort_name(part)
    if not wanted:
        return []
    here = Person.objects.here(on).in_name_order()
    # A range of the index; "\U0010ffff" sorts behind every letter.
    first = list(here.filter(sort_name__gte=wanted, sort_name__lt=f"{wanted}\U0010ffff")[:MOST_SUGGESTIONS])
    if len(first) < MOST_SUGGESTIONS:
        more = _searched(here, part).exclude(pk__in=[one.pk for one in first]).values_list("id", flat=True)
        first += list(Person.objects.filter(pk__in=list(more[: MOST_SUGGESTIONS - len(first)])).in_name_order())
    return first


def calling_card(person: Person) -> str:
    """How a field names a person, so that `people_called` finds exactly them again: "Niels Brandt (niels@...)"."""
    exact = person.mail or person.external_id
    return f"{person.name} ({exact})" if exact else person.name


def people_called(text: str, on: date) -> list[Person]:
    """Whom somebody means by an address, a number, a name or a calling card: nobody, one, or a few to choose from."""
    manager, name = people_file.read_manager(text)
    if not manager:
        return []
    if holder := holder_of(manager.lower()):
        return [holder]
    if not name:
        return []
    numbered = Person.objects.filter(external_id=manager).first()
    if numbered is not None:
        return [numbered]
    here = Person.objects.here(on).in_name_order()
    return list(here.filter(sort_name=name)[: MOST_SUGGESTIONS + 1]) or suggest_people(text, on)


def standing_of(person: Person) -> dict[str, bool]:
    """What somebody is here by a fact and not by a role, by the names under which floors registered it. One query."""
    facts = {entry.name: entry.load()() for entry in rules.STANDINGS}
    found = Person.objects.filter(pk=person.pk).annotate(**facts).values_list(*facts).get()
    return dict(zip(facts, found, strict=True))


def notices_of(person: Person, permissions: frozenset[rules.Permission]) -> list[rules.Notice]:
    """What the floors above have to say about somebody to a reader of these permissions."""
    found = (entry.load()(person=person) for entry in rules.NOTICES)
    return [one for one in found if one is not None and one.permission in permissions]


@dataclass(frozen=True)
class PersonFacts:
    """Everything a person's page says."""

    person: Person
    aliases: list[Alias]
    leaves: list[Leave]
    leave_now: Leave | None
    reports: list[Person]
    more_reports: int
    membership: Membership | None
    invitation: Invitation | None
    is_gone: bool


def person_facts(person: Person, on: date) -> PersonFacts:
    """What the directory knows about somebody. A fixed number of queries."""
    leaves = list(Leave.objects.filter(person=person).order_by("-starts_on"))
    reports = Person.objects.here(on).filter(manager=person).in_name_order()
    shown = list(reports[: MOST_REPORTS + 1])
    return PersonFacts(
        person=person,
        aliases=list(Alias.objects.filter(person=person).order_by("address")),
        leaves=leaves,
        leave_now=next(
            (one for one in leaves if one.starts_on <= on and (one.ends_on is None or one.ends_on >= on)), None
        ),
        reports=shown[:MOST_REPORTS],
        more_reports=reports.count() - MOST_REPORTS if len(shown) > MOST_REPORTS else 0,
        membership=Membership.objects.current().filter(person=person).first(),
        invitation=Invitation.objects.pending().filter(person=person).first(),
        is_gone=person.left_on is not None and person.left_on <= on,
    )


def differences(current: Person, typed: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(field, what the entry says now, what was typed) where the two differ."""
    return [
        (field, getattr(current, field), value) for field, value in typed.items() if getattr(current, field) != value
    ]
