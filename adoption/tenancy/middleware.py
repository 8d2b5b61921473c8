"""Where: the address names the organisation, and everything behind it runs inside that tenant, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from adoption.tenancy.access import organizations_of
from adoption.tenancy.models import Organization
from adoption.tenancy.walls import organization

_PLACE = re.compile(r"^/(?:api/v1/)?o/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)/")


class WhereMiddleware:
    """Resolves the organisation, enters it, sets the clock of the request and the time zone of its answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.organization = None  # type: ignore[attr-defined]
        place = _PLACE.match(request.path_info)
        if place is None:
            return self.private(request, self.get_response(request))
        # A slow upload must not hold a transaction open: the whole body is read before the tenant is entered.
        if request.content_type == "multipart/form-data":
            _ = request.POST
        else:
            _ = request.body
        found = Organization.objects.filter(slug=place["slug"]).first()
        if found is None:
            return self.private(request, self.get_response(request))
        request.organization = found  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(organization=found.slug)
        with organization(found.pk), timezone.override(found.zone) if found.zone else nullcontext():
            response = self.get_response(request)
            if getattr(response, "streaming", False) and not hasattr(response, "file_to_stream"):
                raise RuntimeError("a streamed answer would outlive the tenant's transaction")
            # Whatever went wrong, half of it is not written: also a write before an Http404.
            if getattr(request, "failed", False) or response.status_code >= 500:
                transaction.set_rollback(True)
        return self.private(request, response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.failed = True  # type: ignore[attr-defined]

    def private(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Personal pages stay out of every cache; a fragment is never taken for its page."""
        if not response.has_header("Cache-Control") and request.path_info != "/healthz":
            response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["HX-Request"])
        return response


def place(request: HttpRequest) -> dict[str, Any]:
    """For templates: where one is, and where else one could be. Evaluated only when a template asks."""
    identity = getattr(request, "user", None)
    return {
        "organization": getattr(request, "organization", None),
        "organizations": (lambda: organizations_of(identity)) if identity is not None and identity.is_authenticated else (),  # type: ignore[arg-type]
        "permissions": getattr(request, "permissions", frozenset()),
        "demo": settings.DEMO,
    }
