"""Who is asking: a token of this organisation, or somebody's session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from adoption.tenancy import rules
from adoption.tenancy.access import Member, find_member_behind
from adoption.tenancy.api.throttling import count_refusal
from adoption.tenancy.models import ApiToken, Identity

if TYPE_CHECKING:
    from adoption.tenancy.api.address import Arriving

REALM = 'Bearer realm="Murmuration"'


@dataclass(frozen=True)
class Key:
    """A token that opens this door, and the member it acts for, with no more rights than both have today."""

    token: ApiToken
    member: Member


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mmt_…`. Looked up in the organisation of the address: elsewhere the same token is unknown.

    A token that opens nothing is refused in one way, whether or not the organisation exists.
    """

    def authenticate(self, request: Arriving) -> tuple[Identity, Key] | None:  # type: ignore[override]
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = self._find(request, secret.strip()) if request.organization else None
        if key is None:
            count_refusal(request)
            raise AuthenticationFailed(code="unknown_token")
        return key.member.membership.identity, key

    def authenticate_header(self, request: Arriving) -> str:  # type: ignore[override]
        return f'{REALM}, error="invalid_token"' if "Authorization" in request.headers else REALM

    def _find(self, request: Arriving, secret: str) -> Key | None:
        if not secret.startswith(rules.TOKEN_PREFIX):
            return None
        live = ApiToken.objects.live(request.at).filter(hash=rules.hash_secret(secret))
        token = live.select_related("membership__identity").first()
        member = token and find_member_behind(token.membership, at=request.at)
        if token is None or member is None:
            return None
        # The identity came with the token; the member's rows need not ask for it again.
        member.membership.identity = token.membership.identity
        allowed = frozenset(permission for permission in member.permissions if permission.value in token.scopes)
        return Key(token, replace(member, permissions=allowed))


class SignedIn(SessionAuthentication):
    """The session of somebody who signed in. Writing needs the CSRF token, as a form does."""
