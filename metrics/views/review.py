"""The weekly look at the log: who logged what, where the sources disagree, and that somebody has looked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.actions import review as actions
from metrics.forms import ReviewForm, asked_review
from metrics.queries import review as queries
from metrics.rules.review import PLANNED_MINUTES


@requires(Permission.IMPORT_USAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def usage_review(request: OrganizationRequest, org: str) -> HttpResponse:
    """One week of the log, line by line, and the mark that it was looked through."""
    asked = asked_review(request.GET)
    weeks = queries.weeks_of_log(request.organization, at=request.at)
    look = queries.log_week(asked.week, weeks)
    form = ReviewForm(request.POST) if request.method == "POST" else ReviewForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if look is None:
                    raise actions.NotInLog
                actions.mark_reviewed(
                    week=look.week,
                    minutes=form.cleaned_data["minutes"],
                    note=form.cleaned_data["note"],
                    form_key=form.cleaned_data["form_key"] or uuid4(),
                    by=request.person,
                    at=request.at,
                )
            except actions.NotInLog:
                form.refuse()
            else:
                messages.success(request, _("Thank you. The week is marked as looked through."))
                return redirect(f"{reverse('usage-review', args=[org])}?{urlencode({'week': look.week.isoformat()})}")
    facts: dict[str, Any] = {"look": look, "form": form, "asked": asked}
    if look is None:
        return render(request, "metrics/review.html", facts, status=status)
    page = queries.log_page(look.week, asked)
    kept = {"week": look.week.isoformat(), "q": asked.search, "only": "discrepant" if asked.only_discrepant else ""}
    kept = {name: value for name, value in kept.items() if value}
    facts |= {
        "page": page,
        "previous": page.previous and f"?{urlencode({**kept, 'before': str(page.previous)})}",
        "next": page.next and f"?{urlencode({**kept, 'after': str(page.next)})}",
    }
    if request.htmx and request.htmx.target == "log-lines":  # type: ignore[attr-defined]
        return render(request, "metrics/review.html#log-lines", facts)
    recent = queries.recent_reviews()
    newest = queries.lines_of(weeks[-1])["lines"]
    facts |= {"recent": recent, "estimate": queries.estimate(recent, newest), "planned": PLANNED_MINUTES}
    return render(request, "metrics/review.html", facts, status=status)
