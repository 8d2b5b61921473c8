"""The champion check: one minute, by mailed link or signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.queries.links import LinkState
from adoption.outbox.views.link import LinkRequest, by_link
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.actions.time import CHECK, CheckOver
from champions.models import TimeAnswer, TimeCheck
from champions.rules.time import ANSWERED_WITHIN
from surveys import actions
from surveys.forms import CheckForm, asked_check


@by_link(CHECK, even=frozenset({LinkState.EXPIRED}))
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: LinkRequest) -> HttpResponseBase:
    """The check of a champion who came by mail."""
    return _check(request, asked_check(request.person, pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_check(request: OrganizationRequest, org: str, check: UUID) -> HttpResponseBase:
    """The check of a champion signed in; to nobody else it is there."""
    return _check(request, asked_check(request.person, public_id=check))


def _check(request: HttpRequest, asked: TimeCheck) -> HttpResponseBase:
    at: datetime = request.at  # type: ignore[attr-defined]
    facts: dict[str, Any] = {"check": asked, "program": asked.champion.program}
    if at >= asked.asked_at + ANSWERED_WITHIN or asked.champion.stepped_down_at:
        return render(request, "surveys/check.html", {**facts, "closed": True}, status=410)
    before: TimeAnswer | None = TimeAnswer.objects.newest().filter(check_asked=asked).first()
    if request.method != "POST":
        if "done" in request.GET and before:
            return render(request, "surveys/check.html", {**facts, "done": True, "to_fix": before.to_fix})
        return render(request, "surveys/check.html", {**facts, "form": CheckForm(asked, before)})
    form = CheckForm(asked, before, request.POST)
    if form.is_valid():
        try:
            actions.answer_check(check=asked, at=at, **form.cleaned_data)
        except CheckOver:
            return render(request, "surveys/check.html", {**facts, "closed": True}, status=410)
        return redirect(f"{request.path}?done")
    return render(request, "surveys/check.html", {**facts, "form": form}, status=422)
