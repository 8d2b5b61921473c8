"""Stopping a programme: a draft is discarded, a baseline called off, a phase ended early."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.programs import actions
from adoption.programs.actions.stopping import stop, take_up_again
from adoption.programs.forms import StopForm, asked_program, refusal_words
from adoption.programs.models import Step
from adoption.programs.rules import STOPPABLE, State
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_stop(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what goes and what stays, and why; then stop it."""
    found = asked_program(program)
    is_draft = found.state is State.DRAFT or found.is_discarded
    form = StopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (is_draft or form.is_valid()):
        reason = "" if is_draft else form.cleaned_data["reason"]
        try:
            stop(program=found, reason=reason, by=request.person, at=request.at)
        except actions.Refused as refusal:
            messages.error(request, refusal_words(refusal.code)[0])
            return redirect("program", org=org, program=program)
        if not is_draft:
            messages.success(
                request, _("%(name)s is stopped. Nothing more is asked of anybody.") % {"name": found.name}
            )
            return redirect("program", org=org, program=program)
        undo = reverse("program-stop-back", args=[org, program])
        messages.success(request, _("%(name)s is discarded.") % {"name": found.name}, extra_tags=f"undo:{undo}")
        return redirect("programs", org=org)
    facts = {
        "program": found,
        "form": form,
        "may_stop": found.state in STOPPABLE,
        "steps": Step.objects.open().filter(program=found).count(),
    }
    return render(request, "programs/stop.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def program_stop_back(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Bring a discarded draft back."""
    found = asked_program(program)
    try:
        take_up_again(program=found, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    else:
        messages.success(request, _("%(name)s is a draft again.") % {"name": found.name})
    return redirect("program", org=org, program=program)
