"""Asking a champion, with a name or without one, and what becomes of it.

Of a question without a name nothing is written but the question itself: no audit event, no message, no agenda row, no time.
"""

from __future__ import annotations

import random
import secrets
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from adoption.outbox.actions.messages import Saying, say, say_many
from adoption.outbox.rules import is_token
from adoption.programs.actions import Refused
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.administrators import organization_entered
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import hash_secret, local_date
from champions.actions.prompts import share_prompt
from champions.models import Expert, Prompt
from champions.rules import TITLE_LENGTH
from pods import rules
from pods.models import AnonymousQuestion, Pod, Question, Seat
from pods.queries.questions import whose_turn
from pods.rules import SolvedBy

HAND_OVER_QUESTIONS = "pods.hand_over_questions"  # the agenda's task
QUESTIONS_WAIT = "questions_wait"  # the outbox's kinds
QUESTION_ANSWERED = "question_answered"

Asked = Question | AnonymousQuestion


@transaction.atomic
def ask(*, pod: Pod, words: str, form_key: UUID, by: Person, at: datetime) -> Question:
    """Ask the champion of one's own pod, by name. The same form twice is one question. Raises Refused outside the pod."""
    _only_members(pod, by)
    row: Question
    row, is_new = Question.objects.get_or_create(
        person=by, form_key=form_key, defaults={"pod": pod, "words": words, "asked_at": at}
    )
    if is_new:
        if champion := pod.leader(at):
            _say_that_something_waits(champion, at)
        audit.record("question.asked", by=by, at=at, subject=row)
    return row


@transaction.atomic
def ask_without_name(*, pod: Pod, words: str, key: str, by: Person, on: date) -> None:
    """Ask without a name, on a day. `by` is asked only whether they may; nothing of them is kept, nor of the day.

    Whoever has the key reads the answer. The same key twice is one question. All questions of the pod that are not handed
    over yet are written anew in an order drawn by lot, so that neither the place of a row nor its transaction tells which
    came when. Raises Refused outside the pod, in a small pod, and for a key that is none.
    """
    _only_members(pod, by)
    if not may_ask_without_name(pod, on=on):
        raise Refused("small_pod")
    if not is_token(key):
        raise Refused("no_key")
    # One at a time for one pod.
    Pod.objects.select_for_update(no_key=True, of=("self",)).get(pk=pod.pk)
    hashed = hash_secret(key)
    if AnonymousQuestion.objects.with_key(hashed).exists():
        return
    waiting = AnonymousQuestion.objects.waiting_to_be_shown().filter(pod=pod)
    _write_anew([*waiting, AnonymousQuestion(pod=pod, words=words, key_hash=hashed)])


def may_ask_without_name(pod: Pod, *, on: date) -> bool:
    """Whether on a day so many are in a pod that a question does not tell who asks. Who has left asks nothing."""
    members: int = Seat.objects.filled(on).filter(pod=pod).count()
    return members >= rules.LEAST_FOR_ANONYMOUS


@transaction.atomic
def hand_over_questions(*, at: datetime) -> datetime:
    """Each morning: show champions what was asked without a name, and tell whoever has something to answer that it waits.

    All questions without a name are written anew, so that no row is as old as the moment in which somebody asked, or said
    whether an answer helped. Returns when to come back.
    """
    company = Organization.objects.get(pk=organization_entered())
    today = local_date(at, company.zone)
    rows = list(AnonymousQuestion.objects.select_for_update())
    for row in rows:
        row.shown_on = row.shown_on or today
    _write_anew(rows)
    say_many(
        kind=QUESTIONS_WAIT,
        sayings=[Saying(person, f"questions:{today}") for person in _who_has_to_answer(at)],
        at=at,
    )
    return rules.handed_over_after(at, company.zone)


def _who_has_to_answer(at: datetime) -> list[Person]:
    """Champions and experts for whom something waits, each once."""
    found: dict[int, Person] = {}
    for rows in (Question.objects.unanswered(), AnonymousQuestion.objects.unanswered().handed_over()):
        for row in rows.select_related("pod__champion__person", "expert__person"):
            if person := whose_turn(row, at=at):
                found[person.pk] = person
    return [found[key] for key in sorted(found)]


@transaction.atomic
def answer_question(
    *, question: Asked, solved_by: SolvedBy, answer: str, prompt: Prompt | None, by: Person, at: datetime
) -> Asked:
    """Answer, and say who or what knew. Raises Refused for one that has its answer."""
    row = _held(question)
    if row.answered_on:
        raise Refused("answered_already")
    row.answer, row.solved_by, row.prompt = answer, solved_by, prompt
    row.answered_by, row.answered_on, row.helped = by, local_date(at, row.organization.zone), None
    row.save()
    if isinstance(row, Question):
        say(
            kind=QUESTION_ANSWERED,
            person=row.person,
            subject_key=f"question:{row.pk}:{row.answered_on}",
            row_id=row.pk,
            at=at,
        )
        audit.record("question.answered", by=by, at=at, subject=row, solved_by=solved_by)
    return row


@transaction.atomic
def solve_oneself(*, question: Question, solved_by: SolvedBy, by: Person, at: datetime) -> Question:
    """Whoever asked found it meanwhile: in the library, with a colleague or alone. Raises Refused for another's question."""
    row = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if row.person_id != by.pk:
        raise Refused("not_your_question")
    if row.answered_on:
        raise Refused("answered_already")
    if solved_by not in rules.SELF_SERVED:
        raise Refused("not_self_served")
    row.solved_by, row.answered_by = solved_by, by
    row.answered_on, row.helped = local_date(at, row.organization.zone), True
    row.save()
    audit.record("question.solved", by=by, at=at, subject=row, solved_by=solved_by)
    return row


@transaction.atomic
def pass_on(*, question: Asked, expert: Expert, by: Person, at: datetime) -> Asked:
    """Pass a question on to an expert, who is told that something waits. Raises Refused once it is answered."""
    row = _held(question)
    if row.answered_on:
        raise Refused("answered_already")
    if not expert.may_be_asked(at):
        raise Refused("not_listed")
    row.expert, row.passed_on = expert, local_date(at, row.organization.zone)
    row.save()
    _say_that_something_waits(expert.person, at)
    if isinstance(row, Question):
        audit.record("question.passed_on", by=by, at=at, subject=row)
    return row


@transaction.atomic
def say_whether_it_helped(*, question: Asked, helped: bool, at: datetime) -> Asked:
    """Whoever asked says whether the answer helped. Where it did not the question is open again, its answer kept beside it.

    Nobody is told at that moment, so that no message says when somebody read it. Raises Refused without an answer.
    """
    row = _held(question)
    if row.answered_on is None:
        raise Refused("not_answered")
    row.helped = helped
    if not helped:
        row.answered_on, row.solved_by = None, ""
    row.save()
    return row


@transaction.atomic
def make_prompt_of(*, question: Asked, by: Person, at: datetime) -> Prompt:
    """Put an answer into the prompt library: its first line is the name, and the asker's own words stay out of it.

    Once: the second time it is the same prompt. Raises Refused without an answer, and what `share_prompt` raises.
    """
    row = _held(question)
    if row.answered_on is None or not row.answer:
        raise Refused("not_answered")
    if row.prompt:
        return row.prompt
    first = row.answer.strip().splitlines()[0]
    made = share_prompt(
        workflow=row.pod.program.workflow,
        title=first[:TITLE_LENGTH].rstrip(),
        text=row.answer,
        review_step="",
        needs=[],
        by=by,
        at=at,
    )
    row.prompt = made
    row.save()
    return made


def promise_handing_over(*, at: datetime) -> None:
    """From the first pod on somebody looks each morning, whether or not anything was asked."""
    company = Organization.objects.get(pk=organization_entered())
    agenda.wake(task=HAND_OVER_QUESTIONS, due_at=rules.handed_over_after(at, company.zone))


def _only_members(pod: Pod, person: Person) -> None:
    if not Seat.objects.current().filter(pod=pod, person=person).exists():
        raise Refused("not_in_pod")


def _held(question: Asked) -> Asked:
    """The row as it is now, held until the commit."""
    rows = type(question).objects.select_for_update(of=("self",))
    row: Asked = rows.select_related("organization", "pod__program__workflow", "prompt").get(pk=question.pk)
    return row


def _say_that_something_waits(person: Person, at: datetime) -> None:
    """One message a day at most, whatever waits: it names no question."""
    say(kind=QUESTIONS_WAIT, person=person, subject_key=f"questions:{local_date(at, person.local_zone())}", at=at)


def _write_anew(rows: list[AnonymousQuestion]) -> None:
    """Rows under new numbers, in an order drawn by lot, as of this transaction."""
    AnonymousQuestion.objects.filter(pk__in=[row.pk for row in rows if row.pk]).delete()
    for row in rows:
        row.pk = secrets.randbelow(rules.LOTS) + 1
    random.SystemRandom().shuffle(rows)
    AnonymousQuestion.objects.bulk_create(rows)
