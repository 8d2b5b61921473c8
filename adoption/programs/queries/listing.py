"""Many programmes: found, page by page, and whom several of them have at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from adoption.disclosure.queries import aside
from adoption.disclosure.rules import Audience, Thresholds, may_say_how_many
from adoption.programs.models import Assignment, Program
from adoption.programs.queries.arms import page_of
from adoption.programs.queries.programs import Listed, listed
from adoption.programs.rules import Arm, State
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import TEXT_LENGTH

PROGRAMS_SHOWN = 25
PEOPLE_SHOWN = 50


@dataclass(frozen=True)
class ProgramsPage:
    """Some programmes, those that began last first. `previous` and `next` are public ids, None at the ends."""

    rows: tuple[Listed, ...]
    previous: UUID | None
    next: UUID | None
    # Of all of them, whatever is looked for: those in the list, and those laid aside.
    listed: int
    archived: int

    @property
    def is_long(self) -> bool:
        """Whether there are so many that one looks for one."""
        return self.listed + self.archived > PROGRAMS_SHOWN // 5


def programs_page(
    *,
    search: str = "",
    state: State | None = None,
    is_archived: bool = False,
    after: UUID | None = None,
    before: UUID | None = None,
    on: date,
) -> ProgramsPage:
    """Programmes by name or work and by state, those laid aside apart. Three queries at most, whatever the numbers."""
    counts = Program.objects.aggregate(
        listed=Count("pk", filter=Q(archived_at__isnull=True)),
        archived=Count("pk", filter=Q(archived_at__isnull=False)),
    )
    found = Program.objects.archived(is_archived)
    if search:
        found = found.named(search[:TEXT_LENGTH])
    if state is not None:
        found = found.in_state(state)
    key, backwards = before or after, before is not None
    start = Program.objects.filter(public_id=key).values("starts_on", "id").first() if key else None
    if start is not None:
        way = "gt" if backwards else "lt"
        found = found.filter(
            Q(**{f"starts_on__{way}": start["starts_on"]})
            | Q(**{"starts_on": start["starts_on"], f"id__{way}": start["id"]})
        )
    ordered = found.order_by("starts_on", "id") if backwards else found.newest_first()
    rows = listed(ordered[: PROGRAMS_SHOWN + 1], on=on)
    more, rows = len(rows) > PROGRAMS_SHOWN, rows[:PROGRAMS_SHOWN]
    if backwards:
        rows.reverse()
    earlier, later = (more, start is not None) if backwards else (start is not None, more)
    return ProgramsPage(
        tuple(rows),
        rows[0].program.public_id if rows and earlier else None,
        rows[-1].program.public_id if rows and later else None,
        counts["listed"],
        counts["archived"],
    )


@dataclass(frozen=True)
class RollUp:
    """Everybody in a running programme, each once, and how many are in several; None where so few are not told."""

    programs: int
    people: int | None
    people_said: str
    in_several: int | None
    in_several_said: str
    # Whether anybody is, as far as that may be said.
    is_any_in_several: bool


def roll_up(organization: Organization, audience: Audience) -> RollUp:
    """Who takes part in an organisation, nobody counted twice. Two queries, whatever the numbers."""
    programs = Program.objects.running().count()
    counts = _places().aggregate(people=Count("person"), several=Count("person", filter=Q(places__gte=2)))
    people, several = counts["people"], counts["several"]
    least = Thresholds.promised_by(organization)
    tells = may_say_how_many(people, audience, least)
    # A lead sees by name who is in which group; to everybody else few are told as few.
    exactly = audience is Audience.LEAD
    return RollUp(
        programs=programs,
        people=people if tells or exactly else None,
        people_said=str(people) if exactly else aside(people, audience, least),
        in_several=several if exactly or may_say_how_many(several, audience, least) else None,
        in_several_said=str(several) if exactly else aside(several, audience, least),
        is_any_in_several=several > 0 if exactly else may_say_how_many(several, audience, least),
    )


def _places() -> Any:
    """Everybody in a running programme, and in how many they are."""
    inside = Assignment.objects.current().filter(program__in=Program.objects.running())
    return inside.order_by().values("person").annotate(places=Count("pk"))


@dataclass(frozen=True)
class Place:
    """One programme somebody is in, and where."""

    program: Program
    arm: Arm
    cluster: str


@dataclass(frozen=True)
class Shared:
    """Somebody in several running programmes at once."""

    person: Person
    places: tuple[Place, ...]


@dataclass(frozen=True)
class OverlapPage:
    """Some of those in several running programmes, by name. `previous` and `next` are public ids, None at the ends."""

    rows: tuple[Shared, ...]
    previous: UUID | None
    next: UUID | None


def overlap_page(*, after: UUID | None = None, before: UUID | None = None) -> OverlapPage:
    """Who is in several running programmes at once, for leads, who see who is in which. Four queries at most."""
    several = Person.objects.filter(pk__in=_places().filter(places__gte=2).values("person"))
    keys, previous, following = page_of(several, after=after, before=before, size=PEOPLE_SHOWN)
    found: dict[int, list[Place]] = {key: [] for key in keys}
    rows = Assignment.objects.current().filter(person__in=keys, program__in=Program.objects.running())
    for row in rows.select_related("program").order_by("program__starts_on", "program_id"):
        found[row.person_id].append(Place(row.program, Arm(row.arm), row.cluster))
    people = Person.objects.in_bulk(keys)
    return OverlapPage(tuple(Shared(people[key], tuple(found[key])) for key in keys), previous, following)
