"""Reads of the champions' floor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Assignment, Program
from adoption.tenancy.models import Invitation, Membership, Organization, Person
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
    # The invitation was not taken up in time, or was withdrawn: another is needed.
    RAN_OUT = "ran_out"
    UNREACHABLE = "unreachable"


def ways_in(people: Iterable[Person], *, at: datetime) -> dict[int, WayIn]:
    """How each of some people comes in, by their ids. Two queries."""
    mails = {person.pk: person.mail for person in people}
    members = set(Membership.objects.current().filter(person__in=mails).values_list("person_id", flat=True))
    invited = set(Invitation.objects.open(at).filter(person__in=mails).values_list("person_id", flat=True))

    def way(key: int) -> WayIn:
        if key in members:
            return WayIn.MEMBER
        if not mails[key]:
            return WayIn.UNREACHABLE
        return WayIn.INVITED if key in invited else WayIn.RAN_OUT

    return {key: way(key) for key in mails}


@dataclass(frozen=True)
class Awaited:
    """A champion who has not come in yet, and whether there is a way in for them."""

    champion: Champion
    way: WayIn


def awaited(champions: Iterable[Champion], *, at: datetime) -> list[Awaited]:
    """Those of some champions who cannot sign in yet, in the same order. Two queries."""
    champions = list(champions)
    ways = ways_in([one.person for one in champions], at=at)
    found = [Awaited(one, ways[one.person_id]) for one in champions]
    return [one for one in found if one.way is not WayIn.MEMBER]


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
                "not_asked_about_weeks_since": row.unasked_since.isoformat() if row.unasked_since else None,
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
