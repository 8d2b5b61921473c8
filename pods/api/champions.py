"""Taking the naming of a champion back."""

from __future__ import annotations

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.idempotency import idempotent
from champions.models import Champion
from pods.actions import withdraw_champion
from pods.api.names import problem

CHAMPION = OpenApiParameter(
    "champion", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The champion's id in this programme.")
)


class OneChampion(ForLeads):
    """One champion of a programme."""

    @extend_schema(
        operation_id="withdrawChampion",
        summary=_("Take the naming of a champion back"),
        description=_("Before the launch, and while they lead no pod: then dissolve the pod first."),
        parameters=[PROGRAM, CHAMPION],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, champion: UUID) -> Response:
        rows = Champion.objects.filter(program__slug=program).select_related("person")
        found: Champion = get_object_or_404(rows, public_id=champion)
        try:
            withdraw_champion(champion=found, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(status=204)
