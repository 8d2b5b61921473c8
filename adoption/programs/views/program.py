"""One programme at a glance, and the steps a lead takes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs import actions, queries
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.models import Design, Program
from adoption.programs.queries.arms import ASSIGNED_WORDS, how_assigned
from adoption.programs.queries.closed import on_closed_days
from adoption.programs.queries.cockpit import cockpit
from adoption.programs.queries.design import Power, design_of, power_now, power_of
from adoption.programs.queries.launch import launch_preview
from adoption.programs.rules.design import main_look
from adoption.programs.views import timeline
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.SEE_EVIDENCE)
@require_safe
def program(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Where it is and what comes next; for leads also who is in it and who wants attention."""
    return _show(request, asked_program(program))


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def baseline_open(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what will be sent; then open the baseline."""
    found = asked_program(program)
    if request.method == "POST":
        return _act(request, found, actions.open_baseline, _("The baseline is open. Its mails go out by themselves."))
    look = queries.look_at(found, at=request.at)
    plan = queries.planned(found, found.baseline_plan, on=look.today)
    facts = {"look": look, "plan": plan, "on_closed": on_closed_days(found, plan.coming)}
    return render(request, "programs/baseline_open.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what is fixed and what will be sent; then launch."""
    found = asked_program(program)
    if request.method == "POST":
        return _act(request, found, actions.launch, _("Launched. The calendar does the rest."))
    look, design = queries.look_at(found, at=request.at), design_of(found)
    facts = {
        "look": look,
        **_told_apart(found, design),
        "preview": launch_preview(found, at=request.at),
        "assigned": ASSIGNED_WORDS[how_assigned(found, design, on=look.today)] if found.is_compared else "",
        "main_look": main_look(design.primary_look, found.template),
    }
    return render(request, "programs/launch.html", facts)


def _act(request: OrganizationRequest, program: Program, act: Callable[..., Any], done: str) -> HttpResponse:
    try:
        act(program=program, by=request.person, at=request.at)
    except actions.Refused as refusal:
        return _show(request, program, refusals=refusal_words(refusal.code, refusal.facts.get("missing", ())))
    messages.success(request, done)
    return redirect("program", org=request.organization.slug, program=program.slug)


def _show(request: OrganizationRequest, program: Program, refusals: list[str] | None = None) -> HttpResponse:
    look = queries.look_at(program, at=request.at)
    facts = {
        "look": look,
        "cockpit": cockpit(look, at=request.at) if program.launched_at and _manages(request) else None,
        "time": timeline.draw(program, look.today),
        "manages": _manages(request),
        "refusals": refusals,
        **(_told_apart(program, design_of(program)) if look.is_before_launch and _manages(request) else {}),
    }
    return render(request, "programs/program.html", facts, status=409 if refusals else 200)


def _told_apart(program: Program, design: Design) -> dict[str, Power]:
    """What difference the groups could tell as they are now, and what was planned; nothing where there are not both yet."""
    if not program.is_compared:
        return {}
    now = power_now(program, design)
    return {"now": now, "planned": power_of(design)} if now.pods.number and now.teams.number else {}


def _manages(request: OrganizationRequest) -> bool:
    return Permission.MANAGE_PROGRAMS in request.permissions
