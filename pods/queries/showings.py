"""The peer moment: who is asked to show what they do, and what was offered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from adoption.programs.models import Attention, Objection, Program
from adoption.programs.rules import Kind, State
from adoption.tenancy.models import Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import local_date
from pods.models import Meeting, Pod, Seat, Session, Showing
from pods.queries.lines import reports_to
from pods.queries.starts import own_starts
from pods.rules import PEER_DAYS, PEERS, SHOWN_IN, SessionKind

MOST_FINISHED = 3


@dataclass(frozen=True)
class PeerMoment:
    """Of a pod: what was offered to be shown next, and who could be asked, as far as their champion may know."""

    offered: tuple[Showing, ...]
    could_show: tuple[Person, ...]


def peer_moment(pod: Pod, members: Collection[Person], *, at: datetime) -> PeerMoment:
    """A pod's peer moment for its champion. Whose weeks are not theirs to see is not named, unless they offered it."""
    said = list(Showing.objects.open().filter(pod=pod).select_related("person").order_by("offered_at", "id"))
    offered = tuple(one for one in said if one.declined_at is None)
    if pod.champion is None or pod.organization.champion_view == ChampionView.SHARED_ONLY:
        return PeerMoment(offered, ())
    keys = {one.pk for one in members} - {one.person_id for one in said}
    could = could_show(pod.program, keys, at=at)
    if could:
        could -= reports_to(pod.champion.person, could)
    return PeerMoment(offered, tuple(one for one in members if one.pk in could))


def could_show(program: Program, people: Collection[int], *, at: datetime) -> set[int]:
    """Ids of those of some people who are two weeks past their own start, use it, are not stuck, and may be asked."""
    if program.state is not State.LAUNCHED or not people:
        return set()
    today = local_date(at, program.organization.zone)
    seats = Seat.objects.current().filter(pod__program=program, person__in=people)
    joined = {
        person: local_date(taken_at, program.organization.zone)
        for person, taken_at in seats.values_list("person_id", "taken_at")
    }
    starts = own_starts(program, joined, joined)
    far = {person for person, day in starts.items() if day + timedelta(days=PEER_DAYS) <= today}
    far -= set(Objection.objects.standing().filter(program=program, person__in=far).values_list("person_id", flat=True))
    far &= set(Person.objects.working(today).filter(pk__in=far).values_list("pk", flat=True))
    stuck = Attention.objects.open().filter(program=program, person__in=far, kind=Kind.STUCK)
    far -= set(stuck.values_list("person_id", flat=True))
    for entry in PEERS:
        far &= entry.load()(program=program, people=far, at=at) if far else set()
    return far


def is_asked_to_show(meeting: Meeting, person: int | None, *, at: datetime) -> bool:
    """Whether somebody is asked to show what they do in a planned session, and has neither offered nor declined."""
    if meeting.kind not in SHOWN_IN or person is None:
        return False
    if Showing.objects.open().filter(pod=meeting.pod_id, person=person).exists():
        return False
    return person in could_show(meeting.pod.program, {person}, at=at)


def asked_to_show(person: Person, *, at: datetime) -> list[Pod]:
    """The pods in which somebody is asked to show what they do, and has neither offered nor declined."""
    seats = Seat.objects.current().filter(person=person, pod__program__ended_at__isnull=True)
    said = Showing.objects.open().filter(person=person).values("pod")
    rows = seats.exclude(pod__in=said).select_related("pod__program", "pod__organization", "pod__champion__person")
    return [seat.pod for seat in rows if person.pk in could_show(seat.pod.program, {person.pk}, at=at)]


def finished_with(person: Person) -> list[Session]:
    """The one-to-ones of somebody that ended with something, the latest first: theirs to read again. One query."""
    rows = Session.objects.filter(kind=SessionKind.ONE_TO_ONE, attendances__person=person)
    ended = rows.exclude(finished="", written_down="").select_related("pod__program", "program").newest_first()
    return list(ended[:MOST_FINISHED])
