"""One-to-ones with leaders who sit in no pod, for leads' machines."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.programs.models import Program
from adoption.tenancy.api.address import Inside
from adoption.tenancy.api.fields import Day, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from champions.api.kit import read, shown, today_of
from champions.queries.leaders import one_leader
from pods import actions, rules
from pods.actions import leaders as with_leaders
from pods.api.names import NameOut, problem
from pods.api.sessions import SESSION, SessionEndIn, session_end, session_problem
from pods.models import LeaderPlan, Session
from pods.queries import leaders as queries
from pods.queries.leaders import LeaderRow

LEADER = OpenApiParameter("leader", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The leader's id."))
WORK = _("The leader’s own piece of work: `briefing`, `board_report`, `client_status`, or in their own words.")


@extend_schema_serializer(component_name="LeaderPlan")
class PlanOut(serializers.Serializer[LeaderPlan]):
    """What is planned with a leader."""

    day = serializers.DateField()
    hour = serializers.TimeField(format="%H:%M")
    zone = serializers.CharField(help_text=_("In which day and hour are told: the lead’s own."))
    minutes = serializers.IntegerField()
    place = serializers.CharField()
    work = serializers.CharField(help_text=WORK)
    held_by = NameOut(allow_null=True, help_text=_("The lead who sits with them; null once erased."))
    closed = serializers.CharField(
        help_text=_(
            "What closes its day, for everybody or for one of the two; empty: nothing. It is not moved by itself."
        )
    )


@extend_schema_serializer(component_name="Leader")
class LeaderOut(serializers.Serializer[LeaderRow]):
    """A leader whom a lead may sit down with by themselves."""

    leader = NameOut(source="person")
    seen_using = serializers.BooleanField(
        source="look.uses", help_text=_("In the last 28 days, with their own hands. A video shows nothing of the kind.")
    )
    waits = serializers.BooleanField(help_text=_("A reason for attention is open: speak with them alone."))
    planned = PlanOut(source="plan", allow_null=True)


@extend_schema_serializer(component_name="LeaderList")
class LeadersOut(serializers.Serializer[Any]):
    """All of them, who waits for a word first."""

    items = LeaderOut(many=True)


@extend_schema_serializer(component_name="NewLeaderPlan")
class PlanIn(StrictSerializer):
    """When the two meet, and on what. The hour is the asker's own."""

    day = Day()
    hour = serializers.TimeField(input_formats=["%H:%M"])
    minutes = serializers.IntegerField(
        required=False,
        default=rules.USUAL_LENGTH[rules.SessionKind.ONE_TO_ONE],
        min_value=rules.LEAST_LENGTH,
        max_value=rules.MOST_MINUTES,
    )
    place = Text(required=False, allow_blank=True, default="", max_length=rules.PLACE_LENGTH)
    work = Text(max_length=rules.FINISHED_LENGTH, help_text=WORK)


@extend_schema_serializer(component_name="LeaderPlanCallOff")
class CallOffIn(StrictSerializer):
    """Why it does not take place. The leader reads it."""

    reason = Text(max_length=rules.PLACE_LENGTH)


@extend_schema_serializer(component_name="LeaderSession")
class LeaderSessionOut(serializers.Serializer[Session]):
    """A one-to-one with a leader. Part of no figure of the programme."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    held_on = serializers.DateField()
    held_by = NameOut(allow_null=True, help_text=_("The lead who sat with them; null once erased."))
    work = serializers.CharField(help_text=WORK)
    doing_minutes = serializers.IntegerField()
    explaining_minutes = serializers.IntegerField()
    finished = serializers.CharField()
    written_down = serializers.CharField()
    unfinished = serializers.BooleanField(source="is_unfinished")
    worked = serializers.CharField()
    did_not = serializers.CharField()
    next_time = serializers.CharField()
    logged_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="LeaderSessionPage")
class LeaderSessionsOut(serializers.Serializer[Any]):
    """Some one-to-ones, in the order in which they were logged."""

    items = LeaderSessionOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="NewLeaderSession",
    examples=[
        OpenApiExample(
            "The board report",
            value={
                "held_on": "2026-07-07",
                "work": "board_report",
                "doing_minutes": 40,
                "explaining_minutes": 10,
                "finished": "The two pages on the second quarter",
                "written_down": "Figures in, ask for three sentences a section, check each against the ledger.",
            },
            request_only=True,
        )
    ],
)
class LeaderSessionIn(SessionEndIn):
    """A one-to-one to log. The leader's day 7 is promised."""

    held_on = Day(help_text=_("Not later than today, not older than sixty days."))
    work = Text(max_length=rules.FINISHED_LENGTH, help_text=WORK)
    another = serializers.BooleanField(
        required=False,
        default=False,
        help_text=_("Log it although one with them stands on that day. Without it that is a conflict."),
    )


class Leaders(ForLeads):
    """Leaders whom a lead may sit down with by themselves."""

    @extend_schema(
        operation_id="listLeaders",
        summary=_("List leaders to sit down with"),
        description=_("Executives who take part in no programme and lead none. For leads alone."),
        responses=LeadersOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        rows = queries.leader_rows(asked_program(program), at=request.at)
        return Response({"items": shown(LeaderOut, rows)})


class PlannedWithLeader(ForLeads):
    """What is planned with a leader: one meeting at most."""

    @extend_schema(
        operation_id="getLeaderPlan",
        summary=_("Fetch what is planned with a leader"),
        parameters=[LEADER],
        responses=PlanOut,
    )
    def get(self, request: Inside, org: str, program: str, leader: UUID) -> Response:
        return Response(PlanOut(_plan(*_pair(request, program, leader))).data)

    @extend_schema(
        operation_id="planWithLeader",
        summary=_("Plan a one-to-one with a leader"),
        description=_("What stands is moved. It comes into the two calendars, and stands nowhere else."),
        parameters=[LEADER],
        request=PlanIn,
        responses=PlanOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, leader: UUID) -> Response:
        found, person = _pair(request, program, leader)
        values = read(PlanIn(data=request.data))
        try:
            with_leaders.plan_with_leader(program=found, leader=person, **values, by=request.person, at=request.at)
        except Refused as refused:
            field = {"in_the_past": "day", "far_away": "day"}.get(refused.code, "")
            raise problem(refused, field, kind="invalid" if field else "conflict") from refused
        return Response(PlanOut(_plan(found, person)).data)


class LeaderPlanCallOff(ForLeads):
    """That it does not take place."""

    @extend_schema(
        operation_id="callOffWithLeader",
        summary=_("Call off what is planned with a leader"),
        parameters=[LEADER],
        request=CallOffIn,
        responses={204: None},
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, leader: UUID) -> Response:
        plan = _plan(*_pair(request, program, leader))
        values = read(CallOffIn(data=request.data))
        with_leaders.call_off_with_leader(plan=plan, **values, by=request.person, at=request.at)
        return Response(status=204)


class LeaderSessions(ForLeads):
    """One-to-ones with a leader."""

    query = PageQuery

    @extend_schema(
        operation_id="listLeaderSessions",
        summary=_("List the one-to-ones with a leader"),
        parameters=[LEADER, PageQuery],
        responses=LeaderSessionsOut,
    )
    def get(self, request: Inside, org: str, program: str, leader: UUID) -> Response:
        page = page_of(_sessions(*_pair(request, program, leader)), self.asked, request)
        return Response({"items": shown(LeaderSessionOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="logLeaderSession",
        summary=_("Log a one-to-one with a leader"),
        description=_("Their day 7 is promised. It shows that they took part as a learner, and is part of no figure."),
        parameters=[LEADER, LOCATION],
        request=LeaderSessionIn,
        responses={201: LeaderSessionOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, program: str, leader: UUID) -> Response:
        found, person = _pair(request, program, leader)
        values = read(LeaderSessionIn(data=request.data))
        try:
            made = with_leaders.log_with_leader(
                program=found,
                leader=person,
                work=values["work"],
                held_on=values["held_on"],
                **session_end(values),
                is_another=values["another"],
                # A request that is repeated brings its idempotency key.
                form_key=uuid4(),
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            raise session_problem(refused) from refused
        keys = {"org": org, "program": program, "leader": leader, "session": made.public_id}
        return Response(
            LeaderSessionOut(made).data, status=201, headers={"Location": reverse("api-leader-session", kwargs=keys)}
        )


class OneLeaderSession(ForLeads):
    """One one-to-one with a leader."""

    @extend_schema(
        operation_id="getLeaderSession",
        summary=_("Fetch a one-to-one with a leader"),
        parameters=[LEADER, SESSION],
        responses=LeaderSessionOut,
    )
    def get(self, request: Inside, org: str, program: str, leader: UUID, session: UUID) -> Response:
        return Response(LeaderSessionOut(_one(request, program, leader, session)).data)

    @extend_schema(
        operation_id="putLeaderSessionRight",
        summary=_("Put a one-to-one with a leader right"),
        description=_("Its minutes, and what was written down with it, within two weeks."),
        parameters=[LEADER, SESSION],
        request=SessionEndIn,
        responses=LeaderSessionOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, program: str, leader: UUID, session: UUID) -> Response:
        found = _one(request, program, leader, session)
        values = read(SessionEndIn(data=request.data))
        try:
            actions.put_session_right(session=found, by=request.person, at=request.at, **session_end(values))
        except Refused as refused:
            raise session_problem(refused) from refused
        return Response(LeaderSessionOut(_one(request, program, leader, session)).data)

    @extend_schema(
        operation_id="takeLeaderSessionBack",
        summary=_("Take a one-to-one with a leader back"),
        description=_("Within two weeks, and before its day 7 is answered."),
        parameters=[LEADER, SESSION],
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, program: str, leader: UUID, session: UUID) -> Response:
        found = _one(request, program, leader, session)
        try:
            actions.take_back_session(session=found, by=request.person, at=request.at)
        except Refused as refused:
            raise session_problem(refused) from refused
        return Response(status=204)


def _pair(request: Inside, program: str, leader: UUID) -> tuple[Program, Person]:
    found = asked_program(program)
    person = one_leader(leader, on=today_of(request))
    if person is None:
        raise Http404
    return found, person


def _plan(program: Program, leader: Person) -> LeaderPlan:
    found = queries.open_plan(program, leader)
    if found is None:
        raise Http404
    return found


def _sessions(program: Program, leader: Person) -> Any:
    return Session.objects.with_leaders().filter(program=program, leader=leader).select_related("held_by", "program")


def _one(request: Inside, program: str, leader: UUID, session: UUID) -> Session:
    found: Session = get_object_or_404(_sessions(*_pair(request, program, leader)), public_id=session)
    return found
