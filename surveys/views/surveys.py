"""The surveys of a programme, for its lead: how far each has come, reminders, closing and opening once more."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from surveys import actions, queries, rules
from surveys.forms import ReasonForm, ReopenForm, refusal_sentence
from surveys.queries import Survey
from surveys.rules import WaveKind


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def surveys(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The three surveys of a programme."""
    found = asked_program(program)
    rows = [
        {"survey": one, "progress": queries.progress(one.wave, at=request.at) if one.wave else None}
        for one in queries.surveys_of(found, at=request.at)
    ]
    return render(request, "surveys/surveys.html", {"program": found, "rows": rows})


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def wave(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """One survey: its returns by group, its reminders, its questions, and once it is closed what they brought."""
    one = find_survey(request, program, wave)
    facts: dict[str, Any] = {"survey": one, "program": one.program, "questions": queries.own_questions(one)}
    if one.wave:
        facts |= {
            "wave": one.wave,
            "progress": queries.progress(one.wave, at=request.at),
            "results": queries.results_of(one.wave),
            "most_reminders": rules.MOST_REMINDERS,
        }
    return render(request, "surveys/wave.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def wave_remind(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """Remind whoever has not answered."""
    one = find_survey(request, program, wave)
    try:
        actions.remind_wave(program=one.program, kind=one.kind, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, refusal.facts))
    else:
        messages.success(request, _("The reminder goes out in working hours, to those who have not answered."))
    return redirect("survey-wave", org=org, program=program, wave=wave)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_close(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """Ask once, with the reason; then take no more answers."""
    one = find_survey(request, program, wave)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and one.wave and form.is_valid():
        try:
            actions.close_wave(wave=one.wave, by=request.person, at=request.at, **form.cleaned_data)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(request, _("The survey is closed. Its links say so."))
            return redirect("survey-wave", org=org, program=program, wave=wave)
    facts = {"survey": one, "program": one.program, "form": form}
    return render(request, "surveys/wave_close.html", facts, status=422 if request.method == "POST" else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def wave_reopen(request: OrganizationRequest, org: str, program: str, wave: str) -> HttpResponse:
    """Ask once, with the day and the reason; then take answers again."""
    one = find_survey(request, program, wave)
    today = local_date(request.at, request.organization.zone)
    form = ReopenForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and one.wave and form.is_valid():
        try:
            actions.reopen_wave(wave=one.wave, by=request.person, at=request.at, **form.cleaned_data)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(request, _("The survey takes answers again. The links in its mails open it."))
            return redirect("survey-wave", org=org, program=program, wave=wave)
    facts = {"survey": one, "program": one.program, "form": form}
    return render(request, "surveys/wave_reopen.html", facts, status=422 if request.method == "POST" else 200)


def find_survey(request: OrganizationRequest, program: str, kind: str) -> Survey:
    """The survey of an address, opened or not. Raises Http404."""
    found = asked_program(program)
    if kind not in set(WaveKind):
        raise Http404
    return next(one for one in queries.surveys_of(found, at=request.at) if one.kind == kind)
