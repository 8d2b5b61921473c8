"""The feed of wins."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from adoption.tenancy.models import Person
from champions.models import Thanks, Win, WinQuerySet

PAGE_SIZE = 20


@dataclass(frozen=True)
class Shared:
    """A win as somebody reads it. `name` is empty where its author would rather not be named."""

    win: Win
    name: str
    department: str
    thanks: int
    is_thanked: bool
    is_mine: bool


@dataclass(frozen=True)
class Feed:
    """A page of wins, newest first; `older` is the last one where more follow. `own_back`: what one took back oneself."""

    rows: list[Shared]
    older: UUID | None
    own_back: list[Win]


def feed(*, person: Person, unprompted: bool = False, before: UUID | None = None) -> Feed:
    """Wins of every team, as a person reads them. Three queries at most."""
    rows = Win.objects.shown().select_related("person", "workflow", "prompt").newest_first()
    if unprompted:
        rows = rows.unprompted()
    if before:
        rows = rows.filter(pk__lt=Coalesce(Subquery(Win.objects.filter(public_id=before).values("pk")[:1]), 0))
    found = list(with_thanks(rows, person)[: PAGE_SIZE + 1])
    taken_back = Win.objects.filter(person=person, taken_back_at__isnull=False).newest_first()
    return Feed(
        rows=[shared(one, person) for one in found[:PAGE_SIZE]],
        older=found[PAGE_SIZE - 1].public_id if len(found) > PAGE_SIZE else None,
        own_back=[] if before else list(taken_back[:PAGE_SIZE]),
    )


def with_thanks(rows: WinQuerySet, person: Person) -> WinQuerySet:
    """Adds `thank_count` and `is_thanked`, whether this person has thanked."""
    said = Thanks.objects.filter(win=OuterRef("pk")).order_by().values("win").annotate(number=Count("pk"))
    return rows.annotate(
        thank_count=Coalesce(Subquery(said.values("number"), output_field=IntegerField()), 0),
        is_thanked=Exists(Thanks.objects.filter(win=OuterRef("pk"), person=person)),
    )


def shared(win: Win, person: Person) -> Shared:
    """A row of `with_thanks`, without the name of who hides it; their department would give them away as well."""
    named = not win.hides_name
    return Shared(
        win=win,
        name=win.person.name if named else "",
        department=win.person.department if named else "",
        thanks=win.thank_count,  # type: ignore[attr-defined]
        is_thanked=win.is_thanked,  # type: ignore[attr-defined]
        is_mine=win.person_id == person.pk,
    )
