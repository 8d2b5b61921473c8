"""What must be there before a launch, for machines: the board, the policy, and context packs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions, rules
from adoption.programs.api.programs import PROGRAM
from adoption.programs.forms.readiness import readiness_refusal
from adoption.programs.models import Pack, PackElement, Policy, Program
from adoption.programs.queries.packs import PackState, pack_state, packs_of, roles_without_pack
from adoption.programs.queries.policy import newest_policy, own_acknowledgement
from adoption.programs.queries.readiness import Board, Line, board
from adoption.programs.rules.packs import ELEMENT_LENGTH, NOTE_LENGTH, PLACE_LENGTH, TASK_LENGTH, Fitness, Verdict
from adoption.programs.rules.readiness import EVIDENCE_LENGTH, POLICY_LENGTH, Item, Standing
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH, Permission, local_date, one_line

ITEM = OpenApiParameter(
    "item", str, OpenApiParameter.PATH, enum=[one.value for one in Item], description=_("A line of the board.")
)
PACK_ID = OpenApiParameter("pack", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The pack's id."))
ELEMENT_ID = OpenApiParameter(
    "element", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("One thing in the pack.")
)
LINE_STATES = [(one.value, one.value) for one in Standing]
PACK_STATES = [(one.value, one.value) for one in Fitness]
TEST_VERDICTS = [(one.value, one.value) for one in Verdict]
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
        return _somebody(value, self.context["today"])


@extend_schema_serializer(component_name="LineWaiver")
class ItemWaiverIn(StrictSerializer):
    """Why the launch does not wait for a line."""

    reason = Text(max_length=rules.REASON_LENGTH)


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
        return _somebody(value, self.context["today"])


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


class Readiness(Address):
    """The board of a programme."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="getReadiness", summary=_("Read the readiness board"), parameters=[PROGRAM], responses=BoardOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(BoardOut(board(_find(program), at=request.at)).data)


class ReadinessLine(Address):
    """One line of the board."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="arrangeReadiness",
        summary=_("Say whose a line is, by when, and what shows it"),
        parameters=[PROGRAM, ITEM],
        request=PreparationIn,
        responses=BoardOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, item: str) -> Response:
        found, which = _find(program), _item(item)
        values = _read(PreparationIn, request)
        try:
            actions.prepare(program=found, item=which, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
        return Response(BoardOut(board(found, at=request.at)).data)


class ReadinessWaiver(Address):
    """That the launch does not wait for a line."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="waiveReadiness",
        summary=_("Write down why the launch does not wait for a line"),
        parameters=[PROGRAM, ITEM],
        request=ItemWaiverIn,
        responses=BoardOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, item: str) -> Response:
        found, which = _find(program), _item(item)
        values = _read(ItemWaiverIn, request)
        try:
            actions.waive_item(program=found, item=which, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
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
            actions.withdraw_item_waiver(program=_find(program), item=_item(item), by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
        return Response(status=204)


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
        values = _read(PolicyIn, request)
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
        values = _read(AcknowledgementIn, request)
        try:
            made = actions.acknowledge(person=request.person, version=values["version"], at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
        return Response(PolicyOut(made.policy, context={"person": request.person}).data)


class PolicyRequests(Address):
    """Asking those in the pods to read it."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

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
            asked = actions.ask_to_read(program=_find(program), by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
        return Response({"asked": asked})


class Packs(Address):
    """The context packs of a programme."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listContextPacks", summary=_("List context packs"), parameters=[PROGRAM], responses=PacksOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = _find(program)
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
        found, values = _find(program), _read(PackIn, request)
        try:
            made = actions.begin_pack(program=found, **values, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _problem(refusal) from refusal
        return Response(PackOut(pack_state(made)).data, status=201)


class OnePack(Address):
    """One pack."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

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


class PackElements(Address):
    """What is in a pack."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

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


class OnePackElement(Address):
    """One thing in a pack."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

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


class PackTests(Address):
    """How real tasks came out with a pack."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="testContextPack",
        summary=_("Write down how a real task came out with the pack"),
        parameters=[PROGRAM, PACK_ID],
        request=TestIn,
        responses={201: PackOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str, pack: UUID) -> Response:
        found, values = _pack(program, pack), _read(TestIn, request)
        actions.record_test(pack=found, **values, by=request.person, at=request.at)
        return Response(PackOut(pack_state(found)).data, status=201)


def _put(request: Inside, pack: Pack, element: PackElement | None) -> Any:
    values = _read(ElementIn, request)
    try:
        actions.put_element(pack=pack, element=element, **values, by=request.person, at=request.at)
    except actions.Refused as refusal:
        raise _problem(refusal) from refusal
    return PackOut(pack_state(pack)).data


def _shown(packs: Any) -> Any:
    return PackOut(packs, many=True).data


def _read(serializer: type[StrictSerializer], request: Inside) -> dict[str, Any]:
    read = serializer(data=request.data, context={"today": local_date(request.at, request.organization.zone)})
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _problem(refusal: actions.Refused) -> Problem:
    return Problem("conflict", errors={BESIDE.get(refusal.code, ""): (refusal.code, readiness_refusal(refusal.code))})


def _somebody(value: UUID | None, on: Any) -> Person | None:
    if value is None:
        return None
    found: Person | None = Person.objects.here(on).filter(public_id=value).first()
    if found is None:
        raise serializers.ValidationError(_("Nobody in the directory has this id."), code="unknown_person")
    return found


def _item(item: str) -> Item:
    try:
        return Item(item)
    except ValueError:
        raise Http404 from None


def _find(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.select_related("workflow", "organization"), slug=slug)
    return found


def _pack(program: str, pack: UUID) -> Pack:
    found: Pack = get_object_or_404(
        Pack.objects.select_related("program__organization"), program__slug=program, public_id=pack
    )
    return found
