"""Who is where once a programme runs. The place held at the launch stays: in the comparison everybody counts there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from adoption.programs.actions.refusals import Refused, WrongState
from adoption.programs.models import Assignment, Program
from adoption.programs.rules import Arm
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@transaction.atomic
def put_into_pod(*, program: Program, person: Person, cluster: str, at: datetime) -> None:
    """From today on somebody belongs to a pod: from another one, from the comparison group, or from neither.

    Raises WrongState outside the active phase.
    """
    program = _running(program)
    first = max(local_date(at, program.organization.zone), program.starts_on + timedelta(days=1))
    current = Assignment.objects.current().filter(program=program, person=person).first()
    if current and current.from_on >= first:
        # Moved twice on a day: the last word of the day is the day's.
        current.arm, current.cluster = Arm.PODS, cluster
        current.save(update_fields=["arm", "cluster"])
    else:
        if current:
            current.to_on = first - timedelta(days=1)
            current.save(update_fields=["to_on"])
        Assignment.objects.create(
            program=program, person=person, arm=Arm.PODS, cluster=cluster, from_on=first, recorded_at=at
        )
    reckon_again(people=[person.pk], at=at)


@transaction.atomic
def take_out_of_pod(*, program: Program, person: Person, cluster: str, at: datetime) -> None:
    """Take back that somebody came into a pod, as if they never had. `cluster` is the pod they were in before, or empty.

    Raises WrongState outside the active phase.
    """
    program = _running(program)
    current = Assignment.objects.current().filter(program=program, person=person).first()
    if current is None:
        return
    before = Assignment.objects.filter(
        program=program, person=person, to_on=current.from_on - timedelta(days=1)
    ).first()
    # Before it goes: what is to be computed again is found by where they are.
    reckon_again(people=[person.pk], at=at)
    if cluster and (before is None or before.cluster != cluster):
        current.cluster = cluster
        current.save(update_fields=["cluster"])
        return
    current.delete()
    if before:
        before.to_on = None
        before.save(update_fields=["to_on"])


@transaction.atomic
def note_help(*, program: Program, person: Person, cluster: str, day: date, at: datetime) -> None:
    """Somebody of the comparison group was helped by a pod on a day: they stay where they are, and that is counted.

    Raises WrongState outside the active phase, and Refused for a day before the second of the programme or still to
    come, and for somebody who was not in the comparison group on it.
    """
    program = _running(program)
    if not program.starts_on < day <= local_date(at, program.organization.zone):
        raise Refused("help_day")
    held = Assignment.objects.on(day).in_arm(Arm.COMPARISON).filter(program=program, person=person).first()
    if held is None:
        raise Refused("not_compared")
    spans = [(held.from_on, day - timedelta(days=1)), (day + timedelta(days=1), held.to_on)]
    held.delete()
    Assignment.objects.bulk_create(
        [
            Assignment(
                program=program,
                person=person,
                arm=Arm.COMPARISON,
                cluster=held.cluster,
                from_on=first,
                to_on=last,
                recorded_at=held.recorded_at,
            )
            for first, last in spans
            if last is None or first <= last
        ]
        + [
            Assignment(
                program=program,
                person=person,
                arm=Arm.PODS,
                cluster=cluster,
                from_on=day,
                to_on=day,
                recorded_at=at,
            )
        ]
    )
    reckon_again(people=[person.pk], at=at)


@transaction.atomic
def take_help_back(*, program: Program, person: Person, day: date, at: datetime) -> None:
    """Take back that somebody of the comparison group was helped on a day. Raises WrongState outside the active phase."""
    program = _running(program)
    places = Assignment.objects.filter(program=program, person=person)
    helped = places.in_arm(Arm.PODS).filter(from_on=day, to_on=day).first()
    if helped is None:
        return
    before = places.in_arm(Arm.COMPARISON).filter(to_on=day - timedelta(days=1)).first()
    after = places.in_arm(Arm.COMPARISON).filter(from_on=day + timedelta(days=1)).first()
    reckon_again(people=[person.pk], at=at)
    helped.delete()
    if before and after:
        after.delete()
        before.to_on = after.to_on
        before.save(update_fields=["to_on"])
    elif before or after:
        left = before or after
        assert left
        if before:
            left.to_on = day
        else:
            left.from_on = day
        left.save(update_fields=["from_on", "to_on"])


def _running(program: Program) -> Program:
    """The programme as it is now, held until the commit."""
    row = Program.objects.select_for_update(of=("self",)).select_related("organization").get(pk=program.pk)
    if row.launched_at is None or row.ended_at:
        raise WrongState("not_running")
    return row
