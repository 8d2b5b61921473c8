"""Whose address refuses mail, in words."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adoption.outbox.models import Addressee, Suppression
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Notice, Permission, clean_mail, keyed_hash


def refusing(people: Iterable[Addressee]) -> dict[Addressee, Suppression]:
    """Those of some people whose address nothing goes to, and since when. One query, or none for nobody."""
    hashes = {one: keyed_hash(settings.SECRET_KEY, mail) for one in people if (mail := clean_mail(one.mail or ""))}
    if not hashes:
        return {}
    held = {row.address_hash: row for row in Suppression.objects.held().filter(address_hash__in=set(hashes.values()))}
    return {one: held[hashed] for one, hashed in hashes.items() if hashed in held}


def since_when(row: Suppression) -> str:
    """The sentence about an address, with the day in the zone of whoever reads."""
    day = date_format(row.since.astimezone(timezone.get_current_timezone()), "j F Y")
    return _("Mail to this address has come back since %(day)s.") % {"day": day}


def notice_of_refusal(*, person: Person) -> Notice | None:
    """What the page of somebody whose address refuses mail says, and the way to try again."""
    row = refusing([person]).get(person)
    if row is None:
        return None
    return Notice(
        title=since_when(row),
        text=_("What is said to them waits until the address in their entry is corrected, or is tried again."),
        remark=row.answer,
        permission=Permission.SEE_DELIVERIES,
        verb=gettext_lazy("Try again"),
        place="address-again",
    )
