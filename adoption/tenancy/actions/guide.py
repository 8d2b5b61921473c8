"""Putting the list of first steps away, and taking it out again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from adoption.tenancy.actions import audit
from adoption.tenancy.models import Membership, Person


@transaction.atomic
def put_guide_away(*, membership: Membership, by: Person, at: datetime) -> None:
    """Show it to this member no more. Twice is once."""
    if Membership.objects.filter(pk=membership.pk, guide_put_away_at__isnull=True).update(guide_put_away_at=at):
        audit.record("guide.put_away", by=by, at=at)


@transaction.atomic
def take_guide_out(*, membership: Membership, by: Person, at: datetime) -> None:
    """Show it again. Twice is once."""
    if Membership.objects.filter(pk=membership.pk, guide_put_away_at__isnull=False).update(guide_put_away_at=None):
        audit.record("guide.taken_out", by=by, at=at)
