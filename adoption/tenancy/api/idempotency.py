"""A write that is sent twice happens once: the Idempotency-Key header."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from adoption.tenancy.actions import idempotency as actions
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("ETag", "Location")

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """For every handler that changes something. With the header, the first answer is kept for a day and given again.

    The key belongs to the member. It is claimed before the effect and in its transaction: a request that runs at the
    same time waits for the first, and what is refused leaves no trace and may be mended and sent with the same key.
    """

    @wraps(handler)
    def once(view: APIView, request: Inside, *args: Any, **kwargs: Any) -> Response:
        if HEADER not in request.headers:
            return handler(view, request, *args, **kwargs)
        try:
            record = actions.claim_key(
                membership=request.membership, key=_read_key(request), request_hash=_fingerprint(request), at=request.at
            )
        except actions.KeyReused as error:
            raise Problem("key-reused") from error
        except actions.StillRunning as error:
            raise Problem("in-progress") from error
        if record.answered:
            kept: Any = record.body
            return Response(kept["body"], status=record.status, headers={**kept["headers"], REPEATED: "true"})
        response = handler(view, request, *args, **kwargs)
        headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
        body = json.loads(JSONRenderer().render(response.data)) if response.data is not None else None
        actions.keep_answer(record=record, status=response.status_code, body={"headers": headers, "body": body})
        return response

    once.idempotent = True  # type: ignore[attr-defined]
    return once


def _read_key(request: Inside) -> str:
    """The key, with or without the quotes that the IETF draft wants around it."""
    key = request.headers[HEADER].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        said = _("1 to 200 visible ASCII characters; a random UUID is a good key.")
        raise Problem("invalid", errors={HEADER: ("invalid", said)}, where="header")
    return key


def _fingerprint(request: Inside) -> str:
    parts = (request.method or "", request.get_full_path(), request.headers.get("If-Match", ""))
    digest = hashlib.sha256(json.dumps(parts).encode())
    digest.update(request.body)
    return digest.hexdigest()
