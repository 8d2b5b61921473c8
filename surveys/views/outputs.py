"""Outputs: registered by whoever made them or by their champion; and a programme's rounds of ratings, for its lead."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from surveys import actions, queries, rules
from surveys.forms import OutputForm, RoundForm, refusal_sentence
from surveys.models import Output, RatingRound


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def outputs(request: OrganizationRequest, org: str) -> HttpResponse:
    """The outputs of one's own work, and one more; for a champion also those of the pod's members."""
    places = queries.places_to_register(request.person)
    today = local_date(request.at, request.organization.zone)
    form = OutputForm(
        request.POST if request.method == "POST" else None, places=places, own=request.person, today=today
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        place = given.pop("place")
        try:
            actions.register_output(
                program=place.program, person=place.person, by=request.person, at=request.at, **given
            )
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(
                request, _("It is registered. Whoever rates it sees its title, and nothing of how it was made.")
            )
            return redirect("outputs", org=org)
    facts = {"places": places, "registered": queries.registered_by(request.person), "form": form}
    return render(request, "surveys/outputs.html", facts, status=422 if request.method == "POST" else 200)


@requires(Permission.ENTER)
@require_POST
def output_back(request: OrganizationRequest, org: str, output: UUID) -> HttpResponse:
    """Take an output of one's own back."""
    found: Output = get_object_or_404(Output.objects.filter(person=request.person), public_id=output)
    try:
        actions.take_output_back(output=found, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, {}))
    else:
        messages.success(request, _("It is taken back, and nobody is asked about it."))
    return redirect("outputs", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def ratings(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The rounds of a programme, and what waits for the next one."""
    found = asked_program(program)
    candidates = queries.candidates_to_rate(found)
    facts = {
        "program": found,
        "rounds": queries.round_statuses(found, at=request.at),
        "waiting": len(candidates),
        "waiting_before": sum(one.of_before for one in candidates),
        "most_reminders": rules.MOST_REMINDERS,
    }
    return render(request, "surveys/ratings.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Choose outputs, name who rates, and open the round."""
    found = asked_program(program)
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        candidates=queries.candidates_to_rate(found),
        today=local_date(request.at, request.organization.zone),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_round(program=found, by=request.person, at=request.at, **form.cleaned_data)
        except actions.Refused as refusal:
            form.refuse(refusal.code, refusal.facts)
        else:
            messages.success(request, _("The round is open. Everybody who rates gets a mail with a link of their own."))
            return redirect("ratings", org=org, program=program)
    facts = {"program": found, "form": form}
    return render(request, "surveys/round_new.html", facts, status=422 if request.method == "POST" else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def round_close(request: OrganizationRequest, org: str, program: str, rating_round: UUID) -> HttpResponse:
    """Ask once; then take no more ratings."""
    found = asked_program(program)
    one: RatingRound = get_object_or_404(RatingRound.objects.filter(program=found), public_id=rating_round)
    if request.method != "POST":
        return render(request, "surveys/round_close.html", {"program": found, "round": one})
    try:
        actions.close_round(round_=one, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.info(request, refusal_sentence(refusal.code, {}))
    else:
        messages.success(request, _("The round is closed. Its links say so."))
    return redirect("ratings", org=org, program=program)
