"""What the organisation is called and what it has promised its people, each a short page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.organizations import SettingsEditedMeanwhile, ThresholdLowered, change_organization
from adoption.tenancy.forms.organization import NameForm, PromisesForm, promised, said_of
from adoption.tenancy.models import Organization


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_settings(request: OrganizationRequest, org: str) -> HttpResponse:
    """What it is called, and how it writes times and numbers."""
    if request.method != "POST":
        return _show(request, "settings", NameForm(initial=said_of(request.organization, NameForm)))
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            _save(request, form.cleaned_data)
        except SettingsEditedMeanwhile:
            return _show(request, "settings", NameForm(_edited_meanwhile(request)), status=409)
        messages.success(request, _("The settings are saved."))
        return redirect("organization-settings", org=org)
    return _show(request, "settings", form, status=422)


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_promises(request: OrganizationRequest, org: str) -> HttpResponse:
    """How small a group may be whose figures are shown, and what champions see."""
    here = request.organization
    if request.method != "POST":
        form = PromisesForm(initial=said_of(here, PromisesForm), least=promised(here))
        return _show(request, "promises", form)
    form = PromisesForm(request.POST, least=promised(here))
    if form.is_valid():
        try:
            _save(request, form.cleaned_data)
        except ThresholdLowered as failure:
            form.refuse_lowered(failure.field, failure.least)
        except SettingsEditedMeanwhile:
            now = Organization.objects.get(pk=here.pk)
            return _show(request, "promises", PromisesForm(_edited_meanwhile(request), least=promised(now)), status=409)
        else:
            messages.success(request, _("The promises are saved. They hold from now on."))
            return redirect("organization-promises", org=org)
    return _show(request, "promises", form, status=422)


def _save(request: OrganizationRequest, said: dict[str, Any]) -> None:
    changes = {field: value for field, value in said.items() if field != "version"}
    change_organization(
        organization=request.organization, version=said["version"], changes=changes, by=request.person, at=request.at
    )


def _edited_meanwhile(request: OrganizationRequest) -> dict[str, Any]:
    """What was typed stays; the version is that of what the others saved, so that a second look decides."""
    current = Organization.objects.get(pk=request.organization.pk)
    return {**request.POST.dict(), "version": current.version}


def _show(request: OrganizationRequest, page: str, form: NameForm | PromisesForm, status: int = 200) -> HttpResponse:
    facts = {"form": form, "page": page, "meanwhile": status == 409}
    return render(request, f"tenancy/{page}.html", facts, status=status)
