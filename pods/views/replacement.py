"""A lead drafts the thirty days that replace a programme which stands still."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adoption.programs.actions import Refused
from adoption.programs.forms import asked_program
from adoption.tenancy.access import OrganizationRequest, Permission, requires
from pods.actions.replacement import start_replacement
from pods.forms import said
from pods.queries.replacement import replacement_name


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def replacement_start(request: OrganizationRequest, org: str, program: str) -> HttpResponse:
    """One click: a draft with the same champions and pods. Nobody is asked for anything yet."""
    found = asked_program(program)
    try:
        draft = start_replacement(program=found, name=replacement_name(found), by=request.person, at=request.at)
    except Refused as refusal:
        messages.error(request, said(refusal.code))
        return redirect("program", org=org, program=program)
    done = _("Drafted, with the same champions and pods. Look it through: nobody has been asked for anything.")
    messages.success(request, done)
    return redirect("program", org=org, program=draft.slug)
