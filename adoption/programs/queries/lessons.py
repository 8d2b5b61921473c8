"""What programmes learned, and what a draft is offered of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from adoption.programs.models import Design, Lesson, LessonAnswer, Program
from adoption.programs.rules.design import Page
from adoption.programs.rules.lessons import LESSON_PAGES, MOST_SUGGESTED, OFFERED_AT, LessonKind, Setting
from adoption.tenancy.rules import local_date

Words = str | Promise

KIND_WORDS: dict[LessonKind, Words] = {
    LessonKind.AGAIN: _("Again"),
    LessonKind.NOT_AGAIN: _("Not again"),
    LessonKind.CHANGE: _("To change"),
}
SETTING_WORDS: dict[Setting, Words] = {
    Setting.WEEKS: _("Weeks of the phase"),
    Setting.PODS: _("Pods planned"),
    Setting.POD_SIZE: _("People in each pod"),
    Setting.TEAMS: _("Teams to compare with"),
}
PAGE_WORDS: dict[Page, Words] = {
    Page.WORK: _("The work"),
    Page.TEMPLATE: _("Sort and goal"),
    Page.DATES: _("Dates and measure"),
    Page.ARMS: _("People"),
}
_PROPOSES = {
    Setting.WEEKS: ngettext_lazy("%(number)d week", "%(number)d weeks", "number"),
    Setting.PODS: ngettext_lazy("%(number)d pod", "%(number)d pods", "number"),
    Setting.POD_SIZE: ngettext_lazy("%(number)d person in each pod", "%(number)d people in each pod", "number"),
    Setting.TEAMS: ngettext_lazy("%(number)d team to compare with", "%(number)d teams to compare with", "number"),
}


@dataclass(frozen=True)
class Learned:
    """One lesson, as it is read."""

    lesson: Lesson

    @property
    def kind(self) -> Words:
        return KIND_WORDS[LessonKind(self.lesson.kind)]

    @property
    def page(self) -> Words:
        return PAGE_WORDS[Page(self.lesson.page)]

    @property
    def proposes(self) -> str:
        """The number it proposes, in words; empty where it is words alone."""
        if not self.lesson.setting:
            return ""
        return str(_PROPOSES[Setting(self.lesson.setting)] % {"number": self.lesson.number})


@dataclass(frozen=True)
class Suggested(Learned):
    """A lesson of an earlier programme that a draft can take over, and whether that would set a number anew."""

    learned_on: date
    is_new: bool

    @property
    def source(self) -> Program:
        found: Program = self.lesson.program
        return found


def lessons_of(program: Program) -> list[Learned]:
    """What a programme learned, by kind and then as it was written. One query."""
    kinds = list(LessonKind)
    rows = Lesson.objects.filter(program=program).in_order()
    return [Learned(row) for row in sorted(rows, key=lambda row: kinds.index(LessonKind(row.kind)))]


def suggestions(program: Program, design: Design, page: Page | None = None) -> list[Suggested]:
    """What earlier programmes learned that this draft has not answered; beside one step, a few of it. One query.

    Those on the same work first, then the newest. A comparison is not proposed to a programme that compares nothing.
    """
    near = Case(
        When(program__workflow=program.workflow_id, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = (
        Lesson.objects.unanswered_in(program)
        .filter(page__in=LESSON_PAGES if page is None else OFFERED_AT[page])
        .select_related("program")
        .annotate(far=near)
        .order_by("far", "-written_at", "id")
    )
    if not program.is_compared:
        rows = rows.exclude(setting=Setting.TEAMS)
    zone = program.organization.zone
    return [
        Suggested(row, local_date(row.written_at, zone), is_new=_now(program, design, row.setting) != row.number)
        for row in (rows if page is None else rows[:MOST_SUGGESTED])
    ]


def _now(program: Program, design: Design, setting: str) -> int | None:
    if not setting:
        return None
    return program.weeks if setting == Setting.WEEKS else int(getattr(design, setting))


def taken_over(program: Program) -> Sequence[Learned]:
    """What a draft has taken over of earlier programmes. One query."""
    rows = LessonAnswer.objects.filter(program=program, is_taken=True).select_related("lesson__program")
    return [Learned(row.lesson) for row in rows.order_by("answered_at", "id")]
