"""Letting what was said disappear, where whoever answered must leave no trace."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from adoption.outbox.models import Envelope, Link, LinkHash, Message


@transaction.atomic
def forget(*, kind: str, purpose: str, row_ids: Collection[int]) -> None:
    """Delete every message of a kind about these rows, the mails that carried nothing else, and their links.

    For kinds that travel alone. A link that is opened afterwards is one that we do not know.
    """
    rows = Message.objects.filter(kind=kind, row_id__in=row_ids)
    carried = [pk for pk in rows.values_list("envelope_id", flat=True) if pk]
    rows.delete()
    Envelope.objects.filter(pk__in=carried, alone=True, messages__isnull=True).delete()
    links = dict(Link.objects.filter(purpose=purpose, row_id__in=row_ids).values_list("pk", "organization_id"))
    for organization_id in set(links.values()):
        LinkHash.objects.filter(organization_id=organization_id, link_row__in=list(links)).delete()
    Link.objects.filter(pk__in=list(links)).delete()
