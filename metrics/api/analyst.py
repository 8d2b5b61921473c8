"""A programme's figures with everything that belongs to them, for machines: the same object as the analyst's page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.rules import Checkpoint
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import StrictSerializer
from adoption.tenancy.rules import Permission
from metrics.api.evidence import FigureOut
from metrics.queries.analyst import WEEKS, Analysis, Version, analysis
from metrics.rules import Metric

LOOKS = [*(one.value for one in Checkpoint), WEEKS]
MEASURES = [one.value for one in Metric]


@extend_schema_serializer(component_name="DictionaryEntry")
class EntryOut(serializers.Serializer[Any]):
    """One measure of the data dictionary."""

    measure = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    unit = serializers.CharField()
    denominator = serializers.CharField()
    source = serializers.CharField(help_text=_("The facts it is made from."))  # type: ignore[assignment] # the framework takes fields out of the class
    missing = serializers.CharField(help_text=_("What silence does to it."))


@extend_schema_serializer(component_name="FactTable")
class TableOut(serializers.Serializer[Any]):
    """One table of facts."""

    table = serializers.CharField()
    row = serializers.CharField(help_text=_("What a row is."))
    grain = serializers.CharField(help_text=_("What tells two rows apart."))


@extend_schema_serializer(component_name="AnalystLine")
class LineOut(serializers.Serializer[Any]):
    """One figure of one version."""

    figure = FigureOut()
    method = serializers.CharField(allow_blank=True, help_text=_("How its interval was computed."))
    source = serializers.CharField(source="entry.source")  # type: ignore[assignment] # the framework takes fields out of the class
    is_open = serializers.BooleanField(help_text=_("Whether it is not frozen, and can still change."))


@extend_schema_serializer(component_name="SnapshotVersion")
class VersionOut(serializers.Serializer[Version]):
    """One freezing of a checkpoint."""

    checkpoint = serializers.CharField(source="run.kind")
    version = serializers.IntegerField(source="run.version")
    reason = serializers.CharField(source="run.reason", allow_blank=True, help_text=_("Why it was restated."))
    first_week = serializers.DateField(source="run.first_week", help_text=_("Its Monday."))
    last_week = serializers.DateField(source="run.last_week")
    frozen_on = serializers.DateField()
    specification = serializers.CharField(source="run.spec_version")
    seed = serializers.IntegerField(source="run.seed")
    input_hash = serializers.CharField(source="run.input_hash", help_text=_("SHA-256 of everything it was made from."))
    release = serializers.CharField(
        source="run.params.release", default="", help_text=_("Which release computed it; empty where it was not kept.")
    )
    recomputable = serializers.BooleanField()
    is_read = serializers.BooleanField(
        help_text=_("False where the version published first stands, to protect people.")
    )


@extend_schema_serializer(component_name="ExpectedLook")
class ExpectedOut(serializers.Serializer[Any]):
    """A checkpoint that is not frozen yet."""

    checkpoint = serializers.CharField()
    on = serializers.DateField()


@extend_schema_serializer(component_name="CountedAside")
class AsideOut(serializers.Serializer[Any]):
    """How many people a rule of counting touches."""

    name = serializers.CharField()
    said = serializers.CharField()
    value = serializers.IntegerField(allow_null=True, help_text=_("Null where it is none or a few."))
    rule = serializers.CharField()


@extend_schema_serializer(component_name="ProgrammeDefault")
class DefaultOut(serializers.Serializer[Any]):
    """A number that definitions rest on."""

    name = serializers.CharField()
    value = serializers.CharField()
    is_fixed = serializers.BooleanField(help_text=_("Fixed at launch; otherwise part of the specification."))


@extend_schema_serializer(component_name="Analysis")
class AnalysisOut(serializers.Serializer[Analysis]):
    """Everything a lead may see of a programme's figures."""

    program = serializers.CharField(source="program.slug")
    as_of = serializers.DateField(source="today")
    specification = serializers.CharField(source="spec_version")
    lines = LineOut(many=True, source="shown")
    versions = VersionOut(many=True)
    expected = ExpectedOut(many=True)
    asides = AsideOut(many=True)
    defaults = DefaultOut(many=True)
    dictionary = EntryOut(many=True)
    tables = TableOut(many=True)
    purpose = serializers.CharField()


class AnalystQuery(StrictSerializer):
    """How the lines can be narrowed."""

    look = serializers.ChoiceField(LOOKS, required=False)
    measure = serializers.ChoiceField(MEASURES, required=False)


class AnalystAddress(Address):
    """One programme's figures, version by version."""

    permission = Permission.MANAGE_PROGRAMS
    query = AnalystQuery

    @extend_schema(
        operation_id="readAnalysis",
        summary=_("Read every figure of a programme with what belongs to it"),
        description=_(
            "For leads: every version of every checkpoint with method, source, seed and input hash, the open weeks, "
            "survival steps, who counts where, and the data dictionary. The figures of the analyst’s page, to the digit."
        ),
        parameters=[PROGRAM, AnalystQuery],
        responses=AnalysisOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        facts = analysis(found, at=request.at, look=self.asked.get("look", ""), measure=self.asked.get("measure", ""))
        return Response(AnalysisOut(facts).data)
