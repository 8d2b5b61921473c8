"""What went wrong, as RFC 9457 problem details: for the API's own refusals and for Django's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions

MEDIA_TYPE = "application/problem+json"
# Readable at this address, one anchor a kind.
EXPLAINED_AT = "/api/v1/#"

Words = str | Promise


@dataclass(frozen=True)
class Kind:
    """A kind of problem: what programs compare (`code`), and what people read."""

    code: str
    status: int
    title: Words
    meaning: Words


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "unreadable",
            400,
            _("The request cannot be read"),
            _("The body is not JSON in UTF-8, names a member twice, or a header is malformed."),
        ),
        Kind(
            "invalid",
            400,
            _("Something in the request needs mending"),
            _("Each of errors names a field and says what to mend. Nothing was written."),
        ),
        Kind(
            "unauthenticated",
            401,
            _("This needs a token"),
            _("No token, or one that opens nothing here: mistyped, expired, revoked, or its member is gone."),
        ),
        Kind(
            "forbidden",
            403,
            _("This is not allowed"),
            _("The member or the token's scopes lack the permission; or a session came without its CSRF token."),
        ),
        Kind(
            "not-found",
            404,
            _("There is nothing at this address"),
            _("It does not exist, or it is not yours to see: the answer is the same."),
        ),
        Kind(
            "method-not-allowed",
            405,
            _("This address does not take that method"),
            _("The Allow header lists the methods it takes."),
        ),
        Kind(
            "not-acceptable",
            406,
            _("There is no such representation"),
            _("Answers are JSON; the schema is JSON or YAML."),
        ),
        Kind(
            "conflict",
            409,
            _("This does not fit what is already there"),
            _("Somebody has the address already, days overlap, and the like; errors says which."),
        ),
        Kind(
            "key-reused",
            409,
            _("This idempotency key belongs to another request"),
            _("It was used in the last 24 hours with another method, address or body. Take a fresh one."),
        ),
        Kind(
            "in-progress",
            409,
            _("The first request with this idempotency key is still running"),
            _("Try again in a moment with the same key."),
        ),
        Kind(
            "stale",
            412,
            _("Somebody changed this entry meanwhile"),
            _("If-Match names another version than the current one. Fetch the entry again and decide anew."),
        ),
        Kind("too-large", 413, _("The request is too large"), _("Send fewer entries at once.")),
        Kind(
            "unsupported-media-type",
            415,
            _("Only JSON in UTF-8 can be read"),
            _("Send Content-Type: application/json."),
        ),
        Kind(
            "precondition-required",
            428,
            _("Say which version you are changing"),
            _("Send the entry's ETag as If-Match, so that nobody's change is overwritten unseen."),
        ),
        Kind("too-many-requests", 429, _("Too many requests"), _("Retry-After says how many seconds to wait.")),
        Kind(
            "internal",
            500,
            _("Something went wrong on our side"),
            _("Nothing was written. Trying again later is safe; with an idempotency key, also for writes."),
        ),
    )
}
_BY_STATUS = {kind.status: kind for kind in reversed(KINDS.values())}


class Problem(exceptions.APIException):
    """A refusal of one kind. `errors` maps a field to (code, words); `where` is the part of the request they are in."""

    def __init__(
        self,
        code: str,
        detail: Words | None = None,
        *,
        errors: Mapping[str, tuple[str, Words]] | None = None,
        where: str = "body",
        **members: Any,
    ) -> None:
        self.kind = KINDS[code]
        self.status_code = self.kind.status
        self.errors = [_error(where, field, code, words) for field, (code, words) in (errors or {}).items()]
        self.members = members
        said: Any = self.kind.meaning if detail is None else detail
        super().__init__(detail=said, code=code)


class InvalidQuery(exceptions.ValidationError):
    """Bad values in the query string rather than in the body."""

    where = "query"


def answer(exception: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler. Marks the request as failed, so that the tenant's transaction is rolled back.

    None, and with it Django's own handling, for what nobody foresaw.
    """
    request = context["request"]
    # The framework wraps Django's request, and its own roll back acts only under ATOMIC_REQUESTS.
    request._request.failed = True
    # A row may go between being found and being locked: then it is not there.
    if isinstance(exception, Http404 | ObjectDoesNotExist):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    if not isinstance(exception, exceptions.APIException):
        return None
    headers = {}
    if getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = exception.auth_header  # type: ignore[attr-defined]
    if isinstance(exception, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, int(getattr(exception, "wait", None) or 1)))
    if isinstance(exception, Problem):
        members = {**exception.members, **({"errors": exception.errors} if exception.errors else {})}
        return problem(exception.kind, str(exception.detail), headers=headers, **members)
    if isinstance(exception, exceptions.ValidationError):
        where = getattr(exception, "where", "body")
        return problem(KINDS["invalid"], headers=headers, errors=list(_errors(exception.detail, where)))
    kind = KINDS["unreadable"] if isinstance(exception, exceptions.ParseError) else _BY_STATUS[exception.status_code]
    # Only our own words: the framework's would repeat what was sent.
    said = (
        str(exception.detail) if isinstance(exception, (exceptions.ParseError, exceptions.PermissionDenied)) else None
    )
    return problem(kind, said, headers=headers)


def problem(
    kind: Kind, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **members: Any
) -> HttpResponse:
    """The answer of a kind. It names neither address nor internals: two refusals of a kind cannot be told apart."""
    body = {
        "type": EXPLAINED_AT + kind.code,
        "title": str(kind.title),
        "status": kind.status,
        "detail": detail or str(kind.meaning),
        "code": kind.code,
        **members,
    }
    # What is quoted from a request may hold half a character, which UTF-8 cannot write.
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(
        text,
        status=kind.status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "private, no-store", **(headers or {})},
    )


def _error(where: str, field: str, code: str, words: Words) -> dict[str, str]:
    return {"in": where, "field": field, "code": code, "detail": str(words)}


def _errors(detail: Any, where: str, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            below = "" if name == "non_field_errors" else str(name)
            yield from _errors(inner, where, ".".join(filter(None, (field, below))))
    elif isinstance(detail, Iterable) and not isinstance(detail, str):
        for inner in detail:
            yield from _errors(inner, where, field)
    else:
        yield _error(where, field, getattr(detail, "code", "invalid"), detail)


# --- Django's own refusals, raised before or beside the API's views --------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400 and 413: a forged host, a body that is too large or falls apart while it is read."""
    if not _is_for_machines(request):
        return defaults.bad_request(request, exception)
    return problem(KINDS["too-large" if isinstance(exception, RequestDataTooBig) else "unreadable"])


def _handler(code: str, otherwise: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    def refuse(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return problem(KINDS[code]) if _is_for_machines(request) else otherwise(request, *args, **kwargs)

    return refuse


permission_denied = _handler("forbidden", defaults.permission_denied)
page_not_found = _handler("not-found", defaults.page_not_found)
server_error = _handler("internal", defaults.server_error)


def _is_for_machines(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")
