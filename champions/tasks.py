"""What the agenda looks after: the kit, and offers that nobody answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from adoption.tenancy.tasks import promised
from champions.actions import agreements, asks, prompts, selection
from champions.models import Agreement, Need, Offer, Prompt


@promised(prompts.STALE)
def prompt_stale(row_id: int, *, at: datetime) -> datetime | None:
    """Tell the owner of a prompt that nobody tries it any more; too early, look again when it is time."""
    found = Prompt.objects.filter(pk=row_id).select_related("owner", "organization").first()
    return prompts.look_after_stale(prompt=found, at=at) if found else None


@promised(asks.OVERDUE)
def ask_overdue(row_id: int, *, at: datetime) -> None:
    """Tell whoever owns an ask that it waited for longer than 14 days."""
    for need in Need.objects.waiting().filter(pk=row_id).select_related("owner"):
        asks.remind_of_ask(need=need, at=at)


@promised(agreements.RENEW)
def renew_agreement(row_id: int, *, at: datetime) -> None:
    """Two weeks before an agreement ends."""
    for row in Agreement.objects.filter(pk=row_id):
        agreements.ask_to_renew(agreement=row, at=at)


@promised(selection.OFFER_OVER)
def offer_over(row_id: int, *, at: datetime) -> None:
    """Nobody answered for two weeks: a no, and no trace of it."""
    for row in Offer.objects.filter(pk=row_id):
        with suppress(selection.OfferGone):
            selection.end_offer(offer=row, at=at)
