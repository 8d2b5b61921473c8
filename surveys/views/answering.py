"""The survey, by mailed link or signed in: on a phone question by question, on a wide screen on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from adoption.outbox.queries.links import LinkState
from adoption.outbox.views.link import LinkRequest, by_link
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.queries.time import open_checks
from surveys import actions, rules
from surveys.forms import PulseForm, SurveyForm
from surveys.models import Ask
from surveys.queries import (
    Sheet,
    open_nominations_of,
    open_skills_of,
    open_surveys,
    rounds_waiting,
    sheet_of,
    takes_pulse,
)
from surveys.rules import Item

# A link outlives the survey, so that it can say that the survey is closed, and open it again when it is reopened.
EVEN_LATER = frozenset({LinkState.EXPIRED})


@dataclass(frozen=True)
class Shown:
    """One question on the page. `number` counts those that are asked; on a phone only the one of now is seen."""

    item: Item
    drawn: SafeString
    number: int
    is_asked: bool
    is_now: bool

    @property
    def left_out_after(self) -> str:
        """The answers that leave it out, as the page's script reads them."""
        return " ".join(f"{name}={answer}" for name, answer in self.item.left_out_after)


@by_link(actions.SURVEY, even=EVEN_LATER)
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: LinkRequest) -> HttpResponseBase:
    """The survey of somebody who came by mail."""
    return _survey(request, _ask(request, pk=request.link.row_id))


@by_link(actions.SURVEY, even=EVEN_LATER)
@require_http_methods(["GET", "HEAD", "POST"])
def pulse(request: LinkRequest) -> HttpResponseBase:
    """The anonymous part for somebody who came by mail."""
    return _pulse(request, _ask(request, pk=request.link.row_id))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_survey(request: OrganizationRequest, org: str, ask: UUID) -> HttpResponseBase:
    """The survey of somebody signed in."""
    return _survey(request, _ask(request, public_id=ask, person=request.person))


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_pulse(request: OrganizationRequest, org: str, ask: UUID) -> HttpResponseBase:
    """The anonymous part for somebody signed in."""
    return _pulse(request, _ask(request, public_id=ask, person=request.person))


@requires(Permission.ENTER)
@require_safe
def waiting_surveys(request: OrganizationRequest, org: str) -> HttpResponse:
    """The surveys that wait for an answer: a fragment of one's home, and a page of its own without a script."""
    facts = {
        "surveys": open_surveys(request.person, at=request.at),
        "rounds": rounds_waiting(request.person, at=request.at),
        "nominations": open_nominations_of(request.person, at=request.at),
        "checks": open_checks(request.person, at=request.at),
        "skills": open_skills_of(request.person, at=request.at),
    }
    part = "#waiting-surveys" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"surveys/waiting.html{part}", facts)


def _ask(request: HttpRequest, **which: Any) -> Ask:
    """What somebody is asked; held while they answer, so that two devices do not talk past each other."""
    asks = Ask.objects.select_related("wave__program__workflow")
    if request.method == "POST":
        asks = asks.select_for_update(of=("self",))
    found: Ask = get_object_or_404(asks, **which)
    return found


def _survey(request: HttpRequest, ask: Ask) -> HttpResponseBase:
    at: datetime = request.at  # type: ignore[attr-defined]
    facts = {"ask": ask, "program": ask.wave.program, "person": request.person}  # type: ignore[attr-defined]
    if at >= ask.wave.closes_at:
        return render(request, "surveys/survey.html", {**facts, "closed": True}, status=410)
    sheet = sheet_of(ask)
    if request.method == "POST":
        form = SurveyForm(sheet.items, sheet.given, request.POST)
        return _take(request, ask, sheet, form, {**facts, "form": form}, at)
    if "done" in request.GET and ask.completed_at:
        return render(request, "surveys/survey.html", {**facts, "done": True, "takes_pulse": takes_pulse(ask)})
    form = SurveyForm(sheet.items, sheet.given)
    return render(request, "surveys/survey.html", {**facts, "form": form, **place_of(form, request.GET.get("at", ""))})


def _take(
    request: HttpRequest, ask: Ask, sheet: Sheet, form: SurveyForm, facts: dict[str, Any], at: datetime
) -> HttpResponseBase:
    """Keep what was said; then on to the next question, or thanks. What cannot be kept is said, and keeps nothing else back.

    A number that is unusual is kept, and asked back once when everything is sent: sent again, it is right.
    """
    step = request.POST.get("next", "")
    on_the_way = step in form.stored or "keep" in request.POST
    is_whole = form.is_valid() and not on_the_way
    unseen = form.unseen if is_whole else []
    is_sure = is_whole and not unseen and not form.asked_back
    actions.answer(ask=ask, sheet=sheet, given=form.answers, at=at, complete=is_sure)
    if "keep" in request.POST:
        return render(request, "surveys/survey.html#kept", {**facts, "at": at}, status=422 if form.errors else 200)
    if unseen:
        return redirect(f"{request.path}?at={unseen[0]}#q-{unseen[0]}")
    if step in form.stored and step not in form.errors:
        after = rules.next_item(form.items, form.given, step)
        to = after.key if after else step
        return redirect(f"{request.path}?at={to}#q-{to}")
    if is_sure:
        return redirect(f"{request.path}?done")
    status = 422 if form.errors else 200
    return render(request, "surveys/survey.html", {**facts, **place_of(form, step)}, status=status)


def place_of(form: SurveyForm, now: str) -> dict[str, Any]:
    """The questions as the page shows them, and where somebody is among them."""
    known = form.given if form.is_bound else form.stored
    open_items = rules.asked(form.items, known)
    keys = [item.key for item in open_items]
    sent_whole = form.is_bound and now not in keys
    if now not in keys:
        first = rules.first_open(form.items, known) if not form.is_bound else None
        now = first.key if first else keys[0]
    # Where something is to be mended, or is asked back, all of it is seen at once.
    doubted = form.asked_back if sent_whole else {}
    wrong = [key for key in keys if key in form.errors or key in doubted] if form.is_bound else []
    seen = set(wrong) or {now}
    earlier, later = rules.item_before(form.items, known, now), rules.next_item(form.items, known, now)
    return {
        "questions": [
            Shown(
                item=item,
                drawn=_drawn(item, form[item.key], doubted.get(item.key, "")),
                number=keys.index(item.key) + 1 if item.key in keys else 0,
                is_asked=item.key in keys,
                is_now=item.key in seen,
            )
            for item in form.items
        ],
        "now": now,
        "number": keys.index(now) + 1,
        "total": len(keys),
        "earlier": earlier.key if earlier else "",
        "later": later.key if later else "",
        "is_last": now == keys[-1] or sent_whole,
        "doubted": doubted,
    }


def _drawn(item: Item, field: BoundField, asked_back: str) -> SafeString:
    """A question with what is answered. What somebody typed is drawn for them alone."""
    said = field.value() or ""
    if field.errors or (said and said not in item.choices):
        return _draw(item, field, asked_back)
    return _drawn_once(item, said, get_language())


@lru_cache(maxsize=1024)
def _drawn_once(item: Item, said: str, _language: str | None) -> SafeString:
    """Drawn once for everybody who has said the same: questions are two thirds of a survey's page."""
    return _draw(item, SurveyForm((item,), {item.key: said})[item.key])


def _draw(item: Item, field: BoundField, asked_back: str = "") -> SafeString:
    return render_to_string("parts/question.html", {"item": item, "field": field, "asked_back": asked_back})


def _pulse(request: HttpRequest, ask: Ask) -> HttpResponseBase:
    """Five statements at once, kept nowhere until they are sent."""
    at: datetime = request.at  # type: ignore[attr-defined]
    facts: dict[str, Any] = {"ask": ask, "program": ask.wave.program}
    if at >= ask.wave.closes_at or (not ask.pulse_taken and not takes_pulse(ask)):
        return render(request, "surveys/pulse.html", {**facts, "closed": True}, status=410)
    if request.method == "POST":
        form = PulseForm(request.POST)
        if not form.is_valid():
            return render(request, "surveys/pulse.html", {**facts, "form": form}, status=422)
        actions.take_pulse(ask=ask, given=form.answers, at=at)
        return redirect(request.path)
    if ask.pulse_taken:
        return render(request, "surveys/pulse.html", {**facts, "sent": True})
    return render(request, "surveys/pulse.html", {**facts, "form": PulseForm()})
