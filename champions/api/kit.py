"""What the addresses of the kit have in common: the same doors, facts and refusals as its pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import StrictSerializer
from adoption.tenancy.models import Person
from champions.queries.kit import Standing, standing_in_kit

NEXT = _("The address of the next page; null after the last.")


@extend_schema_serializer(component_name="KitPerson")
class WhoOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


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
