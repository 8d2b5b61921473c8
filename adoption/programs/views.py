"""Programmes: the list, a new one, and one at a glance."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs import actions, queries
from adoption.programs.forms import PROBE_WORDS, REFUSALS, ProgramForm
from adoption.programs.models import Program
from adoption.programs.rules import Arm
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date


@requires(Permission.SEE_EVIDENCE)
@require_safe
def programs(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every programme of the organisation."""
    return render(request, "programs/programs.html", {"programs": queries.list_programs(at=request.at)})


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """A draft."""
    today = local_date(request.at, request.organization.zone)
    form = ProgramForm(request.POST or None, today=today)
    if request.method != "POST":
        return render(request, "programs/program_new.html", {"form": form})
    if form.is_valid():
        try:
            program = actions.create_program(**form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.add_error("name", str(REFUSALS[refusal.code]))
        else:
            return redirect("program", org=org, program=program.slug)
    return render(request, "programs/program_new.html", {"form": form}, status=422)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def program(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Where it is, who is in it, what comes next, and who wants attention."""
    return _show(request, _find(program))


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def comparison(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Put whole teams into the comparison group."""
    found = _find(program)
    if request.method == "POST":
        chosen = {_uuid(text) for text in request.POST.getlist("team")} - {None}
        managers = Person.objects.filter(public_id__in=chosen).in_name_order()
        if not managers:
            refusal = _("Please choose at least one team.")
            facts = {"program": found, "teams": queries.unassigned_teams(found), "refusal": refusal}
            return render(request, "programs/comparison.html", facts, status=422)
        try:
            for manager in managers:
                actions.assign(
                    program=found,
                    arm=Arm.COMPARISON,
                    cluster=_("Team of %(name)s") % {"name": manager.name},
                    people=queries.team_of(manager),
                    by=request.person,
                    at=request.at,
                )
        except actions.WrongState as refusal:
            messages.error(request, str(REFUSALS[refusal.code]))
        return redirect("program", org=org, program=program)
    return render(request, "programs/comparison.html", {"program": found, "teams": queries.unassigned_teams(found)})


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def baseline_open(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what will be sent; then open the baseline."""
    found = _find(program)
    if request.method != "POST":
        return render(request, "programs/baseline_open.html", {"look": queries.look_at(found, at=request.at)})
    return _act(request, found, actions.open_baseline, _("The baseline is open. Its mails go out by themselves."))


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def launch(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what is fixed; then launch."""
    found = _find(program)
    if request.method != "POST":
        return render(request, "programs/launch.html", {"look": queries.look_at(found, at=request.at)})
    return _act(request, found, actions.launch, _("Launched. The calendar does the rest."))


def _act(request: OrganizationRequest, program: Program, act: object, done: str) -> HttpResponse:
    try:
        act(program=program, by=request.person, at=request.at)  # type: ignore[operator]
    except actions.NotReady as refusal:
        return _show(request, program, refusals=[_words(name) for name in refusal.facts["missing"]])
    except actions.WrongState as refusal:
        return _show(request, program, refusals=[str(REFUSALS[refusal.code])])
    messages.success(request, done)
    return redirect("program", org=request.organization.slug, program=program.slug)


def _show(request: OrganizationRequest, program: Program, refusals: list[str] | None = None) -> HttpResponse:
    look = queries.look_at(program, at=request.at)
    facts = {"look": look, "missing": [_words(name) for name in look.missing], "refusals": refusals}
    return render(request, "programs/program.html", facts, status=409 if refusals else 200)


def _words(name: str) -> str:
    return str(REFUSALS.get(name) or PROBE_WORDS.get(name) or name)


def _find(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.select_related("workflow", "organization"), slug=slug)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
