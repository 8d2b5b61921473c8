"""Programmes for machines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import rules
from adoption.programs.actions import Refused, choose_template, create_program
from adoption.programs.api.address import read, refused
from adoption.programs.forms import asked_program, refusal_words
from adoption.programs.models import Program
from adoption.programs.queries import start_choices
from adoption.programs.queries.closed import warnings_of
from adoption.programs.rules import Mode, State, Template
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.rules import Permission, local_date

_REPORTS = {
    "id": "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11",
    "slug": "client-reports",
    "name": "Client reports",
    "workflow": "Client report drafting",
    "comparison": "The vendor’s training",
    "template": "peer_champions",
    "state": "launched",
    "starts_on": "2026-06-29",
    "ends_on": "2026-09-06",
    "weeks": 10,
    "mode": "weekly",
    "baseline_opened_at": "2026-06-15T07:00:00Z",
    "launched_at": "2026-06-29T07:00:00Z",
    "ended_at": None,
    "followed_at": None,
    "closed_at": None,
    "stopped_because": "",
    "archived_at": None,
}
STATES = [(one.value, one.value) for one in State]
TEMPLATES = [(one.value, one.value) for one in Template]
MODES = [(one.value, one.value) for one in Mode]


@extend_schema_serializer(component_name="Programme", examples=[OpenApiExample("One that runs", value=_REPORTS)])
class ProgramOut(serializers.Serializer[Program]):
    """An attempt to change how people do one workflow, against a comparison group."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    slug = serializers.CharField(help_text=_("Its short name, as in its address."))
    name = serializers.CharField()
    workflow = serializers.CharField(source="workflow.name", help_text=_("The one workflow it is about."))
    comparison = serializers.CharField(help_text=_("What the comparison group gets instead."))
    template = serializers.ChoiceField(
        TEMPLATES,
        help_text=_("An exploratory programme has no comparison group: nothing is compared in it."),
    )
    state = serializers.ChoiceField(STATES, help_text=_("Where it is in its life."))
    starts_on = serializers.DateField(help_text=_("The Monday of week 1."))
    ends_on = serializers.DateField(help_text=_("The Sunday that ends the active phase."))
    weeks = serializers.IntegerField(help_text=_("How many weeks the active phase takes."))
    mode = serializers.ChoiceField(MODES, help_text=_("What uses are held against: the week, or the occasions."))
    baseline_opened_at = serializers.DateTimeField(allow_null=True)
    launched_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    followed_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    stopped_because = serializers.CharField(help_text=_("Why it was stopped before its end; empty where it was not."))
    archived_at = serializers.DateTimeField(allow_null=True, help_text=_("When it was laid aside, once closed."))


@extend_schema_serializer(component_name="OneProgramme")
class OneProgramOut(ProgramOut):
    """A programme by itself, with what to know about its dates while they can be chosen."""

    warnings = serializers.ListField(
        child=serializers.CharField(),
        help_text=_(
            "Which of its steps and looks fall on closed days, and a better start. Nothing is refused for it; empty from the launch on."
        ),
    )


@extend_schema_serializer(component_name="ProgrammePage")
class ProgramsOut(serializers.Serializer[Any]):
    """Some programmes, in the order in which they were drafted."""

    items = ProgramOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="NewProgramme",
    examples=[
        OpenApiExample(
            "Ten weeks",
            value={
                "name": "Client reports",
                "workflow": "Client report drafting",
                "comparison": "The vendor’s training",
                "starts_on": "2026-06-29",
                "weeks": 10,
            },
            request_only=True,
        )
    ],
)
class ProgramIn(StrictSerializer):
    """A programme to draft. Champions, pods and the comparison group come next."""

    name = Text(max_length=60, help_text=_("Its address is made from it."))
    workflow = Text(max_length=rules.NAME_LENGTH, help_text=_("The one workflow it is about; made when it is new."))
    comparison = Text(max_length=200, help_text=_("What the comparison group gets instead."))
    starts_on = Day(
        help_text=_("The Monday of week 1, three to fifteen weeks ahead: the baseline takes two before it.")
    )
    weeks = serializers.IntegerField(
        min_value=rules.LEAST_WEEKS, max_value=rules.MOST_WEEKS, default=rules.DEFAULT_WEEKS
    )
    mode = serializers.ChoiceField(
        MODES,
        default=Mode.WEEKLY,
        help_text=_("`opportunity` for work that comes up less than weekly: the AI share of its occasions counts."),
    )
    outcome = serializers.CharField(
        default=rules.Outcome.ADOPTION,
        help_text=_("What it is judged by first: adoption. Attendance, hours, certificates and their like never are."),
    )

    def validate_outcome(self, value: str) -> str:
        try:
            named = rules.outcome(value)
        except ValueError as wrong:
            never = isinstance(wrong, rules.NeverSuccess)
            words = (
                _("That says that something was run, not that anybody works differently. It is never an outcome.")
                if never
                else _("This is no outcome. The one that can come first is adoption.")
            )
            raise serializers.ValidationError(words, code="never_success" if never else "no_outcome") from wrong
        if named is not rules.Outcome.ADOPTION:
            raise serializers.ValidationError(_("It stands beside adoption, which comes first."), code="not_first")
        return value

    def validate_starts_on(self, value: date) -> date:
        if value not in start_choices(today=self.context["today"]):
            code = "not_monday" if value.weekday() != 0 else "not_offered"
            words = (
                refusal_words("not_monday")[0] if value.weekday() != 0 else _("Please choose a Monday that is offered.")
            )
            raise serializers.ValidationError(words, code=code)
        return value


PROGRAM = OpenApiParameter("program", str, OpenApiParameter.PATH, description=_("The programme's short name."))
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], description=_("The address of what was made.")
)


class Programs(Address):
    """Every programme of the organisation."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS
    query = PageQuery

    @extend_schema(
        operation_id="listProgrammes", summary=_("List programmes"), parameters=[PageQuery], responses=ProgramsOut
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(Program.objects.select_related("workflow"), self.asked, request)
        return Response({"items": _shown(page.rows), "next": page.next})

    @extend_schema(
        operation_id="draftProgramme",
        summary=_("Draft a programme"),
        description=_("It asks nothing of anybody before its baseline is opened."),
        parameters=[LOCATION],
        request=ProgramIn,
        responses={201: OneProgramOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        drafted = {name: value for name, value in read(ProgramIn, request).items() if name != "outcome"}
        try:
            made = create_program(**drafted, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal, "name", kind="conflict" if refusal.code == "name_taken" else "invalid") from refusal
        at = reverse("api-program", kwargs={"org": org, "program": made.slug})
        return Response(_one(made, request), status=201, headers={"Location": at})


def _one(program: Program, request: Inside) -> Any:
    """A programme by itself: what the row says, and beside it what falls on closed days."""
    told: dict[str, Any] = dict(ProgramOut(program).data)
    return {**told, "warnings": warnings_of(program, on=local_date(request.at, request.organization.zone))}


def _shown(programs: Any) -> Any:
    return ProgramOut(programs, many=True).data


class OneProgram(Address):
    """One programme."""

    permission = Permission.SEE_EVIDENCE

    @extend_schema(
        operation_id="getProgramme", summary=_("Fetch a programme"), parameters=[PROGRAM], responses=OneProgramOut
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        return Response(_one(asked_program(program), request))


@extend_schema_serializer(component_name="ProgrammeTemplate")
class TemplateIn(StrictSerializer):
    """What sort of programme a draft is to be."""

    template = serializers.ChoiceField(TEMPLATES)


class TemplateOfProgram(Address):
    """The template of a draft."""

    permission = Permission.SEE_EVIDENCE
    permission_to_write = Permission.MANAGE_PROGRAMS

    @extend_schema(
        operation_id="chooseTemplate",
        summary=_("Choose a draft's template"),
        description=_("Before the baseline is opened. An exploratory programme has no comparison group."),
        parameters=[PROGRAM],
        request=TemplateIn,
        responses=OneProgramOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        template = Template(read(TemplateIn, request)["template"])
        try:
            choose_template(program=found, template=template, by=request.person, at=request.at)
        except Refused as refusal:
            raise refused(refusal, "template") from refusal
        return Response(_one(Program.objects.select_related("workflow", "organization").get(pk=found.pk), request))
