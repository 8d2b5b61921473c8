"""What a programme learned, written down, and taken over by the next one or not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.programs.actions.design import settle_measure
from adoption.programs.actions.drafts import change_draft
from adoption.programs.actions.refusals import Refused, WrongState, refuse_begun
from adoption.programs.models import Lesson, LessonAnswer, Program
from adoption.programs.queries.design import design_of
from adoption.programs.rules.design import Page, main_look
from adoption.programs.rules.lessons import MOST_LESSONS, LessonKind, Setting
from adoption.tenancy.actions import audit
from adoption.tenancy.models import Person


@transaction.atomic
def write_lesson(
    *,
    program: Program,
    kind: LessonKind,
    page: Page,
    words: str,
    setting: Setting | None = None,
    number: int | None = None,
    by: Person | None,
    at: datetime,
) -> Lesson:
    """One thing learned, from the end of the phase on. The same words once more are the same lesson.

    Raises WrongState before the phase has ended, and Refused for a number without what it is of, and for too many lessons.
    """
    program = Program.objects.select_for_update(no_key=True).select_related(None).get(pk=program.pk)
    if program.ended_at is None:
        raise WrongState("not_ended")
    if (setting is None) != (number is None):
        raise Refused("lesson_number")
    known: Lesson | None = Lesson.objects.filter(program=program, kind=kind, words=words).first()
    if known:
        return known
    if Lesson.objects.filter(program=program).count() >= MOST_LESSONS:
        raise Refused("too_many_lessons")
    made: Lesson = Lesson.objects.create(
        program=program, kind=kind, page=page, words=words, setting=setting or "", number=number, written_at=at
    )
    audit.record("lesson.written", by=by, at=at, subject=program, kind=kind)
    return made


@transaction.atomic
def drop_lesson(*, lesson: Lesson, by: Person | None, at: datetime) -> None:
    """Take a lesson away, and what drafts made of it."""
    audit.record("lesson.dropped", by=by, at=at, subject=lesson.program, kind=lesson.kind)
    lesson.delete()


@transaction.atomic
def answer_lesson(*, program: Program, lesson: Lesson, is_taken: bool, by: Person | None, at: datetime) -> LessonAnswer:
    """Let a draft take over what an earlier programme learned, or do without. The number it proposes is set at once.

    The same again changes nothing. Raises WrongState once the baseline is open, and Refused where the number does not fit.
    """
    program = _draft(program)
    row: LessonAnswer
    row, is_new = LessonAnswer.objects.get_or_create(
        program=program, lesson=lesson, defaults={"is_taken": is_taken, "answered_at": at}
    )
    if not is_new and row.is_taken == is_taken:
        return row
    row.is_taken, row.answered_at = is_taken, at
    row.save(update_fields=["is_taken", "answered_at"])
    if is_taken and lesson.setting:
        _set(program, Setting(lesson.setting), lesson.number or 0, by=by, at=at)
    audit.record("lesson.answered", by=by, at=at, subject=program, taken="yes" if is_taken else "no")
    return row


@transaction.atomic
def forget_answer(*, program: Program, lesson: Lesson, by: Person | None, at: datetime) -> None:
    """Offer a lesson to a draft again. What it set stays as it is. Twice is once. Raises WrongState once the baseline is open."""
    program = _draft(program)
    gone, _ = LessonAnswer.objects.filter(program=program, lesson=lesson).delete()
    if gone:
        audit.record("lesson.offered_again", by=by, at=at, subject=program)


def _draft(program: Program) -> Program:
    """The draft as it is now, held until the commit. Raises WrongState once its baseline is open."""
    held: Program = (
        Program.objects.select_for_update(of=("self",)).select_related("workflow", "organization").get(pk=program.pk)
    )
    refuse_begun(held)
    return held


def _set(program: Program, setting: Setting, number: int, *, by: Person | None, at: datetime) -> None:
    if setting is Setting.WEEKS:
        change_draft(
            program=program,
            name=program.name,
            workflow=program.workflow.name,
            starts_on=program.starts_on,
            weeks=number,
            comparison=program.comparison,
            by=by,
            at=at,
        )
        return
    design = design_of(program)
    numbers: dict[str, int] = {"pods": design.pods, "pod_size": design.pod_size, "teams": design.teams}
    settle_measure(
        program=program,
        primary_look=main_look(design.primary_look, program.template),
        least_icc=design.least_icc,
        **(numbers | {setting.value: number}),
        by=by,
        at=at,
    )
