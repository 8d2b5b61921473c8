"""The champions' network for machines: who helps with what, and whom champions ask."""

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
from adoption.programs.api.address import somebody
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions import rules
from champions.actions.network import list_expert, put_expert_back, take_expert_off, write_card
from champions.api.kit import WhoOut, only, problem, read, shown, standing_of, today_of
from champions.models import Card, Expert
from champions.queries.network import Peer, network

EXPERT_ID = OpenApiParameter("expert", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The entry's id."))


@extend_schema_serializer(component_name="NetworkCard")
class CardOut(serializers.Serializer[Card]):
    """What a champion says of themselves."""

    solves = serializers.CharField()
    office_hours = serializers.CharField()


@extend_schema_serializer(component_name="NetworkChampion")
class PeerOut(serializers.Serializer[Peer]):
    """A champion as the others find them."""

    person = WhoOut()
    programs = serializers.ListField(child=serializers.CharField(), help_text=_("Where they lead."))
    workflows = serializers.ListField(child=serializers.CharField(), help_text=_("The work they know."))
    card = CardOut(allow_null=True, help_text=_("Null until they have written one."))


@extend_schema_serializer(component_name="Expert")
class ExpertOut(serializers.Serializer[Expert]):
    """Somebody for what champions cannot solve."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    person = WhoOut()
    topic = serializers.CharField()
    how = serializers.CharField(help_text=_("How to reach them."))


@extend_schema_serializer(component_name="Network")
class NetworkOut(serializers.Serializer[Any]):
    """Champions of every programme by name, and experts by topic."""

    champions = PeerOut(many=True)
    experts = ExpertOut(many=True)


@extend_schema_serializer(component_name="NewNetworkCard")
class CardIn(StrictSerializer):
    """What you help with, and when. Written again it replaces the first."""

    solves = Text(max_length=rules.LINE_LENGTH)
    office_hours = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)


@extend_schema_serializer(component_name="NewExpert")
class ExpertIn(StrictSerializer):
    """Somebody who agreed to be asked."""

    person = PublicId(help_text=_("The id of the person."))
    topic = Text(max_length=rules.TITLE_LENGTH)
    how = Text(required=False, allow_blank=True, default="", max_length=rules.LINE_LENGTH)

    def validate_person(self, value: UUID) -> Person | None:
        return somebody(value, self.context["today"])


class Network(Address):
    """Who knows what."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="getNetwork", summary=_("Read who helps with what"), parameters=[], responses=NetworkOut
    )
    def get(self, request: Inside, org: str) -> Response:
        found = network(on=today_of(request))
        return Response({"champions": shown(PeerOut, found.peers), "experts": shown(ExpertOut, found.experts)})


class OwnCard(Address):
    """What one says of oneself as a champion."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="writeNetworkCard",
        summary=_("Say what you help with"),
        description=_("For champions."),
        request=CardIn,
        responses=CardOut,
    )
    @idempotent
    def put(self, request: Inside, org: str) -> Response:
        only(standing_of(request).is_champion)
        made = write_card(**read(CardIn(data=request.data)), by=request.person, at=request.at)
        return Response(CardOut(made).data)


class Experts(Address):
    """Whom champions ask what they cannot solve."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="listExpert",
        summary=_("Put an expert on the list"),
        description=_("For champions and leads."),
        request=ExpertIn,
        responses={201: ExpertOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        only(standing_of(request).writes_tools)
        values = read(ExpertIn(data=request.data, context={"today": today_of(request)}))
        try:
            made = list_expert(**values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused, {"listed_already": "topic"}) from refused
        return Response(ExpertOut(made).data, status=201)


class OneExpert(Address):
    """One entry of the list: champions and leads look after it, and whoever stands on it may leave it."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="putExpertBack",
        summary=_("Put an expert back on the list"),
        parameters=[EXPERT_ID],
        request=None,
        responses=ExpertOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, expert: UUID) -> Response:
        found = _entry(request, expert)
        try:
            put_expert_back(expert=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(ExpertOut(found).data)

    @extend_schema(
        operation_id="takeExpertOff",
        summary=_("Take an expert off the list"),
        parameters=[EXPERT_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, expert: UUID) -> Response:
        take_expert_off(expert=_entry(request, expert), by=request.person, at=request.at)
        return Response(status=204)


def _entry(request: Inside, expert: UUID) -> Expert:
    found: Expert = get_object_or_404(Expert.objects.select_related("person"), public_id=expert)
    only(standing_of(request).writes_tools or found.person_id == request.person.pk)
    return found
