"""Wins for machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from champions import rules
from champions.actions.wins import share_win, take_thanks_back, take_win_back, thank
from champions.api.kit import NEXT, problem, read, shown
from champions.models import Prompt, Win
from champions.queries.wins import with_thanks

WIN_ID = OpenApiParameter("win", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The win's id."))


@extend_schema_serializer(component_name="Win")
class WinOut(serializers.Serializer[Win]):
    """What somebody managed."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    person = serializers.SerializerMethodField(help_text=_("Null where they would rather not be named."))
    task = serializers.CharField()
    minutes_now = serializers.IntegerField()
    minutes_before = serializers.IntegerField()
    output = serializers.CharField()
    asked_for = serializers.BooleanField(help_text=_("Somebody had asked for it."))
    shared_at = serializers.DateTimeField()
    thanks = serializers.IntegerField(source="thank_count", default=0, help_text=_("How many have said thanks."))
    thanked = serializers.BooleanField(source="is_thanked", default=False, help_text=_("Whether you have."))

    def get_person(self, win: Win) -> str | None:
        return None if win.hides_name else win.person.name


@extend_schema_serializer(component_name="WinPage")
class WinsOut(serializers.Serializer[Any]):
    """Some wins, in the order in which they were shared."""

    items = WinOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=NEXT)


@extend_schema_serializer(
    component_name="NewWin",
    examples=[
        OpenApiExample(
            "A report",
            value={
                "task": "draft the Q2 report",
                "minutes_now": 40,
                "minutes_before": 180,
                "output": "Nine pages, in the client's folder",
            },
            request_only=True,
        )
    ],
)
class WinIn(StrictSerializer):
    """A win of your own, for everybody in the organisation to read."""

    task = Text(max_length=rules.LINE_LENGTH)
    minutes_now = serializers.IntegerField(min_value=1, max_value=rules.MOST_MINUTES)
    minutes_before = serializers.IntegerField(min_value=1, max_value=rules.MOST_MINUTES)
    output = Text(max_length=rules.TEXT_LENGTH)
    asked_for = serializers.BooleanField(required=False, default=False)
    hides_name = serializers.BooleanField(required=False, default=False)
    prompt = PublicId(
        required=False, allow_null=True, default=None, help_text=_("The id of the prompt it was done with.")
    )

    def validate_prompt(self, value: UUID | None) -> Prompt | None:
        if value is None:
            return None
        found: Prompt | None = Prompt.objects.on_the_shelf().select_related("workflow").filter(public_id=value).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such prompt in the library."), code="unknown_prompt")
        return found


class Wins(Address):
    """Wins of every team."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(operation_id="listWins", summary=_("List wins"), parameters=[PageQuery], responses=WinsOut)
    def get(self, request: Inside, org: str) -> Response:
        rows = with_thanks(Win.objects.shown().select_related("person"), request.person)
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(WinOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="shareWin", summary=_("Share a win of your own"), request=WinIn, responses={201: WinOut}
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = read(WinIn(data=request.data))
        made = share_win(**values, workflow=None, by=request.person, at=request.at)
        return Response(WinOut(made).data, status=201)


class OneWin(Address):
    """A win of your own, which you can take back."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="takeWinBack",
        summary=_("Take a win of your own back"),
        description=_("Nobody else reads it any more. Twice is once."),
        parameters=[WIN_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, win: UUID) -> Response:
        found: Win = get_object_or_404(Win, public_id=win, person=request.person)
        take_win_back(win=found, by=request.person, at=request.at)
        return Response(status=204)


class WinThanks(Address):
    """Your thanks for a win."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="thankForWin",
        summary=_("Thank for a win"),
        description=_("Not for your own. Twice is once."),
        parameters=[WIN_ID],
        request=None,
        responses=WinOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, win: UUID) -> Response:
        found = _shown(win)
        try:
            thank(win=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return self._answer(request, found)

    @extend_schema(
        operation_id="takeThanksBack",
        summary=_("Take your thanks back"),
        description=_("Twice is once."),
        parameters=[WIN_ID],
        responses=WinOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, win: UUID) -> Response:
        found = _shown(win)
        take_thanks_back(win=found, by=request.person)
        return self._answer(request, found)

    def _answer(self, request: Inside, win: Win) -> Response:
        row = with_thanks(Win.objects.select_related("person"), request.person).get(pk=win.pk)
        return Response(WinOut(row).data)


def _shown(win: UUID) -> Win:
    found: Win = get_object_or_404(Win.objects.shown(), public_id=win)
    return found
