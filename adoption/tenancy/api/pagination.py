"""Pages by position rather than by number: nothing is skipped or repeated while rows come and go.

Rows are passed in the order in which they were entered. A cursor says after which row to go on; it is sealed, because
the internal key of a row is nobody's business, and bound to the organisation and the filters it was made for.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import InvalidQuery
from adoption.tenancy.api.fields import StrictSerializer, Text

LIMIT = 50
MOST = 200
_SALT = "adoption.tenancy.api.pagination."


class PageQuery(StrictSerializer):
    """What every list takes."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MOST, default=LIMIT, help_text=_("How many entries at most.")
    )
    cursor = Text(required=False, max_length=100, help_text=_("Where to go on: from next of the page before."))


@dataclass(frozen=True)
class Page:
    """Some rows, and the address of the next page, or None after the last row."""

    rows: list[Any]
    next: str | None


def page_of(rows: QuerySet[Any], query: dict[str, Any], request: Inside) -> Page:
    """The page a query asks for. One database query. Raises InvalidQuery for a cursor that is none of this list."""
    limit, cursor = query["limit"], query.get("cursor")
    filters = sorted((name, str(value)) for name, value in query.items() if name not in {"limit", "cursor"})
    binding = f"{request.organization.public_id}?{urlencode(filters)}#{request.path}"
    if cursor is not None:
        rows = rows.filter(pk__gt=unseal(cursor, binding))
    found: list[Model] = list(rows.order_by("pk")[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    found.pop()
    onward = {**dict(filters), "limit": limit, "cursor": seal(found[-1].pk, binding)}
    return Page(found, f"{request.path}?{urlencode(onward)}")


def seal(position: int, binding: str) -> str:
    """A position nobody can read or alter: 8 random bytes, the position veiled by them, 16 bytes of proof."""
    nonce = secrets.token_bytes(8)
    hidden = nonce + _veil(position.to_bytes(8), nonce)
    return urlsafe_b64encode(hidden + _proof(hidden, binding)).decode()


def unseal(cursor: str, binding: str) -> int:
    """The position inside a cursor. Raises InvalidQuery unless it was sealed here, with this binding."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:
        raw = b""
    hidden, proof = raw[:16], raw[16:]
    if not compare_digest(proof, _proof(hidden, binding)):
        said = _("This cursor does not belong to this list. Begin again without it.")
        raise InvalidQuery({"cursor": [ErrorDetail(said, code="unknown")]})  # type: ignore[arg-type]
    return int.from_bytes(_veil(hidden[8:], hidden[:8]))


def _veil(eight: bytes, nonce: bytes) -> bytes:
    stream = salted_hmac(_SALT + "veil", nonce, algorithm="sha256").digest()
    return bytes(one ^ other for one, other in zip(eight, stream[:8], strict=True))


def _proof(hidden: bytes, binding: str) -> bytes:
    return salted_hmac(_SALT + "proof", hidden + binding.encode(), algorithm="sha256").digest()[:16]
