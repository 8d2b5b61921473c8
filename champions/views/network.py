"""Champions who know of each other, and whom they ask."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from champions.actions import network as actions
from champions.forms.kit import said
from champions.forms.network import CardForm, ExpertForm
from champions.models import Expert
from champions.queries import network as queries
from champions.views.kit import champion_only, kit_page, only, standing_of, today_of


@requires(Permission.ENTER)
@require_safe
def network(request: OrganizationRequest, org: str) -> HttpResponse:
    """Champions of every programme, what they help with, and the experts."""
    return kit_page(
        request, "champions/network.html", standing_of(request), network=queries.network(on=today_of(request))
    )


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def network_card(request: OrganizationRequest, org: str) -> HttpResponse:
    """What one helps with, and when."""
    standing = champion_only(request)
    card = queries.card_of(request.person)
    initial = {"solves": card.solves, "office_hours": card.office_hours} if card else {}
    form = CardForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.write_card(**form.cleaned_data, by=request.person, at=request.at)
        messages.success(request, _("The others find it now."))
        return redirect("network", org=org)
    return kit_page(request, "champions/network_card.html", standing, 422 if form.errors else 200, form=form)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def expert_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Put somebody who agreed to it on the list of experts."""
    standing = standing_of(request)
    only(standing.writes_tools)
    form = ExpertForm(request.POST if request.method == "POST" else None, on=today_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            expert = actions.list_expert(**form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            undo = reverse("expert-off", args=[org, expert.public_id])
            done = _("%(name)s is on the list.") % {"name": expert.person.name}
            messages.success(request, done, extra_tags=f"undo:{undo}")
            return redirect("network", org=org)
    return kit_page(request, "champions/expert_new.html", standing, 422 if form.errors else 200, form=form)


@requires(Permission.ENTER)
@require_POST
def expert_off(request: OrganizationRequest, org: str, expert: UUID) -> HttpResponse:
    """Off the list."""
    found = _expert(request, expert)
    actions.take_expert_off(expert=found, by=request.person, at=request.at)
    undo = reverse("expert-on", args=[org, expert])
    done = _("%(name)s is off the list.") % {"name": found.person.name}
    messages.success(request, done, extra_tags=f"undo:{undo}")
    return redirect("network", org=org)


@requires(Permission.ENTER)
@require_POST
def expert_on(request: OrganizationRequest, org: str, expert: UUID) -> HttpResponse:
    """Back on the list."""
    found = _expert(request, expert)
    try:
        actions.put_expert_back(expert=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    return redirect("network", org=org)


def _expert(request: OrganizationRequest, expert: UUID) -> Expert:
    """Champions and leads look after the list, and whoever stands on it may leave it."""
    found: Expert = get_object_or_404(Expert.objects.select_related("person"), public_id=expert)
    only(standing_of(request).writes_tools or found.person_id == request.person.pk)
    return found
