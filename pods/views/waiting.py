"""What waits for a champion: a fragment of their home, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from pods import queries
from pods.queries.leaders import own_one_to_ones, plans_on_closed_days


@requires(Permission.ENTER)
@require_safe
def waiting_pods(request: OrganizationRequest, org: str) -> HttpResponse:
    """Each pod somebody leads, with what waits in it, and a leader's own one-to-one; nothing for whoever has none.

    For leads also what they planned with leaders on a day that is closed.
    """
    part = "#waiting-pods" if request.htmx else ""  # type: ignore[attr-defined]
    manages = Permission.MANAGE_PROGRAMS in request.permissions
    leads_people = Permission.SEE_EVIDENCE in request.permissions and not manages
    own = own_one_to_ones(request.person, at=request.at) if leads_people else None
    today = local_date(request.at, request.organization.zone)
    facts = {
        "waiting": queries.waiting_for(request.person, at=request.at),
        "own": own if own and own.is_fresh(today) else None,
        "closed": plans_on_closed_days(request.person, at=request.at) if manages else [],
    }
    return render(request, f"pods/waiting.html{part}", facts)
