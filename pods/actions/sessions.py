"""Sessions, as they are logged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.rules import FOR_LEADS, MET_ALONE
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.reckoning import reckon_again
from adoption.tenancy.models import Person
from adoption.tenancy.queries.closures import closed_since
from adoption.tenancy.rules import local_date
from champions.actions.wins import share_win
from champions.rules.winning import Telling
from pods import rules
from pods.actions.follow_ups import FOLLOW_UP_DUE, call_off_day_sevens, tell_day_seven
from pods.models import Attendance, FollowUp, Meeting, Pod, Seat, Session, Showing
from pods.queries.sessions import same_session
from pods.rules import SessionKind


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
    finished: str = "",
    written_down: str = "",
    is_unfinished: bool = False,
    worked: str = "",
    did_not: str = "",
    next_time: str = "",
    meeting: Meeting | None = None,
    is_another: bool = False,
    win: Telling | None = None,
) -> Session:
    """Record a session. After a one-to-one each attendee's follow-up is promised for their local day 7.

    A one-to-one ends with something finished, and how it was done written down. The same form twice is one session, and
    so is one plan: without a `meeting` the plan of that day, kind and person is met. Raises Refused for a day that is not
    yet or long past, for nobody in it, somebody from elsewhere, two people in a one-to-one, a plan that was cancelled, and
    for what stands already with the same people on the same day, unless somebody says that it `is_another`.

    A `win` that was told in it is shared in the name of whoever logs it, as one that was asked for: once for one form,
    also where the session stood already.
    """
    # One at a time for one pod: two presses of the button at once are one session.
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=pod.pk)
    known = Session.objects.filter(pod=pod, form_key=form_key).first()
    if known is None and meeting:
        known = Session.objects.filter(pod=pod, meeting=meeting).first()
    if known:
        _tell(win, pod, form_key, by=by, at=at)
        return known
    if meeting and Meeting.objects.filter(pk=meeting.pk, cancelled_at__isnull=False).exists():
        raise Refused("meeting_cancelled")
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
    if not is_another and same_session(pod=pod, kind=kind, held_on=held_on, people=there, meeting=meeting):
        raise Refused("logged_already")
    meeting = meeting or _planned(pod, kind, held_on, there)
    session = Session.objects.create(
        pod=pod,
        meeting=meeting,
        kind=kind,
        held_on=held_on,
        doing_minutes=doing_minutes,
        explaining_minutes=explaining_minutes,
        note=note,
        finished=finished if kind is SessionKind.ONE_TO_ONE else "",
        written_down=written_down if kind is SessionKind.ONE_TO_ONE else "",
        is_unfinished=is_unfinished and kind is SessionKind.ONE_TO_ONE,
        worked=worked,
        did_not=did_not,
        next_time=next_time,
        form_key=form_key,
        logged_at=at,
    )
    Attendance.objects.bulk_create([Attendance(session=session, person=person) for person in there])
    if kind is SessionKind.ONE_TO_ONE:
        promise_day_seven(session=session, people=there, asks=pod.champion.person if pod.champion else None, at=at)
        # What their weeks asked for has happened; day 7 shows whether it helped.
        programs.meet_attention(program=pod.program, people=there, kinds=MET_ALONE, at=at)
        # A use inside it was not their own idea.
        reckon_again(people=[person.pk for person in there], first=held_on, last=held_on, at=at)
    if kind in rules.SHOWN_IN:
        Showing.objects.offered().filter(pod=pod, person__in=there).update(session=session)
    audit.record("session.logged", by=by, at=at, subject=session, kind=kind, people=len(there))
    _tell(win, pod, form_key, by=by, at=at)
    return session


def _tell(win: Telling | None, pod: Pod, key: UUID, *, by: Person | None, at: datetime) -> None:
    if win is None or by is None:
        return
    # In a session one is asked: it does not count among those that came by themselves.
    share_win(**asdict(win), workflow=pod.program.workflow, prompt=None, asked_for=True, by=by, at=at, key=key)


def promise_day_seven(*, session: Session, people: Iterable[Person], asks: Person | None, at: datetime) -> None:
    """After a one-to-one: each one's follow-up on their local day 7, in their calendar and in that of whoever asks."""
    closed = closed_since(session.held_on)
    follow_ups = FollowUp.objects.bulk_create(
        [
            FollowUp(
                session=session,
                person=person,
                due_at=rules.follow_up_due(session.held_on, person.local_zone(), closed.at(person.location)),
            )
            for person in people
        ]
    )
    agenda.schedule_many(task=FOLLOW_UP_DUE, rows=[(row.pk, row.due_at) for row in follow_ups])
    tell_day_seven(follow_ups=follow_ups, champion=asks, at=at)


@transaction.atomic
def put_session_right(
    *,
    session: Session,
    doing_minutes: int,
    explaining_minutes: int,
    finished: str,
    written_down: str,
    is_unfinished: bool,
    worked: str,
    did_not: str,
    next_time: str,
    by: Person | None,
    at: datetime,
) -> Session:
    """Change the minutes of a logged session and what was written down with it. Raises Refused two weeks after it was logged."""
    row: Session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if at >= row.logged_at + rules.TAKE_BACK:
        raise Refused("long_logged")
    row.doing_minutes, row.explaining_minutes = doing_minutes, explaining_minutes
    row.worked, row.did_not, row.next_time = worked, did_not, next_time
    if row.kind == SessionKind.ONE_TO_ONE:
        row.finished, row.written_down, row.is_unfinished = finished, written_down, is_unfinished
    row.save()
    audit.record("session.put_right", by=by, at=at, subject=row, kind=row.kind)
    return row


@transaction.atomic
def take_back_session(*, session: Session, by: Person | None, at: datetime) -> None:
    """Undo a session that was logged by mistake, as if it had not been: its day 7 too, in the two calendars as well.

    Its plan waits to be logged again, and what it met stands on the attention lists again. Raises Refused once its day 7
    has an answer, and two weeks after it was logged.
    """
    # Whatever else is logged or planned there waits.
    place = session.pod or session.within
    type(place).objects.select_for_update(no_key=True, of=("self",)).get(pk=place.pk)
    row = Session.objects.filter(pk=session.pk).select_related("pod__program", "program").first()
    if row is None:
        # The button was pressed twice: what was wanted is so.
        return
    if at >= row.logged_at + rules.TAKE_BACK:
        raise Refused("long_logged")
    call_off_day_sevens(session=row, at=at)
    there = [one.person for one in Attendance.objects.filter(session=row).select_related("person")]
    again = Showing.objects.open().filter(pod=row.pod_id).values("person")
    Showing.objects.filter(session=row, person__in=again).update(withdrawn_at=at)
    audit.record("session.taken_back", by=by, at=at, subject=row, kind=row.kind, people=len(there))
    row.delete()
    if row.kind == SessionKind.ONE_TO_ONE:
        kinds = FOR_LEADS if row.leader_id else MET_ALONE
        programs.unmeet_attention(program=row.within, people=there, kinds=kinds, met_at=row.logged_at)
        reckon_again(people=[person.pk for person in there], first=row.held_on, last=row.held_on, at=at)


def _planned(pod: Pod, kind: SessionKind, held_on: date, there: list[Person]) -> Meeting | None:
    """What was planned for that day and is logged without being asked for by name: one session, not two."""
    rows = Meeting.objects.unlogged().filter(pod=pod, kind=kind, day=held_on)
    if kind is SessionKind.ONE_TO_ONE:
        rows = rows.filter(invitees__person=there[0])
    found: Meeting | None = rows.soonest_first().first()
    return found
