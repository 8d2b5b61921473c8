"""The plan of what is learnt in a programme, for machines."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from adoption.programs import rules as programs
from adoption.programs.actions import Refused, WrongState
from adoption.programs.actions.curriculum import put_curriculum, share_curriculum
from adoption.programs.api.address import read
from adoption.programs.api.design import TIERS
from adoption.programs.api.programs import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.forms.curriculum import curriculum_refusal
from adoption.programs.models import Program
from adoption.programs.queries.curriculum import Curriculum, Learnt, PhaseLook, contents_now, curriculum
from adoption.programs.queries.design import reserved
from adoption.programs.rules.curriculum import (
    MOST_MINUTES,
    MOST_OWN,
    MOST_TIMES,
    OWN_KEY,
    WORDS_LENGTH,
    Content,
    Delivery,
    Phase,
    Practice,
    SessionKind,
)
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import InvalidQuery, Problem
from adoption.tenancy.api.fields import StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import TEXT_LENGTH, Permission, local_date

PLANNED_IN = [(one.value, one.value) for one in SessionKind]
DELIVERIES = [(one.value, one.value) for one in Delivery]
PHASES = [(one.value, one.value) for one in Phase]


@extend_schema_serializer(component_name="DoingToExplaining")
class PracticeOut(serializers.Serializer[Practice]):
    """Minutes of doing and of explaining."""

    doing = serializers.IntegerField()
    explaining = serializers.IntegerField()
    ratio = serializers.FloatField(allow_null=True, help_text=_("Null where nothing was explained. The aim is 3."))


@extend_schema_serializer(component_name="Content")
class ContentOut(serializers.Serializer[Learnt]):
    """One content of the plan."""

    key = serializers.CharField(source="content.key", help_text=_("Never changes."))
    words = serializers.CharField()
    kind = serializers.ChoiceField(
        PLANNED_IN, source="content.kind", allow_null=True, help_text=_("Null where nobody meets.")
    )
    delivery = serializers.ChoiceField(DELIVERIES, source="content.delivery")
    doing = serializers.IntegerField(source="content.doing", help_text=_("Minutes of one time."))
    explaining = serializers.IntegerField(source="content.explaining")
    times = serializers.IntegerField(source="content.times")
    is_own = serializers.BooleanField(source="content.is_own", help_text=_("Of the lead's own, not the template's."))
    left_out_because = serializers.CharField(source="content.left_out", help_text=_("Empty where it is taken."))
    held = serializers.IntegerField(help_text=_("In how many pods."))


@extend_schema_serializer(component_name="CurriculumPhase")
class PhaseOut(serializers.Serializer[PhaseLook]):
    """A phase of the plan."""

    phase = serializers.ChoiceField(PHASES)
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True, help_text=_("Null where it goes on."))
    contents = ContentOut(many=True, source="all")


@extend_schema_serializer(component_name="Curriculum")
class CurriculumOut(serializers.Serializer[Curriculum]):
    """The plan of everybody, or of one role."""

    role = serializers.CharField(help_text=_("Empty: everybody's."))
    roles = serializers.ListField(child=serializers.CharField(), help_text=_("Whose plans there can be."))
    is_own = serializers.BooleanField(help_text=_("Whether this role has a plan of its own."))
    tier = serializers.ChoiceField(TIERS)
    planned = PracticeOut(source="budget")
    logged = PracticeOut(source="practised.all", help_text=_("Of all sessions in the programme's pods."))
    phases = PhaseOut(many=True)

    def to_representation(self, instance: Curriculum) -> dict[str, Any]:
        told = super().to_representation(instance)
        return told | {"roles": [name for name, _own in instance.roles]}


class CurriculumQuery(StrictSerializer):
    """Whose plan."""

    role = Text(required=False, default="", allow_blank=True, max_length=TEXT_LENGTH)


class ContentIn(StrictSerializer):
    """One content: of the template by its `key`, or of the lead's own with `words` and `phase`."""

    key = serializers.SlugField(max_length=40, help_text=_("Of one's own it begins with `own-`."))
    words = Text(required=False, default="", allow_blank=True, max_length=WORDS_LENGTH)
    phase = serializers.ChoiceField(PHASES, required=False, help_text=_("Needed of one's own alone."))
    kind = serializers.ChoiceField(PLANNED_IN, allow_null=True)
    delivery = serializers.ChoiceField(DELIVERIES)
    doing = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES)
    explaining = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES)
    times = serializers.IntegerField(required=False, default=1, min_value=1, max_value=MOST_TIMES)
    left_out_because = Text(required=False, default="", allow_blank=True, max_length=programs.REASON_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        is_own = attrs["key"].startswith(OWN_KEY)
        if is_own and not attrs["words"]:
            raise serializers.ValidationError({"words": [_("Please say what it is.")]})
        if is_own and "phase" not in attrs:
            raise serializers.ValidationError({"phase": [_("Please say in which phase.")]})
        if not is_own and attrs["words"]:
            raise serializers.ValidationError({"words": [_("What the template has keeps its name.")]})
        return attrs


@extend_schema_serializer(component_name="NewCurriculum")
class CurriculumIn(StrictSerializer):
    """The whole plan of a role in its order."""

    role = Text(required=False, default="", allow_blank=True, max_length=TEXT_LENGTH)
    contents = serializers.ListField(
        child=ContentIn(),
        allow_null=True,
        max_length=MOST_OWN + 30,
        help_text=_("Null: it follows everybody's again, and everybody's the template."),
    )


class CurriculumOfProgram(Address):
    """The plan of what is learnt."""

    permission = Permission.ENTER
    permission_to_write = Permission.MANAGE_PROGRAMS
    query = CurriculumQuery

    @extend_schema(
        operation_id="getCurriculum",
        summary=_("Fetch the plan of what is learnt"),
        description=_("For leads, executives and those who lead a pod in it."),
        parameters=[PROGRAM, CurriculumQuery],
        responses=CurriculumOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        may = request._request.permissions  # type: ignore[attr-defined]
        if Permission.SEE_EVIDENCE not in may and request.person.pk not in reserved(found):
            raise Http404
        look = _look(request, found, self.asked["role"])
        if look.role and look.role not in {name for name, _own in look.roles}:
            said = curriculum_refusal("no_such_role")
            raise InvalidQuery({"role": [ErrorDetail(said, code="unknown")]})
        return Response(CurriculumOut(look).data)

    @extend_schema(
        operation_id="putCurriculum",
        summary=_("Say what is learnt, and in which order"),
        description=_(
            "Before the launch. Every content of the template is named, taken or left out with its reason; phases keep their "
            "order. A delivery that the goal does not allow is refused."
        ),
        parameters=[PROGRAM],
        request=CurriculumIn,
        responses=CurriculumOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        sent = read(CurriculumIn, request)
        role, given = sent["role"], sent["contents"]
        by: dict[str, Any] = {"program": found, "role": role, "by": request.person, "at": request.at}
        try:
            if given is None:
                share_curriculum(**by)
            else:
                known = {one.key: one for one in contents_now(found, role)}
                put_curriculum(contents=[_content(one, known.get(one["key"])) for one in given], **by)
        except Refused as refusal:
            keys = [one["key"] for one in given or ()]
            place = keys.index(refusal.facts["key"]) if refusal.facts.get("key") in keys else None
            field = "role" if refusal.code == "no_such_role" else "contents"
            kind = "conflict" if isinstance(refusal, WrongState) else "invalid"
            beside = field if place is None else f"contents.{place}"
            raise Problem(kind, errors={beside: (refusal.code, curriculum_refusal(refusal.code))}) from refusal
        return Response(CurriculumOut(_look(request, found, role)).data)


def _content(given: dict[str, Any], known: Content | None) -> Content:
    return Content(
        key=given["key"],
        # The template says in which phase its own is learnt.
        phase=Phase(given["phase"]) if given["words"] else known.phase if known else Phase.EMBEDDING,
        kind=SessionKind(given["kind"]) if given["kind"] else None,
        doing=given["doing"],
        explaining=given["explaining"],
        delivery=Delivery(given["delivery"]),
        times=given["times"],
        words=given["words"],
        left_out=given["left_out_because"],
    )


def _look(request: Inside, program: Program, role: str) -> Curriculum:
    return curriculum(program, role, on=local_date(request.at, request.organization.zone))
