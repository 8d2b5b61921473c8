"""What several answers share."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import StrictSerializer
from adoption.tenancy.models import Person
from pods.models import Pod, PodQuerySet

ONE = "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11"
SOMEBODY = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"


@extend_schema_serializer(component_name="PersonName")
class NameOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


POD = OpenApiParameter("pod", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The pod's id."))


def shown(serializer: Any, rows: list[Any]) -> Any:
    """Rows as an answer."""
    return serializer(rows, many=True).data


def led_pod(request: Inside, pod: UUID) -> Pod:
    """A pod that the asker leads; for everybody else there is none."""
    pods: PodQuerySet = Pod.objects.select_related("program", "organization", "champion__person")
    found: Pod = get_object_or_404(pods.led_by(request.person), public_id=pod)
    return found


def read(serializer: StrictSerializer) -> dict[str, Any]:
    """What was sent, if all of it is right; otherwise the problem is said field by field."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
