"""What a programme is measured by, of whom, and what may still be written down about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.programs import actions, queries
from adoption.programs.forms import ExemptForm, MeasureForm, ModeForm, asked_program, refusal_words
from adoption.programs.models import Exemption, Program
from adoption.programs.queries.arms import ASSIGNED_WORDS
from adoption.programs.views.calendar import saying_what_is_dropped
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What was fixed at launch, every later version with its reason, and a form for another one."""
    found = asked_program(program)
    if request.method != "POST":
        return _show(request, found)
    form = MeasureForm(request.POST)
    if form.is_valid():
        try:
            made = actions.respecify(program=found, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.refuse(refusal.code)
        else:
            said = _("Version %(version)s holds from the next look on. What is frozen stays as it was frozen.")
            messages.success(request, said % {"version": made.version})
            return redirect("program-measure", org=org, program=program)
    return _show(request, found, form=form)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def measure_mode(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Say how often the work comes up, while the programme is a draft."""
    found = asked_program(program)
    form = ModeForm(request.POST)
    if not form.is_valid():
        return _show(request, found, choosing=form)
    try:
        with saying_what_is_dropped(request, found):
            actions.choose_mode(program=found, mode=form.cleaned_data["mode"], by=request.person, at=request.at)
    except actions.WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    else:
        messages.success(request, _("It is written down, and holds from the opening of the baseline on."))
    return redirect("program-measure", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def exemption_new(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Write down that somebody has no suitable workflow."""
    found = asked_program(program)
    form = ExemptForm(request.POST, people=queries.may_be_exempt(found))
    if not form.is_valid():
        return _show(request, found, exempting=form)
    made = actions.exempt(program=found, by=request.person, at=request.at, **form.cleaned_data)
    left_out = queries.is_out(made)
    said = (
        _("%(name)s is left out, and counted among those who are.")
        if left_out
        else _("It is written down. %(name)s stays in: only what is written down by the launch leaves somebody out.")
    )
    messages.success(request, said % {"name": form.cleaned_data["person"].name})
    return redirect("program-measure", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def exemption_withdraw(request: OrganizationRequest, org: str, program: str, exemption: UUID) -> HttpResponse:
    """Take it back before the launch."""
    found = asked_program(program)
    try:
        actions.withdraw_exemption(
            exemption=get_object_or_404(Exemption, program=found, public_id=exemption), by=request.person, at=request.at
        )
    except actions.WrongState as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
    return redirect("program-measure", org=org, program=program)


def _show(
    request: OrganizationRequest,
    program: Program,
    form: MeasureForm | None = None,
    exempting: ExemptForm | None = None,
    choosing: ModeForm | None = None,
) -> HttpResponse:
    now = program.measure
    people = queries.may_be_exempt(program)
    facts = {
        "program": program,
        "measure": now,
        "assigned": ASSIGNED_WORDS[program.assigned] if program.launched_at and program.is_compared else "",
        "versions": queries.versions_of(program),
        "exempt": queries.exempt_people(program),
        "form": form or MeasureForm(initial={"primary_look": now.primary_look, "least_icc": now.least_icc}),
        "exempting": exempting or ExemptForm(people=people),
        "may_be_exempt": exempting is not None or people.exists(),
        "choosing": choosing or ModeForm(initial={"mode": program.mode}),
    }
    return render(request, "programs/measure.html", facts, status=422 if form or exempting or choosing else 200)
