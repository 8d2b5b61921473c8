"""Adoption so far: a fragment of a programme's page, and a page of its own without a script."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.queries.evidence import evidence
from metrics.rules import audience_of
from metrics.views.plots import small_curve


@requires(Permission.SEE_EVIDENCE)
@require_safe
def adoption_so_far(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The weeks with their bounds, as whoever asks may see them; no verdict before a look has been frozen."""
    found = asked_program(program)
    told = evidence(found, audience_of(request.roles), at=request.at)
    curve, said = small_curve(told)
    part = "#adoption-so-far" if request.htmx else ""  # type: ignore[attr-defined]
    facts = {"program": found, "evidence": told, "curve": curve, "curve_said": said}
    return render(request, f"metrics/so_far.html{part}", facts)
