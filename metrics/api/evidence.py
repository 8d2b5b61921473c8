"""A programme's evidence for machines: the same object as the page, figure by figure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.rules import Assigned, Checkpoint
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.rules import Permission
from metrics.queries.evidence import evidence
from metrics.queries.figures import Evidence, Figure
from metrics.rules import audience_of


@extend_schema_serializer(component_name="Figure")
class FigureOut(serializers.Serializer[Figure]):
    """One published figure. Numbers are whole, as on the page; what may not be said is null, and `why` says why."""

    measure = serializers.CharField(help_text=_("What is counted; `meaning` says it in words."))
    look = serializers.CharField(help_text=_("The checkpoint (S0, S30, S56, SE, S90, start+90) or the ISO week."))
    margin = serializers.CharField(
        allow_blank=True, help_text=_("`arm`, `department` or `pod`; empty for a difference of both arms.")
    )
    arm = serializers.CharField(allow_blank=True, help_text=_("`pods` or `comparison`; empty for a difference."))
    group = serializers.CharField(help_text=_("The group's name."))
    said = serializers.CharField(help_text=_("The figure in words."))
    why = serializers.CharField(allow_blank=True, help_text=_("Why it is not shown; empty where it is."))
    value = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField(
        help_text=_(
            "`percent`, `points`, `minutes`, `people`, `hundredths` of a point from 1 to 5 or of kappa, `tenths` of a "
            "point, `per_100_uses`, or `workflows`."
        )
    )
    low = serializers.IntegerField(allow_null=True, help_text=_("The interval's lower end, in the unit."))
    high = serializers.IntegerField(allow_null=True)
    level = serializers.CharField(allow_blank=True, help_text=_("The interval's level in percent: 95 or 99.9."))
    worst = serializers.IntegerField(allow_null=True, help_text=_("If all the silent were against it."))
    best = serializers.IntegerField(allow_null=True)
    x = serializers.IntegerField(allow_null=True, help_text=_("People counted, of `n`."))
    n = serializers.IntegerField(allow_null=True, help_text=_("People observed, of `eligible`."))
    eligible = serializers.IntegerField(allow_null=True)
    response = serializers.IntegerField(allow_null=True, help_text=_("Of those eligible, whole percent observed."))
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    frozen_on = serializers.DateField(allow_null=True, help_text=_("Null for weeks, which are not frozen."))
    version = serializers.IntegerField(allow_null=True, help_text=_("From 2 on the figure was restated."))
    before = serializers.CharField(allow_blank=True, help_text=_("What the first version said, where restated."))
    recomputable = serializers.BooleanField(
        help_text=_("False once somebody’s data were erased: the figure stands, and cannot be computed again.")
    )
    provisional = serializers.BooleanField(help_text=_("Whether the week can still be mended."))
    meaning = serializers.CharField()


ASSIGNED = [(one.value, one.value) for one in Assigned]


@extend_schema_serializer(component_name="UpcomingLook")
class UpcomingOut(serializers.Serializer[Any]):
    """A checkpoint still to come."""

    checkpoint = serializers.ChoiceField([checkpoint.value for checkpoint in Checkpoint])
    on = serializers.DateField(help_text=_("When it is frozen."))
    is_main = serializers.BooleanField(help_text=_("Whether it is the look that was fixed before launch."))


@extend_schema_serializer(component_name="Evidence")
class EvidenceOut(serializers.Serializer[Evidence]):
    """Everything the reader may see of a programme."""

    program = serializers.CharField(source="program.slug")
    name = serializers.CharField(source="program.name")
    workflow = serializers.CharField(source="program.workflow.name")
    audience = serializers.CharField(help_text=_("As whom it is read: `lead` or `executive`."))
    as_of = serializers.DateField(source="today")
    specification = serializers.CharField(source="spec_version")
    assigned = serializers.ChoiceField(
        ASSIGNED,
        source="program.assigned",
        help_text=_(
            "How the groups came about, as the launch fixed it: by `lots`, or `chosen` by somebody, or so and `matched`, "
            "which is alike in their roles."
        ),
    )
    headline = serializers.CharField(
        source="opening.text", default="", help_text=_("The page's opening in one text; empty before the first look.")
    )
    headed_by = serializers.CharField(
        help_text=_(
            "The checkpoint that heads it: the main look, or until it is frozen the newest before it, with its 99.9 % "
            "interval. Empty before the first one."
        )
    )
    main_look = serializers.CharField(help_text=_("The checkpoint that was fixed as the main look."))
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text=_("What the page says beside its opening, if anything.")
    )
    quality = serializers.CharField(
        help_text=_("What may be said of the quality of the pods’ work; the figures have the ratings it rests on.")
    )
    blinding = serializers.CharField(
        help_text=_("`partial` once work was rated: raters see a title alone, and may guess. Empty before.")
    )
    figures = FigureOut(many=True)
    upcoming = UpcomingOut(many=True)
    purpose = serializers.CharField(help_text=_("What the figures are for, and what they are not for."))


class EvidenceAddress(Address):
    """One programme's evidence."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="readEvidence",
        summary=_("Read the evidence of a programme"),
        description=_("The figures of the evidence page, to the digit, for the roles of the reader."),
        parameters=[PROGRAM],
        responses=EvidenceOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        facts = evidence(found, audience_of(request.roles), at=request.at)
        return Response(EvidenceOut(facts).data)
