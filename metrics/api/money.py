"""What a programme costs and what comes of it, for machines: the same lines as the page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from metrics.actions.money import set_prices
from metrics.models.money import PRICES
from metrics.queries.money import Money, Told, money
from metrics.rules import audience_of
from metrics.rules.money import MOST_AN_HOUR, MOST_MONEY, WHAT_LENGTH, Line


def _price(words: Any, most: Any) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=0, max_value=most, allow_null=True, default=None, help_text=words
    )


@extend_schema_serializer(component_name="Prices")
class PricesIn(StrictSerializer):
    """The customer's own figures. Each has both ends, which may be the same, or neither: then it is not known."""

    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text=_("By ISO 4217."))
    champion_hour_low = _price(_("An hour of a champion's, at least."), MOST_AN_HOUR)
    champion_hour_high = _price(_("At most."), MOST_AN_HOUR)
    hour_low = _price(_("What an hour of those who take part is worth, at least."), MOST_AN_HOUR)
    hour_high = _price(_("At most."), MOST_AN_HOUR)
    licences_low = _price(_("Licences for the whole programme, at least."), MOST_MONEY)
    licences_high = _price(_("At most."), MOST_MONEY)
    other_low = _price(_("Other cost for the whole programme, at least."), MOST_MONEY)
    other_high = _price(_("At most."), MOST_MONEY)
    other_what = Text(max_length=WHAT_LENGTH, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wrong = {}
        for name in PRICES:
            low, high = attrs[f"{name}_low"], attrs[f"{name}_high"]
            if (low is None) != (high is None):
                wrong[f"{name}_{'low' if low is None else 'high'}"] = [_("Please give both ends, or neither.")]
            elif low is not None and high < low:
                wrong[f"{name}_high"] = [_("This is below the lower end.")]
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


@extend_schema_serializer(component_name="MoneyLine")
class LineOut(serializers.Serializer[Told]):
    """One line, from a low to a high end, rounded outwards to whole numbers; what is not known is null, and `why` says why."""

    line = serializers.ChoiceField([line.value for line in Line])
    name = serializers.CharField()
    said = serializers.CharField(help_text=_("The line in words, as on the page."))
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True, help_text=_("Null beside a `low`: nothing bounds it."))
    unit = serializers.CharField(help_text=_("The currency, `hours`, `weeks` or `people`."))
    n = serializers.IntegerField(allow_null=True, help_text=_("Of how many people, where it is of people."))
    basis = serializers.CharField(allow_blank=True, help_text=_("What it rests on."))
    why = serializers.CharField(allow_blank=True, help_text=_("Why it is not known; empty where it is."))
    meaning = serializers.CharField()


@extend_schema_serializer(component_name="Money")
class MoneyOut(serializers.Serializer[Money]):
    """What a programme costs and what comes of it. Without the customer's figures, or before the launch, there are no lines."""

    program = serializers.CharField(source="program.slug")
    audience = serializers.CharField(help_text=_("As whom it is read: `lead` or `executive`."))
    as_of = serializers.DateField(source="today")
    prices = serializers.SerializerMethodField()
    lines = LineOut(many=True)
    purpose = serializers.CharField(help_text=_("What the figures are for, and what they are not for."))

    @extend_schema_field(PricesIn(allow_null=True))
    def get_prices(self, found: Money) -> dict[str, Any] | None:
        return PricesIn(found.prices).data if found.prices else None


class MoneyAddress(Address):
    """One programme's money."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="readMoney",
        summary=_("Read what a programme costs and what comes of it"),
        description=_("The lines of the page, to the digit, by the customer's own figures."),
        parameters=[PROGRAM],
        responses=MoneyOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_answer(request, asked_program(program)))

    @extend_schema(
        operation_id="setPrices",
        summary=_("Say what an hour and a programme cost"),
        parameters=[PROGRAM],
        request=PricesIn,
        responses=MoneyOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        read = PricesIn(data=request.data)
        read.is_valid(raise_exception=True)
        given = read.validated_data
        prices = {
            name: None if given[f"{name}_low"] is None else (given[f"{name}_low"], given[f"{name}_high"])
            for name in PRICES
        }
        set_prices(
            program=found,
            currency=given["currency"],
            prices=prices,
            other_what=given["other_what"],
            by=request.person,
            at=request.at,
        )
        return Response(_answer(request, found))


def _answer(request: Inside, program: Program) -> Any:
    return MoneyOut(money(program, audience_of(request.roles), at=request.at)).data
