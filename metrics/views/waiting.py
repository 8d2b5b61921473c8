"""What waits for somebody in their week: a fragment of their home, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.queries import imports, review
from metrics.queries.waiting import waiting_week as waiting_of


@requires(Permission.ENTER)
@require_safe
def waiting_week(request: OrganizationRequest, org: str) -> HttpResponse:
    """The weeks one can still say something of; in no programme, that nothing is asked."""
    facts = {"waiting": waiting_of(request.person, at=request.at)}
    part = "#waiting-week" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"metrics/waiting.html{part}", facts)


@requires(Permission.IMPORT_USAGE)
@require_safe
def waiting_usage(request: OrganizationRequest, org: str) -> HttpResponse:
    """Whether it is time to bring in the tools' own figures again."""
    facts = {"waiting": imports.waiting_usage(at=request.at)}
    part = "#waiting-usage" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"metrics/waiting_usage.html{part}", facts)


@requires(Permission.IMPORT_USAGE)
@require_safe
def waiting_review(request: OrganizationRequest, org: str) -> HttpResponse:
    """Which weeks of the log nobody has looked through."""
    facts = {"waiting": review.waiting_review(request.organization, at=request.at)}
    part = "#waiting-review" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"metrics/waiting_review.html{part}", facts)
