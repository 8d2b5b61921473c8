"""The evidence floor's pages, one room a subject."""

from metrics.views.analyst import analyst, analyst_export
from metrics.views.evidence import evidence, evidence_export, evidence_of_all
from metrics.views.exports import (
    evidence_link_end,
    evidence_links,
    export,
    export_file,
    exports,
    shared_evidence,
    shared_evidence_file,
)
from metrics.views.imports import (
    usage_import,
    usage_import_commit,
    usage_import_discard,
    usage_import_problems,
    usage_import_undo,
    usage_imports,
)
from metrics.views.money import money, money_export, money_prices
from metrics.views.pictures import evidence_picture, evidence_picture_table
from metrics.views.pod import pod_weeks
from metrics.views.review import usage_review
from metrics.views.waiting import waiting_review, waiting_usage, waiting_week
from metrics.views.week import week, week_by_link

__all__ = [
    "analyst",
    "analyst_export",
    "evidence",
    "evidence_export",
    "evidence_link_end",
    "evidence_links",
    "evidence_of_all",
    "evidence_picture",
    "evidence_picture_table",
    "export",
    "export_file",
    "exports",
    "money",
    "money_export",
    "money_prices",
    "pod_weeks",
    "shared_evidence",
    "shared_evidence_file",
    "usage_import",
    "usage_import_commit",
    "usage_import_discard",
    "usage_import_problems",
    "usage_import_undo",
    "usage_imports",
    "usage_review",
    "waiting_review",
    "waiting_usage",
    "waiting_week",
    "week",
    "week_by_link",
]
