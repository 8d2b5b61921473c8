"""Surveys for machines: which of them one is asked to answer, and how far a wave has come. Never who, never what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.disclosure.queries import wording
from adoption.disclosure.rules import Cell
from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.rules import Arm
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission
from surveys.models import Ask
from surveys.queries import WaveStatus, wave_statuses
from surveys.rules import WaveKind

KINDS = [one.value for one in WaveKind]


@extend_schema_serializer(
    component_name="OwnSurvey",
    examples=[
        OpenApiExample(
            "Answered",
            value={
                "program": "client-reports",
                "kind": "baseline",
                "asked_at": "2026-06-15T07:00:00Z",
                "closes_at": "2026-07-06T07:00:00Z",
                "answered_at": "2026-06-16T08:12:00Z",
                "open": False,
            },
        )
    ],
)
class OwnSurveyOut(serializers.Serializer[Ask]):
    """A survey one is asked to answer. What was answered is not here: the mailed link shows it to whoever said it."""

    program = serializers.CharField(source="wave.program.slug")
    kind = serializers.ChoiceField(KINDS, source="wave.kind")
    asked_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(source="wave.closes_at")
    answered_at = serializers.DateTimeField(source="completed_at", allow_null=True, help_text=_("Null until it is."))
    open = serializers.BooleanField(source="*", help_text=_("Whether it still takes answers."))

    def to_representation(self, instance: Ask) -> dict[str, Any]:
        return {**super().to_representation(instance), "open": self.context["at"] < instance.wave.closes_at}


@extend_schema_serializer(component_name="OwnSurveyPage")
class OwnSurveysOut(serializers.Serializer[Any]):
    """Some of one's own surveys, in the order in which they were asked."""

    items = OwnSurveyOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="SurveyReturns")
class ReturnsOut(serializers.Serializer[Cell]):
    """How many of an arm answered, as far as it may be said."""

    arm = serializers.ChoiceField([one.value for one in Arm])
    asked = serializers.IntegerField(source="n", allow_null=True)
    answered = serializers.IntegerField(
        source="x",
        allow_null=True,
        help_text=_("Null where nobody, everybody or nearly so answered; `said` says which."),
    )
    percent = serializers.IntegerField(allow_null=True, help_text=_("Whole percent, halves up."))
    said = serializers.CharField(source="*", help_text=_("The figure in words."))
    why = serializers.CharField(source="*", allow_blank=True, help_text=_("Why it is not shown; empty where it is."))

    def to_representation(self, instance: Cell) -> dict[str, Any]:
        words = wording(instance)
        return {**super().to_representation(instance), "said": words.figure, "why": words.why}


@extend_schema_serializer(
    component_name="SurveyWave",
    examples=[
        OpenApiExample(
            "A baseline",
            value={
                "kind": "baseline",
                "opened_at": "2026-06-15T07:00:00Z",
                "closes_at": "2026-07-06T07:00:00Z",
                "open": True,
                "counted_until": "2026-06-22T22:00:00Z",
                "arms": [
                    {"arm": "comparison", "asked": 96, "answered": 71, "percent": 74, "said": "71 of 96", "why": ""},
                    {
                        "arm": "pods",
                        "asked": 48,
                        "answered": None,
                        "percent": None,
                        "said": "all but fewer than 3",
                        "why": "",
                    },
                ],
            },
        )
    ],
)
class WaveOut(serializers.Serializer[WaveStatus]):
    """One asking of a programme's survey, and its returns."""

    kind = serializers.ChoiceField(KINDS, source="wave.kind")
    opened_at = serializers.DateTimeField(source="wave.opened_at")
    closes_at = serializers.DateTimeField(source="wave.closes_at")
    open = serializers.BooleanField(source="is_open", help_text=_("Whether it still takes answers."))
    counted_until = serializers.DateTimeField(
        help_text=_("Answers before this moment are counted: once a day, so that no answer is seen arriving.")
    )
    arms = ReturnsOut(many=True)


@extend_schema_serializer(component_name="SurveyWaves")
class WavesOut(serializers.Serializer[Any]):
    """A programme's surveys, in the order in which they were opened."""

    items = WaveOut(many=True)


class OwnSurveys(Address):
    """What one is asked oneself."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnSurveys",
        summary=_("List the surveys you are asked to answer"),
        description=_("Those of the member behind the token or the session. Answers are given by the mailed link."),
        parameters=[PageQuery],
        responses=OwnSurveysOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = Ask.objects.filter(person=request.person).select_related("wave__program")
        page = page_of(rows, self.asked, request)
        items: Any = OwnSurveyOut(page.rows, many=True, context={"at": request.at})  # type: ignore[arg-type]
        return Response({"items": items.data, "next": page.next})


class ProgramSurveys(Address):
    """How far the surveys of a programme have come."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listSurveys",
        summary=_("List the surveys of a programme"),
        description=_("Asked and answered in each arm, through the publication gate. Never who."),
        parameters=[PROGRAM],
        responses=WavesOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        items: Any = WaveOut(wave_statuses(found, at=request.at), many=True)  # type: ignore[arg-type]
        return Response({"items": items.data})
