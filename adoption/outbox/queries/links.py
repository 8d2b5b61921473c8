"""Following a mailed link to its tenant and row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
    if not is_token(token):
        return None
    with entered_by(hash_secret(token), purpose, at=at) as found:
        return found


@contextmanager
def entered_by(hashed: str, purpose: str, *, at: datetime) -> Iterator[FoundLink | None]:
    """Run what is inside in the organisation that a secret leads to, with the link; outside every one where there is none."""
    where = LinkHash.objects.filter(hash=hashed).first()
    if where is None:
        yield None
        return
    with organization(where.organization_id):
        links = Link.objects.select_related("organization", "person", "guest")
        link = links.filter(pk=where.link_row, purpose=purpose).first()
        if link is not None:
            # The same row, which the key of both guarantees.
            link.to.organization = link.organization
        yield FoundLink.of(where.organization_id, link, hashed, at) if link is not None else None


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
