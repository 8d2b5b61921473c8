"""Who somebody is in the kit: members read, champions write, and whoever may not finds nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from adoption.tenancy.access import OrganizationRequest
from adoption.tenancy.rules import local_date
from champions.queries.kit import Standing, standing_in_kit


def standing_of(request: OrganizationRequest) -> Standing:
    """What the person behind a request is in the kit."""
    return standing_in_kit(request.person, request.permissions)


def only(allowed: bool) -> None:
    """A page that is not for this person is not there: being a champion is a fact, not a permission."""
    if not allowed:
        raise Http404


def champion_only(request: OrganizationRequest) -> Standing:
    """The standing of a champion; for anybody else the page is not there."""
    standing = standing_of(request)
    only(standing.is_champion)
    return standing


def today_of(request: OrganizationRequest) -> date:
    """The organisation's date."""
    return local_date(request.at, request.organization.zone)


def kit_page(
    request: OrganizationRequest, template: str, standing: Standing, status: int = 200, **facts: Any
) -> HttpResponse:
    """A page of the kit, with its tabs."""
    return render(request, template, {"kit": standing, **facts}, status=status)
