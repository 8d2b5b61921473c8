"""Who sits where, before the launch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions.models import Champion
from pods import rules
from pods.models import Pod, Seat


@transaction.atomic
def reseat(*, pod: Pod, people: Sequence[Person], by: Person | None, at: datetime) -> int:
    """Let people sit in a pod, wherever they sat, before the launch. Whoever sits there already stays. Returns how many moved.

    Raises WrongState after the launch, and Refused for nobody, too many at once or a champion of the programme.
    """
    program = _held(pod.program_id)
    if not people:
        raise Refused("nobody_chosen")
    if len(people) > rules.MOST_SHARED_OUT:
        raise Refused("too_many_chosen")
    if Champion.objects.serving().filter(program=program, person__in=people).exists():
        raise Refused("champion_in_pod")
    there = set(Seat.objects.current().filter(pod=pod, person__in=people).values_list("person_id", flat=True))
    moved = [one for one in people if one.pk not in there]
    if moved:
        programs.assign(program=program, arm=Arm.PODS, cluster=pod.name, people=moved, by=by, at=at)
        Seat.objects.filter(pod__program=program, person__in=moved).delete()
        Seat.objects.bulk_create([Seat(pod=pod, person=person, taken_at=at) for person in moved])
        audit.record("pod.reseated", by=by, at=at, subject=pod, members=len(moved))
    return len(moved)


@transaction.atomic
def unseat(*, program: Program, people: Sequence[Person], by: Person | None, at: datetime) -> int:
    """Take people out of the pods of a programme before the launch: they are in no group again. Returns how many.

    Raises WrongState after the launch, and Refused for nobody.
    """
    program = _held(program.pk)
    seats = Seat.objects.filter(pod__program=program, person__in=people)
    out = [seat.person for seat in seats.select_related("person")]
    if not out:
        raise Refused("nobody_chosen")
    programs.unassign(program=program, people=out, by=by, at=at)
    seats.delete()
    audit.record("pod.unseated", by=by, at=at, subject=program, members=len(out))
    return len(out)


@transaction.atomic
def shift(
    *,
    program: Program,
    people: Sequence[Person],
    before: Pod | None,
    after: Pod | None,
    by: Person | None,
    at: datetime,
) -> int:
    """Move people from where somebody saw them sit to another pod; None is no pod at all. Returns how many moved.

    Whoever sits there already stays, so that two drops are one. Raises Refused for somebody who sits elsewhere by now,
    as another tab or another lead has put them, and as `reseat` and `unseat`.
    """
    program = _held(program.pk)
    seats = Seat.objects.current().filter(pod__program=program, person__in=people)
    now = dict(seats.values_list("person_id", "pod_id"))
    seen, wanted = before.pk if before else None, after.pk if after else None
    if any(now.get(one.pk) not in {seen, wanted} for one in people):
        raise Refused("moved_meanwhile")
    moving = [one for one in people if now.get(one.pk) != wanted]
    if people and not moving:
        return 0
    if after is None:
        return unseat(program=program, people=moving, by=by, at=at)
    return reseat(pod=after, people=moving, by=by, at=at)


@transaction.atomic
def put_back(
    *, program: Program, sat: Mapping[Pod, Sequence[Person]], now_in: Pod | None, by: Person | None, at: datetime
) -> int:
    """Take a move back: everybody from where they are now to the pod they sat in, all of them or none. Twice is once.

    Raises Refused as `shift`, also for nobody.
    """
    if not sat:
        raise Refused("nobody_chosen")
    return sum(
        shift(program=program, people=people, before=now_in, after=pod, by=by, at=at) for pod, people in sat.items()
    )


def _held(key: int) -> Program:
    """One at a time for one programme."""
    found: Program = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=key)
    return found
