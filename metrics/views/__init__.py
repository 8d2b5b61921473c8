"""The evidence floor's pages, one room a subject."""

from metrics.views.week import week, week_by_link

__all__ = ["week", "week_by_link"]
