"""Day-7 follow-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown
from pods import actions, rules
from pods.api.names import NameOut
from pods.models import FollowUp, FollowUpQuerySet, Pod
from pods.rules import Cause, Used


@extend_schema_serializer(component_name="FollowUp")
class FollowUpOut(serializers.Serializer[FollowUp]):
    """Day 7 of one person. What was said is not here: it stays between the two."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    pod = serializers.UUIDField(
        source="seen_to_in",
        allow_null=True,
        help_text=_(
            "Whose champion sees to it: the person’s own, also after a move. Null of a leader’s, which leads see to."
        ),
    )
    person = NameOut()
    held_on = serializers.DateField(source="session.held_on", help_text=_("The day of the session."))
    due_at = serializers.DateTimeField(help_text=_("Their local day 7, in working hours."))
    answered_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField([one.value for one in Cause], allow_blank=True, help_text=_("Empty without one."))
    fixed = serializers.BooleanField(allow_null=True)


@extend_schema_serializer(component_name="FollowUpPage")
class FollowUpsOut(serializers.Serializer[Any]):
    """Some follow-ups, in the order in which they were promised."""

    items = FollowUpOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="FollowUpAnswer",
    examples=[
        OpenApiExample(
            "Stopped at an obstacle",
            value={"used": "stopped", "what_failed": "Rewrote everything.", "cause": "obstacle", "fixed": True},
            request_only=True,
        )
    ],
)
class FollowUpIn(StrictSerializer):
    """The three answers. Without a cause the matter is closed, and nobody asks on."""

    used = serializers.ChoiceField([one.value for one in Used])
    what_happened = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    what_failed = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    cause = serializers.ChoiceField([one.value for one in Cause], required=False, allow_null=True, default=None)
    fixed = serializers.BooleanField(required=False, allow_null=True, default=None)


class FollowUpsQuery(PageQuery):
    """How a list of follow-ups can be narrowed."""

    open = serializers.BooleanField(required=False, allow_null=True, default=None, help_text=_("Answered or not."))


FOLLOW_UP = OpenApiParameter(
    "follow_up", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The follow-up's id.")
)


class FollowUps(Address):
    """Day 7s: for champions those of their pods, for leads all."""

    permission = Permission.ENTER
    query = FollowUpsQuery

    @extend_schema(
        operation_id="listFollowUps",
        summary=_("List follow-ups"),
        description=_("For champions those of the pods they lead, for leads all. Names and causes, never words."),
        parameters=[FollowUpsQuery],
        responses=FollowUpsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = _with_pod(FollowUp.objects.all())
        if not _manages(request):
            rows = rows.for_champion(request.person)
        if self.asked["open"] is not None:
            rows = rows.open(request.at) if self.asked["open"] else rows.answered()
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(FollowUpOut, page.rows), "next": page.next})


class OneFollowUp(Address):
    """Day 7 of one person in a pod one leads; for leads also of a leader they sit down with."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getFollowUp", summary=_("Fetch a follow-up"), parameters=[FOLLOW_UP], responses=FollowUpOut
    )
    def get(self, request: Inside, org: str, follow_up: UUID) -> Response:
        return Response(FollowUpOut(_mine(request, follow_up)).data)

    @extend_schema(
        operation_id="answerFollowUp",
        summary=_("Write a follow-up down"),
        description=_("Once: the first answer stands."),
        parameters=[FOLLOW_UP],
        request=FollowUpIn,
        responses=FollowUpOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, follow_up: UUID) -> Response:
        found = _mine(request, follow_up)
        values = read(FollowUpIn(data=request.data))
        cause = Cause(values.pop("cause")) if values["cause"] else values.pop("cause")
        try:
            actions.answer_follow_up(
                follow_up=found,
                **{**values, "used": Used(values["used"])},
                cause=cause,
                by=request.person,
                at=request.at,
            )
        except actions.AlreadyAnswered as refused:
            words = _("It was written down already; the first answer stands.")
            raise Problem("conflict", errors={"": ("already_answered", words)}) from refused
        return Response(FollowUpOut(_mine(request, follow_up)).data)


def _manages(request: Inside) -> bool:
    return Permission.MANAGE_PROGRAMS in request._request.permissions  # type: ignore[attr-defined]


def _mine(request: Inside, follow_up: UUID) -> FollowUp:
    rows = _with_pod(FollowUp.objects.seen_to_by(request.person, leads=_manages(request)))
    found: FollowUp = get_object_or_404(rows, public_id=follow_up)
    return found


def _with_pod(rows: FollowUpQuerySet) -> FollowUpQuerySet:
    """Adds `seen_to_in`: the pod's public id."""
    pod = Pod.objects.filter(pk=OuterRef("pod_now")).values("public_id")[:1]
    found: FollowUpQuerySet = rows.with_pod().annotate(seen_to_in=Subquery(pod)).select_related("person", "session")
    return found
