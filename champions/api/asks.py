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
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, Role
from champions import rules
from champions.actions.asks import answer_ask, ask_for
from champions.api.kit import NEXT, WhoOut, read, shown, standing_of
from champions.forms.kit import said
from champions.models import Need
from champions.queries.asks import visible
from champions.queries.kit import in_charge
from champions.rules import AskAnswer

NEED_ID = OpenApiParameter("need", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The ask's id."))


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
        [(one.value, one.value) for one in AskAnswer], allow_blank=True, help_text=_("Empty while it waits.")
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

    def validate_owner(self, value: UUID) -> Person:
        for one in in_charge(Role.EXECUTIVE, Role.LEAD):
            if one.public_id == value:
                return one
        raise serializers.ValidationError(_("Nobody in charge has this id."), code="unknown_person")


@extend_schema_serializer(component_name="LeadershipAnswer")
class AnswerIn(StrictSerializer):
    """The answer, which reaches the champion as it stands."""

    answer = serializers.ChoiceField([(one.value, one.value) for one in AskAnswer])
    words = Text(max_length=rules.TEXT_LENGTH)


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
            made = ask_for(**values, program=None, by=request.person, at=request.at)
        except Refused as refused:
            raise Problem("conflict", errors={"": (refused.code, said(refused.code))}) from refused
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
            raise Problem("conflict", errors={"": (refused.code, said(refused.code))}) from refused
        return Response(AskOut(rows.get(pk=found.pk)).data)
