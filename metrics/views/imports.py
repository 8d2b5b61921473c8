"""Importing usage figures: upload, look, commit, undo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.files import AnotherImportOpen, CannotUndo, NotReady
from adoption.tenancy.forms.imports import asked_lines
from adoption.tenancy.middleware import takes
from adoption.tenancy.queries.files import same_file_before
from adoption.tenancy.rules.sheets import Unreadable
from adoption.tenancy.tasks import ring
from adoption.tenancy.views.files import lines_shown, problems_file, while_in_hand
from metrics.actions import imports as actions
from metrics.forms import CoverageForm, UsageFileForm
from metrics.models import VendorFile
from metrics.queries import imports as queries
from metrics.sources import MOST_BYTES, OtherFile


@requires(Permission.IMPORT_USAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@takes(MOST_BYTES)
def usage_imports(request: OrganizationRequest, org: str) -> HttpResponse:
    """Choose an export; what was imported before."""
    form = UsageFileForm(request.POST, request.FILES) if request.method == "POST" else UsageFileForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                begun = actions.begin_import(file_name=file.name, content=file.read(), by=request.person, at=request.at)
            except (Unreadable, OtherFile) as failure:
                form.refuse(failure)
            except AnotherImportOpen:
                # The page says whose file waits, and offers both ways on.
                status = 409
            else:
                ring()
                return redirect("usage-import", org=org, usage_import=begun.public_id)
    facts = {
        "form": form,
        "waiting": queries.open_file(),
        "refused": status == 409,
        "recent": queries.recent_files(),
        "asks": queries.anybody_is_asked(),
    }
    return render(request, "metrics/imports.html", facts, status=status)


@requires(Permission.IMPORT_USAGE)
@require_safe
def usage_import(request: OrganizationRequest, org: str, usage_import: UUID) -> HttpResponse:
    """Where an import stands: being read, what it would do, what it did."""
    found = _find(usage_import)
    if found.discarded_at is not None:
        return redirect("usage-imports", org=org)
    waits = while_in_hand(request, found, page="metrics/import.html", key=queries.progress_key(found.pk))
    if waits is not None:
        return waits
    facts: dict[str, Any] = {
        "import": found,
        "source": queries.SOURCE_WORDS[found.source],
        "effects": queries.effects_of(found),
    }
    if found.failure:
        facts["file_problem"] = queries.file_problem(found.failure, found.failure_line)
    elif found.committed_at is None:
        facts |= {
            "form": CoverageForm(),
            "writes": actions.says_something_new(found),
            "same_before": same_file_before(found),
            **_lines(request.GET, found),
        }
    return render(request, "metrics/import.html", facts)


@requires(Permission.IMPORT_USAGE)
@require_POST
def usage_import_commit(request: OrganizationRequest, org: str, usage_import: UUID) -> HttpResponse:
    """Make facts of what was previewed. Pressing twice is pressing once."""
    found = _find(usage_import)
    form = CoverageForm(request.POST)
    covers = form.is_valid() and form.cleaned_data["covers_all_tools"]
    try:
        actions.ask_commit(file=found, covers_all_tools=covers, by=request.person, at=request.at)
    except NotReady:
        messages.info(request, _("There is nothing to import: the preview comes first, or says nothing new."))
    else:
        ring()
    return redirect("usage-import", org=org, usage_import=usage_import)


@requires(Permission.IMPORT_USAGE)
@require_POST
def usage_import_discard(request: OrganizationRequest, org: str, usage_import: UUID) -> HttpResponse:
    """Throw a file away that is not imported."""
    found = _find(usage_import)
    try:
        actions.discard_import(file=found, by=request.person, at=request.at)
    except NotReady:
        messages.info(request, _("This file has been imported already. You can undo it here."))
        return redirect("usage-import", org=org, usage_import=usage_import)
    messages.success(request, _("%(file)s was thrown away. No week changed.") % {"file": found.file_name})
    return redirect("usage-imports", org=org)


@requires(Permission.IMPORT_USAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def usage_import_undo(request: OrganizationRequest, org: str, usage_import: UUID) -> HttpResponse:
    """Take a whole import back, after saying what that means."""
    found = _find(usage_import)
    if request.method == "POST":
        try:
            actions.undo_import(file=found, by=request.person, at=request.at)
        except CannotUndo:
            messages.info(request, _("There is nothing to undo: this file does not count."))
        else:
            ring()
            messages.success(request, _("The import is undone. Every week is decided again without it."))
        return redirect("usage-import", org=org, usage_import=usage_import)
    if not found.is_counting:
        return redirect("usage-import", org=org, usage_import=usage_import)
    return render(request, "metrics/import_undo.html", {"import": found})


@requires(Permission.IMPORT_USAGE)
@require_safe
def usage_import_problems(request: OrganizationRequest, org: str, usage_import: UUID) -> HttpResponse:
    """What is wrong with which line, and who is not known here, as a file."""
    found = _find(usage_import)
    header = (_("Line"), _("Address"), _("Problem"), _("Consequence"))
    return problems_file(header, queries.problem_lines(found))


def _lines(given: Mapping[str, Any], found: VendorFile) -> dict[str, Any]:
    """The lines that a preview shows, and the ways to others."""
    counts = found.counts
    tabs = [
        ("problems", _("Problems"), counts.get("problems", 0)),
        ("strangers", _("Nobody here"), counts.get("stranger_lines", 0)),
    ]
    tabs = [tab for tab in tabs if tab[2]]
    if not tabs:
        return {"tabs": []}
    _show, after, before = asked_lines(given)
    show = "strangers" if given.get("show") == "strangers" else tabs[0][0]
    read = queries.strangers_page if show == "strangers" else queries.problems_page
    return {"tabs": tabs, **lines_shown(read(found, after=after, before=before), show)}


def _find(public_id: UUID) -> VendorFile:
    found: VendorFile = get_object_or_404(VendorFile.objects.for_page(), public_id=public_id)
    return found
