"""Pods before the launch, and who takes one over after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.programs.rules import OF_CHAMPIONS, Arm
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from champions import actions as champions
from champions.actions.time import step_down, succeed
from champions.models import Champion
from pods.actions.champions import look_for_lone_pods
from pods.actions.follow_ups import pass_on_day_sevens
from pods.actions.meetings import pass_on
from pods.actions.questions import promise_handing_over
from pods.actions.remedies import pass_on_steps
from pods.models import Handover, Pod, Seat, Session
from pods.queries.forming import free_names


@transaction.atomic
def form_pod(
    *, program: Program, champion: Champion, name: str, members: Sequence[Person], by: Person | None, at: datetime
) -> Pod:
    """A pod around a champion, before the launch. Its members become the pods' arm, as one cluster.

    Raises Refused for a champion among the members, a name that is taken or nobody to sit in it.
    """
    if not members:
        raise Refused("empty_pod")
    # One at a time for one programme: of two presses of the button the second finds the name taken.
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if champion.program_id != program.pk or champion.stepped_down_at:
        raise Refused("not_a_champion")
    if Champion.objects.serving().filter(program=program, person__in=members).exists():
        raise Refused("champion_in_pod")
    if Pod.objects.filter(program=program, name=name).exists():
        raise Refused("pod_name_taken")
    programs.assign(program=program, arm=Arm.PODS, cluster=name, people=members, by=by, at=at)
    # Somebody who moves between pods before the launch leaves the other seat.
    Seat.objects.filter(pod__program=program, person__in=members).delete()
    pod = Pod.objects.create(program=program, champion=champion, name=name, formed_at=at)
    Seat.objects.bulk_create([Seat(pod=pod, person=person, taken_at=at) for person in members])
    promise_handing_over(at=at)
    audit.record("pod.formed", by=by, at=at, subject=pod, members=len(members))
    return pod


@transaction.atomic
def form_pods(
    *, program: Program, chosen: Sequence[tuple[Champion, Sequence[Person]]], by: Person | None, at: datetime
) -> list[Pod]:
    """Pods around several champions at once, all of them or none, each named after its champion.

    Champions who have a pod by now, and those for whom nobody was chosen, are passed over. Raises as `form_pod`.
    """
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    heads = [champion.pk for champion, _members in chosen]
    leading = set(Pod.objects.filter(champion__in=heads).values_list("champion_id", flat=True))
    wanted = [(champion, members) for champion, members in chosen if members and champion.pk not in leading]
    names = free_names(program, [champion for champion, _members in wanted])
    return [
        form_pod(program=program, champion=champion, name=name, members=members, by=by, at=at)
        for (champion, members), name in zip(wanted, names, strict=True)
    ]


@transaction.atomic
def dissolve_pod(*, pod: Pod, by: Person | None, at: datetime) -> None:
    """Undo a pod before the launch: its members are in no arm again. Raises WrongState, and Refused after a session."""
    pod = Pod.objects.select_for_update(of=("self",)).select_related("program").get(pk=pod.pk)
    if Session.objects.filter(pod=pod).exists():
        raise Refused("pod_has_sessions")
    members = [seat.person for seat in Seat.objects.filter(pod=pod).select_related("person")]
    programs.unassign(program=pod.program, people=members, by=by, at=at)
    audit.record("pod.withdrawn", by=by, at=at, subject=pod, members=len(members))
    pod.delete()


@transaction.atomic
def withdraw_champion(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """Take the naming of a champion back before the launch. Raises WrongState, and Refused while they lead a pod."""
    if Pod.objects.filter(champion=champion).exists():
        raise Refused("leads_a_pod")
    champions.withdraw_champion(champion=champion, by=by, at=at)


@transaction.atomic
def hand_over(*, pod: Pod, successor: Person, by: Person | None, at: datetime) -> Handover:
    """Give a pod to somebody else in the active phase, also one that nobody leads any more.

    Its sessions, follow-ups and members stay as they are; open steps that its champion had with members go along.

    A member of the pod who takes it over leaves the seat; in the analysis they stay where they were at the launch. Who led it
    before steps down once they lead no pod of the programme any more. Raises WrongState outside the phase, and Refused for
    the champion themselves, for somebody of the comparison group or of another pod, and for somebody who has left.
    """
    program = Program.objects.select_for_update(of=("self",)).get(pk=pod.program_id)
    pod = Pod.objects.select_for_update(of=("self",)).select_related("champion__person").get(pk=pod.pk)
    before = pod.champion
    others = Seat.objects.current().filter(pod__program=program, person=successor).exclude(pod=pod)
    if others.exists():
        raise Refused("in_another_pod")
    after = succeed(program=program, champion=before, person=successor, by=by, at=at)
    Seat.objects.current().filter(pod=pod, person=successor).update(left_at=at)
    pod.champion = after
    pod.save(update_fields=["champion"])
    row: Handover = Handover.objects.create(pod=pod, before=before, after=after, handed_at=at)
    pass_on(pod=pod, leaders=[one.person for one in (before, after) if one], at=at)
    pass_on_day_sevens(pod=pod, at=at)
    pass_on_steps(pod=pod, before=before.person if before else None, after=after.person, at=at)
    if before and not Pod.objects.filter(champion=before).exists():
        step_down(champion=before, by=by, at=at)
        programs.meet_attention(program=program, people=[before.person], kinds=OF_CHAMPIONS, at=at)
    look_for_lone_pods(program=program, at=at)
    audit.record("pod.handed_over", by=by, at=at, subject=pod)
    return row
