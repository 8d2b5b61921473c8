"""Teams that could be compared, page by page; which match the pods; how alike the two groups are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Assignment, Design, Exemption, Program
from adoption.programs.queries.design import eligible_people, reserved
from adoption.programs.queries.units import Unit, free_units, in_units, reports_to_them
from adoption.programs.rules import Arm, Assigned
from adoption.programs.rules.arms import Beside, Mix, alike, balance, match
from adoption.tenancy.models import Person
from adoption.tenancy.models.person import PersonQuerySet

ASSIGNED_WORDS = {
    Assigned.LOTS: _("lots decided, team by team"),
    Assigned.MATCHED: _("chosen, not at random; the two groups are alike in their roles"),
    Assigned.CHOSEN: _("chosen, not at random"),
}
TEAMS_SHOWN = 25
PEOPLE_SHOWN = 50
# Where so few may take part, their managers are looked up first: walking through everybody by name would seldom meet one.
FEW = 5_000


@dataclass(frozen=True)
class Standing:
    """A team of people who may take part: how many they are, and how many are in each group already."""

    manager: Person
    people: int
    in_pods: int
    in_comparison: int
    # Another running programme asks so many of them.
    elsewhere: int

    @property
    def is_free(self) -> bool:
        return not (self.in_pods or self.in_comparison)


@dataclass(frozen=True)
class TeamsPage:
    """One page of teams by their manager's name. `previous` and `next` are public ids to go on from, None at the ends."""

    rows: tuple[Standing, ...]
    previous: UUID | None
    next: UUID | None


def teams_page(
    program: Program,
    design: Design,
    *,
    search: str,
    after: UUID | None,
    before: UUID | None,
    on: date,
    size: int | None = None,
) -> TeamsPage:
    """Managers with somebody who may take part, by name. Four queries at most, whatever the numbers."""
    team = eligible_people(design.who, on=on).filter(manager=OuterRef("pk"))
    managers = _searched(_heads(design, on=on), search)
    keys, previous, following = page_of(managers, after=after, before=before, size=size or TEAMS_SHOWN)
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    others = Program.objects.running().exclude(pk=program.pk).filter(pk=OuterRef("program"))
    asked = Assignment.objects.current().filter(Exists(others), person=OuterRef("pk"))
    rows = (
        Person.objects.filter(pk__in=keys)
        .annotate(
            people=_number(team),
            in_pods=_number(team.filter(Exists(place.in_arm(Arm.PODS)))),
            in_comparison=_number(team.filter(Exists(place.in_arm(Arm.COMPARISON)))),
            elsewhere=_number(team.filter(Exists(asked))),
        )
        .in_name_order()
    )
    return TeamsPage(
        tuple(Standing(one, one.people, one.in_pods, one.in_comparison, one.elsewhere) for one in rows),
        previous,
        following,
    )


@dataclass(frozen=True)
class Compared:
    """A team in the comparison group, by what it is called there."""

    name: str
    people: int


@dataclass(frozen=True)
class ComparedPage:
    """Some teams of the comparison group by name, how many people are in all of them; `next` is the last name shown."""

    rows: tuple[Compared, ...]
    people: int
    next: str


def compared_page(program: Program, *, after: str = "") -> ComparedPage:
    """Who is compared already, team by team. Two queries, whatever the numbers."""
    inside = Assignment.objects.current().in_arm(Arm.COMPARISON).filter(program=program)
    rows = inside.filter(cluster__gt=after).order_by("cluster").values_list("cluster").annotate(n=Count("pk"))
    found = [Compared(name, people) for name, people in rows[: TEAMS_SHOWN + 1]]
    more, found = len(found) > TEAMS_SHOWN, found[:TEAMS_SHOWN]
    return ComparedPage(tuple(found), inside.count(), found[-1].name if more else "")


def _heads(design: Design, *, on: date) -> PersonQuerySet:
    """Managers with somebody who may take part. One query where few may, none yet where many do."""
    here = eligible_people(design.who, on=on)
    found: PersonQuerySet
    if design.eligible_people is not None and design.eligible_people <= FEW:
        heads = here.filter(manager__isnull=False).order_by().values_list("manager", flat=True).distinct()
        found = Person.objects.filter(pk__in=list(heads))
    else:
        found = Person.objects.filter(Exists(here.filter(manager=OuterRef("pk"))))
    return found


def _searched(people: PersonQuerySet, search: str) -> PersonQuerySet:
    return people.in_file_of_name(search) if search else people


def page_of(
    people: PersonQuerySet, *, after: UUID | None, before: UUID | None, size: int
) -> tuple[list[int], UUID | None, UUID | None]:
    """Keys of one page of people by name, and the public ids to go back and on from. Two queries at most.

    The first condition is where the index begins, the second takes away those of the same name.
    """
    key, backwards = before or after, before is not None
    start = Person.objects.filter(public_id=key).values("sort_name", "id").first() if key else None
    if start is not None:
        way = "lt" if backwards else "gt"
        people = people.filter(
            Q(**{f"sort_name__{way}": start["sort_name"]}) | Q(**{f"id__{way}": start["id"]}),
            **{f"sort_name__{way}e": start["sort_name"]},
        )
    ordered = people.order_by("-sort_name", "-id") if backwards else people.in_name_order()
    found = list(ordered.values_list("id", "public_id")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    earlier, later = (more, start is not None) if backwards else (start is not None, more)
    return (
        [one for one, _id in found],
        found[0][1] if found and earlier else None,
        found[-1][1] if found and later else None,
    )


def _number(rows: Any) -> Coalesce:
    """How many rows of one manager a subquery finds; none is zero."""
    return Coalesce(Subquery(rows.order_by().values("manager").annotate(n=Count("pk")).values("n")), 0)


def members_of_team(program: Program, design: Design, manager: Person, *, on: date) -> list[Person]:
    """Who of a team would be in a group: those who may take part, and lead nowhere in the programme."""
    team = eligible_people(design.who, on=on).filter(manager=manager)
    return list(team.exclude(pk__in=reserved(program)).in_name_order())


@dataclass(frozen=True)
class Found:
    """Somebody who may take part, and where they are."""

    person: Person
    arm: str
    cluster: str
    is_exempt: bool


@dataclass(frozen=True)
class PeoplePage:
    """One page of those who may take part, by name."""

    rows: tuple[Found, ...]
    previous: UUID | None
    next: UUID | None


def eligible_page(
    program: Program, design: Design, *, search: str, after: UUID | None, before: UUID | None, on: date
) -> PeoplePage:
    """Who may take part, by name, each with where they are. Three queries at most."""
    people = _searched(eligible_people(design.who, on=on), search)
    keys, previous, following = page_of(people, after=after, before=before, size=PEOPLE_SHOWN)
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    out = Exemption.objects.filter(program=program, person=OuterRef("pk"))
    rows = (
        Person.objects.filter(pk__in=keys)
        .annotate(arm=Subquery(place.values("arm")[:1]), cluster=Subquery(place.values("cluster")[:1]), out=Exists(out))
        .in_name_order()
    )
    return PeoplePage(tuple(Found(one, one.arm or "", one.cluster or "", one.out) for one in rows), previous, following)


@dataclass(frozen=True)
class Balance:
    """The two groups side by side, by role and by place. Exact, as the directory is to whoever looks at this."""

    roles: tuple[Beside, ...]
    locations: tuple[Beside, ...]
    sizes: dict[str, int]
    # Those whose manager the directory does not know, who are chosen and drawn by department and place.
    without_manager: Beside

    @property
    def is_told(self) -> bool:
        """Whether there is anybody in both."""
        return all(self.sizes.get(arm) for arm in Arm)


def balance_of(program: Program) -> Balance:
    """How alike the two groups are. Three queries, whatever the numbers."""
    counted = {
        field: _by_arm(
            Assignment.objects.current()
            .filter(program=program)
            .values_list("arm", f"person__{field}")
            .annotate(n=Count("pk"))
        )
        for field in ("job_role", "location")
    }
    rows = {
        field: tuple(
            Beside(one.label or str(_("not said")), one.pods, one.comparison, one.in_pods, one.in_comparison)
            for one in balance(groups[Arm.PODS], groups[Arm.COMPARISON], str(_("others")))
        )
        for field, groups in counted.items()
    }
    sizes = {arm.value: sum(group.values()) for arm, group in counted["job_role"].items()}
    lone = dict(_without_manager(program))
    in_pods, compared = (sizes.get(arm, 0) for arm in (Arm.PODS, Arm.COMPARISON))
    beside = Beside(str(_("manager not known")), lone.get(Arm.PODS, 0), lone.get(Arm.COMPARISON, 0), in_pods, compared)
    return Balance(rows["job_role"], rows["location"], sizes, beside)


def _without_manager(program: Program) -> Iterable[tuple[str, int]]:
    """How many of each group report to nobody the directory knows."""
    inside = Assignment.objects.current().filter(program=program, person__manager__isnull=True)
    rows: Iterable[tuple[str, int]] = inside.order_by().values_list("arm").annotate(n=Count("pk"))
    return rows


def _by_arm(rows: Iterable[tuple[str, str, int]]) -> dict[Arm, Counter[str]]:
    found: dict[Arm, Counter[str]] = {arm: Counter() for arm in Arm}
    for arm, label, number in rows:
        found[Arm(arm)][label] += number
    return found


def free_mixes(program: Program, design: Design, *, on: date) -> list[Mix]:
    """All teams of which nobody is in a group or leads, by their manager's public id, with how many of each role may take part.

    Two queries beside those of who leads, over everybody who may take part: numbers come back, not people.
    """
    here = eligible_people(design.who, on=on).filter(manager__isnull=False).order_by()
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    bound = here.filter(Q(Exists(place)) | Q(pk__in=reserved(program)))
    taken = set(bound.values_list("manager", flat=True).distinct())
    mixes: dict[UUID, Counter[str]] = {}
    rows = here.values_list("manager", "manager__public_id", "job_role").annotate(n=Count("pk"))
    for manager, key, role, number in rows:
        if manager not in taken:
            mixes.setdefault(key, Counter())[role] += number
    return [Mix(str(key), mix) for key, mix in mixes.items()]


def heads_of(keys: Collection[str]) -> dict[str, Person]:
    """Managers by their public id. One query."""
    return {str(one.public_id): one for one in Person.objects.filter(public_id__in=keys)}


def how_assigned(program: Program, design: Design, *, on: date) -> Assigned:
    """How it came about who is in which group, as the groups stand. Four queries at most, beside those of who leads."""
    if design.drawn and _as_drawn(program, design, on=on):
        return Assigned.LOTS
    roles = _by_arm(
        Assignment.objects.current()
        .filter(program=program)
        .values_list("arm", "person__job_role")
        .annotate(n=Count("pk"))
    )
    return Assigned.MATCHED if alike(roles[Arm.PODS], roles[Arm.COMPARISON]) else Assigned.CHOSEN


def _as_drawn(program: Program, design: Design, *, on: date) -> bool:
    """Whether each group holds teams that drew it and nobody else, and everybody of them who may take part.

    A lead who picks among the people of a team that drew a pod has chosen, whatever lots said before.
    """
    drawn: dict[Arm, set[str]] = {arm: {*(design.drawn or {})[arm], *design.units_drawn(arm)} for arm in Arm}
    inside = Assignment.objects.current().filter(program=program)
    where = ("person__manager__public_id", "person__department", "person__location")
    for arm, manager, department, location in inside.values_list("arm", *where).distinct():
        if (str(manager) if manager else Unit(department, location).key) not in drawn[Arm(arm)]:
            return False
    place = inside.filter(person=OuterRef("pk"))
    out = Exemption.objects.filter(program=program, person=OuterRef("pk"))
    teams = [key for arm in Arm for key in (design.drawn or {})[arm]]
    units = in_units(key for arm in Arm for key in design.units_drawn(arm)) & ~Exists(reports_to_them())
    left = eligible_people(design.who, on=on).filter(Q(manager__public_id__in=teams) | units)
    return not left.filter(~Exists(place), ~Exists(out)).exclude(pk__in=reserved(program)).exists()


@dataclass(frozen=True)
class Matched:
    """Teams, and units of people without a manager, that together are most like those in the pods."""

    teams: tuple[tuple[Person, Mix], ...]
    units: tuple[tuple[Unit, Mix], ...]
    wanted: int

    @property
    def number(self) -> int:
        return len(self.teams) + len(self.units)

    @property
    def people(self) -> int:
        return sum(mix.people for _, mix in (*self.teams, *self.units))


def matched(program: Program, design: Design, *, on: date) -> Matched:
    """A comparison group proposed: of all free teams those with the pods' mix of roles. Five queries, beside those of who leads."""
    rows = (
        Assignment.objects.current()
        .filter(program=program)
        .values_list("arm", "person__job_role")
        .annotate(n=Count("pk"))
    )
    groups = _by_arm(rows)
    wanted = groups[Arm.PODS] - groups[Arm.COMPARISON]
    units = free_units(program, design, on=on) if wanted else {}
    free = [*free_mixes(program, design, on=on), *(mix for _unit, mix in units.values())] if wanted else []
    chosen = match(wanted, free)
    managers = heads_of([mix.key for mix in chosen if mix.key not in units])
    return Matched(
        tuple((managers[mix.key], mix) for mix in chosen if mix.key in managers),
        tuple(units[mix.key] for mix in chosen if mix.key in units),
        sum(wanted.values()),
    )
