"""Whom to talk to, as on a pod's page; and what keeps people, through the gate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.disclosure.queries import Wording
from adoption.programs import actions as programs
from adoption.programs.actions import Refused
from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from champions.api.kit import shown
from pods import queries
from pods.api.names import ONE, POD, SOMEBODY, NameOut, led_pod, problem
from pods.queries.pod import Talk
from pods.queries.remedies import CauseRow, Diagnosis, diagnosis
from pods.rules import Cause

ATTENTION_ID = OpenApiParameter("attention", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The row's id."))


@extend_schema_serializer(
    component_name="PodTalk",
    examples=[
        OpenApiExample(
            "Got stuck",
            value={
                "id": ONE,
                "person": {"id": SOMEBODY, "name": "Ben Okafor"},
                "why": "Hit an obstacle that was not solved: found on day 7, and not fixed yet.",
                "cause": "obstacle",
                "step": "One to one on their own last piece: find the step where it broke, and change that.",
                "since": "2026-06-30",
                "saying": "Show me your last one: at which step did it break? We change that one step.",
                "follow_up": None,
                "question": None,
            },
        )
    ],
)
class TalkOut(serializers.Serializer[Talk]):
    """Somebody to talk to, and what one can say."""

    id = serializers.UUIDField(
        source="row.public_id",
        allow_null=True,
        default=None,
        help_text=_("Of the row of the attention list; null where a question is why."),
    )
    person = NameOut()
    why = serializers.CharField(help_text=_("In words; the reason itself only where it is for champions to know."))
    cause = serializers.CharField(
        allow_blank=True, help_text=_("What was found on day 7, where that is why, as a step’s hindrance; else empty.")
    )
    step = serializers.CharField(
        allow_blank=True, help_text=_("What helps; empty where it would tell the reason, and for a question.")
    )
    since = serializers.DateField(allow_null=True, help_text=_("Null where it would tell the reason."))
    saying = serializers.CharField()
    follow_up = serializers.UUIDField(
        source="follow_up.public_id", allow_null=True, default=None, help_text=_("The day 7 that is due, if one is.")
    )
    question = serializers.UUIDField(
        source="question.public_id", allow_null=True, default=None, help_text=_("What they asked, if that is why.")
    )


@extend_schema_serializer(component_name="PodTalks")
class TalksOut(serializers.Serializer[Any]):
    """Those who have waited longest, three at most."""

    items = TalkOut(many=True)


class Talks(Address):
    """Whom to talk to."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="listPodTalks",
        summary=_("List whom to talk to"),
        description=_("In a pod you lead, as on its page."),
        parameters=[POD],
        responses=TalksOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        look = queries.look_at(led_pod(request, pod), at=request.at)
        return Response({"items": shown(TalkOut, list(look.talks))})


class TalkDone(Address):
    """A talk that needs no session to be logged."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="notePodTalk",
        summary=_("Say that you have talked to somebody"),
        description=_(
            "A day 7 is not talked away: it is answered. Nor is whoever is stuck: agree on a step. Both are refused, with the reason."
        ),
        parameters=[POD, ATTENTION_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID, attention: UUID) -> Response:
        return self._done(request, pod, attention, programs.handle_attention)

    @extend_schema(
        operation_id="takePodTalkBack",
        summary=_("Not yet, after all"),
        parameters=[POD, ATTENTION_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, pod: UUID, attention: UUID) -> Response:
        return self._done(request, pod, attention, programs.reopen_attention)

    def _done(self, request: Inside, pod: UUID, attention: UUID, act: Any) -> Response:
        rows = queries.attention_of(led_pod(request, pod)).select_related("program__organization", "person")
        found = get_object_or_404(rows, public_id=attention)
        try:
            act(attention=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(status=204)


@extend_schema_serializer(component_name="Cause")
class CauseOut(serializers.Serializer[CauseRow]):
    """One cause, by how many people it was met, and the step against it."""

    cause = serializers.ChoiceField([one.value for one in Cause])
    words = serializers.CharField()
    said = serializers.CharField(source="said.figure", help_text=_("The figure in words."))
    why = serializers.CharField(
        source="said.why", allow_blank=True, help_text=_("Why it is not shown, where it is not.")
    )
    step = serializers.CharField()


@extend_schema_serializer(component_name="SelfServed")
class SelfServedOut(serializers.Serializer[Wording]):
    """Of those whose questions are solved, how many found an answer without champion or expert."""

    said = serializers.CharField(source="figure")
    why = serializers.CharField(allow_blank=True)


@extend_schema_serializer(component_name="Causes")
class CausesOut(serializers.Serializer[Diagnosis]):
    """What keeps people: each one's last day 7, in whole weeks."""

    counted_until = serializers.DateField(help_text=_("Answers before this Monday count."))
    causes = CauseOut(many=True, help_text=_("In the order of the decision; empty before any day 7 was answered."))
    self_served = SelfServedOut(allow_null=True)


class Causes(Address):
    """How often which cause was found."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listCauses",
        summary=_("List what keeps people"),
        description=_("By people and through the gate, for leads. Never who."),
        parameters=[PROGRAM],
        responses=CausesOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        return Response(CausesOut(diagnosis(found, at=request.at)).data)
