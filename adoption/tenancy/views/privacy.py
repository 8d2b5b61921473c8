"""One's own data, and erasing somebody's."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from adoption.tenancy.access import OrganizationRequest, Permission, organizations_of, requires
from adoption.tenancy.actions.administrators import LastAdministrator
from adoption.tenancy.actions.privacy import erase_person
from adoption.tenancy.models import Person
from adoption.tenancy.queries import members
from adoption.tenancy.queries import privacy as queries


@requires(Permission.ENTER)
@require_safe
def me(request: OrganizationRequest, org: str) -> HttpResponse:
    """What the organisation holds about the person who asks, and who else can see it."""
    facts = {
        "held": queries.export_directory_entry(person=request.person),
        "manager": request.person.manager,
        "seen_by": queries.who_sees(request.organization),
        "roles": [members.ROLE_WORDS[role] for role in sorted(request.roles)],
        "elsewhere": [one for one in organizations_of(request.user) if one.pk != request.organization.pk],
    }
    return render(request, "tenancy/me.html", facts)


@requires(Permission.ENTER)
@require_safe
def me_export(request: OrganizationRequest, org: str) -> HttpResponse:
    """The same and everything else, as a file."""
    held = {
        "organization": request.organization.name,
        "asked_at": request.at.isoformat(),
        "purpose": _("Support of AI adoption. Not for performance review, pay or dismissal."),
        "held": queries.export_person(person=request.person),
    }
    answer = HttpResponse(
        json.dumps(held, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="my-data-{request.organization.slug}.json"'
    return answer


@requires(Permission.ERASE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_erase(request: OrganizationRequest, org: str, person: UUID) -> HttpResponse:
    """Erase somebody, after saying whom, what goes and what stays."""
    erased: Person = get_object_or_404(Person, public_id=person)
    refusal = None
    if request.method == "POST":
        try:
            erase_person(person=erased, by=request.person, at=request.at)
        except LastAdministrator as failure:
            refusal = failure.message
        except Person.DoesNotExist:
            # Sent twice: the first has done it.
            return redirect("home", org=org)
        else:
            if erased.public_id == request.person.public_id:
                logout(request)
                return redirect("account_login")
            # Without the name: a message waits in the browser's cookie.
            messages.success(request, _("The person is erased."))
            return redirect("people", org=org)
    facts = {"person": erased, "refusal": refusal, "holds": queries.what_goes(erased, at=request.at)}
    return render(request, "tenancy/erase.html", facts, status=422 if refusal else 200)
