"""Steps for one person at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.programs.actions import Refused
from adoption.programs.api import LOCATION
from adoption.programs.models import Program
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Person
from adoption.tenancy.rules import Permission, local_date
from champions.api.kit import read, shown
from pods import rules
from pods.actions import remedies as actions
from pods.api.names import SOMEBODY, NameOut, problem
from pods.forms import said
from pods.models import Remedy
from pods.queries import remedies as queries
from pods.rules import Approach, Hindrance

HINDRANCES = [one.value for one in Hindrance]


@extend_schema_serializer(component_name="Step")
class StepOut(serializers.Serializer[Remedy]):
    """One step for one person against one hindrance."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    program = serializers.CharField(source="program.slug")
    person = NameOut()
    hindrance = serializers.ChoiceField(HINDRANCES)
    detail = serializers.CharField()
    owner = NameOut(allow_null=True, help_text=_("Null once erased."))
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(allow_null=True)
    worked = serializers.BooleanField(allow_null=True)


@extend_schema_serializer(component_name="StepPage")
class StepsOut(serializers.Serializer[Any]):
    """Some steps, in the order in which they were agreed on."""

    items = StepOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


@extend_schema_serializer(
    component_name="NewStep",
    examples=[
        OpenApiExample(
            "Against an obstacle",
            value={"program": "reports", "person": SOMEBODY, "hindrance": "obstacle", "detail": "The figures"},
            request_only=True,
        )
    ],
)
class StepIn(StrictSerializer):
    """A step for one person. Without an owner and a day they are as proposed for this hindrance."""

    program = serializers.SlugField()
    person = PublicId()
    hindrance = serializers.ChoiceField(HINDRANCES)
    approach = serializers.ChoiceField(
        [one.value for one in Approach],
        required=False,
        default=Approach.WITH_THEM_ALONE,
        help_text=_("Another session for the group is refused, and the answer says why."),
    )
    detail = Text(max_length=rules.TEXT_LENGTH)
    owner = PublicId(
        required=False,
        allow_null=True,
        default=None,
        help_text=_(
            "The id of whom it is passed on to: you, the usual owner, an expert, for the pack whoever keeps a part of it, a lead or "
            "system owner."
        ),
    )
    due_on = Day(required=False, allow_null=True, default=None)


@extend_schema_serializer(component_name="StepResult")
class StepDoneIn(StrictSerializer):
    """Whether it works now."""

    worked = serializers.BooleanField()
    result = Text(required=False, allow_blank=True, default="", max_length=rules.TEXT_LENGTH)


REMEDY = OpenApiParameter("remedy", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The step's id."))


class Steps(Address):
    """Steps one owns; for leads all."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER
    query = PageQuery

    @extend_schema(
        operation_id="listSteps",
        summary=_("List steps"),
        description=_("Those you own, for leads all."),
        parameters=[PageQuery],
        responses=StepsOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        on = local_date(request.at, request.organization.zone)
        page = page_of(_rows(request).listed(on), self.asked, request)
        return Response({"items": shown(StepOut, page.rows), "next": page.next})

    @extend_schema(
        operation_id="agreeOnStep",
        summary=_("Agree on a step"),
        description=_("Champions for members of their pods, leads for anybody in a programme, and for leaders."),
        parameters=[LOCATION],
        request=StepIn,
        responses={201: StepOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        values = read(StepIn(data=request.data))
        hindrance = Hindrance(values["hindrance"])
        program = Program.objects.select_related("organization").filter(slug=values["program"]).first()
        person = Person.objects.filter(public_id=values["person"]).first()
        manages = _manages(request)
        may = manages or (
            program
            and person
            and hindrance not in queries.NOT_OF_MEMBERS
            and queries.champion_of(program, person) == request.person
        )
        if program is None or person is None or not may:
            raise Problem("invalid", errors={"person": ("not_to_be_helped", said("not_to_be_helped"))})
        on = local_date(request.at, program.organization.zone)
        proposed = queries.proposal(program, person, hindrance, by=request.person, on=on)
        owner = proposed.owner
        if values["owner"]:
            able = {one.public_id: one for one in queries.owners_of(proposed, request.person)}
            if values["owner"] not in able:
                raise Problem("invalid", errors={"owner": ("not_an_owner", _("They cannot take this step."))})
            owner = able[values["owner"]]
        try:
            made = actions.open_remedy(
                program=program,
                person=person,
                hindrance=hindrance,
                approach=Approach(values["approach"]),
                detail=values["detail"],
                owner=owner,
                due_on=values["due_on"] or proposed.due_on,
                by=request.person,
                at=request.at,
            )
        except Refused as refused:
            field = {"another_group_session": "approach", "not_within_six_weeks": "due_on"}.get(refused.code, "person")
            raise problem(refused, field) from refused
        at = reverse("api-step", kwargs={"org": org, "remedy": made.public_id})
        row = Remedy.objects.select_related("person", "owner", "program").get(pk=made.pk)
        return Response(StepOut(row).data, status=201, headers={"Location": at})


class OneStep(Address):
    """One step."""

    permission = Permission.ENTER
    permission_to_write = Permission.ENTER

    @extend_schema(operation_id="getStep", summary=_("Fetch a step"), parameters=[REMEDY], responses=StepOut)
    def get(self, request: Inside, org: str, remedy: UUID) -> Response:
        return Response(StepOut(_one(request, remedy)).data)

    @extend_schema(
        operation_id="closeStep",
        summary=_("Say what came of a step"),
        description=_("Once. Where it does not work the person is on the attention lists again."),
        parameters=[REMEDY],
        request=StepDoneIn,
        responses=StepOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, remedy: UUID) -> Response:
        found = _one(request, remedy)
        values = read(StepDoneIn(data=request.data))
        try:
            actions.close_remedy(remedy=found, **values, by=request.person, at=request.at)
        except Refused as refused:
            raise problem(refused) from refused
        return Response(StepOut(_one(request, remedy)).data)


def _manages(request: Inside) -> bool:
    return Permission.MANAGE_PROGRAMS in request._request.permissions  # type: ignore[attr-defined]


def _rows(request: Inside) -> Any:
    rows = Remedy.objects.seen_by(request.person, manages=_manages(request))
    return rows.select_related("person", "owner", "program")


def _one(request: Inside, remedy: UUID) -> Remedy:
    found: Remedy | None = _rows(request).filter(public_id=remedy).first()
    if found is None:
        raise Http404
    return found
