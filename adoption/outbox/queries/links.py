"""Following a mailed link to its tenant and row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from adoption.outbox.models import Envelope, Link, LinkHash
from adoption.outbox.rules import MessageClass, is_token
from adoption.tenancy.rules import hash_secret
from adoption.tenancy.walls import organization


class LinkState(StrEnum):
    """What a link still opens."""

    OPEN = "open"
    USED = "used"
    ENDED = "ended"
    EXPIRED = "expired"


@dataclass(frozen=True)
class FoundLink:
    """Where a mailed secret leads. Nothing of the tenant but its number, so that it can be entered."""

    organization_id: int
    link: Link
    state: LinkState
    hash: str

    @classmethod
    def of(cls, organization_id: int, link: Link, hashed: str, at: datetime) -> Self:
        if link.used_at is not None:
            state = LinkState.USED
        elif link.ended_at is not None:
            state = LinkState.ENDED
        elif link.expires_at <= at:
            state = LinkState.EXPIRED
        else:
            state = LinkState.OPEN
        return cls(organization_id, link, state, hashed)


def find_link(token: str, purpose: str, *, at: datetime) -> FoundLink | None:
    """The link behind the secret of an address; None for anything that is not, or no longer, one of this purpose.

    Called outside every organisation: the hash says which one to enter.
    """
    return find_link_by_hash(hash_secret(token), purpose, at=at) if is_token(token) else None


def find_link_by_hash(hashed: str, purpose: str, *, at: datetime) -> FoundLink | None:
    """The same, for somebody who showed the secret before."""
    where = LinkHash.objects.filter(hash=hashed).first()
    if where is None:
        return None
    with organization(where.organization_id):
        links = Link.objects.select_related("person__organization", "guest__organization")
        link = links.filter(pk=where.link_row, purpose=purpose).first()
    if link is None:
        return None
    # The same row, which the key of both guarantees: one join less at every tap.
    link.organization = link.to.organization
    return FoundLink.of(where.organization_id, link, hashed, at)


def stoppable_classes(link: Link) -> list[MessageClass]:
    """What the mail that carried an unsubscribe link was: stopping it stops these."""
    envelope = Envelope.objects.filter(pk=link.row_id, person=link.person_id).first()
    if envelope is None:
        return [MessageClass.NUDGE]
    return [
        message_class
        for message_class, carried in ((MessageClass.NUDGE, envelope.nudges), (MessageClass.DIGEST, envelope.digests))
        if carried
    ]
