"""Sessions that were held, over a programme."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Sum

from adoption.programs.models import Program
from adoption.tenancy.models import Person
from pods.models import Attendance, FollowUp, Meeting, Pod, Session
from pods.models.sessions import SessionQuerySet
from pods.rules import TAKE_BACK, Practice, SessionKind


def practice_of(program: Program) -> Practice:
    """Minutes of doing and explaining over all sessions of a programme. One query."""
    sums = Session.objects.filter(pod__program=program).aggregate(
        doing=Sum("doing_minutes"), explaining=Sum("explaining_minutes")
    )
    return Practice(sums["doing"] or 0, sums["explaining"] or 0)


def same_session(
    *, pod: Pod, kind: SessionKind, held_on: date, people: Collection[Person], meeting: Meeting | None
) -> Session | None:
    """What stands already of a pod, of this kind, on this day and with these very people; another plan's is another one."""
    wanted = {one.pk for one in people}
    rows = Session.objects.filter(pod=pod, kind=kind, held_on=held_on)
    if meeting:
        rows = rows.filter(meeting=None)
    there: dict[int, set[int]] = {}
    for session, person in Attendance.objects.filter(session__in=rows).values_list("session_id", "person_id"):
        there.setdefault(session, set()).add(person)
    same = [key for key, those in there.items() if those == wanted]
    found: Session | None = rows.filter(pk__in=same).newest_first().first() if same else None
    return found


def to_take_back(*, at: datetime) -> SessionQuerySet:
    """Sessions that can still be taken back: logged within two weeks, and without an answer to their day 7."""
    answered = FollowUp.objects.answered().filter(session=OuterRef("pk"))
    rows: SessionQuerySet = Session.objects.filter(~Exists(answered), logged_at__gt=at - TAKE_BACK)
    return rows
