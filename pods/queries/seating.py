"""Pods suggested, and pods side by side for whoever moves people between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from adoption.programs.models import Assignment, Program
from adoption.programs.queries.design import design_of, eligible_people
from adoption.programs.queries.units import Unit, in_units
from adoption.programs.rules import Arm
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from pods import rules
from pods.models import Pod, Seat
from pods.queries.forming import free_names
from pods.queries.lines import lines_among, lines_said
from pods.rules import Sitting, Size

PODS_SHOWN = 12


@dataclass(frozen=True)
class Suggested:
    """A pod that could be: its champion, a name for it, who would sit in it."""

    champion: Champion
    name: str
    members: tuple[Person, ...]

    @property
    def size(self) -> Size:
        return rules.size_of(len(self.members))


def suggested_pods(program: Program, *, on: date) -> list[Suggested]:
    """Pods around champions who have none: by role, team, zone, place and lots, without reporting lines. None after the launch.

    Nothing is written. Looks at those who may take part and are in no group: of the champions' own teams and of the teams
    that lots chose for pods, and where those are few of the champions' departments. Seven queries at most, whatever the numbers.
    """
    if program.launched_at or program.closed_at:
        return []
    leading = Pod.objects.filter(program=program, champion=OuterRef("pk"))
    free = list(
        Champion.objects.here(on).filter(~Exists(leading), program=program).select_related("person").in_name_order()
    )
    if not free:
        return []
    design = design_of(program)
    heads = [one.person for one in free]
    drawn = list(Person.objects.filter(public_id__in=(design.drawn or {}).get("pods", ())).values_list("pk", flat=True))
    units = design.units_drawn(Arm.PODS)
    teams = Q(manager__in=drawn) | in_units(units) | Q(manager__in=[one.manager_id for one in heads if one.manager_id])
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk"))
    serving = Champion.objects.serving().filter(program=program, person=OuterRef("pk"))
    # By key, in which a department of thousands need not be sorted to take the first few hundred.
    free_people = eligible_people(design.who, on=on).filter(~Exists(place), ~Exists(serving)).order_by("pk")
    people = {one.pk: one for one in free_people.filter(teams)[: rules.MOST_SHARED_OUT]}
    around = free_people.filter(department__in=[one.department for one in heads if one.department])
    for one in around.exclude(pk__in=[*people])[: rules.MOST_SHARED_OUT - len(people)]:
        people[one.pk] = one
    lines = lines_among([*people, *(one.pk for one in heads)])
    pods = rules.share_out(
        [_sitting(one, drawn, units) for one in heads],
        [_sitting(one, drawn, units) for one in people.values()],
        lines,
        design.pod_size,
    )
    return [
        Suggested(
            champion,
            name,
            tuple(sorted((people[key] for key in pods[champion.person_id]), key=lambda one: (one.sort_name, one.pk))),
        )
        for champion, name in zip(free, free_names(program, free), strict=True)
    ]


def _sitting(person: Person, drawn: list[int], units: list[str]) -> Sitting:
    unit = Unit(person.department, person.location).key
    is_drawn = person.manager_id in drawn if person.manager_id else unit in units
    return Sitting(person.pk, person.manager_id, person.job_role, person.location, person.zone, is_drawn)


@dataclass(frozen=True)
class Bench:
    """A pod with who sits in it, and what is to be looked at."""

    pod: Pod
    # Nobody at present.
    leader: Person | None
    members: tuple[Person, ...]
    lines: tuple[str, ...]

    @property
    def size(self) -> Size:
        return rules.size_of(len(self.members))


@dataclass(frozen=True)
class BenchesPage:
    """Some pods side by side, by name. `previous` and `next` are public ids to go on from, None at the ends."""

    rows: tuple[Bench, ...]
    previous: UUID | None
    next: UUID | None


def benches_page(program: Program, *, at: datetime, after: UUID | None, before: UUID | None) -> BenchesPage:
    """One page of a programme's pods with who is there of their members. Four queries at most, whatever the numbers."""
    pods = Pod.objects.filter(program=program).select_related("champion__person__organization")
    today = local_date(at, program.organization.zone)
    key, backwards = before or after, before is not None
    start = Pod.objects.filter(program=program, public_id=key).values("name", "pk").first() if key else None
    if start is not None:
        way = "lt" if backwards else "gt"
        pods = pods.filter(Q(**{f"name__{way}": start["name"]}) | Q(name=start["name"], **{f"pk__{way}": start["pk"]}))
    found = list((pods.order_by("-name", "-id") if backwards else pods.in_name_order())[: PODS_SHOWN + 1])
    more, found = len(found) > PODS_SHOWN, found[:PODS_SHOWN]
    if backwards:
        found.reverse()
    sitting: dict[int, list[Person]] = {pod.pk: [] for pod in found}
    for seat in Seat.objects.filled(today).filter(pod__in=found).select_related("person").in_name_order():
        sitting[seat.pod_id].append(seat.person)
    leaders = {pod.pk: pod.leader(at) for pod in found}
    around = {pod.pk: [*sitting[pod.pk], *(one for one in [leaders[pod.pk]] if one)] for pod in found}
    lines = lines_among([one.pk for people in around.values() for one in people])
    earlier, later = (more, start is not None) if backwards else (start is not None, more)
    return BenchesPage(
        tuple(
            Bench(
                pod,
                leaders[pod.pk],
                tuple(sitting[pod.pk]),
                tuple(lines_said(around[pod.pk], lines)),
            )
            for pod in found
        ),
        found[0].public_id if found and earlier else None,
        found[-1].public_id if found and later else None,
    )


def sat_in(program: Program, people: Collection[Person]) -> dict[Pod, list[Person]]:
    """Which of some people sit in which pods of a programme. One query."""
    seats = Seat.objects.current().filter(pod__program=program, person__in=people).select_related("pod", "person")
    found: dict[Pod, list[Person]] = {}
    for seat in seats.in_name_order():
        found.setdefault(seat.pod, []).append(seat.person)
    return found


def are_dragged(program: Program) -> bool:
    """Whether so few sit in the pods of a draft that they are moved by hand. One query."""
    seats = Seat.objects.current().filter(pod__program=program)
    return (
        not (program.launched_at or program.closed_at)
        and len(seats.values_list("pk")[: rules.MOST_DRAGGED + 1]) <= rules.MOST_DRAGGED
    )


def pod_names(program: Program) -> list[tuple[UUID, str]]:
    """Every pod of a programme by name, to move somebody to. One query."""
    return list(Pod.objects.filter(program=program).in_name_order().values_list("public_id", "name"))
