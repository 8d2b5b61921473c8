"""The shortlist for machines: who could be a champion, in bands, and the question to them. Never a number."""

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
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.idempotency import idempotent
from champions.actions.selection import offer, settle_selection, take_offer_back
from champions.forms import refusal_of
from champions.models import Candidacy, Offer, Selection
from champions.queries.selection import Candidate, shortlist
from champions.rules.selection import Sought, Tries, sought

SOMEBODY = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"
PERSON_ID = OpenApiParameter("person", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The person's id."))


@extend_schema_serializer(
    component_name="Candidate",
    examples=[
        OpenApiExample(
            "Sought out, and trying",
            value={
                "person": SOMEBODY,
                "name": "Tara Okafor",
                "department": "Tax",
                "sought_out": "several",
                "tries_ai": "both",
                "ask_first": True,
                "asked": False,
            },
        )
    ],
)
class CandidateOut(serializers.Serializer[Candidate]):
    """Somebody who meets both criteria, in bands. Of everybody else nothing is kept, and no number is told of anybody."""

    person = serializers.UUIDField(source="person.public_id", help_text=_("The id of the person."))
    name = serializers.CharField(source="person.name")
    department = serializers.CharField(source="person.department", allow_blank=True)
    sought_out = serializers.ChoiceField(
        [one.value for one in Sought],
        source="*",
        help_text=_("By some (one or two), several (three to five) or many colleagues outside the reporting line."),
    )
    tries_ai = serializers.ChoiceField([one.value for one in Tries], source="row.tries")
    ask_first = serializers.BooleanField(source="is_proposed", help_text=_("So that each department has somebody."))
    asked = serializers.BooleanField(source="is_asked", help_text=_("Whether the question waits for an answer."))

    def to_representation(self, instance: Candidate) -> dict[str, Any]:
        return {**super().to_representation(instance), "sought_out": sought(instance.row.nominators).value}


@extend_schema_serializer(component_name="Candidates")
class CandidatesOut(serializers.Serializer[Any]):
    """A programme's shortlist, by name."""

    counted_at = serializers.DateTimeField(allow_null=True, help_text=_("Null before anything was counted."))
    wanted = serializers.IntegerField(allow_null=True, help_text=_("How many so many people want to choose from."))
    too_few = serializers.BooleanField(help_text=_("Then an exploratory programme comes first."))
    items = CandidateOut(many=True)


class Candidates(ForLeads):
    """Who could be champions."""

    @extend_schema(
        operation_id="listCandidates",
        summary=_("List who could be champions"),
        description=_("Those alone who are sought out and try AI unasked. Nobody is told who named whom."),
        parameters=[PROGRAM],
        responses=CandidatesOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = shortlist(asked_program(program), at=request.at)
        items: Any = CandidateOut(found.candidates if found else (), many=True)  # type: ignore[arg-type]
        return Response(
            {
                "counted_at": found.selection.recorded_at if found else None,
                "wanted": found.wanted if found else None,
                "too_few": bool(found and found.is_too_few),
                "items": items.data,
            }
        )

    @extend_schema(
        operation_id="settleShortlist",
        summary=_("Delete the shortlist"),
        description=_("Once champions are chosen: nothing stays about those who were not."),
        parameters=[PROGRAM],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str) -> Response:
        found: Selection = get_object_or_404(Selection, program=asked_program(program))
        settle_selection(selection=found, by=request.person, at=request.at)
        return Response(status=204)


class CandidateOffer(ForLeads):
    """The question to somebody on the shortlist, as long as it waits for an answer."""

    @extend_schema(
        operation_id="askCandidate",
        summary=_("Ask somebody whether they would be a champion"),
        description=_("By mail, for two weeks. A no and silence leave no trace. Asked twice is once."),
        parameters=[PROGRAM, PERSON_ID],
        request=None,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, person: UUID) -> Response:
        rows = Candidacy.objects.of_program(asked_program(program)).select_related("selection__program", "person")
        found: Candidacy = get_object_or_404(rows, person__public_id=person)
        try:
            offer(candidacy=found, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(status=204)

    @extend_schema(
        operation_id="takeQuestionBack",
        summary=_("Take the question back"),
        description=_("Before it is answered; the person stays on the shortlist."),
        parameters=[PROGRAM, PERSON_ID],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, person: UUID) -> Response:
        rows = Candidacy.objects.of_program(asked_program(program)).select_related("selection__program", "person")
        found: Candidacy = get_object_or_404(rows, person__public_id=person)
        for row in Offer.objects.filter(program=found.selection.program, person=found.person):
            take_offer_back(offer=row, by=request.person, at=request.at)
        return Response(status=204)


def refused(refusal: Refused, field: str = "") -> Problem:
    """A refusal about choosing champions, in the words of the pages."""
    return Problem("conflict", errors={field: (refusal.code, refusal_of(refusal.code))})
