"""A champion's own time, kit and network: a fragment of their home, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.queries.home import MOST_PEERS, MOST_PROMPTS, champions_home
from champions.views.kit import champion_only


@requires(Permission.ENTER)
@require_safe
def waiting_champion(request: OrganizationRequest, org: str) -> HttpResponse:
    """Each a line with what to do, and one press from the whole of it."""
    champion_only(request)
    part = "#waiting-champion" if request.htmx else ""  # type: ignore[attr-defined]
    found = champions_home(request.person, at=request.at)
    facts = {"home": found, "most_prompts": f":{MOST_PROMPTS}", "most_peers": f":{MOST_PEERS}"}
    return render(request, f"champions/waiting.html{part}", facts)
