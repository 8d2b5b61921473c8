"""Which room writes which file. Imported by workers only: it brings every library that writes one."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone, translation

from adoption.disclosure.rules import Audience
from metrics.exports.paper import evidence_pdf
from metrics.exports.report import council_pdf, report_pdf
from metrics.exports.sheet import evidence_sheet
from metrics.exports.slides import evidence_slides
from metrics.models import Export
from metrics.queries.council import council
from metrics.queries.evidence import evidence
from metrics.queries.money import money
from metrics.queries.story import story
from metrics.rules.exports import ExportKind


def write(export: Export, *, at: datetime) -> bytes:
    """The file of an export, of how things stand at this moment, in the organisation's language."""
    program = export.program
    company = program.organization
    with translation.override(company.locale), timezone.override(company.zone):
        audience = Audience(export.audience)
        found = evidence(program, audience, at=at)
        match ExportKind(export.kind):
            case ExportKind.EVIDENCE_PDF:
                return evidence_pdf(found, at=at)
            case ExportKind.EVIDENCE_SLIDES:
                return evidence_slides(found, at=at)
            case ExportKind.EVIDENCE_SHEET:
                # Whoever may have it may open the page of money, except who came by a link.
                return evidence_sheet(found, None if export.link else money(program, audience, at=at))
            case ExportKind.REPORT:
                return report_pdf(found, story(program, at=at), export.words, at=at)
            case ExportKind.COUNCIL:
                return council_pdf(found, council(program, at=at), program, at=at)
