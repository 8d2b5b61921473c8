"""Somebody's own week for machines: what it gained them, what comes next, and whether they take part. Nobody else's."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.api import PROGRAM
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.rules import Permission
from metrics.actions.parts import be_asked_again, be_asked_no_more
from metrics.queries.asking import Dot, Part, parts_of
from metrics.queries.own_week import OwnWeek, OwnWork, own_week
from pods.models import Meeting


@extend_schema_serializer(component_name="OwnPart")
class PartOut(serializers.Serializer[Part]):
    """A running programme of yours, and whether you take part in it."""

    program = serializers.CharField(source="program.slug")
    takes_part = serializers.BooleanField(
        source="takes", help_text=_("Of one you only lead in: whether you are asked about your weeks.")
    )
    leads = serializers.BooleanField(help_text=_("You lead in it, and are in neither group."))


@extend_schema_serializer(component_name="OwnCurveWeek")
class DotOut(serializers.Serializer[Dot]):
    """A week you said something of, and the uses you started yourself."""

    week = serializers.DateField()
    unprompted = serializers.IntegerField()


@extend_schema_serializer(component_name="OwnWork")
class WorkOut(serializers.Serializer[OwnWork]):
    """A piece of work of yours. Minutes are by your own answers; null where you did not say."""

    program = serializers.CharField(source="program.slug")
    workflow = serializers.CharField(source="workflow.name")
    champion = serializers.CharField(source="champion.name", allow_null=True, default=None)
    weeks = DotOut(source="curve", many=True, help_text=_("The last twelve, oldest first."))
    minutes_before = serializers.IntegerField(source="gain.before", allow_null=True)
    minutes_now = serializers.IntegerField(source="gain.now", allow_null=True)
    minutes_gained = serializers.IntegerField(
        source="gain.each", allow_null=True, help_text=_("Each time; negative where it takes longer now.")
    )
    minutes_gained_a_week = serializers.IntegerField(source="gain.a_week", allow_null=True)


@extend_schema_serializer(component_name="OwnNextSession")
class NextOut(serializers.Serializer[Meeting]):
    """The next session you are invited to."""

    id = serializers.UUIDField(source="public_id")
    pod = serializers.UUIDField(source="pod.public_id")
    kind = serializers.CharField()
    starts_at = serializers.DateTimeField()


@extend_schema_serializer(
    component_name="MyWeek",
    examples=[
        OpenApiExample(
            "Half an hour less",
            value={
                "parts": [{"program": "client-reports", "takes_part": True, "leads": False}],
                "works": [
                    {
                        "program": "client-reports",
                        "workflow": "Client report drafting",
                        "champion": "Aisha Rahman",
                        "weeks": [{"week": "2026-06-29", "unprompted": 3}],
                        "minutes_before": 90,
                        "minutes_now": 60,
                        "minutes_gained": 30,
                        "minutes_gained_a_week": 60,
                    }
                ],
                "next": None,
                "day_seven_at": "2026-07-14T09:00:00Z",
            },
        )
    ],
)
class OwnPageOut(serializers.Serializer[OwnWeek]):
    """What stands on your own week."""

    parts = serializers.SerializerMethodField()
    works = WorkOut(many=True)
    next = serializers.SerializerMethodField()
    day_seven_at = serializers.DateTimeField(
        source="day_seven.due_at",
        allow_null=True,
        default=None,
        help_text=_("The day 7 that is promised you, or waits for your answer."),
    )

    @extend_schema_field(PartOut(many=True))
    def get_parts(self, found: OwnWeek) -> Any:
        return PartOut(self.context["parts"], many=True).data

    @extend_schema_field(NextOut(allow_null=True))
    def get_next(self, found: OwnWeek) -> Any:
        return NextOut(found.next.meeting).data if found.next else None


class OwnPage(Address):
    """Your own week."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="getOwnWeek",
        summary=_("See your own week"),
        description=_("Your work, your weeks, what it gained you, and what comes next. Nobody else reads it."),
        responses=OwnPageOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        parts = parts_of(request.person)
        found = own_week(request.person, parts, at=request.at)
        return Response(OwnPageOut(found, context={"parts": parts}).data)


class OwnObjection(Address):
    """Whether you would rather not be asked in a programme. Nobody is told."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="takeNoPart",
        summary=_("Take no part in a programme"),
        description=_(
            "Nothing is asked of you from now on, no reason is asked, and nobody is told. Whoever leads in it leads on, and is not "
            "asked about their weeks. Twice is once."
        ),
        parameters=[PROGRAM],
        request=None,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str) -> Response:
        be_asked_no_more(part=_own(request, program), person=request.person, at=request.at)
        return Response(status=204)

    @extend_schema(
        operation_id="takePartAgain",
        summary=_("Take part again"),
        description=_("From the next time on."),
        parameters=[PROGRAM],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str) -> Response:
        be_asked_again(part=_own(request, program), person=request.person, at=request.at)
        return Response(status=204)


def _own(request: Inside, program: str) -> Part:
    """A running programme that the asker is in, or leads in. Raises Http404."""
    found = next((part for part in parts_of(request.person) if part.program.slug == program), None)
    if found is None:
        raise Http404
    return found
