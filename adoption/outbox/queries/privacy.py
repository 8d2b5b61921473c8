"""Everything the outbox holds about a person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from adoption.outbox.models import Link, Message, Preference
from adoption.tenancy.models import Organization, Person
from adoption.tenancy.rules import Holding, Permission


def export_speech(*, person: Person) -> dict[str, Any]:
    """Messages, links (without their secrets, which nobody has) and choices, oldest first."""
    return {
        "messages": [
            {
                "kind": row.kind,
                "about": row.subject_key,
                "said": row.said_at.isoformat(),
                "due": row.due_at.isoformat(),
                "outcome": row.outcome,
                "reason": row.reason,
                "settled": row.settled_at.isoformat() if row.settled_at else None,
                "address": row.envelope.address if row.envelope else None,
            }
            for row in Message.objects.filter(person=person).select_related("envelope").order_by("id")
        ],
        "links": [
            {
                "purpose": row.purpose,
                "made": row.made_at.isoformat(),
                "expires": row.expires_at.isoformat(),
                "used": row.used_at.isoformat() if row.used_at else None,
            }
            for row in Link.objects.filter(person=person).order_by("id")
        ],
        "choices": [
            {"messages": row.message_class, "stopped": row.stopped_at.isoformat() if row.stopped_at else None}
            for row in Preference.objects.filter(person=person).order_by("id")
        ],
    }


def seen_of_speech(*, organization: Organization) -> list[Holding]:
    """Who else sees what was written to somebody."""
    return [
        Holding(
            _("Messages to you that could not be delivered"),
            Permission.SEE_DELIVERIES,
            remark=_("That they failed, not what they led to."),
        ),
        Holding(_("Messages to you that arrived, and which of them you stopped")),
    ]
