"""Context packs, for machines: what is in them, who keeps it, and the test on a real task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions
from adoption.programs.api.address import ForLeads, read, somebody
from adoption.programs.api.programs import PROGRAM
from adoption.programs.api.readiness import OwnerOut, problem
from adoption.programs.forms import asked_program
from adoption.programs.models import Pack, PackElement
from adoption.programs.queries.packs import PackState, pack_state, packs_of, roles_without_pack
from adoption.programs.rules.packs import ELEMENT_LENGTH, NOTE_LENGTH, PLACE_LENGTH, TASK_LENGTH, Fitness, Verdict
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH, one_line

PACK_ID = OpenApiParameter("pack", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The pack's id."))
ELEMENT_ID = OpenApiParameter(
    "element", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("One thing in the pack.")
)
PACK_STATES = [(one.value, one.value) for one in Fitness]
TEST_VERDICTS = [(one.value, one.value) for one in Verdict]


@extend_schema_serializer(component_name="PackElement")
class ElementOut(serializers.Serializer[PackElement]):
    """One thing in a pack."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    found_at = serializers.CharField(help_text=_("Where it lives: a link, or words; empty while that is not known."))
    owner = OwnerOut(allow_null=True)
    complete = serializers.BooleanField(source="is_complete")


@extend_schema_serializer(component_name="PackTest")
class TestOut(serializers.Serializer[Any]):
    """How one real task came out with the pack loaded."""

    task = serializers.CharField()
    verdict = serializers.ChoiceField(TEST_VERDICTS)
    note = serializers.CharField()
    tested_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="ContextPack")
class PackOut(serializers.Serializer[PackState]):
    """A role's pack."""

    id = serializers.UUIDField(source="pack.public_id")
    role = serializers.CharField(source="pack.role")
    state = serializers.ChoiceField(PACK_STATES, source="fitness")
    checked_on = serializers.DateField(source="pack.checked_on", allow_null=True)
    elements = ElementOut(many=True)
    tests = TestOut(many=True, help_text=_("The newest first; it is the one that counts."))


@extend_schema_serializer(component_name="ContextPacks")
class PacksOut(serializers.Serializer[Any]):
    """The packs of a programme, by role."""

    items = PackOut(many=True)
    roles_without = serializers.ListField(
        child=serializers.CharField(), help_text=_("Roles in the pods that have none yet.")
    )


@extend_schema_serializer(component_name="NewPack")
class PackIn(StrictSerializer):
    """Whose pack is begun."""

    role = Text(max_length=TEXT_LENGTH)

    def validate_role(self, value: str) -> str:
        return one_line(value)


@extend_schema_serializer(component_name="NewPackElement")
class ElementIn(StrictSerializer):
    """One thing: what, where it lives, who keeps it."""

    name = Text(max_length=ELEMENT_LENGTH)
    found_at = Text(max_length=PLACE_LENGTH, required=False, allow_blank=True, default="")
    owner = PublicId(required=False, allow_null=True, default=None)

    def validate_owner(self, value: UUID | None) -> Person | None:
        return somebody(value, self.context["today"])


@extend_schema_serializer(component_name="NewPackTest")
class TestIn(StrictSerializer):
    """How one real task came out."""

    task = Text(max_length=TASK_LENGTH)
    verdict = serializers.ChoiceField(
        TEST_VERDICTS,
        help_text=_("`generic` is a foundation question: the launch waits until a task came out good."),
    )
    note = Text(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")

    def validate_verdict(self, value: str) -> Verdict:
        return Verdict(value)


class Packs(ForLeads):
    """The context packs of a programme."""

    @extend_schema(
        operation_id="listContextPacks", summary=_("List context packs"), parameters=[PROGRAM], responses=PacksOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        items = _shown(packs_of(found))
        return Response({"items": items, "roles_without": roles_without_pack(found)})

    @extend_schema(
        operation_id="beginContextPack",
        summary=_("Begin a role's pack"),
        description=_("With what every pack holds. Begun already it is that one."),
        parameters=[PROGRAM],
        request=PackIn,
        responses={201: PackOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found, values = asked_program(program), read(PackIn, request)
        try:
            made = actions.begin_pack(program=found, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise problem(refusal) from refusal
        return Response(PackOut(pack_state(made)).data, status=201)


class OnePack(ForLeads):
    """One pack."""

    @extend_schema(
        operation_id="getContextPack",
        summary=_("Read a context pack"),
        parameters=[PROGRAM, PACK_ID],
        responses=PackOut,
    )
    def get(self, request: Inside, org: str, program: str, pack: UUID) -> Response:
        return Response(PackOut(pack_state(_pack(program, pack))).data)

    @extend_schema(
        operation_id="discardContextPack",
        summary=_("Take a context pack away"),
        parameters=[PROGRAM, PACK_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, pack: UUID) -> Response:
        actions.discard_pack(pack=_pack(program, pack), by=request.person, at=request.at)
        return Response(status=204)


class PackElements(ForLeads):
    """What is in a pack."""

    @extend_schema(
        operation_id="putIntoContextPack",
        summary=_("Put something into a pack"),
        parameters=[PROGRAM, PACK_ID],
        request=ElementIn,
        responses={201: PackOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str, pack: UUID) -> Response:
        return Response(_put(request, _pack(program, pack), None), status=201)


class OnePackElement(ForLeads):
    """One thing in a pack."""

    @extend_schema(
        operation_id="changeInContextPack",
        summary=_("Say anew what something in a pack is, where it lives and who keeps it"),
        parameters=[PROGRAM, PACK_ID, ELEMENT_ID],
        request=ElementIn,
        responses=PackOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, pack: UUID, element: UUID) -> Response:
        found = _pack(program, pack)
        return Response(_put(request, found, get_object_or_404(PackElement, pack=found, public_id=element)))

    @extend_schema(
        operation_id="takeOutOfContextPack",
        summary=_("Take something out of a pack"),
        parameters=[PROGRAM, PACK_ID, ELEMENT_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, pack: UUID, element: UUID) -> Response:
        row = get_object_or_404(PackElement, pack=_pack(program, pack), public_id=element)
        actions.take_element(element=row, by=request.person, at=request.at)
        return Response(status=204)


class PackTests(ForLeads):
    """How real tasks came out with a pack."""

    @extend_schema(
        operation_id="testContextPack",
        summary=_("Write down how a real task came out with the pack"),
        parameters=[PROGRAM, PACK_ID],
        request=TestIn,
        responses={201: PackOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str, pack: UUID) -> Response:
        found, values = _pack(program, pack), read(TestIn, request)
        actions.record_test(pack=found, **values, by=request.person, at=request.at)
        return Response(PackOut(pack_state(found)).data, status=201)


def _put(request: Inside, pack: Pack, element: PackElement | None) -> Any:
    values = read(ElementIn, request)
    try:
        actions.put_element(pack=pack, element=element, **values, by=request.person, at=request.at)
    except actions.Refused as refusal:
        raise problem(refusal) from refusal
    return PackOut(pack_state(pack)).data


def _shown(packs: Any) -> Any:
    return PackOut(packs, many=True).data


def _pack(program: str, pack: UUID) -> Pack:
    found: Pack = get_object_or_404(
        Pack.objects.select_related("program__organization"), program__slug=program, public_id=pack
    )
    return found
