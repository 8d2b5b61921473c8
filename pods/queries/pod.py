"""A champion's pod at a glance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from adoption.programs.models import Attention, AttentionQuerySet
from adoption.programs.queries import told_of
from adoption.programs.rules import FROM_WEEKS, Kind, State
from adoption.tenancy.models import Person
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import local_date
from pods.models import FollowUp, Pod, Question, Seat, Session
from pods.queries.follow_ups import Due, due_words
from pods.queries.lines import reports_to
from pods.queries.questions import QuestionLook, waiting_in
from pods.queries.starts import own_starts, own_week
from pods.queries.words import (
    ASKED_WORDS,
    CAUSE_SAYINGS,
    QUESTION_SAYING,
    QUESTION_WORDS,
    SAYINGS,
    SESSION_WORDS,
    TRIED_SAYINGS,
    Words,
)
from pods.rules import TAKE_BACK, Cause, SessionKind, Tried

MOST_TALKS = 3
MOST_SESSIONS = 5


@dataclass(frozen=True)
class Talk:
    """Somebody to talk to: why, since when, what one can say, and the follow-up to open where one is due.

    Why is a row of the attention list, or a question that waits.
    """

    row: Attention | None
    why: Words
    since: date | None
    # What helps, as the lead's list says it too. Empty where why is not the champion's to know, or a question.
    step: Words
    saying: Words
    follow_up: FollowUp | None
    # Their lead asked for it too.
    is_asked: bool
    # The week of their own they are in, where that is why.
    own_week: int | None = None
    question: Question | None = None
    # What keeps them, where day 7 found it, and what the form of a step begins with.
    cause: str = ""
    begins_with: str = ""

    @property
    def is_stuck(self) -> bool:
        """Whether a step is to be agreed on with them: no word closes it."""
        return self.row is not None and self.row.kind == Kind.STUCK

    @property
    def person(self) -> Person:
        if self.question:
            return self.question.person
        assert self.row is not None  # one of the two is why
        return self.row.somebody


@dataclass(frozen=True)
class Held:
    """A session and how many were there. For planning only: attendance is never a result."""

    session: Session
    words: Words
    people: int
    can_be_put_right: bool


@dataclass(frozen=True)
class PodLook:
    """A pod at a glance."""

    pod: Pod
    # Nobody at present.
    leader: Person | None
    today: date
    week: int
    members: tuple[Person, ...]
    talks: tuple[Talk, ...]
    follow_ups: tuple[Due, ...]
    # What waits for the champion's answer.
    questions: tuple[QuestionLook, ...]
    sessions: tuple[Held, ...]
    doing: int
    explaining: int

    @property
    def due(self) -> int:
        return sum(one.is_due for one in self.follow_ups)

    @property
    def is_in_phase(self) -> bool:
        return self.pod.program.state is State.LAUNCHED and 1 <= self.week <= self.pod.program.weeks

    @property
    def ratio(self) -> float | None:
        """Minutes of doing to one of explaining, over all sessions; None before anything was explained."""
        return self.doing / self.explaining if self.explaining else None


def members_of(pod: Pod, *, on: date) -> list[Person]:
    """Who sits in a pod on a day, by name."""
    return [seat.person for seat in Seat.objects.filled(on).filter(pod=pod).select_related("person").in_name_order()]


def look_at(pod: Pod, *, at: datetime) -> PodLook:
    """A pod's page. The number of queries does not depend on how many people are in it."""
    today = local_date(at, pod.organization.zone)
    members = members_of(pod, on=today)
    waiting = list(
        FollowUp.objects.open(at).in_pods([pod]).select_related("person__organization", "session").oldest_first()
    )
    sessions = list(Session.objects.filter(pod=pod).with_people().newest_first())
    keys = {one.pk for one in members}
    leader = pod.leader(at)
    wanted = wanted_about(leader, [pod], keys, on=today)
    questions = waiting_in(pod, at=at)
    talks = _with_own_weeks(talks_of(keys, waiting, wanted, at)[:MOST_TALKS], pod, today)
    talks += _about_questions(questions, keys - {one.person.pk for one in talks})[: MOST_TALKS - len(talks)]
    return PodLook(
        pod=pod,
        leader=leader,
        today=today,
        week=pod.program.week_on(today),
        members=tuple(members),
        talks=tuple(talks),
        follow_ups=tuple(due_words(one, at) for one in waiting),
        questions=tuple(questions),
        sessions=tuple(
            Held(one, SESSION_WORDS[SessionKind(one.kind)], one.people, one.logged_at + TAKE_BACK > at)
            for one in sessions[:MOST_SESSIONS]
        ),
        doing=sum(one.doing_minutes for one in sessions),
        explaining=sum(one.explaining_minutes for one in sessions),
    )


def talks_of(members: Collection[int], waiting: Sequence[FollowUp], found: Wanted, at: datetime) -> list[Talk]:
    """Who has waited longest, one reason each: whoever got stuck before a follow-up that is merely due."""
    due = {one.person_id: one for one in reversed(waiting) if one.due_at <= at}
    # Whose next day 7 is promised has been seen to since they got stuck.
    promised = {one.person_id: one.session.held_on for one in waiting if one.due_at > at}
    first: dict[int, Attention] = {}
    for row in sorted(found.rows, key=lambda one: (one.kind == Kind.FOLLOW_UP_DUE, one.since, one.pk)):
        if row.person_id is None or row.person_id not in members:
            continue
        if row.kind == Kind.STUCK and promised.get(row.person_id, date.min) >= row.since:
            continue
        if found.hides(row) and not row.asked_at:
            continue
        first.setdefault(row.person_id, row)
    return [
        _talk(row, due.get(person), hidden=found.hides(row))
        for person, row in sorted(first.items(), key=lambda one: (one[1].since, one[1].pk))
    ]


def _about_questions(questions: Sequence[QuestionLook], members: Collection[int]) -> list[Talk]:
    """Members who asked by name and wait for an answer: each once, with what they asked first."""
    found: dict[int, Talk] = {}
    for one in questions:
        if isinstance(one.row, Question) and one.row.person_id in members:
            talk = Talk(None, QUESTION_WORDS, one.day, "", QUESTION_SAYING, None, is_asked=False, question=one.row)
            found.setdefault(one.row.person_id, talk)
    return list(found.values())


def _with_own_weeks(talks: list[Talk], pod: Pod, today: date) -> list[Talk]:
    """With whoever is below the threshold stands the week of their own: one is not behind before the third."""
    late = {one.person.pk for one in talks if one.row and one.row.kind == Kind.BELOW_THRESHOLD and one.since}
    if not late:
        return talks
    zone = pod.organization.zone
    seats = Seat.objects.current().filter(pod=pod, person__in=late).values_list("person_id", "taken_at")
    starts = own_starts(pod.program, late, {person: local_date(taken_at, zone) for person, taken_at in seats})
    return [
        replace(one, own_week=own_week(starts[one.person.pk], today)) if one.person.pk in late else one for one in talks
    ]


def _talk(row: Attention, follow_up: FollowUp | None, *, hidden: bool) -> Talk:
    told = told_of(row)
    return Talk(
        row=row,
        why=ASKED_WORDS if hidden else told.why,
        # Since when would tell what it is about.
        since=None if hidden else row.since,
        step="" if hidden else told.step,
        saying=SAYINGS[Kind.SILENT] if hidden else _saying(row),
        follow_up=follow_up,
        is_asked=row.asked_at is not None and not hidden,
        # A reason that is hidden comes from somebody's weeks: nobody has found its cause.
        cause=told.cause,
        begins_with=told.begins_with,
    )


def _saying(row: Attention) -> Words:
    """What one can say, by what keeps them and what came of the step against it, else by the reason."""
    if "tried" in row.detail:
        return TRIED_SAYINGS[Tried(row.detail["tried"])]
    cause = row.detail.get("cause")
    return CAUSE_SAYINGS[Cause(cause)] if cause else SAYINGS[Kind(row.kind)]


@dataclass(frozen=True)
class Wanted:
    """Rows of the attention list of some members, and whose weeks their champion may not see."""

    rows: tuple[Attention, ...]
    veiled: frozenset[int]

    def hides(self, row: Attention) -> bool:
        """Whether the reason is not for the champion to know."""
        return row.kind in FROM_WEEKS and row.person_id in self.veiled


def wanted_about(champion: Person | None, pods: Collection[Pod], members: Collection[int], *, on: date) -> Wanted:
    """What is on the list about the members of a champion's pods. Two queries at most."""
    programs = {pod.program_id for pod in pods}
    rows = tuple(
        Attention.objects.wanting(on)
        .not_for_leads()
        .filter(program__in=programs, person__in=members)
        .select_related("person", "program")
    )
    if champion is None or not any(row.kind in FROM_WEEKS for row in rows):
        return Wanted(rows, frozenset())
    if any(pod.organization.champion_view == ChampionView.SHARED_ONLY for pod in pods):
        return Wanted(rows, frozenset(members))
    return Wanted(rows, frozenset(reports_to(champion, members)))


def attention_of(pod: Pod) -> AttentionQuerySet:
    """Rows of the attention list about a pod's members."""
    seats = Seat.objects.current().filter(pod=pod, person=OuterRef("person"))
    found: AttentionQuerySet = Attention.objects.not_for_leads().filter(Exists(seats), program=pod.program)
    return found
