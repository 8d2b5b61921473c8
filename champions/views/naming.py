"""Champions of a programme: who they are, and naming one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from champions import actions, queries
from champions.forms import NAMED, NameChampionForm
from champions.queries.time import times_of


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def champions(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Everybody who leads, and a field to name one more."""
    found = asked_program(program)
    today = local_date(request.at, request.organization.zone)
    form = NameChampionForm(request.POST if request.method == "POST" else None, on=today)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["chosen"]
        try:
            champion = actions.name_champion(program=found, person=person, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.code)
        else:
            undo = reverse("champion-withdraw", args=[org, program, champion.public_id])
            said = str(NAMED[queries.ways_in([person], at=request.at)[person.pk]]) % {"name": person.name}
            messages.success(request, said, extra_tags=f"undo:{undo}")
            return redirect("champions" if "another" in request.POST else "program-pods", org=org, program=program)
    times = times_of(found, on=today)
    awaited = queries.awaited([one.champion for one in times.rows], at=request.at)
    facts = {"program": found, "times": times, "awaited": awaited, "form": form}
    return render(request, "champions/champions.html", facts, status=422 if form.errors else 200)
