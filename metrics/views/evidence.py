"""The evidence of a programme: for executives whole arms and departments, for leads pods too."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.exports.evidence import evidence_csv
from metrics.queries import evidence as queries
from metrics.queries.figures import Evidence
from metrics.rules import audience_of
from metrics.views import plots


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """One sentence, what it rests on, and where it ends."""
    found = _evidence(request, program)
    return render(request, "metrics/evidence.html", {"evidence": found, "plots": plots.of(found)})


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_export(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The same figures as a table for a spreadsheet."""
    answer = HttpResponse(evidence_csv(_evidence(request, program)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{program}.csv"'
    return answer


def _evidence(request: OrganizationRequest, program: str) -> Evidence:
    found: Program = get_object_or_404(Program.objects.select_related("organization", "workflow"), slug=program)
    return queries.evidence(found, audience_of(request.roles), at=request.at)
