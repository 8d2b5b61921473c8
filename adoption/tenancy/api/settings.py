"""What an organisation is called and has promised its people, for machines."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.models import Organization
from adoption.tenancy.models.organization import ChampionView
from adoption.tenancy.rules import Permission


@extend_schema_serializer(component_name="Settings")
class SettingsOut(serializers.Serializer[Organization]):
    """The settings of an organisation."""

    id = serializers.UUIDField(source="public_id")
    short_name = serializers.CharField(source="slug", help_text=_("Its part of every address, for good."))
    name = serializers.CharField()
    zone = serializers.CharField(help_text=_("IANA time zone."))
    locale = serializers.CharField()
    smallest_group = serializers.IntegerField(help_text=_("Of fewer people no figure is shown to anybody."))
    smallest_group_executive = serializers.IntegerField(help_text=_("The same for executives."))
    champion_view = serializers.ChoiceField(choices=ChampionView.choices, help_text=_("Of their own pod."))


class Settings(Address):
    """What the organisation is called and has promised."""

    permission = Permission.MANAGE_ORGANIZATION

    @extend_schema(
        operation_id="getSettings", summary=_("Read the settings of the organisation"), responses=SettingsOut
    )
    def get(self, request: Inside, org: str) -> Response:
        return Response(SettingsOut(request.organization).data)
