"""The champion check for machines: what a champion is asked about their time, for themselves alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from champions.actions.time import CheckOver
from champions.models import TimeAnswer, TimeCheck
from champions.queries.time import open_checks
from champions.rules.time import MOST_HOURS_KEPT, TEXT_LENGTH
from surveys import actions
from surveys.forms import asked_check

CHECK_ID = OpenApiParameter("check", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The check's id."))


@extend_schema_serializer(component_name="TimeCheck")
class CheckOut(serializers.Serializer[TimeCheck]):
    """You are asked whether your time as a champion was kept free."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    program = serializers.CharField(source="champion.program.slug")
    due_on = serializers.DateField()


@extend_schema_serializer(component_name="TimeChecks")
class ChecksOut(serializers.Serializer[Any]):
    """What waits for your answer: one at most."""

    items = CheckOut(many=True)


@extend_schema_serializer(
    component_name="TimeAnswer",
    examples=[
        OpenApiExample(
            "Kept, and the minutes came off",
            value={"displaced": "The monthly minutes", "hours": "4.50", "can_keep": 4, "to_fix": ""},
        )
    ],
)
class AnswerIn(StrictSerializer):
    """What you say of the last fortnight. Nothing is required: what is left out is missing, never zero."""

    displaced = Text(
        required=False, allow_blank=True, default="", max_length=TEXT_LENGTH, help_text=_("What came off your plate.")
    )
    hours = serializers.DecimalField(
        required=False,
        allow_null=True,
        default=None,
        max_digits=4,
        decimal_places=2,
        min_value=0,
        max_value=MOST_HOURS_KEPT,
        help_text=_("Hours a week actually kept free."),
    )
    can_keep = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=5,
        help_text=_("Whether you can keep this up another month, 1 to 5. Shown to nobody else."),
    )
    to_fix = Text(
        required=False, allow_blank=True, default="", max_length=TEXT_LENGTH, help_text=_("What leadership should fix.")
    )


class OwnChecks(Address):
    """What a champion is asked about their time."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listTimeChecks",
        summary=_("List what you are asked about your time as a champion"),
        description=_("What waits for an answer. To whoever leads nowhere the list is empty."),
        responses=ChecksOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        items: Any = CheckOut(open_checks(request.person, at=request.at), many=True)  # type: ignore[arg-type]
        return Response({"items": items.data})


class OneCheck(Address):
    """One check of your own; to nobody else it is there."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getTimeCheck",
        summary=_("Fetch what you said of your time"),
        description=_("What counts of it: empty before you said anything."),
        parameters=[CHECK_ID],
        responses=AnswerIn,
    )
    def get(self, request: Inside, org: str, check: UUID) -> Response:
        said = TimeAnswer.objects.newest().filter(check_asked=asked_check(request.person, public_id=check)).first()
        return Response(AnswerIn(said or TimeAnswer()).data)

    @extend_schema(
        operation_id="answerTimeCheck",
        summary=_("Say whether your time was kept free"),
        description=_("For two weeks; said anew it replaces what was said."),
        parameters=[CHECK_ID],
        request=AnswerIn,
        responses=AnswerIn,
    )
    @idempotent
    def put(self, request: Inside, org: str, check: UUID) -> Response:
        found = asked_check(request.person, public_id=check)
        values = AnswerIn(data=request.data)
        values.is_valid(raise_exception=True)
        try:
            made = actions.answer_check(check=found, **values.validated_data, at=request.at)
        except CheckOver as over:
            words = _("This check takes no more answers: the next one has come, or you lead no longer.")
            raise Problem("conflict", errors={"": ("check_over", words)}) from over
        return Response(AnswerIn(made).data)
