"""Who may take part, which teams are compared, and lots: before the launch, and to be looked at after it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.arms import (
    add_rule,
    compare_teams,
    count_eligible,
    draw_lots,
    drop_rule,
    withdraw_lots,
)
from adoption.programs.forms import asked_ids, asked_program, asked_units, refusal_words
from adoption.programs.forms.design import FIELD_WORDS, DrawForm, RuleForm
from adoption.programs.models import Program
from adoption.programs.queries.arms import balance_of, eligible_page, matched, teams_page
from adoption.programs.queries.design import chosen_so_far, design_of, rules_said
from adoption.programs.queries.units import units_of
from adoption.programs.rules.design import Field
from adoption.programs.views.ways import Between, ways
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.models import Person
from adoption.tenancy.queries.people import departments
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def arms(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The rules, the teams they find page by page, how lots fell, and how alike the two groups are."""
    return _show(request, asked_program(program))


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def arms_people(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Who may take part, page by page, each with where they are."""
    found = asked_program(program)
    search = asked_text(request.GET, "q")
    page = eligible_page(
        found,
        design_of(found),
        search=search,
        after=asked_id(request.GET, "after"),
        before=asked_id(request.GET, "before"),
        on=_today(request),
    )
    facts = {"program": found, "page": page, "search": search, **_ways(request, "arms-people", found, page, search)}
    part = "#eligible-people" if _swaps(request, "eligible-people") else ""
    return render(request, f"programs/arms_people.html{part}", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def arms_rule(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """One rule more, one fewer, or everybody counted anew."""
    found = asked_program(program)
    try:
        if "count" in request.POST:
            count_eligible(program=found, at=request.at)
        elif "drop" in request.POST:
            field, _mark, value = asked_text(request.POST, "drop").partition(":")
            if field not in set(Field):
                raise Http404
            drop_rule(program=found, field=Field(field), value=value, by=request.person, at=request.at)
        else:
            return _add_rule(request, found)
    except WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    return redirect("program-arms", org=org, program=program)


def _add_rule(request: OrganizationRequest, program: Program) -> HttpResponse:
    form = RuleForm(request.POST, on=_today(request))
    if form.is_valid():
        try:
            add_rule(program=program, **form.cleaned_data, by=request.person, at=request.at)
        except WrongState:
            raise
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            return redirect("program-arms", org=request.organization.slug, program=program.slug)
    return _show(request, program, ruling=form)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def arms_teams(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Put teams that were ticked, on one page of them or in a proposal, into the comparison group."""
    found = _compared(program)
    managers = list(Person.objects.filter(public_id__in=asked_ids(request.POST, "team")).in_name_order())
    units = asked_units(request.POST)
    if not managers and not units:
        return _show(request, found, refusal=_("Please choose at least one team."))
    try:
        # All of them or none: a page that was left open may show a team of which somebody sits in a pod by now.
        with transaction.atomic():
            people = compare_teams(program=found, managers=managers, units=units, by=request.person, at=request.at)
    except WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    except Refused as refusal:
        return _show(request, found, refusal=refusal_words(refusal.code)[0])
    else:
        said = ngettext(
            "%(count)d person is in the comparison group now.",
            "%(count)d more people are in the comparison group now.",
            people,
        )
        messages.success(request, said % {"count": people})
    return redirect("program-arms", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def arms_match(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """A comparison group proposed: the teams that together are most like the pods. Nothing is written yet."""
    found = _compared(program)
    facts = {"program": found, "matched": matched(found, design_of(found), on=_today(request))}
    return render(request, "programs/arms_match.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def arms_draw(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Let lots decide which teams learn and which are compared; or take them back."""
    found = _compared(program)
    design = design_of(found)
    form = DrawForm(
        request.POST if request.method == "POST" else None, initial={"pods": design.pods, "teams": design.teams}
    )
    if request.method == "POST":
        try:
            if "back" in request.POST:
                withdraw_lots(program=found, by=request.person, at=request.at)
                messages.success(request, _("The lots are taken back. That they were drawn stays in the audit trail."))
                return redirect("program-arms", org=org, program=program)
            if form.is_valid():
                with transaction.atomic():
                    draw_lots(program=found, **form.cleaned_data, by=request.person, at=request.at)
                return redirect(f"{reverse('program-arms', args=[org, program])}#lots")
        except WrongState as refusal:
            messages.error(request, refusal_words(refusal.code)[0])
            return redirect("program-arms", org=org, program=program)
        except Refused as refusal:
            form.refuse(refusal.code)
    facts = {"program": found, "design": design, "form": form}
    return render(request, "programs/arms_draw.html", facts, status=422 if form.errors else 200)


def _show(
    request: OrganizationRequest, program: Program, *, ruling: RuleForm | None = None, refusal: str = ""
) -> HttpResponse:
    design, today, search = design_of(program), _today(request), asked_text(request.GET, "q")
    page = teams_page(
        program,
        design,
        search=search,
        after=asked_id(request.GET, "after"),
        before=asked_id(request.GET, "before"),
        on=today,
    )
    facts: dict[str, Any] = {
        "program": program,
        "design": design,
        "page": page,
        # Beside the first page of the teams that have a manager.
        "units": None if page.previous else units_of(program, design, search=search, on=today),
        "search": search,
        "refusal": refusal,
        "is_fixed": program.launched_at is not None or not program.is_compared,
        **_ways(request, "program-arms", program, page, search),
    }
    if _swaps(request, "arms-teams"):
        return render(request, "programs/arms.html#arms-teams", facts)
    facts |= {
        "rules": [(FIELD_WORDS[rule.field], rule) for rule in rules_said(design.who)],
        "departments": departments(),
        "ruling": ruling or RuleForm(on=today),
        "form": ruling,
        "chosen": chosen_so_far(program),
        "balance": balance_of(program) if program.is_compared else None,
    }
    return render(request, "programs/arms.html", facts, status=422 if ruling or refusal else 200)


def _ways(request: OrganizationRequest, name: str, program: Program, page: Between, search: str) -> dict[str, str]:
    here = reverse(name, args=[request.organization.slug, program.slug])
    return ways(here, page, {"q": search} if search else {})


def _swaps(request: OrganizationRequest, target: str) -> bool:
    return bool(request.htmx and request.htmx.target == target)  # type: ignore[attr-defined]


def _today(request: OrganizationRequest) -> date:
    return local_date(request.at, request.organization.zone)


def _compared(slug: str) -> Program:
    """A programme that compares. One that does not has no such pages."""
    found = asked_program(slug)
    if not found.is_compared:
        raise Http404
    return found
