"""Outputs and their ratings: for whoever made them, for raters, for the lead, and for the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from adoption.outbox.models import Message
from adoption.programs.models import Assignment, Program
from adoption.tenancy.models import Person
from pods.models import Pod, Seat
from surveys import rules
from surveys.models import Allotment, Output, Rater, Rating, RatingRound


@dataclass(frozen=True)
class Place:
    """Somebody in a programme for whom an output may be registered."""

    program: Program
    person: Person

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.program.slug}:{self.person.public_id}"


def places_to_register(person: Person) -> list[Place]:
    """Where somebody may register outputs: of their own, and as a champion those of the pods they lead. Two queries."""
    own = [Place(program, person) for program in Program.objects.running().filter(_in_it(person)).newest_first()]
    led = (
        Seat.objects.current()
        .filter(
            pod__in=Pod.objects.led_by(person),
            pod__program__in=Program.objects.running(),
        )
        .filter(_still_in())
        .select_related("pod__program", "person")
        .order_by("-pod__program__starts_on", "pod_id", "person__sort_name", "person_id")
    )
    return own + [Place(seat.pod.program, seat.person) for seat in led if seat.person_id != person.pk]


def _in_it(person: Person) -> Exists:
    return Exists(Assignment.objects.current().filter(program=OuterRef("pk"), person=person))


def _still_in() -> Exists:
    return Exists(Assignment.objects.current().filter(program=OuterRef("pod__program"), person=OuterRef("person")))


@dataclass(frozen=True)
class OwnOutput:
    """An output as whoever made or registered it sees it: never what was said of it."""

    output: Output
    of_before: bool
    is_rated: bool
    is_own: bool


def registered_by(person: Person) -> list[OwnOutput]:
    """The outputs of somebody, and those they registered for others; the newest first. One query."""
    rated = Rating.objects.filter(allotment__output=OuterRef("pk"))
    rows = (
        Output.objects.standing()
        .filter(Q(person=person) | Q(registered_by=person))
        .annotate(is_rated=Exists(rated))
        .select_related("program", "person")
        .newest_first()
    )
    return [
        OwnOutput(row, row.produced_on < row.program.starts_on, row.is_rated, row.person_id == person.pk)
        for row in rows
    ]


# --- for raters ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToRate:
    """One output as its rater sees it: its title and where it is. Nothing of who made it, when, or how."""

    allotment: Allotment
    title: str
    found_at: str
    answers: dict[str, str]

    @property
    def place(self) -> int:
        return self.allotment.place

    @property
    def is_rated(self) -> bool:
        return rules.is_rated(self.answers)

    @property
    def address(self) -> str:
        """Where it can be opened; empty for a note in words."""
        return self.found_at if self.found_at.startswith(("https://", "http://")) else ""


def to_rate(rater: Rater) -> list[ToRate]:
    """What somebody was given, in their order. Two queries."""
    given = list(
        Allotment.objects.filter(rater=rater, output__taken_back_at__isnull=True).select_related("output").in_order()
    )
    said = _said(Rating.objects.filter(allotment__in=given))
    return [ToRate(one, one.output.title, one.output.found_at, said.get(one.pk, {})) for one in given]


def _said(ratings: Any) -> dict[int, dict[str, str]]:
    return {row.allotment_id: row.answers for row in ratings.newest()}


@dataclass(frozen=True)
class WaitingRound:
    """A round in which somebody still has something to rate."""

    rater: Rater
    left: int


def rounds_waiting(person: Person, *, at: datetime) -> list[WaitingRound]:
    """The open rounds in which somebody rates, with how much is left. Three queries."""
    raters = list(
        Rater.objects.filter(person=person, declined_at__isnull=True, round__opened_at__lte=at, round__closes_at__gt=at)
        .select_related("round__program__workflow")
        .order_by("round__closes_at", "pk")
    )
    left = _left(raters) if raters else {}
    return [WaitingRound(rater, left.get(rater.pk, 0)) for rater in raters]


def _left(raters: Collection[Rater]) -> dict[int, int]:
    """How many outputs each rater has not finished. Two queries."""
    given = Allotment.objects.filter(rater__in=raters, output__taken_back_at__isnull=True)
    pairs = list(given.values_list("pk", "rater_id"))
    said = _said(Rating.objects.filter(allotment__rater__in=raters))
    left: dict[int, int] = {}
    for allotment, rater in pairs:
        left[rater] = left.get(rater, 0) + (not rules.is_rated(said.get(allotment, {})))
    return left


def facts_of_rating(*, message: Message, at: datetime) -> dict[str, Any]:
    """What the invitation to rate says."""
    rater = Rater.objects.select_related("round__program__workflow").get(pk=message.row_id)
    return {
        "workflow": rater.round.program.workflow.name,
        "outputs": Allotment.objects.filter(rater=rater).count(),
        "closes_at": rater.round.closes_at,
        "reminder": message.kind.endswith("_reminder"),
    }


def rating_wanted(*, message: Message, at: datetime) -> bool:
    """Whether there is still something to rate, and the rater has not declined."""
    rater = Rater.objects.filter(pk=message.row_id, declined_at__isnull=True, round__closes_at__gt=at).first()
    return bool(rater and _left([rater]).get(rater.pk))


# --- for the lead ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """Somebody who is to rate: a member of the directory, or a name and an address of outside."""

    person: Person | None = None
    name: str = ""
    mail: str = ""


@dataclass(frozen=True)
class RaterStatus:
    """How far a rater has come. Never what they said."""

    name: str
    is_guest: bool
    rated: int
    outputs: int
    declined: bool


@dataclass(frozen=True)
class RoundStatus:
    """A round and how far it has come."""

    round: RatingRound
    is_open: bool
    outputs: int
    twice: int
    asked: int
    rated: int
    raters: tuple[RaterStatus, ...]


def round_statuses(program: Program, *, at: datetime) -> list[RoundStatus]:
    """The rounds of a programme, the newest first. Three queries, however many there are."""
    rounds = list(RatingRound.objects.filter(program=program).order_by("-number"))
    given = list(
        Allotment.objects.filter(rater__round__in=rounds, output__taken_back_at__isnull=True)
        .select_related("rater__person", "rater__guest")
        .order_by("rater_id", "place")
    )
    said = _said(Rating.objects.filter(allotment__rater__round__in=rounds))
    done = {one.pk for one in given if rules.is_rated(said.get(one.pk, {}))}
    return [_status(one, [row for row in given if row.rater.round_id == one.pk], done, at) for one in rounds]


def _status(round_: RatingRound, given: Sequence[Allotment], done: set[int], at: datetime) -> RoundStatus:
    times: dict[int, int] = {}
    raters: dict[int, list[Allotment]] = {}
    for one in given:
        times[one.output_id] = times.get(one.output_id, 0) + 1
        raters.setdefault(one.rater_id, []).append(one)
    return RoundStatus(
        round=round_,
        is_open=at < round_.closes_at,
        outputs=len(times),
        twice=sum(number > 1 for number in times.values()),
        asked=len(given),
        rated=sum(one.pk in done for one in given),
        raters=tuple(_rater(rows, done) for rows in raters.values()),
    )


def _rater(rows: Sequence[Allotment], done: set[int]) -> RaterStatus:
    rater = rows[0].rater
    to = rater.person or rater.guest
    return RaterStatus(
        name=to.name if to else "",
        is_guest=rater.person_id is None,
        rated=sum(one.pk in done for one in rows),
        outputs=len(rows),
        declined=rater.declined_at is not None,
    )


@dataclass(frozen=True)
class Candidate:
    """An output that came into no round yet."""

    output: Output
    of_before: bool
    is_proposed: bool


def candidates_to_rate(program: Program) -> list[Candidate]:
    """Outputs that wait for a round, and whether they are proposed for the next one. One query."""
    rows = list(Output.objects.waiting().filter(program=program).select_related("person").order_by("pk"))
    waiting = {row.pk: row.produced_on < program.starts_on for row in rows}
    chosen = rules.proposed(waiting, launched=program.launched_at is not None, seed=program.pk)
    return [Candidate(row, waiting[row.pk], row.pk in chosen) for row in rows]


# --- for the figures -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scored:
    """One rater's score, 1 to 5, of one output of somebody."""

    person_id: int
    output_id: int
    rater_id: int
    of_before: bool
    score: float


def scores_of(program: Program, *, at: datetime) -> list[Scored]:
    """Every score of the rounds that are closed, in the order of outputs and raters. One query."""
    return sorted(_scored(_closed(program, at), program), key=lambda one: (one.output_id, one.rater_id))


@dataclass(frozen=True)
class Found:
    """How many mistakes one rater found in one output of somebody; 3 stands for three or more."""

    person_id: int
    output_id: int
    mistakes: int


def mistakes_of(program: Program, *, at: datetime) -> list[Found]:
    """The same of mistakes, in work of since the start. Whoever could not judge it found neither one nor none. One query."""
    later = _closed(program, at).filter(allotment__output__produced_on__gte=program.starts_on)
    return [
        Found(row.allotment.output.person_id, row.allotment.output_id, int(row.mistakes))
        for row in later
        if row.mistakes.isdecimal()
    ]


def _closed(program: Program, at: datetime) -> Any:
    """What counts of the rounds that are closed, of work that nobody took back."""
    return (
        Rating.objects.filter(
            allotment__rater__round__program=program,
            allotment__rater__round__closes_at__lte=at,
            allotment__output__taken_back_at__isnull=True,
        )
        .newest()
        .select_related("allotment__output")
    )


def _scored(ratings: Iterable[Rating], program: Program) -> Iterable[Scored]:
    for row in ratings:
        output = row.allotment.output
        score = rules.score(row.answers)
        if score is not None:
            of_before = output.produced_on < program.starts_on
            yield Scored(output.person_id, output.pk, row.allotment.rater_id, of_before, float(score))
