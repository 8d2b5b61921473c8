"""Champions for machines: who could be one, who is, and whether their time was kept. Bands and agreements; never the 1 to 5."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission, local_date
from champions.queries.selection import Candidate, shortlist
from champions.queries.time import Cell, ChampionTime, times_of
from champions.rules.selection import Sought, Tries, sought
from champions.rules.time import Kept

_SOMEBODY = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"


@extend_schema_serializer(
    component_name="Candidate",
    examples=[
        OpenApiExample(
            "Sought out, and trying",
            value={
                "person": _SOMEBODY,
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
        [(one.value, one.value) for one in Sought],
        source="*",
        help_text=_("By some (one or two), several (three to five) or many colleagues outside the reporting line."),
    )
    tries_ai = serializers.ChoiceField([(one.value, one.value) for one in Tries], source="row.tries")
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


@extend_schema_serializer(component_name="TimeKept")
class CellOut(serializers.Serializer[Cell]):
    """What a champion said of one fortnight, as far as others may know."""

    asked_on = serializers.DateField(source="due_on")
    week = serializers.IntegerField(help_text=_("The programme's week."))
    hours = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True, help_text=_("Null: not known."))
    kept = serializers.ChoiceField([(one.value, one.value) for one in Kept])
    work_named = serializers.BooleanField(source="protected.displaced")
    adherent = serializers.BooleanField(source="is_adherent", help_text=_("Enough hours, and the work is named."))


@extend_schema_serializer(
    component_name="Champion",
    examples=[
        OpenApiExample(
            "Ready",
            value={
                "person": _SOMEBODY,
                "name": "Aisha Rahman",
                "ready": True,
                "hours": "4.00",
                "contracted": "37.5",
                "work": "The monthly minutes; the team assistant writes them.",
                "from": "2026-06-29",
                "to": "2026-09-06",
                "without_because": "",
                "time": [
                    {
                        "asked_on": "2026-07-02",
                        "week": 1,
                        "hours": "4.00",
                        "kept": "kept",
                        "work_named": True,
                        "adherent": True,
                    }
                ],
            },
        )
    ],
)
class ChampionOut(serializers.Serializer[ChampionTime]):
    """A champion, what is agreed with their manager, and what was kept of it."""

    person = serializers.UUIDField(source="person.public_id", help_text=_("The id of the person."))
    name = serializers.CharField(source="person.name")
    ready = serializers.BooleanField(source="agreed.is_ready", help_text=_("A launch waits until all are."))
    hours = serializers.DecimalField(
        max_digits=4, decimal_places=2, allow_null=True, default=None, source="agreed.stands.hours"
    )
    contracted = serializers.DecimalField(
        max_digits=4, decimal_places=1, allow_null=True, default=None, source="agreed.stands.contracted"
    )
    work = serializers.CharField(allow_blank=True, default="", source="agreed.stands.work")
    to = serializers.DateField(allow_null=True, default=None, source="agreed.stands.to_on")
    without_because = serializers.CharField(allow_blank=True, default="", source="agreed.waiver.reason")
    time = CellOut(many=True, source="cells")

    def get_fields(self) -> dict[str, Any]:
        # A word that Python keeps for itself.
        since = serializers.DateField(allow_null=True, default=None, source="agreed.stands.from_on")
        return {**super().get_fields(), "from": since}


@extend_schema_serializer(component_name="Champions")
class ChampionsOut(serializers.Serializer[Any]):
    """The champions of a programme, by name."""

    items = ChampionOut(many=True)


class Candidates(Address):
    """Who could be champions."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listCandidates",
        summary=_("List who could be champions"),
        description=_("Those alone who are sought out and try AI unasked. Nobody is told who named whom."),
        parameters=[PROGRAM],
        responses=CandidatesOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = shortlist(_program(program), at=request.at)
        items: Any = CandidateOut(found.candidates if found else (), many=True)  # type: ignore[arg-type]
        return Response(
            {
                "counted_at": found.selection.recorded_at if found else None,
                "wanted": found.wanted if found else None,
                "too_few": bool(found and found.is_too_few),
                "items": items.data,
            }
        )


class Champions(Address):
    """Champions and their time."""

    permission = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="listChampions",
        summary=_("List champions with their time"),
        description=_("What is agreed and kept. What they answered from 1 to 5 is told to nobody."),
        parameters=[PROGRAM],
        responses=ChampionsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        times = times_of(_program(program), on=local_date(request.at, request.organization.zone))
        items: Any = ChampionOut(times.rows, many=True)  # type: ignore[arg-type]
        return Response({"items": items.data})


def _program(slug: str) -> Program:
    found: Program = get_object_or_404(Program.objects.select_related("organization"), slug=slug)
    return found
