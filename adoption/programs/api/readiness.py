"""What must be there before a launch, for machines: the board, and who sees to each line of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions, rules
from adoption.programs.api.address import ForLeads, read, somebody
from adoption.programs.api.programs import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.forms.readiness import readiness_refusal
from adoption.programs.queries.readiness import Board, Line, board
from adoption.programs.rules.readiness import EVIDENCE_LENGTH, Item, Standing
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission

ITEM = OpenApiParameter(
    "item", str, OpenApiParameter.PATH, enum=[one.value for one in Item], description=_("A line of the board.")
)
LINE_STATES = [(one.value, one.value) for one in Standing]
BESIDE = {
    "answered_by_itself": "evidence",
    "waiver_without_reason": "reason",
    "element_taken": "name",
    "policy_newer": "version",
}


@extend_schema_serializer(component_name="KeptBy")
class OwnerOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


@extend_schema_serializer(component_name="ReadinessLine")
class LineOut(serializers.Serializer[Line]):
    """One thing that must be there before the launch."""

    item = serializers.ChoiceField([(one.value, one.value) for one in Item])
    state = serializers.ChoiceField(LINE_STATES, source="standing")
    by_hand = serializers.BooleanField(
        source="is_by_hand", help_text=_("Somebody says what shows it; everything else is answered by what was done.")
    )
    owner = OwnerOut(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    said = serializers.ListField(
        child=serializers.CharField(), help_text=_("What there is of it, in words, where more is known than yes or no.")
    )
    waived_because = serializers.SerializerMethodField(help_text=_("Why the launch does not wait for it; else empty."))

    def get_waived_because(self, line: Line) -> str:
        return line.preparation.waived_because if line.preparation else ""


@extend_schema_serializer(component_name="ReadinessBoard")
class BoardOut(serializers.Serializer[Board]):
    """What must be there before a programme is launched."""

    lines = LineOut(many=True)
    policy_version = serializers.IntegerField(source="reading.policy.version", allow_null=True, default=None)
    policy_read_percent = serializers.IntegerField(
        source="reading.percent",
        allow_null=True,
        help_text=_("Of those in the pods, in whole percent; null where so few are there that it is not said."),
    )


@extend_schema_serializer(component_name="ArrangedLine")
class PreparationIn(StrictSerializer):
    """Whose a line is, by when, and what shows it. Said again it replaces."""

    owner = PublicId(required=False, allow_null=True, default=None, help_text=_("The id of a person."))
    due_on = Day(required=False, allow_null=True, default=None)
    evidence = Text(
        max_length=EVIDENCE_LENGTH, required=False, allow_blank=True, default="", help_text=_("A sentence, or a link.")
    )

    def validate_owner(self, value: UUID | None) -> Person | None:
        return somebody(value, self.context["today"])


@extend_schema_serializer(component_name="LineWaiver")
class ItemWaiverIn(StrictSerializer):
    """Why the launch does not wait for a line."""

    reason = Text(max_length=rules.REASON_LENGTH)


class Readiness(Address):
    """The board of a programme."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="getReadiness", summary=_("Read the readiness board"), parameters=[PROGRAM], responses=BoardOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(BoardOut(board(asked_program(program), at=request.at)).data)


class ReadinessLine(ForLeads):
    """One line of the board."""

    @extend_schema(
        operation_id="arrangeReadiness",
        summary=_("Say whose a line is, by when, and what shows it"),
        parameters=[PROGRAM, ITEM],
        request=PreparationIn,
        responses=BoardOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, item: str) -> Response:
        found, which = asked_program(program), _item(item)
        values = read(PreparationIn, request)
        try:
            actions.prepare(program=found, item=which, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response(BoardOut(board(found, at=request.at)).data)


class ReadinessWaiver(ForLeads):
    """That the launch does not wait for a line."""

    @extend_schema(
        operation_id="waiveReadiness",
        summary=_("Write down why the launch does not wait for a line"),
        parameters=[PROGRAM, ITEM],
        request=ItemWaiverIn,
        responses=BoardOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, item: str) -> Response:
        found, which = asked_program(program), _item(item)
        values = read(ItemWaiverIn, request)
        try:
            actions.waive_item(program=found, item=which, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response(BoardOut(board(found, at=request.at)).data)

    @extend_schema(
        operation_id="withdrawReadinessWaiver",
        summary=_("Let the launch wait for a line after all"),
        parameters=[PROGRAM, ITEM],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, item: str) -> Response:
        try:
            actions.withdraw_item_waiver(
                program=asked_program(program), item=_item(item), by=request.person, at=request.at
            )
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response(status=204)


def problem(refusal: actions.Refused) -> Problem:
    """A refusal beside what it is about."""
    return Problem("conflict", errors={BESIDE.get(refusal.code, ""): (refusal.code, readiness_refusal(refusal.code))})


def _item(item: str) -> Item:
    try:
        return Item(item)
    except ValueError:
        raise Http404 from None
