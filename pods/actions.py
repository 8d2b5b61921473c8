"""Every write of the practice floor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from adoption.outbox.actions.messages import say
from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.models import Attention, Program
from adoption.programs.rules import FROM_WEEKS, LET_BE, OF_CHAMPIONS, Arm, Kind, State
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.rules import local_date
from champions import actions as champions
from champions.actions.time import step_down, succeed, warn_sponsor
from champions.models import Champion
from pods import rules
from pods.models import Attendance, FollowUp, Handover, Pod, Seat, Session
from pods.queries import champion_looks
from pods.rules import Cause, SessionKind, Used

FOLLOW_UP_DUE = "pods.follow_up_due"  # the agenda's task
FOLLOW_UP = "follow_up"  # the outbox's kind


class AlreadyAnswered(ValueError):
    """The follow-up has its answer; it stands."""


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
    audit.record("pod.formed", by=by, at=at, subject=pod, members=len(members))
    return pod


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
def log_session(
    *,
    pod: Pod,
    kind: SessionKind,
    held_on: date,
    attendees: Iterable[Person],
    doing_minutes: int,
    explaining_minutes: int,
    note: str,
    form_key: UUID,
    by: Person | None,
    at: datetime,
) -> Session:
    """Record a session. After a one-to-one each attendee's follow-up is promised for their local day 7.

    The same form twice is one session. Raises Refused for a day that is not yet or long past, for nobody in it,
    somebody from elsewhere, or two people in a one-to-one.
    """
    # One at a time for one pod: two presses of the button at once are one session.
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=pod.pk)
    known = Session.objects.filter(pod=pod, form_key=form_key).first()
    if known:
        return known
    today = local_date(at, pod.organization.zone)
    if held_on > today:
        raise Refused("not_yet")
    if held_on < today - rules.OLDEST_SESSION:
        raise Refused("long_past")
    there = list(attendees)
    if not there:
        raise Refused("nobody")
    if kind is SessionKind.ONE_TO_ONE and len(there) > 1:
        raise Refused("one_at_a_time")
    if Seat.objects.current().filter(pod=pod, person__in=there).count() != len(there):
        raise Refused("not_in_pod")
    session = Session.objects.create(
        pod=pod,
        kind=kind,
        held_on=held_on,
        doing_minutes=doing_minutes,
        explaining_minutes=explaining_minutes,
        note=note,
        form_key=form_key,
        logged_at=at,
    )
    Attendance.objects.bulk_create([Attendance(session=session, person=person) for person in there])
    if kind is SessionKind.ONE_TO_ONE:
        follow_ups = FollowUp.objects.bulk_create(
            [
                FollowUp(session=session, person=person, due_at=rules.follow_up_due(held_on, person.local_zone()))
                for person in there
            ]
        )
        agenda.schedule_many(task=FOLLOW_UP_DUE, rows=[(row.pk, row.due_at) for row in follow_ups])
        # What their weeks asked for has happened; day 7 shows whether it helped.
        programs.meet_attention(program=pod.program, people=there, kinds=FROM_WEEKS, at=at)
        # A use inside it was not their own idea.
        reckon_again(people=[person.pk for person in there], first=held_on, last=held_on, at=at)
    audit.record("session.logged", by=by, at=at, subject=session, kind=kind, people=len(there))
    return session


@transaction.atomic
def answer_follow_up(
    *,
    follow_up: FollowUp,
    used: Used,
    what_happened: str,
    what_failed: str,
    cause: Cause | None,
    fixed: bool | None,
    by: Person | None,
    at: datetime,
) -> FollowUp:
    """Write down the three answers. Raises AlreadyAnswered for a second one.

    A cause that was not fixed leaves the person on the attention lists until a later follow-up goes better. No use
    without a cause closes the matter: nobody asks on.
    """
    row = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("session__pod__program", "person")
        .get(pk=follow_up.pk)
    )
    if row.answered_at:
        raise AlreadyAnswered
    if used is Used.YES:
        cause = None
    if cause is None:
        fixed = None
    row.answered_at, row.used, row.what_happened, row.what_failed = at, used, what_happened, what_failed
    row.cause, row.fixed = cause or "", fixed
    row.save()
    program, person = row.session.pod.program, row.person
    if not FollowUp.objects.due(at).filter(session__pod__program=program, person=person).exists():
        programs.settle_attention(program=program, person=person, kind=Kind.FOLLOW_UP_DUE, at=at)
    if fixed or cause is None or cause in rules.SETTLED:
        programs.settle_attention(program=program, person=person, kind=Kind.STUCK, at=at)
        if used is not Used.YES and not fixed:
            # They are to be left alone: what their weeks say asks for nothing any more.
            programs.meet_attention(program=program, people=[person], kinds=FROM_WEEKS, at=at)
    elif program.ended_at is None:
        since = local_date(at, person.local_zone())
        programs.raise_attention(program=program, person=person, kind=Kind.STUCK, since=since, detail={}, at=at)
    audit.record("follow_up.answered", by=by, at=at, subject=row)
    return row


@transaction.atomic
def await_return(*, follow_up: FollowUp, at: datetime) -> datetime | None:
    """Move a follow-up of somebody who is away to the first working day after it. None for whoever is here, or for an open end."""
    zone = follow_up.person.local_zone()
    ends = (
        Leave.objects.covering(local_date(at, zone)).filter(person=follow_up.person).values_list("ends_on", flat=True)
    )
    if None in ends or not ends:
        return None
    follow_up.due_at = rules.back_from_leave(max(ends), zone)
    follow_up.save(update_fields=["due_at"])
    return follow_up.due_at


def remind_champion(*, follow_up: FollowUp, at: datetime) -> None:
    """Tell the champion, once, that a member's follow-up is due, and put the member on the attention lists."""
    champion = follow_up.session.pod.champion
    if champion:
        say(
            kind=FOLLOW_UP,
            person=champion.person,
            subject_key=f"follow_up:{follow_up.pk}",
            row_id=follow_up.pk,
            at=at,
        )
    programs.raise_attention(
        program=follow_up.session.pod.program,
        person=follow_up.person,
        kind=Kind.FOLLOW_UP_DUE,
        since=local_date(at, follow_up.person.local_zone()),
        detail={},
        at=at,
    )


def erase_person(*, person: Person, at: datetime) -> None:
    """Everything this floor holds about a person."""
    FollowUp.objects.filter(person=person).delete()
    Attendance.objects.filter(person=person).delete()
    Seat.objects.filter(person=person).delete()


@transaction.atomic
def look_at_champions(*, program: Program, at: datetime, only: Champion | None = None) -> None:
    """Put champions on the attention list who are about to stop, and tell the sponsor; and those who have stopped.

    Whose reason has ended comes off. Whoever was seen to is let be for three weeks. Outside the active phase nothing happens.
    """
    if program.state is not State.LAUNCHED:
        return
    handled = set(
        Attention.objects.filter(program=program, kind__in=OF_CHAMPIONS)
        .handled_since(at - LET_BE)
        .values_list("person_id", "kind")
    )
    today = local_date(at, program.organization.zone)
    for one in champion_looks(program, at=at):
        if only is not None and one.champion.pk != only.pk:
            continue
        person = one.champion.person
        for kind, holds in ((Kind.CHAMPION_TIME, bool(one.signs)), (Kind.CHAMPION_STOPPED, one.has_stopped)):
            if not holds:
                programs.settle_attention(program=program, person=person, kind=kind, at=at)
            elif (person.pk, kind) not in handled:
                known = Attention.objects.open().filter(program=program, person=person, kind=kind).exists()
                programs.raise_attention(program=program, person=person, kind=kind, since=today, detail={}, at=at)
                if kind is Kind.CHAMPION_TIME and not known:
                    warn_sponsor(champion=one.champion, at=at)


@transaction.atomic
def hand_over(*, pod: Pod, successor: Person, by: Person | None, at: datetime) -> Handover:
    """Give a pod to somebody else in the active phase. Its sessions, follow-ups and members stay as they are.

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
    if before is None:
        raise Refused("not_a_champion")
    after = succeed(champion=before, person=successor, by=by, at=at)
    Seat.objects.current().filter(pod=pod, person=successor).update(left_at=at)
    pod.champion = after
    pod.save(update_fields=["champion"])
    row: Handover = Handover.objects.create(pod=pod, before=before, after=after, handed_at=at)
    if not Pod.objects.filter(champion=before).exists():
        step_down(champion=before, by=by, at=at)
        programs.meet_attention(program=program, people=[before.person], kinds=OF_CHAMPIONS, at=at)
    audit.record("pod.handed_over", by=by, at=at, subject=pod)
    return row
