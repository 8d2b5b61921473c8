"""Minting, using and ending mailed links."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from adoption.outbox.models import Addressee, Link, LinkHash, addressed
from adoption.outbox.rules import PURPOSES
from adoption.tenancy.rules import hash_secret, mint_secret


# Called for each link of each mail: without a savepoint of its own.
@transaction.atomic(savepoint=False)
def mint(*, purpose: str, row_id: int, person: Addressee, address: str, expires_at: datetime, at: datetime) -> str:
    """The address of a link with a fresh secret, which exists nowhere but in what is returned.

    Earlier secrets of the same link stay good: several mails may carry it. Sent to another mailbox, they end.
    """
    Link.objects.bulk_create(
        [
            Link(
                purpose=purpose,
                row_id=row_id,
                **addressed(person),
                address=address,
                made_at=at,
                expires_at=expires_at,
            )
        ],
        ignore_conflicts=True,
    )
    link = Link.objects.select_for_update().get(**addressed(person), purpose=purpose, row_id=row_id)
    if link.address != address:
        LinkHash.objects.filter(organization_id=link.organization_id, link_row=link.pk).delete()
    if (link.address, link.expires_at) != (address, max(expires_at, link.expires_at)):
        link.address, link.expires_at = address, max(expires_at, link.expires_at)
        link.save(update_fields=["address", "expires_at"])
        LinkHash.objects.filter(organization_id=link.organization_id, link_row=link.pk).update(
            expires_at=link.expires_at
        )
    token = mint_secret()
    LinkHash.objects.create(
        hash=hash_secret(token), organization_id=link.organization_id, link_row=link.pk, expires_at=link.expires_at
    )
    return f"{settings.BASE_URL}{PURPOSES.path(purpose, token)}"


@transaction.atomic
def use(*, link: Link, at: datetime) -> bool:
    """Mark a link as used, once: False when it was used, or ended, before."""
    return bool(Link.objects.filter(pk=link.pk, used_at__isnull=True, ended_at__isnull=True).update(used_at=at))


@transaction.atomic
def end(*, purpose: str, row_ids: Iterable[int], at: datetime) -> int:
    """Close every unused link of a purpose about these rows: a survey closed, an offer withdrawn. Returns how many."""
    ended: int = Link.objects.filter(
        purpose=purpose, row_id__in=list(row_ids), used_at__isnull=True, ended_at__isnull=True
    ).update(ended_at=at)
    return ended


@transaction.atomic
def prolong(*, purpose: str, row_ids: Iterable[int], until: datetime) -> None:
    """Let every link of a purpose about these rows that was not used or ended open them until then: a survey goes on."""
    links = Link.objects.filter(
        purpose=purpose, row_id__in=list(row_ids), used_at__isnull=True, ended_at__isnull=True, expires_at__lt=until
    )
    rows = dict(links.values_list("pk", "organization_id"))
    for organization_id in set(rows.values()):
        LinkHash.objects.filter(organization_id=organization_id, link_row__in=list(rows)).update(expires_at=until)
    Link.objects.filter(pk__in=list(rows)).update(expires_at=until)
