"""The evidence floor's pages, one room a subject."""

from metrics.views.evidence import evidence, evidence_export
from metrics.views.week import week, week_by_link

__all__ = ["evidence", "evidence_export", "week", "week_by_link"]
