"""Many programmes: the list, what is laid aside, and whom several of them have at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.disclosure.rules import Audience
from adoption.programs import actions
from adoption.programs.actions.archive import archive, unarchive
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.queries.lessons import lessons_of
from adoption.programs.queries.listing import overlap_page, programs_page, roll_up
from adoption.programs.queries.programs import STATE_WORDS
from adoption.programs.rules import State
from adoption.programs.views.ways import ways
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.forms.members import asked_id, asked_text
from adoption.tenancy.rules import local_date


@requires(Permission.SEE_EVIDENCE)
@require_safe
def programs(request: OrganizationRequest, org: str) -> HttpResponse:
    """The programmes of the organisation, looked for by name and state; those laid aside apart."""
    search, named = asked_text(request.GET, "q"), asked_text(request.GET, "state")
    is_archived = "archived" in request.GET
    state = State(named) if named in set(State) else None
    page = programs_page(
        search=search,
        state=state,
        is_archived=is_archived,
        after=asked_id(request.GET, "after"),
        before=asked_id(request.GET, "before"),
        on=local_date(request.at, request.organization.zone),
    )
    asked = {"q": search, "state": state or "", "archived": "1" if is_archived else ""}
    kept = {name: value for name, value in asked.items() if value}
    facts: dict[str, Any] = {
        "page": page,
        "search": search,
        "state": state,
        "is_archived": is_archived,
        "is_narrowed": bool(search or state),
        "states": [(one.value, STATE_WORDS[one]) for one in State],
        **ways(reverse("programs", args=[org]), page, kept),
        "manages": _manages(request),
    }
    if request.htmx and request.htmx.target == "programs-list":  # type: ignore[attr-defined]
        return render(request, "programs/programs.html#programs-list", facts)
    facts["roll_up"] = roll_up(request.organization, Audience.LEAD if _manages(request) else Audience.EXECUTIVE)
    return render(request, "programs/programs.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_safe
def overlap(request: OrganizationRequest, org: str) -> HttpResponse:
    """Who is in several running programmes at once, and where."""
    page = overlap_page(after=asked_id(request.GET, "after"), before=asked_id(request.GET, "before"))
    facts = {
        "page": page,
        "roll_up": roll_up(request.organization, Audience.LEAD),
        **ways(reverse("programs-overlap", args=[org]), page),
    }
    return render(request, "programs/overlap.html", facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def program_archive(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask once, naming what stays; then lay the programme aside."""
    found = asked_program(program)
    if request.method != "POST":
        return render(request, "programs/archive.html", {"program": found, "lessons": lessons_of(found)})
    try:
        archive(program=found, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, refusal_words(refusal.code)[0])
        return redirect("program", org=org, program=program)
    undo = reverse("program-unarchive", args=[org, program])
    messages.success(request, _("%(name)s is laid aside.") % {"name": found.name}, extra_tags=f"undo:{undo}")
    return redirect("programs", org=org)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def program_unarchive(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Bring a programme back into the list."""
    found = asked_program(program)
    unarchive(program=found, by=request.person, at=request.at)
    messages.success(request, _("%(name)s is back in the list.") % {"name": found.name})
    return redirect("programs", org=org)


def _manages(request: OrganizationRequest) -> bool:
    return Permission.MANAGE_PROGRAMS in request.permissions
