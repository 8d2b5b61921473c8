"""The evidence of a programme: for executives whole arms and departments, for leads pods too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from adoption.disclosure.rules import Audience
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.rules import local_date
from metrics.exports.evidence import evidence_csv
from metrics.queries import evidence as queries
from metrics.queries.due import Due, is_asked, next_actions
from metrics.queries.figures import Evidence
from metrics.queries.portfolio import portfolio
from metrics.queries.stamp import stamp_of, stamp_of_all
from metrics.rules import audience_of
from metrics.views import plots
from metrics.views.unchanged import unless_unchanged


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """One sentence, what it rests on, and where it ends."""
    found, due = asked_program(program), _due(request)
    asked = Asked(
        stamp_of(found),
        audience_of(request.roles),
        local_date(request.at, request.organization.zone),
        get_language(),
        found,
        request.at,
    )

    def page(known: dict[str, Any]) -> HttpResponse:
        facts = {"program": found, "prepared": prepare(asked), "due": None if due is None else placed(due, org)}
        return render(request, "metrics/evidence.html", {**known, **facts})

    return unless_unchanged(request, (asked.stamp, due), page)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_of_all(request: OrganizationRequest, org: str) -> HttpResponse:
    """Every programme, each with the sentence of its frozen look, and side by side only what may be."""
    due = _due(request)

    def page(known: dict[str, Any]) -> HttpResponse:
        facts = {
            "portfolio": portfolio(request.organization, audience_of(request.roles), at=request.at),
            "due": None if due is None else placed(due, org),
            "manages": Permission.MANAGE_PROGRAMS in request.permissions,
        }
        return render(request, "metrics/evidence_all.html", {**known, **facts})

    return unless_unchanged(request, (stamp_of_all(request.organization), due), page)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def evidence_export(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """The same figures as a table for a spreadsheet."""
    answer = HttpResponse(evidence_csv(evidence_for(request, program)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{program}.csv"'
    return answer


@dataclass(frozen=True)
class Asked:
    """Which evidence somebody reads. Two who ask for the same read the same, whoever they are."""

    stamp: str
    audience: Audience
    today: date
    language: str | None
    program: Program = field(compare=False)
    at: datetime = field(compare=False)


@dataclass(frozen=True)
class Prepared:
    """The two parts of the page that are the same for everybody who reads alike."""

    opening: SafeString
    figures: SafeString
    has_figures: bool


# The stamp begins with the programme's own row, and so with its organisation: nobody reads another's.
@lru_cache(maxsize=32)
def prepare(asked: Asked) -> Prepared:
    """The parts as they are read today, made once until something they show has changed."""
    found = queries.evidence(asked.program, asked.audience, at=asked.at)
    facts = {
        "evidence": found,
        "plots": plots.of(found),
        "request": {"organization": asked.program.organization},
    }
    opening, figures = (render_to_string(f"metrics/evidence.html#{part}", facts) for part in ("opening", "figures"))
    return Prepared(opening, figures, bool(found.figures))


def _due(request: OrganizationRequest) -> tuple[Due, ...] | None:
    """What waits for an executive; None for whoever reads as somebody else."""
    if not is_asked(request.permissions):
        return None
    return next_actions(request.person, request.permissions, at=request.at)


def placed(due: Iterable[Due], org: str) -> list[tuple[Due, str]]:
    """Each with the address of the page where it is done."""
    return [(one, reverse(one.place, args=[org, *one.about])) for one in due]


def evidence_for(request: OrganizationRequest, program: str) -> Evidence:
    """A programme's evidence as whoever asks may see it."""
    return queries.evidence(asked_program(program), audience_of(request.roles), at=request.at)
