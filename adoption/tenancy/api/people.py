"""The directory for machines: HR systems that enter people, change them, and say who is away or gone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, TextChoices
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from adoption.tenancy import rules
from adoption.tenancy.actions import people as actions
from adoption.tenancy.api.address import Address, Inside
from adoption.tenancy.api.errors import Problem
from adoption.tenancy.api.fields import Day, Hours, PublicId, StrictSerializer, Text
from adoption.tenancy.api.idempotency import idempotent
from adoption.tenancy.api.pagination import PageQuery, page_of
from adoption.tenancy.models import Leave, Person
from adoption.tenancy.models.person import PersonQuerySet
from adoption.tenancy.rules import Permission


class State(TextChoices):
    """Where somebody stands on the organisation's today."""

    WORKING = "working", _("Working")
    ON_LEAVE = "on_leave", _("On leave")
    LEFT = "left", _("Left")


_IN_STATE = {
    State.WORKING: PersonQuerySet.working,
    State.ON_LEAVE: PersonQuerySet.on_leave,
    State.LEFT: PersonQuerySet.gone,
}

# What the actions refuse, as programs compare it. Those of the first group are wrong by themselves; those of the second
# do not fit what is already there.
_WRONG: dict[type[actions.Refused], str] = {actions.BadValue: "invalid", actions.EndsBeforeStart: "ends_before_start"}
_UNFIT: dict[type[actions.Refused], str] = {
    actions.MailTaken: "mail_taken",
    actions.ExternalIdTaken: "external_id_taken",
    actions.WasErased: "was_erased",
    actions.ManagerCycle: "manager_cycle",
    actions.LeavesOverlap: "leaves_overlap",
    actions.AlreadyLeft: "already_left",
    actions.OnlyAdministrator: "only_administrator",
}

# --- what goes out and what comes in ---------------------------------------------------------------------------------

_LENA = {
    "name": "Lena Vogt",
    "mail": "lena.vogt@meridian.example",
    "external_id": "HR-0417",
    "department": "Delivery",
    "job_role": "Consultant",
    "location": "Hamburg",
    "zone": "Europe/Berlin",
    "manager": "0b1f7a52-6a64-4a3e-9d0f-0a6d9a1f5c11",
    "contracted_hours": 37.5,
}


@extend_schema_serializer(
    component_name="Leave",
    examples=[OpenApiExample("A week", value={"starts_on": "2026-08-03", "ends_on": "2026-08-09"})],
)
class LeaveOut(serializers.Serializer[Leave]):
    """A span of days in which somebody is away. Named by its first day: leaves of one person never overlap."""

    starts_on = serializers.DateField(help_text=_("The first day away."))
    ends_on = serializers.DateField(
        allow_null=True, help_text=_("The last day away, included; null while nobody knows.")
    )


@extend_schema_serializer(
    component_name="Person",
    examples=[
        OpenApiExample(
            "Somebody who is working",
            value={
                "id": "6f0d6a1e-3f5c-4a55-8a0e-5f2f3c0f9f10",
                **_LENA,
                "state": "working",
                "left_on": None,
                "leaves": [{"starts_on": "2026-08-03", "ends_on": "2026-08-09"}],
                "version": 3,
            },
        )
    ],
)
class PersonOut(serializers.Serializer[Person]):
    """Somebody in the directory, whether or not they ever sign in."""

    id = serializers.UUIDField(source="public_id", help_text=_("Never changes."))
    external_id = serializers.CharField(allow_null=True, help_text=_("The HR system's own key."))
    name = serializers.CharField()
    mail = serializers.CharField(allow_null=True, help_text=_("In small letters."))
    department = serializers.CharField(help_text=_("Empty when unknown, as the three below."))
    job_role = serializers.CharField()
    location = serializers.CharField()
    zone = serializers.CharField(help_text=_("An IANA time zone; empty means the organisation's."))
    manager = serializers.UUIDField(
        source="manager.public_id", allow_null=True, help_text=_("The id of the person they report to.")
    )
    contracted_hours = Hours(allow_null=True, help_text=_("Hours a week."))
    state = serializers.ChoiceField(
        State.choices, source="*", help_text=_("Where they stand today, in the organisation's time zone.")
    )
    left_on = serializers.DateField(
        allow_null=True, help_text=_("The first day on which they are no longer there; may lie ahead.")
    )
    leaves = LeaveOut(many=True)
    version = serializers.IntegerField(
        help_text=_("Raised by each change of the entry and of the departure; the ETag is this in quotes.")
    )

    def to_representation(self, instance: Person) -> dict[str, Any]:
        return {**super().to_representation(instance), "state": self.context["state_of"](instance)}


@extend_schema_serializer(component_name="PersonPage")
class PeopleOut(serializers.Serializer[Any]):
    """Some people, in the order in which they were entered."""

    items = PersonOut(many=True)
    next = serializers.CharField(allow_null=True, help_text=_("The address of the next page; null after the last."))


class _Entry(StrictSerializer):
    external_id = Text(
        required=False,
        allow_null=True,
        max_length=rules.NAME_LENGTH,
        help_text=_("The HR system's own key; one person's alone."),
    )
    mail = Text(
        required=False,
        allow_null=True,
        max_length=rules.MAIL_LENGTH,
        help_text=_("One person's alone, in any case of letters."),
    )
    department = Text(required=False, allow_blank=True, max_length=rules.TEXT_LENGTH)
    job_role = Text(required=False, allow_blank=True, max_length=rules.TEXT_LENGTH)
    location = Text(required=False, allow_blank=True, max_length=rules.TEXT_LENGTH)
    zone = Text(
        required=False,
        allow_blank=True,
        max_length=64,
        help_text=_("An IANA time zone; empty means the organisation's."),
    )
    manager = PublicId(required=False, allow_null=True, help_text=_("The id of the person they report to."))
    contracted_hours = Hours(required=False, allow_null=True, help_text=_("Hours a week, one decimal place at most."))

    def validate_manager(self, value: UUID | None) -> Person | None:
        manager = Person.objects.filter(public_id=value).first() if value else None
        if value and manager is None:
            raise serializers.ValidationError(_("There is no such person in this organisation."), code="unknown_person")
        return manager


@extend_schema_serializer(component_name="NewPerson", examples=[OpenApiExample("Lena", value=_LENA, request_only=True)])
class PersonIn(_Entry):
    """Somebody to enter. Only the name is needed."""

    name = Text(max_length=rules.NAME_LENGTH)


@extend_schema_serializer(
    component_name="PersonChanges",
    examples=[OpenApiExample("Another department", value={"department": "Operations"}, request_only=True)],
)
class PersonChanges(_Entry):
    """The fields to change; what is not named stays."""

    name = Text(required=False, max_length=rules.NAME_LENGTH)


@extend_schema_serializer(
    component_name="NewLeave",
    examples=[OpenApiExample("A week", value={"starts_on": "2026-08-03", "ends_on": "2026-08-09"}, request_only=True)],
)
class LeaveIn(StrictSerializer):
    """A span of days to note."""

    starts_on = Day(help_text=_("The first day away."))
    ends_on = Day(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("The last day away, included; null while nobody knows."),
    )


@extend_schema_serializer(
    component_name="Departure",
    examples=[OpenApiExample("End of the month", value={"left_on": "2026-10-01"}, request_only=True)],
)
class DepartureIn(StrictSerializer):
    """When somebody is no longer there."""

    left_on = Day(help_text=_("The first day on which they are no longer there; may lie ahead."))


class PeopleQuery(PageQuery):
    """How a list of people can be narrowed."""

    q = Text(
        required=False,
        max_length=200,
        help_text=_("Words to find in name, mail address or department, in any case, with or without accents."),
    )
    department = Text(required=False, max_length=rules.TEXT_LENGTH, help_text=_("Exactly this department."))
    external_id = Text(
        required=False, max_length=rules.NAME_LENGTH, help_text=_("The one with this key in the HR system.")
    )
    mail = Text(required=False, max_length=rules.MAIL_LENGTH, help_text=_("The one with this mail address."))
    state = serializers.ChoiceField(State.choices, required=False, help_text=_("Everybody, gone or not, unless given."))


# --- parameters the schema names -------------------------------------------------------------------------------------

PERSON = OpenApiParameter("person", OpenApiTypes.UUID, OpenApiParameter.PATH, description=_("The person's id."))
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=_("The ETag of the version you are changing, or * to change whichever is there."),
    examples=[OpenApiExample("Version 3", value='"3"')],
)
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200, 201], description=_("The version of the entry, in quotes.")
)
LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], description=_("The address of what was made.")
)


# --- the addresses ---------------------------------------------------------------------------------------------------


class People(Address):
    """Everybody in the directory."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.EDIT_DIRECTORY
    query = PeopleQuery

    @extend_schema(
        operation_id="listPeople",
        summary=_("List people"),
        description=_("In the order in which they were entered, so that a walk through all pages misses nobody."),
        parameters=[PeopleQuery],
        responses=PeopleOut,
    )
    def get(self, request: Inside, org: str) -> Response:
        page = page_of(_narrowed(_entries(request), self.asked, _today(request)), self.asked, request)
        return Response({"items": _shown(page.rows, request), "next": page.next})

    @extend_schema(
        operation_id="addPerson",
        summary=_("Enter a person"),
        parameters=[ETAG, LOCATION],
        request=PersonIn,
        responses={201: PersonOut},
    )
    @idempotent
    def post(self, request: Inside, org: str) -> Response:
        try:
            person = actions.add_person(**_read(PersonIn, request), by=request.person, at=request.at)
        except actions.Refused as refused:
            raise _problem(refused) from refused
        return _entry(request, person.public_id, status=201)


class OnePerson(Address):
    """One entry of the directory."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.EDIT_DIRECTORY

    @extend_schema(
        operation_id="getPerson", summary=_("Fetch a person"), parameters=[PERSON, ETAG], responses=PersonOut
    )
    def get(self, request: Inside, org: str, person: UUID) -> Response:
        return _entry(request, person)

    @extend_schema(
        operation_id="changePerson",
        summary=_("Change a person"),
        description=_("Only the version named by If-Match is changed. A former mail address stays known as an alias."),
        parameters=[PERSON, IF_MATCH, ETAG],
        request=PersonChanges,
        responses=PersonOut,
    )
    @idempotent
    def patch(self, request: Inside, org: str, person: UUID) -> Response:
        found = _found(person)
        version = _expected_version(request, found)
        try:
            actions.change_person(
                person=found, version=version, changes=_read(PersonChanges, request), by=request.person, at=request.at
            )
        except actions.Refused as refused:
            raise _problem(refused) from refused
        return _entry(request, person)


class Leaves(Address):
    """When one person is away."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.EDIT_DIRECTORY

    @extend_schema(
        operation_id="recordLeave",
        summary=_("Note that a person is away"),
        description=_("Nobody is asked for anything while away."),
        parameters=[PERSON, LOCATION],
        request=LeaveIn,
        responses={201: LeaveOut},
    )
    @idempotent
    def post(self, request: Inside, org: str, person: UUID) -> Response:
        try:
            leave = actions.record_leave(
                person=_found(person), **_read(LeaveIn, request), by=request.person, at=request.at
            )
        except actions.Refused as refused:
            raise _problem(refused) from refused
        at = reverse("api-leave", kwargs={"org": org, "person": person, "starts_on": leave.starts_on})
        return Response(LeaveOut(leave).data, status=201, headers={"Location": at})


class OneLeave(Address):
    """One leave, named by its first day."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.EDIT_DIRECTORY

    @extend_schema(
        operation_id="withdrawLeave",
        summary=_("Withdraw a leave"),
        description=_("As if it had not been noted."),
        parameters=[
            PERSON,
            OpenApiParameter(
                "starts_on", OpenApiTypes.DATE, OpenApiParameter.PATH, description=_("The first day of the leave.")
            ),
        ],
        request=None,
        responses={204: None},
    )
    @idempotent
    def delete(self, request: Inside, org: str, person: UUID, starts_on: date) -> Response:
        leave: Leave = get_object_or_404(Leave.objects.filter(person=_found(person)), starts_on=starts_on)
        actions.withdraw_leave(leave=leave, by=request.person, at=request.at)
        return Response(status=204)


class Departure(Address):
    """When one person is no longer there."""

    permission = Permission.SEE_DIRECTORY
    permission_to_write = Permission.EDIT_DIRECTORY

    @extend_schema(
        operation_id="recordDeparture",
        summary=_("Note that a person leaves"),
        description=_("The same day again changes nothing; for another day, undo the first."),
        parameters=[PERSON, ETAG],
        request=DepartureIn,
        responses=PersonOut,
    )
    @idempotent
    def put(self, request: Inside, org: str, person: UUID) -> Response:
        found, left_on = _found(person), _read(DepartureIn, request)["left_on"]
        try:
            actions.record_departure(person=found, left_on=left_on, by=request.person, at=request.at)
        except actions.AlreadyLeft as refused:
            if found.left_on != left_on:
                raise _problem(refused) from refused
        except actions.OnlyAdministrator as refused:
            raise _problem(refused) from refused
        return _entry(request, person)

    @extend_schema(
        operation_id="undoDeparture",
        summary=_("Take a departure back"),
        description=_("Changes nothing for somebody who is not leaving."),
        parameters=[PERSON, ETAG],
        request=None,
        responses={200: PersonOut},
    )
    @idempotent
    def delete(self, request: Inside, org: str, person: UUID) -> Response:
        actions.undo_departure(person=_found(person), by=request.person, at=request.at)
        return _entry(request, person)


# --- reading and showing ---------------------------------------------------------------------------------------------


def _today(request: Inside) -> date:
    return rules.local_date(request.at, request.organization.zone)


def _entries(request: Inside) -> PersonQuerySet:
    """People with all that their representation shows: two queries, however many they are."""
    leaves = Prefetch("leaves", Leave.objects.order_by("starts_on"))
    found: PersonQuerySet = (
        Person.objects.with_leave(_today(request)).select_related("manager").prefetch_related(leaves)
    )
    return found


def _narrowed(people: PersonQuerySet, query: dict[str, Any], today: date) -> PersonQuerySet:
    if "q" in query:
        people = people.in_file_of_name(query["q"])
    if "department" in query:
        people = people.in_department(query["department"])
    if "external_id" in query:
        people = people.numbered(query["external_id"])
    if "mail" in query:
        people = people.addressed(query["mail"])
    if "state" in query:
        people = _IN_STATE[query["state"]](people, today)
    return people


def _shown(people: Any, request: Inside) -> Any:
    today = _today(request)

    def state_of(person: Person) -> State:
        if person.left_on is not None and person.left_on <= today:
            return State.LEFT
        return State.ON_LEAVE if person.is_on_leave else State.WORKING  # type: ignore[attr-defined]

    return PersonOut(people, many=isinstance(people, list), context={"state_of": state_of}).data


def _entry(request: Inside, public_id: UUID, *, status: int = 200) -> Response:
    """One person as they now are, with the ETag of their version."""
    person = get_object_or_404(_entries(request), public_id=public_id)
    headers = {"ETag": f'"{person.version}"'}
    if status == 201:
        headers["Location"] = reverse("api-person", kwargs={"org": request.organization.slug, "person": public_id})
    return Response(_shown(person, request), status=status, headers=headers)


def _found(public_id: UUID) -> Person:
    return get_object_or_404(Person.objects.all(), public_id=public_id)


def _read(serializer: type[StrictSerializer], request: Inside) -> dict[str, Any]:
    """The body as clean values. Raises ValidationError."""
    read = serializer(data=request.data)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _expected_version(request: Inside, person: Person) -> int:
    """The version If-Match names: the current one, else a Problem."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Problem("precondition-required")
    if given != "*" and f'"{person.version}"' not in parse_etags(given):
        raise Problem("stale")
    return person.version


def _problem(refused: actions.Refused) -> Problem:
    """What an action refused, as the API says it."""
    if isinstance(refused, actions.EditedMeanwhile):
        return Problem("stale")
    code = {**_WRONG, **_UNFIT}[type(refused)]
    kind = "invalid" if type(refused) in _WRONG else "conflict"
    return Problem(kind, errors={refused.field: (code, refused.message)})
