"""The context packs of a programme: what an assistant is given, role by role, and the test on one real task."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from adoption.programs import actions
from adoption.programs.forms import asked_program
from adoption.programs.forms.readiness import ElementForm, PackForm, PackTestForm, readiness_refusal
from adoption.programs.models import Pack, PackElement
from adoption.programs.queries.packs import pack_state, packs_of, roles_without_pack
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def packs(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Every role's pack, and one more."""
    found = asked_program(program)
    form = PackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.begin_pack(program=found, role=form.cleaned_data["role"], by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.add_error("role", readiness_refusal(refusal.code))
        else:
            return redirect("pack", org=org, program=program, pack=made.public_id)
    facts = {"program": found, "packs": packs_of(found), "without": roles_without_pack(found), "form": form}
    return render(request, "programs/packs.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: OrganizationRequest, org: str, program: str, pack: UUID) -> HttpResponse:
    """One pack: what is in it, and a form for one thing more."""
    found = _pack(program, pack)
    today = local_date(request.at, request.organization.zone)
    form = ElementForm(request.POST if request.method == "POST" else None, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_element(pack=found, element=None, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.add_error("name", readiness_refusal(refusal.code))
        else:
            return redirect("pack", org=org, program=program, pack=pack)
    return _show(request, found, form, PackTestForm())


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def pack_test(request: OrganizationRequest, org: str, program: str, pack: UUID) -> HttpResponse:
    """Write down how a real task came out."""
    found = _pack(program, pack)
    form = PackTestForm(request.POST)
    if form.is_valid():
        made = actions.record_test(pack=found, **form.cleaned_data, by=request.person, at=request.at)
        said = (
            _("Good. What is missing from now on is practice.")
            if made.verdict == "good"
            else _("Generic: a foundation question. Training does not mend it; the pack does. The launch waits for it.")
        )
        messages.success(request, said)
        return redirect("pack", org=org, program=program, pack=pack)
    return _show(request, found, ElementForm(on=local_date(request.at, request.organization.zone)), form)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def pack_check(request: OrganizationRequest, org: str, program: str, pack: UUID) -> HttpResponse:
    """Somebody has looked: everything is still there and true."""
    actions.check_pack(pack=_pack(program, pack), by=request.person, at=request.at)
    return redirect("pack", org=org, program=program, pack=pack)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def pack_discard(request: OrganizationRequest, org: str, program: str, pack: UUID) -> HttpResponse:
    """Take a role's pack away."""
    actions.discard_pack(pack=_pack(program, pack), by=request.person, at=request.at)
    return redirect("packs", org=org, program=program)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def element(request: OrganizationRequest, org: str, program: str, pack: UUID, element: UUID) -> HttpResponse:
    """One thing in a pack, said anew."""
    found = _pack(program, pack)
    row: PackElement = get_object_or_404(PackElement.objects.select_related("owner"), pack=found, public_id=element)
    today = local_date(request.at, request.organization.zone)
    form = ElementForm(request.POST if request.method == "POST" else None, element=row, on=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_element(pack=found, element=row, **form.cleaned_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            form.add_error("name", readiness_refusal(refusal.code))
        else:
            return redirect("pack", org=org, program=program, pack=pack)
    facts = {"program": found.program, "pack": found, "element": row, "form": form}
    return render(request, "programs/pack_element.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def element_out(request: OrganizationRequest, org: str, program: str, pack: UUID, element: UUID) -> HttpResponse:
    """Take something out of a pack."""
    row: PackElement = get_object_or_404(PackElement, pack=_pack(program, pack), public_id=element)
    actions.take_element(element=row, by=request.person, at=request.at)
    return redirect("pack", org=org, program=program, pack=pack)


def _show(request: OrganizationRequest, pack: Pack, form: ElementForm, testing: PackTestForm) -> HttpResponse:
    state = pack_state(pack)
    facts = {
        "program": pack.program,
        "state": state,
        "is_stale": state.is_stale(local_date(request.at, request.organization.zone)),
        "form": form,
        "testing": testing,
    }
    return render(request, "programs/pack.html", facts, status=422 if form.errors or testing.errors else 200)


def _pack(program: str, pack: UUID) -> Pack:
    found: Pack = get_object_or_404(
        Pack.objects.select_related("program__workflow", "program__organization"),
        program__slug=program,
        public_id=pack,
    )
    return found
