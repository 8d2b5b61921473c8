"""Erasing a person: everything that says who they were, on every floor, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, connection, transaction
from django.db.models import F, TextField
from django.db.models.functions import Cast

from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.administrators import keep_an_administrator, lock_members, organization_entered
from adoption.tenancy.models import Alias, Erasure, IdempotencyRecord, Identity, Membership, MembershipIndex, Person

log = structlog.get_logger(__name__)

# An address nobody can have (RFC 2606), for an identity whose row something else still refers to.
NOBODY = "erased-{}@erased.invalid"


@transaction.atomic
def erase_person(*, person: Person, by: Person | None, at: datetime) -> Erasure:
    """Take away everything that says who somebody was, highest floor first, and remember only that it happened.

    What stays: the audit trail, which names nobody; aggregates; and keyed hashes of addresses and numbers, so that
    neither an import nor a restored backup brings the person back.

    Raises LastAdministrator; Person.DoesNotExist the second time.
    """
    lock_members()
    current = Person.objects.select_for_update().get(pk=person.pk)
    keep_an_administrator(without=current)
    known_as = {
        current.mail,
        current.external_id,
        *Alias.objects.filter(person=current).values_list("address", flat=True),
    }
    erasure = remember_erasure(
        public_id=current.public_id,
        hashes=[rules.keyed_hash(settings.SECRET_KEY, value) for value in known_as if value],
        at=at,
    )
    # Before the rows go: it takes the public id from the person, and names nobody.
    audit.record("person.erased", by=by, at=at, subject=current)
    for eraser in rules.ERASERS:
        eraser.load()(person=current, at=at)
    # The log stream lies outside every backup of the database: a ledger that survives its loss.
    transaction.on_commit(lambda: log.info("person.erased", person=str(erasure.public_id)))
    return erasure


def remember_erasure(*, public_id: UUID, hashes: Iterable[str], at: datetime) -> Erasure:
    """Enter an erasure into the ledger; the same one again changes nothing."""
    erasure: Erasure
    erasure, _ = Erasure.objects.get_or_create(
        public_id=public_id, defaults={"hashes": sorted(set(hashes)), "erased_at": at}
    )
    return erasure


def erase_directory_entry(*, person: Person, at: datetime) -> None:
    """The ground floor's eraser: the directory entry with all that hangs on it, and the identity behind it.

    Reports lose their manager; their entries count as changed, so that nobody overwrites that unseen.
    """
    Person.objects.filter(manager=person).update(manager=None, version=F("version") + 1)
    # Remembered answers of the API repeat what was asked, whoever asked.
    marks = [str(person.public_id), person.name, *filter(None, (person.mail, person.external_id))]
    remembered = IdempotencyRecord.objects.annotate(text=Cast("body", TextField()))
    for mark in marks:
        # As it is written inside a JSON document.
        remembered.filter(text__contains=json.dumps(mark, ensure_ascii=False)).delete()
    identities = list(Identity.objects.filter(pk__in=Membership.objects.filter(person=person).values("identity")))
    person.delete()
    for identity in identities:
        MembershipIndex.objects.filter(identity=identity, organization_id=organization_entered()).delete()
        if not MembershipIndex.objects.filter(identity=identity).exists():
            erase_identity(identity)


def erase_identity(identity: Identity) -> None:
    """An identity that opens no door any more: its addresses, keys and sessions go with it."""
    addresses = {identity.email, *EmailAddress.objects.filter(user=identity).values_list("email", flat=True)}
    end_sessions(identity, addresses)
    try:
        with transaction.atomic():
            identity_id = identity.pk
            identity.delete()
            # Now rather than at the commit: a membership that ended in another organisation may refer to it, unseen.
            connection.check_constraints()
    except IntegrityError:
        identity.pk = identity_id
        for relation in Identity._meta.related_objects:
            if relation.related_model not in (Membership, MembershipIndex):
                relation.related_model._base_manager.filter(**{relation.field.name: identity}).delete()
        identity.email = NOBODY.format(identity_id)
        identity.is_active, identity.last_login = False, None
        identity.set_unusable_password()
        identity.save()


def end_sessions(identity: Identity, addresses: Iterable[str]) -> None:
    """End every session that belongs to an identity or mentions one of its addresses, also a sign-in half done.

    A session names nobody in a column, so each is opened: some 50 microseconds a session.
    """
    marks = [json.dumps(address) for address in addresses]
    for session in Session.objects.iterator(chunk_size=500):
        held = session.get_decoded()
        if held.get("_auth_user_id") == str(identity.pk) or any(mark in json.dumps(held) for mark in marks):
            session.delete()
