"""Whose pods these are, and what waits in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from pods.models import FollowUp, Pod, Seat, SeatQuerySet
from pods.queries.meetings import Coming, planned_in
from pods.queries.pod import MOST_TALKS, Talk, Wanted, talks_of, wanted_about


def guides(*, programs: Collection[Program], at: datetime) -> dict[tuple[int, int], Person]:
    """Who helps whom along, by the ids of the programme and of who sits in a pod: its champion. One query."""
    return _led(Seat.objects.current().filter(pod__program__in=programs), at)


def own_guides(person: Person, programs: Collection[Program], *, at: datetime) -> dict[int, Person]:
    """Somebody's champion in each of some programmes, by the programme's id. One query."""
    found = _led(Seat.objects.current().filter(person=person, pod__program__in=programs), at)
    return {program: guide for (program, _person), guide in found.items()}


def _led(seats: SeatQuerySet, at: datetime) -> dict[tuple[int, int], Person]:
    """Who leads the pods of some seats, by programme and person. Nobody in a pod that nobody leads any more."""
    rows = seats.select_related("pod__champion__person__organization")
    led = {(seat.pod.program_id, seat.person_id): seat.pod.leader(at) for seat in rows}
    return {key: guide for key, guide in led.items() if guide}


@dataclass(frozen=True)
class Place:
    """A pod somebody sits in, and who leads it at present."""

    pod: Pod
    leader: Person | None


@dataclass(frozen=True)
class Places:
    """The pods somebody leads, and those they sit in; the latest programme first."""

    leads: tuple[Pod, ...]
    sits: tuple[Place, ...]

    @property
    def only(self) -> Pod | None:
        """The one pod somebody is about to ask for: the only one they lead in a phase that is not over."""
        current = [pod for pod in self.leads if pod.program.ended_at is None]
        return current[0] if len(current) == 1 and not self.sits else None


def places_of(person: Person, *, at: datetime) -> Places:
    """Pods of programmes that are not closed. Two queries."""
    pods = (
        Pod.objects.filter(program__closed_at__isnull=True)
        .select_related("program", "organization", "champion__person__manager", "champion__program")
        .order_by("-program__starts_on", "name", "id")
    )
    seated = Seat.objects.current().filter(person=person, pod=OuterRef("pk"))
    return Places(
        leads=tuple(pods.led_by(person)),
        sits=tuple(Place(pod, pod.leader(at)) for pod in pods.filter(Exists(seated))),
    )


@dataclass(frozen=True)
class Waiting:
    """What waits for a champion in one pod: how many follow-ups are due, and whom to talk to."""

    pod: Pod
    due: int
    talks: tuple[Talk, ...]
    # What is planned, or waits to be logged, soonest first.
    planned: tuple[Coming, ...]

    @property
    def shown(self) -> tuple[Coming, ...]:
        """What waits to be logged longest, else what comes next; and what stands on a closed day."""
        return tuple(one for number, one in enumerate(self.planned) if not number or one.closed)

    @property
    def first(self) -> tuple[Talk, ...]:
        """Those who are named on the first page: whose day 7 is due, then who has waited longest."""
        return tuple(sorted(self.talks, key=lambda one: one.follow_up is None)[:MOST_TALKS])

    @property
    def more(self) -> int:
        return len(self.talks) - len(self.first)


def waiting_for(person: Person, *, at: datetime) -> list[Waiting]:
    """The pods somebody leads, with what waits in each. Six queries at most, whatever the numbers."""
    pods = list(
        Pod.objects.led_by(person)
        .filter(program__closed_at__isnull=True)
        .select_related("program", "organization")
        .in_name_order()
    )
    if not pods:
        return []
    today = local_date(at, pods[0].organization.zone)
    sitting: dict[int, set[int]] = {pod.pk: set() for pod in pods}
    for pod, member in Seat.objects.filled(today).filter(pod__in=pods).values_list("pod_id", "person_id"):
        sitting[pod].add(member)
    open_ones = FollowUp.objects.open(at).in_pods(pods).select_related("session", "person").oldest_first()
    waiting: dict[int, list[FollowUp]] = {pod.pk: [] for pod in pods}
    for follow_up in open_ones:
        waiting[follow_up.pod_now].append(follow_up)
    members = set().union(*sitting.values())
    planned = planned_in(pods, at=at)
    wanted = wanted_about(person, pods, members, on=today)
    found = [
        Waiting(
            pod,
            sum(one.due_at <= at for one in waiting[pod.pk]),
            tuple(
                talks_of(
                    sitting[pod.pk],
                    waiting[pod.pk],
                    Wanted(tuple(row for row in wanted.rows if row.program_id == pod.program_id), wanted.veiled),
                    at,
                )
            ),
            tuple(planned.get(pod.pk, ())),
        )
        for pod in pods
    ]
    # After the phase a pod is only named while something in it still waits.
    return [one for one in found if one.pod.program.ended_at is None or one.due]


def leads_a_pod() -> Exists:
    """Whether the person of the outer query leads a pod whose phase is not over."""
    return Exists(Pod.objects.led_by(OuterRef("pk")).filter(program__ended_at__isnull=True))
