"""What a pod learned, week by week."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown
from pods import rules
from pods.actions import reflections as actions
from pods.api.names import POD, led_pod, problem
from pods.models import Reflection


@extend_schema_serializer(component_name="Reflection")
class ReflectionOut(serializers.Serializer[Reflection]):
    """What worked in a week, what did not, what comes next."""

    week = serializers.DateField(help_text=_("The week's Monday."))
    worked = serializers.CharField()
    did_not = serializers.CharField()
    next_time = serializers.CharField()


@extend_schema_serializer(component_name="ReflectionPage")
class ReflectionsOut(serializers.Serializer[Any]):
    """Some reflections, in the order in which they were first written."""

    items = ReflectionOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


def _line() -> Text:
    return Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)


@extend_schema_serializer(
    component_name="NewReflection",
    examples=[OpenApiExample("A week", value={"week": "2026-07-06", "worked": "Old reports"}, request_only=True)],
)
class ReflectionIn(StrictSerializer):
    """Three lines on one week, of which one at least says something."""

    week = Day(help_text=_("The week's Monday."))
    worked = _line()
    did_not = _line()
    next_time = _line()


class Reflections(Address):
    """What a pod one leads learned."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listReflections",
        summary=_("List what a pod learned"),
        description=_("Of a pod you lead; any other is not there."),
        parameters=[POD, PageQuery],
        responses=ReflectionsOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        page = page_of(Reflection.objects.filter(pod=led_pod(request, pod)), self.asked, request)
        return Response({"items": shown(ReflectionOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="reflect",
        summary=_("Write down what a week taught"),
        description=_("Written again it replaces what was there."),
        parameters=[POD],
        request=ReflectionIn,
        responses=ReflectionOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID) -> Response:
        found = led_pod(request, pod)
        values = read(ReflectionIn(data=request.data))
        try:
            row = actions.reflect(pod=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            field = {"no_such_week": "week"}.get(refused.code, "worked")
            raise problem(refused, field, kind="invalid") from refused
        return Response(ReflectionOut(row).data)
