"""Guests: entered with the name and address somebody gave for them, and forgotten when nothing is asked of them any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from adoption.outbox.models import Envelope, Guest, Link, LinkHash, Message, Suppression
from adoption.outbox.rules import GUESTS
from adoption.tenancy.actions.administrators import organization_entered
from adoption.tenancy.rules import keyed_hash


@transaction.atomic
def meet_guest(*, name: str, mail: str, at: datetime) -> Guest:
    """The guest of an address; entered when it is new. The name given last is the one they are called by."""
    guest: Guest
    guest, made = Guest.objects.get_or_create(mail=mail, defaults={"name": name, "made_at": at})
    if not made and guest.name != name:
        guest.name = name
        guest.save(update_fields=["name"])
    return guest


@transaction.atomic
def forget_guests(*, guests: Iterable[Guest]) -> None:
    """Delete guests with every message, mail and link of theirs, and all about their addresses. Whom a floor needs stays."""
    asked = list(guests)
    kept = {one for entry in GUESTS for one in entry.load()(guests=[guest.pk for guest in asked])}
    known = [guest for guest in asked if guest.pk not in kept]
    links = list(Link.objects.filter(guest__in=known).values_list("pk", flat=True))
    LinkHash.objects.filter(organization_id=organization_entered(), link_row__in=links).delete()
    hashes = [keyed_hash(settings.SECRET_KEY, guest.mail) for guest in known]
    Suppression.objects.filter(address_hash__in=hashes).delete()
    for model in (Message, Envelope, Link):
        model.objects.filter(guest__in=known).delete()
    Guest.objects.filter(pk__in=[guest.pk for guest in known]).delete()
