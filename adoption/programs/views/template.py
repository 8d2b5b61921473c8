"""What sort of programme a draft becomes: one click, and one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from adoption.programs import actions
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.rules import Template
from adoption.programs.views.calendar import saying_what_is_dropped
from adoption.tenancy.access import OrganizationRequest, Permission, requires


@requires(Permission.MANAGE_PROGRAMS)
@require_POST
def template(request: OrganizationRequest, org: str, program: str, template: str) -> HttpResponse:
    """Give a draft another template."""
    found = asked_program(program)
    if template not in set(Template):
        raise Http404
    try:
        with saying_what_is_dropped(request, found):
            actions.choose_template(program=found, template=Template(template), by=request.person, at=request.at)
    except actions.Refused as refusal:
        messages.error(request, " ".join(refusal_words(refusal.code)))
    else:
        said = {
            Template.REPLACEMENT: _("This is a replacement of thirty days now. Nothing is compared in it."),
            Template.FUNCTION_COHORT: _("This is a function cohort of ninety days now."),
            Template.EXPLORATORY: _("This is an exploratory programme now. Nothing is compared in it."),
            Template.PEER_CHAMPIONS: _("This is a programme with peer champions and a comparison group again."),
        }
        undo = reverse("program-template", args=[org, program, found.template])
        messages.success(request, said[Template(template)], extra_tags=f"undo:{undo}")
    return redirect("program", org=org, program=program)
