"""A running programme on one morning, for machines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api.curriculum import PHASES
from adoption.programs.api.design import StepOut
from adoption.programs.api.programs import PROGRAM, STATES
from adoption.programs.api.readiness import LineOut
from adoption.programs.forms import asked_program
from adoption.programs.queries import look_at
from adoption.programs.queries.cockpit import Cockpit, cockpit
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission


@extend_schema_serializer(component_name="Cockpit")
class CockpitOut(serializers.Serializer[Cockpit]):
    """A programme on one morning. Who wants attention, champions' time, asks and evidence have addresses of their own."""

    state = serializers.ChoiceField(STATES, source="look.program.state")
    week = serializers.IntegerField(
        source="look.week", help_text=_("Of the programme; 1 is the first, below it is the baseline.")
    )
    weeks = serializers.IntegerField(source="look.program.weeks")
    phase = serializers.ChoiceField(
        PHASES,
        allow_null=True,
        help_text=_("Of what is learnt; null outside of it."),
    )
    attention = serializers.IntegerField(source="look.attention", help_text=_("How many people want it."))
    next = StepOut(many=True, source="coming", help_text=_("What the calendar does next, at most five steps."))
    remains = LineOut(many=True, help_text=_("Of readiness: what is open, or was done without."))


class CockpitOfProgram(Address):
    """A programme on one morning."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="getCockpit",
        summary=_("Fetch how a programme stands this morning"),
        parameters=[PROGRAM],
        responses=CockpitOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        look = look_at(asked_program(program), at=request.at)
        return Response(CockpitOut(cockpit(look, at=request.at)).data)
