"""Reads of the champions' floor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Assignment, Program
from adoption.tenancy.models import Membership, Organization, Person
from adoption.tenancy.rules import Holding, Permission
from champions.models import Champion


def has_champions(*, program: Program, at: datetime) -> bool:
    """Readiness: whether somebody leads."""
    found: bool = Champion.objects.serving().filter(program=program).exists()
    return found


def leading(*, program: Program) -> set[int]:
    """Ids of those who lead in a programme. One query."""
    return set(Champion.objects.serving().filter(program=program).values_list("person_id", flat=True))


def champions_are_free(*, program: Program, at: datetime) -> bool:
    """Readiness: whether no champion is in one of the two groups, into which whole teams may have brought them."""
    assigned = Assignment.objects.current().filter(program=program, person=OuterRef("person"))
    taken: bool = Champion.objects.serving().filter(Exists(assigned), program=program).exists()
    return not taken


class WayIn(StrEnum):
    """Whether somebody can open the pages of a pod."""

    MEMBER = "member"
    INVITED = "invited"
    UNREACHABLE = "unreachable"


def way_in(person: Person) -> WayIn:
    """How a champion comes in: whoever is named and has an address is invited."""
    if Membership.objects.current().filter(person=person).exists():
        return WayIn.MEMBER
    return WayIn.INVITED if person.mail else WayIn.UNREACHABLE


def not_here_yet(people: Iterable[Person]) -> frozenset[int]:
    """Ids of those of these people who cannot sign in yet. One query."""
    keys = {person.pk for person in people}
    return frozenset(
        keys - set(Membership.objects.current().filter(person__in=keys).values_list("person_id", flat=True))
    )


def champions_of(program: Program) -> list[Champion]:
    """Who leads in a programme, by name."""
    return list(Champion.objects.serving().filter(program=program).select_related("person").in_name_order())


def export_champions(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: where they lead."""
    rows = Champion.objects.held_by(person).select_related("program").order_by("id")
    return {
        "champion_of": [
            {
                "program": row.program.name,
                "named": row.named_at.isoformat(),
                "stepped_down": row.stepped_down_at.isoformat() if row.stepped_down_at else None,
            }
            for row in rows
        ]
    }


def seen_of_champions(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [Holding(_("That you are a champion"), Permission.MANAGE_PROGRAMS, also=_("The members of your pods."))]


SENTENCES: dict[str, str | Promise] = {
    "champion.named": _("named %(subject)s a champion"),
    "champion.withdrawn": _("took back that %(subject)s is a champion"),
}
