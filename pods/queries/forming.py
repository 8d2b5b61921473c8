"""How pods are formed: who could sit in them, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, count
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from adoption.programs.models import Assignment, Program
from adoption.programs.queries.design import barred
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from champions.queries import Awaited, awaited
from pods import rules
from pods.models import FollowUp, Pod, Seat
from pods.queries.lines import lines_among, lines_said
from pods.rules import Size

MOST_FOUND = 8


def every_champion_has_a_pod(*, program: Program, at: datetime) -> bool:
    """Readiness: whether each serving champion has a pod with somebody in it."""
    today = local_date(at, program.organization.zone)
    leading = set(
        Seat.objects.filled(today).filter(pod__program=program).values_list("pod__champion_id", flat=True).distinct()
    )
    return leading >= set(Champion.objects.here(today).filter(program=program).values_list("pk", flat=True))


def free_names(program: Program, champions: Iterable[Champion]) -> list[str]:
    """Names for some champions' pods that no other pod of the programme has: by first name, where two share it by the whole.

    One query.
    """
    taken = set(Pod.objects.filter(program=program).values_list("name", flat=True))
    found = []
    for champion in champions:
        whole = champion.person.name
        proposed = (str(_("Pod %(name)s")) % {"name": name} for name in (whole.split()[0], whole))
        numbered = (str(_("Pod %(name)s %(number)d")) % {"name": whole, "number": number} for number in count(2))
        found.append(next(name for name in chain(proposed, numbered) if name not in taken)[: rules.NAME_LENGTH])
        taken.add(found[-1])
    return found


@dataclass(frozen=True)
class Listed:
    """A pod in a programme's list: its champion, how many sit in it, and what is to be looked at."""

    pod: Pod
    # Nobody at present.
    leader: Person | None
    members: int
    due: int
    lines: tuple[str, ...]
    awaited: bool  # whether its champion has not come in yet

    @property
    def size(self) -> Size:
        return rules.size_of(self.members)


@dataclass(frozen=True)
class ProgramPods:
    """The pods of a programme, the champions who have none yet, and those of all who have not come in yet."""

    pods: tuple[Listed, ...]
    without_pod: tuple[Champion, ...]
    awaited: tuple[Awaited, ...]


def pods_of(program: Program) -> list[Pod]:
    """A programme's pods by name, with their champions."""
    rows = Pod.objects.filter(program=program).select_related("champion__person__organization")
    return list(rows.in_name_order())


def program_pods(program: Program, *, at: datetime) -> ProgramPods:
    """A programme's pods by name. Seven queries, whatever the numbers."""
    pods = pods_of(program)
    today = local_date(at, program.organization.zone)
    seats = Seat.objects.filled(today).filter(pod__program=program).select_related("person").in_name_order()
    sitting: dict[int, list[Person]] = {}
    for seat in seats:
        sitting.setdefault(seat.pod_id, []).append(seat.person)
    due = dict(
        FollowUp.objects.due(at)
        .filter(session__pod__program=program)
        .with_pod()
        .values_list("pod_now")
        .annotate(number=Count("pk"))
    )
    leads = {pod.champion_id for pod in pods}
    free = Champion.objects.here(today).filter(program=program).exclude(pk__in=[one for one in leads if one])
    without_pod = tuple(free.select_related("person").in_name_order())
    everybody = [person.pk for people in sitting.values() for person in people]
    everybody += [pod.champion.person_id for pod in pods if pod.champion]
    lines = lines_among(everybody)
    not_here = awaited([*(pod.champion for pod in pods if pod.champion), *without_pod], at=at)
    away = {one.champion.pk for one in not_here}
    return ProgramPods(
        pods=tuple(
            Listed(
                pod,
                pod.leader(at),
                len(sitting.get(pod.pk, ())),
                due.get(pod.pk, 0),
                tuple(_line_words(pod, sitting, lines)),
                awaited=pod.champion_id in away,
            )
            for pod in pods
        ),
        without_pod=without_pod,
        awaited=tuple(not_here),
    )


def _line_words(pod: Pod, sitting: dict[int, list[Person]], lines: set[tuple[int, int]]) -> Iterable[str]:
    people = list(sitting.get(pod.pk, ()))
    if pod.champion:
        people.append(pod.champion.person)
    return lines_said(people, lines)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could sit in a pod: whether they are proposed, where they sit now, and who else asks them.

    Those whom the rules do not let take part are shown apart, so that nobody looks for them in vain.
    """

    person: Person
    is_chosen: bool
    where: str
    # Another running programme that asks them too.
    elsewhere: str
    is_barred: bool = False


def candidates(
    program: Program,
    champion: Champion,
    *,
    chosen: Collection[UUID] | None,
    team: UUID | None,
    search: str,
    on: date,
) -> list[Candidate]:
    """Who could sit in a champion's pod, by name.

    Those chosen so far; with `chosen` None the champion's colleagues under the same manager; with `team` also everybody
    who reports to that person; with `search` also those whose name, address or department contains it, unticked. Whom the
    rules bar comes last, and is never ticked.
    """
    place = Assignment.objects.current().filter(program=program, person=OuterRef("pk")).values("cluster")[:1]
    leads = Champion.objects.serving().filter(program=program, person=OuterRef("pk"))
    others = Program.objects.running().exclude(pk=program.pk).filter(pk=OuterRef("program"))
    asked = Assignment.objects.current().filter(Exists(others), person=OuterRef("pk")).order_by("program")
    elsewhere = Subquery(asked.values("program__name")[:1])
    people = Person.objects.here(on).exclude(Exists(leads)).annotate(where=Subquery(place), elsewhere=elsewhere)
    ticked = Q(public_id__in=chosen or ())
    if chosen is None and champion.person.manager_id:
        ticked |= Q(manager=champion.person.manager_id, where=None)
    if team:
        ticked |= Q(manager__public_id=team, where=None)
    rows = {one.pk: one for one in people.filter(ticked)}
    proposed = set(rows)
    if search:
        rows |= {
            one.pk: one for one in people.in_file_of_name(search).exclude(pk__in=proposed).in_name_order()[:MOST_FOUND]
        }
    out = barred(program, rows, on=on)
    found = [
        Candidate(one, key in proposed - out, one.where or "", one.elsewhere or "", key in out)
        for key, one in rows.items()
    ]
    return sorted(found, key=lambda one: (one.is_barred, one.person.sort_name, one.person.pk))


@dataclass(frozen=True)
class Concerns:
    """What speaks against a pod as chosen. Not a refusal: who forms it decides."""

    members: int
    lines: tuple[str, ...]

    @property
    def size(self) -> Size:
        return rules.size_of(self.members)

    @property
    def is_any(self) -> bool:
        return self.size is not Size.FINE or bool(self.lines)


def concerns(champion: Champion, members: Sequence[Person]) -> Concerns:
    """The size of a pod and the reporting lines in it. One query."""
    people = [*members, champion.person]
    return Concerns(len(members), tuple(lines_said(people, lines_among([one.pk for one in people]))))
