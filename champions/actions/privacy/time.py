"""What goes with a person of how champions are chosen, agreed with and given time."""

from __future__ import annotations

from datetime import datetime

from adoption.outbox.actions.forgetting import forget
from adoption.tenancy.models import Person
from champions.actions.selection import OFFER, OFFER_LINK
from champions.models import Agreement, Candidacy, Offer, Sponsorship


def erase_time(*, person: Person, at: datetime) -> None:
    """Candidacies and offers go; of agreements and sponsorships of others the name. Their own go with the champion."""
    offers = Offer.objects.filter(person=person)
    forget(kind=OFFER, purpose=OFFER_LINK, row_ids=list(offers.values_list("pk", flat=True)))
    offers.delete()
    Offer.objects.filter(offered_by=person).update(offered_by=None)
    Candidacy.objects.filter(person=person).delete()
    Agreement.objects.filter(manager=person).update(manager=None)
    Sponsorship.objects.filter(sponsor=person).update(sponsor=None)
