"""The evidence of a programme: for executives whole arms and departments, for leads pods too."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.exports.evidence import evidence_csv
from metrics.queries import evidence as queries
from metrics.queries.due import Due, is_asked, next_actions
from metrics.queries.figures import Evidence
from metrics.queries.portfolio import portfolio
from metrics.rules import audience_of
from metrics.views import plots


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """One sentence, what it rests on, and where it ends."""
    found = evidence_for(request, program)
    due = next_actions(request.person, request.permissions, at=request.at) if is_asked(request.permissions) else None
    facts = {"evidence": found, "plots": plots.of(found), "due": None if due is None else placed(due, org)}
    return render(request, "metrics/evidence.html", facts)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_of_all(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every programme, each with the sentence of its frozen look, and side by side only what may be."""
    due = next_actions(request.person, request.permissions, at=request.at) if is_asked(request.permissions) else None
    facts = {
        "portfolio": portfolio(request.organization, audience_of(request.roles), at=request.at),
        "due": None if due is None else placed(due, org),
        "manages": Permission.MANAGE_PROGRAMS in request.permissions,
    }
    return render(request, "metrics/evidence_all.html", facts)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_export(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The same figures as a table for a spreadsheet."""
    answer = HttpResponse(evidence_csv(evidence_for(request, program)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{program}.csv"'
    return answer


def placed(due: Iterable[Due], org: str) -> list[tuple[Due, str]]:
    """Each with the address of the page where it is done."""
    return [(one, reverse(one.place, args=[org, *one.about])) for one in due]


def evidence_for(request: OrganizationRequest, program: str) -> Evidence:
    """A programme's evidence as whoever asks may see it."""
    found: Program = get_object_or_404(Program.objects.select_related("organization", "workflow"), slug=program)
    return queries.evidence(found, audience_of(request.roles), at=request.at)
