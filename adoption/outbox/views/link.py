"""The door of mailed links: the secret is exchanged for a cookie, and the page behind it runs inside the tenant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from adoption.outbox.models import Link
from adoption.outbox.queries.links import FoundLink, LinkState, entered_by, find_link
from adoption.outbox.rules import PASS_LASTS
from adoption.tenancy.models import Organization, Person

COOKIE = "mm_link"
View = Callable[..., HttpResponseBase]


class LinkRequest(HttpRequest):
    """A request that came in by a mailed link. For type checkers; never instantiated."""

    organization: Organization
    # None where a guest came.
    person: Person
    link: Link
    at: datetime


def arrive(page: str, purpose: str) -> View:
    """The view of `/x/<token>/`: hands out a pass for `/x/<uuid>/` (url name `page`) and goes there.

    The pass is a signed cookie for that path alone, so that the secret leaves the address bar. Nothing is written: a
    mail scanner that follows the link changes nothing. The query string (an answer tapped in the mail) travels along.
    """

    @require_safe
    def exchange(request: HttpRequest, token: str) -> HttpResponse:
        found = find_link(token, purpose, at=request.at)  # type: ignore[attr-defined]
        if found is None:
            return closed(request, None)
        response = redirect(page, link=found.link.public_id)
        path = response["Location"]
        if request.GET:
            response["Location"] = f"{path}?{request.GET.urlencode()}"
        response.set_cookie(
            COOKIE,
            signing.dumps(found.hash, salt=_salt(purpose, found.link.public_id)),
            max_age=PASS_LASTS,
            path=path,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
        return response

    return exchange


def by_link(purpose: str, *, even: frozenset[LinkState] = frozenset()) -> Callable[[View], View]:
    """The door of `/x/<uuid>/`: the pass opens it, and the view runs inside the tenant, in one transaction.

    A link that was used, has ended or is over gets a page that says so, unless the view wants to say more: `even`.
    The view finds `request.link`, `request.person` (None for a guest), `request.organization` and `request.at`.
    """

    def door(view: View) -> View:
        @wraps(view)
        def guarded(request: LinkRequest, link: UUID) -> HttpResponseBase:
            hashed = _pass_of(request, purpose, link)
            if hashed is None:
                return closed(request, None)
            # The whole body is read before the tenant is entered.
            _ = request.POST
            with entered_by(hashed, purpose, at=request.at) as found:
                if found is None or found.link.public_id != link:
                    return closed(request, None)
                if found.state is not LinkState.OPEN and found.state not in even:
                    return closed(request, found)
                request.link, request.organization = found.link, found.link.organization
                request.person = found.link.person  # type: ignore[assignment]
                with timezone.override(found.link.to.local_zone()), translation.override(request.organization.locale):
                    return view(request)

        guarded.purpose = purpose  # type: ignore[attr-defined]
        return guarded

    return door


def closed(request: HttpRequest, found: FoundLink | None) -> HttpResponse:
    """A kind page for a link that opens nothing: 404 for one we do not know, 410 for one that has had its time."""
    facts: dict[str, Any] = {
        "state": found.state if found else "unknown",
        "purpose": found.link.purpose if found else "",
    }
    if found is not None:
        facts["organization"] = found.link.organization
    return render(request, "outbox/link_closed.html", facts, status=410 if found else 404)


def forget_pass(request: LinkRequest, response: HttpResponseBase) -> None:
    """Take the pass back once the link is used."""
    response.delete_cookie(COOKIE, path=request.path, samesite="Lax")


def _pass_of(request: LinkRequest, purpose: str, link: UUID) -> str | None:
    """The hash of the secret that somebody showed before; None without a pass for this page."""
    try:
        hashed = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(purpose, link), max_age=PASS_LASTS)
    except signing.BadSignature:
        return None
    return str(hashed)


def _salt(purpose: str, link: UUID) -> str:
    return f"outbox.link:{purpose}:{link}"
