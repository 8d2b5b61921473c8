"""How a programme is meant, who may take part and is compared, and what its launch sets going, for machines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions, rules
from adoption.programs.actions.arms import add_rule, compare_teams, draw_lots, drop_rule, withdraw_lots
from adoption.programs.actions.design import SIZES, settle_measure, settle_purpose, settle_tier
from adoption.programs.api.address import ForLeads, read, refused
from adoption.programs.api.programs import PROGRAM, ProgramOut
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.models import Design, Program, Specification
from adoption.programs.queries import versions_of
from adoption.programs.queries.arms import Balance, balance_of
from adoption.programs.queries.closed import warnings_of
from adoption.programs.queries.design import design_of, power_now, power_of
from adoption.programs.queries.launch import LaunchPreview, Row, launch_preview
from adoption.programs.queries.units import Unit
from adoption.programs.rules import Arm, Checkpoint
from adoption.programs.rules.arms import MOST_SEED, Beside
from adoption.programs.rules.design import MOST_PODS, WORDS_LENGTH, Field, Finding, Tier, main_look
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.models import Person
from adoption.tenancy.rules import TEXT_LENGTH, local_date

MOST_TEAMS = 200
LOOKS = [(one.value, one.value) for one in rules.MAIN_LOOKS]
TIERS = [(one.value, one.value) for one in Tier]


# A document of numbers has its bounds as numbers, which a decimal's are not.
@extend_schema_field({"type": "number", "minimum": float(rules.LEAST_ICC), "maximum": float(rules.MOST_ICC)})
class Resemblance(serializers.DecimalField):
    """An assumed resemblance within pods."""


class DesignIn(StrictSerializer):
    """How a programme is meant. What the launch fixes is among it."""

    aim = Text(max_length=WORDS_LENGTH, allow_blank=True, help_text=_("What should come of the work."))
    obstacle = Text(max_length=WORDS_LENGTH, allow_blank=True, help_text=_("What is in the way today."))
    finding = serializers.ChoiceField(
        [(one.value, one.value) for one in Finding], allow_null=True, help_text=_("Whether AI is the answer to that.")
    )
    tier = serializers.ChoiceField(TIERS, help_text=_("How far people should come."))
    pods = serializers.IntegerField(min_value=1, max_value=MOST_PODS, help_text=_("How many pods are planned."))
    pod_size = serializers.IntegerField(min_value=SIZES[0], max_value=SIZES[-1])
    teams = serializers.IntegerField(min_value=0, max_value=MOST_PODS, help_text=_("How many teams to compare with."))
    primary_look = serializers.ChoiceField(LOOKS)
    least_icc = Resemblance(
        max_digits=3,
        decimal_places=2,
        min_value=rules.LEAST_ICC,
        max_value=rules.MOST_ICC,
        coerce_to_string=False,
        help_text=_("The resemblance of people in one pod that is assumed at least."),
    )


@extend_schema_serializer(component_name="ProgrammeDesign")
class DesignOut(DesignIn):
    """How a programme is meant, and what difference it could tell."""

    points = serializers.IntegerField(
        allow_null=True,
        help_text=_("The smallest difference in points that is told from nothing four times in five; null: none is."),
    )
    points_now = serializers.IntegerField(
        allow_null=True, help_text=_("The same of the two groups as they are now; null: none is, or nobody is in them.")
    )
    warnings = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Before the launch: which steps and looks fall on closed days, and a better start. Else empty."),
    )


class DesignOfProgram(ForLeads):
    """How a programme is meant."""

    @extend_schema(operation_id="getDesign", summary=_("Fetch a design"), parameters=[PROGRAM], responses=DesignOut)
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_design(asked_program(program), request))

    @extend_schema(
        operation_id="putDesign",
        summary=_("Say how a programme is meant"),
        description=_("Before the launch, which fixes `primary_look`, `least_icc` and `tier`."),
        parameters=[PROGRAM],
        request=DesignIn,
        responses=DesignOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        given = read(DesignIn, request)
        purpose = {name: given.pop(name) for name in ("aim", "obstacle", "finding")}
        purpose["finding"] = purpose["finding"] and Finding(purpose["finding"])
        by: dict[str, Any] = {"program": found, "by": request.person, "at": request.at}
        try:
            with transaction.atomic():
                settle_purpose(**purpose, **by)
                settle_tier(tier=Tier(given.pop("tier")), **by)
                settle_measure(primary_look=Checkpoint(given.pop("primary_look")), **given, **by)
        except actions.Refused as refusal:
            raise refused(refusal, "primary_look") from refusal
        return Response(_design(found, request))


def _design(program: Program, request: Inside) -> Any:
    design = design_of(program)
    told: dict[str, Any] = {str(name): getattr(design, str(name)) for name in DesignIn().fields}
    told |= {
        "finding": design.finding or None,
        "primary_look": main_look(design.primary_look, program.template),
        "points": power_of(design).points if program.is_compared else None,
        "points_now": power_now(program, design).points if program.is_compared else None,
        "warnings": warnings_of(program, on=local_date(request.at, request.organization.zone)),
    }
    return DesignOut(told).data


@extend_schema_serializer(component_name="MeasureVersion")
class VersionOut(serializers.Serializer[Specification]):
    """A version of what a programme is measured by."""

    version = serializers.IntegerField(help_text=_("1 is the launch's own."))
    reason = serializers.CharField(help_text=_("Empty of the first."))
    made_at = serializers.DateTimeField()
    primary_look = serializers.ChoiceField(LOOKS)
    least_icc = serializers.FloatField()


@extend_schema_serializer(component_name="NewMeasureVersion")
class VersionIn(StrictSerializer):
    """Another version of what a programme is measured by, and why."""

    primary_look = serializers.ChoiceField(LOOKS)
    least_icc = serializers.DecimalField(
        max_digits=3, decimal_places=2, min_value=rules.LEAST_ICC, max_value=rules.MOST_ICC
    )
    reason = Text(max_length=rules.REASON_LENGTH, help_text=_("It stands beside every figure from then on."))


@extend_schema_serializer(component_name="MeasureVersions")
class VersionsOut(serializers.Serializer[Any]):
    """Every version, in order. Before the launch there is none."""

    items = VersionOut(many=True)


class MeasureOfProgram(ForLeads):
    """What a programme is measured by since its launch."""

    @extend_schema(
        operation_id="listMeasureVersions",
        summary=_("List what a programme is measured by"),
        parameters=[PROGRAM],
        responses=VersionsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_versions(asked_program(program)))

    @extend_schema(
        operation_id="makeMeasureVersion",
        summary=_("Make another version of what a programme is measured by"),
        description=_("After the launch alone, with a reason. What is frozen stays as it was frozen."),
        parameters=[PROGRAM],
        request=VersionIn,
        responses={201: VersionsOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        given = read(VersionIn, request)
        given["primary_look"] = Checkpoint(given["primary_look"])
        try:
            actions.respecify(program=found, **given, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise refused(refusal, "primary_look") from refusal
        return Response(_versions(found), status=201)


def _versions(program: Program) -> Any:
    if program.launched_at is None:
        return VersionsOut({"items": []}).data
    measures = [(1, "", program.launched_at, rules.Measure(program.fixed or {}))]
    measures += [(one.version, one.reason, one.made_at, rules.Measure(one.fixed)) for one in versions_of(program)]
    items = [
        {
            "version": version,
            "reason": reason,
            "made_at": made_at,
            "primary_look": measure.primary_look,
            "least_icc": measure.least_icc,
        }
        for version, reason, made_at, measure in measures
    ]
    return VersionsOut({"items": items}).data


class RuleIn(StrictSerializer):
    """One value of who may take part. Of `line` it is the public id of who heads it."""

    field = serializers.ChoiceField([(one.value, one.value) for one in Field])
    value = Text(max_length=TEXT_LENGTH)


@extend_schema_serializer(component_name="ArmsBeside")
class BesideOut(serializers.Serializer[Beside]):
    """How many of one kind are in each group."""

    name = serializers.CharField(source="label", help_text=_("A role or a place."))
    pods = serializers.IntegerField()
    comparison = serializers.IntegerField()
    is_uneven = serializers.BooleanField(help_text=_("Whether the shares differ by more than ten points."))


class LotsIn(StrictSerializer):
    """How many teams lots decide about, and the seed they are drawn with."""

    pods = serializers.IntegerField(min_value=1, max_value=MOST_PODS)
    teams = serializers.IntegerField(min_value=1, max_value=MOST_PODS)
    seed = serializers.IntegerField(min_value=0, max_value=MOST_SEED)


@extend_schema_serializer(component_name="DrawnUnits")
class DrawnUnitsOut(serializers.Serializer[Any]):
    """Departments at a place that lots decided about, each written as in an address: `department=Tax&location=Bremen`."""

    pods = serializers.ListField(child=serializers.CharField())
    comparison = serializers.ListField(child=serializers.CharField())


@extend_schema_serializer(component_name="Lots")
class LotsOut(serializers.Serializer[Any]):
    """How lots fell: teams by the public ids of their managers, and units of people whose manager is not known."""

    seed = serializers.IntegerField()
    on = serializers.DateField()
    of = serializers.IntegerField(help_text=_("Of so many free teams."))
    pods = serializers.ListField(child=serializers.UUIDField())
    comparison = serializers.ListField(child=serializers.UUIDField())
    units = DrawnUnitsOut(required=False, help_text=_("Missing where every free team had a manager."))


@extend_schema_serializer(component_name="ProgrammeArms")
class ArmsOut(serializers.Serializer[Any]):
    """Who may take part, and the two groups."""

    rules = RuleIn(many=True)
    people = serializers.IntegerField(allow_null=True, help_text=_("How many may take part, when last counted."))
    counted_on = serializers.DateField(allow_null=True)
    in_pods = serializers.IntegerField()
    in_comparison = serializers.IntegerField()
    lots = LotsOut(allow_null=True)
    without_manager = BesideOut(
        help_text=_("Whose manager the directory does not know: chosen and drawn by department and place.")
    )
    roles = BesideOut(many=True)
    locations = BesideOut(many=True)


class Arms(ForLeads):
    """Who may take part, and the two groups."""

    @extend_schema(operation_id="getArms", summary=_("Fetch the arms"), parameters=[PROGRAM], responses=ArmsOut)
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_arms(asked_program(program)))


class ArmRules(ForLeads):
    """The rules of who may take part, one value at a time."""

    @extend_schema(
        operation_id="addArmRule",
        summary=_("Add a rule"),
        parameters=[PROGRAM],
        request=RuleIn,
        responses={201: ArmsOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        return self._change(request, program, add_rule, 201)

    @extend_schema(
        operation_id="dropArmRule",
        summary=_("Take a rule away"),
        parameters=[PROGRAM],
        request=RuleIn,
        responses=ArmsOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        return self._change(request, program, drop_rule, 200)

    def _change(self, request: Inside, program: str, change: Any, status: int) -> Response:
        found = asked_program(program)
        given = read(RuleIn, request)
        field = Field(given["field"])
        try:
            change(program=found, field=field, value=given["value"], by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise refused(refusal, "value") from refusal
        return Response(_arms(found), status=status)


class UnitIn(StrictSerializer):
    """A department at a place, of people whose manager the directory does not know."""

    department = Text(allow_blank=True, max_length=TEXT_LENGTH)
    location = Text(allow_blank=True, max_length=TEXT_LENGTH)


class TeamsIn(StrictSerializer):
    """Whole teams, by their managers; and by department and place those whose manager the directory does not know."""

    managers = serializers.ListField(child=PublicId(), max_length=MOST_TEAMS, default=list)
    units = serializers.ListField(child=UnitIn(), max_length=MOST_TEAMS, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["managers"] and not attrs["units"]:
            raise serializers.ValidationError({"managers": [_("Please choose at least one team.")]})
        return attrs


class ArmTeams(ForLeads):
    """Whole teams into the comparison group."""

    @extend_schema(
        operation_id="compareTeams",
        summary=_("Put whole teams into the comparison group"),
        description=_("All of them or none."),
        parameters=[PROGRAM],
        request=TeamsIn,
        responses={201: ArmsOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        given = read(TeamsIn, request)
        wanted = set(given["managers"])
        units = sorted({Unit(one["department"], one["location"]) for one in given["units"]})
        managers = list(Person.objects.filter(public_id__in=wanted).in_name_order())
        if len(managers) < len(wanted):
            raise serializers.ValidationError({"managers": [_("One of them is nobody here.")]})
        try:
            with transaction.atomic():
                compare_teams(program=found, managers=managers, units=units, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise refused(refusal, "managers") from refusal
        return Response(_arms(found), status=201)


class ArmLots(ForLeads):
    """Lots that decide which teams learn and which are compared."""

    @extend_schema(
        operation_id="drawLots",
        summary=_("Draw lots"),
        description=_(
            "Once, in a draft. Teams come in the order of the SHA-256 of `seed:manager`, units of `seed:unit`."
        ),
        parameters=[PROGRAM],
        request=LotsIn,
        responses={201: ArmsOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        given = read(LotsIn, request)
        try:
            draw_lots(program=found, **given, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise refused(refusal, "teams" if refusal.code == "too_few_teams" else "seed") from refusal
        return Response(_arms(found), status=201)

    @extend_schema(
        operation_id="withdrawLots", summary=_("Take lots back"), parameters=[PROGRAM], request=None, responses=ArmsOut
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        try:
            withdraw_lots(program=found, by=request.person, at=request.at)
        except actions.Refused as refusal:
            raise refused(refusal, "seed") from refusal
        return Response(_arms(found))


def _arms(program: Program) -> Any:
    design: Design = design_of(program)
    balance: Balance = balance_of(program)
    told = {
        "rules": [{"field": field.value, "value": value} for field in Field for value in design.who.of(field)],
        "people": design.eligible_people,
        "counted_on": design.counted_on,
        "in_pods": balance.sizes[Arm.PODS],
        "in_comparison": balance.sizes[Arm.COMPARISON],
        "lots": design.drawn,
        "without_manager": balance.without_manager,
        "roles": balance.roles,
        "locations": balance.locations,
    }
    return ArmsOut(told).data


@extend_schema_serializer(component_name="LaunchStep")
class StepOut(serializers.Serializer[Row]):
    """One step that follows a launch."""

    key = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()
    moved_from = serializers.DateField(
        source="step.moved_from", allow_null=True, help_text=_("The day it was promised for; null where it stands so.")
    )
    to = serializers.CharField(help_text=_("To whom it writes; empty: to nobody."))
    people = serializers.IntegerField(allow_null=True, help_text=_("To how many, as known now; null: as it comes."))
    is_at_most = serializers.BooleanField()
    goes_on = serializers.DateField(
        allow_null=True,
        help_text=_("The day on which its mails go out, where its own is closed or a weekend; null: its own."),
    )


@extend_schema_serializer(component_name="LaunchPreview")
class LaunchOut(serializers.Serializer[LaunchPreview]):
    """Everything that a launch would set going now."""

    messages = serializers.IntegerField(help_text=_("How many messages at most, over all of it."))
    champions = serializers.ListField(child=serializers.CharField())
    rows = StepOut(many=True)
    left_out = serializers.ListField(
        child=serializers.CharField(), source="skipped_keys", help_text=_("Keys of the steps that a lead leaves out.")
    )


class BaselineOfProgram(ForLeads):
    """The baseline of a draft."""

    @extend_schema(
        operation_id="openBaseline",
        summary=_("Open the baseline"),
        description=_("Its mails go out by themselves. What is missing is named in `errors`, one for each."),
        parameters=[PROGRAM],
        request=None,
        responses=ProgramOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        return _begin(request, program, actions.open_baseline)


class LaunchOfProgram(ForLeads):
    """What a launch would set going, and the launch."""

    @extend_schema(
        operation_id="previewLaunch",
        summary=_("Preview a launch"),
        description=_("From the calendar that the launch itself writes. 404 once it is launched."),
        parameters=[PROGRAM],
        responses=LaunchOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        if found.launched_at:
            raise Http404
        return Response(LaunchOut(launch_preview(found, at=request.at)).data)

    @extend_schema(
        operation_id="launchProgramme",
        summary=_("Launch a programme"),
        description=_(
            "Fixes what is measured and sets the calendar going. What is missing and has no written reason is named in "
            "`errors`, one for each."
        ),
        parameters=[PROGRAM],
        request=None,
        responses=ProgramOut,
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        return _begin(request, program, actions.launch)


def _begin(request: Inside, program: str, act: Callable[..., Program]) -> Response:
    try:
        found = act(program=asked_program(program), by=request.person, at=request.at)
    except actions.NotReady as refusal:
        missing = refusal.facts["missing"]
        errors = {name: ("missing", words) for name, words in zip(missing, refusal_words("", missing), strict=True)}
        raise Problem("conflict", errors=errors) from refusal
    except actions.Refused as refusal:
        raise refused(refusal) from refusal
    return Response(ProgramOut(found).data)
