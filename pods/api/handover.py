"""A pod is given to somebody else."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework.response import Response

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from champions.api.kit import read, today_of
from pods import actions
from pods.api.names import POD, SOMEBODY, people_of, problem
from pods.api.pods import PodOut
from pods.models import Pod


@extend_schema_serializer(
    component_name="PodSuccessor",
    examples=[OpenApiExample("A successor", value={"person": SOMEBODY}, request_only=True)],
)
class SuccessorIn(StrictSerializer):
    """Who leads the pod from now on."""

    person = PublicId(help_text=_("A member of the pod, or another champion. Not from the comparison group."))

    def validate_person(self, value: UUID) -> Person:
        return people_of([value])[value]


class PodChampion(ForLeads):
    """Who leads a pod of a running programme."""

    @extend_schema(
        operation_id="handPodOver",
        summary=_("Hand a pod over"),
        description=_("In the active phase. Its sessions and members stay; what is planned changes calendars."),
        parameters=[PROGRAM, POD],
        request=SuccessorIn,
        responses=PodOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, pod: UUID) -> Response:
        found: Pod = get_object_or_404(Pod.objects.filter(program=asked_program(program)), public_id=pod)
        values = read(SuccessorIn(data=request.data))
        try:
            actions.hand_over(pod=found, successor=values["person"], by=request.person, at=request.at)
        except WrongState as refused:
            raise problem(refused) from refused
        except Refused as refused:
            raise problem(refused, "person") from refused
        row = Pod.objects.select_related("champion__person").with_members(today_of(request)).get(pk=found.pk)
        return Response(PodOut(row).data)
