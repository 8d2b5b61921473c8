"""Files of evidence, links to it, and the monthly summary: what there is, how long it lasts, and when it comes."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from adoption.disclosure.rules import Audience
from adoption.tenancy.rules import Permission


class ExportKind(StrEnum):
    """What can be made of a programme as a file."""

    EVIDENCE_PDF = "evidence_pdf"
    EVIDENCE_SLIDES = "evidence_slides"
    EVIDENCE_SHEET = "evidence_sheet"
    # For leads: how it went, and what is stored and who sees it.
    REPORT = "report"
    COUNCIL = "council"


# What somebody must be allowed to ask for each, and to fetch it.
NEEDS: dict[ExportKind, Permission] = {
    ExportKind.EVIDENCE_PDF: Permission.SEE_EVIDENCE,
    ExportKind.EVIDENCE_SLIDES: Permission.SEE_EVIDENCE,
    ExportKind.EVIDENCE_SHEET: Permission.SEE_EVIDENCE,
    ExportKind.REPORT: Permission.MANAGE_PROGRAMS,
    ExportKind.COUNCIL: Permission.MANAGE_PROGRAMS,
}
PDF = "application/pdf"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the file is called behind the programme's short name, and what it is.
FILES: dict[ExportKind, tuple[str, str]] = {
    ExportKind.EVIDENCE_PDF: ("evidence-{}.pdf", PDF),
    ExportKind.EVIDENCE_SLIDES: ("evidence-{}.pptx", SLIDES),
    ExportKind.EVIDENCE_SHEET: ("evidence-{}.xlsx", SHEET),
    ExportKind.REPORT: ("report-{}.pdf", PDF),
    ExportKind.COUNCIL: ("works-council-{}.pdf", PDF),
}
# How long a file can be fetched, and how long it is remembered that there was one.
FILE_LASTS = timedelta(hours=24)
REMEMBERED_FOR = timedelta(days=30)
WORDS_LENGTH = 2000

# Somebody outside reads as executives do, whoever lets them in: no pod, no group below ten.
LINK_AUDIENCE = Audience.EXECUTIVE
LINK_DAYS = (7, 14, 30)
LINK_PURPOSE = "evidence"
# So long after a link has ended it is forgotten whom it was sent to.
FORGET_READER_AFTER = timedelta(days=30)
# Links of one programme that are open at the same time.
MOST_LINKS = 20
# A monthly summary that could not go out for so long after its month began is left out: the next one is near.
DIGEST_WITHIN = timedelta(days=20)


def may_read(theirs: Audience, made_for: str) -> bool:
    """Whether a reader of today may have a file made for an audience: an executive nothing that a lead alone sees."""
    return theirs is Audience.LEAD or made_for == Audience.EXECUTIVE
