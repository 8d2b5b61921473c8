"""The survey, by mailed link."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.views.link import LinkRequest, by_link
from surveys import actions
from surveys.forms import SurveyForm
from surveys.models import Ask
from surveys.queries import given_answers
from surveys.rules import WaveKind


@by_link(actions.SURVEY)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: LinkRequest) -> HttpResponseBase:
    """One page of questions, kept until the wave closes and changeable until then."""
    ask: Ask = get_object_or_404(Ask.objects.select_related("wave__program__workflow"), pk=request.link.row_id)
    kind = WaveKind(ask.wave.kind)
    facts = {"ask": ask, "program": ask.wave.program}
    if request.method == "POST":
        form = SurveyForm(kind, request.POST)
        if not form.is_valid():
            return render(request, "surveys/survey.html", {**facts, "form": form}, status=422)
        try:
            actions.answer(ask=ask, given=form.answers, at=request.at)
        except actions.WaveClosed:
            return render(request, "surveys/survey.html", {**facts, "closed": True}, status=410)
        return redirect(f"{request.path}?done")
    if request.at >= ask.wave.closes_at:
        return render(request, "surveys/survey.html", {**facts, "closed": True}, status=410)
    if "done" in request.GET and ask.completed_at:
        return render(request, "surveys/survey.html", {**facts, "done": True})
    form = SurveyForm(kind, initial=given_answers(ask))
    return render(request, "surveys/survey.html", {**facts, "form": form})
