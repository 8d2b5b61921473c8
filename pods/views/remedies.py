"""A step for one person: chosen by its cause, agreed on, and closed once it is known whether it works."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from pods.actions import remedies as actions
from pods.forms import said
from pods.forms.remedies import StepDoneForm, StepForm
from pods.queries import remedies as queries
from pods.rules import Hindrance


@requires(Permission.ENTER)
@require_safe
def steps(request: OrganizationRequest, org: str) -> HttpResponse:
    """One's own steps; a lead's page has everybody's."""
    manages = Permission.MANAGE_PROGRAMS in request.permissions
    today = local_date(request.at, request.organization.zone)
    facts = {"steps": queries.steps_of(request.person, manages=manages, on=today), "manages": manages}
    return render(request, "pods/steps.html", facts)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def step_for(request: OrganizationRequest, org: str, program: str, person: UUID) -> HttpResponse:
    """A step for a member of one's own pod, or for a lead anybody in the programme. First the cause, then its own form."""
    found = asked_program(program)
    somebody: Person = get_object_or_404(Person, public_id=person)
    manages = Permission.MANAGE_PROGRAMS in request.permissions
    if not manages and queries.champion_of(found, somebody) != request.person:
        raise Http404
    if not actions.may_be_helped(found, somebody, Hindrance.OBSTACLE):
        raise Http404
    cause = request.GET.get("cause", "")
    under_way = queries.step_under_way(request.person, found, somebody, cause, manages=manages)
    if under_way and request.method != "POST":
        # Its page is the form: whether it works.
        return redirect("step-taken", org=org, remedy=under_way.public_id)
    return _step_page(request, found, somebody, cause)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_for_leader(request: OrganizationRequest, org: str, program: str, hindrance: str) -> HttpResponse:
    """What is not about a member: a leader who does not use it, privately, or how the organisation measures."""
    found = asked_program(program)
    if hindrance not in {Hindrance.LEADER_ABSENT, Hindrance.WRONG_METRIC}:
        raise Http404
    return _step_page(request, found, None, hindrance)


def _step_page(request: OrganizationRequest, program: Program, person: Person | None, cause: str) -> HttpResponse:
    today = local_date(request.at, request.organization.zone)
    usual = queries.last_cause(program, person) if person else None
    facts = {"program": program, "person": person, "usual": usual}
    if cause not in set(Hindrance) or (person and cause in queries.NOT_OF_MEMBERS):
        choices = [(one.value, words, queries.STEP_WORDS[one]) for one, words in queries.member_hindrances(usual)]
        return render(request, "pods/step_cause.html", {**facts, "choices": choices})
    hindrance = Hindrance(cause)
    proposed = queries.proposal(program, person, hindrance, by=request.person, on=today)
    form = StepForm(
        request.POST if request.method == "POST" else None,
        hindrance=hindrance,
        person=person,
        owners=queries.owners_of(proposed, request.person),
        peers=queries.peers_of(program, person, on=today) if person else (),
        due_on=proposed.due_on,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = actions.open_remedy(
                program=program,
                person=person or values["who"],
                hindrance=hindrance,
                approach=values["approach"],
                detail=values["detail"],
                owner=values["owner"],
                due_on=values["due_on"],
                by=request.person,
                at=request.at,
            )
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            messages.success(request, _("Agreed. On its day somebody asks whether it works."))
            if Permission.MANAGE_PROGRAMS in request.permissions and person:
                return redirect("attention", org=request.organization.slug, program=program.slug)
            return redirect("step-taken", org=request.organization.slug, remedy=made.public_id)
    status = 422 if form.errors else 200
    return render(request, "pods/step_form.html", {**facts, "proposed": proposed, "form": form}, status=status)


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def step_taken(request: OrganizationRequest, org: str, remedy: UUID) -> HttpResponse:
    """One step, and whether it works now."""
    today = local_date(request.at, request.organization.zone)
    manages = Permission.MANAGE_PROGRAMS in request.permissions
    look = queries.one_step(request.person, remedy, manages=manages, on=today)
    if look is None:
        raise Http404
    form = StepDoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.close_remedy(remedy=look.row, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            messages.info(request, said(refusal.code))
        else:
            worked = form.cleaned_data["worked"]
            messages.success(
                request,
                _("Confirmed. Thank you.") if worked else _("Written down. Look for the next cause, with them alone."),
            )
        return redirect("steps", org=org)
    return render(request, "pods/step.html", {"look": look, "form": form}, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def causes(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """How often which cause was found: a fragment of the attention list, and a page of its own without a script."""
    found = asked_program(program)
    part = "#causes" if request.htmx else ""  # type: ignore[attr-defined]
    facts = {"program": found, "diagnosis": queries.diagnosis(found, at=request.at)}
    return render(request, f"pods/causes.html{part}", facts)
