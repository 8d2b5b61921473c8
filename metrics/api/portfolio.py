"""An organisation's evidence for machines: the same object as the page over all programmes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.rules import Mode, State
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission
from metrics.api.evidence import FigureOut
from metrics.queries.portfolio import Entry, Portfolio, SideBySide, portfolio
from metrics.rules import audience_of


@extend_schema_serializer(component_name="ProgrammeInPortfolio")
class EntryOut(serializers.Serializer[Entry]):
    """One programme with what the look says that heads its page."""

    program = serializers.CharField(source="program.slug")
    name = serializers.CharField(source="program.name")
    workflow = serializers.CharField(source="program.workflow.name")
    state = serializers.ChoiceField([state.value for state in State], source="program.state")
    starts_on = serializers.DateField(source="program.starts_on")
    ends_on = serializers.DateField(source="program.ends_on")
    weeks = serializers.IntegerField(source="program.weeks")
    mode = serializers.ChoiceField([mode.value for mode in Mode], source="program.mode")
    look = serializers.CharField(
        source="look.checkpoint", default="", help_text=_("The look that heads its page; empty before there is one.")
    )
    headline = serializers.CharField(source="opening.text", default="", help_text=_("The page's opening in one text."))
    figures = FigureOut(many=True, help_text=_("Both groups and their difference, as on the programme's own page."))
    first_on = serializers.DateField(allow_null=True, help_text=_("When the first figures come, where there are none."))
    stands_alone_because = serializers.CharField(
        source="alone", allow_blank=True, help_text=_("Why it is set beside no other programme; empty where it is.")
    )


@extend_schema_serializer(component_name="ProgrammesSideBySide")
class SideBySideOut(serializers.Serializer[SideBySide]):
    """Programmes that may be read beside one another: measured alike, for as long, by the same look."""

    name = serializers.CharField()
    mode = serializers.ChoiceField([mode.value for mode in Mode])
    weeks = serializers.IntegerField()
    look = serializers.CharField(source="checkpoint")
    programs = serializers.SerializerMethodField()

    def get_programs(self, group: SideBySide) -> list[str]:
        return [entry.program.slug for entry in group.entries]


@extend_schema_serializer(component_name="Portfolio")
class PortfolioOut(serializers.Serializer[Portfolio]):
    """Everything the reader may see of an organisation's programmes."""

    audience = serializers.CharField(help_text=_("As whom it is read: `lead` or `executive`."))
    as_of = serializers.DateField(source="today")
    people = serializers.IntegerField(
        allow_null=True,
        help_text=_("Of programmes that were launched, each person once; null where so few are not told."),
    )
    programs = EntryOut(many=True, source="entries")
    side_by_side = SideBySideOut(many=True, source="groups")
    purpose = serializers.CharField(help_text=_("What the figures are for, and what they are not for."))


class PortfolioAddress(Address):
    """Every programme's evidence."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="readEvidenceOfAll",
        summary=_("Read the evidence of all programmes"),
        description=_("The page over all programmes: each with its headline, and which may be read side by side."),
        responses=PortfolioOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        found = portfolio(request.organization, audience_of(request.roles), at=request.at)
        answer: dict[str, Any] = PortfolioOut(found).data
        return Response(answer)
