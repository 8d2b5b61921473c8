"""What somebody says of their own work, by mailed link or signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.queries.links import LinkState
from adoption.outbox.views.link import LinkRequest, by_link
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from surveys import actions
from surveys.forms import OwnWorkForm
from surveys.models import SkillsAsk
from surveys.queries.skills import own_work

# A link outlives the asking, so that it can say that it is over.
EVEN_LATER = frozenset({LinkState.EXPIRED, LinkState.ENDED})


@by_link(actions.SKILLS, even=EVEN_LATER)
@require_http_methods(["GET", "HEAD", "POST"])
def skills(request: LinkRequest) -> HttpResponseBase:
    """The questions of somebody who came by mail."""
    return _answer(request, _ask(pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_skills(request: OrganizationRequest, org: str, skills: UUID) -> HttpResponseBase:
    """The questions of somebody signed in."""
    return _answer(request, _ask(public_id=skills, person=request.person))


def _ask(**which: Any) -> SkillsAsk:
    found: SkillsAsk = get_object_or_404(SkillsAsk.objects.select_related("wave", "person__organization"), **which)
    return found


def _answer(request: HttpRequest, ask: SkillsAsk) -> HttpResponseBase:
    at: datetime = request.at  # type: ignore[attr-defined]
    facts: dict[str, Any] = {"ask": ask}
    if ask.wave.published_at or at >= ask.wave.closes_at:
        return render(request, "surveys/matrix_answer.html", {**facts, "closed": True}, status=410)
    if request.method != "POST":
        if "done" in request.GET and ask.completed_at:
            return render(request, "surveys/matrix_answer.html", {**facts, "done": True})
        return render(request, "surveys/matrix_answer.html", {**facts, "form": OwnWorkForm(ask, own_work(ask))})
    form = OwnWorkForm(ask, own_work(ask), request.POST)
    if not form.is_valid():
        return render(request, "surveys/matrix_answer.html", {**facts, "form": form}, status=422)
    try:
        actions.answer_skills(ask=ask, given=form.given, anchor=form.anchor, at=at)
    except actions.WaveClosed:
        return render(request, "surveys/matrix_answer.html", {**facts, "closed": True}, status=410)
    return redirect(f"{request.path}?done")
