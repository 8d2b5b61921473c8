"""An organisation brought aboard by somebody who works there."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.views import RequestLoginCodeView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from adoption.tenancy import rules
from adoption.tenancy.access import may_start
from adoption.tenancy.actions.organizations import SlugTaken
from adoption.tenancy.actions.people import Refused
from adoption.tenancy.actions.starting import TooManyOrganizations, begin_identity, start_organization
from adoption.tenancy.forms.organization import StartForm


class RequestCode(RequestLoginCodeView):
    """allauth's page that mails a code, also for a new address of those who may bring their organisation aboard."""

    def form_valid(self, form: Any) -> HttpResponse:
        mail = form.cleaned_data["email"]
        # There allauth's form keeps whom it found.
        if form._user is None and rules.is_allowed(mail, settings.ORGANIZATIONS_BY):  # noqa: SLF001
            form._user = begin_identity(mail=mail, at=self.request.at)  # noqa: SLF001
        answer: HttpResponse = super().form_valid(form)
        return answer


request_code = RequestCode.as_view()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_new(request: HttpRequest) -> HttpResponse:
    """Make an organisation and become its first administrator."""
    if not may_start(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    if request.method != "POST":
        return _show(request, StartForm(initial=_usual()))
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            made = start_organization(
                identity=request.user,  # type: ignore[arg-type]
                **form.cleaned_data,
                at=request.at,  # type: ignore[attr-defined]
            )
        except SlugTaken:
            form.refuse_taken(form.cleaned_data["slug"])
        except TooManyOrganizations:
            form.add_error(None, _("You belong to as many organisations as one person can. Ask the operator for more."))
        except Refused as failure:
            form.add_error("person", str(failure.message))
        except ValidationError as failure:
            form.add_error(None, failure.messages)
        else:
            messages.success(request, _("%(name)s is set up. You are its administrator.") % {"name": made.name})
            return redirect("home", org=made.slug)
    return _show(request, form, status=422)


def _show(request: HttpRequest, form: StartForm, status: int = 200) -> HttpResponse:
    return render(request, "tenancy/organization_new.html", {"form": form}, status=status)


def _usual() -> dict[str, Any]:
    """What most organisations say."""
    return {
        "key": uuid.uuid4(),
        "zone": "Europe/London",
        "locale": settings.LANGUAGE_CODE,
        **rules.LEAST_GROUPS,
        "champion_view": "by_name",
        "leads": True,
    }
