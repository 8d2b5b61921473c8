"""What the pages of every import of a file answer alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from adoption.tenancy.access import OrganizationRequest
from adoption.tenancy.models.files import FileImport
from adoption.tenancy.queries.files import LinesPage
from adoption.tenancy.rules import safe_csv


def while_in_hand(request: OrganizationRequest, found: FileImport, *, page: str, key: str) -> HttpResponse | None:
    """How far a worker has come with a file; for whoever polls a moment too long, the page anew. Else None.

    `key` is where the worker leaves how far it has read.
    """
    if found.is_in_hand:
        facts = {"import": found, "done": cache.get(key, 0), "expected": found.counts.get("expected")}
        # Whoever polls sees only the bar; the page itself comes back when there is something to look at.
        template = "parts/import.html#import-progress" if request.htmx else page  # type: ignore[attr-defined]
        return render(request, template, facts)
    if request.htmx and request.htmx.target == "import-progress":  # type: ignore[attr-defined]
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return None


def lines_shown(page: LinesPage, show: str) -> dict[str, Any]:
    """One page of lines for a template, and the addresses of the pages beside it."""
    return {
        "show": show,
        "page": page,
        "previous": page.previous is not None and f"?{urlencode({'show': show, 'before': str(page.previous)})}",
        "next": page.next is not None and f"?{urlencode({'show': show, 'after': str(page.next)})}",
    }


def problems_file(header: Sequence[str], lines: Iterable[Sequence[object]]) -> HttpResponse:
    """What is wrong with which line, as a file to mend the other one by."""
    answer = HttpResponse(safe_csv.write_csv([header, *lines]), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, _("problems.csv"))
    return answer
