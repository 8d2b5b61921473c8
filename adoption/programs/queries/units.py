"""Teams of people who report to nobody the directory knows: those of one department at one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from adoption.programs.models import Assignment, Design, Program
from adoption.programs.queries.design import eligible_people, reserved
from adoption.programs.rules.arms import Mix
from adoption.tenancy.models import Person
from adoption.tenancy.models.person import PersonQuerySet

UNITS_SHOWN = 50


@dataclass(frozen=True, order=True)
class Unit:
    """A department at a place; either may be empty where the directory does not say it."""

    department: str
    location: str

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.department, self.location))) or _("No department and no place")

    @property
    def key(self) -> str:
        """As a form carries it."""
        return urlencode({"department": self.department, "location": self.location})


def unit_of(key: str) -> Unit | None:
    """The unit that a form means; None for nonsense."""
    said = dict(parse_qsl(key.replace("\x00", ""), keep_blank_values=True))
    return Unit(said["department"], said["location"]) if said.keys() == {"department", "location"} else None


@dataclass(frozen=True)
class UnitStanding:
    """How many of a unit may still be put into a group, and how many are in one already."""

    unit: Unit
    people: int
    placed: int


@dataclass(frozen=True)
class Units:
    """The units there are, by name, as far as they are shown."""

    rows: tuple[UnitStanding, ...]
    has_more: bool


def units_of(program: Program, design: Design, *, search: str, on: date) -> Units:
    """Units with somebody who may take part; those in whose department or place the search occurs. One query, and those of who leads."""
    people = _without_manager(program, design, on=on)
    if search:
        people = people.filter(Q(department__icontains=search) | Q(location__icontains=search))
    placed = Count("pk", filter=Exists(_place(program)))
    rows = people.values_list("department", "location").annotate(n=Count("pk"), placed=placed)
    found = [
        UnitStanding(Unit(department, location), everybody - inside, inside)
        for department, location, everybody, inside in rows.order_by("department", "location")[: UNITS_SHOWN + 1]
    ]
    return Units(tuple(found[:UNITS_SHOWN]), len(found) > UNITS_SHOWN)


def members_of_unit(program: Program, design: Design, unit: Unit, *, on: date) -> list[Person]:
    """Who of a unit would be in a group: those who may take part, are in none yet, and lead nowhere in the programme."""
    people = _without_manager(program, design, on=on).filter(department=unit.department, location=unit.location)
    return list(people.filter(~Exists(_place(program))).in_name_order())


def free_units(program: Program, design: Design, *, on: date) -> dict[str, tuple[Unit, Mix]]:
    """Units with somebody who is in no group, by their key, with how many of each role. One query, and those of who leads."""
    people = _without_manager(program, design, on=on).filter(~Exists(_place(program)))
    mixes: dict[Unit, Counter[str]] = {}
    for department, location, role, number in _counted(people):
        mixes.setdefault(Unit(department, location), Counter())[role] += number
    return {unit.key: (unit, Mix(unit.key, mix)) for unit, mix in mixes.items()}


def untouched_units(program: Program, design: Design, *, on: date) -> list[str]:
    """Units of which nobody is in a group or leads, by their key: what lots may be drawn of. One query, and those of who leads."""
    bound = Count("pk", filter=Q(Exists(_place(program))) | Q(pk__in=reserved(program)))
    rows = _reporting_to_nobody(design, on=on).values_list("department", "location").annotate(bound=bound)
    return [Unit(department, location).key for department, location, taken in rows if not taken]


def in_units(keys: Iterable[str]) -> Q:
    """Whether somebody reports to nobody the directory knows, and is of one of these units."""
    found = Q(pk__in=[])
    for unit in filter(None, map(unit_of, keys)):
        found |= Q(manager__isnull=True, department=unit.department, location=unit.location)
    return found


def _counted(people: PersonQuerySet) -> Iterable[tuple[str, str, str, int]]:
    rows: Iterable[tuple[str, str, str, int]] = people.values_list("department", "location", "job_role").annotate(
        n=Count("pk")
    )
    return rows


def _without_manager(program: Program, design: Design, *, on: date) -> PersonQuerySet:
    """Those of them who lead nowhere in the programme."""
    found: PersonQuerySet = _reporting_to_nobody(design, on=on).exclude(pk__in=reserved(program))
    return found


def _reporting_to_nobody(design: Design, *, on: date) -> PersonQuerySet:
    """Who may take part, reports to nobody, and has nobody reporting to them: heads of teams are in none of these."""
    people = eligible_people(design.who, on=on)
    here: PersonQuerySet = people.filter(~Exists(reports_to_them()), manager__isnull=True)
    return here.order_by()


def reports_to_them() -> PersonQuerySet:
    """Who reports to the person of the outer query."""
    found: PersonQuerySet = Person.objects.filter(manager=OuterRef("pk"))
    return found


def _place(program: Program) -> QuerySet[Assignment]:
    found: QuerySet[Assignment] = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    return found
