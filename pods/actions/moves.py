"""Who comes into a pod, changes pods or leaves one while a programme runs. In the comparison everybody counts where they
were at the launch."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from adoption.programs.actions import Refused
from adoption.programs.actions import moves as places
from adoption.programs.models import Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.models import Champion
from pods.actions.follow_ups import keep_day_sevens
from pods.actions.meetings import invite_along, uninvite
from pods.models import Attendance, Move, Pod, Seat
from pods.rules import MoveKind


@transaction.atomic
def transfer(*, person: Person, pod: Pod, by: Person | None, at: datetime) -> Move:
    """Give somebody who sits in one pod a seat in another. What they did stays with the pod they did it in.

    A day 7 that is open goes along: whoever leads the pod they sit in can mend it there. Raises WrongState outside the
    active phase, and Refused for somebody who sits in no other pod of the programme.
    """
    _lock(pod)
    seat = Seat.objects.current().filter(pod__program=pod.program_id, person=person).select_related("pod").first()
    if seat is None or seat.pod_id == pod.pk:
        raise Refused("no_other_seat")
    places.put_into_pod(program=pod.program, person=person, cluster=pod.name, at=at)
    before = seat.pod
    _stand_up(seat, at)
    _sit_down(pod, person, at)
    keep_day_sevens(people=[person.pk], at=at)
    return _note(MoveKind.TRANSFER, person, before, pod, by, at)


@transaction.atomic
def join_late(*, person: Person, pod: Pod, by: Person | None, at: datetime) -> Move:
    """Give somebody a seat in a pod of a programme that runs: a late joiner, or somebody of the comparison group.

    A late joiner is in no cohort; somebody of the comparison group stays in it, flagged. Raises WrongState outside the
    active phase, and Refused for somebody who sits in a pod of the programme, leads one, or has left.
    """
    _lock(pod)
    if Seat.objects.current().filter(pod__program=pod.program_id, person=person).exists():
        raise Refused("sits_already")
    _check_person(pod.program, person, at)
    places.put_into_pod(program=pod.program, person=person, cluster=pod.name, at=at)
    _sit_down(pod, person, at)
    keep_day_sevens(people=[person.pk], at=at)
    return _note(MoveKind.JOIN, person, None, pod, by, at)


@transaction.atomic
def leave_pod(*, person: Person, pod: Pod, by: Person | None, at: datetime) -> Move:
    """Somebody leaves a pod, and stays in the programme: they are asked about their weeks, and count where they did.

    Raises Refused for somebody who does not sit in it.
    """
    _lock(pod)
    seat = Seat.objects.current().filter(pod=pod, person=person).select_related("pod").first()
    if seat is None:
        raise Refused("not_in_pod")
    _stand_up(seat, at)
    keep_day_sevens(people=[person.pk], at=at)
    return _note(MoveKind.LEAVE, person, pod, None, by, at)


@transaction.atomic
def note_help(*, person: Person, pod: Pod, day: date, by: Person | None, at: datetime) -> Move:
    """Somebody of the comparison group was helped by a pod on a day. Noted twice it is once.

    They stay in the comparison group, flagged. Raises WrongState outside the active phase, and Refused for a day that
    cannot be, and for somebody who is not in the comparison group.
    """
    _lock(pod)
    known = Move.objects.standing().filter(
        program=pod.program_id, person=person, kind=MoveKind.HELPED, moved_on=day, after=pod
    )
    for row in known:
        return row  # type: ignore[no-any-return]
    places.note_help(program=pod.program, person=person, cluster=pod.name, day=day, at=at)
    return _note(MoveKind.HELPED, person, None, pod, by, at, day=day)


@transaction.atomic
def undo_move(*, move: Move, by: Person | None, at: datetime) -> Move:
    """Take a move back, as if it had not been. Twice is once.

    Raises WrongState outside the active phase, and Refused where the person was moved again since, or has been in a
    session of the pod they came into: then they are moved back instead.
    """
    row: Move = Move.objects.select_for_update(of=("self",)).select_related("program", "person").get(pk=move.pk)
    if row.undone_at:
        return row
    before, after = row.before, row.after
    _lock(*[pod for pod in (before, after) if pod])
    person, program = row.person, row.program
    later = Move.objects.standing().filter(program=program, person=person, pk__gt=row.pk)
    if later.exists():
        raise Refused("moved_since")
    if row.kind == MoveKind.HELPED:
        places.take_help_back(program=program, person=person, day=row.moved_on, at=at)
    else:
        if after:
            met = Attendance.objects.filter(person=person, session__pod=after, session__logged_at__gte=row.moved_at)
            if met.exists():
                raise Refused("met_since")
            places.take_out_of_pod(program=program, person=person, cluster=before.name if before else "", at=at)
            Seat.objects.current().filter(pod=after, person=person).delete()
            uninvite(pod=after, person=person, at=at)
        if before:
            Seat.objects.filter(pod=before, person=person, left_at=row.moved_at).update(left_at=None)
            invite_along(pod=before, person=person, at=at)
        keep_day_sevens(people=[person.pk], at=at)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    audit.record("move.undone", by=by, at=at, subject=row, kind=row.kind)
    return row


def _lock(*pods: Pod) -> None:
    """One at a time for the pods of a programme, in one order: of two presses the second finds what the first did."""
    keys = {pod.program_id for pod in pods}
    list(Program.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def _check_person(program: Program, person: Person, at: datetime) -> None:
    if person.has_left(at):
        raise Refused("has_left")
    if Champion.objects.serving().filter(program=program, person=person).exists():
        raise Refused("champion_in_pod")


def _stand_up(seat: Seat, at: datetime) -> None:
    seat.left_at = at
    seat.save(update_fields=["left_at"])
    uninvite(pod=seat.pod, person=seat.person, at=at)


def _sit_down(pod: Pod, person: Person, at: datetime) -> None:
    Seat.objects.create(pod=pod, person=person, taken_at=at)
    invite_along(pod=pod, person=person, at=at)


def _note(
    kind: MoveKind,
    person: Person,
    before: Pod | None,
    after: Pod | None,
    by: Person | None,
    at: datetime,
    *,
    day: date | None = None,
) -> Move:
    pod = after or before
    assert pod
    row: Move = Move.objects.create(
        program=pod.program,
        person=person,
        kind=kind,
        before=before,
        after=after,
        moved_on=day or local_date(at, pod.organization.zone),
        moved_at=at,
    )
    audit.record("move.made", by=by, at=at, subject=row, kind=kind)
    return row
