"""Outputs and ratings for machines: one's own outputs, and how far a programme's rounds are. Never what was said of anything."""

from __future__ import annotations

from typing import Any

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
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission, one_line
from surveys import actions, rules
from surveys.forms import refusal_sentence
from surveys.models import Output
from surveys.queries import RoundStatus, round_statuses


@extend_schema_serializer(
    component_name="Output",
    examples=[
        OpenApiExample(
            "A report",
            value={
                "id": "0b6c2a8e-5f0e-4c59-8f0e-6f0a3f6a1d11",
                "program": "client-reports",
                "title": "Quarterly report for Brenner",
                "found_at": "Mail of 3 June",
                "produced_on": "2026-06-03",
                "registered_at": "2026-06-04T08:00:00Z",
            },
            response_only=True,
        )
    ],
)
class OutputOut(serializers.Serializer[Output]):
    """A piece of one's own work that others may be asked about. What they said of it is told to nobody piece by piece."""

    id = serializers.UUIDField(source="public_id")
    program = serializers.CharField(source="program.slug")
    title = serializers.CharField()
    found_at = serializers.CharField(help_text=_("A link, or words."))
    produced_on = serializers.DateField()
    registered_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="OutputPage")
class OutputsOut(serializers.Serializer[Any]):
    """Some of one's own outputs, in the order in which they were registered."""

    items = OutputOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="NewOutput")
class OutputIn(StrictSerializer):
    """A piece of one's own work, to be rated by whoever received it."""

    program = Text(max_length=60, help_text=_("The programme's short name, as in its address."))
    title = Text(max_length=rules.TITLE_LENGTH, help_text=_("As its recipient knows it. Raters see it."))
    found_at = Text(
        max_length=rules.NOTE_LENGTH,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("A link, or words. The document itself is not kept."),
    )
    produced_on = Day(help_text=_("When it was finished. Of before the programme's start only until its launch."))
    used_ai = serializers.BooleanField(help_text=_("Whether AI was used for it. Kept apart; raters are not told."))


@extend_schema_serializer(component_name="RatingRound")
class RoundOut(serializers.Serializer[RoundStatus]):
    """A round of ratings, and how far it has come."""

    number = serializers.IntegerField(source="round.number")
    opened_at = serializers.DateTimeField(source="round.opened_at")
    closes_at = serializers.DateTimeField(source="round.closes_at")
    open = serializers.BooleanField(source="is_open")
    outputs = serializers.IntegerField(help_text=_("How many outputs are rated in it."))
    outputs_for_two = serializers.IntegerField(source="twice", help_text=_("Of these, how many by two raters."))
    raters = serializers.SerializerMethodField(help_text=_("How many people rate."))
    ratings_asked = serializers.IntegerField(source="asked")
    ratings_given = serializers.IntegerField(source="rated", help_text=_("Of those asked for, how many are complete."))

    def get_raters(self, status: RoundStatus) -> int:
        return len(status.raters)


@extend_schema_serializer(component_name="RatingRounds")
class RoundsOut(serializers.Serializer[Any]):
    """A programme's rounds, the newest first."""

    items = RoundOut(many=True)


class OwnOutputs(Address):
    """One's own outputs."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnOutputs",
        summary=_("List your own outputs"),
        description=_("Those of the member behind the token or the session that were not taken back."),
        parameters=[PageQuery],
        responses=OutputsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = Output.objects.standing().filter(person=request.person).select_related("program")
        page = page_of(rows, self.asked, request)
        items: Any = OutputOut(page.rows, many=True)  # type: ignore[arg-type]
        return Response({"items": items.data, "next": page.next})

    @extend_schema(
        operation_id="registerOutput",
        summary=_("Register an output of your own work"),
        description=_("As on the page. The document itself stays where it is."),
        request=OutputIn,
        responses={201: OutputOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        read = OutputIn(data=request.data)
        read.is_valid(raise_exception=True)
        values = dict(read.validated_data)
        program = Program.objects.running().of(request.person).filter(slug=values.pop("program")).first()
        if program is None:
            raise Problem("invalid", errors={"program": ("not_collected", refusal_sentence("not_collected", {}))})
        values |= {key: one_line(values[key]) for key in ("title", "found_at")}
        try:
            output = actions.register_output(
                program=program, person=request.person, by=request.person, at=request.at, **values
            )
        except actions.Refused as refusal:
            field = "program" if refusal.code == "not_collected" else "produced_on"
            words = refusal_sentence(refusal.code, refusal.facts)
            raise Problem("invalid", errors={field: (refusal.code, words)}) from refusal
        return Response(OutputOut(output).data, status=201)


class ProgramRatings(Address):
    """How far the ratings of a programme have come."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listRatingRounds",
        summary=_("List the rounds of ratings of a programme"),
        description=_("Counts of outputs and ratings. Never who, and never what was said."),
        parameters=[PROGRAM],
        responses=RoundsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        items: Any = RoundOut(round_statuses(found, at=request.at), many=True)  # type: ignore[arg-type]
        return Response({"items": items.data})
