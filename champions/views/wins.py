"""Wins: read by everybody, shared in a minute, thanked for with a tap."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused
from adoption.programs.models import Workflow
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from champions.actions import wins as actions
from champions.forms.kit import said
from champions.forms.wins import WinForm
from champions.models import Win
from champions.queries import kit as words
from champions.queries import wins as queries
from champions.queries.prompts import prompts_to_name
from champions.queries.suggesting import suggestion
from champions.views.kit import kit_page, standing_of


@requires(Permission.ENTER)
@require_safe
def wins(request: OrganizationRequest, org: str) -> HttpResponse:
    """Wins of every team, newest first."""
    unprompted = request.GET.get("show") == "unprompted"
    feed = queries.feed(person=request.person, unprompted=unprompted, before=asked_id(request.GET, "before"))
    return kit_page(request, "champions/wins.html", standing_of(request), feed=feed, unprompted=unprompted)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def win_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Share one. `?asked=1` is where somebody who was asked for it arrives, `?workflow=` about which work, `?prompt=` after
    one worked, `?from=` with what was written down elsewhere."""
    prompt, about = asked_id(request.GET, "prompt"), asked_id(request.GET, "workflow")
    workflow = Workflow.objects.filter(public_id=about).first() if about else None
    given = {
        "asked_for": request.GET.get("asked") == "1",
        "prompt": str(prompt) if prompt else "",
        "workflow": str(workflow.public_id) if workflow else "",
        "task": workflow.name if workflow else "",
    }
    if begun := suggestion(request.person, asked_text(request.GET, "from")):
        given |= {"workflow": begun.workflow, "task": begun.task, "output": begun.output}
    form = WinForm(
        request.POST if request.method == "POST" else None,
        prompts=prompts_to_name(),
        workflows=words.workflows(),
        given=given,
    )
    if request.method == "POST" and form.is_valid():
        win = actions.share_win(**form.cleaned_data, by=request.person, at=request.at)
        undo = reverse("win-back", args=[org, win.public_id])
        messages.success(request, _("Shared. Thank you."), extra_tags=f"undo:{undo}")
        return redirect("wins", org=org)
    return kit_page(request, "champions/win_new.html", standing_of(request), 422 if form.errors else 200, form=form)


@requires(Permission.ENTER)
@require_POST
def win_thank(request: OrganizationRequest, org: str, win: UUID) -> HttpResponse:
    """Thank for a win."""
    found = _shown(win)
    try:
        actions.thank(win=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, said(refusal.code))
    return _row(request, found)


@requires(Permission.ENTER)
@require_POST
def win_unthank(request: OrganizationRequest, org: str, win: UUID) -> HttpResponse:
    """It was a slip."""
    found = _shown(win)
    actions.take_thanks_back(win=found, by=request.person)
    return _row(request, found)


@requires(Permission.ENTER)
@require_POST
def win_back(request: OrganizationRequest, org: str, win: UUID) -> HttpResponse:
    """Take one's own win back."""
    found = _own(request, win)
    actions.take_win_back(win=found, by=request.person, at=request.at)
    undo = reverse("win-again", args=[org, win])
    messages.success(request, _("Taken back. Nobody else reads it any more."), extra_tags=f"undo:{undo}")
    return redirect("wins", org=org)


@requires(Permission.ENTER)
@require_POST
def win_again(request: OrganizationRequest, org: str, win: UUID) -> HttpResponse:
    """Share it again after all."""
    found = _own(request, win)
    actions.put_win_back(win=found, by=request.person, at=request.at)
    messages.success(request, _("It is shared again."))
    return redirect("wins", org=org)


def _shown(win: UUID) -> Win:
    found: Win = get_object_or_404(Win.objects.shown(), public_id=win)
    return found


def _own(request: OrganizationRequest, win: UUID) -> Win:
    found: Win = get_object_or_404(Win, public_id=win, person=request.person)
    return found


def _row(request: OrganizationRequest, found: Win) -> HttpResponse:
    """With a script only the one win changes, without one the page comes anew."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("wins", org=request.organization.slug)
    rows = queries.with_thanks(Win.objects.select_related("person", "workflow", "prompt"), request.person)
    one = queries.shared(rows.get(pk=found.pk), request.person)
    return kit_page(request, "champions/win_row.html", standing_of(request), one=one)
