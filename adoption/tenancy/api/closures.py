"""Days on which nobody works, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.actions.closures import Refused, close_days, open_again
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.forms.closures import CLOSURE_REFUSALS
from adoption.tenancy.models import Closure
from adoption.tenancy.rules import TEXT_LENGTH, Permission

_CHRISTMAS = {"name": "Christmas", "starts_on": "2026-12-24", "ends_on": "2027-01-01", "location": ""}


class ClosureIn(StrictSerializer):
    """Days on which everybody, or everybody of a place, does not work."""

    name = Text(max_length=TEXT_LENGTH)
    starts_on = Day(help_text=_("The first closed day: no earlier than the Monday of this week."))
    ends_on = Day(help_text=_("The last one, included; at most three months."))
    location = Text(
        max_length=TEXT_LENGTH,
        allow_blank=True,
        default="",
        help_text=_("As the directory writes it; empty: everywhere."),
    )


@extend_schema_serializer(
    component_name="Closure",
    examples=[OpenApiExample("A holiday", value={"id": "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10", **_CHRISTMAS})],
)
class ClosureOut(serializers.Serializer[Closure]):
    """Closed days."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    name = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text=_("Included."))
    location = serializers.CharField(help_text=_("Empty: everywhere."))


@extend_schema_serializer(component_name="Closures")
class ClosuresOut(serializers.Serializer[Any]):
    """Every closure, in the order of their days."""

    items = ClosureOut(many=True)


class Closures(Address):
    """When nobody works."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.MANAGE_ORGANIZATION

    @extend_schema(operation_id="listClosures", summary=_("List closed days"), responses=ClosuresOut)
    def get(self, request: Inside, org: str) -> Response:
        return Response(ClosuresOut({"items": Closure.objects.in_order()}).data)

    @extend_schema(
        operation_id="noteClosure",
        summary=_("Note closed days"),
        description=_(
            "On them nothing is sent that can wait, and a week that is closed as a whole counts for nobody. Twice is once."
        ),
        request=ClosureIn,
        responses={201: ClosureOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        given = ClosureIn(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = close_days(
                organization=request.organization, **given.validated_data, by=request.person, at=request.at
            )
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(ClosureOut(made).data, status=201)


class OneClosure(Address):
    """One closure."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.MANAGE_ORGANIZATION

    @extend_schema(
        operation_id="withdrawClosure",
        summary=_("Take closed days back"),
        description=_("Days before this week are counted and stay closed; where all of them lie there: 409."),
        parameters=[
            OpenApiParameter("closure", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The closure’s id."))
        ],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, closure: UUID) -> Response:
        found: Closure = get_object_or_404(Closure, public_id=closure)
        try:
            open_again(organization=request.organization, closure=found, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(status=204)


def refused(refusal: Refused) -> Problem:
    """Closed days that cannot be noted or taken back, with the field that says why."""
    return Problem("conflict", errors={refusal.field: (refusal.code, CLOSURE_REFUSALS[refusal.code])})
