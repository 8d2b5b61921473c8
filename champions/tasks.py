"""What the agenda looks after: the kit, invitations to tell of a win, and offers that nobody answers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from adoption.programs import rules as programs
from adoption.programs.models import Program, Step
from adoption.programs.tasks import calendar_step
from adoption.tenancy.tasks import promised
from champions.actions import agreements, asks, moments, prompts, selection
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


@calendar_step(programs.TELL_WINS)
def tell_wins(step: Step, *, at: datetime) -> None:
    """From now on people are invited to tell of a win, each on their own day."""
    moments.begin_to_look(program=step.program, at=at)


@promised(moments.LOOK)
def look_for_wins(row_id: int, *, at: datetime) -> datetime | None:
    """Whose day it is today; tomorrow again."""
    found = Program.objects.select_related("organization", "workflow").filter(pk=row_id).first()
    return moments.invite_to_tell(program=found, at=at) if found else None


@promised(selection.OFFER_OVER)
def offer_over(row_id: int, *, at: datetime) -> None:
    """Nobody answered for two weeks: a no, and no trace of it."""
    for row in Offer.objects.filter(pk=row_id):
        with suppress(selection.OfferGone):
            selection.end_offer(offer=row, at=at)
