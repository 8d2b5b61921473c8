"""A programme's figures for whoever checks them: every version, how it came about, and what it means. For leads."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from metrics.exports.analyst import analyst_csv
from metrics.queries.analyst import Analysis, analysis


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def analyst(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Every figure with what belongs to it, the survival steps, who counts where, and the dictionary."""
    found = _analysis(request, program)
    facts: dict[str, Any] = {
        "analysis": found,
        "query": _query(found),
        "by_look": _query(found, by="look"),
        "by_measure": _query(found, by="measure"),
    }
    return render(request, "metrics/analyst.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def analyst_export(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The same lines as a table for a spreadsheet."""
    answer = HttpResponse(analyst_csv(_analysis(request, program)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="analyst-{program}.csv"'
    return answer


def _analysis(request: OrganizationRequest, program: str) -> Analysis:
    found = asked_program(program)
    return analysis(
        found,
        at=request.at,
        look=request.GET.get("look", ""),
        measure=request.GET.get("measure", ""),
        by=request.GET.get("by", ""),
    )


def _query(found: Analysis, **other: str) -> str:
    """What was asked, as an address says it; `other` replaces a part of it."""
    asked = {"look": found.look, "measure": found.measure, "by": found.by} | other
    return urlencode({name: value for name, value in asked.items() if value and (name, value) != ("by", "look")})
