"""Who needs what, for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions, queries, rules
from adoption.programs.api.address import ForLeads, read, refusals
from adoption.programs.models import Attention
from adoption.programs.queries import Wanting
from adoption.programs.queries.attention import waiting_rows
from adoption.programs.rules import Kind
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission, local_date

KINDS = [(one.value, one.value) for one in Kind]
ATTENTION = OpenApiParameter("attention", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The reason's id."))
_STUCK = {
    "id": "5d0f6f3e-7d59-4f10-9b0f-0f4f4a7f1c22",
    "program": "client-reports",
    "kind": "stuck",
    "about": "Mira Lindgren",
    "person": "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11",
    "why": "Hit an obstacle that was not solved: found on day 7, and not fixed yet.",
    "cause": "obstacle",
    "step": "One to one on their own last piece: find the step where it broke, and change that.",
    "since": "2026-07-07",
    "put_off_until": None,
    "put_off_because": "",
    "asked_at": None,
    "done_at": None,
}


@extend_schema_serializer(component_name="Reason", examples=[OpenApiExample("Somebody who is stuck", value=_STUCK)])
class ReasonOut(serializers.Serializer[Wanting]):
    """Why somebody, or a programme as a whole, wants attention, and what helps."""

    id = serializers.UUIDField(source="row.public_id", help_text=_("Never changes."))
    program = serializers.CharField(source="row.program.slug")
    kind = serializers.ChoiceField(KINDS, source="row.kind")
    about = serializers.CharField(source="called", help_text=_("The person’s name, or the programme’s."))
    person = serializers.UUIDField(
        source="row.person.public_id", default=None, allow_null=True, help_text=_("Null where it is about a programme.")
    )
    why = serializers.CharField()
    cause = serializers.CharField(
        allow_null=True,
        help_text=_("What was found on day 7, where that is why; null otherwise. As a step’s hindrance."),
    )
    step = serializers.CharField(help_text=_("The next step that is proposed."))
    since = serializers.DateField()
    put_off_until = serializers.DateField(source="row.snoozed_until", allow_null=True)
    put_off_because = serializers.CharField(source="row.snooze_reason")
    asked_at = serializers.DateTimeField(source="row.asked_at", allow_null=True, help_text=_("When a champion was."))
    done_at = serializers.DateTimeField(source="row.handled_at", allow_null=True)


@extend_schema_serializer(component_name="ReasonPage")
class ReasonsOut(serializers.Serializer[Any]):
    """Some reasons, in the order in which they were raised."""

    items = ReasonOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


class AttentionQuery(PageQuery):
    """What the list can be narrowed by."""

    program = serializers.SlugField(required=False, help_text=_("Only of this programme."))
    kind = serializers.ChoiceField(KINDS, required=False, help_text=_("Only this kind of reason."))


@extend_schema_serializer(
    component_name="PutOff",
    examples=[OpenApiExample("A project", value={"until": "2026-07-20", "reason": "Abroad"}, request_only=True)],
)
class PutOffIn(StrictSerializer):
    """Until when something rests, and why."""

    until = Day(help_text=_("At most six weeks ahead."))
    reason = Text(max_length=rules.REASON_LENGTH)


class Reasons(Address):
    """What waits, in every programme."""

    permission = Permission.MANAGE_PROGRAMS
    query = AttentionQuery

    @extend_schema(
        operation_id="listAttention",
        summary=_("List who needs what"),
        description=_("What waits now, in every programme that is launched. What was put off or done is left out."),
        parameters=[AttentionQuery],
        responses=ReasonsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        today = local_date(request.at, request.organization.zone)
        rows = waiting_rows(program=self.asked.get("program", ""), kind=self.asked.get("kind", ""), on=today)
        page = page_of(rows, self.asked, request)
        told: Any = queries.told(page.rows, at=request.at)
        return Response({"items": ReasonOut(told, many=True).data, "next": page.next})


class ReasonAsked(ForLeads):
    """That a champion is asked to see to somebody."""

    @extend_schema(
        operation_id="askAboutAttention",
        summary=_("Ask the champion to see to it"),
        description=_(
            "They get a mail in working hours, once. Where nobody leads the pod there is nobody to ask: 409."
        ),
        parameters=[ATTENTION],
        request=None,
        responses=ReasonOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, attention: UUID) -> Response:
        found = _one(attention)
        with refusals():
            guide = queries.guide_of(found, at=request.at)
            if guide is None:
                raise actions.Refused("nobody_to_ask")
            actions.ask_guide(attention=found, guide=guide, by=request.person, at=request.at)
        return _answer(attention, request)

    @extend_schema(
        operation_id="unaskAboutAttention",
        summary=_("Take back that the champion was asked"),
        description=_("If the mail has not gone yet, it does not go."),
        parameters=[ATTENTION],
        responses=ReasonOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, attention: UUID) -> Response:
        actions.unask_guide(attention=_one(attention), by=request.person, at=request.at)
        return _answer(attention, request)


class ReasonDone(ForLeads):
    """That something was dealt with."""

    @extend_schema(
        operation_id="handleAttention",
        summary=_("Say that a reason is dealt with"),
        description=_(
            "A day 7 is answered and whoever is stuck gets a step: to say so of these two is refused, and the answer says what closes them."
        ),
        parameters=[ATTENTION],
        request=None,
        responses=ReasonOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, attention: UUID) -> Response:
        found = _one(attention)
        with refusals():
            actions.handle_attention(attention=found, by=request.person, at=request.at)
        return _answer(attention, request)

    @extend_schema(
        operation_id="reopenAttention",
        summary=_("Bring a reason back"),
        description=_("One that was called done, or put off."),
        parameters=[ATTENTION],
        responses=ReasonOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, attention: UUID) -> Response:
        found = _one(attention)
        with refusals():
            actions.reopen_attention(attention=found, by=request.person, at=request.at)
        return _answer(attention, request)


class ReasonLater(ForLeads):
    """That something rests until a day."""

    @extend_schema(
        operation_id="putOffAttention",
        summary=_("Put a reason off"),
        description=_("Then it is back by itself."),
        parameters=[ATTENTION],
        request=PutOffIn,
        responses=ReasonOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, attention: UUID) -> Response:
        found = _one(attention)
        given = read(PutOffIn, request)
        with refusals("until"):
            actions.put_off_attention(attention=found, **given, by=request.person, at=request.at)
        return _answer(attention, request)


def _one(attention: UUID) -> Attention:
    found: Attention = get_object_or_404(
        Attention.objects.select_related("program__organization", "person"), public_id=attention
    )
    return found


def _answer(attention: UUID, request: Inside) -> Response:
    return Response(ReasonOut(queries.one_wanting(_one(attention), at=request.at)).data)
