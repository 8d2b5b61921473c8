"""Keys for machines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from adoption.tenancy import rules
from adoption.tenancy.actions import audit
from adoption.tenancy.actions.administrators import lock_members
from adoption.tenancy.models import ApiToken, Membership, Person
from adoption.tenancy.rules import Permission

HINT_LENGTH = len(rules.TOKEN_PREFIX) + 6


class NoScopes(ValueError):
    """A token without a scope would open nothing."""


class AlreadyMade(ValueError):
    """A token with that public id exists: the same request came twice. Its secret was shown once."""


class AlreadyExpired(ValueError):
    """A token whose time is over before it was made."""


@transaction.atomic
def make_token(
    *,
    name: str,
    scopes: Iterable[Permission | str],
    membership: Membership,
    expires_at: datetime | None,
    once: UUID | None = None,
    by: Person | None,
    at: datetime,
) -> tuple[ApiToken, str]:
    """A key that acts for a member within its scopes, and its secret, which is kept nowhere and never shown again.

    `once` becomes its public id, so that a form sent twice makes one. Raises NoScopes, AlreadyExpired, AlreadyMade, and
    ValueError for an unknown scope.
    """
    chosen = sorted({Permission(scope) for scope in scopes})
    if not chosen:
        raise NoScopes
    if expires_at is not None and expires_at <= at:
        raise AlreadyExpired
    lock_members()
    public_id = once or uuid4()
    if ApiToken.objects.filter(public_id=public_id).exists():
        raise AlreadyMade
    secret = rules.TOKEN_PREFIX + rules.mint_secret()
    token = ApiToken.objects.create(
        public_id=public_id,
        name=name,
        hash=rules.hash_secret(secret),
        hint=secret[:HINT_LENGTH],
        scopes=chosen,
        membership=membership,
        created_at=at,
        expires_at=expires_at,
    )
    audit.record("token.made", by=by, at=at, subject=token, scopes=chosen)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person | None, at: datetime) -> None:
    """Stop a key, from the next request on. Twice is once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        audit.record("token.revoked", by=by, at=at, subject=token)
