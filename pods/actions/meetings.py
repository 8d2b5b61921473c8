"""Sessions planned ahead: promised to calendars, moved, cancelled, and reminded of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from adoption.outbox.actions.messages import Saying, say_many
from adoption.programs.actions import Refused
from adoption.programs.models import Objection
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.models import Person
from adoption.tenancy.rules import instant, local_date
from pods import rules
from pods.models import Invitee, Meeting, Pod, Seat, Session
from pods.queries.curriculum import taken_up_in
from pods.rules import SessionKind

MEETING_SOON = "pods.meeting_soon"  # the agenda's task
MEETING = "meeting"  # the outbox's kinds
SOON = "meeting_soon"
PREPARE = "meeting_prepare"


@transaction.atomic
def plan_meeting(
    *,
    pod: Pod,
    kind: SessionKind,
    day: date,
    hour: time,
    minutes: int,
    people: Iterable[Person],
    place: str,
    topics: str,
    weekly: bool,
    form_key: UUID,
    contents: Sequence[str] = (),
    by: Person | None,
    at: datetime,
) -> list[Meeting]:
    """Plan a session, or with `weekly` one in each week until the phase ends. Everybody invited gets it for their calendar.

    `contents` are keys of the programme's plan of what is learnt. The hour is local to the champion. The same form twice is
    one plan. Raises Refused for a time that has passed or is far away, for nobody, somebody from elsewhere, two people in a
    one-to-one, a weekly one of a kind that does not come back, a content that the plan has not, and once the phase is over.
    """
    # One at a time for one pod: two presses of the button at once are one plan.
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=pod.pk)
    known = list(Meeting.objects.filter(pod=pod, form_key=form_key).order_by("number"))
    if known:
        return known
    invited = list(people)
    zone = _zone_of(pod)
    if pod.program.ended_at:
        raise Refused("phase_over")
    _check_time(day, hour, zone, at)
    _check_people(pod, kind, invited)
    if weekly and kind not in rules.WEEKLY:
        raise Refused("not_weekly")
    if contents and set(contents) - {one.key for one in taken_up_in(pod, invited)}:
        raise Refused("no_such_content")
    days = rules.weekly_days(day, pod.program.ends_on) if weekly else [day]
    made = Meeting.objects.bulk_create(
        [
            Meeting(
                pod=pod,
                kind=kind,
                day=one,
                hour=hour,
                zone=zone,
                starts_at=instant(one, hour, zone),
                slot=instant(one, hour, zone),
                minutes=minutes,
                place=place,
                topics=topics,
                contents=list(contents),
                form_key=form_key,
                number=number,
                is_series=len(days) > 1,
                planned_at=at,
                changed_at=at,
            )
            for number, one in enumerate(days, start=1)
        ]
    )
    Invitee.objects.bulk_create(_invitees(made, invited))
    _tell(made[0], [*invited, *_leader_of(pod)], whole=True, at=at)
    _remind_of(made, at)
    audit.record("meeting.planned", by=by, at=at, subject=made[0], kind=kind, meetings=len(made))
    return made


@transaction.atomic
def move_meeting(*, meeting: Meeting, day: date, hour: time, reason: str, by: Person | None, at: datetime) -> Meeting:
    """Hold a planned session at another time, for a reason. The same time again changes nothing.

    Raises Refused for one that was cancelled or logged, without a reason, and for a time that has passed or is far away.
    """
    row = _held(meeting)
    if (row.day, row.hour) == (day, hour):
        return row
    if not reason.strip():
        raise Refused("no_reason")
    _check_time(day, hour, row.zone, at)
    row.day, row.hour, row.starts_at = day, hour, instant(day, hour, row.zone)
    row.sequence, row.changed_at, row.reason = _next_sequence(row), at, reason.strip()
    row.save(update_fields=["day", "hour", "starts_at", "sequence", "changed_at", "reason"])
    _tell(row, _everybody(row), whole=not row.is_series, at=at)
    _remind_of([row], at)
    audit.record("meeting.moved", by=by, at=at, subject=row, kind=row.kind, to=day.isoformat())
    return row


@transaction.atomic
def change_meeting(
    *,
    meeting: Meeting,
    people: Iterable[Person],
    place: str,
    topics: str,
    rest: bool,
    by: Person | None,
    at: datetime,
) -> Meeting:
    """Hold a planned session elsewhere, for something else or with others; with `rest` also all that come after it in its series.

    Whoever stays is told of another place or purpose, whoever comes gets it into their calendar, and out of the calendar of
    whoever does not it goes. The same again changes nothing. Raises Refused as `plan_meeting`, and for one that was
    cancelled, logged or has begun.
    """
    row = _held(meeting)
    if row.starts_at <= at:
        raise Refused("begun_already")
    wanted = list(people)
    before = {one.person_id: one.person for one in Invitee.objects.filter(meeting=row).select_related("person")}
    come = [one for one in wanted if one.pk not in before]
    gone = [one for key, one in before.items() if key not in {one.pk for one in wanted}]
    _check_people(row.pod, SessionKind(row.kind), wanted)
    rows = [row]
    if rest and row.is_series:
        later = Meeting.objects.unlogged().filter(pod=row.pod_id, form_key=row.form_key, number__gt=row.number)
        rows += later.select_related("pod__program").to_come(at).order_by("number")
    is_elsewhere = any((one.place, one.topics) != (place, topics) for one in rows)
    if not (come or gone or is_elsewhere):
        return row
    row.place, row.topics, row.sequence, row.changed_at = place, topics, _next_sequence(row), at
    Meeting.objects.filter(pk__in=[one.pk for one in rows]).update(
        place=place, topics=topics, sequence=row.sequence, changed_at=at
    )
    Invitee.objects.filter(meeting__in=rows, person__in=gone).delete()
    Invitee.objects.bulk_create(_invitees(rows, come), ignore_conflicts=True)
    told = [*_everybody(row), *gone] if is_elsewhere else [*come, *gone]
    _tell(row, told, whole=len(rows) > 1 or not row.is_series, at=at)
    audit.record("meeting.changed", by=by, at=at, subject=row, kind=row.kind, meetings=len(rows))
    return row


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, rest: bool, reason: str, by: Person | None, at: datetime) -> list[Meeting]:
    """Call a planned session off, for a reason; with `rest` also all that come after it in its series.

    Raises Refused for one that was cancelled or logged already, and without a reason.
    """
    row = _held(meeting)
    if not reason.strip():
        raise Refused("no_reason")
    gone = [row]
    if rest and row.is_series:
        later = Meeting.objects.unlogged().filter(pod=row.pod_id, form_key=row.form_key, number__gt=row.number)
        gone += later.to_come(at).order_by("number")
    sequence = _next_sequence(row)
    told = _everybody(row)
    Meeting.objects.filter(pk__in=[one.pk for one in gone]).update(
        cancelled_at=at, changed_at=at, reason=reason.strip(), sequence=sequence
    )
    row.sequence = sequence
    _tell(row, told, whole=len(gone) > 1 or not row.is_series, at=at)
    audit.record("meeting.cancelled", by=by, at=at, subject=row, kind=row.kind, meetings=len(gone))
    for one in gone:
        one.cancelled_at, one.sequence, one.reason = at, sequence, reason.strip()
    return gone


def invite_along(*, pod: Pod, person: Person, at: datetime) -> None:
    """Invite somebody who has come into a pod to what all of it is invited to. Their calendar gets each series once."""
    to_come = Meeting.objects.unlogged().to_come(at).filter(pod=pod).exclude(kind=SessionKind.ONE_TO_ONE)
    rows = list(to_come.order_by("form_key", "number"))
    Invitee.objects.bulk_create(_invitees(rows, [person]), ignore_conflicts=True)
    _tell_of_plans(rows, [person], at)


def uninvite(*, pod: Pod, person: Person, at: datetime) -> None:
    """Take somebody who has left a pod off what is planned in it. A one-to-one that only they had is called off."""
    rows = list(
        Meeting.objects.unlogged().to_come(at).filter(pod=pod, invitees__person=person).order_by("form_key", "number")
    )
    alone = [one for one in rows if one.kind == SessionKind.ONE_TO_ONE]
    for one in alone:
        cancel_meeting(meeting=one, rest=False, reason=gettext("They left the pod."), by=None, at=at)
    Invitee.objects.filter(meeting__in=rows, person=person).delete()
    _tell_of_plans([one for one in rows if one not in alone], [person], at)


def call_off_alone(*, person: Person, at: datetime) -> None:
    """Call off what was planned with somebody alone, who is erased: its champion would sit there with nobody."""
    to_come = Meeting.objects.unlogged().to_come(at).filter(kind=SessionKind.ONE_TO_ONE, invitees__person=person)
    for one in to_come:
        cancel_meeting(meeting=one, rest=False, reason=gettext("It is not to be."), by=None, at=at)


@transaction.atomic
def keep_plans(*, people: Collection[int], at: datetime) -> None:
    """Plans leave the calendars of people (by id) who object or leave, and come back with them.

    A one-to-one with them is called off, and does not come back: its champion plans another.
    """
    to_come = Meeting.objects.unlogged().to_come(at)
    related = ("meeting__pod__champion__person", "meeting__pod__program", "meeting__pod__organization", "person")
    invited = Invitee.objects.filter(person__in=people, meeting__in=to_come).select_related(*related)
    rows = list(invited.order_by("person", "meeting__form_key", "meeting__number"))
    quiet = {row.pk for row in _let_be(rows)}
    changed = [row for row in rows if row.let_be != (row.pk in quiet)]
    for row in changed:
        row.let_be = not row.let_be
    Invitee.objects.bulk_update(changed, ["let_be"])
    for person, theirs in groupby(changed, key=lambda row: row.person):
        group = []
        for row in theirs:
            if row.let_be and row.meeting.kind == SessionKind.ONE_TO_ONE:
                cancel_meeting(meeting=row.meeting, rest=False, reason=gettext("It is not to be."), by=None, at=at)
            else:
                group.append(row.meeting)
        _tell_of_plans(group, [person], at)


def pass_on(*, pod: Pod, leaders: Iterable[Person], at: datetime) -> None:
    """A pod has another champion: what is planned leaves one calendar and comes into the other."""
    rows = list(Meeting.objects.unlogged().to_come(at).filter(pod=pod).order_by("form_key", "number"))
    _tell_of_plans(rows, list(leaders), at)


def remind_of_meeting(*, meeting: Meeting, at: datetime) -> datetime | None:
    """On the working day before: everybody who is invited, once, and the champion with what to prepare.

    When it was moved meanwhile: the time at which the reminder is due now.
    """
    due_at = rules.reminder_due(meeting.day, meeting.zone)
    if due_at > at:
        return due_at
    if meeting.starts_at <= at:
        return None
    subject, until = f"meeting:{meeting.pk}", meeting.starts_at
    invited = [row.person for row in Invitee.objects.asked().filter(meeting=meeting).select_related("person")]
    say_many(
        kind=SOON,
        sayings=[Saying(one, subject, row_id=meeting.pk, expires_at=until) for one in invited],
        at=at,
    )
    leaders = _leader_of(meeting.pod)
    say_many(
        kind=PREPARE,
        sayings=[Saying(one, subject, row_id=meeting.pk, expires_at=until) for one in leaders],
        at=at,
    )
    return None


def _invitees(meetings: Iterable[Meeting], people: Iterable[Person]) -> list[Invitee]:
    """Rows to invite by. Whoever objects is invited to nothing, until they take it back."""
    rows = [Invitee(meeting=one, person=person) for one in meetings for person in people]
    for row in _let_be(rows):
        row.let_be = True
    return rows


def _let_be(rows: Sequence[Invitee]) -> list[Invitee]:
    """Which of these object, or will have left by then. One query."""
    people = {row.person_id for row in rows}
    objects = set(Objection.objects.standing().filter(person__in=people).values_list("program_id", "person_id"))
    return [
        row
        for row in rows
        if (row.meeting.pod.program_id, row.person_id) in objects
        or (row.person.left_on is not None and row.person.left_on <= row.meeting.day)
    ]


def _held(meeting: Meeting) -> Meeting:
    """The meeting as it is now, held until the commit. Raises Refused for one that was cancelled or logged."""
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pod_id)
    row: Meeting = Meeting.objects.select_related("pod__champion__person", "pod__program", "pod__organization").get(
        pk=meeting.pk
    )
    if row.cancelled_at:
        raise Refused("meeting_cancelled")
    if Session.objects.filter(meeting=row).exists():
        raise Refused("meeting_logged")
    return row


def _zone_of(pod: Pod) -> str:
    """Where a pod's sessions are held: its champion's zone."""
    return pod.champion.person.local_zone() if pod.champion else pod.organization.zone


def _leader_of(pod: Pod) -> list[Person]:
    return [pod.champion.person] if pod.champion and pod.champion.stepped_down_at is None else []


def _everybody(meeting: Meeting) -> list[Person]:
    rows = Invitee.objects.filter(meeting=meeting).select_related("person")
    return [*(row.person for row in rows), *_leader_of(meeting.pod)]


def _check_time(day: date, hour: time, zone: str, at: datetime) -> None:
    if instant(day, hour, zone) <= at:
        raise Refused("in_the_past")
    if day > local_date(at, zone) + rules.FURTHEST_MEETING:
        raise Refused("far_away")


def _check_people(pod: Pod, kind: SessionKind, people: Sequence[Person]) -> None:
    if not people:
        raise Refused("nobody_invited")
    if kind is SessionKind.ONE_TO_ONE and len(people) > 1:
        raise Refused("one_at_a_time")
    if Seat.objects.current().filter(pod=pod, person__in=people).count() != len(people):
        raise Refused("not_in_pod")


def _next_sequence(meeting: Meeting) -> int:
    """The number of the next change. One series counts together: some calendars compare only that."""
    rows = Meeting.objects.filter(pod=meeting.pod_id, form_key=meeting.form_key)
    last: int = rows.aggregate(last=Max("sequence"))["last"]
    return last + 1


def _tell(meeting: Meeting, people: Iterable[Person], *, whole: bool, at: datetime) -> None:
    """Say what is in somebody's calendar now: of one meeting, or of the `whole` plan it belongs to. What it says is read
    when it is sent; of several about the same thing only the newest is."""
    part = "all" if whole else str(meeting.number)
    subject = f"{plan_key(meeting)}{part}:{meeting.sequence}"
    ends = Meeting.objects.filter(pod=meeting.pod_id, form_key=meeting.form_key).aggregate(last=Max("starts_at"))[
        "last"
    ]
    say_many(
        kind=MEETING,
        sayings=[
            Saying(
                one,
                subject,
                row_id=meeting.pk,
                context={"whole": whole},
                expires_at=max(ends if whole else meeting.starts_at, meeting.slot),
            )
            for one in people
        ],
        at=at,
    )


def _tell_of_plans(rows: Iterable[Meeting], people: Sequence[Person], at: datetime) -> None:
    """For each plan among some meetings, in order: what it is for these people now, as a change of its own."""
    first: dict[UUID, Meeting] = {}
    for row in rows:
        first.setdefault(row.form_key, row)
    for row in first.values():
        row.sequence = _next_sequence(row)
        Meeting.objects.filter(pk=row.pk).update(sequence=row.sequence, changed_at=at)
        _tell(row, people, whole=True, at=at)


def plan_key(meeting: Meeting) -> str:
    """How the subjects of all messages about one plan begin."""
    return f"meeting:{meeting.form_key.hex}:"


def _remind_of(meetings: Iterable[Meeting], at: datetime) -> None:
    """Promise the reminders. Of a session so near that its own day before has begun the invitation is reminder enough."""
    for one in meetings:
        due_at = rules.reminder_due(one.day, one.zone)
        if due_at > at:
            agenda.wake(task=MEETING_SOON, row_id=one.pk, due_at=due_at)
