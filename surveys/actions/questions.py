"""A lead's own questions of a survey: added, put in order and taken away until it opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adoption.programs.models import Program
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person
from surveys import rules
from surveys.actions.refusals import Refused
from surveys.models import Question, Wave
from surveys.rules import ItemKind, WaveKind


@transaction.atomic
def add_question(
    *,
    program: Program,
    wave: WaveKind,
    kind: ItemKind,
    words: str,
    options: Sequence[str],
    language: str,
    by: Person | None,
    at: datetime,
) -> Question:
    """Put a question at the end of a survey. `options` are the words of a choice; empty for other kinds.

    Raises Refused once the survey is open, with five questions already, and for a choice without two to eight options.
    """
    questions = _held(program, wave)
    if len(questions) >= rules.MOST_OWN:
        raise Refused("enough")
    if kind is ItemKind.CHOICE and not rules.LEAST_OPTIONS <= len(options) <= rules.MOST_OPTIONS:
        raise Refused("options")
    question = Question.objects.create(
        program=program,
        wave=wave,
        place=questions[-1].place + 1 if questions else 1,
        kind=kind,
        words=words,
        options=list(options) if kind is ItemKind.CHOICE else [],
        language=language,
        made_at=at,
    )
    audit.record("survey.question_added", by=by, at=at, subject=program, kind=wave)
    return question


@transaction.atomic
def move_question(*, question: Question, up: bool, by: Person | None, at: datetime) -> None:
    """Let a question change places with the one before or after it; at the end of the list nothing changes.

    Raises Refused once the survey is open.
    """
    rows = _held(question.program, WaveKind(question.wave))
    here = next((place for place, row in enumerate(rows) if row.pk == question.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, start=1):
        row.place = place
    Question.objects.bulk_update(rows, ["place"])
    audit.record("survey.questions_ordered", by=by, at=at, subject=question.program, kind=question.wave)


@transaction.atomic
def take_question_away(*, question: Question, by: Person | None, at: datetime) -> None:
    """Take a question out of a survey. Taken away twice is once. Raises Refused once the survey is open."""
    _held(question.program, WaveKind(question.wave))
    gone, _ = Question.objects.filter(pk=question.pk).delete()
    if gone:
        audit.record("survey.question_taken_away", by=by, at=at, subject=question.program, kind=question.wave)


def _held(program: Program, wave: WaveKind) -> list[Question]:
    """The questions of a survey, which nobody opens before the commit. Raises Refused when it is open."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if Wave.objects.filter(program=program, kind=wave).exists():
        raise Refused("asked")
    return list(Question.objects.asked_in(program, wave))
