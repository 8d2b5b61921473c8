"""What a programme learned: written down at its end, taken away again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.programs import actions
from adoption.programs.actions.lessons import drop_lesson, write_lesson
from adoption.programs.forms import asked_program
from adoption.programs.forms.lessons import LessonForm
from adoption.programs.models import Lesson
from adoption.programs.queries.lessons import lessons_of
from adoption.programs.rules.lessons import MOST_LESSONS
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def lessons(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What would be done again, what not, and what changed; and a form for one more."""
    found = asked_program(program)
    form = LessonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_lesson(program=found, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Written down. The next draft is offered it."))
            return redirect("lessons", org=org, program=program)
    learned = lessons_of(found)
    facts = {
        "program": found,
        "lessons": learned,
        "form": form,
        "has_room": len(learned) < MOST_LESSONS,
    }
    return render(request, "programs/lessons.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def lesson_out(request: OrganizationRequest, org: str, program: str, lesson: UUID) -> HttpResponse:
    """Take a lesson away."""
    found: Lesson = get_object_or_404(Lesson.objects.select_related("program"), program__slug=program, public_id=lesson)
    drop_lesson(lesson=found, by=request.person, at=request.at)
    messages.success(request, _("Taken away. No draft is offered it any more."))
    return redirect("lessons", org=org, program=program)
