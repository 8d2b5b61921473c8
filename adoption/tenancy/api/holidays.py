"""Public holidays of a country, to be noted as closed days, for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from adoption.tenancy import rules
from adoption.tenancy.actions.closures import Refused, close_several
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.closures import ClosuresOut, refused
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.forms.closures import CLOSURE_REFUSALS
from adoption.tenancy.queries.closures import is_place
from adoption.tenancy.queries.holidays import Choice, Holiday, Holidays, countries, public_holidays, regions
from adoption.tenancy.rules import Closing, Permission


class HolidaysQuery(StrictSerializer):
    """Which public holidays are meant."""

    country = Text(max_length=2, help_text=_("Its code of two letters, as in ISO 3166-1: DE."))
    region = Text(
        max_length=rules.TEXT_LENGTH,
        allow_blank=True,
        default="",
        help_text=_("One of the country’s `regions`; empty: what holds in all of it."),
    )
    location = Text(
        max_length=rules.TEXT_LENGTH,
        allow_blank=True,
        default="",
        help_text=_("For whom: a place as the directory writes it; empty: everywhere."),
    )
    starts_on = Day(
        required=False, help_text=_("No earlier than the Monday of this week, which it is where none is said.")
    )
    ends_on = Day(
        required=False, help_text=_("Included; at most two years ahead. Where none is said, a year from that Monday.")
    )


class HolidaysIn(HolidaysQuery):
    """Which public holidays are to be noted."""

    days = serializers.ListField(
        child=Day(),
        required=False,
        max_length=rules.MOST_DAYS_AHEAD,
        help_text=_("Which of them; left out: all that are not noted yet."),
    )


class RegionOut(serializers.Serializer[Choice]):
    """A region that has public holidays told apart."""

    code = serializers.CharField()
    name = serializers.CharField()


class HolidayOut(serializers.Serializer[Holiday]):
    """A public holiday on a working day."""

    day = serializers.DateField()
    name = serializers.CharField()
    is_noted = serializers.SerializerMethodField(
        help_text=_("Closed there already, by itself or within a longer closure.")
    )

    def get_is_noted(self, row: Holiday) -> bool:
        return row.noted is not None


@extend_schema_serializer(
    component_name="PublicHolidays",
    examples=[
        OpenApiExample(
            "Bavaria",
            value={
                "items": [{"day": "2026-12-25", "name": "Christmas Day", "is_noted": False}],
                "on_weekends": 4,
                "regions": [{"code": "BY", "name": "Bayern"}],
            },
        )
    ],
)
class HolidaysOut(serializers.Serializer[Any]):
    """Public holidays on working days, in order."""

    items = HolidayOut(many=True)
    on_weekends = serializers.IntegerField(help_text=_("How many more fall on weekends; they are no closed days."))
    regions = RegionOut(many=True, help_text=_("Those of the country, with their codes."))


@dataclass(frozen=True)
class _Meant:
    """What was asked for, found."""

    look: Holidays
    regions: list[Choice]
    location: str


class PublicHolidays(Address):
    """Public holidays as closed days."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.MANAGE_ORGANIZATION
    query = HolidaysQuery

    @extend_schema(
        operation_id="listPublicHolidays",
        summary=_("List the public holidays of a country"),
        description=_(
            "With what is noted of them. Substitutes for days on a weekend are among them, where the law gives some."
        ),
        parameters=[HolidaysQuery],
        responses=HolidaysOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        meant = _meant(self.asked, request)
        told = {"items": meant.look.days, "on_weekends": meant.look.on_weekends, "regions": meant.regions}
        return Response(HolidaysOut(told).data)

    @extend_schema(
        operation_id="notePublicHolidays",
        summary=_("Note public holidays as closed days"),
        description=_(
            "All at once, or none. The answer holds those that are new: what is noted already is left as it is."
        ),
        request=HolidaysIn,
        responses={201: ClosuresOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        given = HolidaysIn(data=request.data)
        given.is_valid(raise_exception=True)
        meant = _meant(given.validated_data, request)
        wanted = given.validated_data.get("days", [one.day for one in meant.look.days])
        if strange := set(wanted) - {one.day for one in meant.look.days}:
            said = translate("%(day)s is no public holiday on a working day there.") % {"day": min(strange)}
            raise serializers.ValidationError({"days": [ErrorDetail(said, "invalid")]})
        closings = [Closing(one.name, one.day, one.day, meant.location) for one in meant.look.open if one.day in wanted]
        try:
            made = close_several(organization=request.organization, closings=closings, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal) from refusal
        return Response(ClosuresOut({"items": made}).data, status=201)


def _meant(given: dict[str, Any], request: Inside) -> _Meant:
    """The holidays that are asked for. Raises ValidationError for a country, region or place there is none of, and other days."""
    here = request.organization
    first = rules.first_open_to_change(rules.local_date(request.at, here.zone))
    starts_on = given.get("starts_on", first)
    ends_on = given.get("ends_on", first + timedelta(days=rules.DAYS_OFFERED - 1))
    country, region, location = given["country"], given["region"], given["location"]
    if country not in dict(countries()):
        raise _wrong("country", "invalid", translate("No such country is known."))
    known = regions(country)
    if region and region not in dict(known):
        raise _wrong("region", "invalid", translate("The country has no such region."))
    if location and not is_place(location):
        raise _wrong("location", "nobody_there")
    if refusal := rules.refused_span(starts_on, ends_on, first=first):
        raise _wrong(*refusal)
    look = public_holidays(
        country=country, region=region, first=starts_on, last=ends_on, location=location, locale=here.locale
    )
    return _Meant(look, known, location)


def _wrong(field: str, code: str, said: str = "") -> serializers.ValidationError:
    return serializers.ValidationError({field: [ErrorDetail(said or str(CLOSURE_REFUSALS[code]), code)]})
