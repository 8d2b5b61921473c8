"""What every API address of an organisation is made of, and the address that is none."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from adoption.tenancy.api.fields import StrictSerializer, read_query
from adoption.tenancy.models import Membership, Organization, Person
from adoption.tenancy.rules import Permission, Role


class Arriving(Request):
    """A request at the door. For type checkers; never instantiated."""

    _request: HttpRequest
    organization: Organization | None
    at: datetime
    auth: Any  # an authentication.Key, or None with a session


class Inside(Arriving):
    """A request that has passed the door. For type checkers; never instantiated."""

    organization: Organization
    membership: Membership
    person: Person
    roles: frozenset[Role]


class Undeclared(TypeError):
    """An address that does not say who may come in, or whose writes could happen twice."""


class Address(APIView):
    """An address under `/api/v1/o/<org>/`.

    Declares `permission`, and `permission_to_write` when it changes something.
    """

    permission: ClassVar[Permission]
    permission_to_write: ClassVar[Permission]
    # What GET takes behind the question mark. Everything else takes nothing there.
    query: ClassVar[type[StrictSerializer]] = StrictSerializer
    asked: dict[str, Any]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not hasattr(cls, "permission"):
            raise Undeclared(f"{cls.__name__} names no permission")
        for method in ("post", "put", "patch", "delete"):
            handler = getattr(cls, method, None)
            if handler and not hasattr(cls, "permission_to_write"):
                raise Undeclared(f"{cls.__name__} names no permission to write")
            if handler and not getattr(handler, "idempotent", False):
                raise Undeclared(f"{cls.__name__}.{method} is not idempotent")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        media_type = request.content_type.partition(";")[0].strip().lower()
        # The framework would take a form that the middleware has read already for an empty body.
        if request.method not in SAFE_METHODS and media_type and media_type != "application/json":
            raise UnsupportedMediaType(media_type)
        self.asked = read_query(
            self.query if request.method in SAFE_METHODS else StrictSerializer, request.query_params
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        inner: Any = getattr(request, "_request", request)
        # A refusal that was returned rather than raised leaves as little behind.
        inner.failed = getattr(inner, "failed", False) or response.status_code >= 400
        rate = getattr(inner, "rate", None)
        if rate:
            response["RateLimit"], response["RateLimit-Policy"] = rate
        return super().finalize_response(request, response, *args, **kwargs)


class Nowhere(APIView):
    """Every address under /api/ that is none: the last line of the street map."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        raise Http404
