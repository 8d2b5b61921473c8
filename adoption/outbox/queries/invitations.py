"""What the invitation's mail and page say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adoption.outbox.models import Message
from adoption.tenancy.models import Invitation
from adoption.tenancy.rules import Role


@dataclass(frozen=True)
class Offer:
    """An invitation as its page shows it."""

    inviter: str
    roles: frozenset[Role]
    expires_at: datetime


def find_offer(row_id: int, *, at: datetime) -> Offer | None:
    """The invitation, or None when it was accepted or withdrawn, or is over."""
    row = Invitation.objects.open(at).select_related("invited_by").filter(pk=row_id).first()
    if row is None:
        return None
    return Offer(
        row.invited_by.name if row.invited_by else "", frozenset(Role(role) for role in row.roles), row.expires_at
    )


def is_open(*, message: Message, at: datetime) -> bool:
    """Whether the invitation a message is about can still be accepted."""
    found: bool = Invitation.objects.open(at).filter(pk=message.row_id).exists()
    return found


def facts_for_mail(*, message: Message, at: datetime) -> dict[str, Any]:
    """Who invites, and until when."""
    row = Invitation.objects.select_related("invited_by").get(pk=message.row_id)
    return {"speaker": row.invited_by.name if row.invited_by else "", "expires_at": row.expires_at}
