"""What an executive does next, for machines: the three things that head their page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission
from metrics.queries.due import Due, is_asked, next_actions

_ITEM = {
    "what": "Keep champions’ time free, as agreed",
    "why": "2 champions say that the hours agreed are not kept. Champions without them stop by the third week.",
    "late": "",
    "verb": "See whose",
    "page": "/o/meridian/sponsor/",
}


@extend_schema_serializer(component_name="NextAction", examples=[OpenApiExample("Time that is not kept", value=_ITEM)])
class DueOut(serializers.Serializer[Due]):
    """One thing to do, and the page where it is done."""

    what = serializers.CharField()
    why = serializers.CharField(help_text=_("Its one reason."))
    late = serializers.CharField(allow_blank=True, help_text=_("What is late about it; empty where nothing is."))
    verb = serializers.CharField(help_text=_("What is pressed to go there."))
    page = serializers.SerializerMethodField()

    def get_page(self, due: Due) -> str:
        """The address of the page where it is done."""
        return reverse(due.place, args=[self.context["org"], *due.about])


@extend_schema_serializer(component_name="NextActions")
class NextActionsOut(serializers.Serializer[Any]):
    """At most three, the most urgent first."""

    items = DueOut(many=True)


class NextActions(Address):
    """What waits for whoever asks, as an executive."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="readNextActions",
        summary=_("Read what you do next, as an executive"),
        description=_(
            "At most three things, the most urgent first, as on the evidence page: asks that wait, time that is not "
            "kept, decisions that are due, an example of your own. Empty where nothing waits, and for leads: what is "
            "theirs to do stands in `attention/`."
        ),
        responses=NextActionsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        permissions: frozenset[Permission] = request._request.permissions  # type: ignore[attr-defined]
        due = next_actions(request.person, permissions, at=request.at) if is_asked(permissions) else ()
        return Response(NextActionsOut({"items": due}, context={"org": org}).data)
