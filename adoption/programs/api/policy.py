"""The policy and its red lines, for machines: published, read, and asked to be read."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions
from adoption.programs.api.address import ForLeads, read
from adoption.programs.api.programs import PROGRAM
from adoption.programs.api.readiness import problem
from adoption.programs.forms import asked_program
from adoption.programs.models import Policy
from adoption.programs.queries.policy import newest_policy, own_acknowledgement
from adoption.programs.rules.readiness import POLICY_LENGTH
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission, one_line


@extend_schema_serializer(component_name="Policy")
class PolicyOut(serializers.Serializer[Policy]):
    """The version of the policy that holds."""

    version = serializers.IntegerField()
    words = serializers.CharField()
    red_lines = serializers.ListField(child=serializers.CharField(), source="lines")
    published_at = serializers.DateTimeField()
    acknowledged_at = serializers.SerializerMethodField(help_text=_("When you said that you have read it, or null."))

    def get_acknowledged_at(self, policy: Policy) -> str | None:
        own = own_acknowledgement(self.context["person"])
        return own.acknowledged_at.isoformat() if own and own.acknowledged_at else None


@extend_schema_serializer(component_name="NewPolicy")
class PolicyIn(StrictSerializer):
    """Another version of the policy."""

    words = Text(max_length=POLICY_LENGTH, help_text=_("What is allowed."))
    red_lines = serializers.ListField(
        child=Text(max_length=500), min_length=1, max_length=20, help_text=_("What is never done, one by one.")
    )


@extend_schema_serializer(component_name="Acknowledgement")
class AcknowledgementIn(StrictSerializer):
    """Which version you have read."""

    version = serializers.IntegerField(min_value=1, max_value=2**15 - 1)


@extend_schema_serializer(component_name="AskedToRead")
class AskedOut(serializers.Serializer[Any]):
    """How many were asked by mail."""

    asked = serializers.IntegerField()


class ThePolicy(Address):
    """The policy that holds."""

    permission = Permission.ENTER
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(operation_id="getPolicy", summary=_("Read the policy and its red lines"), responses=PolicyOut)
    def get(self, request: Inside, org: str) -> Response:
        policy = newest_policy()
        if policy is None:
            raise Http404
        return Response(PolicyOut(policy, context={"person": request.person}).data)

    @extend_schema(
        operation_id="publishPolicy",
        summary=_("Publish another version of the policy"),
        description=_("Whoever was asked to read the one before is asked again. The same words change nothing."),
        request=PolicyIn,
        responses={201: PolicyOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = read(PolicyIn, request)
        made = actions.publish_policy(
            organization=request.organization,
            words=values["words"],
            red_lines="\n".join(one_line(line) for line in values["red_lines"]),
            by=request.person,
            at=request.at,
        )
        return Response(PolicyOut(made, context={"person": request.person}).data, status=201)


class OwnAcknowledgement(Address):
    """That you have read it."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="acknowledgePolicy",
        summary=_("Say that you have read the policy"),
        request=AcknowledgementIn,
        responses=PolicyOut,
    )
    @idempotent
    def put(self, request: Inside, org: str) -> Response:
        values = read(AcknowledgementIn, request)
        try:
            made = actions.acknowledge(person=request.person, version=values["version"], at=request.at)
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response(PolicyOut(made.policy, context={"person": request.person}).data)


class PolicyRequests(ForLeads):
    """Asking those in the pods to read it."""

    @extend_schema(
        operation_id="askToReadPolicy",
        summary=_("Ask those in the pods to read the policy"),
        description=_("By mail, whoever has not been asked to read the newest version."),
        parameters=[PROGRAM],
        request=None,
        responses=AskedOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        try:
            asked = actions.ask_to_read(program=asked_program(program), by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response({"asked": asked})
