"""The advice-network question for machines: asking everybody, and where the asking is. Never who named whom."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.queries.people import departments
from adoption.tenancy.rules import NAME_LENGTH, Permission
from surveys import actions
from surveys.forms import refusal_sentence
from surveys.models import NominationWave
from surveys.queries import Asking, asking_of

BESIDE = {"too_few_asked": "departments", "until": "until"}


@extend_schema_serializer(
    component_name="AdviceQuestion",
    examples=[
        OpenApiExample(
            "Open",
            value={
                "departments": [],
                "asked": 150,
                "opened_at": "2026-06-24T08:00:00Z",
                "closes_at": "2026-07-08T22:59:59Z",
                "counted_at": None,
                "open": True,
            },
        )
    ],
)
class AskingOut(serializers.Serializer[Asking]):
    """Where the question is. Neither who answered nor how many: one could see answers arrive."""

    departments = serializers.ListField(
        source="wave.departments", child=serializers.CharField(), help_text=_("Empty: everybody.")
    )
    asked = serializers.IntegerField(help_text=_("How many people are asked."))
    opened_at = serializers.DateTimeField(source="wave.opened_at")
    closes_at = serializers.DateTimeField(source="wave.closes_at")
    counted_at = serializers.DateTimeField(
        source="wave.counted_at", allow_null=True, help_text=_("Null until it is counted and every name deleted.")
    )
    open = serializers.BooleanField(source="is_open", help_text=_("Whether it still takes answers."))


@extend_schema_serializer(component_name="NewAdviceQuestion")
class AskingIn(StrictSerializer):
    """Whom to ask, and until the end of which day: three weeks at most."""

    departments = serializers.ListField(
        child=Text(max_length=NAME_LENGTH), required=False, default=list, help_text=_("By name; none means everybody.")
    )
    until = Day()

    def validate_departments(self, value: list[str]) -> list[str]:
        known = departments()
        if any(one not in known for one in value):
            raise serializers.ValidationError(_("There is no such department."), code="unknown_department")
        return [one for one in known if one in value]


class Nominations(Address):
    """The advice-network question of a programme."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="getAdviceQuestion",
        summary=_("See where the question is whom people go to"),
        description=_("People answer by mailed link or on their page alone: a token would know who names whom."),
        parameters=[PROGRAM],
        responses=AskingOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_shown(request, get_object_or_404(_asked(program)).program))

    @extend_schema(
        operation_id="askAdviceQuestion",
        summary=_("Ask everybody whom they go to"),
        description=_("Before the launch, by mail. Asked again it replaces what was counted."),
        parameters=[PROGRAM],
        request=AskingIn,
        responses={201: AskingOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        values = AskingIn(data=request.data)
        values.is_valid(raise_exception=True)
        try:
            actions.open_nominations(program=found, by=request.person, at=request.at, **values.validated_data)
        except actions.Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(_shown(request, found), status=201)


class NominationReminder(Address):
    """One reminder to whoever has not answered."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="remindOfAdviceQuestion",
        summary=_("Remind whoever has not answered"),
        description=_("Once, and not at once."),
        parameters=[PROGRAM],
        request=None,
        responses={204: None},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        wave = get_object_or_404(_asked(program))
        try:
            actions.remind_nominations(wave=wave, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(status=204)


class NominationCount(Address):
    """The count, after which nobody can learn who named whom."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="countNominations",
        summary=_("Take no more answers, and count them"),
        description=_("Who could be a champion stands among the candidates. Every name that was given is deleted."),
        parameters=[PROGRAM],
        request=None,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        wave = get_object_or_404(_asked(program))
        try:
            actions.close_nominations(wave=wave, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise _refused(refusal) from refusal
        return Response(status=204)


def _asked(program: str) -> Any:
    return NominationWave.objects.filter(program__slug=program).select_related("program__organization")


def _shown(request: Inside, program: Program) -> Any:
    found = asking_of(program, at=request.at)
    assert found is not None  # it was asked
    return AskingOut(found).data


def _refused(refusal: actions.Refused) -> Problem:
    words = refusal_sentence(refusal.code, refusal.facts)
    return Problem("conflict", errors={BESIDE.get(refusal.code, ""): (refusal.code, words)})
