"""The list of first steps on somebody's home: out of the way, and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.guide import put_guide_away, take_guide_out


@requires(Permission.EDIT_DIRECTORY)
@require_POST
def guide_away(request: OrganizationRequest, org: str) -> HttpResponse:
    """Put it away; the notice takes it out again."""
    put_guide_away(membership=request.membership, by=request.person, at=request.at)
    undo = reverse("guide-back", kwargs={"org": org})
    messages.success(request, _("The first steps are put away."), extra_tags=f"undo:{undo}")
    return redirect("home", org=org)


@requires(Permission.EDIT_DIRECTORY)
@require_POST
def guide_back(request: OrganizationRequest, org: str) -> HttpResponse:
    """Take it out again."""
    take_guide_out(membership=request.membership, by=request.person, at=request.at)
    return redirect("home", org=org)
