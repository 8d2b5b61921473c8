"""What several answers share."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from adoption.programs.actions import Refused
from adoption.programs.models import Program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.models import Person
from pods.forms import said
from pods.models import Pod, PodQuerySet

ONE = "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11"
SOMEBODY = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"


@extend_schema_serializer(component_name="PersonName")
class NameOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


POD = OpenApiParameter("pod", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The pod's id."))


def led_pod(request: Inside, pod: UUID) -> Pod:
    """A pod that the asker leads; for everybody else there is none."""
    pods: PodQuerySet = Pod.objects.select_related("program", "organization", "champion__person")
    found: Pod = get_object_or_404(pods.led_by(request.person), public_id=pod)
    return found


def people_of(keys: Iterable[UUID]) -> dict[UUID, Person]:
    """People by their ids, in the order of their names. Raises ValidationError where one of them is nobody here."""
    wanted = set(keys)
    found = {one.public_id: one for one in Person.objects.filter(public_id__in=wanted).in_name_order()}
    if len(found) < len(wanted):
        raise serializers.ValidationError(_("There is no such person in this organisation."), code="unknown_person")
    return found


def members_among(members: Iterable[Person], keys: Iterable[UUID]) -> list[Person]:
    """Members of a pod by their ids, each once, in the order of these. Raises ValidationError where one is no member."""
    sitting = {one.public_id: one for one in members}
    wanted = list(dict.fromkeys(keys))
    if any(key not in sitting for key in wanted):
        raise serializers.ValidationError(_("One of them does not sit in this pod."), code="not_in_pod")
    return [sitting[key] for key in wanted]


def pod_of(program: Program, key: UUID) -> Pod:
    """A pod of a programme by its id. Raises ValidationError where there is none."""
    rows = Pod.objects.filter(program=program, public_id=key).select_related("program", "organization")
    found: Pod | None = rows.first()
    if found is None:
        raise serializers.ValidationError(_("There is no such pod in this programme."), code="unknown_pod")
    return found


def problem(refusal: Refused, field: str = "", *, kind: str = "conflict") -> Problem:
    """A refusal in the words of the pages, beside the field that it is about."""
    return Problem(kind, errors={field: (refusal.code, said(refusal.code))})
