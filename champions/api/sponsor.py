"""What a sponsor stands for, for machines: champions' time, agreed and kept, and what waits for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission
from champions.api.asks import AskOut
from champions.api.kit import WhoOut, only
from champions.queries.sponsor import Sponsored, Sponsoring, sponsoring, sponsorships_of
from champions.queries.time import ChampionTime


@extend_schema_serializer(component_name="ChampionShortOfTime")
class ShortOut(serializers.Serializer[ChampionTime]):
    """A champion who runs out of time, and whom a word from the sponsor would reach."""

    champion = WhoOut(source="person")
    manager = WhoOut(source="person.manager", allow_null=True, default=None)


@extend_schema_serializer(
    component_name="SponsoredProgram",
    examples=[
        OpenApiExample(
            "One runs short",
            value={
                "program": "client-reports",
                "budget_line": "Learning and development, champions’ time",
                "week": 3,
                "champions": 5,
                "with_agreement": 5,
                "agreed_hours": "19.75",
                "said": 4,
                "kept_hours": "14.50",
                "agreed_with_them": "15.75",
                "short": [
                    {
                        "champion": {"id": "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10", "name": "Sam Whitlock"},
                        "manager": {"id": "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11", "name": "Vera Costa"},
                    }
                ],
            },
        )
    ],
)
class SponsoredOut(serializers.Serializer[Sponsored]):
    """A programme, and the time of its champions in hours a week. Whoever said nothing is not zero."""

    program = serializers.CharField(source="program.slug")
    budget_line = serializers.CharField(allow_blank=True)
    week = serializers.IntegerField(help_text=_("The programme's week."))
    champions = serializers.SerializerMethodField()
    with_agreement = serializers.IntegerField(help_text=_("With how many hours are agreed."))
    agreed_hours = serializers.DecimalField(max_digits=8, decimal_places=2, source="agreed")
    said = serializers.SerializerMethodField(help_text=_("How many said what was kept of it."))
    kept_hours = serializers.DecimalField(
        max_digits=8, decimal_places=2, source="kept", help_text=_("Kept free, by those who said so.")
    )
    agreed_with_them = serializers.DecimalField(max_digits=8, decimal_places=2, help_text=_("Agreed with those same."))
    short = ShortOut(many=True, help_text=_("Who runs out of time."))

    def get_champions(self, found: Sponsored) -> int:
        return len(found.rows)

    def get_said(self, found: Sponsored) -> int:
        return len(found.said)


@extend_schema_serializer(component_name="Sponsoring")
class SponsoringOut(serializers.Serializer[Sponsoring]):
    """What you stand for, and what waits for you."""

    programs = SponsoredOut(many=True)
    asks = serializers.SerializerMethodField()

    @extend_schema_field(AskOut(many=True))
    def get_asks(self, found: Sponsoring) -> Any:
        items: Any = AskOut([row.need for row in found.asks], many=True)  # type: ignore[arg-type]
        return items.data


class Sponsor(Address):
    """A sponsor's page."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="getSponsoring",
        summary=_("See what you stand for as a sponsor"),
        description=_("Of programmes that are not closed. To whoever is no sponsor it is not there."),
        responses=SponsoringOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = sponsorships_of(request.person)
        only(bool(rows))
        permissions = request._request.permissions  # type: ignore[attr-defined]
        return Response(SponsoringOut(sponsoring(request.person, permissions, rows, at=request.at)).data)
