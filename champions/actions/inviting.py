"""Bringing in a champion who has not come yet."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from adoption.tenancy.actions.members import AlreadyInvited, AlreadyMember, HasLeft, NoMail, invite, resend_invitation
from adoption.tenancy.models import Invitation, Membership, Person
from adoption.tenancy.rules import Role
from champions.models import Champion


def let_in(person: Person, *, by: Person | None, at: datetime) -> None:
    """Invite somebody who cannot sign in yet: a pod's pages lie behind the sign-in."""
    if Membership.objects.current().filter(person=person).exists():
        return
    with suppress(AlreadyMember, AlreadyInvited, HasLeft, NoMail):
        invite(person=person, roles=[Role.MEMBER], by=by, at=at)


@transaction.atomic
def write_again(*, champion: Champion, by: Person | None, at: datetime) -> None:
    """Send a champion the way in once more, good for another two weeks. Whoever is in already gets nothing.

    A champion is often named weeks before anything happens, and by then the first link has run out.
    Raises NoMail and HasLeft.
    """
    person = champion.person
    if Membership.objects.current().filter(person=person).exists():
        return
    if pending := Invitation.objects.pending().filter(person=person).first():
        resend_invitation(invitation=pending, by=by, at=at)
    else:
        invite(person=person, roles=[Role.MEMBER], by=by, at=at)
