"""Versions of what a programme is measured by, and who is left out of it."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.programs.models import Assignment, Exemption, Program, Specification
from adoption.programs.rules import is_exempt
from adoption.tenancy.models import Person
from adoption.tenancy.models.person import PersonQuerySet


def versions_of(program: Program) -> list[Specification]:
    """Every version after the launch's, in order."""
    return list(Specification.objects.filter(program=program).order_by("version"))


@dataclass(frozen=True)
class Exempt:
    """Somebody without a suitable workflow, and whether that leaves them out."""

    exemption: Exemption
    is_out: bool


def exempt_people(program: Program) -> list[Exempt]:
    """Who was written down, by name."""
    rows = Exemption.objects.filter(program=program).select_related("person")
    return [
        Exempt(row, is_exempt(row.recorded_on, program.starts_on))
        for row in rows.order_by("person__sort_name", "person_id")
    ]


def is_out(exemption: Exemption) -> bool:
    """Whether it was written down by the launch, and so leaves somebody out."""
    return is_exempt(exemption.recorded_on, exemption.program.starts_on)


def may_be_exempt(program: Program) -> PersonQuerySet:
    """Who is in one of the two groups and not written down yet, by name."""
    assigned = Assignment.objects.filter(program=program).values("person")
    known = Exemption.objects.filter(program=program).values("person")
    found: PersonQuerySet = Person.objects.filter(pk__in=assigned).exclude(pk__in=known).in_name_order()
    return found
