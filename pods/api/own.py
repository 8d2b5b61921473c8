"""One's own day 7."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
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
from pods.api.follow_ups import FOLLOW_UP
from pods.models import FollowUp
from pods.rules import Cause, Used


@extend_schema_serializer(component_name="OwnFollowUp")
class OwnFollowUpOut(serializers.Serializer[FollowUp]):
    """Your day 7, with what was written down of it."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    pod = serializers.CharField(
        source="session.pod.name", default=None, allow_null=True, help_text=_("Null of a one-to-one with a lead.")
    )
    held_on = serializers.DateField(source="session.held_on", help_text=_("The day of the session."))
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    used = serializers.ChoiceField([one.value for one in Used], allow_blank=True)
    what_happened = serializers.CharField()
    what_failed = serializers.CharField()
    cause = serializers.ChoiceField([one.value for one in Cause], allow_blank=True, help_text=_("Empty without one."))


@extend_schema_serializer(component_name="OwnFollowUpPage")
class OwnFollowUpsOut(serializers.Serializer[Any]):
    """Some of your days 7, in the order in which they were promised."""

    items = OwnFollowUpOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="OwnFollowUpAnswer")
class OwnFollowUpIn(StrictSerializer):
    """The three answers. Without a cause it is closed, and nobody asks on."""

    used = serializers.ChoiceField([one.value for one in Used])
    what_happened = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    what_failed = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    cause = serializers.ChoiceField([one.value for one in Cause], required=False, allow_null=True, default=None)


class OwnFollowUps(Address):
    """Your days 7."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnFollowUps",
        summary=_("List your own follow-ups"),
        parameters=[PageQuery],
        responses=OwnFollowUpsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = FollowUp.objects.filter(person=request.person).select_related("session__pod")
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(OwnFollowUpOut, page.rows), "next": page.next})


class OwnFollowUp(Address):
    """One of your days 7."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getOwnFollowUp",
        summary=_("Fetch your own follow-up"),
        parameters=[FOLLOW_UP],
        responses=OwnFollowUpOut,
    )
    def get(self, request: Inside, org: str, follow_up: UUID) -> Response:
        return Response(OwnFollowUpOut(_own(request, follow_up)).data)

    @extend_schema(
        operation_id="answerOwnFollowUp",
        summary=_("Answer your own follow-up alone"),
        description=_("From its day on, once: the first answer stands. Whether it was fixed your champion says."),
        parameters=[FOLLOW_UP],
        request=OwnFollowUpIn,
        responses=OwnFollowUpOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, follow_up: UUID) -> Response:
        found = _own(request, follow_up)
        values = read(OwnFollowUpIn(data=request.data))
        if found.due_at > request.at:
            raise Problem("conflict", errors={"": ("not_yet", _("Its day is still to come."))})
        cause = Cause(values.pop("cause")) if values["cause"] else values.pop("cause")
        try:
            actions.answer_follow_up(
                follow_up=found,
                **{**values, "used": Used(values["used"])},
                cause=cause,
                # Not fixed before somebody says so.
                fixed=False,
                by=request.person,
                at=request.at,
            )
        except actions.AlreadyAnswered as refused:
            words = _("It was written down already; the first answer stands.")
            raise Problem("conflict", errors={"": ("already_answered", words)}) from refused
        return Response(OwnFollowUpOut(_own(request, follow_up)).data)


def _own(request: Inside, follow_up: UUID) -> FollowUp:
    rows = FollowUp.objects.filter(person=request.person).select_related("person", "session__pod")
    found: FollowUp = get_object_or_404(rows, public_id=follow_up)
    return found
