"""Days on which nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.closures import Refused, close_days, close_several, open_again, open_several_again
from adoption.tenancy.forms.closures import CLOSURE_REFUSALS, ClosureForm, HolidaysForm, TickedDaysForm
from adoption.tenancy.forms.members import asked_ids
from adoption.tenancy.models import Closure
from adoption.tenancy.queries.closures import closures, places
from adoption.tenancy.queries.holidays import Holiday, countries, country_of, public_holidays, regions
from adoption.tenancy.rules import Closing, first_open_to_change, local_date

MOST_BACK = 200


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_closures(request: OrganizationRequest, org: str) -> HttpResponse:
    """What is closed when, and a form for more."""
    form = ClosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        here = request.organization
        try:
            close_days(organization=here, **form.cleaned_data, by=request.person, at=request.at)
        except Refused as refusal:
            form.refuse(refusal.field, refusal.code)
        else:
            messages.success(request, _("It is noted. On these days nothing is sent that can wait."))
            return redirect("organization-closures", org=org)
    facts = {
        "form": form,
        "look": closures(on=local_date(request.at, request.organization.zone)),
        "places": places(),
        "page": "closures",
    }
    return render(request, "tenancy/closures.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def closures_holidays(request: OrganizationRequest, org: str) -> HttpResponse:
    """Look at the public holidays of a country, and note those that are ticked.

    Which regions there are follows from the country: once another one is chosen, that part alone is fetched again.
    """
    here = request.organization
    given = request.POST if request.method == "POST" else request.GET
    known = countries()
    names = dict(known)
    asked = str(given.get("country", country_of(here.zone)))
    country = asked if asked in names else ""
    in_regions = regions(country) if country else []
    part = bool(request.htmx) and request.method == "GET"  # type: ignore[attr-defined]
    form = HolidaysForm(
        given if "country" in given and not part else None,
        countries=known,
        country=country,
        regions=in_regions,
        first=first_open_to_change(local_date(request.at, here.zone)),
    )
    if part:
        return render(request, "tenancy/closures_holidays.html#region", {"form": form})
    look, ticked = None, None
    if form.is_valid() and not form.asks_region:
        look = public_holidays(
            country=country,
            region=form.cleaned_data["region"],
            first=form.cleaned_data["starts_on"],
            last=form.cleaned_data["ends_on"],
            location=form.cleaned_data["location"],
            locale=here.locale,
        )
        if request.method == "POST":
            ticked = TickedDaysForm(request.POST, days=[one.day for one in look.days])
            if ticked.is_valid():
                return _note(request, look.open, ticked.cleaned_data["days"], form.cleaned_data["location"])
    facts = {
        "form": form,
        "look": look,
        "ticked": ticked,
        "country": names.get(country, ""),
        "region": dict(in_regions).get(form.cleaned_data["region"], "") if look else "",
        "places": places(),
        "page": "closures",
    }
    wrong = form.errors or (ticked and ticked.errors)
    return render(request, "tenancy/closures_holidays.html", facts, status=422 if wrong else 200)


def _note(
    request: OrganizationRequest, offered: Sequence[Holiday], ticked: Sequence[date], location: str
) -> HttpResponse:
    """Note what is ticked of what is not noted yet: pressed twice, there is nothing left to note."""
    org = request.organization.slug
    wanted = [Closing(one.name, one.day, one.day, location) for one in offered if one.day in ticked]
    made = close_several(organization=request.organization, closings=wanted, by=request.person, at=request.at)
    if made:
        done = ngettext(
            "%(count)d closed day is noted. Nothing is sent on it that can wait.",
            "%(count)d closed days are noted. Nothing is sent on them that can wait.",
            len(made),
        )
        undo = f"{reverse('closures-back', args=[org])}?noted={','.join(one.public_id.hex for one in made)}"
        messages.success(request, done % {"count": len(made)}, extra_tags=f"undo:{undo}")
    else:
        messages.info(request, _("These days are noted already."))
    return redirect("organization-closures", org=org)


@requires(Permission.MANAGE_ORGANIZATION)
@require_POST
def closures_back(request: OrganizationRequest, org: str) -> HttpResponse:
    """Take several closures back that were noted at once: those that `?noted=` names."""
    found = asked_ids(request.GET, "noted", MOST_BACK)
    count = open_several_again(organization=request.organization, closures=found, by=request.person, at=request.at)
    if count:
        done = ngettext("%(count)d closed day is taken back.", "%(count)d closed days are taken back.", count)
        messages.success(request, done % {"count": count})
    else:
        messages.info(request, _("There is nothing to take back any more."))
    return redirect("organization-closures", org=org)


@requires(Permission.MANAGE_ORGANIZATION)
@require_POST
def closure_back(request: OrganizationRequest, org: str, closure: UUID) -> HttpResponse:
    """Take closed days back, as far as they are not counted."""
    found: Closure = get_object_or_404(Closure, public_id=closure)
    try:
        open_again(organization=request.organization, closure=found, by=request.person, at=request.at)
    except Refused as refusal:
        messages.info(request, str(CLOSURE_REFUSALS[refusal.code]))
    else:
        messages.success(request, _("It is taken back. What lies before this week stays as it was."))
    return redirect("organization-closures", org=org)
