"""Who sees what, for somebody who came by a mailed link and may have no way to sign in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from adoption.outbox.views.link import LinkRequest, View, by_link
from adoption.tenancy.queries.privacy import who_sees


def who_sees_by_link(purpose: str) -> View:
    """The view of `/x/<uuid>/who/`: everything that is held about people, and who else sees it."""

    @by_link(purpose)
    @require_safe
    def page(request: LinkRequest) -> HttpResponse:
        facts = {"seen_by": who_sees(request.organization), "back": request.path.removesuffix("who/")}
        return render(request, "outbox/who_sees.html", facts)

    return page
