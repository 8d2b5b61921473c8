"""The policy: read by mailed link or signed in, published and asked about by leads."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from adoption.outbox.views.link import LinkRequest, by_link
from adoption.programs import actions
from adoption.programs.forms import asked_program
from adoption.programs.forms.readiness import PolicyForm, readiness_refusal
from adoption.programs.queries.policy import newest_policy, own_acknowledgement
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from adoption.tenancy.models import Person


@by_link(actions.POLICY)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: LinkRequest) -> HttpResponseBase:
    """The policy, for somebody who came by mail: always the version that holds now."""
    return _policy(request, "programs/policy_link.html")


@requires(Permission.ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def own_policy(request: OrganizationRequest, org: str) -> HttpResponseBase:
    """The policy, for somebody signed in."""
    return _policy(request, "programs/policy.html")


def _policy(request: HttpRequest, template: str) -> HttpResponse:
    person: Person = request.person  # type: ignore[attr-defined]
    at: datetime = request.at  # type: ignore[attr-defined]
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            actions.acknowledge(person=person, version=int(version) if version.isdecimal() else 0, at=at)
        except actions.Refused as refusal:
            messages.error(request, readiness_refusal(refusal.code))
        return redirect(request.path)
    facts = {"policy": newest_policy(), "own": own_acknowledgement(person)}
    return render(request, template, facts)


@requires(Permission.MANAGE_PROGRAMS)
@require_http_methods(["GET", "HEAD", "POST"])
def policy_new(request: OrganizationRequest, org: str) -> HttpResponse:
    """Publish another version."""
    before = newest_policy()
    form = PolicyForm(request.POST if request.method == "POST" else None, before=before)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.publish_policy(
                organization=request.organization, **form.cleaned_data, by=request.person, at=request.at
            )
        except actions.Refused as refusal:
            form.add_error(None, readiness_refusal(refusal.code))
        else:
            said = _("Version %(version)s is published. Whoever was asked to read the one before is asked again.")
            messages.success(request, said % {"version": made.version})
            return redirect("own-policy", org=org)
    facts = {"form": form, "before": before}
    return render(request, "programs/policy_new.html", facts, status=422 if form.errors else 200)


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def policy_ask(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """Ask everybody in the pods who has not been asked to read the newest version."""
    found = asked_program(program)
    try:
        asked = actions.ask_to_read(program=found, by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, readiness_refusal(refusal.code))
    else:
        said = ngettext("%(count)d person is asked by mail.", "%(count)d people are asked by mail.", asked)
        messages.success(request, said % {"count": asked})
    return redirect("readiness", org=org, program=program)
