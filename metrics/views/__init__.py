"""The evidence floor's pages, one room a subject."""

from metrics.views.evidence import evidence, evidence_export
from metrics.views.pod import pod_weeks
from metrics.views.waiting import waiting_week
from metrics.views.week import week, week_by_link

__all__ = ["evidence", "evidence_export", "pod_weeks", "waiting_week", "week", "week_by_link"]
