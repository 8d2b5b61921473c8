"""Where one arrives, and how one goes from one organisation to another."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from adoption.tenancy import rules
from adoption.tenancy.access import (
    OrganizationRequest,
    Permission,
    Role,
    may_start,
    organizations_open_to,
    requires,
)
from adoption.tenancy.queries import members as queries
from adoption.tenancy.queries.guide import guide_of

# Who somebody is and how they proved it. Everything else in a session was said inside an organisation and stays there.
KEPT_WHEN_SWITCHING = frozenset(
    {
        "_auth_user_id",
        "_auth_user_backend",
        "_auth_user_hash",
        "_session_expiry",
        "account_authentication_methods",
        "account_authentication_methods_user",
    }
)


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The one organisation of a person, or the choice between several, or that there is none yet."""
    found = organizations_open_to(request.user, at=request.at)  # type: ignore[arg-type, attr-defined]
    if len(found) == 1:
        return redirect("home", org=found[0].slug)
    facts = {"open": found, "may_start": may_start(request.user)}  # type: ignore[arg-type]
    return render(request, "tenancy/start.html", facts)


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Go to another organisation. The session takes nothing along but who one is, under a new key."""
    slug = request.POST.get("organization", "")
    found = organizations_open_to(request.user, at=request.at)  # type: ignore[arg-type, attr-defined]
    if slug not in {one.slug for one in found}:
        raise Http404
    for key in [key for key in request.session.keys() if key not in KEPT_WHEN_SWITCHING]:  # noqa: SIM118
        del request.session[key]
    request.session.cycle_key()
    return redirect("home", org=slug)


@requires(Permission.ENTER)
@require_safe
def home(request: OrganizationRequest, org: str) -> HttpResponse:
    """Today: what waits for the person, by what they are here."""
    may = request.permissions
    today = rules.local_date(request.at, request.organization.zone)
    facts = {
        "directory": queries.directory_counts(today) if Permission.EDIT_DIRECTORY in may else None,
        "invitations": queries.invitation_counts(request.at) if Permission.MANAGE_ROLES in may else None,
        "roles": queries.named_role_counts() if Permission.MANAGE_ROLES in may else None,
        "nobody_leads": Permission.MANAGE_ROLES in may and queries.nobody_leads(),
        "waiting": queries.open_import() if Permission.IMPORT_PEOPLE in may else None,
        "few": request.organization.smallest_group,
        "today": today,
        "guide": guide_of(request.membership, may, request.organization) if Permission.EDIT_DIRECTORY in may else None,
        "is_lead": Role.LEAD in request.roles,
        "is_executive": Role.EXECUTIVE in request.roles,
    }
    return render(request, "tenancy/home.html", facts)
