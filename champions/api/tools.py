"""Evaluations of tools for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions import rules
from champions.actions.tools import Evaluation, evaluate_tool
from champions.api.kit import NEXT, WhoOut, only, problem, read, shown, standing_of
from champions.models import Tool
from champions.rules import ToolVerdict

TOOL_ID = OpenApiParameter("tool", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The evaluation's id."))
BESIDE = {"look_ahead": "review_on", "evaluated_already": "task"}


TOOL_VERDICTS = [one.value for one in ToolVerdict]


@extend_schema_serializer(component_name="ToolEvaluation")
class ToolOut(serializers.Serializer[Tool]):
    """What champions found out about a tool for one task."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    tool = serializers.CharField()
    task = serializers.CharField()
    verdict = serializers.ChoiceField(TOOL_VERDICTS)
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


@extend_schema_serializer(component_name="NewToolEvaluation")
class ToolIn(StrictSerializer):
    """An evaluation of a tool for one task; it stands with the name of whoever sends it, and today's date."""

    tool = Text(max_length=rules.TITLE_LENGTH)
    task = Text(max_length=rules.TITLE_LENGTH, help_text=_("A tool is evaluated once for a task, and looked at again."))
    verdict = serializers.ChoiceField(TOOL_VERDICTS)
    why = Text(max_length=rules.TEXT_LENGTH)
    data_allowed = Text(max_length=rules.LINE_LENGTH)
    data_forbidden = Text(max_length=rules.LINE_LENGTH, help_text=_("The red line: what never goes in."))
    for_whom = Text(max_length=rules.LINE_LENGTH)
    review_on = Day(help_text=_("A day that is still to come."))

    def validate_verdict(self, value: str) -> ToolVerdict:
        return ToolVerdict(value)


class Tools(Address):
    """Evaluations of tools."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
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

    @extend_schema(
        operation_id="evaluateTool",
        summary=_("Evaluate a tool for a task"),
        description=_("For champions and leads."),
        request=ToolIn,
        responses={201: ToolOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        return Response(ToolOut(_evaluated(request, None)).data, status=201)


class OneTool(Address):
    """One evaluation, to be looked at again."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getToolEvaluation",
        summary=_("Fetch an evaluation"),
        parameters=[TOOL_ID],
        responses=ToolOut,
    )
    def get(self, request: Inside, org: str, tool: UUID) -> Response:
        return Response(ToolOut(_found(tool)).data)

    @extend_schema(
        operation_id="lookAtToolAgain",
        summary=_("Look at a tool again"),
        description=_("For champions and leads. The evaluation is theirs from now on."),
        parameters=[TOOL_ID],
        request=ToolIn,
        responses=ToolOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, tool: UUID) -> Response:
        return Response(ToolOut(_evaluated(request, _found(tool))).data)


def _found(tool: UUID) -> Tool:
    found: Tool = get_object_or_404(Tool.objects.select_related("evaluated_by"), public_id=tool)
    return found


def _evaluated(request: Inside, found: Tool | None) -> Tool:
    only(standing_of(request).writes_tools)
    says = Evaluation(**read(ToolIn(data=request.data)))
    try:
        return evaluate_tool(says=says, found=found, by=request.person, at=request.at)
    except Refused as refused:
        raise problem(refused, BESIDE) from refused
