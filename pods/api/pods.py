"""Pods."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused, WrongState
from adoption.programs.api import PROGRAM
from adoption.programs.api.address import ForLeads
from adoption.programs.forms import asked_program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.fields import PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission
from champions.api.kit import read, shown, today_of
from champions.models import Champion
from pods import actions, rules
from pods.api.names import ONE, POD, SOMEBODY, NameOut, people_of, problem
from pods.forms import said
from pods.models import Pod
from pods.queries import members_of


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
            value={"name": "Elbe", "champion": ONE, "people": [SOMEBODY]},
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
        people = people_of(value)
        return [people[one] for one in dict.fromkeys(value)]


class Pods(ForLeads):
    """The pods of one programme."""

    query = PageQuery

    @extend_schema(
        operation_id="listPods",
        summary=_("List the pods of a programme"),
        parameters=[PROGRAM, PageQuery],
        responses=PodsOut,
    )
    def get(self, request: Inside, org: str, program: str) -> Response:
        found = asked_program(program)
        rows = Pod.objects.filter(program=found).select_related("champion__person").with_members(today_of(request))
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(PodOut, page.rows), "next": page.next})

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
        found = asked_program(program)
        values = read(PodIn(data=request.data, context={"program": found}))
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
            raise problem(refused) from refused
        except Refused as refused:
            field = {"pod_name_taken": "name", "champion_in_pod": "people", "not_eligible": "people"}.get(
                refused.code, "champion"
            )
            raise problem(refused, field) from refused
        row = Pod.objects.select_related("champion__person").with_members(today_of(request)).get(pk=made.pk)
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
        rows = Pod.objects.led_by(request.person).select_related("champion__person").with_members(today_of(request))
        page = page_of(rows, self.asked, request)
        return Response({"items": shown(PodOut, page.rows), "next": page.next})


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
        rows = (
            Pod.objects.led_by(request.person)
            .select_related("program", "champion__person")
            .with_members(today_of(request))
        )
        found: Any = get_object_or_404(rows, public_id=pod)
        found.seated = members_of(found, on=today_of(request))
        return Response(OnePodOut(found).data)
