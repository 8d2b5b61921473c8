"""What waits for somebody in programmes: a fragment of their home, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.programs import queries
from adoption.programs.queries.policy import policies_waiting
from adoption.programs.rules import FINDINGS
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date

MOST_NAMED = 3


@requires(Permission.ENTER)
@require_safe
def waiting_programs(request: OrganizationRequest, org: str) -> HttpResponse:
    """For leads what each programme needs, for executives what it has shown; for everybody the policy they are asked to read."""
    today = local_date(request.at, request.organization.zone)
    sees = Permission.SEE_EVIDENCE in request.permissions
    found = queries.list_programs(on=today) if sees else []
    leads = Permission.MANAGE_PROGRAMS in request.permissions
    running = [one.program for one in found if one.is_helping and leads]
    begun = [] if leads else [one.program for one in found if one.has_evidence]
    shown: dict[int, str] = {}
    for entry in FINDINGS if begun else ():
        shown |= entry.load()(programs=begun, organization=request.organization)
    facts = {
        "policies": policies_waiting(request.person),
        "programs": [(one, shown.get(one.program.pk, "")) for one in found],
        "wanting": queries.first_wanting(running, on=today, at=request.at, most=MOST_NAMED),
    }
    part = "#waiting-programs" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"programs/waiting.html{part}", facts)
