"""A lead's own questions of a survey, and the whole survey as a person will see it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from surveys import actions, queries
from surveys.forms import PulseForm, QuestionForm, SurveyForm, refusal_sentence
from surveys.models import Question
from surveys.rules import PULSE_WAVES, ItemKind
from surveys.views.answering import place_of
from surveys.views.surveys import find_survey


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """The lead's own questions of one survey, in their order, and one more."""
    one = find_survey(request, program, wave)
    form = QuestionForm(request.POST if request.method == "POST" else None, language=request.organization.locale)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data | {"kind": ItemKind(form.cleaned_data["kind"])}
        try:
            actions.add_question(program=one.program, wave=one.kind, by=request.person, at=request.at, **given)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("The question is at the end of the survey."))
            return redirect("survey-questions", org=org, program=program, wave=wave)
    facts = {"survey": one, "program": one.program, "questions": queries.own_questions(one), "form": form}
    return render(request, "surveys/questions.html", facts, status=422 if request.method == "POST" else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def question_up(request: OrganizationRequest, org: str, program: str, wave: str, question: UUID) -> HttpResponse:
    """One place earlier."""
    return _change(request, program, wave, question, "up")


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def question_down(request: OrganizationRequest, org: str, program: str, wave: str, question: UUID) -> HttpResponse:
    """One place later."""
    return _change(request, program, wave, question, "down")


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def question_away(request: OrganizationRequest, org: str, program: str, wave: str, question: UUID) -> HttpResponse:
    """Take it out of the survey."""
    return _change(request, program, wave, question, "away")


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def preview(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """The whole survey as a person will see it. Nothing is kept."""
    one = find_survey(request, program, wave)
    version = queries.version_of(one.program)
    form = SurveyForm(queries.items_of_survey(one.program, one.kind, version), {})
    facts = {
        "survey": one,
        "program": one.program,
        "form": form,
        "pulse": PulseForm() if one.kind in PULSE_WAVES else None,
        **place_of(form, request.GET.get("at", "")),
    }
    return render(request, "surveys/preview.html", facts)


def _change(request: OrganizationRequest, program: str, wave: str, question: UUID, how: str) -> HttpResponse:
    one = find_survey(request, program, wave)
    found = get_object_or_404(
        Question.objects.asked_in(one.program, one.kind).select_related("program"), public_id=question
    )
    try:
        if how == "away":
            actions.take_question_away(question=found, by=request.person, at=request.at)
        else:
            actions.move_question(question=found, up=how == "up", by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
    return redirect("survey-questions", org=request.organization.slug, program=program, wave=wave)
