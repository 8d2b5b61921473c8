"""The readiness board of a programme, and its lines."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs import actions, queries
from adoption.programs.forms import asked_program
from adoption.programs.forms.readiness import ItemWaiverForm, PreparationForm, readiness_refusal
from adoption.programs.models import Preparation
from adoption.programs.queries.readiness import ITEM_WORDS, KNOWN_BY, board
from adoption.programs.rules.readiness import WAIVED_ELSEWHERE, Item
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def readiness(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What is there, what is open, and what is done without."""
    found = asked_program(program)
    lines = board(found, at=request.at)
    facts = {"program": found, "board": lines, "is_ready": False}
    if not found.launched_at and not lines.open:
        # What else must be there is looked at once nothing of the board is open.
        facts["is_ready"] = not queries.look_at(found, at=request.at).missing
    return render(request, "programs/readiness.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def readiness_item(request: OrganizationRequest, org: str, program: str, item: str) -> HttpResponse:
    """Whose a line is, by when, and what shows it."""
    found, which = asked_program(program), _item(item)
    before = Preparation.objects.filter(program=found, item=which).select_related("owner").first()
    today = local_date(request.at, request.organization.zone)
    form = PreparationForm(request.POST if request.method == "POST" else None, item=which, before=before, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.prepare(program=found, item=which, **form.said, by=request.person, at=request.at)
        except actions.Refused as refusal:
            messages.error(request, readiness_refusal(refusal.code))
        return redirect("readiness", org=org, program=program)
    facts = {"program": found, "item": which, "words": ITEM_WORDS[which], "known": KNOWN_BY.get(which), "form": form}
    return render(request, "programs/readiness_item.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def readiness_waive(request: OrganizationRequest, org: str, program: str, item: str) -> HttpResponse:
    """Write down why the launch does not wait for a line."""
    found, which = asked_program(program), _item(item)
    if which in WAIVED_ELSEWHERE:
        return redirect("champions", org=org, program=program)
    form = ItemWaiverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.waive_item(
                program=found, item=which, reason=form.cleaned_data["reason"], by=request.person, at=request.at
            )
        except actions.Refused as refusal:
            messages.error(request, readiness_refusal(refusal.code))
        else:
            messages.success(request, _("Written down. The launch does not wait for it."))
        return redirect("readiness", org=org, program=program)
    facts = {"program": found, "words": ITEM_WORDS[which], "form": form}
    return render(request, "programs/readiness_waive.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def readiness_unwaive(request: OrganizationRequest, org: str, program: str, item: str) -> HttpResponse:
    """The launch waits for it after all."""
    try:
        actions.withdraw_item_waiver(program=asked_program(program), item=_item(item), by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, readiness_refusal(refusal.code))
    return redirect("readiness", org=org, program=program)


def _item(item: str) -> Item:
    try:
        return Item(item)
    except ValueError:
        raise Http404 from None
