"""A sponsor's page: the time they stand for, and what only they can do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.queries import sponsor as queries
from champions.views.kit import only


@requires(Permission.ENTER)
@require_safe
def sponsor(request: OrganizationRequest, org: str) -> HttpResponse:
    """What one stands for. To whoever is no sponsor it is not there."""
    rows = queries.sponsorships_of(request.person)
    only(bool(rows))
    found = queries.sponsoring(request.person, request.permissions, rows, at=request.at)
    return render(request, "champions/sponsor.html", {"sponsoring": found})
