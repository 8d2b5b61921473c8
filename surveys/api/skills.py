"""The skills matrix for machines: what roles do and need, what people say as far as it is shown, and the workflows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import (
    Refused as ProgramRefused,
)
from adoption.programs.actions import (
    add_workflow,
    rename_workflow,
    restore_workflow,
    retire_workflow,
)
from adoption.programs.models import Workflow
from adoption.programs.rules import NAME_LENGTH
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission, local_date, one_line
from surveys import actions, queries
from surveys.forms import skills_refusal
from surveys.models import RoleWork
from surveys.queries.skills import Matrix, Spot, matrix
from surveys.rules.skills import LEVEL_TOP, WHY_LENGTH, Fit, Hours

WORK_ID = OpenApiParameter("work", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("A workflow in a role."))
WORKFLOW_ID = OpenApiParameter(
    "workflow", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The workflow's id.")
)


@extend_schema_serializer(component_name="Workflow")
class WorkflowOut(serializers.Serializer[Workflow]):
    """A piece of work that recurs."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    retired = serializers.SerializerMethodField(help_text=_("Asked about no more; what was measured of it stays."))

    def get_retired(self, workflow: Workflow) -> bool:
        return workflow.retired_at is not None


@extend_schema_serializer(component_name="WorkflowList")
class WorkflowsOut(serializers.Serializer[Any]):
    """Every workflow, by name."""

    items = WorkflowOut(many=True)


@extend_schema_serializer(component_name="NewWorkflow")
class WorkflowIn(StrictSerializer):
    """A workflow to name."""

    name = Text(max_length=NAME_LENGTH)

    def validate_name(self, value: str) -> str:
        return one_line(value)


@extend_schema_serializer(component_name="ChangedWorkflow")
class WorkflowChange(WorkflowIn):
    """A workflow as it is to be."""

    retired = serializers.BooleanField()


@extend_schema_serializer(component_name="RoleWork")
class SpotOut(serializers.Serializer[Spot]):
    """A workflow in a role. Null where nobody said it or it is not shown."""

    id = serializers.UUIDField(source="work.public_id")
    role = serializers.CharField(source="work.role")
    workflow = serializers.UUIDField(source="work.workflow.public_id")
    people = serializers.IntegerField(help_text=_("How many have the role."))
    needed = serializers.IntegerField(source="work.needed", help_text=_("0 cannot, to 4 can teach it."))
    seen_level = serializers.IntegerField(source="work.seen_level", allow_null=True, help_text=_("The lead's view."))
    seen_hours = serializers.CharField(source="work.seen_hours", help_text=_("The lead's view; empty: not said."))
    said_level = serializers.FloatField(source="said", allow_null=True, help_text=_("The median of what people say."))
    said_hours = serializers.FloatField(allow_null=True, help_text=_("Hours a week, likewise."))
    not_shown = serializers.BooleanField(
        source="is_hidden", help_text=_("Too few of the role answered, or the figure would say too much of somebody.")
    )
    data_allowed = serializers.BooleanField(source="work.data_allowed")
    fit = serializers.ChoiceField([one.value for one in Fit], source="work.fit")
    because = serializers.CharField(source="work.because", help_text=_("Why it is taken off."))
    gap = serializers.FloatField(allow_null=True)
    upside = serializers.IntegerField(allow_null=True)
    priority = serializers.FloatField(
        allow_null=True, help_text=_("Gap times upside, 0 to 16; null while one is not known.")
    )
    rank = serializers.SerializerMethodField(help_text=_("1 is where to look first; null without a priority above 0."))
    program = serializers.SerializerMethodField(help_text=_("The short name of a programme on the workflow, or null."))

    def get_rank(self, spot: Spot) -> int | None:
        return spot.number or None

    def get_program(self, spot: Spot) -> str | None:
        return spot.program.slug if spot.program else None


@extend_schema_serializer(component_name="SkillsMatrix")
class MatrixOut(serializers.Serializer[Matrix]):
    """Role by workflow."""

    workflows = WorkflowOut(many=True)
    parts = SpotOut(source="spots", many=True, help_text=_("By role and workflow."))
    open = serializers.BooleanField(source="is_open", help_text=_("Whether everybody is being asked."))
    published_at = serializers.DateTimeField(
        source="published.published_at", allow_null=True, default=None, help_text=_("When what is shown was published.")
    )


@extend_schema_serializer(
    component_name="NewRoleWork",
    examples=[
        OpenApiExample(
            "A gap of two",
            value={
                "role": "Consultant",
                "workflow": "0b6c2a8e-5f0e-4c59-8f0e-6f0a3f6a1d11",
                "needed": 3,
                "seen_level": 1,
                "seen_hours": "3_to_6",
            },
            request_only=True,
        )
    ],
)
class RoleWorkIn(StrictSerializer):
    """That a workflow is part of a role. Said again it replaces."""

    role = Text(max_length=120, help_text=_("A job role as the directory writes it."))
    workflow = PublicId()
    needed = serializers.IntegerField(min_value=0, max_value=LEVEL_TOP)
    seen_level = serializers.IntegerField(
        min_value=0, max_value=LEVEL_TOP, required=False, allow_null=True, default=None
    )
    seen_hours = serializers.ChoiceField([one.value for one in Hours], required=False, allow_blank=True, default="")
    data_allowed = serializers.BooleanField(default=True)
    fit = serializers.ChoiceField([one.value for one in Fit], default=Fit.SUITABLE)
    because = Text(max_length=WHY_LENGTH, required=False, allow_blank=True, default="")

    def validate_role(self, value: str) -> str:
        if value not in queries.roles_of(self.context["today"]):
            raise serializers.ValidationError(_("Nobody in the directory has this role."), code="unknown_role")
        return value

    def validate_workflow(self, value: UUID) -> Workflow:
        found: Workflow | None = Workflow.objects.filter(public_id=value).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such workflow."), code="unknown_workflow")
        return found

    def validate_fit(self, value: str) -> Fit:
        return Fit(value)


class SkillsMatrix(Address):
    """Role by workflow, for leads."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(operation_id="getSkillsMatrix", summary=_("Read the skills matrix"), responses=MatrixOut)
    def get(self, request: Inside, org: str) -> Response:
        return Response(MatrixOut(matrix(at=request.at, zone=request.organization.zone)).data)

    @extend_schema(
        operation_id="setRoleWork",
        summary=_("Say that a workflow is part of a role"),
        request=RoleWorkIn,
        responses=MatrixOut,
    )
    @idempotent
    def put(self, request: Inside, org: str) -> Response:
        read = RoleWorkIn(data=request.data, context={"today": local_date(request.at, request.organization.zone)})
        read.is_valid(raise_exception=True)
        try:
            actions.set_role_work(**read.validated_data, by=request.person, at=request.at)
        except actions.Refused as refusal:
            field = {"off_without_reason": "because", "workflow_retired": "workflow"}.get(refusal.code, "")
            raise Problem("conflict", errors={field: (refusal.code, skills_refusal(refusal.code))}) from refusal
        return self.get(request, org)


class OneRoleWork(Address):
    """A workflow in a role."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="takeRoleWorkOut",
        summary=_("Say that a workflow is no part of a role"),
        parameters=[WORK_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, work: UUID) -> Response:
        actions.take_work_out(work=get_object_or_404(RoleWork, public_id=work), by=request.person, at=request.at)
        return Response(status=204)


class Workflows(Address):
    """The pieces of work of the organisation."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(operation_id="listWorkflows", summary=_("List workflows"), responses=WorkflowsOut)
    def get(self, request: Inside, org: str) -> Response:
        return Response({"items": WorkflowOut(Workflow.objects.all().in_name_order(), many=True).data})

    @extend_schema(
        operation_id="nameWorkflow", summary=_("Name a workflow"), request=WorkflowIn, responses={201: WorkflowOut}
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        read = WorkflowIn(data=request.data)
        read.is_valid(raise_exception=True)
        try:
            made = add_workflow(name=read.validated_data["name"], by=request.person, at=request.at)
        except ProgramRefused as refusal:
            raise _refused(refusal) from refusal
        return Response(WorkflowOut(made).data, status=201)


class OneWorkflow(Address):
    """One workflow."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="changeWorkflow",
        summary=_("Rename a workflow, retire it or bring it back"),
        parameters=[WORKFLOW_ID],
        request=WorkflowChange,
        responses=WorkflowOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, workflow: UUID) -> Response:
        found = get_object_or_404(Workflow, public_id=workflow)
        read = WorkflowChange(data=request.data)
        read.is_valid(raise_exception=True)
        turn = retire_workflow if read.validated_data["retired"] else restore_workflow
        try:
            rename_workflow(workflow=found, name=read.validated_data["name"], by=request.person, at=request.at)
            made = turn(workflow=found, by=request.person, at=request.at)
        except ProgramRefused as refusal:
            raise _refused(refusal) from refusal
        return Response(WorkflowOut(made).data)


def _refused(refusal: ProgramRefused) -> Problem:
    field = "retired" if refusal.code == "workflow_in_use" else "name"
    return Problem("conflict", errors={field: (refusal.code, skills_refusal(refusal.code))})
