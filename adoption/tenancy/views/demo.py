"""One click into a demonstration. Absent everywhere else."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from adoption.tenancy.models import Identity
from adoption.tenancy.queries.members import DEMO_COMPANIES, PERSONAS, persona_mail

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@csrf_exempt  # the check follows behind the next door: outside a demo not even a refusal says that there is one
def demo_enter(request: HttpRequest, persona: str) -> HttpResponseBase:
    """404 unless this is a demo and the persona is one of it."""
    if not settings.DEMO or persona not in PERSONAS:
        raise Http404
    return _enter(request, persona)


@csrf_protect
@require_POST
def _enter(request: HttpRequest, persona: str) -> HttpResponseBase:
    """Sign in as the persona of a company (form field `org`), with a fresh session, and go to their first page."""
    org = request.POST.get("org") or DEMO_COMPANIES[0]
    if org not in DEMO_COMPANIES:
        raise Http404
    identity = get_object_or_404(Identity, email=persona_mail(persona, org), is_active=True)
    login(request, identity, backend=BACKEND)
    return redirect("home", org=org)
