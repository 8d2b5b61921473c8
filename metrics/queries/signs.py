"""What the tools' own weeks say of somebody who could be a champion: that they use AI before anybody asks them to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count

from metrics.models import VendorWeek

# Active in so many of the tool's periods of the last weeks is a habit, and no trial.
LOOKED_BACK = timedelta(weeks=8)
LEAST_PERIODS = 2


def seen_using_ai(*, people: Collection[int], at: datetime) -> set[int]:
    """Ids of those of some people whom an imported file shows active in two periods of the last eight weeks. One query."""
    rows = VendorWeek.objects.filter(
        person__in=people,
        is_active=True,
        period_end__gte=(at - LOOKED_BACK).date(),
        file__committed_at__isnull=False,
        file__undone_at__isnull=True,
    )
    seen = rows.order_by().values("person").annotate(n=Count("period_start", distinct=True))
    return set(seen.filter(n__gte=LEAST_PERIODS).values_list("person_id", flat=True))
