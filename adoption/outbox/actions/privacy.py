"""Taking what was said to somebody away, and the delivery log after its time."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from adoption.outbox.models import Envelope, Link, LinkHash, Message, Preference, Suppression
from adoption.outbox.rules import LOG_LASTS
from adoption.tenancy.actions.administrators import organization_entered
from adoption.tenancy.models import Person
from adoption.tenancy.rules import keyed_hash


@transaction.atomic
def erase_speech(*, person: Person, at: datetime) -> None:
    """Delete every message, queued or sent, every mail, link and choice of a person, and all about their address."""
    rows = list(Link.objects.filter(person=person).values_list("pk", flat=True))
    LinkHash.objects.filter(organization_id=organization_entered(), link_row__in=rows).delete()
    addresses = set(Envelope.objects.filter(person=person).values_list("address", flat=True)) | {person.mail or ""}
    hashes = [keyed_hash(settings.SECRET_KEY, address) for address in addresses if address]
    Suppression.objects.filter(address_hash__in=hashes).delete()
    Message.objects.filter(person=person).delete()
    Envelope.objects.filter(person=person).delete()
    Link.objects.filter(person=person).delete()
    Preference.objects.filter(person=person).delete()


@transaction.atomic
def forget_old(*, at: datetime) -> None:
    """Delete what was settled 90 days ago or more, and links that ended so long ago; refusals that held nothing back."""
    before = at - LOG_LASTS
    Message.objects.older_than(before).delete()
    Envelope.objects.filter(closed_at__lt=before, messages__isnull=True).delete()
    LinkHash.objects.filter(organization_id=organization_entered(), expires_at__lt=before).delete()
    Link.objects.filter(expires_at__lt=before).delete()
    Suppression.objects.lifted().filter(since__lt=before).delete()
