"""Rating outputs by mailed link or signed in: one output a view, kept as one goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.queries.links import LinkState
from adoption.outbox.views.link import LinkRequest, by_link
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from surveys import actions, queries
from surveys.forms import RatingForm, refusal_sentence
from surveys.models import Rater
from surveys.queries import ToRate

# A link outlives the round, so that it can say that the round is closed.
EVEN_LATER = frozenset({LinkState.EXPIRED})


@by_link(actions.RATING, even=EVEN_LATER)
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: LinkRequest) -> HttpResponseBase:
    """The outputs of somebody who came by mail: a member of the directory, or a guest."""
    return _rating(request, _rater(pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_rating(request: OrganizationRequest, org: str, rater: UUID) -> HttpResponseBase:
    """The outputs somebody signed in was given."""
    return _rating(request, _rater(public_id=rater, person=request.person))


def _rater(**which: Any) -> Rater:
    found: Rater = get_object_or_404(Rater.objects.select_related("round__program", "person", "guest"), **which)
    return found


def _rating(request: HttpRequest, rater: Rater) -> HttpResponseBase:
    at: datetime = request.at  # type: ignore[attr-defined]
    given = queries.to_rate(rater)
    facts: dict[str, Any] = {
        "rater": rater,
        "name": to.name if (to := rater.person or rater.guest) else "",
        "closes_at": rater.round.closes_at,
        "given": given,
        "rated": sum(one.is_rated for one in given),
    }
    if at >= rater.round.closes_at:
        return render(request, "surveys/rating.html", {**facts, "closed": True}, status=410)
    if request.method == "POST" and "decline" in request.POST:
        actions.decline_rating(rater=rater, at=at)
        return redirect(request.path)
    if request.method == "POST":
        return _take(request, given, facts, at)
    now = _wanted(given, request.GET.get("at", ""))
    if now is None and "at" not in request.GET:
        now = next((one for one in given if not one.is_rated), None)
    if now is None or (rater.declined_at and "at" not in request.GET):
        return render(request, "surveys/rating.html", {**facts, "declined": rater.declined_at, "done": True})
    return _page(request, facts, now, RatingForm(now.answers))


def _take(request: HttpRequest, given: list[ToRate], facts: dict[str, Any], at: datetime) -> HttpResponseBase:
    """Keep what was said of one output; then on to the next."""
    now = _wanted(given, request.POST.get("output", ""))
    if now is None:
        messages.info(request, refusal_sentence("taken_back", {}))
        return redirect(request.path)
    form = RatingForm(now.answers, request.POST)
    whole = form.is_valid()
    try:
        actions.rate(allotment=now.allotment, given=form.answers, at=at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, {}))
        return redirect(request.path)
    if "keep" in request.POST:
        return render(request, "surveys/rating.html#kept", {"at": at})
    if not whole:
        return _page(request, facts, now, form, status=422)
    later = next((one for one in given if one.place > now.place and not one.is_rated), None)
    return redirect(f"{request.path}?at={later.place}" if later else request.path)


def _wanted(given: list[ToRate], place: str) -> ToRate | None:
    return next((one for one in given if str(one.place) == place), None)


def _page(
    request: HttpRequest, facts: dict[str, Any], now: ToRate, form: RatingForm, status: int = 200
) -> HttpResponse:
    given: list[ToRate] = facts["given"]
    number = given.index(now) + 1
    shown = {
        "now": now,
        "form": form,
        "number": number,
        "total": len(given),
        "earlier": given[number - 2].place if number > 1 else "",
        "is_last": number == len(given),
    }
    return render(request, "surveys/rating.html", {**facts, **shown}, status=status)
