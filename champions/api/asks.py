"""What is asked of leadership for machines."""

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
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, Role
from champions import rules
from champions.actions.asks import answer_ask, ask_for, confirm_deed, note_deed, withdraw_ask, withdraw_deed
from champions.api.kit import NEXT, WhoOut, only, problem, read, shown, standing_of
from champions.models import LeaderDeed, Need
from champions.queries.asks import readable_deeds, visible
from champions.queries.kit import in_charge
from champions.rules import MODELLING, AskAnswer, LeaderAct

NEED_ID = OpenApiParameter("need", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The ask's id."))
DEED_ID = OpenApiParameter("deed", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The deed's id."))
# An ask that is done writes this one down itself.
NOTED = [act for act in LeaderAct if act is not LeaderAct.ACTED_ON_FEEDBACK]


@extend_schema_serializer(component_name="LeadershipAsk")
class AskOut(serializers.Serializer[Need]):
    """What champions ask of leadership."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    wanted = serializers.CharField()
    why = serializers.CharField()
    asked_by = WhoOut(allow_null=True, help_text=_("Null once erased."))
    owner = WhoOut(allow_null=True, help_text=_("Who is to answer; null once erased."))
    asked_on = serializers.DateField()
    due_on = serializers.DateField(help_text=_("Fourteen days later; afterwards it is overdue."))
    answer = serializers.ChoiceField(
        [one.value for one in AskAnswer], allow_blank=True, help_text=_("Empty while it waits.")
    )
    answer_words = serializers.CharField()
    answered_on = serializers.DateField(allow_null=True)
    acted_on = serializers.BooleanField(source="was_acted_on", help_text=_("Done within fourteen days."))


@extend_schema_serializer(component_name="LeadershipAskPage")
class AsksOut(serializers.Serializer[Any]):
    """Some asks, in the order in which they were raised."""

    items = AskOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(component_name="NewLeadershipAsk")
class AskIn(StrictSerializer):
    """Something champions need."""

    wanted = Text(max_length=rules.LINE_LENGTH)
    why = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    owner = PublicId(help_text=_("The id of an executive or a lead."))
    program = Text(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("The short name of a running programme; else for all."),
    )

    def validate_owner(self, value: UUID) -> Person:
        for one in in_charge(Role.EXECUTIVE, Role.LEAD):
            if one.public_id == value:
                return one
        raise serializers.ValidationError(_("Nobody in charge has this id."), code="unknown_person")

    def validate_program(self, value: str | None) -> Program | None:
        if value is None:
            return None
        found: Program | None = Program.objects.running().filter(slug=value).first()
        if found is None:
            raise serializers.ValidationError(_("No running programme is called that."), code="unknown_program")
        return found


@extend_schema_serializer(component_name="LeadershipAnswer")
class AnswerIn(StrictSerializer):
    """The answer, which reaches the champion as it stands."""

    answer = serializers.ChoiceField([one.value for one in AskAnswer])
    words = Text(max_length=rules.TEXT_LENGTH)


@extend_schema_serializer(component_name="LeaderDeed")
class DeedOut(serializers.Serializer[LeaderDeed]):
    """What a leader did, as somebody wrote it down. It counts once somebody else has confirmed it."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    leader = WhoOut()
    act = serializers.ChoiceField([one.value for one in LeaderAct])
    done_on = serializers.DateField()
    note = serializers.CharField()
    noted_by = WhoOut(allow_null=True, help_text=_("Null once erased."))
    confirmed_at = serializers.DateTimeField(allow_null=True)
    counts = serializers.SerializerMethodField(help_text=_("A video, a mail or a budget never does."))

    def get_counts(self, deed: LeaderDeed) -> bool:
        return deed.act in MODELLING and deed.confirmed_at is not None


@extend_schema_serializer(component_name="LeaderDeedPage")
class DeedsOut(serializers.Serializer[Any]):
    """Some deeds, in the order in which they were written down."""

    items = DeedOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(component_name="NewLeaderDeed")
class DeedIn(StrictSerializer):
    """What a leader did. An executive writes down their own alone."""

    leader = PublicId(help_text=_("The id of an executive."))
    act = serializers.ChoiceField([one.value for one in NOTED])
    done_on = Day()
    note = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)

    def validate_leader(self, value: UUID) -> Person:
        for one in self.context["leaders"]:
            if one.public_id == value:
                return one  # type: ignore[no-any-return]
        raise serializers.ValidationError(_("Nobody in charge has this id."), code="unknown_person")

    def validate_act(self, value: str) -> LeaderAct:
        return LeaderAct(value)


class Asks(Address):
    """What champions ask of leadership: for champions, leads and executives all, for anybody else what they own."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listLeadershipAsks",
        summary=_("List what champions ask of leadership"),
        description=_("All of them for champions, leads and executives; for anybody else those they are to answer."),
        parameters=[PageQuery],
        responses=AsksOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(visible(request.person, standing_of(request)), self.asked, request)
        return Response({"items": shown(AskOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="askLeadership",
        summary=_("Ask leadership for something"),
        description=_("For champions. Whoever owns it is told at once."),
        request=AskIn,
        responses={201: AskOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = read(AskIn(data=request.data))
        try:
            made = ask_for(**values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"own_ask": "owner"}) from refused
        return Response(AskOut(made).data, status=201)


class OneAsk(Address):
    """One ask, to be answered by whoever owns it, a lead or an executive."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(operation_id="getLeadershipAsk", summary=_("Fetch an ask"), parameters=[NEED_ID], responses=AskOut)
    def get(self, request: Inside, org: str, need: UUID) -> Response:
        found: Need = get_object_or_404(visible(request.person, standing_of(request)), public_id=need)
        return Response(AskOut(found).data)

    @extend_schema(
        operation_id="answerLeadershipAsk",
        summary=_("Answer an ask"),
        description=_("Once: the first answer stands, and reaches the champion."),
        parameters=[NEED_ID],
        request=AnswerIn,
        responses=AskOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, need: UUID) -> Response:
        standing = standing_of(request)
        rows = visible(request.person, standing)
        if not (standing.leads_people or standing.manages):
            rows = rows.owned_by(request.person)
        found: Need = get_object_or_404(rows, public_id=need)
        values = read(AnswerIn(data=request.data))
        try:
            answer_ask(
                need=found,
                answer=AskAnswer(values["answer"]),
                words=values["words"],
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise problem(refused) from refused
        return Response(AskOut(rows.get(pk=found.pk)).data)

    @extend_schema(
        operation_id="withdrawLeadershipAsk",
        summary=_("Withdraw an ask"),
        description=_("By whoever asked, while it waits."),
        parameters=[NEED_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, need: UUID) -> Response:
        found: Need = get_object_or_404(Need.objects.standing(), public_id=need, asked_by=request.person)
        try:
            withdraw_ask(need=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(status=204)


class Deeds(Address):
    """What leaders do: champions and leads read all of it, anybody else their own."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listLeaderDeeds",
        summary=_("List what leaders do"),
        description=_("All of it for champions and leads; for anybody else their own."),
        parameters=[PageQuery],
        responses=DeedsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(readable_deeds(request.person, standing_of(request)), self.asked, request)
        return Response({"items": shown(DeedOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="noteLeaderDeed",
        summary=_("Write down what a leader did"),
        description=_("By champions, leads, and executives of themselves. Somebody else confirms it."),
        request=DeedIn,
        responses={201: DeedOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        standing = standing_of(request)
        only(standing.writes_tools or standing.leads_people)
        leaders = in_charge(Role.EXECUTIVE) if standing.writes_tools else [request.person]
        values = read(DeedIn(data=request.data, context={"leaders": leaders}))
        try:
            made = note_deed(**values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"not_yet": "done_on"}) from refused
        return Response(DeedOut(made).data, status=201)


class OneDeed(Address):
    """One deed, to be taken back by whoever wrote it down."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="withdrawLeaderDeed",
        summary=_("Take back what was written down of a leader"),
        description=_("Before it is confirmed."),
        parameters=[DEED_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, deed: UUID) -> Response:
        found: LeaderDeed = get_object_or_404(LeaderDeed, public_id=deed, noted_by=request.person)
        try:
            withdraw_deed(deed=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(status=204)


class DeedConfirmation(Address):
    """That somebody else saw it happen."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="confirmLeaderDeed",
        summary=_("Confirm what a leader did"),
        description=_("By a champion or a lead who is neither the leader nor wrote it down."),
        parameters=[DEED_ID],
        request=None,
        responses=DeedOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, deed: UUID) -> Response:
        standing = standing_of(request)
        only(standing.writes_tools)
        rows = readable_deeds(request.person, standing)
        found: LeaderDeed = get_object_or_404(rows, public_id=deed)
        try:
            confirm_deed(deed=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(DeedOut(rows.get(pk=found.pk)).data)
