"""What the organisation is called and what it has promised its people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.actions.organizations import (
    CHANGEABLE,
    SettingsEditedMeanwhile,
    ThresholdLowered,
    change_organization,
)
from adoption.tenancy.forms.members import OrganizationForm
from adoption.tenancy.models import Organization


@requires(Permission.MANAGE_ORGANIZATION)
@require_http_methods(["GET", "HEAD", "POST"])
def organization_settings(request: OrganizationRequest, org: str) -> HttpResponse:
    """Read and change the settings."""
    form = OrganizationForm(request.POST if request.method == "POST" else None, organization=request.organization)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            change_organization(
                organization=request.organization,
                version=form.cleaned_data["version"],
                changes={field: form.cleaned_data[field] for field in CHANGEABLE},
                by=request.person,
                at=request.at,
            )
        except ThresholdLowered as failure:
            form.refuse_lowered(failure.field, failure.least)
        except SettingsEditedMeanwhile:
            # What was typed stays; the version is that of what the others saved, so that a second look decides.
            current = Organization.objects.get(pk=request.organization.pk)
            form = OrganizationForm({**request.POST.dict(), "version": current.version}, organization=current)
            form.is_valid()
            form.add_error(
                None,
                _("Somebody else saved these settings meanwhile. Look at what you typed; save it again if it holds."),
            )
            status = 409
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("organization-settings", org=org)
    if form.errors and status == 200:
        status = 422
    return render(request, "tenancy/settings.html", {"form": form}, status=status)
