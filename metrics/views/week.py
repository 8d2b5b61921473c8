"""The weekly question, by mailed link or signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from adoption.outbox.views.link import LinkRequest, by_link
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from metrics.actions.parts import be_asked_again, be_asked_no_more
from metrics.actions.weeks import WEEK, Refused, record_check_in
from metrics.forms import WeekForm
from metrics.queries.asking import open_weeks, own_curve, parts_of
from metrics.queries.own_week import own_week
from metrics.queries.timing import own_gain
from metrics.rules import Via

# With the application around it, or alone.
LAYOUTS = {Via.PAGE: "shell.html", Via.LINK: "plain.html"}


@by_link(WEEK)
@require_http_methods(["GET", "HEAD", "POST"])
def week_by_link(request: LinkRequest) -> HttpResponseBase:
    """The week of somebody who came by mail."""
    return _week(request, request.person, Via.LINK)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: OrganizationRequest, org: str) -> HttpResponseBase:
    """The week of somebody signed in."""
    return _week(request, request.person, Via.PAGE)


def _week(request: HttpRequest, person: Person, via: Via) -> HttpResponseBase:
    """First how often, then how often unasked; then thanks, with one's own curve. Only the last answer writes, and each of
    the two that may be given beside it.

    Whoever is signed in finds the rest of their week below the question; while they answer there is nothing but that.
    """
    at = request.at  # type: ignore[attr-defined]
    if "part" in request.POST:
        chosen = next((part for part in parts_of(person) if part.key == request.POST["part"]), None)
        if chosen:
            (be_asked_no_more if chosen.takes else be_asked_again)(part=chosen, person=person, at=at)
            return redirect(request.path)
    weeks = open_weeks(person, at=at)
    form = WeekForm(weeks, request.POST if request.method == "POST" else request.GET)
    facts = {"form": form, "person": person, "weeks": weeks, "layout": LAYOUTS[via]}
    asked = form.asked
    if request.method == "POST" and form.is_valid() and asked is not None:
        if not form.is_complete:
            step = "uses" if form.wants_total else 2
            return render(request, "metrics/week.html", {**facts, "parts": parts_of(person), "step": step})
        try:
            record_check_in(
                person=person,
                workflow=asked.workflow,
                week=asked.week,
                total=form.total,
                unprompted=form.unprompted,
                occurrences=form.occurrences,
                other_tasks=form.other_tasks,
                errors_caught=form.errors_caught,
                via=via,
                at=at,
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect(f"{request.path}?thanks={asked.key}")
    facts["parts"] = parts = parts_of(person)
    if via is Via.PAGE:
        facts |= {"own": own_week(person, parts, at=at), "leads": any(part.leads for part in parts)}
    if form.errors:
        return render(request, "metrics/week.html", {**facts, "step": 1}, status=422)
    thanked = form.thanked
    if thanked is not None:
        facts |= {"step": 3, "said": thanked.said, "curve": own_curve(person, thanked.workflow)}
        if via is Via.LINK:
            # Whoever is signed in finds it below, with the rest of their week.
            facts["gain"] = own_gain(thanked.program, person)
        return render(request, "metrics/week.html", facts)
    return render(request, "metrics/week.html", {**facts, "step": 1})
