"""What evidence holds about a person, for that person, and what the audit trail says of this floor's acts."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Person
from metrics.models import CheckIn, VendorWeek, WeekAsk

SENTENCES: dict[str, Promise] = {
    "snapshot.frozen": _("froze a checkpoint: %(detail)s"),
    "weeks.recorded": _("sent in weeks of many people: %(detail)s"),
}


def export_person(*, person: Person) -> dict[str, Any]:
    """Everything this floor holds about a person that leads to them: what they said, and what tools' exports say."""
    return {
        "weeks_asked": [
            week.isoformat()
            for week in WeekAsk.objects.filter(person=person).order_by("week").values_list("week", flat=True)
        ],
        "weeks": [
            {
                "week": row.week.isoformat(),
                "workflow": row.workflow.name,
                "version": row.version,
                "total": row.total,
                "unprompted": row.unprompted,
                "recorded_at": row.recorded_at.isoformat(),
            }
            for row in CheckIn.objects.filter(person=person).select_related("workflow").order_by("week", "version")
        ],
        "tools": [
            {
                "from": row.period_start.isoformat(),
                "to": row.period_end.isoformat(),
                "active": row.is_active,
            }
            for row in VendorWeek.objects.filter(person=person).order_by("period_start", "pk")
        ],
    }
