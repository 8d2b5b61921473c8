"""Who comes into a pod, changes pods or leaves one while a programme runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from champions.api.kit import read, shown
from pods.actions import moves as actions
from pods.api.names import NameOut, people_of, pod_of, problem
from pods.models import Move, Pod
from pods.rules import MoveKind

MOVE_KINDS = [one.value for one in MoveKind]
MOVE = OpenApiParameter("move", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The move's id."))


@extend_schema_serializer(component_name="PodMove")
class MoveOut(serializers.Serializer[Move]):
    """A change of who sits where, after the launch. In every comparison the launch's place counts."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    kind = serializers.ChoiceField(MOVE_KINDS)
    person = NameOut()
    before = serializers.UUIDField(
        source="before.public_id", allow_null=True, default=None, help_text=_("The pod they came out of.")
    )
    after = serializers.UUIDField(
        source="after.public_id",
        allow_null=True,
        default=None,
        help_text=_("The pod they came into, or were helped by."),
    )
    moved_on = serializers.DateField()
    undone_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="PodMovePage")
class MovesOut(serializers.Serializer[Any]):
    """Some moves, in the order in which they were made."""

    items = MoveOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="NewPodMove")
class MoveIn(StrictSerializer):
    """A move: `transfer` and `join` into a pod, `leave` out of one, `helped` by one on a day."""

    kind = serializers.ChoiceField(MOVE_KINDS)
    person = PublicId()
    pod = PublicId(help_text=_("The pod somebody comes into, leaves, or was helped by."))
    day = Day(required=False, allow_null=True, default=None, help_text=_("Of `helped` alone."))

    def validate_person(self, value: UUID) -> Person:
        return people_of([value])[value]

    def validate_pod(self, value: UUID) -> Pod:
        return pod_of(self.context["program"], value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["kind"] == MoveKind.HELPED) != (attrs["day"] is not None):
            words = _("Give the day of `helped`, and of nothing else.")
            raise serializers.ValidationError({"day": [ErrorDetail(str(words), code="day")]})
        return attrs


class Moves(ForLeads):
    """Who moved in one programme since its launch."""

    query = PageQuery

    @extend_schema(
        operation_id="listPodMoves",
        summary=_("List who moved"),
        description=_("What was undone stays listed."),
        parameters=[PROGRAM, PageQuery],
        responses=MovesOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        rows = Move.objects.filter(program=found).select_related("person", "before", "after")
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(MoveOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="movePodMember",
        summary=_("Move somebody"),
        description=_("While the programme runs. Where they count in the comparison stays as at the launch."),
        parameters=[PROGRAM],
        request=MoveIn,
        responses={201: MoveOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        values = read(MoveIn(data=request.data, context={"program": found}))
        given = {"person": values["person"], "pod": values["pod"], "by": request.person, "at": request.at}
        try:
            match values["kind"]:
                case MoveKind.TRANSFER:
                    made = actions.transfer(**given)
                case MoveKind.JOIN:
                    made = actions.join_late(**given)
                case MoveKind.LEAVE:
                    made = actions.leave_pod(**given)
                case _:
                    made = actions.note_help(day=values["day"], **given)
        except Refused as refused:
            raise _problem(refused) from refused
        return Response(MoveOut(made).data, status=201)


class OneMove(ForLeads):
    """One move, which can be taken back."""

    @extend_schema(
        operation_id="undoPodMove",
        summary=_("Take a move back"),
        description=_(
            "As if it had not been; refused once the person has been in a session of the pod they came into."
        ),
        parameters=[PROGRAM, MOVE],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, move: UUID) -> Response:
        found: Move = get_object_or_404(Move, program__slug=program, public_id=move)
        try:
            actions.undo_move(move=found, by=request.person, at=request.at)
        except Refused as refused:
            raise _problem(refused) from refused
        return Response(status=204)


def _problem(refused: Refused) -> Problem:
    field = {"help_day": "day", "moved_since": "", "met_since": ""}.get(refused.code, "person")
    return problem(refused, "" if isinstance(refused, WrongState) else field)
