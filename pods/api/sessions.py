"""Sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions import rules as kit
from champions.api.kit import read, shown, today_of
from champions.rules.winning import Telling
from pods import actions, rules
from pods.api.names import ONE, POD, SOMEBODY, led_pod, members_among, problem
from pods.models import Attendance, Meeting, Session
from pods.queries import members_of
from pods.rules import SessionKind

_FIELDS = {"nobody": "people", "not_in_pod": "people", "one_at_a_time": "people", "meeting_cancelled": "planned"}
_CONFLICTS = {"logged_already": "another", "day_seven_answered": "", "long_logged": ""}
SESSION_KINDS = [one.value for one in SessionKind]


@extend_schema_serializer(
    component_name="Session",
    examples=[
        OpenApiExample(
            "A one-to-one",
            value={
                "id": ONE,
                "kind": "one_to_one",
                "held_on": "2026-07-07",
                "people": [SOMEBODY],
                "doing_minutes": 40,
                "explaining_minutes": 10,
                "note": "",
                "finished": "The risk section of the Aldgate report",
                "written_down": "Notes in, the pack loaded, ask for three risks, check each against the file.",
                "unfinished": False,
                "worked": "The pack",
                "did_not": "",
                "next_time": "",
                "planned": None,
                "logged_at": "2026-07-07T14:00:00Z",
            },
        )
    ],
)
class SessionOut(serializers.Serializer[Session]):
    """Time a champion spent with members of the pod. For planning; never a measure of success."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    kind = serializers.ChoiceField(SESSION_KINDS)
    held_on = serializers.DateField()
    people = serializers.ListField(child=serializers.UUIDField(), help_text=_("The ids of those who were there."))
    doing_minutes = serializers.IntegerField()
    explaining_minutes = serializers.IntegerField()
    note = serializers.CharField()
    finished = serializers.CharField(help_text=_("What a one-to-one ended with."))
    written_down = serializers.CharField(help_text=_("How it was done."))
    unfinished = serializers.BooleanField(
        source="is_unfinished", help_text=_("Somebody said that a one-to-one did not come to that.")
    )
    worked = serializers.CharField()
    did_not = serializers.CharField()
    next_time = serializers.CharField(help_text=_("What its champion will try differently."))
    planned = serializers.UUIDField(
        source="meeting.public_id", allow_null=True, default=None, help_text=_("The planned session it was held as.")
    )
    logged_at = serializers.DateTimeField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        there = instance.attendances.all()
        instance.people = [one.person.public_id for one in there]  # type: ignore[attr-defined]
        return super().to_representation(instance)


@extend_schema_serializer(component_name="SessionPage")
class SessionsOut(serializers.Serializer[Any]):
    """Some sessions, in the order in which they were logged."""

    items = SessionOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="SessionEnd")
class SessionEndIn(StrictSerializer):
    """How long a session was, and what it ended with."""

    doing_minutes = serializers.IntegerField(min_value=0, max_value=rules.MOST_MINUTES)
    explaining_minutes = serializers.IntegerField(min_value=0, max_value=rules.MOST_MINUTES)
    finished = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=rules.FINISHED_LENGTH,
        help_text=_("What a one-to-one ended with."),
    )
    written_down = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)
    unfinished = serializers.BooleanField(
        required=False, default=False, help_text=_("Say that a one-to-one did not come to that.")
    )
    worked = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)
    did_not = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)
    next_time = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)


@extend_schema_serializer(component_name="SessionWin")
class SessionWinIn(StrictSerializer):
    """I used AI to do this. It took so long instead of so long. Here is the output."""

    task = Text(max_length=kit.LINE_LENGTH)
    minutes_now = serializers.IntegerField(min_value=1, max_value=kit.MOST_MINUTES)
    minutes_before = serializers.IntegerField(min_value=1, max_value=kit.MOST_MINUTES)
    output = Text(max_length=kit.TEXT_LENGTH)
    hides_name = serializers.BooleanField(required=False, default=False)


@extend_schema_serializer(
    component_name="NewSession",
    examples=[
        OpenApiExample(
            "A one-to-one",
            value={
                "kind": "one_to_one",
                "held_on": "2026-07-07",
                "people": [SOMEBODY],
                "doing_minutes": 40,
                "explaining_minutes": 10,
            },
            request_only=True,
        )
    ],
)
class SessionIn(SessionEndIn):
    """A session to log. After a one-to-one the person's day 7 is promised."""

    kind = serializers.ChoiceField(SESSION_KINDS)
    held_on = Day(help_text=_("Not later than today, not older than sixty days."))
    people = serializers.ListField(
        child=PublicId(),
        min_length=1,
        max_length=200,
        help_text=_("The ids of those who were there; one in a one-to-one."),
    )
    note = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)
    planned = PublicId(
        required=False, allow_null=True, default=None, help_text=_("The id of the planned session it was held as.")
    )

    win = SessionWinIn(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("A win that was told in it: shared with everybody in your name, as one that was asked for."),
    )

    another = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("Log it although one with the same people stands on that day. Without it that is a conflict."),
    )

    def validate_planned(self, value: UUID | None) -> Meeting | None:
        if value is None:
            return None
        found: Meeting | None = Meeting.objects.filter(pod=self.context["pod"], public_id=value).first()
        if found is None:
            raise serializers.ValidationError(_("Nothing with this id is planned in this pod."), code="not_planned")
        return found

    def validate_people(self, value: list[UUID]) -> list[Person]:
        return members_among(self.context["members"], value)


SESSION = OpenApiParameter("session", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The session's id."))


class Sessions(Address):
    """Sessions of a pod one leads."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listSessions",
        summary=_("List the sessions of a pod"),
        description=_("Of a pod you lead; any other is not there."),
        parameters=[POD, PageQuery],
        responses=SessionsOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        page = page_of(_with_people(Session.objects.filter(pod=led_pod(request, pod))), self.asked, request)
        return Response({"items": shown(SessionOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="logSession",
        summary=_("Log a session"),
        description=_("Of a pod you lead. After a one-to-one the person's day 7 is promised."),
        parameters=[POD, LOCATION],
        request=SessionIn,
        responses={201: SessionOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, pod: UUID) -> Response:
        found = led_pod(request, pod)
        values = read(
            SessionIn(data=request.data, context={"members": members_of(found, on=today_of(request)), "pod": found})
        )
        try:
            made = actions.log_session(
                pod=found,
                kind=SessionKind(values["kind"]),
                held_on=values["held_on"],
                attendees=values["people"],
                note=values["note"],
                **session_end(values),
                meeting=values["planned"],
                is_another=values["another"],
                win=Telling(**values["win"]) if values["win"] else None,
                # A request that is repeated brings its idempotency key.
                form_key=uuid4(),
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise session_problem(refused) from refused
        at = reverse("api-session", kwargs={"org": org, "pod": pod, "session": made.public_id})
        answer = SessionOut(_with_people(Session.objects).get(pk=made.pk)).data
        return Response(answer, status=201, headers={"Location": at})


class OneSession(Address):
    """One session of a pod one leads."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getSession",
        summary=_("Fetch a session"),
        parameters=[POD, SESSION],
        responses=SessionOut,
    )
    def get(self, request: Inside, org: str, pod: UUID, session: UUID) -> Response:
        rows = _with_people(Session.objects.filter(pod=led_pod(request, pod)))
        found: Session = get_object_or_404(rows, public_id=session)
        return Response(SessionOut(found).data)

    @extend_schema(
        operation_id="putSessionRight",
        summary=_("Put a session right"),
        description=_("Its minutes, and what was written down with it, within two weeks."),
        parameters=[POD, SESSION],
        request=SessionEndIn,
        responses=SessionOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, pod: UUID, session: UUID) -> Response:
        found: Session = get_object_or_404(Session.objects.filter(pod=led_pod(request, pod)), public_id=session)
        values = read(SessionEndIn(data=request.data))
        try:
            actions.put_session_right(session=found, by=request.person, at=request.at, **session_end(values))
        except Refused as refused:
            raise session_problem(refused) from refused
        return Response(SessionOut(_with_people(Session.objects).get(pk=found.pk)).data)

    @extend_schema(
        operation_id="takeSessionBack",
        summary=_("Take a session back"),
        description=_(
            "One that was logged by mistake: within two weeks, and before its day 7 is answered. The day 7 is called off in "
            "calendars too; what was planned waits to be logged again."
        ),
        parameters=[POD, SESSION],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, pod: UUID, session: UUID) -> Response:
        found: Session = get_object_or_404(Session.objects.filter(pod=led_pod(request, pod)), public_id=session)
        try:
            actions.take_back_session(session=found, by=request.person, at=request.at)
        except Refused as refused:
            raise session_problem(refused) from refused
        return Response(status=204)


def session_end(values: dict[str, Any]) -> dict[str, Any]:
    """What the actions call what a session ended with."""
    names = ("doing_minutes", "explaining_minutes", "finished", "written_down", "worked", "did_not", "next_time")
    return {name: values[name] for name in names} | {"is_unfinished": values["unfinished"]}


def session_problem(refused: Refused) -> Problem:
    """A refusal beside the field that it is about."""
    if refused.code in _CONFLICTS:
        return problem(refused, _CONFLICTS[refused.code])
    return problem(refused, _FIELDS.get(refused.code, "held_on"), kind="invalid")


def _with_people(rows: Any) -> Any:
    there = Attendance.objects.select_related("person").order_by("person__sort_name", "person_id")
    return rows.select_related("meeting").prefetch_related(Prefetch("attendances", queryset=there))
