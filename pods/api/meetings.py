"""Planned sessions."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown, today_of
from pods import actions, rules
from pods.api.names import POD, led_pod, members_among, problem
from pods.api.sessions import SESSION_KINDS
from pods.models import Invitee, Meeting, Pod
from pods.queries import members_of
from pods.rules import SessionKind

MEETING = OpenApiParameter(
    "meeting", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The planned session's id.")
)
_FIELDS = {
    "nobody_invited": "people",
    "not_in_pod": "people",
    "one_at_a_time": "people",
    "in_the_past": "day",
    "far_away": "day",
    "not_weekly": "weekly",
    "no_such_content": "contents",
    "no_reason": "reason",
}
_CONFLICTS = {"begun_already", "meeting_cancelled", "meeting_logged", "phase_over"}


@extend_schema_serializer(component_name="PlannedSession")
class MeetingOut(serializers.Serializer[Meeting]):
    """A session that is planned. It is held and logged, moved, or cancelled with a reason."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    kind = serializers.ChoiceField(SESSION_KINDS)
    day = serializers.DateField(help_text=_("Where it is held."))
    hour = serializers.TimeField(format="%H:%M")
    zone = serializers.CharField(help_text=_("IANA zone of day and hour: the champion's."))
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    place = serializers.CharField()
    topics = serializers.CharField(help_text=_("Everybody who is invited reads it."))
    contents = serializers.ListField(
        child=serializers.CharField(), help_text=_("What of the programme's plan it carries, by key.")
    )
    people = serializers.ListField(child=serializers.UUIDField(), help_text=_("The ids of those who are invited."))
    series = serializers.UUIDField(
        allow_null=True, help_text=_("Shared by all of a weekly series; null for a single one.")
    )
    reason = serializers.CharField(help_text=_("Why it was moved or cancelled last."))
    cancelled_at = serializers.DateTimeField(allow_null=True)
    session = serializers.UUIDField(allow_null=True, help_text=_("The session that was logged of it."))
    closed = serializers.CharField(
        help_text=_(
            "What closes its day, for everybody or for one of those who meet; empty: nothing. It is not moved by itself."
        )
    )

    def to_representation(self, instance: Meeting) -> dict[str, Any]:
        invited = instance.invitees.all()
        instance.people = [one.person.public_id for one in invited]  # type: ignore[attr-defined]
        instance.series = instance.form_key if instance.is_series else None  # type: ignore[attr-defined]
        logged = list(instance.sessions.all())
        instance.session = logged[0].public_id if logged else None  # type: ignore[attr-defined]
        return super().to_representation(instance)


@extend_schema_serializer(component_name="PlannedSessionPage")
class MeetingsOut(serializers.Serializer[Any]):
    """Some planned sessions, in the order in which they were planned."""

    items = MeetingOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


class Hour(serializers.TimeField):
    """A time of day, HH:MM."""

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%H:%M"], format="%H:%M", **options)

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str):
            self.fail("invalid", format="HH:MM")
        return super().to_internal_value(value)


@extend_schema_serializer(component_name="NewPlannedSession")
class MeetingIn(StrictSerializer):
    """A session to plan: once, or every week until the phase ends."""

    kind = serializers.ChoiceField(SESSION_KINDS)
    day = Day()
    hour = Hour(help_text=_("HH:MM, local to the champion."))
    minutes = serializers.IntegerField(min_value=rules.LEAST_LENGTH, max_value=rules.MOST_MINUTES)
    people = serializers.ListField(child=PublicId(), min_length=1, max_length=200, help_text=_("Whom to invite."))
    place = Text(required=False, allow_blank=True, default="", max_length=rules.PLACE_LENGTH)
    topics = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)
    contents = serializers.ListField(
        child=Text(max_length=40),
        required=False,
        default=list,
        max_length=20,
        help_text=_("Keys of the programme's plan, see `getCurriculum`."),
    )
    weekly = serializers.BooleanField(required=False, default=False, help_text=_("Reflections and office hours only."))

    def validate_kind(self, value: str) -> SessionKind:
        return SessionKind(value)

    def validate_people(self, value: list[UUID]) -> list[Person]:
        return members_among(self.context["members"], value)


@extend_schema_serializer(component_name="PlannedSessionMove")
class MeetingMoveIn(StrictSerializer):
    """Another time, and why."""

    day = Day()
    hour = Hour(help_text=_("HH:MM, in the session's zone."))
    reason = Text(max_length=rules.PLACE_LENGTH)


@extend_schema_serializer(component_name="PlannedSessionCancellation")
class MeetingCancelIn(StrictSerializer):
    """Why it is not held."""

    reason = Text(max_length=rules.PLACE_LENGTH)
    rest = serializers.BooleanField(
        required=False, default=False, help_text=_("And all that come after it in its series.")
    )


@extend_schema_serializer(component_name="PlannedSessionChange")
class MeetingChangeIn(StrictSerializer):
    """Where, what for and with whom."""

    people = serializers.ListField(child=PublicId(), min_length=1, max_length=200, help_text=_("Whom to invite."))
    place = Text(allow_blank=True, max_length=rules.PLACE_LENGTH)
    topics = Text(allow_blank=True, max_length=rules.NOTE_LENGTH)
    rest = serializers.BooleanField(
        required=False, default=False, help_text=_("And all that come after it in its series.")
    )

    def validate_people(self, value: list[UUID]) -> list[Person]:
        return members_among(self.context["members"], value)


class Meetings(Address):
    """What is planned in a pod one leads."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listPlannedSessions",
        summary=_("List what is planned in a pod"),
        description=_("Of a pod you lead, with what was moved, cancelled and held."),
        parameters=[POD, PageQuery],
        responses=MeetingsOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        page = page_of(_with_people(Meeting.objects.filter(pod=led_pod(request, pod))), self.asked, request)
        return Response({"items": shown(MeetingOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="planSession",
        summary=_("Plan a session"),
        description=_("Everybody invited gets one mail with a calendar file. A weekly plan answers with all of it."),
        parameters=[POD],
        request=MeetingIn,
        responses={201: MeetingOut(many=True)},
    )
    @idempotent
    def post(self, request: Inside, org: str, pod: UUID) -> Response:
        found = led_pod(request, pod)
        values = read(MeetingIn(data=request.data, context={"members": members_of(found, on=today_of(request))}))
        try:
            # A request that is repeated brings its idempotency key.
            made = actions.plan_meeting(pod=found, form_key=uuid4(), by=request.person, at=request.at, **values)
        except Refused as refused:
            raise _problem(refused) from refused
        rows = _with_people(Meeting.objects.filter(pk__in=[one.pk for one in made])).order_by("number")
        return Response(shown(MeetingOut, list(rows)), status=201)


class OneMeeting(Address):
    """One planned session of a pod one leads."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getPlannedSession",
        summary=_("Fetch a planned session"),
        parameters=[POD, MEETING],
        responses=MeetingOut,
    )
    def get(self, request: Inside, org: str, pod: UUID, meeting: UUID) -> Response:
        return Response(MeetingOut(_mine(led_pod(request, pod), meeting)).data)

    @extend_schema(
        operation_id="changePlannedSession",
        summary=_("Change a planned session"),
        description=_("Its place, topics and people, with one calendar update. Another time is `movePlannedSession`."),
        parameters=[POD, MEETING],
        request=MeetingChangeIn,
        responses=MeetingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID, meeting: UUID) -> Response:
        found = _mine(led_pod(request, pod), meeting)
        members = members_of(found.pod, on=today_of(request))
        values = read(MeetingChangeIn(data=request.data, context={"members": members}))
        try:
            actions.change_meeting(meeting=found, by=request.person, at=request.at, **values)
        except Refused as refused:
            raise _problem(refused) from refused
        return Response(MeetingOut(_mine(found.pod, meeting)).data)


class MeetingMove(Address):
    """Another time for a planned session."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="movePlannedSession",
        summary=_("Move a planned session"),
        description=_("Everybody invited is told by mail, with the changed calendar file."),
        parameters=[POD, MEETING],
        request=MeetingMoveIn,
        responses=MeetingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID, meeting: UUID) -> Response:
        found = _mine(led_pod(request, pod), meeting)
        values = read(MeetingMoveIn(data=request.data))
        try:
            actions.move_meeting(meeting=found, by=request.person, at=request.at, **values)
        except Refused as refused:
            raise _problem(refused) from refused
        return Response(MeetingOut(_mine(found.pod, meeting)).data)


class MeetingCancellation(Address):
    """The end of a planned session."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="cancelPlannedSession",
        summary=_("Cancel a planned session"),
        description=_("Alone, or with the rest of its series. Calendars are told."),
        parameters=[POD, MEETING],
        request=MeetingCancelIn,
        responses=MeetingOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID, meeting: UUID) -> Response:
        found = _mine(led_pod(request, pod), meeting)
        values = read(MeetingCancelIn(data=request.data))
        try:
            actions.cancel_meeting(meeting=found, by=request.person, at=request.at, **values)
        except Refused as refused:
            raise _problem(refused) from refused
        return Response(MeetingOut(_mine(found.pod, meeting)).data)


def _problem(refused: Refused) -> Problem:
    kind = "conflict" if refused.code in _CONFLICTS else "invalid"
    return problem(refused, _FIELDS.get(refused.code, ""), kind=kind)


def _mine(pod: Pod, meeting: UUID) -> Meeting:
    found: Meeting = get_object_or_404(_with_people(Meeting.objects.filter(pod=pod)), public_id=meeting)
    return found


def _with_people(rows: Any) -> Any:
    invited = Invitee.objects.select_related("person").order_by("person__sort_name", "person_id")
    return (
        rows.with_closed()
        .select_related("pod__program")
        .prefetch_related(Prefetch("invitees", queryset=invited), "sessions")
    )
