"""Champions for machines: who leads, and whether their time was kept. Agreements and hours; never the 1 to 5."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads, somebody
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from champions.actions import name_champion
from champions.api.kit import read, today_of
from champions.api.selection import SOMEBODY, refused
from champions.queries import WayIn, ways_in
from champions.queries.time import Cell, ChampionTime, own_time, times_of
from champions.rules.time import Kept


@extend_schema_serializer(component_name="TimeKept")
class CellOut(serializers.Serializer[Cell]):
    """What a champion said of one fortnight, as far as others may know."""

    asked_on = serializers.DateField(source="due_on")
    week = serializers.IntegerField(help_text=_("The programme's week."))
    hours = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True, help_text=_("Null: not known."))
    kept = serializers.ChoiceField([one.value for one in Kept])
    work_named = serializers.BooleanField(source="protected.displaced")
    adherent = serializers.BooleanField(source="is_adherent", help_text=_("Enough hours, and the work is named."))


@extend_schema_serializer(
    component_name="Champion",
    examples=[
        OpenApiExample(
            "Ready",
            value={
                "id": "2f7e0f0a-2b40-4a51-9d1f-5a0de7a1c222",
                "person": SOMEBODY,
                "name": "Aisha Rahman",
                "way_in": "member",
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

    id = serializers.UUIDField(source="champion.public_id", help_text=_("Of the champion in this programme."))
    person = serializers.UUIDField(source="person.public_id", help_text=_("The id of the person."))
    name = serializers.CharField(source="person.name")
    way_in = serializers.SerializerMethodField(
        help_text=_("Whether they can sign in, or an invitation is good, has run out, or has nowhere to go.")
    )
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

    @extend_schema_field(serializers.ChoiceField([one.value for one in WayIn]))
    def get_way_in(self, found: ChampionTime) -> str:
        ways: dict[int, WayIn] = self.context["ways"]
        return ways[found.person.pk].value

    def get_fields(self) -> dict[str, Any]:
        # A word that Python keeps for itself.
        since = serializers.DateField(allow_null=True, default=None, source="agreed.stands.from_on")
        return {**super().get_fields(), "from": since}


@extend_schema_serializer(component_name="NewChampion")
class ChampionIn(StrictSerializer):
    """Whom to name a champion."""

    person = PublicId(help_text=_("The id of the person."))

    def validate_person(self, value: UUID) -> Person | None:
        return somebody(value, self.context["today"])


@extend_schema_serializer(component_name="Champions")
class ChampionsOut(serializers.Serializer[Any]):
    """The champions of a programme, by name."""

    items = ChampionOut(many=True)


class Champions(ForLeads):
    """Champions and their time."""

    @extend_schema(
        operation_id="listChampions",
        summary=_("List champions with their time"),
        description=_("What is agreed and kept. What they answered from 1 to 5 is told to nobody."),
        parameters=[PROGRAM],
        responses=ChampionsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        times = times_of(asked_program(program), on=today_of(request))
        return Response({"items": _told(times.rows, request)})

    @extend_schema(
        operation_id="nameChampion",
        summary=_("Name a champion"),
        description=_("Before the launch. Who cannot sign in yet gets a mail with a link. Named twice it is one."),
        parameters=[PROGRAM],
        request=ChampionIn,
        responses={201: ChampionOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found, today = asked_program(program), today_of(request)
        values = read(ChampionIn(data=request.data, context={"today": today}))
        try:
            made = name_champion(program=found, person=values["person"], by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal, "" if isinstance(refusal, WrongState) else "person") from refusal
        return Response(_told([own_time(made, on=today)], request)[0], status=201)


def _told(rows: Sequence[ChampionTime], request: Inside) -> Any:
    ways = ways_in([row.person for row in rows], at=request.at)
    items: Any = ChampionOut(rows, many=True, context={"ways": ways})  # type: ignore[arg-type]
    return items.data
