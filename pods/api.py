"""Pods, sessions and follow-ups for machines. Who leads a pod is a fact: whoever does not, finds nothing."""

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

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import LOCATION, PROGRAM
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions.models import Champion
from pods import actions, rules
from pods.forms import said
from pods.models import Attendance, FollowUp, Pod, PodQuerySet, Session
from pods.queries import members_of
from pods.rules import Cause, SessionKind, Used

SESSION_KINDS = [(one.value, one.value) for one in SessionKind]
_ONE = "0d1f4a0c-40d9-4a77-9c0a-9b1f0d6a2c11"
_SOMEBODY = "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10"


@extend_schema_serializer(component_name="PersonName")
class NameOut(serializers.Serializer[Person]):
    """Somebody, by id and name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


@extend_schema_serializer(component_name="Pod")
class PodOut(serializers.Serializer[Pod]):
    """About eight colleagues around one champion."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    name = serializers.CharField()
    champion = NameOut(source="champion.person", allow_null=True, help_text=_("Null once erased."))
    members = serializers.IntegerField(help_text=_("How many sit in it."))
    formed_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="PodPage")
class PodsOut(serializers.Serializer[Any]):
    """Some pods, in the order in which they were formed."""

    items = PodOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(component_name="PodWithMembers")
class OnePodOut(PodOut):
    """A pod, and who sits in it."""

    program = serializers.CharField(source="program.slug")
    people = NameOut(many=True, source="seated", help_text=_("Who sits in it, by name."))


@extend_schema_serializer(
    component_name="NewPod",
    examples=[
        OpenApiExample(
            "Around a champion",
            value={"name": "Elbe", "champion": _ONE, "people": [_SOMEBODY]},
            request_only=True,
        )
    ],
)
class PodIn(StrictSerializer):
    """A pod to form, before the launch. Its members become the pods' group of the programme."""

    name = Text(max_length=rules.NAME_LENGTH)
    champion = PublicId(help_text=_("The id of a person who is champion of this programme."))
    people = serializers.ListField(
        child=PublicId(), min_length=1, max_length=200, help_text=_("The ids of those who sit in it: about eight.")
    )

    def validate_champion(self, value: UUID) -> Champion:
        rows = Champion.objects.serving().filter(program=self.context["program"], person__public_id=value)
        found: Champion | None = rows.first()
        if found is None:
            raise serializers.ValidationError(said("not_a_champion"), code="not_a_champion")
        return found

    def validate_people(self, value: list[UUID]) -> list[Person]:
        people = {one.public_id: one for one in Person.objects.filter(public_id__in=value)}
        if any(one not in people for one in value):
            words = _("There is no such person in this organisation.")
            raise serializers.ValidationError(words, code="unknown_person")
        return [people[one] for one in dict.fromkeys(value)]


@extend_schema_serializer(
    component_name="Session",
    examples=[
        OpenApiExample(
            "A one-to-one",
            value={
                "id": _ONE,
                "kind": "one_to_one",
                "held_on": "2026-07-07",
                "people": [_SOMEBODY],
                "doing_minutes": 40,
                "explaining_minutes": 10,
                "note": "",
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


@extend_schema_serializer(
    component_name="NewSession",
    examples=[
        OpenApiExample(
            "A one-to-one",
            value={
                "kind": "one_to_one",
                "held_on": "2026-07-07",
                "people": [_SOMEBODY],
                "doing_minutes": 40,
                "explaining_minutes": 10,
            },
            request_only=True,
        )
    ],
)
class SessionIn(StrictSerializer):
    """A session to log. After a one-to-one the person's day 7 is promised."""

    kind = serializers.ChoiceField(SESSION_KINDS)
    held_on = Day(help_text=_("Not later than today, not older than sixty days."))
    people = serializers.ListField(
        child=PublicId(),
        min_length=1,
        max_length=200,
        help_text=_("The ids of those who were there; one in a one-to-one."),
    )
    doing_minutes = serializers.IntegerField(min_value=0, max_value=rules.MOST_MINUTES)
    explaining_minutes = serializers.IntegerField(min_value=0, max_value=rules.MOST_MINUTES)
    note = Text(required=False, allow_blank=True, default="", max_length=rules.NOTE_LENGTH)

    def validate_people(self, value: list[UUID]) -> list[Person]:
        members = {one.public_id: one for one in self.context["members"]}
        if any(one not in members for one in value):
            raise serializers.ValidationError(_("One of them does not sit in this pod."), code="not_in_pod")
        return [members[one] for one in dict.fromkeys(value)]


@extend_schema_serializer(component_name="FollowUp")
class FollowUpOut(serializers.Serializer[FollowUp]):
    """Day 7 of one person. What was said is not here: it stays between the two."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    pod = serializers.UUIDField(source="session.pod.public_id")
    person = NameOut()
    held_on = serializers.DateField(source="session.held_on", help_text=_("The day of the session."))
    due_at = serializers.DateTimeField(help_text=_("Their local day 7, in working hours."))
    answered_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField(
        [(one.value, one.value) for one in Cause], allow_blank=True, help_text=_("Empty without one.")
    )
    fixed = serializers.BooleanField(allow_null=True)


@extend_schema_serializer(component_name="FollowUpPage")
class FollowUpsOut(serializers.Serializer[Any]):
    """Some follow-ups, in the order in which they were promised."""

    items = FollowUpOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="FollowUpAnswer",
    examples=[
        OpenApiExample(
            "Stopped at an obstacle",
            value={"used": "stopped", "what_failed": "Rewrote everything.", "cause": "obstacle", "fixed": True},
            request_only=True,
        )
    ],
)
class FollowUpIn(StrictSerializer):
    """The three answers. Without a cause the matter is closed, and nobody asks on."""

    used = serializers.ChoiceField([(one.value, one.value) for one in Used])
    what_happened = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    what_failed = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)
    cause = serializers.ChoiceField(
        [(one.value, one.value) for one in Cause], required=False, allow_null=True, default=None
    )
    fixed = serializers.BooleanField(required=False, allow_null=True, default=None)


class FollowUpsQuery(PageQuery):
    """How a list of follow-ups can be narrowed."""

    open = serializers.BooleanField(required=False, allow_null=True, default=None, help_text=_("Answered or not."))


POD = OpenApiParameter("pod", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The pod's id."))
FOLLOW_UP = OpenApiParameter(
    "follow_up", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The follow-up's id.")
)


SESSION = OpenApiParameter("session", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The session's id."))


class Pods(Address):
    """The pods of one programme."""

    permission = Permission.MANAGE_PROGRAMS
    permission_to_write = Permission.MANAGE_PROGRAMS
    query = PageQuery

    @extend_schema(
        operation_id="listPods",
        summary=_("List the pods of a programme"),
        parameters=[PROGRAM, PageQuery],
        responses=PodsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found: Program = get_object_or_404(Program, slug=program)
        rows = Pod.objects.filter(program=found).select_related("champion__person").with_members()
        page = page_of(rows, self.asked, request)
        return Response({"items": _shown(PodOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="formPod",
        summary=_("Form a pod"),
        description=_("Around a champion of the programme, before its launch."),
        parameters=[PROGRAM],
        request=PodIn,
        responses={201: PodOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str) -> Response:
        found: Program = get_object_or_404(Program, slug=program)
        values = _read(PodIn(data=request.data, context={"program": found}))
        try:
            made = actions.form_pod(
                program=found,
                champion=values["champion"],
                name=values["name"],
                members=values["people"],
                by=request.person,
                at=request.at,
            )
        except WrongState as refused:
            raise Problem("conflict", errors={"": (refused.code, said(refused.code))}) from refused
        except Refused as refused:
            field = {"pod_name_taken": "name", "champion_in_pod": "people"}.get(refused.code, "champion")
            raise Problem("conflict", errors={field: (refused.code, said(refused.code))}) from refused
        row = Pod.objects.select_related("champion__person").with_members().get(pk=made.pk)
        return Response(PodOut(row).data, status=201)


class OwnPods(Address):
    """The pods one leads."""

    permission = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listOwnPods",
        summary=_("List the pods you lead"),
        description=_("Those of the member behind the token or the session; empty for whoever is no champion."),
        parameters=[PageQuery],
        responses=PodsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = Pod.objects.led_by(request.person).select_related("champion__person").with_members()
        page = page_of(rows, self.asked, request)
        return Response({"items": _shown(PodOut, page.rows), "next": page.next})


class OnePod(Address):
    """A pod one leads."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="getPod",
        summary=_("Fetch a pod"),
        description=_("With its members: a pod you lead; any other is not there."),
        parameters=[POD],
        responses=OnePodOut,
    )
    def get(self, request: Inside, org: str, pod: UUID) -> Response:
        rows = Pod.objects.led_by(request.person).select_related("program", "champion__person").with_members()
        found: Any = get_object_or_404(rows, public_id=pod)
        found.seated = members_of(found)
        return Response(OnePodOut(found).data)


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
        page = page_of(_with_people(Session.objects.filter(pod=_led(request, pod))), self.asked, request)
        return Response({"items": _shown(SessionOut, page.rows), "next": page.next})

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
        found = _led(request, pod)
        values = _read(SessionIn(data=request.data, context={"members": members_of(found)}))
        try:
            made = actions.log_session(
                pod=found,
                kind=SessionKind(values["kind"]),
                held_on=values["held_on"],
                attendees=values["people"],
                doing_minutes=values["doing_minutes"],
                explaining_minutes=values["explaining_minutes"],
                note=values["note"],
                # A request that is repeated brings its idempotency key.
                form_key=uuid4(),
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            field = "people" if refused.code in {"nobody", "not_in_pod", "one_at_a_time"} else "held_on"
            raise Problem("invalid", errors={field: (refused.code, said(refused.code))}) from refused
        at = reverse("api-session", kwargs={"org": org, "pod": pod, "session": made.public_id})
        answer = SessionOut(_with_people(Session.objects).get(pk=made.pk)).data
        return Response(answer, status=201, headers={"Location": at})


class OneSession(Address):
    """One session of a pod one leads."""

    permission = Permission.ENTER

    @extend_schema(
        operation_id="getSession",
        summary=_("Fetch a session"),
        parameters=[POD, SESSION],
        responses=SessionOut,
    )
    def get(self, request: Inside, org: str, pod: UUID, session: UUID) -> Response:
        rows = _with_people(Session.objects.filter(pod=_led(request, pod)))
        found: Session = get_object_or_404(rows, public_id=session)
        return Response(SessionOut(found).data)


class FollowUps(Address):
    """Day 7s: for champions those of their pods, for leads all."""

    permission = Permission.ENTER
    query = FollowUpsQuery

    @extend_schema(
        operation_id="listFollowUps",
        summary=_("List follow-ups"),
        description=_("For champions those of the pods they lead, for leads all. Names and causes, never words."),
        parameters=[FollowUpsQuery],
        responses=FollowUpsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        rows = FollowUp.objects.select_related("person", "session__pod")
        if Permission.MANAGE_PROGRAMS not in request._request.permissions:  # type: ignore[attr-defined]
            rows = rows.for_champion(request.person)
        if self.asked["open"] is not None:
            rows = rows.open(request.at) if self.asked["open"] else rows.filter(answered_at__isnull=False)
        page = page_of(rows, self.asked, request)
        return Response({"items": _shown(FollowUpOut, page.rows), "next": page.next})


class OneFollowUp(Address):
    """Day 7 of one person in a pod one leads."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(
        operation_id="getFollowUp", summary=_("Fetch a follow-up"), parameters=[FOLLOW_UP], responses=FollowUpOut
    )
    def get(self, request: Inside, org: str, follow_up: UUID) -> Response:
        return Response(FollowUpOut(_mine(request, follow_up)).data)

    @extend_schema(
        operation_id="answerFollowUp",
        summary=_("Write a follow-up down"),
        description=_("Once: the first answer stands."),
        parameters=[FOLLOW_UP],
        request=FollowUpIn,
        responses=FollowUpOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, follow_up: UUID) -> Response:
        found = _mine(request, follow_up)
        values = _read(FollowUpIn(data=request.data))
        cause = Cause(values.pop("cause")) if values["cause"] else values.pop("cause")
        try:
            actions.answer_follow_up(
                follow_up=found,
                **{**values, "used": Used(values["used"])},
                cause=cause,
                by=request.person,
                at=request.at,
            )
        except actions.AlreadyAnswered as refused:
            words = _("It was written down already; the first answer stands.")
            raise Problem("conflict", errors={"": ("already_answered", words)}) from refused
        return Response(FollowUpOut(_mine(request, follow_up)).data)


def _shown(serializer: Any, rows: list[Any]) -> Any:
    return serializer(rows, many=True).data


def _led(request: Inside, pod: UUID) -> Pod:
    pods: PodQuerySet = Pod.objects.select_related("program", "organization", "champion__person")
    found: Pod = get_object_or_404(pods.led_by(request.person), public_id=pod)
    return found


def _mine(request: Inside, follow_up: UUID) -> FollowUp:
    rows = FollowUp.objects.for_champion(request.person).select_related("person", "session__pod")
    found: FollowUp = get_object_or_404(rows, public_id=follow_up)
    return found


def _with_people(rows: Any) -> Any:
    there = Attendance.objects.select_related("person").order_by("person__sort_name", "person_id")
    return rows.prefetch_related(Prefetch("attendances", queryset=there))


def _read(serializer: StrictSerializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
