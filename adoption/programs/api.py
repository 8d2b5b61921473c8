"""Programmes for machines."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.models import Program
from adoption.programs.rules import State
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission

_REPORTS = {
    "id": "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11",
    "slug": "client-reports",
    "name": "Client reports",
    "workflow": "Client report drafting",
    "comparison": "The vendor’s training",
    "state": "launched",
    "starts_on": "2026-06-29",
    "ends_on": "2026-09-06",
    "weeks": 10,
    "baseline_opened_at": "2026-06-15T07:00:00Z",
    "launched_at": "2026-06-29T07:00:00Z",
    "ended_at": None,
    "followed_at": None,
    "closed_at": None,
}


@extend_schema_serializer(component_name="Programme", examples=[OpenApiExample("One that runs", value=_REPORTS)])
class ProgramOut(serializers.Serializer[Program]):
    """An attempt to change how people do one workflow, against a comparison group."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    slug = serializers.CharField(help_text=_("Its short name, as in its address."))
    name = serializers.CharField()
    workflow = serializers.CharField(source="workflow.name", help_text=_("The one workflow it is about."))
    comparison = serializers.CharField(help_text=_("What the comparison group gets instead."))
    state = serializers.ChoiceField([(one.value, one.value) for one in State], help_text=_("Where it is in its life."))
    starts_on = serializers.DateField(help_text=_("The Monday of week 1."))
    ends_on = serializers.DateField(help_text=_("The Sunday that ends the active phase."))
    weeks = serializers.IntegerField(help_text=_("How many weeks the active phase takes."))
    baseline_opened_at = serializers.DateTimeField(allow_null=True)
    launched_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    followed_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="ProgrammePage")
class ProgramsOut(serializers.Serializer[Any]):
    """Some programmes, in the order in which they were drafted."""

    items = ProgramOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


PROGRAM = OpenApiParameter("program", str, OpenApiParameter.PATH, description=_("The programme's short name."))


class Programs(Address):
    """Every programme of the organisation."""

    permission = Permission.SEE_EVIDENCE
    query = PageQuery

    @extend_schema(
        operation_id="listProgrammes", summary=_("List programmes"), parameters=[PageQuery], responses=ProgramsOut
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(Program.objects.select_related("workflow"), self.asked, request)
        return Response({"items": _shown(page.rows), "next": page.next})


def _shown(programs: Any) -> Any:
    return ProgramOut(programs, many=True).data


class OneProgram(Address):
    """One programme."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="getProgramme", summary=_("Fetch a programme"), parameters=[PROGRAM], responses=ProgramOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found: Program = get_object_or_404(Program.objects.select_related("workflow"), slug=program)
        return Response(ProgramOut(found).data)
