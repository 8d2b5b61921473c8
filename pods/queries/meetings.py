"""Planned sessions: what comes, what waits to be logged, what a session is about, and what calendars are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from adoption.outbox.models import Message
from adoption.tenancy.models import Closure, Person
from adoption.tenancy.rules import local_date
from pods.models import Attendance, FollowUp, Invitee, Meeting, MeetingQuerySet, Pod, Seat, Session, Showing
from pods.queries.curriculum import ToLearn, carried
from pods.queries.pod import Talk, talks_of, wanted_about
from pods.queries.showings import is_asked_to_show
from pods.queries.words import CAUSE_WORDS, SESSION_WORDS, Words
from pods.rules import SHOWN_IN, Cause, SessionKind

MOST_COMING = 4


@dataclass(frozen=True)
class Coming:
    """A planned session as lists show it: what, when, for how many, and whether its time has come."""

    meeting: Meeting
    words: Words
    people: int
    is_over: bool
    # What closes its day, where something does and it can still be moved.
    closed: str = ""

    @property
    def elsewhere(self) -> str:
        """The zone its hour is told in, where that is not the organisation's."""
        zone = self.meeting.zone
        return zone.replace("_", " ") if zone != self.meeting.pod.organization.zone else ""


def coming(pods: Collection[Pod], *, at: datetime) -> list[Coming]:
    """What is planned in some pods, soonest first. One query."""
    rows = Meeting.objects.unlogged().to_come(at).filter(pod__in=pods)
    return _shown(rows, at)


def over(pods: Collection[Pod], *, at: datetime) -> list[Coming]:
    """What was planned, has begun, and waits to be logged or cancelled. One query."""
    return _shown(Meeting.objects.over(at).filter(pod__in=pods), at)


def planned_in(pods: Collection[Pod], *, at: datetime) -> dict[int, list[Coming]]:
    """By a pod's id what waits to be logged in it, and what comes, soonest first. One query."""
    found: dict[int, list[Coming]] = defaultdict(list)
    for one in _shown(Meeting.objects.unlogged().filter(pod__in=pods), at):
        found[one.meeting.pod_id].append(one)
    return found


def coming_for(person: Person, *, at: datetime) -> list[Coming]:
    """What somebody is invited to in the pods they sit in, soonest first. One query."""
    invited = Invitee.objects.filter(meeting=OuterRef("pk"), person=person)
    sits = Seat.objects.current().filter(pod=OuterRef("pod"), person=person)
    return _shown(Meeting.objects.unlogged().to_come(at).filter(Exists(invited), Exists(sits)), at)


def _shown(rows: MeetingQuerySet, at: datetime) -> list[Coming]:
    found = rows.with_people().with_closed().select_related("pod__organization", "pod__program").soonest_first()
    return [
        Coming(
            meeting=one,
            words=SESSION_WORDS[SessionKind(one.kind)],
            people=one.people,
            is_over=one.starts_at <= at,
            closed=one.closed if one.starts_at > at else "",
        )
        for one in found
    ]


def closed_days(days: Collection[date], *, locations: Iterable[str]) -> dict[date, str]:
    """Which of some days are closed, everywhere or at one of these places, and what each is called. One query."""
    rows = Closure.objects.overlapping(min(days), max(days)).filter(location__in={"", *locations})
    found: dict[date, str] = {}
    for one in rows.order_by("location", "starts_on", "id"):
        for day in days:
            if one.starts_on <= day <= one.ends_on:
                found.setdefault(day, f"{one.name} ({one.location})" if one.location else one.name)
    return dict(sorted(found.items()))


# --- what it is about ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """What was tried with somebody last: in which session, what came out of it, and what day 7 said."""

    session: Session | None
    cause: Words
    what_failed: str


@dataclass(frozen=True)
class Stuck:
    """Somebody on the agenda: why, what one can say, and what was tried last time."""

    talk: Talk
    tried: Tried


@dataclass(frozen=True)
class MeetingLook:
    """A planned session's page. `stuck` and `last` are for its champion alone."""

    meeting: Meeting
    words: Words
    invited: tuple[Person, ...]
    # What of the programme's plan it carries.
    contents: tuple[ToLearn, ...]
    showings: tuple[Showing, ...]
    stuck: tuple[Stuck, ...]
    last: Session | None
    session: Session | None
    is_over: bool


def invited_to(meeting: Meeting) -> list[Person]:
    """Who is invited, by name. One query."""
    rows = Invitee.objects.filter(meeting=meeting).select_related("person").order_by("person__sort_name", "person_id")
    return [row.person for row in rows]


def meeting_look(meeting: Meeting, *, leads: bool, at: datetime) -> MeetingLook:
    """What a planned session is about. The number of queries does not depend on how many are invited."""
    invited = invited_to(meeting)
    earlier = Session.objects.filter(pod=meeting.pod_id, held_on__lt=meeting.day).exclude(kind=SessionKind.ONE_TO_ONE)
    showings = Showing.objects.offered().filter(pod=meeting.pod_id).select_related("person").order_by("id")
    return MeetingLook(
        meeting=meeting,
        words=SESSION_WORDS[SessionKind(meeting.kind)],
        invited=tuple(invited),
        contents=tuple(carried(meeting)),
        showings=tuple(showings) if meeting.kind in SHOWN_IN else (),
        stuck=tuple(_stuck(meeting.pod, invited, at)) if leads else (),
        last=earlier.noted().newest_first().first() if leads else None,
        session=Session.objects.filter(meeting=meeting).first(),
        is_over=meeting.starts_at <= at,
    )


def _stuck(pod: Pod, people: Sequence[Person], at: datetime) -> list[Stuck]:
    """Who of some people waits for help, as far as their champion may know, with what was tried last."""
    keys = {one.pk for one in people}
    waiting = FollowUp.objects.open(at).in_pods([pod]).filter(person__in=keys)
    leader = pod.champion.person if pod.champion else None
    wanted = wanted_about(leader, [pod], keys, on=local_date(at, pod.organization.zone))
    found = list(waiting.select_related("person__organization", "session").oldest_first())
    talks = talks_of(keys, found, wanted, at)
    tried = tried_last([one.person for one in talks], pod)
    return [Stuck(one, tried[one.person.pk]) for one in talks]


def tried_last(people: Iterable[Person], pod: Pod) -> dict[int, Tried]:
    """What was tried last with each of some people in a pod's programme, by their ids. Two queries."""
    keys = [one.pk for one in people]
    last: dict[int, Session] = {}
    there = Attendance.objects.filter(
        person__in=keys, session__pod__program=pod.program_id, session__kind=SessionKind.ONE_TO_ONE
    ).select_related("session")
    for row in there.order_by("session__held_on", "session_id"):
        last[row.person_id] = row.session
    said: dict[int, FollowUp] = {}
    answered = FollowUp.objects.answered().filter(person__in=keys, session__pod__program=pod.program_id)
    for one in answered.order_by("answered_at", "id"):
        said[one.person_id] = one
    return {
        key: Tried(
            last.get(key),
            CAUSE_WORDS[Cause(said[key].cause)] if key in said and said[key].cause else "",
            said[key].what_failed if key in said else "",
        )
        for key in keys
    }


# --- what mails are told -------------------------------------------------------------------------------


def facts_of_meeting(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the mail about a planned session says, as it stands when it is sent."""
    entry = entry_of(message)
    meeting = entry.about
    told = _told_before(message, meeting)
    leader = meeting.pod.champion
    # What is only not theirs any more nobody has said.
    is_said = bool(entry.standing) or meeting.cancelled_at is not None
    speaks = is_said and leader is not None and leader.person_id != message.person_id
    return {
        "meeting": meeting,
        "what": SESSION_WORDS[SessionKind(meeting.kind)],
        "pod": meeting.pod.name,
        "program": meeting.pod.program.name,
        "weeks": len(entry.standing) if entry.whole else 1,
        "last": entry.standing[-1].starts_at if entry.standing else None,
        "contents": [str(one.words) for one in carried(meeting)],
        "is_gone": not entry.standing,
        "is_changed": told,
        "zone": message.to.local_zone().replace("_", " "),
        "address": address_of(meeting),
        "speaker": leader.person.name if leader and speaks else "",
        "speaker_role": _("your champion for %(program)s") % {"program": meeting.pod.program.name} if speaks else "",
    }


def meeting_wanted(*, message: Message, at: datetime) -> bool:
    """Whether this still is the newest word about the plan, and somebody wants to hear it.

    A cancellation goes only to whoever was invited by a mail before it; whoever objects is invited to nothing.
    """
    meeting = Meeting.objects.filter(pk=message.row_id).first()
    if meeting is None:
        return False
    newer = Message.objects.filter(
        person=message.person_id, kind=message.kind, subject_key__startswith=_prefix(meeting)
    )
    same_part = message.subject_key.rpartition(":")[0] + ":"
    if newer.filter(pk__gt=message.pk, subject_key__startswith=same_part).exists():
        return False
    return bool(entry_of(message).standing) or _told_before(message, meeting)


def facts_of_soon(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the reminder of a session says; to the champion also how many wait for help, and where they stand by name.

    Whoever is asked to show what they do there can answer by link.
    """
    meeting = _meeting(message.row_id)
    look = meeting_look(meeting, leads=message.kind == "meeting_prepare", at=at)
    return {
        "meeting": meeting,
        "what": look.words,
        "pod": meeting.pod.name,
        "zone": message.to.local_zone().replace("_", " "),
        "stuck": len(look.stuck),
        "showings": look.showings,
        "contents": [str(one.words) for one in look.contents],
        "asked": message.kind == "meeting_soon" and is_asked_to_show(meeting, message.person_id, at=at),
        "leads": message.kind == "meeting_prepare",
        "address": address_of(meeting),
        "speaker": meeting.pod.champion.person.name
        if meeting.pod.champion and message.kind != "meeting_prepare"
        else "",
    }


def soon_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the session is still held, and this person is still to be there."""
    meeting = Meeting.objects.unlogged().to_come(at).filter(pk=message.row_id).select_related("pod__program").first()
    if meeting is None:
        return False
    if message.kind == "meeting_prepare":
        found = Pod.objects.led_by(message.person).filter(pk=meeting.pod_id)
    else:
        found = Invitee.objects.asked().filter(meeting=meeting, person=message.person_id)
    return bool(found.exists())


@dataclass(frozen=True)
class Entry:
    """In somebody's calendar: what a message is about: one meeting or the whole plan, and which of it stands for this person."""

    about: Meeting
    whole: bool
    rows: tuple[Meeting, ...]
    standing: tuple[Meeting, ...]
    sequence: int


def entry_of(message: Message) -> Entry:
    """What somebody has in their calendar of what a message is about."""
    about = _meeting(message.row_id)
    whole = bool(message.context.get("whole"))
    rows = list(Meeting.objects.filter(pod=about.pod_id, form_key=about.form_key).order_by("number"))
    invited = set(
        Invitee.objects.asked().filter(meeting__in=rows, person=message.person_id).values_list("meeting_id", flat=True)
    )
    champion = about.pod.champion
    leads = champion is not None and champion.person_id == message.person_id and champion.stepped_down_at is None
    theirs = [row for row in rows if row.cancelled_at is None and (leads or row.pk in invited)]
    return Entry(
        about=about,
        whole=whole,
        rows=tuple(rows),
        standing=tuple(row for row in theirs if whole or row.pk == about.pk),
        sequence=max(row.sequence for row in rows),
    )


def _meeting(key: int) -> Meeting:
    found: Meeting = Meeting.objects.select_related(
        "pod__champion__person", "pod__program", "pod__organization", "organization"
    ).get(pk=key)
    return found


def _prefix(meeting: Meeting) -> str:
    return f"meeting:{meeting.form_key.hex}:"


def _told_before(message: Message, meeting: Meeting) -> bool:
    """Whether this person has had a mail about the plan before."""
    had = Message.objects.counted().filter(person=message.person_id, kind=message.kind, pk__lt=message.pk)
    found: bool = had.filter(subject_key__startswith=_prefix(meeting)).exists()
    return found


def address_of(meeting: Meeting) -> str:
    """The page of a planned session."""
    pod = meeting.pod
    return f"{settings.BASE_URL}/o/{pod.organization.slug}/pods/{pod.public_id}/planned/{meeting.public_id}/"
