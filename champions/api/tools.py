"""Evaluations of tools for machines."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions.api.kit import NEXT, WhoOut, shown
from champions.models import Tool
from champions.rules import ToolVerdict


@extend_schema_serializer(component_name="ToolEvaluation")
class ToolOut(serializers.Serializer[Tool]):
    """What champions found out about a tool for one task."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    tool = serializers.CharField()
    task = serializers.CharField()
    verdict = serializers.ChoiceField([(one.value, one.value) for one in ToolVerdict])
    why = serializers.CharField()
    data_allowed = serializers.CharField()
    data_forbidden = serializers.CharField(help_text=_("The red line: what never goes in."))
    for_whom = serializers.CharField()
    review_on = serializers.DateField(help_text=_("Until when the verdict holds."))
    evaluated_by = WhoOut(allow_null=True, help_text=_("Null once erased."))
    evaluated_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="ToolEvaluationPage")
class ToolsOut(serializers.Serializer[Any]):
    """Some evaluations, in the order in which they were written."""

    items = ToolOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


class Tools(Address):
    """Evaluations of tools."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listToolEvaluations",
        summary=_("List evaluations of tools"),
        parameters=[PageQuery],
        responses=ToolsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(Tool.objects.select_related("evaluated_by"), self.asked, request)
        return Response({"items": shown(ToolOut, page.rows), "next": page.next})
