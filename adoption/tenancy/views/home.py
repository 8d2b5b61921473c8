"""Where one arrives."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, organizations_of, requires


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The one organisation of a person, or the choice between several."""
    found = organizations_of(request.user)  # type: ignore[arg-type]
    if len(found) == 1:
        return redirect("home", org=found[0].slug)
    return render(request, "tenancy/start.html", {"organizations": found})


@requires(Permission.ENTER)
@require_safe
def home(request: OrganizationRequest, org: str) -> HttpResponse:
    """Today: what waits for the person."""
    return render(request, "tenancy/home.html", {})
