"""What this floor holds about a person, and who sees it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission
from pods.models import Attendance, FollowUp, Seat, Session


def export_pods(*, person: Person) -> dict[str, Any]:
    """What this floor holds about a person: seats, sessions they were in, and their follow-ups."""
    return {
        "seats": [
            {
                "pod": row.pod.name,
                "from": row.taken_at.isoformat(),
                "to": row.left_at.isoformat() if row.left_at else None,
            }
            for row in Seat.objects.filter(person=person).select_related("pod").order_by("id")
        ],
        "sessions": [
            {"kind": row.session.kind, "on": row.session.held_on.isoformat()}
            for row in Attendance.objects.filter(person=person).select_related("session").order_by("id")
        ],
        "follow_ups": [
            {
                "due": row.due_at.isoformat(),
                "answered": row.answered_at.isoformat() if row.answered_at else None,
                "used": row.used,
                "what_happened": row.what_happened,
                "what_failed": row.what_failed,
                "cause": row.cause,
                "fixed": row.fixed,
            }
            for row in FollowUp.objects.filter(person=person).order_by("id")
        ],
        "sessions_led": [
            {"kind": row.kind, "on": row.held_on.isoformat(), "note": row.note}
            for row in Session.objects.filter(pod__champion__person=person).order_by("id")
        ],
    }


def seen_of_pods(*, organization: Organization) -> list[Holding]:
    """Who else sees what this floor holds."""
    return [
        Holding(
            _("Sessions you were in"),
            also=_("The champion who logged them."),
            remark=_("Leads see how many were there, never who. Attendance is never a result."),
        ),
        Holding(
            _("Your day-7 follow-ups: whether you used it, what happened, what did not work"),
            also=_("Your own champion."),
        ),
        Holding(
            _("Why it did not work, and whether it was fixed, where a follow-up ended so"),
            Permission.MANAGE_PROGRAMS,
            also=_("Your own champion."),
            remark=_("Your name and the cause; never your words."),
        ),
    ]
