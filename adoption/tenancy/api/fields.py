"""What comes in, field by field: strict about types, and no field that nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from adoption.tenancy import rules
from adoption.tenancy.api.errors import InvalidQuery


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses members it does not know, naming them, beside whatever else is wrong."""

    def to_internal_value(self, data: Any) -> Any:
        wrong: dict[str, Any] = {}
        if isinstance(data, Mapping):
            said = _("There is no such field here.")
            wrong = {str(name)[:80]: [ErrorDetail(said, code="unknown")] for name in data if name not in self.fields}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **wrong}) from error  # type: ignore[dict-item]
        if wrong:
            raise serializers.ValidationError(wrong)
        return values


def read_query(serializer: type[StrictSerializer], query: QueryDict) -> dict[str, Any]:
    """The query string as clean values. Raises InvalidQuery for unknown, repeated and bad parameters."""
    twice = {
        name: [ErrorDetail(_("This is given twice."), code="repeated")]
        for name, values in query.lists()
        if len(values) > 1
    }
    if twice:
        raise InvalidQuery(twice)
    read = serializer(data=query.dict())
    if not read.is_valid():
        raise InvalidQuery(read.errors)
    return dict(read.validated_data)


class Text(serializers.CharField):
    """A string; a number is not taken for one."""

    def __init__(self, **options: Any) -> None:
        if not options.get("allow_blank"):
            options.setdefault("min_length", 1)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class PublicId(serializers.UUIDField):
    """A public id in its one usual spelling."""

    _SPELLED = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str) or not self._SPELLED.fullmatch(data):
            self.fail("invalid", value=str(data)[:80])
        return UUID(data)


class Day(serializers.DateField):
    """A calendar day, YYYY-MM-DD."""

    _SPELLED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not self._SPELLED.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


@extend_schema_field(
    {"type": "number", "exclusiveMinimum": 0, "maximum": float(rules.MOST_CONTRACTED_HOURS), "examples": [37.5]}
)
class Hours(serializers.Field[Decimal, Any, Any, Any]):
    """Hours a week: a JSON number with at most one decimal place."""

    default_error_messages = {
        "invalid": gettext_lazy("Hours are a number."),
        "precise": gettext_lazy("One decimal place is as precise as it gets."),
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if abs(data) < 1000 and round(data, 1) != data:
            self.fail("precise")
        return Decimal(str(data))

    def to_representation(self, value: Decimal) -> float:
        return float(value)
