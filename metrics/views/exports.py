"""Files of a programme and links to its evidence: asked for, watched while they are made, fetched, taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adoption.outbox.views.link import LinkRequest, by_link
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.tasks import ring
from metrics.actions import exports as actions
from metrics.actions import links
from metrics.exports import told
from metrics.forms import EvidenceLinkForm, ExportForm
from metrics.models import EvidenceLink
from metrics.queries import exports as queries
from metrics.queries.evidence import evidence
from metrics.queries.exports import ExportRow
from metrics.rules import audience_of
from metrics.rules.exports import LINK_AUDIENCE, LINK_PURPOSE
from metrics.views import plots


@requires(Permission.SEE_EVIDENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """What can be made of a programme, what was made, and who reads it by a link."""
    found = asked_program(program)
    offers = queries.offers(request.permissions)
    form = ExportForm(request.POST if request.method == "POST" else None, kinds=[one.kind for one in offers])
    if request.method == "POST" and form.is_valid():
        asked = actions.ask_export(
            program=found,
            kind=form.cleaned_data["kind"],
            audience=audience_of(request.roles),
            words=form.cleaned_data["words"],
            form_key=form.cleaned_data["form_key"] or uuid4(),
            by=request.person,
            at=request.at,
        )
        ring()
        return redirect("export", org=org, program=program, export=asked.public_id)
    return _page(request, found, form=form)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def export(request: OrganizationRequest, org: str, program: str, export: UUID) -> HttpResponse:
    """How far one file is, until it can be fetched."""
    row = _own(request, program, export)
    facts: dict[str, Any] = {"row": row, "program": row.export.program, "org": org}
    polls = request.htmx and request.htmx.target == "export-progress"  # type: ignore[attr-defined]
    if row.works:
        return render(request, "metrics/export.html#export-progress" if polls else "metrics/export.html", facts)
    if polls:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "metrics/export.html", facts)


@requires(Permission.SEE_EVIDENCE)
@require_safe
def export_file(request: OrganizationRequest, org: str, program: str, export: UUID) -> HttpResponse:
    """The file itself: to whoever asked for it, while they may still read it."""
    row = _own(request, program, export)
    if not row.is_ready:
        return redirect("export", org=org, program=program, export=export)
    return _file(row)


@requires(Permission.SEE_EVIDENCE)
@require_POST
def evidence_links(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Mail somebody a link to the evidence."""
    found = asked_program(program)
    form = EvidenceLinkForm(request.POST)
    if form.is_valid():
        try:
            sent = links.send_link(
                program=found,
                name=form.cleaned_data["name"],
                mail=form.cleaned_data["mail"],
                days=form.cleaned_data["days"],
                form_key=form.cleaned_data["form_key"] or uuid4(),
                by=request.person,
                at=request.at,
            )
        except links.LinkRefused as refusal:
            form.refuse(refusal.code)
        else:
            ring()
            reader = sent.reader.name if sent.reader else ""
            messages.success(request, _("The link is on its way to %(name)s.") % {"name": reader})
            return redirect("exports", org=org, program=program)
    return _page(request, found, link_form=form)


@requires(Permission.SEE_EVIDENCE)
@require_POST
def evidence_link_end(request: OrganizationRequest, org: str, program: str, evidence_link: UUID) -> HttpResponse:
    """Take a link back."""
    link: EvidenceLink = get_object_or_404(EvidenceLink, program__slug=program, public_id=evidence_link)
    links.end_link(link=link, by=request.person, at=request.at)
    messages.success(request, _("The link is closed. It opens nothing any more."))
    return redirect("exports", org=org, program=program)


def _page(
    request: OrganizationRequest,
    program: Program,
    *,
    form: ExportForm | None = None,
    link_form: EvidenceLinkForm | None = None,
) -> HttpResponse:
    offers = queries.offers(request.permissions)
    audience = audience_of(request.roles)
    form = form or ExportForm(kinds=[one.kind for one in offers])
    link_form = link_form or EvidenceLinkForm()
    facts = {
        "program": program,
        "offers": offers,
        "form": form,
        "link_form": link_form,
        "rows": queries.own_exports(request.person, program, request.permissions, audience, at=request.at),
        "links": queries.links_of(program, at=request.at),
    }
    return render(request, "metrics/exports.html", facts, status=422 if form.errors or link_form.errors else 200)


def _own(request: OrganizationRequest, program: str, export: UUID) -> ExportRow:
    row = queries.own_export(
        request.person, program, export, request.permissions, audience_of(request.roles), at=request.at
    )
    if row is None:
        raise Http404
    return row


def _file(row: ExportRow) -> HttpResponse:
    answer = HttpResponse(queries.content_of(row.export), content_type=row.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, row.file_name)
    return answer


# --- by mailed link --------------------------------------------------------------------------------------------------


@by_link(LINK_PURPOSE)
@require_safe
def shared_evidence(request: LinkRequest) -> HttpResponseBase:
    """The evidence of a programme to somebody who came by a mailed link: as executives read it, and nothing to press."""
    link = _link(request)
    program = link.program
    found = evidence(program, LINK_AUDIENCE, at=request.at)
    facts = {
        "evidence": found,
        "plots": plots.of(found),
        "facts": told.facts(found),
        "tables": told.tables(found),
        "edition": told.edition(found),
        "link": link,
        "file": queries.file_of_link(link, at=request.at),
    }
    return render(request, "metrics/shared.html", facts)


@by_link(LINK_PURPOSE)
@require_safe
def shared_evidence_file(request: LinkRequest) -> HttpResponseBase:
    """The same as a PDF, as it stood when the link was sent."""
    row = queries.file_of_link(_link(request), at=request.at)
    if row is None or not row.is_ready:
        return redirect("shared-evidence", link=request.link.public_id)
    return _file(row)


def _link(request: LinkRequest) -> EvidenceLink:
    rows = EvidenceLink.objects.open(request.at).select_related("program__workflow", "program__organization")
    found: EvidenceLink = get_object_or_404(rows, pk=request.link.row_id)
    if found.reader_id != request.link.guest_id:
        raise PermissionDenied
    return found
