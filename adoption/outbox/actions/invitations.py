"""Inviting somebody by mail, and letting in whoever opens the mail."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from adoption.outbox.actions import links
from adoption.outbox.actions.messages import say
from adoption.outbox.models import Link
from adoption.tenancy.actions.members import InvitationClosed, accept_invitation, make_identity
from adoption.tenancy.models import Identity, Invitation


class AddressChanged(ValueError):
    """The person has another mail address by now: this mailbox proves nothing about them any more."""


@transaction.atomic
def tell_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Write to somebody that they are invited. Each time the invitation is sent anew is a message of its own."""
    say(
        kind="invitation",
        person=invitation.person,
        subject_key=f"invitation:{invitation.pk}:{invitation.invited_at:%Y%m%d%H%M%S}",
        row_id=invitation.pk,
        expires_at=invitation.expires_at,
        at=at,
    )


@transaction.atomic
def accept(*, link: Link, at: datetime) -> Identity:
    """Come in by a mailed invitation. The link proves the mailbox; the identity of that address becomes a member.

    Raises InvitationClosed, AddressChanged, and what `accept_invitation` raises: HasLeft, AlreadyMember.
    """
    invitation = Invitation.objects.select_related("person").filter(pk=link.row_id).first()
    assert link.person
    if invitation is None or invitation.person_id != link.person_id:
        raise InvitationClosed(link.person)
    if invitation.person.mail != link.address:
        raise AddressChanged
    identity = make_identity(mail=link.address, at=at)
    # An identity made before its address was proved: now it is.
    known, made = EmailAddress.objects.get_or_create(
        user=identity,
        email__iexact=link.address,
        defaults={
            "email": link.address,
            "verified": True,
            "primary": not EmailAddress.objects.filter(user=identity).exists(),
        },
    )
    if not made and not known.verified:
        known.verified = True
        known.save(update_fields=["verified"])
    accept_invitation(invitation=invitation, identity=identity, at=at)
    links.use(link=link, at=at)
    return identity
