"""Whole teams for the comparison group: looked for, put in, taken out again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from adoption.programs import actions
from adoption.programs.actions.arms import compare_teams
from adoption.programs.forms import asked_ids, asked_program, asked_units, refusal_words
from adoption.programs.models import Program
from adoption.programs.queries.arms import compared_page, teams_page
from adoption.programs.queries.design import design_of
from adoption.programs.queries.units import units_of
from adoption.programs.rules import Arm
from adoption.programs.views.ways import ways
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date, one_line


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def comparison(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Put whole teams into the comparison group, or take one out again. An exploratory programme has no such page."""
    found = asked_program(program)
    if not found.is_compared:
        raise Http404
    if request.method != "POST":
        return _show(request, found)
    if "out" in request.POST:
        return _take_out(request, found, one_line(request.POST["out"]))
    managers = list(Person.objects.filter(public_id__in=asked_ids(request.POST, "team")).in_name_order())
    units = asked_units(request.POST)
    if not managers and not units:
        return _show(request, found, _("Please choose at least one team."))
    try:
        # All of them or none: a page that was left open may show a team of which somebody sits in a pod by now.
        compare_teams(program=found, managers=managers, units=units, by=request.person, at=request.at)
    except actions.WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    except actions.Refused as refusal:
        return _show(request, found, refusal_words(refusal.code)[0])
    else:
        said = ngettext(
            "%(count)d team is in the comparison group now.",
            "%(count)d more teams are in the comparison group now.",
            len(managers) + len(units),
        )
        messages.success(request, said % {"count": len(managers) + len(units)})
    return redirect("program", org=org, program=program)


def _show(request: OrganizationRequest, program: Program, refusal: str = "") -> HttpResponse:
    search = asked_text(request.GET, "q")
    here = reverse("program-comparison", args=[request.organization.slug, program.slug])
    compared = compared_page(program, after=asked_text(request.GET, "in"))
    facts: dict[str, Any] = {
        "program": program,
        "compared": compared,
        "more": compared.next and f"{here}?{urlencode({'in': compared.next})}",
        "refusal": refusal,
        "search": search,
    }
    if program.launched_at is None:
        design, today = design_of(program), local_date(request.at, request.organization.zone)
        page = teams_page(
            program,
            design,
            search=search,
            after=asked_id(request.GET, "after"),
            before=asked_id(request.GET, "before"),
            on=today,
        )
        # Beside the first page of the teams that have a manager.
        units = None if page.previous else units_of(program, design, search=search, on=today)
        facts |= {"page": page, "units": units, **ways(here, page, {"q": search} if search else {})}
        if request.htmx and request.htmx.target == "free-teams":  # type: ignore[attr-defined]
            return render(request, "programs/comparison.html#free-teams", facts)
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
