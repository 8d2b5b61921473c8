"""Writing prompts for machines: a first version, a better one, every one of them, and off the shelf."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from champions import rules
from champions.actions.prompts import improve_prompt, put_prompt_back, set_prompt_aside
from champions.api.kit import WhoOut, only, problem, read, shown, standing_of, today_of
from champions.api.prompts import PROMPT_ID, NeedOut, WrittenIn
from champions.models import Prompt
from champions.queries.prompts import Step, history_of


@extend_schema_serializer(component_name="PromptVersion")
class VersionOut(serializers.Serializer[Step]):
    """What a prompt says from a time on, and why it was changed. Never rewritten."""

    version = serializers.IntegerField(source="version.number")
    text = serializers.CharField(source="version.text")
    reason = serializers.CharField(source="version.reason", allow_blank=True, help_text=_("Empty for the first alone."))
    review_step = serializers.CharField(source="version.review_step", allow_blank=True)
    needs = NeedOut(many=True)
    author = WhoOut(source="version.author", allow_null=True, help_text=_("Null once erased."))
    written_at = serializers.DateTimeField(source="version.written_at")


@extend_schema_serializer(component_name="PromptVersions")
class VersionsOut(serializers.Serializer[Any]):
    """Every version of a prompt, newest first."""

    items = VersionOut(many=True)


@extend_schema_serializer(
    component_name="NewPromptVersion",
    examples=[
        OpenApiExample(
            "It invented figures",
            value={
                "upon": 1,
                "text": "Write from these notes: {{notes}}. Where a figure is missing, write [figure missing].",
                "reason": "It invented figures.",
                "review_step": "Each figure is checked against the file",
            },
            request_only=True,
        )
    ],
)
class VersionIn(WrittenIn):
    """A better version, and why. It is the one that counts from now on."""

    upon = serializers.IntegerField(
        min_value=1, max_value=2**15 - 1, help_text=_("The number of the version you have read.")
    )
    reason = Text(max_length=rules.LINE_LENGTH)


class PromptVersions(Address):
    """How a prompt became what it is."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="listPromptVersions",
        summary=_("List every version of a prompt"),
        parameters=[PROMPT_ID],
        responses=VersionsOut,
    )
    def get(self, request: Inside, org: str, prompt: UUID) -> Response:
        return Response({"items": shown(VersionOut, history_of(_found(prompt), on=today_of(request)))})

    @extend_schema(
        operation_id="improvePrompt",
        summary=_("Write a better version"),
        description=_("By any champion. Where somebody has written one meanwhile it is refused: read theirs first."),
        parameters=[PROMPT_ID],
        request=VersionIn,
        responses={201: VersionOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, prompt: UUID) -> Response:
        only(standing_of(request).is_champion)
        found = _found(prompt)
        values = read(VersionIn(data=request.data))
        try:
            improve_prompt(prompt=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            beside = {"changed_meanwhile": "upon", "nothing_changed": "text", "need_in_no_pack": "needs"}
            raise problem(refused, beside) from refused
        return Response(VersionOut(history_of(found, on=today_of(request))[0]).data, status=201)


class PromptAside(Address):
    """Whether a prompt is off the shelf. Its versions stay."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="setPromptAside",
        summary=_("Take a prompt off the shelf"),
        description=_("By any champion. Twice is once."),
        parameters=[PROMPT_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, prompt: UUID) -> Response:
        only(standing_of(request).is_champion)
        set_prompt_aside(prompt=_found(prompt), by=request.person, at=request.at)
        return Response(status=204)

    @extend_schema(
        operation_id="putPromptBack",
        summary=_("Put a prompt back on the shelf"),
        parameters=[PROMPT_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, prompt: UUID) -> Response:
        only(standing_of(request).is_champion)
        put_prompt_back(prompt=_found(prompt), by=request.person, at=request.at)
        return Response(status=204)


def _found(prompt: UUID) -> Prompt:
    found: Prompt = get_object_or_404(Prompt.objects.select_related("organization"), public_id=prompt)
    return found
