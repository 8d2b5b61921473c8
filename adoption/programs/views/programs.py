"""Programmes: the list, one at a glance, and the steps a lead takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs import actions, queries, rules
from adoption.programs.forms import asked_ids, refusal_words
from adoption.programs.models import Program
from adoption.programs.queries.design import design_of
from adoption.programs.queries.launch import launch_preview
from adoption.programs.rules import Arm
from adoption.programs.rules.design import main_look
from adoption.programs.views import timeline
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date, one_line


@requires(Permission.SEE_EVIDENCE)
@require_safe
def programs(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every programme of the organisation."""
    facts = {
        "programs": queries.list_programs(on=local_date(request.at, request.organization.zone)),
        "manages": _manages(request),
    }
    return render(request, "programs/programs.html", facts)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def program(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Where it is and what comes next; for leads also who is in it and who wants attention."""
    return _show(request, _find(program))


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def comparison(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Put whole teams into the comparison group, or take one out again. An exploratory programme has no such page."""
    found = _find(program)
    if not found.is_compared:
        raise Http404
    if request.method != "POST":
        return _comparison(request, found)
    if "out" in request.POST:
        return _take_out(request, found, one_line(request.POST["out"]))
    chosen = asked_ids(request.POST, "team")
    managers = Person.objects.filter(public_id__in=chosen).in_name_order()
    if not managers:
        return _comparison(request, found, _("Please choose at least one team."))
    try:
        # All of them or none: a page that was left open may show a team of which somebody sits in a pod by now.
        with transaction.atomic():
            for manager in managers:
                actions.assign(
                    program=found,
                    arm=Arm.COMPARISON,
                    cluster=queries.team_label(found, manager),
                    people=queries.team_of(manager),
                    by=request.person,
                    at=request.at,
                )
    except actions.WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    except actions.Refused as refusal:
        return _comparison(request, found, refusal_words(refusal.code)[0])
    else:
        said = ngettext(
            "%(count)d team is in the comparison group now.",
            "%(count)d more teams are in the comparison group now.",
            len(managers),
        )
        messages.success(request, said % {"count": len(managers)})
    return redirect("program", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def baseline_open(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what will be sent; then open the baseline."""
    found = _find(program)
    if request.method == "POST":
        return _act(request, found, actions.open_baseline, _("The baseline is open. Its mails go out by themselves."))
    look = queries.look_at(found, at=request.at)
    plan = queries.planned(rules.plan_baseline(found.starts_on, found.weeks), today=look.today)
    return render(request, "programs/baseline_open.html", {"look": look, "plan": plan})


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what is fixed and what will be sent; then launch."""
    found = _find(program)
    if request.method == "POST":
        return _act(request, found, actions.launch, _("Launched. The calendar does the rest."))
    look = queries.look_at(found, at=request.at)
    facts = {
        "look": look,
        "preview": launch_preview(found, at=request.at),
        "main_look": main_look(design_of(found).primary_look, found.template),
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
        "time": timeline.draw(program, look.today),
        "manages": _manages(request),
        "refusals": refusals,
    }
    return render(request, "programs/program.html", facts, status=409 if refusals else 200)


def _comparison(request: OrganizationRequest, program: Program, refusal: str = "") -> HttpResponse:
    facts = {
        "look": queries.look_at(program, at=request.at),
        "teams": queries.unassigned_teams(program),
        "refusal": refusal,
    }
    return render(request, "programs/comparison.html", facts, status=422 if refusal else 200)


def _take_out(request: OrganizationRequest, program: Program, cluster: str) -> HttpResponse:
    people = Person.objects.filter(
        assignments__program=program, assignments__arm=Arm.COMPARISON, assignments__cluster=cluster
    )
    try:
        actions.unassign(program=program, people=people, by=request.person, at=request.at)
    except actions.WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    return redirect("program-comparison", org=request.organization.slug, program=program.slug)


def _manages(request: OrganizationRequest) -> bool:
    return Permission.MANAGE_PROGRAMS in request.permissions


def _find(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.select_related("workflow", "organization"), slug=slug)
    return found
