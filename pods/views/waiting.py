"""What waits for a champion: a fragment of their home, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from pods import queries


@requires(Permission.ENTER)
@require_safe
def waiting_pods(request: OrganizationRequest, org: str) -> HttpResponse:
    """Each pod somebody leads, with what waits in it; nothing for whoever leads none."""
    part = "#waiting-pods" if request.htmx else ""  # type: ignore[attr-defined]
    facts = {"waiting": queries.waiting_for(request.person, at=request.at)}
    return render(request, f"pods/waiting.html{part}", facts)
