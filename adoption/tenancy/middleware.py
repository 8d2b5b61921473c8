"""Where: the address names the organisation, and everything behind it runs inside that tenant, in one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from adoption.tenancy.access import organizations_of
from adoption.tenancy.api.errors import KINDS, problem
from adoption.tenancy.models import Identity, Organization
from adoption.tenancy.queries.members import demo_personas
from adoption.tenancy.queries.people import standing_of
from adoption.tenancy.rules import Permission
from adoption.tenancy.walls import organization

_PLACE = re.compile(r"^/(?:api/v1/)?o/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)/")
# Places that stand in the navigation beside the one they are in.
_PLACES = frozenset({"people/import", "pods/log", "usage/review"})
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# What a form adds around the largest file.
_AROUND_A_FILE = 64 * 1024

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class WhereMiddleware:
    """Resolves the organisation, enters it, sets the clock of the request and the time zone of its answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.at = timezone.now()  # type: ignore[attr-defined]
        request.organization = None  # type: ignore[attr-defined]
        length = _length(request)
        if length is None:
            return HttpResponse(status=400)
        if length > settings.MOST_UPLOAD_BYTES + _AROUND_A_FILE and length > (most := _most(request)) + _AROUND_A_FILE:
            return self.private(request, too_large(request, most))
        place = _PLACE.match(request.path_info)
        if place is None:
            return self.private(request, self.get_response(request))
        # A slow upload must not hold a transaction open: the whole body is read before the tenant is entered.
        try:
            _read = request.POST if request.content_type in _FORMS else request.body
        except UnreadablePostError:
            # The other side went away; nobody reads this answer.
            return HttpResponse(status=400)
        found = self.find(request, place["slug"])
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

    def find(self, request: HttpRequest, slug: str) -> Organization | None:
        """The organisation an address names, if whoever asks belongs to it; a machine's key is looked up inside.

        The door asks again, and for more. This keeps a stranger outside the tenant even where a view forgot its door.
        """
        if request.path_info.startswith("/api/") and "Authorization" in request.headers:
            return Organization.objects.filter(slug=slug).first()
        if not request.user.is_authenticated:
            return None
        # All of them at once: every page's navigation names them too.
        known = request.organizations = organizations_of(request.user)  # type: ignore[attr-defined]
        return next((one for one in known if one.slug == slug), None)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember that the view failed, whatever answer is made of it."""
        request.failed = True  # type: ignore[attr-defined]

    def private(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Personal pages stay out of every cache; a fragment is never taken for its page."""
        if not response.has_header("Cache-Control") and request.path_info != "/healthz":
            response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["HX-Request"])
        return response


def _length(request: HttpRequest) -> int | None:
    """What the request says it brings, in bytes; None for nonsense. Without a length the server reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None


def takes(most_bytes: int) -> Callable[[View], View]:
    """Below the door of a view: that its address takes a larger file than the others do."""

    def taking(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return taking


def _most(request: HttpRequest) -> int:
    """How many bytes a file may have at this address."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return settings.MOST_UPLOAD_BYTES
    return getattr(view, "most_bytes", settings.MOST_UPLOAD_BYTES)


def too_large(request: HttpRequest, most: int) -> HttpResponseBase:
    """413, before a byte of it is kept."""
    if request.path_info.startswith("/api/"):
        return problem(KINDS["too-large"])
    return render(request, "413.html", {"most": most // 1024**2}, status=413)


def place(request: HttpRequest) -> dict[str, Any]:
    """For templates: where one is, and where else one could be. Asked of the database only when a template asks.

    Before the door is passed there is no organisation to name: a page for strangers says nothing about it.
    """
    identity = getattr(request, "user", None)
    inside = hasattr(request, "membership")
    known = identity is not None and identity.is_authenticated
    standing: Any = SimpleLazyObject(lambda: standing_of(request.person)) if inside else {}  # type: ignore[attr-defined]
    return {
        "organization": request.organization if inside else None,  # type: ignore[attr-defined]
        "organizations": SimpleLazyObject(lambda: _belongs_to(request, identity)) if known else (),  # type: ignore[arg-type]
        "permissions": getattr(request, "permissions", frozenset()),
        "standing": standing,
        "way": SimpleLazyObject(lambda: _way_of(request, standing)) if inside else "",
        "demo": settings.DEMO,
        "anybody_starts": "*" in settings.ORGANIZATIONS_BY,
        "demo_personas": SimpleLazyObject(demo_personas) if settings.DEMO and not known else (),
    }


def _belongs_to(request: HttpRequest, identity: Identity) -> list[Organization]:
    """Somebody's organisations: known already inside one, which was looked for among them."""
    known: list[Organization] | None = getattr(request, "organizations", None)
    return organizations_of(identity) if known is None else known


def _place_of(route: str) -> str:
    """Where in an organisation an address stands, for the navigation: its first part, or two of those that stand there."""
    parts = route.removeprefix("o/<slug:org>/").split("/")
    two = "/".join(parts[:2])
    return two if two in _PLACES else parts[0]


def _way_of(request: HttpRequest, standing: dict[str, bool]) -> dict[str, SafeString]:
    company = request.organization  # type: ignore[attr-defined]
    match = request.resolver_match
    return _way(
        company.slug,
        company.name,
        request.permissions,  # type: ignore[attr-defined]
        tuple(sorted(standing.items())),
        match.url_name if match else None,
        _place_of(match.route) if match else "",
        get_language(),
    )


@lru_cache(maxsize=512)
def _way(
    slug: str,
    name: str,
    permissions: frozenset[Permission],
    standing: tuple[tuple[str, bool], ...],
    here: str | None,
    place: str,
    language: str | None,
) -> dict[str, SafeString]:
    """The navigation and the phone's bar: rendered once for everybody who may and stands the same.

    They are some seventy small templates, twice the work of most pages. What they show follows from these values alone.
    """
    facts: dict[str, Any] = {
        "request": {
            "organization": {"slug": slug, "name": name},
            "permissions": permissions,
            "resolver_match": {"url_name": here},
            "place": place,
        },
        "standing": dict(standing),
    }
    navigation = render_to_string("parts/navigation.html", facts)
    return {"navigation": navigation, "tabs": render_to_string("parts/tabs.html", {**facts, "navigation": navigation})}
