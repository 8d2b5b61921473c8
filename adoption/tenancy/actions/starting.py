"""Somebody brings their organisation aboard by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from adoption.tenancy import rules
from adoption.tenancy.actions.members import admit
from adoption.tenancy.actions.organizations import create_organization
from adoption.tenancy.actions.people import add_person
from adoption.tenancy.models import Identity, MembershipIndex, Organization
from adoption.tenancy.rules import Role
from adoption.tenancy.walls import organization


class TooManyOrganizations(ValueError):
    """Whoever asks belongs to as many organisations as one person runs."""


def begin_identity(*, mail: str, at: datetime) -> Identity | None:
    """The identity of an address nobody is known by, to be proved by the code that is mailed there.

    None where somebody is known by it, in whatever state: what that identity may do is not decided here.
    """
    mail = mail.lower()
    known = EmailAddress.objects.filter(email__iexact=mail).exists() or Identity.objects.filter(email=mail).exists()
    if known:
        return None
    try:
        with transaction.atomic():
            identity = Identity.objects.create_user(mail, created_at=at)
            EmailAddress.objects.create(user=identity, email=mail, verified=False, primary=True)
    except IntegrityError:
        # Asked twice at once: the other one's code is on its way.
        return None
    return identity


@transaction.atomic
def start_organization(
    *, identity: Identity, key: UUID, person: str, leads: bool, at: datetime, slug: str, **promises: Any
) -> Organization:
    """A new organisation with the identity as its administrator, and as its L&D lead if they run the programmes too.

    `key` becomes its public id: asked twice, the second gets what the first made. `promises` are what `create_organization`
    takes. Raises what it raises, what `add_person` raises, and TooManyOrganizations.
    """
    # One at a time for one person: the second press of a button waits here and then finds the first one's.
    Identity.objects.select_for_update().get(pk=identity.pk)
    mine = Organization.objects.filter(pk__in=MembershipIndex.objects.filter(identity=identity).values("organization"))
    if made := mine.filter(public_id=key).first():
        return made
    if mine.count() >= rules.MOST_ORGANIZATIONS:
        raise TooManyOrganizations
    made = create_organization(slug=slug, public_id=key, at=at, **promises)
    with organization(made.pk):
        entry = add_person(name=person, mail=identity.email, by=None, at=at)
        roles = {Role.ADMINISTRATOR, Role.LEAD} if leads else {Role.ADMINISTRATOR}
        admit(identity=identity, person=entry, roles=roles, by=entry, at=at)
    return made
