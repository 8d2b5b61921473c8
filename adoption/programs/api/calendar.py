"""The calendar of a programme, written or only planned, for machines."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs import actions, queries, rules
from adoption.programs.api.address import ForLeads, read, refusals
from adoption.programs.api.programs import PROGRAM
from adoption.programs.forms import asked_program
from adoption.programs.models import Step
from adoption.programs.queries import Coming
from adoption.programs.queries.calendar import step_called
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import local_date

STEP = OpenApiParameter("step", OpenApiTypes.STR, OpenApiParameter.PATH, description=_("The step’s key."))
_SURVEY = {
    "key": "post-survey",
    "words": "Second survey",
    "due_on": "2026-10-05",
    "hour": "09:00:00",
    "moved_from": "2026-09-28",
    "left_out_because": "",
    "done_at": None,
    "is_planned": True,
    "may_change": True,
    "first": "2026-09-21",
    "last": "2026-10-12",
}


@extend_schema_serializer(
    component_name="CalendarStep", examples=[OpenApiExample("A survey, a week later", value=_SURVEY)]
)
class CalendarStepOut(serializers.Serializer[Coming]):
    """A step of the calendar."""

    key = serializers.CharField(source="step.key")
    words = serializers.CharField()
    due_on = serializers.DateField()
    hour = serializers.TimeField(help_text=_("In the organisation’s zone."))
    moved_from = serializers.DateField(
        source="step.moved_from", allow_null=True, help_text=_("The day it was promised for; null where it stands so.")
    )
    left_out_because = serializers.CharField(
        source="step.skip_reason", help_text=_("Why it is left out; empty where it is not.")
    )
    done_at = serializers.DateTimeField(source="step.done_at", allow_null=True)
    is_planned = serializers.BooleanField(
        help_text=_("Whether the opening of the baseline or the launch still has to write it down.")
    )
    may_change = serializers.BooleanField(help_text=_("Not what the launch fixes, and not what is done."))
    first = serializers.DateField(
        source="earliest", allow_null=True, help_text=_("The first day to which it may be moved; null: to none.")
    )
    last = serializers.DateField(source="latest", allow_null=True)


@extend_schema_serializer(component_name="ProgrammeCalendar")
class CalendarOut(serializers.Serializer[Any]):
    """Every step, in order."""

    items = CalendarStepOut(many=True)


@extend_schema_serializer(
    component_name="StepDay", examples=[OpenApiExample("Two days later", value={"to": "2026-09-30"}, request_only=True)]
)
class StepDayIn(StrictSerializer):
    """The day to which a step is moved."""

    to = Day()


@extend_schema_serializer(component_name="StepOmission")
class StepOmissionIn(StrictSerializer):
    """Why a step is left out."""

    reason = Text(max_length=rules.REASON_LENGTH, help_text=_("It stands in the calendar and in the audit trail."))


class CalendarOfProgram(ForLeads):
    """What happens by itself."""

    @extend_schema(
        operation_id="listCalendar",
        summary=_("List what happens by itself"),
        description=_("What is written down and what is only planned, also what is done or left out."),
        parameters=[PROGRAM],
        responses=CalendarOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        steps = queries.whole_calendar(found, on=local_date(request.at, request.organization.zone))
        return Response(CalendarOut({"items": steps}).data)


class DayOfStep(ForLeads):
    """The day of a step."""

    @extend_schema(
        operation_id="moveStep",
        summary=_("Move a step"),
        description=_(
            "Before the baseline or the launch it is kept as a wish; when the draft’s dates change, it is dropped."
        ),
        parameters=[PROGRAM, STEP],
        request=StepDayIn,
        responses=CalendarStepOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, step: str) -> Response:
        found = _found(program, step)
        given = read(StepDayIn, request)
        with refusals("to"):
            moved = actions.move_step(step=found, **given, by=request.person, at=request.at)
        return _answer(moved, request)

    @extend_schema(
        operation_id="putStepBack",
        summary=_("Put a step back to its day"),
        description=_("One that is left out as well is only brought back."),
        parameters=[PROGRAM, STEP],
        responses=CalendarStepOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, step: str) -> Response:
        return _restore(request, program, step)


class OmissionOfStep(ForLeads):
    """That a step is left out."""

    @extend_schema(
        operation_id="leaveStepOut",
        summary=_("Leave a step out"),
        description=_("What the launch fixes cannot be left out."),
        parameters=[PROGRAM, STEP],
        request=StepOmissionIn,
        responses=CalendarStepOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, step: str) -> Response:
        found = _found(program, step)
        given = read(StepOmissionIn, request)
        with refusals():
            skipped = actions.skip_step(step=found, **given, by=request.person, at=request.at)
        return _answer(skipped, request)

    @extend_schema(
        operation_id="bringStepBack",
        summary=_("Bring a step back"),
        description=_("One whose day has passed comes at once."),
        parameters=[PROGRAM, STEP],
        responses=CalendarStepOut,
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, step: str) -> Response:
        return _restore(request, program, step)


def _restore(request: Inside, program: str, step: str) -> Response:
    found = _found(program, step)
    with refusals():
        back = actions.restore_step(step=found, by=request.person, at=request.at)
    return _answer(back, request)


def _found(program: str, key: str) -> Step:
    found = step_called(asked_program(program), key)
    if found is None:
        raise Http404
    return found


def _answer(step: Step, request: Inside) -> Response:
    return Response(CalendarStepOut(Coming(step, local_date(request.at, request.organization.zone))).data)
