"""Leaders whom nobody sees use it. For leads alone, who speak with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from adoption.programs.models import Assignment, Objection, Program
from adoption.tenancy.models import Leave, Person, RoleGrant
from adoption.tenancy.models.person import PersonQuerySet
from adoption.tenancy.rules import Role, local_date
from champions import rules
from champions.models import LeaderDeed
from champions.queries.asks import acts_of_each


@dataclass(frozen=True)
class LeaderLook:
    """A leader, when they were last seen to use it within 28 days, and whether somebody should speak with them."""

    person: Person
    used_on: date | None
    wants_a_word: bool

    @property
    def uses(self) -> bool:
        return self.used_on is not None


def leader_looks(program: Program, *, at: datetime) -> list[LeaderLook]:
    """Executives whom a lead may speak with alone, by name; not whoever is away, or would rather be let be.

    Whoever takes part in a programme has a champion, who sits down with them as with everybody. A fixed number of queries.
    """
    today = local_date(at, program.organization.zone)
    let_be = Objection.objects.standing().filter(person=OuterRef("pk"), program__closed_at__isnull=True)
    away = Leave.objects.covering(today).filter(person=OuterRef("pk"))
    since = _grants(Role.EXECUTIVE).values("granted_at")[:1]
    people = list(
        _leaders(today).exclude(Exists(let_be)).exclude(Exists(away)).annotate(since=Subquery(since)).in_name_order()
    )
    keys = [one.pk for one in people]
    acts = acts_of_each(keys, on=today)
    first = today - rules.LOOKED_BACK
    # Noted, and not yet confirmed: nobody is spoken to because somebody else has not got round to it.
    noted = LeaderDeed.objects.filter(leader__in=keys, confirmed_at__isnull=True, done_on__gt=first)
    said: dict[int, list[tuple[rules.LeaderAct, date]]] = defaultdict(list)
    for leader, act, day in noted.values_list("leader_id", "act", "done_on"):
        said[leader].append((rules.LeaderAct(act), day))
    leaves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for leave in Leave.objects.overlapping(first, today).filter(person__in=keys):
        leaves[leave.person_id].append((leave.starts_on, leave.ends_on))
    return [
        LeaderLook(
            one,
            used_on=rules.used_on(acts[one.pk].all, today),
            wants_a_word=rules.wants_a_word(
                uses=rules.used_on([*acts[one.pk].all, *said[one.pk]], today) is not None,
                expected_since=max(program.starts_on, local_date(one.since, program.organization.zone)),
                away=rules.days_away(leaves[one.pk], today),
                on=today,
            ),
        )
        for one in people
    ]


def one_leader(leader: UUID, *, on: date) -> Person | None:
    """A leader by their id, if a lead can sit down with them by themselves. One query."""
    found: Person | None = _leaders(on).filter(public_id=leader).select_related("organization").first()
    return found


def _leaders(on: date) -> PersonQuerySet:
    takes_part = Assignment.objects.current().filter(person=OuterRef("pk"), program__closed_at__isnull=True)
    rows: PersonQuerySet = Person.objects.here(on).filter(Exists(_grants(Role.EXECUTIVE)))
    return rows.exclude(Exists(_grants(Role.LEAD))).exclude(Exists(takes_part))


def _grants(role: Role) -> QuerySet[RoleGrant]:
    """What makes somebody one of these. For whoever the outer query is about."""
    found: QuerySet[RoleGrant] = RoleGrant.objects.filter(
        membership__person=OuterRef("pk"), membership__ended_at__isnull=True, role=role.value
    )
    return found
