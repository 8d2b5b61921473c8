"""The audit trail."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_number, asked_text
from adoption.tenancy.queries import audit as queries
from adoption.tenancy.rules.safe_csv import write_csv


@requires(Permission.SEE_AUDIT)
@require_safe
def audit(request: OrganizationRequest, org: str) -> HttpResponse:
    """Who did what, the latest first."""
    narrowed, asked = _narrowed(request)
    trail = queries.trail(
        **narrowed, before=asked_number(request.GET, "before"), after=asked_number(request.GET, "after")
    )
    facts = {
        "trail": trail,
        "verbs": queries.known_verbs(),
        "asked": asked,
        "narrowed": bool(asked),
        "export": urlencode(asked),
        "newer": trail.newer and "?" + urlencode({**asked, "after": str(trail.newer)}),
        "older": trail.older and "?" + urlencode({**asked, "before": str(trail.older)}),
    }
    return render(request, "tenancy/audit.html", facts)


@requires(Permission.SEE_AUDIT)
@require_safe
def audit_export(request: OrganizationRequest, org: str) -> HttpResponse:
    """The same acts as a table for a spreadsheet, the latest 20,000 of them."""
    narrowed, _asked = _narrowed(request)
    zone = ZoneInfo(request.organization.zone)
    acts = queries.trail(**narrowed, size=queries.MOST_EXPORTED).acts
    rows = [
        (
            act.at.astimezone(zone).isoformat(timespec="seconds"),
            act.actor or _("Murmuration"),
            act.verb,
            act.sentence,
        )
        for act in acts
    ]
    answer = HttpResponse(
        write_csv([(_("When"), _("Who"), _("Act"), _("In words")), *rows]), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="audit-{request.organization.slug}.csv"'
    return answer


def _narrowed(request: OrganizationRequest) -> tuple[dict[str, Any], dict[str, str]]:
    """What the address asks for: as arguments of `trail`, and as it is written into the next address."""
    verb, search, person = (
        asked_text(request.GET, "verb"),
        asked_text(request.GET, "q"),
        asked_id(request.GET, "person"),
    )
    verb = verb if verb in queries.sentences() else ""
    people = [person] if person else queries.find_people(search) if search else None
    asked = {"verb": verb, "q": search, "person": str(person or "")}
    return {"verb": verb, "people": people}, {key: value for key, value in asked.items() if value}
