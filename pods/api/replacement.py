"""The replacement of a programme that stands still, for machines."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION, PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.api.programs import ProgramOut
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.idempotency import idempotent
from pods.actions.replacement import start_replacement
from pods.api.names import problem
from pods.queries.replacement import replacement_name


class Replacement(ForLeads):
    """The thirty days that replace a programme."""

    @extend_schema(
        operation_id="draftReplacement",
        summary=_("Draft the replacement of a programme"),
        description=_(
            "The same work, champions and pods, for thirty days. Asked for again it is the draft that is there. Nobody is asked "
            "for anything before its baseline is opened."
        ),
        parameters=[PROGRAM, LOCATION],
        request=None,
        responses={201: ProgramOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        try:
            name = replacement_name(found)
            draft = start_replacement(program=found, name=name, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        made: Program = Program.objects.select_related("workflow").get(pk=draft.pk)
        at = reverse("api-program", kwargs={"org": org, "program": made.slug})
        return Response(ProgramOut(made).data, status=201, headers={"Location": at})
