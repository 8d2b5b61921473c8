"""What was asked of champions, who answers it, and how it was solved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adoption.outbox.models import Message
from adoption.tenancy.models import Person
from adoption.tenancy.rules import hash_secret, local_date
from champions.models import Expert, Prompt
from champions.queries.prompts import prompts_to_name
from pods import rules
from pods.models import AnonymousQuestion, Pod, Question, Seat
from pods.queries.words import Words
from pods.rules import Solved, SolvedBy

SOLVED_WORDS: dict[SolvedBy, Words] = {
    SolvedBy.CHAMPION: _("I knew it"),
    SolvedBy.EXPERT: _("An expert knew it"),
    SolvedBy.PROMPT: _("A prompt of the library"),
    SolvedBy.PEER: _("A colleague"),
    SolvedBy.SELF: _("They found it themselves"),
}
MOST_ANSWERED = 20
MOST_OWN = 20

Asked = Question | AnonymousQuestion


@dataclass(frozen=True)
class QuestionLook:
    """A question as whoever answers it reads it. `person` is None where it was asked without a name."""

    row: Asked
    person: Person | None
    day: date

    @property
    def is_answered(self) -> bool:
        return self.row.answered_on is not None


def _look(row: Asked) -> QuestionLook:
    if isinstance(row, Question):
        return QuestionLook(row, row.person, local_date(row.asked_at, row.organization.zone))
    return QuestionLook(row, None, row.shown_on)  # type: ignore[arg-type]


def _rows(rows: Any) -> Any:
    return rows.select_related(
        "organization", "pod__champion__person", "pod__program__workflow", "expert__person", "prompt", "answered_by"
    )


def _both(of: Any) -> list[QuestionLook]:
    """Questions of both tables that `of` finds, oldest first; those of one day without a name by lot."""
    named = _rows(of(Question.objects)).select_related("person")
    nameless = _rows(of(AnonymousQuestion.objects).handed_over())
    return sorted((_look(row) for rows in (named, nameless) for row in rows), key=lambda one: (one.day, one.row.pk))


@dataclass(frozen=True)
class Inbox:
    """What waits for somebody to answer, and what was answered lately in the pods they lead."""

    waiting: tuple[QuestionLook, ...]
    answered: tuple[QuestionLook, ...]
    # Over everything answered in their pods: each of these questions they can read themselves.
    solved: Solved


def inbox(person: Person, *, at: datetime) -> Inbox:
    """For a champion the questions of their pods, for an expert those passed on. Four queries."""
    theirs = _both(lambda rows: rows.unanswered().answered_by_them(person))
    waiting = [one for one in theirs if whose_turn(one.row, at=at) == person]
    done = _both(lambda rows: rows.answered().to_champion(person))
    return Inbox(
        waiting=tuple(waiting),
        answered=tuple(reversed(done[-MOST_ANSWERED:])),
        solved=rules.solved(SolvedBy(one.row.solved_by) for one in done),
    )


def whose_turn(row: Asked, *, at: datetime) -> Person | None:
    """Who is to answer: the expert it was passed on to while they can be asked, else the champion; nobody where none is there."""
    if row.expert and row.expert.may_be_asked(at):
        expert: Person = row.expert.person
        return expert
    return row.pod.leader(at)


def questions_waiting(person: Person, *, at: datetime) -> int:
    """How many questions wait for somebody to answer."""
    return len(inbox(person, at=at).waiting)


def waiting_in(pod: Pod, *, at: datetime) -> list[QuestionLook]:
    """What waits for a pod's champion, oldest first: not what is with an expert. Two queries."""
    champion = pod.leader(at)
    if champion is None:
        return []
    rows = _both(lambda rows: rows.unanswered().filter(pod=pod))
    return [one for one in rows if whose_turn(one.row, at=at) == champion]


def question_for(person: Person, asked: UUID) -> QuestionLook | None:
    """A question that this person may answer or has seen answered: of a pod they lead, or passed on to them."""
    for rows in (Question.objects.select_related("person"), AnonymousQuestion.objects.handed_over()):
        found = _rows(rows.answered_by_them(person)).filter(public_id=asked).first()
        if found is not None:
            return _look(found)
    return None


def own_questions(person: Person) -> list[Question]:
    """What somebody has asked by name, newest first."""
    return list(_rows(Question.objects.asked_by(person)).newest_first()[:MOST_OWN])


def own_question(person: Person, asked: UUID) -> Question | None:
    """A question that somebody asked by name."""
    found: Question | None = _rows(Question.objects.asked_by(person)).filter(public_id=asked).first()
    return found


def question_behind(key: str) -> AnonymousQuestion | None:
    """The question whose key somebody kept."""
    found: AnonymousQuestion | None = _rows(AnonymousQuestion.objects.with_key(hash_secret(key))).first()
    return found


@dataclass(frozen=True)
class Askable:
    """A pod whose champion somebody can ask, and whether without a name. Without a champion it waits for the next."""

    pod: Pod
    champion: Person | None
    without_name: bool


def askable(person: Person, *, at: datetime) -> list[Askable]:
    """The pods somebody sits in, of programmes that are not closed; the latest first. Two queries."""
    seats = Seat.objects.current().filter(person=person, pod__program__closed_at__isnull=True)
    pods = Pod.objects.filter(pk__in=seats.values("pod"))
    pods = pods.select_related("champion__person", "program__workflow", "organization")
    found = list(pods.order_by("-program__starts_on", "name", "id"))
    if not found:
        return []
    today = local_date(at, found[0].organization.zone)
    sitting = list(Seat.objects.filled(today).filter(pod__in=found).values_list("pod_id", flat=True))
    return [Askable(pod, pod.leader(at), sitting.count(pod.pk) >= rules.LEAST_FOR_ANONYMOUS) for pod in found]


def experts_to_ask(*, on: date) -> list[Expert]:
    """Who helps on a day with what champions cannot solve, by topic."""
    return list(Expert.objects.to_ask(on).select_related("person").in_topic_order())


def prompts_for(pod: Pod) -> list[Prompt]:
    """Prompts that an answer can name: those for the pod's own work first."""
    return sorted(prompts_to_name(), key=lambda one: one.workflow_id != pod.program.workflow_id)


def _reader(message: Message) -> Person:
    assert message.person is not None  # it goes to nobody outside the organisation
    return message.person


def facts_of_waiting(*, message: Message, at: datetime) -> dict[str, Any]:
    """What somebody reads for whom questions wait: how many, and never which."""
    number = questions_waiting(_reader(message), at=at)
    words = ngettext("%(number)d question waits for you", "%(number)d questions wait for you", number)
    return {
        "title": words % {"number": number},
        "paragraph": translate(
            "An answer, a prompt that helps, or whom to ask instead: each takes a minute. Some are asked without a name."
        ),
        "button": translate("Read them"),
        "address": f"{settings.BASE_URL}/o/{message.organization.slug}/questions/",
    }


def waiting_wanted(*, message: Message, at: datetime) -> bool:
    """Whether something still waits for them."""
    return questions_waiting(_reader(message), at=at) > 0


def facts_of_answer(*, message: Message, at: datetime) -> dict[str, Any]:
    """What somebody reads whose question was answered. The answer itself stays on the page."""
    row = Question.objects.select_related("answered_by", "organization").get(pk=message.row_id)
    return {
        "title": translate("Your question has an answer"),
        "paragraph": translate("%(name)s has answered what you asked.")
        % {"name": row.answered_by.name if row.answered_by else translate("Your champion")},
        "button": translate("Read the answer"),
        "address": f"{settings.BASE_URL}/o/{row.organization.slug}/ask/",
    }


def answer_wanted(*, message: Message, at: datetime) -> bool:
    """Whether the answer still stands."""
    found: bool = Question.objects.answered().filter(pk=message.row_id).exists()
    return found
