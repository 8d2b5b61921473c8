"""Fragments of a programme's page: champions' time, and what they ask of leadership. Pages of their own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from champions.queries.cockpit import asks_of
from champions.queries.time import times_of

MOST_ASKS = 5


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def time_kept(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Each champion's hours as agreed and as kept at their last check, and what came off the plate."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    part = "#time-kept" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"champions/time_kept.html{part}", {"program": found, "times": times_of(found, on=today)})


@requires(Permission.SEE_EVIDENCE)
@require_safe
def program_asks(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What champions of a programme wait for, the longest first."""
    found = asked_program(program)
    rows = asks_of(found, request.person, request.permissions, at=request.at)
    part = "#program-asks" if request.htmx else ""  # type: ignore[attr-defined]
    facts = {"program": found, "rows": rows[:MOST_ASKS], "more": max(len(rows) - MOST_ASKS, 0)}
    return render(request, f"champions/program_asks.html{part}", facts)
