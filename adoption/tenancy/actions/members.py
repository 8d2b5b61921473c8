"""Who may come in: invitations, memberships and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adoption.tenancy import rules
from adoption.tenancy.actions import agenda, audit
from adoption.tenancy.actions.administrators import (
    MembersRefusal,
    keep_an_administrator,
    lock_members,
    organization_entered,
)
from adoption.tenancy.actions.people import Refused, add_person
from adoption.tenancy.models import (
    ApiToken,
    Identity,
    Invitation,
    Membership,
    MembershipIndex,
    Person,
    RoleGrant,
)
from adoption.tenancy.queries.people import holder_of
from adoption.tenancy.rules import Role

TELL_INVITATION = "outbox.tell_invitation"


class AlreadyMember(MembersRefusal):
    """The person, or the identity, is a member already."""

    words = _("%(name)s is a member already, or signs in as somebody who is.")


class AlreadyInvited(MembersRefusal):
    """The person holds an invitation that can still be accepted."""

    words = _("%(name)s has an invitation that is still good. It can be sent again or withdrawn.")


class NoMail(MembersRefusal):
    """The person has no mail address to write to."""

    words = _("%(name)s has no mail address in the directory. Add one first.")


class HasLeft(MembersRefusal):
    """The person has left the organisation."""

    words = _("%(name)s has left, by the directory. Take the departure back first.")


class InvitationClosed(MembersRefusal):
    """The invitation was accepted or withdrawn, or its time is over."""

    words = _("This invitation was accepted or withdrawn meanwhile, or its time is over.")


class OtherAddress(MembersRefusal):
    """The invitation was written to an address that this identity has not proved to be its own."""

    words = _("This invitation was sent to another address. Sign in with the address it was sent to.")


@transaction.atomic
def make_identity(*, mail: str, at: datetime) -> Identity:
    """The identity that signs in with an address proved by mail; made when there is none. Without a password.

    An existing identity is returned as it is: to act for it, somebody must sign in as it.
    """
    mail = mail.lower()
    known = EmailAddress.objects.filter(email__iexact=mail, verified=True).select_related("user").first()
    identity = known.user if known else Identity.objects.filter(email=mail).first()
    if identity is None:
        identity = Identity.objects.create_user(mail, created_at=at)
        EmailAddress.objects.create(user=identity, email=mail, verified=True, primary=True)
    return identity


def owns_address(identity: Identity, mail: str | None) -> bool:
    """Whether the identity has proved that the address is its own."""
    if not mail:
        return False
    proved = EmailAddress.objects.filter(user=identity, email__iexact=mail, verified=True)
    return identity.email.lower() == mail or proved.exists()


@transaction.atomic
def admit(
    *, identity: Identity, person: Person, roles: Iterable[Role | str], by: Person | None, at: datetime
) -> Membership:
    """Make somebody of the directory a member with these roles (a plain member when none is named).

    A membership that ended is opened again, with these roles only. Raises AlreadyMember.
    """
    lock_members()
    blocking = list(Membership.objects.select_for_update().filter(Q(identity=identity) | Q(person=person)))
    if any(row.ended_at is None for row in blocking):
        raise AlreadyMember(person)
    membership = next((row for row in blocking if row.person_id == person.pk), None) or Membership(person=person)
    # An earlier way in, as another entry of the directory: it has ended, and one identity is one person.
    for row in blocking:
        if row.pk != membership.pk:
            row.delete()
    membership.identity, membership.since, membership.ended_at = identity, at, None
    membership.save()
    chosen = sorted({Role(role) for role in roles} or {Role.MEMBER})
    RoleGrant.objects.bulk_create([RoleGrant(membership=membership, role=role, granted_at=at) for role in chosen])
    # Without an entry of its own the first mailed code would not count as proof of the address.
    EmailAddress.objects.get_or_create(
        user=identity, email=identity.email, defaults={"primary": True, "verified": False}
    )
    MembershipIndex.objects.get_or_create(identity=identity, organization_id=organization_entered())
    audit.record("member.admitted", by=by, at=at, subject=person, roles=chosen)
    return membership


@transaction.atomic
def invite(*, person: Person, roles: Iterable[Role | str], by: Person | None, at: datetime) -> Invitation:
    """Offer a person of the directory to sign in; the outbox writes to them. An expired offer is replaced.

    Raises NoMail, HasLeft, AlreadyMember, AlreadyInvited.
    """
    lock_members()
    if not person.mail:
        raise NoMail(person)
    if person.has_left(at):
        raise HasLeft(person)
    if Membership.objects.current().filter(person=person).exists():
        raise AlreadyMember(person)
    pending = Invitation.objects.select_for_update().pending().filter(person=person).first()
    if pending is not None and pending.expires_at > at:
        raise AlreadyInvited(person)
    if pending is not None:
        pending.revoked_at = at
        pending.save(update_fields=["revoked_at"])
    chosen = sorted({Role(role) for role in roles} or {Role.MEMBER})
    invitation = Invitation.objects.create(
        person=person, roles=chosen, invited_by=by, invited_at=at, expires_at=at + rules.INVITATION_LASTS
    )
    agenda.schedule(task=TELL_INVITATION, row_id=invitation.pk, due_at=at)
    audit.record("invitation.sent", by=by, at=at, subject=person, roles=chosen)
    return invitation


@transaction.atomic
def invite_by_mail(
    *,
    name: str,
    mail: str,
    roles: Iterable[Role | str],
    despite_erasure: bool = False,
    by: Person | None,
    at: datetime,
) -> Invitation:
    """Invite whoever is known by an address; somebody nobody is known by is entered into the directory first.

    Raises what `invite` and `add_person` raise.
    """
    person = holder_of(mail.lower()) or add_person(name=name, mail=mail, despite_erasure=despite_erasure, by=by, at=at)
    return invite(person=person, roles=roles, by=by, at=at)


@dataclass(frozen=True)
class Offer:
    """Whom to invite, and as what. Somebody the directory knows by the address keeps the name they have there."""

    name: str
    mail: str
    role: Role


class SomeRefused(ValueError):
    """Of several invitations some cannot be sent: why, by their place in the list."""

    def __init__(self, refused: dict[int, MembersRefusal | Refused]) -> None:
        super().__init__(f"{len(refused)} refused")
        self.refused = refused


@transaction.atomic
def invite_several(*, offers: Iterable[Offer], by: Person | None, at: datetime) -> int:
    """Invite all of them or nobody. Returns how many are new: who holds the same offer already keeps it.

    Raises SomeRefused.
    """
    lock_members()
    new = 0
    refused: dict[int, MembersRefusal | Refused] = {}
    for place, offer in enumerate(offers):
        try:
            name = offer.name or rules.name_of_mail(offer.mail)
            invite_by_mail(name=name, mail=offer.mail, roles=[offer.role], by=by, at=at)
            new += 1
        except AlreadyInvited as refusal:
            held = Invitation.objects.open(at).filter(person=refusal.person, roles=[offer.role.value])
            if not held.exists():
                refused[place] = refusal
        except (MembersRefusal, Refused) as failure:
            refused[place] = failure
    if refused:
        raise SomeRefused(refused)
    return new


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Person | None, at: datetime) -> Invitation:
    """Write once more and start its time anew. Raises InvitationClosed, NoMail, HasLeft."""
    lock_members()
    row = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitation.pk)
    if row.accepted_at or row.revoked_at:
        raise InvitationClosed(row.person)
    if not row.person.mail:
        raise NoMail(row.person)
    if row.person.has_left(at):
        raise HasLeft(row.person)
    row.invited_at, row.expires_at = at, at + rules.INVITATION_LASTS
    row.save(update_fields=["invited_at", "expires_at"])
    agenda.wake(task=TELL_INVITATION, row_id=row.pk, due_at=at)
    audit.record("invitation.resent", by=by, at=at, subject=row.person)
    return row


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Person | None, at: datetime) -> None:
    """Withdraw an offer; its link says so from now on. Twice is once. Raises InvitationClosed after it was accepted."""
    lock_members()
    row = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitation.pk)
    if row.accepted_at:
        raise InvitationClosed(row.person)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        audit.record("invitation.withdrawn", by=by, at=at, subject=row.person)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, identity: Identity, at: datetime) -> Membership:
    """Come in. The identity must have proved the address the invitation was written to.

    Raises InvitationClosed, OtherAddress, HasLeft, AlreadyMember.
    """
    lock_members()
    row = Invitation.objects.select_for_update(of=("self",)).select_related("person").get(pk=invitation.pk)
    if row.accepted_at or row.revoked_at or row.expires_at <= at:
        raise InvitationClosed(row.person)
    person = row.person
    if not owns_address(identity, person.mail):
        raise OtherAddress(person)
    if person.has_left(at):
        raise HasLeft(person)
    membership = admit(identity=identity, person=person, roles=row.roles, by=person, at=at)
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    audit.record("invitation.accepted", by=person, at=at, subject=person)
    return membership


@transaction.atomic
def grant_role(*, membership: Membership, role: Role, by: Person | None, at: datetime) -> None:
    """Give a role. Twice is once. Raises Membership.DoesNotExist when the membership has ended."""
    lock_members()
    current = Membership.objects.current().select_related("person").get(pk=membership.pk)
    _, made = RoleGrant.objects.get_or_create(membership=current, role=Role(role), defaults={"granted_at": at})
    if made:
        audit.record("role.granted", by=by, at=at, subject=current.person, role=role)


@transaction.atomic
def revoke_role(*, membership: Membership, role: Role, by: Person | None, at: datetime) -> None:
    """Take a role away, at once. Twice is once; whoever loses the only one stays a plain member.

    Raises LastAdministrator; Membership.DoesNotExist when it has ended.
    """
    lock_members()
    current = Membership.objects.current().select_related("person").get(pk=membership.pk)
    held = {grant.role: grant for grant in RoleGrant.objects.filter(membership=current)}
    if role not in held or set(held) == {Role.MEMBER}:
        return
    if role == Role.ADMINISTRATOR:
        keep_an_administrator(without=current.person)
    held[role].delete()
    if len(held) == 1:
        RoleGrant.objects.create(membership=current, role=Role.MEMBER, granted_at=at)
    audit.record("role.revoked", by=by, at=at, subject=current.person, role=role)


@transaction.atomic
def end_membership(*, membership: Membership, by: Person | None, at: datetime) -> None:
    """The member may not come in again from the next request on; their tokens stop, the directory keeps the person.

    Twice is once. Raises LastAdministrator.
    """
    lock_members()
    current = Membership.objects.current().select_related("person").filter(pk=membership.pk).first()
    if current is None:
        return
    keep_an_administrator(without=current.person)
    RoleGrant.objects.filter(membership=current).delete()
    ApiToken.objects.filter(membership=current, revoked_at__isnull=True).update(revoked_at=at)
    MembershipIndex.objects.filter(identity_id=current.identity_id, organization_id=organization_entered()).delete()
    current.ended_at = at
    current.save(update_fields=["ended_at"])
    audit.record("member.ended", by=by, at=at, subject=current.person)
