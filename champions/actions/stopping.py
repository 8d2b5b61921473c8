"""What champions and those who agree with them are still asked in a programme that is stopped."""

from __future__ import annotations

from datetime import datetime

from adoption.outbox.actions.links import end
from adoption.programs.models import Program
from adoption.tenancy.actions.members import revoke_invitation
from adoption.tenancy.models import Invitation, Person
from adoption.tenancy.rules import Role
from champions.actions.agreements import AGREEMENT_LINK
from champions.actions.selection import settle_selection, take_offer_back
from champions.models import Champion, Offer, Selection


def let_champions_go(*, program: Program, reason: str, by: Person | None, at: datetime) -> None:
    """Offers are taken back, what was counted is deleted, links end, and invitations that came with a naming are withdrawn."""
    for offer in Offer.objects.filter(program=program).select_related("program"):
        take_offer_back(offer=offer, by=by, at=at)
    for selection in Selection.objects.filter(program=program):
        settle_selection(selection=selection, by=by, at=at)
    champions = list(Champion.objects.serving().filter(program=program))
    end(purpose=AGREEMENT_LINK, row_ids=[one.pk for one in champions], at=at)
    elsewhere = set(
        Champion.objects.serving()
        .filter(person__in=[one.person_id for one in champions], program__closed_at__isnull=True)
        .values_list("person_id", flat=True)
    )
    named_at = {one.person_id: one.named_at for one in champions if one.person_id not in elsewhere}
    for invitation in Invitation.objects.pending().filter(person__in=named_at, roles=[Role.MEMBER]):
        # One that was there before the naming was not for it.
        if invitation.invited_at >= named_at[invitation.person_id]:
            revoke_invitation(invitation=invitation, by=by, at=at)
