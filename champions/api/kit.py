"""What the addresses of the kit have in common: the same doors, facts and refusals as its pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.models import Person
from adoption.tenancy.rules import local_date
from champions.forms.kit import said
from champions.queries.kit import Standing, standing_in_kit

NEXT = _("The address of the next page; null after the last.")


@extend_schema_serializer(component_name="KitPerson")
class WhoOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class LongText(Text):
    """Several lines, with one kind of line end, so that versions can be compared."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).replace("\r\n", "\n").replace("\r", "\n")


def standing_of(request: Inside) -> Standing:
    """What the person behind a request is in the kit."""
    return standing_in_kit(request.person, request._request.permissions)  # type: ignore[attr-defined]


def shown(serializer: Any, rows: Any) -> Any:
    """Rows as they leave."""
    return serializer(rows, many=True).data


def read(serializer: StrictSerializer) -> dict[str, Any]:
    """What was sent, clean. Raises ValidationError."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def only(allowed: bool) -> None:
    """What is not for this person is not there, as on the pages. Raises Http404."""
    if not allowed:
        raise Http404


def today_of(request: Inside) -> date:
    """The organisation's date."""
    return local_date(request.at, request.organization.zone)


def problem(refusal: Refused, fields: dict[str, str] | None = None) -> Problem:
    """A refusal in the words of the pages; `fields` says beside which field a code belongs."""
    field = (fields or {}).get(refusal.code, "")
    return Problem("conflict", errors={field: (refusal.code, said(refusal.code))})
