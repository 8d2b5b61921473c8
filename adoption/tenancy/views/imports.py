"""Importing people: upload, say what columns mean, look, commit, undo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions import imports as actions
from adoption.tenancy.actions.files import AnotherImportOpen, CannotUndo, NotReady
from adoption.tenancy.forms.imports import AbsentForm, MappingForm, UploadForm, asked_lines
from adoption.tenancy.models import PeopleImport
from adoption.tenancy.queries import imports as queries
from adoption.tenancy.queries.files import same_file_before
from adoption.tenancy.queries.imports import Show
from adoption.tenancy.rules.sheets import Unreadable
from adoption.tenancy.tasks import ring
from adoption.tenancy.views.files import lines_shown, problems_file, while_in_hand


@requires(Permission.IMPORT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def people_import(request: OrganizationRequest, org: str) -> HttpResponse:
    """Choose a file of people; what was imported before."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                begun = actions.begin_import(file_name=file.name, content=file.read(), by=request.person, at=request.at)
            except Unreadable as failure:
                form.refuse(failure)
            except AnotherImportOpen:
                # The page says whose import waits, and offers both ways on.
                status = 409
            else:
                ring()
                return redirect("people-import-show", org=org, people_import=begun.public_id)
    facts = {
        "form": form,
        "waiting": queries.open_import(),
        "refused": status == 409,
        "recent": queries.recent_imports(),
    }
    return render(request, "tenancy/import_upload.html", facts, status=status)


@requires(Permission.IMPORT_PEOPLE)
@require_safe
def people_import_show(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Where an import stands: being read, what it will do, what it did."""
    found = _find(people_import)
    if found.discarded_at is not None:
        return redirect("people-import", org=org)
    if found.mapped_at is None:
        return redirect("people-import-mapping", org=org, people_import=people_import)
    waits = while_in_hand(request, found, page="tenancy/import.html", key=queries.progress_key(found.pk))
    if waits is not None:
        return waits
    facts: dict[str, Any] = {"import": found}
    if found.staged_at is not None:
        facts |= _lines(request, found)
    if found.failure and found.failure in queries.FILE_WORDS:
        facts["file_problem"] = queries.file_problem(found.failure, found.failure_line)
    facts["same_before"] = None if found.committed_at else same_file_before(found)
    facts["can_undo"] = found.can_be_undone(request.at)
    return render(request, "tenancy/import.html", facts)


@requires(Permission.IMPORT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_mapping(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Say what the columns of a file mean."""
    found = get_object_or_404(PeopleImport.objects.open(), public_id=people_import)
    if found.commit_asked_at is not None:
        return redirect("people-import-show", org=org, people_import=people_import)
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        people_import=found,
        examples=actions.sheet_of(found).examples(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.map_columns(
                people_import=found,
                mapping=form.mapping,
                date_order=form.date_order,
                by=request.person,
                at=request.at,
            )
        except actions.IncompleteMapping as failure:
            form.refuse(failure.lacking, failure.example)
        except NotReady:
            return redirect("people-import-show", org=org, people_import=people_import)
        else:
            ring()
            return redirect("people-import-show", org=org, people_import=people_import)
    status = 422 if form.is_bound else 200
    facts = {"form": form, "import": found, "shape": queries.SHAPE_WORDS[found.shape]}
    return render(request, "tenancy/import_mapping.html", facts, status=status)


@requires(Permission.IMPORT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def people_import_absent(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Decide whether people missing from the file have left, after saying how many they are."""
    found = _find(people_import)
    if request.method == "POST":
        form = AbsentForm(request.POST)
        if form.is_valid():
            try:
                actions.choose_absent(people_import=found, **form.cleaned_data, by=request.person, at=request.at)
            except NotReady:
                messages.info(request, _("This import is being carried out already."))
            ring()
        return redirect("people-import-show", org=org, people_import=people_import)
    if found.staged_at is None or found.committed_at is not None or found.discarded_at is not None:
        return redirect("people-import-show", org=org, people_import=people_import)
    return render(request, "tenancy/import_absent.html", {"import": found})


@requires(Permission.IMPORT_PEOPLE)
@require_POST
def people_import_commit(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Put the previewed people into the directory. Pressing twice is pressing once."""
    found = _find(people_import)
    try:
        current = actions.ask_commit(people_import=found, by=request.person, at=request.at)
    except NotReady:
        messages.info(request, _("There is nothing to import yet: the preview comes first."))
    else:
        if current.failure == "out_of_date":
            messages.warning(request, _("The directory changed since this preview was made. Please look again."))
        ring()
    return redirect("people-import-show", org=org, people_import=people_import)


@requires(Permission.IMPORT_PEOPLE)
@require_POST
def people_import_discard(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Throw a file away that is not imported."""
    found = _find(people_import)
    try:
        actions.discard_import(people_import=found, by=request.person, at=request.at)
    except NotReady:
        messages.info(request, _("This file has been imported already. You can undo it here."))
        return redirect("people-import-show", org=org, people_import=people_import)
    messages.success(request, _("%(file)s was thrown away. Nobody's entry changed.") % {"file": found.file_name})
    return redirect("people-import", org=org)


@requires(Permission.IMPORT_PEOPLE)
@require_POST
def people_import_undo(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """Take a whole import back."""
    found = _find(people_import)
    try:
        kept = actions.undo_import(people_import=found, by=request.person, at=request.at)
    except CannotUndo:
        messages.info(request, _("This import cannot be undone any more."))
        return redirect("people-import-show", org=org, people_import=people_import)
    if kept:
        said = ngettext(
            "The import is undone. %(kept)d person stays as they are; see below why.",
            "The import is undone. %(kept)d people stay as they are; see below why.",
            kept,
        )
        messages.warning(request, said % {"kept": kept})
        here = reverse("people-import-show", args=[org, people_import])
        return redirect(f"{here}?show={Show.KEPT}")
    messages.success(request, _("The import is undone. Every entry is as it was."))
    return redirect("people-import-show", org=org, people_import=people_import)


@requires(Permission.IMPORT_PEOPLE)
@require_safe
def people_import_problems(request: OrganizationRequest, org: str, people_import: UUID) -> HttpResponse:
    """What is wrong with which line, as a file to mend the other one by."""
    found = _find(people_import)
    header = (_("Line"), _("Person"), _("Field"), _("Problem"), _("Consequence"))
    return problems_file(header, queries.problem_lines(found))


def _lines(request: OrganizationRequest, found: PeopleImport) -> dict[str, Any]:
    """The lines that a page of a preview or of a finished import shows, and the ways to others."""
    show, after, before = asked_lines(request.GET)
    counts = found.counts
    tabs = [
        (Show.PROBLEMS, _("Problems"), counts["problems"]),
        (Show.NEW, _("New"), counts["new"]),
        (Show.CHANGED, _("Changed"), counts["changed"]),
        (Show.LEFT, _("Left"), counts["left"]),
        (Show.KEPT, _("Kept"), counts.get("kept", 0)),
    ]
    tabs = [tab for tab in tabs if tab[2]]
    if show is None:
        show = tabs[0][0] if tabs else Show.ALL
    page = queries.lines_page(found, show, after=after, before=before)
    return {
        **lines_shown(page, show),
        "tabs": tabs,
        "writes": counts["new"] + counts["changed"] + counts["left"],
    }


def _find(public_id: UUID) -> PeopleImport:
    found: PeopleImport = get_object_or_404(PeopleImport.objects.for_page(), public_id=public_id)
    return found
