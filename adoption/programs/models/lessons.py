"""What a programme learned, and what the next one makes of it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from adoption.programs.models.programs import Program
from adoption.programs.rules.lessons import LESSON_LENGTH, LESSON_PAGES, LessonKind, Setting
from adoption.tenancy.walls import TenantForeignKey, TenantManager, TenantModel, TenantQuerySet


class LessonQuerySet(TenantQuerySet):
    """Named filters."""

    def unanswered_in(self, program: Program) -> Self:
        """Lessons of other programmes to which a draft has said neither yes nor no."""
        said = LessonAnswer.objects.filter(program=program, lesson=OuterRef("pk"))
        return self.exclude(program=program).exclude(Exists(said))

    def in_order(self) -> Self:
        return self.order_by("written_at", "id")


class Lesson(TenantModel):
    """One thing a programme learned about programmes: what to do again, what not, what to change. Never about a person."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="lessons")
    kind = models.CharField(max_length=10)
    # The step of a draft at which it is of use.
    page = models.CharField(max_length=10)
    words = models.CharField(max_length=LESSON_LENGTH)
    # The number it proposes, and for what; neither where it is words alone.
    setting = models.CharField(max_length=10, blank=True, default="")
    number = models.PositiveSmallIntegerField(null=True)
    written_at = models.DateTimeField()

    objects: ClassVar = TenantManager.of(LessonQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="lesson_public_id"),
            models.UniqueConstraint(fields=["organization", "program", "kind", "words"], name="lesson_once"),
            models.CheckConstraint(name="lesson_words", condition=~Q(words="")),
            models.CheckConstraint(name="lesson_kind", condition=Q(kind__in=[one.value for one in LessonKind])),
            models.CheckConstraint(name="lesson_page", condition=Q(page__in=[one.value for one in LESSON_PAGES])),
            models.CheckConstraint(
                name="lesson_number_of_setting",
                condition=Q(setting="", number__isnull=True)
                | Q(setting__in=[one.value for one in Setting], number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class LessonAnswer(TenantModel):
    """What a draft makes of an earlier programme's lesson: takes it over, or does without."""

    program = TenantForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    lesson = TenantForeignKey(Lesson, on_delete=models.CASCADE, related_name="answers")
    is_taken = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "program", "lesson"], name="lesson_answer_once"),
        ]
        indexes = [models.Index(fields=["organization", "lesson"], name="lesson_answer_by_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson_id} {'taken over' if self.is_taken else 'left'}"
